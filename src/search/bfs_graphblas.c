/* bfs_graphblas.c: see bfs_graphblas.h. */
#include "search/bfs_graphblas.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "search/arcs.h"
#include "search/graphblas.h"

/* --- the adjacency matrix ------------------------------------------------------------------- */

static khop_status import_adjacency(GrB_Matrix *matrix, const khop_graph *graph, bool numbers) {
  khop_status status = KHOP_OK;
  GrB_Index *offsets = NULL, *columns = NULL;
  void *ones = NULL;
  GrB_Index n = (GrB_Index)graph->nodes, arcs = (GrB_Index)graph->arcs;
  KHOP_TRY(khop_i_alloc_raw(&offsets, graph->nodes + 1, sizeof *offsets, "adjacency offsets"));
  KHOP_TRY(khop_i_alloc_raw(&columns, graph->arcs, sizeof *columns, "adjacency columns"));
  KHOP_TRY(khop_i_alloc_raw(&ones, graph->arcs, sizeof(double), "adjacency values"));
  for (int64_t i = 0; i <= graph->nodes; i++) offsets[i] = (GrB_Index)graph->offsets[i];
  for (int64_t e = 0; e < graph->arcs; e++) {
    columns[e] = (GrB_Index)graph->targets[e];
    if (numbers)
      ((double *)ones)[e] = 1;
    else
      ((bool *)ones)[e] = true;
  }
  KHOP_GRB(numbers ? GrB_Matrix_import_FP64(matrix, GrB_FP64, n, n, offsets, columns, ones, n + 1,
                                            arcs, arcs, GrB_CSR_FORMAT)
                   : GrB_Matrix_import_BOOL(matrix, GrB_BOOL, n, n, offsets, columns, ones, n + 1,
                                            arcs, arcs, GrB_CSR_FORMAT));
  /* Threads share it from here on, so no operation on it may be pending. */
  KHOP_GRB(GrB_Matrix_wait(*matrix, GrB_MATERIALIZE));
done:
  khop_i_free(offsets);
  khop_i_free(columns);
  khop_i_free(ones);
  return status;
}

khop_status khop_i_adjacency_new(khop_i_adjacency **adjacency, const khop_graph *graph, khop_direction direction,
                                 khop_operator op) {
  khop_graph *made = NULL;
  const khop_graph *arcs = NULL;
  GrB_Matrix matrix = NULL;
  khop_status status = khop_i_graphblas();
  if (status == KHOP_OK) status = khop_i_arcs(&arcs, &made, graph, direction);
  if (status == KHOP_OK) status = import_adjacency(&matrix, arcs, op == KHOP_WALK_POWER);
  khop_graph_free(made);
  *adjacency = (khop_i_adjacency *)matrix;
  return status;
}

void khop_i_adjacency_free(khop_i_adjacency *adjacency) {
  GrB_Matrix matrix = (GrB_Matrix)adjacency;
  if (matrix) GrB_Matrix_free(&matrix);
}

/* --- one block ------------------------------------------------------------------------------ */

typedef struct block {
  GrB_Matrix adjacency, frontier, before, mask;
  GrB_Descriptor plain, masked; /* one thread each: the parallelism is over blocks */
  GrB_Semiring semiring;
  khop_operator op;
  bool symmetric;
} block;

static khop_status block_open(block *b, int64_t rows, const int64_t *sources) {
  khop_status status = KHOP_OK;
  bool numbers = b->op == KHOP_WALK_POWER;
  GrB_Index n = 0;
  GrB_Type type = numbers ? GrB_FP64 : GrB_BOOL;
  b->semiring = numbers ? GrB_PLUS_TIMES_SEMIRING_FP64 : GxB_ANY_PAIR_BOOL;
  KHOP_GRB(GrB_Matrix_nrows(&n, b->adjacency));
  KHOP_GRB(GrB_Descriptor_new(&b->plain));
  KHOP_GRB(GxB_Desc_set(b->plain, GxB_NTHREADS, 1));
  KHOP_GRB(GrB_Descriptor_new(&b->masked));
  KHOP_GRB(GxB_Desc_set(b->masked, GxB_NTHREADS, 1));
  KHOP_GRB(GxB_Desc_set(b->masked, GrB_OUTP, GrB_REPLACE));
  KHOP_GRB(GxB_Desc_set(b->masked, GrB_MASK, GrB_COMP + GrB_STRUCTURE));
  KHOP_GRB(GrB_Matrix_new(&b->frontier, type, (GrB_Index)rows, n));
  KHOP_GRB(GrB_Matrix_new(&b->before, type, (GrB_Index)rows, n));
  KHOP_GRB(GrB_Matrix_new(&b->mask, type, (GrB_Index)rows, n));
  for (int64_t r = 0; r < rows; r++)
    KHOP_GRB(numbers ? GrB_Matrix_setElement_FP64(b->frontier, 1, (GrB_Index)r, (GrB_Index)sources[r])
                     : GrB_Matrix_setElement_BOOL(b->frontier, true, (GrB_Index)r, (GrB_Index)sources[r]));
  KHOP_GRB(GrB_Matrix_wait(b->frontier, GrB_MATERIALIZE));
  if (!b->symmetric || b->op == KHOP_BALL) {
    KHOP_GRB(GrB_Matrix_free(&b->mask));
    KHOP_GRB(GrB_Matrix_dup(&b->mask, b->frontier));
  }
done:
  return status;
}

static void block_close(block *b) {
  GrB_Matrix_free(&b->frontier);
  GrB_Matrix_free(&b->before);
  GrB_Matrix_free(&b->mask);
  GrB_Descriptor_free(&b->plain);
  GrB_Descriptor_free(&b->masked);
}

/* Ring and ball: the nodes next to the frontier that no earlier hop has seen. */
static khop_status step_search(block *b) {
  khop_status status = KHOP_OK;
  bool all_visited = !b->symmetric || b->op == KHOP_BALL;
  GrB_BinaryOp either = GrB_LOR;
  if (!all_visited)
    KHOP_GRB(GrB_Matrix_eWiseAdd_BinaryOp(b->mask, NULL, NULL, either, b->frontier, b->before,
                                          b->plain));
  GrB_Matrix oldest = b->before;
  b->before = b->frontier;
  b->frontier = oldest;
  KHOP_GRB(GrB_mxm(b->frontier, b->mask, NULL, b->semiring, b->before, b->adjacency, b->masked));
  if (all_visited)
    KHOP_GRB(GrB_Matrix_eWiseAdd_BinaryOp(b->mask, NULL, NULL, either, b->mask, b->frontier,
                                          b->plain));
done:
  return status;
}

static khop_status step_walk(block *b) {
  GrB_Matrix older = b->before;
  b->before = b->frontier;
  b->frontier = older;
  return khop_i_graphblas_check(
      GrB_mxm(b->frontier, NULL, NULL, b->semiring, b->before, b->adjacency, b->plain), "GrB_mxm");
}

khop_status khop_i_bfs_graphblas(const khop_i_adjacency *adjacency, khop_operator op, bool symmetric, int64_t rows,
                                 const int64_t *sources, int count, const int *hops, khop_i_visit visit,
                                 void *context) {
  khop_status status = KHOP_OK;
  block b = {.adjacency = (GrB_Matrix)(uintptr_t)adjacency, .op = op, .symmetric = symmetric};
  bool walk = op == KHOP_WALK_POWER || op == KHOP_WALK_SUPPORT, exhausted = false;
  KHOP_TRY(block_open(&b, rows, sources));
  for (int slot = 0, hop = 0; slot < count; slot++) {
    for (; hop < hops[slot] && !exhausted; hop++) {
      KHOP_TRY(walk ? step_walk(&b) : step_search(&b));
      GrB_Index entries = 0;
      KHOP_GRB(GrB_Matrix_nvals(&entries, b.frontier));
      exhausted = entries == 0;
    }
    if (exhausted && op != KHOP_BALL) break;
    KHOP_TRY(khop_i_graphblas_lend(op == KHOP_BALL ? b.mask : b.frontier, op == KHOP_WALK_POWER, rows, slot, visit,
                                   context, b.plain));
  }
done:
  block_close(&b);
  return status;
}
