/* run_step.c: forward and backward: loops over the ops, which can neither allocate nor fail on the way. */
#include "model/run.h"
#include "base/error.h"
#include "model/kinds.h"

#include <string.h>

double khop_run_forward(khop_run *run, bool training, uint64_t seed, uint64_t step) {
  run->dropping = training && run->training;
  run->seed = seed;
  run->step = step;
  run->loss = 0;
  run->state = run->labels || run->targets ? KHOP_I_COMPARED : KHOP_I_FORWARD;
  for (int i = 0; i < run->model->count; i++) {
    const khop_i_op_row *kind = khop_i_kinds[run->node[i].op->kind];
    if (!kind->loss || run->state == KHOP_I_COMPARED) kind->forward(run, i);
  }
  return run->loss;
}

/* Prepares a gradient right before the first op of backward that touches it: marks it as fresh where that op sets it,
 * else clears it. */
static void open_gradient(khop_i_node *node, int at, bool sets) {
  if (!node->gradient || node->last_reader != at) return;
  node->fresh = sets;
  if (!sets) memset(node->gradient, 0, (size_t)(node->rows * node->op->columns) * sizeof *node->gradient);
}

/* Whether there is something to go back from. */
static khop_status check_backward(const khop_run *run) {
  if (!run->training) return khop_i_fail(KHOP_E_ARGUMENT, "backward of a run that was made without training");
  switch (run->state) {
  case KHOP_I_COMPARED: return KHOP_OK;
  case KHOP_I_FORWARD:
    return khop_i_fail(KHOP_E_ARGUMENT, "backward without a loss: labels or targets are bound before the forward");
  case KHOP_I_IDLE: break;
  }
  return khop_i_fail(KHOP_E_ARGUMENT, "backward without a forward before it: each forward is gone back from once");
}

khop_status khop_run_backward(khop_run *run) {
  khop_status status = check_backward(run);
  if (status != KHOP_OK) return status;
  run->state = KHOP_I_IDLE;
  if (run->gradients) /* NULL where there is nothing to learn */
    memset(run->gradients, 0, (size_t)run->model->parameters * sizeof *run->gradients);
  for (int i = run->model->count - 1; i > 0; i--) {
    khop_i_node *node = &run->node[i];
    const khop_i_op_row *kind = khop_i_kinds[node->op->kind];
    open_gradient(node, i, false);
    for (int k = 0; k < node->op->inputs; k++)
      if (!node->gradient || khop_i_input_of(run, i, k)->gradient != node->gradient)
        open_gradient(khop_i_input_of(run, i, k), i, kind->sets);
    if (node->gradient || kind->loss) kind->backward(run, i);
    for (int k = 0; k < node->op->inputs; k++) khop_i_input_of(run, i, k)->fresh = false;
  }
  return KHOP_OK;
}

const khop_real *khop_run_value(const khop_run *run, khop_value value) {
  return value < 0 || value >= run->model->count ? NULL : run->node[value].value;
}
const khop_real *khop_run_output(const khop_run *run) {
  return khop_run_value(run, run->model->output);
}
khop_real *khop_run_gradients(khop_run *run) { return run->gradients; }
