/* run_step.c: forward: a loop over the ops, which can neither allocate nor fail on the way; and what comes of it. */
#include "model/run.h"
#include "model/kinds.h"

void khop_i_run_begin_forward(khop_run *run, bool training, uint64_t seed, uint64_t step) {
  run->dropping = training && run->training;
  run->seed = seed;
  run->step = step;
  run->loss = 0;
  run->state = run->labels || run->targets || run->own_loss ? KHOP_I_COMPARED : KHOP_I_FORWARD;
  /* What is predicted has the same bits whatever other rows the run has; training takes the faster products. */
  for (int i = 0; i < run->model->count; i++) run->node[i].matrix.row_by_row = !run->dropping;
}

void khop_i_run_forward_op(khop_run *run, int at) {
  const khop_i_op_row *kind = khop_i_kinds[run->node[at].op->kind];
  if (!khop_i_run_makes(run, at)) return;
  if (!kind->loss || run->state == KHOP_I_COMPARED) kind->forward(run, at);
}

double khop_run_forward(khop_run *run, bool training, uint64_t seed, uint64_t step) {
  khop_i_run_begin_forward(run, training, seed, step);
  for (int i = 0; i < run->model->count; i++) khop_i_run_forward_op(run, i);
  if (run->own_loss) khop_i_run_own_loss(run);
  return run->loss;
}

const khop_real *khop_run_value(const khop_run *run, khop_value value) {
  return value < 0 || value >= run->model->count ? NULL : run->node[value].value;
}
const khop_real *khop_run_output(const khop_run *run) {
  return khop_run_value(run, run->model->output);
}
