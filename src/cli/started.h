/* started.h: whether this process was started beside others, by mpirun or srun, as these say before any MPI is loaded.
 *
 *   rank 0      says what is to be said, and writes
 *   the others  write neither to standard output nor to standard error */
#ifndef KHOP_CLI_STARTED_H
#define KHOP_CLI_STARTED_H

#include <stdbool.h>

/* Before anything is written: silences all but rank 0. What they would have said can be read from standard error. */
void begin_ranks(void);
/* How many were started together; 0: this process is alone. A single task of Slurm is alone; one rank of mpirun is not, for
 * what it computes is what several compute. */
int ranks_started(void);
/* 0 of a process alone. */
int rank_started(void);
/* Whether what rank 0 writes to standard error comes out at a terminal: by mpirun, which has started it and hands it on. */
bool rank_reaches_terminal(void);
/* In a child that is to be alone. */
void leave_ranks(void);

#endif
