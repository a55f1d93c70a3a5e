/* exchange.c: a khop_exchange by PETSc (khop/petsc.h).
 *
 *   run k, 3 items of rank 1 from 7 on   3 leaves of a star forest, with roots (1, 7) (1, 8) (1, 9)
 *   fetch                                PetscSFBcast of that many bytes a leaf
 *
 * A star forest knows its messages once it is set up: a fetch sends the items and nothing else. */
#include <khop/petsc.h>

#include "limit.h"

#include <limits.h>
#include <petscmat.h>
#include <petscsf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_SECONDS 1e9 /* beyond it clocks overflow */

typedef struct ranks {
  MPI_Comm comm;
  int count;
  char *gathered; /* (count, KHOP_GATHER_BYTES) */
  char message[512];
  limit *limit; /* owns; NULL: none */
} ranks;

/* Of khop_petsc_open, before there is a place for it. */
static const char no_memory[] = "no memory for the ranks of an exchange";
static const char no_petsc[] = "PETSc is not initialised: call PetscInitialize first";
static const char no_threads[] =
    "this MPI was initialised without threads, and khop has some: ask for MPI_THREAD_FUNNELED, "
    "or leave MPI_Init to PetscInitialize";
static const char no_comm[] = "MPI could not duplicate the communicator";

static khop_status KHOP_PRINTF(3, 4) tell(ranks *r, khop_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(r->message, sizeof r->message, format, arguments);
  va_end(arguments);
  return status;
}

/* What PETSc or MPI returned. */
static khop_status told(ranks *r, PetscErrorCode code, const char *what) {
  const char *text = NULL;
  if (code == 0) return KHOP_OK;
  PetscErrorMessage(code, &text, NULL);
  return tell(r, code == PETSC_ERR_MEM ? KHOP_E_MEMORY : KHOP_E_INTERNAL,
              "PETSc failed to %s: %s (%d)", what, text ? text : "an error of MPI", (int)code);
}

static const char *message(void *context) {
  return ((ranks *)context)->message;
}

/* --- gather ----------------------------------------------------------------------------------- */

static khop_status gather(const void **all, const void *own, size_t bytes, void *context) {
  ranks *r = context;
  *all = r->gathered;
  if (bytes > KHOP_GATHER_BYTES)
    return tell(r, KHOP_E_ARGUMENT, "a gather of %zu bytes: %d are possible", bytes,
                KHOP_GATHER_BYTES);
  limit_begin(r->limit, "gather");
  int code = MPI_Allgather(own, (int)bytes, MPI_BYTE, r->gathered, (int)bytes, MPI_BYTE, r->comm);
  limit_end(r->limit);
  return code == MPI_SUCCESS ? KHOP_OK
                             : tell(r, KHOP_E_INTERNAL, "MPI_Allgather failed (%d)", code);
}

/* --- patterns --------------------------------------------------------------------------------- */

/* A root of every leaf, for star forests have no runs. */
static void list_roots(PetscSFNode *root, int64_t runs, const int *owner, const int64_t *first,
                       const int64_t *length) {
  for (int64_t k = 0; k < runs; k++)
    for (int64_t i = 0; i < (length ? length[k] : 1); i++)
      *root++ = (PetscSFNode){.rank = owner[k], .index = (PetscInt)(first[k] + i)};
}

static PetscErrorCode make_forest(PetscSF *forest, MPI_Comm comm, int64_t items, int64_t leaves,
                                  PetscSFNode *root) {
  PetscFunctionBeginUser;
  PetscCall(PetscSFCreate(comm, forest));
  PetscCall(PetscSFSetGraph(*forest, (PetscInt)items, (PetscInt)leaves, NULL, PETSC_COPY_VALUES,
                            root, PETSC_COPY_VALUES));
  PetscCall(PetscSFSetUp(*forest));
  PetscFunctionReturn(0);
}

/* What keeps this rank from setting up its forest. The others must know before they do. */
static khop_status check_numbers(ranks *r, int64_t items, int64_t leaves) {
  int64_t most = items > leaves ? items : leaves;
  if (most <= PETSC_MAX_INT) return KHOP_OK;
  return tell(
      r, KHOP_E_UNSUPPORTED,
      "%lld items at once are more than the %lld that this PETSc has numbers for: take more "
      "ranks, or a PETSc with 64-bit indices",
      (long long)most, (long long)PETSC_MAX_INT);
}

/* All ranks, or none: the first status that is none. */
static khop_status agree(ranks *r, khop_status status) {
  int own = (int)status, worst = 0;
  if (MPI_Allreduce(&own, &worst, 1, MPI_INT, MPI_MAX, r->comm) != MPI_SUCCESS)
    return tell(r, KHOP_E_INTERNAL, "MPI_Allreduce failed");
  if (worst != KHOP_OK && status == KHOP_OK)
    return tell(r, (khop_status)worst, "another rank could not do its part");
  return status;
}

static khop_status open_pattern(void **pattern, int64_t items, int64_t runs, const int *owner,
                                const int64_t *first, const int64_t *length, void *context) {
  ranks *r = context;
  PetscSF forest = NULL;
  PetscSFNode *root = NULL;
  int64_t leaves = 0;
  *pattern = NULL;
  for (int64_t k = 0; k < runs; k++) leaves += length ? length[k] : 1;
  khop_status status = check_numbers(r, items, leaves);
  if (status == KHOP_OK && !(root = malloc(((size_t)leaves + 1) * sizeof *root)))
    status = tell(r, KHOP_E_MEMORY, "no memory for a pattern of %lld items", (long long)leaves);
  limit_begin(r->limit, "pattern");
  status = agree(r, status);
  if (status == KHOP_OK) {
    list_roots(root, runs, owner, first, length);
    PetscPushErrorHandler(PetscReturnErrorHandler, NULL);
    status = told(r, make_forest(&forest, r->comm, items, leaves, root), "set up a pattern");
    PetscPopErrorHandler();
    *pattern = forest;
  }
  limit_end(r->limit);
  free(root);
  return status;
}

static PetscErrorCode broadcast(PetscSF forest, void *to, const void *from, size_t item) {
  MPI_Datatype type;
  PetscFunctionBeginUser;
  PetscCallMPI(MPI_Type_contiguous((int)item, MPI_BYTE, &type));
  PetscCallMPI(MPI_Type_commit(&type));
  PetscCall(PetscSFBcastBegin(forest, type, from, to, MPI_REPLACE));
  PetscCall(PetscSFBcastEnd(forest, type, from, to, MPI_REPLACE));
  PetscCallMPI(MPI_Type_free(&type));
  PetscFunctionReturn(0);
}

static khop_status fetch(void *to, const void *from, void *pattern, size_t item, void *context) {
  ranks *r = context;
  if (item > INT_MAX) /* the same on all ranks */
    return tell(r, KHOP_E_UNSUPPORTED, "items of %zu bytes: MPI has numbers up to %d", item,
                INT_MAX);
  limit_begin(r->limit, "fetch");
  PetscPushErrorHandler(PetscReturnErrorHandler, NULL);
  khop_status status = told(r, broadcast(pattern, to, from, item), "fetch");
  PetscPopErrorHandler();
  limit_end(r->limit);
  return status;
}

static void close_pattern(void *pattern, void *context) {
  PetscSF forest = pattern;
  (void)context;
  PetscPushErrorHandler(PetscReturnErrorHandler, NULL);
  (void)!PetscSFDestroy(&forest);
  PetscPopErrorHandler();
}

/* --- a partition ------------------------------------------------------------------------------ */

static khop_status check_rows(ranks *r, int64_t nodes, int64_t arcs) {
  int64_t most = nodes > arcs ? nodes : arcs;
  if (most <= PETSC_MAX_INT) return KHOP_OK;
  return tell(r, KHOP_E_UNSUPPORTED, "a partition of %lld nodes, %lld arcs of this rank: PETSc has numbers up to %lld",
              (long long)nodes, (long long)arcs, (long long)PETSC_MAX_INT);
}

/* PETSc's copy of the rows, without loops; the matrix takes both lists. */
static PetscErrorCode copy_rows(PetscInt **offset, PetscInt **target, int64_t rows, const int64_t *offsets,
                                const int64_t *targets) {
  PetscFunctionBeginUser;
  PetscCall(PetscMalloc1((size_t)rows + 1, offset));
  PetscCall(PetscMalloc1((size_t)offsets[rows], target));
  for (int64_t i = 0; i <= rows; i++) (*offset)[i] = (PetscInt)offsets[i];
  for (int64_t a = 0; a < offsets[rows]; a++) (*target)[a] = (PetscInt)targets[a];
  PetscFunctionReturn(0);
}

static PetscErrorCode cut_graph(IS *parts, MPI_Comm comm, int64_t rows, int64_t nodes, PetscInt *offset,
                                PetscInt *target) {
  Mat graph;
  MatPartitioning partitioning;
  PetscFunctionBeginUser;
  PetscCall(MatCreateMPIAdj(comm, (PetscInt)rows, (PetscInt)nodes, offset, target, NULL, &graph));
  PetscCall(MatPartitioningCreate(comm, &partitioning));
  PetscCall(MatPartitioningSetAdjacency(partitioning, graph));
  PetscCall(MatPartitioningSetType(partitioning, MATPARTITIONINGPTSCOTCH));
  PetscCall(MatPartitioningSetFromOptions(partitioning));
  PetscCall(MatPartitioningApply(partitioning, parts));
  PetscCall(MatPartitioningDestroy(&partitioning));
  PetscCall(MatDestroy(&graph));
  PetscFunctionReturn(0);
}

static PetscErrorCode take_owners(int *owner, IS *parts, int64_t rows) {
  const PetscInt *part;
  PetscFunctionBeginUser;
  PetscCall(ISGetIndices(*parts, &part));
  for (int64_t i = 0; i < rows; i++) owner[i] = (int)part[i];
  PetscCall(ISRestoreIndices(*parts, &part));
  PetscCall(ISDestroy(parts));
  PetscFunctionReturn(0);
}

khop_status khop_petsc_partition(int *owner, const khop_exchange *exchange, int64_t rows, const int64_t *offsets,
                                 const int64_t *targets) {
  ranks *r = exchange->context;
  PetscInt *offset = NULL, *target = NULL;
  IS parts = NULL;
  long long own = rows, nodes = 0;
  if (MPI_Allreduce(&own, &nodes, 1, MPI_LONG_LONG, MPI_SUM, r->comm) != MPI_SUCCESS)
    return tell(r, KHOP_E_INTERNAL, "MPI_Allreduce failed");
  khop_status status = check_rows(r, nodes, offsets[rows]);
  PetscPushErrorHandler(PetscReturnErrorHandler, NULL);
  if (status == KHOP_OK) status = told(r, copy_rows(&offset, &target, rows, offsets, targets), "copy a graph");
  status = agree(r, status);
  if (status == KHOP_OK)
    status = told(r, cut_graph(&parts, r->comm, rows, nodes, offset, target), "partition a graph");
  if (status == KHOP_OK) status = told(r, take_owners(owner, &parts, rows), "partition a graph");
  PetscPopErrorHandler();
  return status;
}

/* --- the exchange ----------------------------------------------------------------------------- */

static khop_status refuse(khop_exchange *exchange, khop_status status, const char *why) {
  *exchange = (khop_exchange){.size = sizeof *exchange, .context = (void *)(uintptr_t)why};
  return status;
}

/* Whether all ranks may have threads beside the one that calls MPI. */
static int allows_threads(MPI_Comm comm) {
  int own = MPI_THREAD_SINGLE, least = MPI_THREAD_SINGLE;
  MPI_Query_thread(&own);
  MPI_Allreduce(&own, &least, 1, MPI_INT, MPI_MIN, comm);
  return least >= MPI_THREAD_FUNNELED;
}

khop_status khop_petsc_open(khop_exchange *exchange, MPI_Comm comm) {
  PetscBool initialised = PETSC_FALSE;
  int rank, count;
  PetscInitialized(&initialised);
  if (!initialised) return refuse(exchange, KHOP_E_ARGUMENT, no_petsc);
  if (!allows_threads(comm)) return refuse(exchange, KHOP_E_UNSUPPORTED, no_threads);
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &count);
  ranks *r = calloc(1, sizeof *r);
  if (r) r->gathered = malloc((size_t)count * KHOP_GATHER_BYTES);
  int have = r && r->gathered, all = 0;
  MPI_Allreduce(&have, &all, 1, MPI_INT, MPI_MIN, comm);
  if (!all || MPI_Comm_dup(comm, &r->comm) != MPI_SUCCESS) {
    if (r) free(r->gathered);
    free(r);
    return refuse(exchange, all ? KHOP_E_INTERNAL : KHOP_E_MEMORY, all ? no_comm : no_memory);
  }
  r->count = count;
  *exchange = (khop_exchange){.size = sizeof *exchange,
                              .rank = rank,
                              .ranks = count,
                              .context = r,
                              .gather = gather,
                              .open = open_pattern,
                              .fetch = fetch,
                              .close = close_pattern,
                              .message = message};
  return KHOP_OK;
}

khop_status khop_petsc_limit(khop_exchange *exchange, double seconds) {
  ranks *r = exchange->context;
  limit *made = NULL;
  khop_status status = KHOP_OK;
  if (!(seconds >= 0 && seconds <= MOST_SECONDS))
    status = tell(r, KHOP_E_ARGUMENT, "a limit of %g s: 0 (none) to %g are possible", seconds, MOST_SECONDS);
  else if (seconds > 0 && !limit_open(&made, seconds, exchange->rank, exchange->ranks))
    status = tell(r, KHOP_E_MEMORY, "no memory or thread for a limit of %g s", seconds);
  status = agree(r, status);
  if (status == KHOP_OK) {
    limit_close(r->limit);
    r->limit = made;
  } else {
    limit_close(made);
  }
  return status;
}

const char *khop_petsc_message(const khop_exchange *exchange) {
  return exchange->message   ? exchange->message(exchange->context)
         : exchange->context ? exchange->context
                             : "";
}

void khop_petsc_close(khop_exchange *exchange) {
  if (!exchange->message) return;
  ranks *r = exchange->context;
  limit_close(r->limit);
  MPI_Comm_free(&r->comm);
  free(r->gathered);
  free(r);
  *exchange = (khop_exchange){0};
}

/* --- for those who load the library ------------------------------------------------------------ */

const char *khop_petsc_start(khop_exchange *exchange) {
  static const char failed[] = "PETSc could not be initialised";
  *exchange = (khop_exchange){0};
  if (PetscOptionsSetValue(NULL, "-no_signal_handler", NULL)) return failed;
  if (PetscInitializeNoArguments()) return failed;
  if (khop_petsc_open(exchange, PETSC_COMM_WORLD) == KHOP_OK) return NULL;
  const char *why = khop_petsc_message(exchange);
  *exchange = (khop_exchange){0};
  return why;
}

void khop_petsc_end(khop_exchange *exchange) {
  khop_petsc_close(exchange);
  (void)!PetscFinalize();
}
