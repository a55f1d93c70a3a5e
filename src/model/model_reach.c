/* model_reach.c: how far a row of a model's output looks, and which ball around it decides it.
 *
 * An op of a path from the output to the features reads rows that are `seen` hops away from the row that is asked for:
 * the sum of the furthest hops of the ops behind it. It looks H hops further. For the columns that it reads to have
 * their own degrees, as sym and col norms need, all that lies H hops around these must be there as well. */
#include "model/model_reach.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/kinds.h"

int64_t khop_i_op_furthest(const khop_i_op *op) {
  int64_t most = 0;
  for (int t = 0; t < op->taps; t++) most = op->hops[t] > most ? op->hops[t] : most;
  return most;
}

bool khop_i_op_needs_column_degrees(const khop_i_op *op) {
  bool takes_norm = op->kind == KHOP_I_CONV || op->kind == KHOP_I_MIX;
  return takes_norm && (op->norm == KHOP_NORM_SYM || op->norm == KHOP_NORM_COL);
}

static khop_status refuse_op(const khop_i_op *op, int at) {
  if (op->kind == KHOP_I_GLOBAL_MEAN || op->kind == KHOP_I_READOUT || op->kind == KHOP_I_GRAPH_FEATURES ||
      op->kind == KHOP_I_PPR || op->kind == KHOP_I_NODE_WEIGHTS || op->pooled)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) looks at all nodes of the graph: no part of it decides a row",
                       at, khop_i_kind_name(op->kind));
  if (op->taps && op->op == KHOP_METAPATH)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "op %d (%s) is over metapaths: only their rings know how far they lead", at,
                       khop_i_kind_name(op->kind));
  return KHOP_OK;
}

/* Adds what op `at` needs, and hands on to its inputs how far from the output they are seen. */
static void follow(khop_reach *reach, int64_t *seen, const khop_model *model, int at, bool degrees_known) {
  const khop_i_op *op = &model->ops[at];
  int64_t hops = khop_i_op_furthest(op), there = seen[at] + hops;
  int64_t ball = there + (!degrees_known && khop_i_op_needs_column_degrees(op) ? hops : 0);
  if (there > reach->hops) reach->hops = there;
  if (ball > reach->ball) reach->ball = ball;
  for (int k = 0; k < op->inputs; k++)
    if (there > seen[op->input[k]]) seen[op->input[k]] = there;
}

/* Both ways where ops look in different directions, or ask in how many rows a column is. */
static khop_direction direction_of(const khop_model *model, const int64_t *seen, bool degrees_known) {
  khop_direction direction = KHOP_ALL;
  bool any = false;
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    if (seen[i] < 0 || khop_i_op_furthest(op) == 0) continue;
    if (!degrees_known && khop_i_op_needs_column_degrees(op)) return KHOP_ALL;
    if (any && op->direction != direction) return KHOP_ALL;
    direction = op->direction;
    any = true;
  }
  return any ? direction : KHOP_OUT;
}

khop_status khop_i_model_reach(khop_reach *reach, int64_t *seen, const khop_model *model, bool degrees_known) {
  khop_status status = KHOP_OK;
  *reach = (khop_reach){0};
  for (int i = 0; i < model->count; i++) seen[i] = -1;
  seen[model->output] = 0;
  for (int i = model->output; i >= 0; i--) {
    if (seen[i] < 0) continue;
    KHOP_TRY(refuse_op(&model->ops[i], i));
    follow(reach, seen, model, i, degrees_known);
  }
  reach->direction = direction_of(model, seen, degrees_known);
done:
  if (status != KHOP_OK) *reach = (khop_reach){0};
  return status;
}

khop_status khop_model_reach(khop_reach *reach, const khop_model *model) {
  khop_status status = KHOP_OK;
  int64_t *seen = NULL;
  if (!reach || !model)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_model_reach: the model or a place for the result is missing");
  *reach = (khop_reach){0};
  if (model->status != KHOP_OK) return khop_i_fail(model->status, "%s", model->message);
  if (model->output < 0) return khop_i_fail(KHOP_E_ARGUMENT, "khop_model_reach: the model has no ops");
  KHOP_TRY(khop_i_alloc_raw(&seen, model->count, sizeof *seen, "the reach of a model"));
  KHOP_TRY(khop_i_model_reach(reach, seen, model, false));
done:
  khop_i_free(seen);
  return status;
}
