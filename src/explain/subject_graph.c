/* subject_graph.c: a graph of a set as a subject: the set that it is alone, in a batch of one. */
#include "explain/subject_graph.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/batch.h"
#include "train/graphs/worker.h"

#include <string.h>

/* --- the graph alone ---------------------------------------------------------------------------------- */

khop_status khop_i_block_graph(khop_graph **made, const khop_graphs *set, int64_t graph) {
  const khop_graph *all = khop_graphs_graph(set);
  const int64_t *first = khop_graphs_first(set) + graph, *from = khop_graph_offsets(all);
  int64_t nodes = first[1] - first[0], arcs = from[first[1]] - from[first[0]], *offsets = NULL, *targets = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&offsets, nodes + 1, sizeof *offsets, "a graph of a set"));
  KHOP_TRY(khop_i_alloc(&targets, arcs, sizeof *targets, "a graph of a set"));
  for (int64_t i = 0; i <= nodes; i++) offsets[i] = from[first[0] + i] - from[first[0]];
  for (int64_t a = 0; a < arcs; a++) targets[a] = khop_graph_targets(all)[from[first[0]] + a] - first[0];
  KHOP_TRY(khop_graph_from_csr(made, nodes, offsets, targets, khop_graph_is_directed(all)));
done:
  khop_i_free(offsets);
  khop_i_free(targets);
  return status;
}

/* The types of its arcs, as those of edges: each arc is one, and gives the same to both. */
static khop_status take_types(khop_graphs *one, const khop_graphs *set, int64_t graph) {
  int types = 0, *type = NULL;
  const uint8_t *all = khop_graphs_arc_types(set, &types);
  const khop_graph *g = khop_graphs_graph(one);
  int64_t n = khop_graph_nodes(g), arcs = khop_graph_offsets(g)[n], *from = NULL, *to = NULL;
  khop_status status = KHOP_OK;
  if (!all) return KHOP_OK;
  all += khop_graph_offsets(khop_graphs_graph(set))[khop_graphs_first(set)[graph]];
  KHOP_TRY(khop_i_alloc(&from, arcs, sizeof *from, "types of arcs"));
  KHOP_TRY(khop_i_alloc(&to, arcs, sizeof *to, "types of arcs"));
  KHOP_TRY(khop_i_alloc(&type, arcs, sizeof *type, "types of arcs"));
  for (int64_t i = 0; i < n; i++)
    for (int64_t a = khop_graph_offsets(g)[i]; a < khop_graph_offsets(g)[i + 1]; a++)
      from[a] = i, to[a] = khop_graph_targets(g)[a], type[a] = all[a];
  KHOP_TRY(khop_graphs_set_edge_types(one, arcs, from, to, type, types));
done:
  khop_i_free(from);
  khop_i_free(to);
  khop_i_free(type);
  return status;
}

static khop_features rows_of(const khop_features *x, int64_t first, int64_t count) {
  khop_features rows = *x;
  rows.rows = count;
  if (x->dense) rows.dense += first * x->columns;
  else rows.offsets += first;
  return rows;
}

/* Sparse rows begin at 0 in a set of their own. */
static khop_status make_alone(khop_graphs **out, const khop_graphs *set, int64_t graph) {
  khop_status status = KHOP_OK;
  khop_graph *block = NULL;
  int64_t first = khop_graphs_first(set)[graph], end = khop_graphs_first(set)[graph + 1], columns = 0;
  int64_t bounds[] = {0, end - first}, *offsets = NULL;
  khop_features x = rows_of(khop_graphs_features(set), first, end - first);
  const khop_real *known = khop_graphs_graph_features(set, &columns);
  if (x.offsets) {
    int64_t start = x.offsets[0];
    KHOP_TRY(khop_i_copy(&offsets, x.offsets, x.rows + 1, sizeof *offsets, "features of a graph"));
    for (int64_t i = 0; i <= x.rows; i++) offsets[i] -= start;
    x.offsets = offsets;
    x.indices += start;
    x.values += start;
  }
  KHOP_TRY(khop_i_block_graph(&block, set, graph));
  KHOP_TRY(khop_graphs_new(out, block, 1, bounds, &x));
  block = NULL;
  if (known) KHOP_TRY(khop_graphs_set_graph_features(*out, known + graph * columns, columns));
  KHOP_TRY(take_types(*out, set, graph));
done:
  khop_graph_free(block);
  khop_i_free(offsets);
  return status;
}

/* --- the subject -------------------------------------------------------------------------------------- */

khop_status khop_i_subject_open_graph(khop_i_subject *s, khop_model *model, const khop_graphs *set, int64_t graph,
                                      khop_baseline baseline, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_run_options options = {.size = sizeof options, .training = true, .input_gradient = true, .max_bytes = max_bytes};
  int64_t zero = 0;
  *s = (khop_i_subject){.model = model, .output_rows = 1};
  KHOP_TRY(khop_i_worker_check(model, set));
  if (baseline == KHOP_BASELINE_MEAN) KHOP_TRY(khop_i_features_mean(&s->base, khop_graphs_features(set)));
  KHOP_TRY(make_alone(&s->set, set, graph));
  KHOP_TRY(khop_graphs_rings(s->rings, &s->made, model, s->set, max_bytes));
  KHOP_TRY(khop_batch_new(&s->batch, s->set, s->made, s->rings, 1));
  KHOP_TRY(khop_batch_fill(s->batch, 1, &zero));
  s->x = s->batch->features;
  s->now = s->batch->rows;
  s->numbers = s->x.rows * s->x.columns;
  KHOP_TRY(khop_i_copy(&s->own, s->now, s->numbers, sizeof *s->own, "features of a graph"));
  KHOP_TRY(khop_run_new_batch_with(&s->run, model, s->batch, &options));
done:
  return status;
}
