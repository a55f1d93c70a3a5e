/* ranks.h: what the processes do together that mpirun or srun has started. Alone it costs nothing: MPI is loaded, with
 * libkhop-petsc, where there are ranks and a command that has a use for them. What ends one rank, rank 0 says. */
#ifndef KHOP_CLI_RANKS_H
#define KHOP_CLI_RANKS_H

#include "cli/started.h"

#include <khop/distributed.h>

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

#endif
