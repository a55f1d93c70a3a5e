/* khop/petsc.h: the ranks of an MPI communicator as a khop_exchange (khop/distributed.h), by PETSc.
 *
 *   khop_exchange exchange;
 *   PetscInitialize(&argc, &argv, NULL, NULL);
 *   if (khop_petsc_open(&exchange, PETSC_COMM_WORLD)) puts(khop_petsc_message(&exchange));
 *   khop_shard_of(&shard, &exchange, graph);
 *
 * Patterns are PetscSFs, which fetch items of any size; gathers are MPI's. libkhop-petsc
 * (khop-petsc.pc) serves libkhop and libkhop-double alike, and needs neither. */
#ifndef KHOP_PETSC_H
#define KHOP_PETSC_H

#include <khop/distributed.h>
#include <petscsys.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Collective. PETSc has been initialised; comm is duplicated. What fails, fails on all ranks.
 * Errors: UNSUPPORTED (an MPI that allows no threads: khop's are OpenMP's, of which one calls MPI;
 * initialise it with MPI_THREAD_FUNNELED, as PetscInitialize does), ARGUMENT (PETSc is not
 * initialised), MEMORY, INTERNAL (PETSc). Calls of the exchange: UNSUPPORTED (more items than
 * PetscInt has numbers for: PETSc with 64-bit indices has), INTERNAL. */
KHOP_API khop_status khop_petsc_open(khop_exchange *exchange, MPI_Comm comm);
/* Collective. How many seconds a rank waits in a call of the exchange for the others; 0: for ever, which is what MPI does
 * and what holds before this call. A rank that has waited so long says so in one sentence on stderr and ends its process
 * with status 1, since no call of MPI can be left half done: mpirun then ends the others that it can reach. The limit must
 * be longer than what a rank computes between two exchanges, such as the search of its rings. Errors: ARGUMENT (a negative
 * limit, one above 1e9, NaN), MEMORY (also no thread). */
KHOP_API khop_status khop_petsc_limit(khop_exchange *exchange, double seconds);
/* Collective, before PetscFinalize, once nothing is left that was made with the exchange. */
KHOP_API void khop_petsc_close(khop_exchange *exchange);
/* Why khop_petsc_open failed. */
KHOP_API const char *khop_petsc_message(const khop_exchange *exchange);

/* Collective. owner (rows): a rank for each row that this one owns, so that ranks own about as many and few edges lead from
 * one to another, by PETSc's MatPartitioning: PT-Scotch, or what -mat_partitioning_type names of those it was built with.
 * offsets (rows + 1), targets: khop_shard_neighbours (khop/shard_read.h); khop_shard_renumber takes the owners. On one
 * rank all are its own. Errors: UNSUPPORTED (more nodes or arcs of a rank than PetscInt has numbers for; a PETSc without
 * a partitioner), MEMORY, INTERNAL; on all ranks, with a sentence each: exchange->message. */
KHOP_API khop_status khop_petsc_partition(int *owner, const khop_exchange *exchange, int64_t rows,
                                          const int64_t *offsets, const int64_t *targets);

/* For a program that loads this library where it has ranks, and knows neither PETSc nor MPI: PETSc is initialised, without
 * arguments and without its handlers of signals, and khop_petsc_open has PETSC_COMM_WORLD. Collective; NULL, or a sentence
 * of what failed. */
KHOP_API const char *khop_petsc_start(khop_exchange *exchange);
/* Collective: closes the exchange, and PETSc with it. */
KHOP_API void khop_petsc_end(khop_exchange *exchange);

#ifdef __cplusplus
}
#endif
#endif
