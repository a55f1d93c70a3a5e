/* shard_run_step.c: forward and backward of a model on several ranks (khop/shard_run.h). */
#include "base/error.h"
#include "distributed/exchange.h"
#include "distributed/shard_ops.h"
#include "distributed/shard_parts.h"

/* --- losses -------------------------------------------------------------------------------------------------- */

khop_status khop_i_shard_gather_losses(khop_shard_run *r, khop_status status, double *terms) {
  KHOP_TRY(khop_i_fetch(r->exchange, status, r->all_loss, r->own_loss, r->pattern, sizeof *r->own_loss));
  *terms = 0;
  for (int p = 0; p < r->parts; p++) *terms += r->all_loss[p].terms;
done:
  return status;
}

/* The mean over the terms of all parts, which are added in their order. */
static double whole_loss(const khop_shard_run *r) {
  double sum = 0;
  for (int p = 0; p < r->parts; p++) sum += r->all_loss[p].terms > 0 ? r->all_loss[p].loss * r->all_loss[p].terms : 0;
  return sum / r->terms;
}

/* --- the steps ----------------------------------------------------------------------------------------------- */

khop_status khop_shard_run_forward(double *loss, khop_shard_run *r, bool training, uint64_t seed, uint64_t step) {
  khop_status status = KHOP_OK;
  double terms;
  if (loss) *loss = 0;
  KHOP_TRY(khop_i_agree_on(r->exchange, status, 3,
                           (khop_i_agreed[]){{"training", training}, {"seed", (int64_t)seed}, {"step", (int64_t)step}}));
  r->split->parameter_array = r->model->parameter_array;
  r->dropping = training && r->training;
  r->seed = seed;
  r->step = step;
  for (int p = 0; p < r->own; p++)
    khop_i_run_begin_forward(r->run[p], training, khop_i_random_key(seed, 0, (uint64_t)(r->first + p)), step);
  for (int at = 0; at < r->split->count; at++) {
    for (int p = 0; p < r->own; p++) khop_i_run_forward_op(r->run[p], at);
    if (r->elsewhere[at]) KHOP_TRY(khop_i_shard_op_of(&r->split->ops[at])->forward(r, at));
  }
  if (r->terms == 0) return KHOP_OK;
  for (int p = 0; p < r->own; p++) r->own_loss[p].loss = r->run[p]->loss;
  KHOP_TRY(khop_i_shard_gather_losses(r, KHOP_OK, &terms));
  if (loss) *loss = whole_loss(r);
done:
  return status;
}

static khop_status check_backward(const khop_shard_run *r) {
  khop_i_run_state state = r->run[0]->state;
  if (!r->training) return khop_i_fail(KHOP_E_ARGUMENT, "backward of a run that was made without training");
  if (r->terms == 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "backward without a loss: labels or targets are bound before the forward");
  if (state != KHOP_I_COMPARED && state != KHOP_I_FORWARD)
    return khop_i_fail(KHOP_E_ARGUMENT, "backward without a forward before it: each forward is gone back from once");
  return KHOP_OK;
}

/* The gradients of all parts, added in their order. */
static khop_status add_gradients(khop_shard_run *r) {
  int64_t count = r->split->parameters;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_fetch(r->exchange, KHOP_OK, r->all_gradients, r->own_gradients, r->pattern,
                        (size_t)count * sizeof *r->gradients));
  for (int64_t k = 0; k < count; k++) {
    khop_real sum = r->all_gradients[k];
    for (int p = 1; p < r->parts; p++) sum += r->all_gradients[p * count + k];
    r->gradients[k] = sum;
  }
done:
  return status;
}

khop_status khop_shard_run_backward(khop_shard_run *r) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_agree(r->exchange, check_backward(r)));
  for (int p = 0; p < r->own; p++) khop_i_run_begin_backward(r->run[p]);
  for (int at = r->split->count - 1; at > 0; at--) {
    for (int p = 0; p < r->own; p++) khop_i_run_backward_op(r->run[p], at, r->own_loss[p].terms / r->terms);
    if (r->elsewhere[at] && khop_i_parts_need(r, at)) KHOP_TRY(khop_i_shard_op_of(&r->split->ops[at])->backward(r, at));
  }
  if (r->split->parameters) KHOP_TRY(add_gradients(r));
done:
  return status;
}
