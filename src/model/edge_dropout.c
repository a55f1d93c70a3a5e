/* edge_dropout.c: see edge_dropout.h. */
#include "model/edge_dropout.h"
#include "base/threads.h"
#include "model/conv_plan.h"

static bool drops_edges(const khop_i_op *op) {
  return (op->kind == KHOP_I_CONV || op->kind == KHOP_I_MIX) && op->rate > 0;
}

static int64_t entries_of(const khop_rings *rings) { return rings->csr->offsets[rings->nodes * rings->slots]; }

void khop_i_plan_edge_dropout(khop_run *run, khop_i_node *node, khop_i_arena *arena) {
  if (!drops_edges(node->op) || !run->training) return;
  const khop_rings *rings = khop_i_run_rings(run, node->op);
  node->row_values = khop_i_arena_take(arena, entries_of(rings), sizeof *node->row_values);
  node->column_values = node->row_values;
  if (!rings->symmetric)
    node->column_values = khop_i_arena_take(arena, entries_of(rings), sizeof *node->column_values);
}

khop_i_edge_draw khop_i_edge_draw_of(uint64_t key, double rate, bool symmetric) {
  return (khop_i_edge_draw){.key = key, .limit = (uint32_t)(rate * 0x1p32), .scale = (khop_real)(1 / (1 - rate)),
                            .symmetric = symmetric};
}

static khop_real factor_of(const khop_i_edge_draw *d, uint64_t row, uint64_t column) {
  bool turn = d->symmetric ? row > column : d->transposed;
  uint64_t pair = turn ? (column << 32) + row : (row << 32) + column;
  return (uint32_t)(khop_i_random_mix(d->key + pair) >> 32) >= d->limit ? d->scale : 0;
}

void khop_i_edge_values(khop_real *values, const khop_rings *rings, const khop_i_tap *tap, const int64_t *node,
                        const khop_i_edge_draw *d) {
  const khop_real *own = rings->csr->values;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(4 * khop_rings_entries(rings, tap->slot)))
  for (int64_t i = 0; i < rings->nodes; i++)
    for (int64_t e = tap->offsets[i * tap->stride]; e < tap->offsets[i * tap->stride + 1]; e++) {
      int64_t j = tap->columns[e];
      values[e] = factor_of(d, (uint64_t)(node ? node[i] : i), (uint64_t)(node ? node[j] : j)) * (own ? own[e] : 1);
    }
}

/* One way: the taps of rings get these values, or in evaluation the rings' own. */
static void drop_way(khop_i_tap *taps, int count, khop_real *values, const khop_rings *rings, bool dropping,
                     const khop_i_edge_draw *d) {
  for (int t = 0; t < count; t++) {
    if (taps[t].slot < 0) continue;
    taps[t].values = dropping ? values : rings->csr->values;
    if (dropping && !(d->symmetric && d->transposed)) khop_i_edge_values(values, rings, &taps[t], NULL, d);
  }
}

void khop_i_drop_edges(khop_run *run, int at) {
  khop_i_node *node = &run->node[at];
  if (!drops_edges(node->op) || !run->training) return;
  const khop_taps *taps = node->taps;
  khop_i_edge_draw d = khop_i_edge_draw_of(khop_i_random_key(run->seed, run->step, (uint64_t)at), node->op->rate,
                                           taps->rings == taps->transposed_rings);
  drop_way(taps->forward, taps->count, node->row_values, taps->rings, run->dropping, &d);
  d.transposed = true;
  drop_way(taps->transposed, taps->count, node->column_values, taps->transposed_rings, run->dropping, &d);
}
