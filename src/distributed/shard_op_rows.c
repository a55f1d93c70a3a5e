/* shard_op_rows.c: ops that look at all rows, or at which row it is, and at no ring:
 *
 *   global mean    sums of each part, added in the order of the parts; forwards of x, backwards of dy
 *   node weights   the rows of the model's table that the rank owns
 *   drop blocks    the same blocks in all parts: drawn by the seed of the whole run */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/shard_op.h"
#include "distributed/shard_parts.h"
#include "model/op_drop.h"

#include <string.h>

static int64_t rows_of(const khop_shard_run *r, int p) { return r->row[p + 1] - r->row[p]; }
static int input_of(const khop_shard_run *r, int at) { return r->split->ops[at].input[0]; }

/* --- global mean ----------------------------------------------------------------------------------------------- */

/* Collective. rows (rows, f) of the rank become the mean over the rows of all ranks, in each row. */
static khop_status spread_mean(khop_real *rows, khop_shard_run *r, int64_t f) {
  double *own = NULL, *sum = NULL, nodes = (double)khop_shard_nodes(r->shard);
  khop_status status = khop_i_alloc(&own, r->own * f, sizeof *own, "a mean");
  if (status == KHOP_OK) status = khop_i_alloc(&sum, f, sizeof *sum, "a mean");
  for (int p = 0; status == KHOP_OK && p < r->own; p++)
    for (int64_t e = r->row[p] * f; e < r->row[p + 1] * f; e++) own[p * f + e % f] += (double)rows[e];
  KHOP_TRY(khop_i_parts_sum(sum, r, status, own, f));
  for (int64_t e = 0; e < khop_shard_rows(r->shard) * f; e++) rows[e] = (khop_real)(sum[e % f] / nodes);
done:
  khop_i_free(own);
  khop_i_free(sum);
  return status;
}

static khop_status forward_global_mean(khop_shard_run *r, int at) {
  khop_i_parts_values(r->x, r, input_of(r, at));
  khop_status status = spread_mean(r->x, r, r->split->ops[at].columns);
  if (status == KHOP_OK) khop_i_parts_set(r, at, r->x);
  return status;
}

static khop_status backward_global_mean(khop_shard_run *r, int at) {
  if (!khop_i_parts_need(r, input_of(r, at))) return KHOP_OK;
  khop_i_parts_gradients(r->y, r, at);
  khop_status status = spread_mean(r->y, r, r->split->ops[at].columns);
  if (status == KHOP_OK) khop_i_parts_add(r, input_of(r, at), r->y);
  return status;
}

const khop_i_shard_op khop_i_shard_op_global_mean = {NULL, forward_global_mean, backward_global_mean};

/* --- node weights ---------------------------------------------------------------------------------------------- */

static khop_status open_node_weights(khop_shard_run *r, int at) {
  const khop_i_op *op = &r->split->ops[at];
  int64_t table = op->weights / op->columns, nodes = khop_shard_nodes(r->shard);
  if (table == nodes) return KHOP_OK;
  return khop_i_fail(KHOP_E_SHAPE, "op %d (node_weights) has a row for each of %lld nodes, and the graph has %lld",
                     r->origin[at], (long long)table, (long long)nodes);
}

/* Where the rows of a part begin in the table. */
static int64_t place_of(const khop_shard_run *r, int at, int p) {
  return (khop_shard_first(r->shard) + r->row[p]) * r->split->ops[at].columns;
}

static khop_status forward_node_weights(khop_shard_run *r, int at) {
  for (int p = 0; p < r->own; p++) {
    khop_real *y = r->run[p]->node[at].buffer;
    memcpy(y, khop_i_weights_of(r->run[p], &r->split->ops[at]) + place_of(r, at, p),
           (size_t)(rows_of(r, p) * r->split->ops[at].columns) * sizeof *y);
  }
  return KHOP_OK;
}

static khop_status backward_node_weights(khop_shard_run *r, int at) {
  for (int p = 0; p < r->own; p++) {
    khop_real *gradient = khop_i_weight_gradients_of(r->run[p], &r->split->ops[at]) + place_of(r, at, p);
    const khop_real *dy = r->run[p]->node[at].gradient;
    for (int64_t e = 0; e < rows_of(r, p) * r->split->ops[at].columns; e++) gradient[e] += dy[e];
  }
  return KHOP_OK;
}

const khop_i_shard_op khop_i_shard_op_node_weights = {open_node_weights, forward_node_weights, backward_node_weights};

/* --- drop blocks ----------------------------------------------------------------------------------------------- */

/* y = or += what stays of x (rows, columns). */
static void drop_blocks(khop_real *y, const khop_real *x, const khop_shard_run *r, int at, int64_t rows, bool accumulate) {
  const khop_i_op *op = &r->split->ops[at];
  uint64_t key = khop_i_random_key(r->seed, r->step, (uint64_t)r->origin[at]);
  for (int64_t i = 0; i < rows; i++)
    khop_i_drop_row(y + i * op->columns, x + i * op->columns, op->groups, op->columns / op->groups, key, 0,
                    r->dropping ? op->rate : 0, accumulate);
}

static khop_status forward_drop_blocks(khop_shard_run *r, int at) {
  for (int p = 0; p < r->own; p++)
    drop_blocks(r->run[p]->node[at].buffer, r->run[p]->node[input_of(r, at)].value, r, at, rows_of(r, p), false);
  return KHOP_OK;
}

static khop_status backward_drop_blocks(khop_shard_run *r, int at) {
  for (int p = 0; khop_i_parts_need(r, input_of(r, at)) && p < r->own; p++)
    drop_blocks(r->run[p]->node[input_of(r, at)].gradient, r->run[p]->node[at].gradient, r, at, rows_of(r, p), true);
  return KHOP_OK;
}

const khop_i_shard_op khop_i_shard_op_drop_blocks = {NULL, forward_drop_blocks, backward_drop_blocks};
