/* return_walks.c: see return_walks.h. A row of P^s at a time, as a sparse vector, from every node:
 *
 *   x_0 = e_i,  x_(s+1) = x_s P       directed:    P^s(i, i) = x_s(i)
 *
 * Of an undirected graph d_v P^s(v, i) = d_i P^s(i, v), so that two halves of a walk meet in the middle:
 *
 *   P^(s+t)(i, i) = sum_v P^s(i, v) P^t(v, i) = d_i sum_v x_s(v) x_t(v) / d_v       t = s or s + 1 */
#include "data/return_walks.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "graph/graph.h"

/* Entries are those of nodes whose mark is the row's. */
typedef struct sparse_row {
  double *value;   /* (nodes) */
  int64_t *mark;   /* (nodes) */
  int32_t *list;   /* (nodes) of its entries, in the order of discovery */
  int64_t count, id;
} sparse_row;

static void add_entry(sparse_row *r, int32_t node, double value) {
  if (r->mark[node] != r->id) {
    r->mark[node] = r->id;
    r->value[node] = 0;
    r->list[r->count++] = node;
  }
  r->value[node] += value;
}

static void begin_row(sparse_row *r, int64_t id) {
  r->id = id;
  r->count = 0;
}

static void step(sparse_row *to, const sparse_row *from, const khop_graph *g) {
  begin_row(to, from->id + 1);
  for (int64_t e = 0; e < from->count; e++) {
    int32_t node = from->list[e];
    double share = from->value[node] / (double)(g->offsets[node + 1] - g->offsets[node]);
    for (int64_t a = g->offsets[node]; a < g->offsets[node + 1]; a++) add_entry(to, g->targets[a], share);
  }
}

/* d_i sum_v x(v) y(v) / d_v: an entry beside the beginning has a neighbour. */
static double meet(const sparse_row *x, const sparse_row *y, const khop_graph *g, int64_t node) {
  double sum = 0;
  for (int64_t e = 0; e < x->count; e++) {
    int32_t v = x->list[e];
    if (y->mark[v] == y->id) sum += x->value[v] * y->value[v] / (double)(g->offsets[v + 1] - g->offsets[v]);
  }
  return sum * (double)(g->offsets[node + 1] - g->offsets[node]);
}

static double entry_of(const sparse_row *r, int64_t node) { return r->mark[node] == r->id ? r->value[node] : 0; }

/* id: the first of steps + 1 marks that nobody else has. */
static void walk(khop_real *out, sparse_row pair[2], const khop_graph *g, int64_t node, int steps, int64_t id) {
  sparse_row *now = &pair[0], *next = &pair[1];
  bool alone = g->offsets[node] == g->offsets[node + 1];
  begin_row(now, id);
  add_entry(now, (int32_t)node, 1);
  for (int done = 0; done < steps;) {
    step(next, now, g);
    if (g->directed) {
      out[done++] = (khop_real)entry_of(next, node);
    } else {
      out[done++] = alone ? 0 : (khop_real)meet(now, next, g, node);
      if (done < steps) out[done++] = alone ? 0 : (khop_real)meet(next, next, g, node);
    }
    sparse_row *other = now;
    now = next;
    next = other;
  }
}

khop_status khop_i_return_walks(khop_real *table, int64_t columns, int64_t first, const khop_graph *graph, int steps) {
  khop_status status = KHOP_OK;
  int64_t nodes = graph->nodes, arcs = graph->arcs;
  int threads = khop_i_threads_for(arcs > INT64_MAX / 64 ? INT64_MAX : 64 * arcs);
  double *value = NULL;
  int64_t *mark = NULL;
  int32_t *list = NULL;
  KHOP_TRY(khop_i_alloc_raw(&value, 2 * threads * nodes, sizeof *value, "walks"));
  KHOP_TRY(khop_i_alloc(&mark, 2 * threads * nodes, sizeof *mark, "walks"));
  KHOP_TRY(khop_i_alloc_raw(&list, 2 * threads * nodes, sizeof *list, "walks"));
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads)
  for (int64_t i = 0; i < nodes; i++) {
    sparse_row pair[2];
    for (int p = 0; p < 2; p++) {
      int64_t at = (2 * khop_i_thread() + p) * nodes;
      pair[p] = (sparse_row){.value = value + at, .mark = mark + at, .list = list + at};
    }
    walk(table + i * columns + first, pair, graph, i, steps, i * (steps + 1) + 1);
  }
done:
  khop_i_free(value);
  khop_i_free(mark);
  khop_i_free(list);
  return status;
}
