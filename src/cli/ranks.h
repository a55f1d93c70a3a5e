/* ranks.h: the processes that mpirun or srun has started together. Alone it costs nothing: MPI is loaded, with
 * libkhop-petsc, where there are ranks and a command that has a use for them.
 *
 *   rank 0      says what is to be said, and writes
 *   the others  write neither to standard output nor to standard error; what ends one of them, rank 0 says */
#ifndef KHOP_CLI_RANKS_H
#define KHOP_CLI_RANKS_H

#include <khop/distributed.h>

/* Before anything is written: silences all but rank 0. */
void begin_ranks(void);
/* How many were started together; 0: this process is alone. A single task of Slurm is alone; one rank of mpirun is not, for
 * what it computes is what several compute. */
int ranks_started(void);
/* Whether what rank 0 writes to standard error comes out at a terminal: by mpirun, which has started it and hands it on. */
bool rank_reaches_terminal(void);
/* Of a command that is for one process: EXIT_USAGE after a message where there are several; or GO_ON. */
int refuse_ranks(const char *command);
/* Collective: the exchange of the ranks that were started, which have all been given the same words. An exit status, the
 * same on every rank, after a message; or GO_ON. */
int open_ranks(int argc, char **argv);
/* Of open_ranks; NULL: this process is alone. */
const khop_exchange *exchange_of_ranks(void);
/* Collective: the status, and the sentence, of the first rank whose status is not GO_ON; alone: status. */
int agree_on_ranks(int status);
/* At the very end: what the process is to return. */
int end_ranks(int status);
/* In a child that is to be alone. */
void leave_ranks(void);

#endif
