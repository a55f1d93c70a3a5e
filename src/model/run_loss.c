/* run_loss.c: the caller's own loss of the output, in the place of one of the model's. */
#include "model/run.h"
#include "base/error.h"
#include "model/kinds.h"

#include <math.h>
#include <string.h>

khop_status khop_run_own_loss(khop_run *run, khop_loss_function function, void *context) {
  const khop_model *model = run->model;
  if (function && model->loss >= 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "the model has a loss, op %d (%s): one of the caller's needs a model without",
                       model->loss, khop_i_kind_name(model->ops[model->loss].kind));
  run->own_loss = function;
  run->own_context = context;
  return KHOP_OK;
}

static khop_status check_gradient(const khop_real *dy, int64_t rows, int64_t columns) {
  for (int64_t e = 0; dy && e < rows * columns; e++)
    if (!isfinite(dy[e]))
      return khop_i_fail(KHOP_E_VALUE, "the caller's own loss: row %lld, column %lld of its gradient is not finite",
                         (long long)(e / columns), (long long)(e % columns));
  return KHOP_OK;
}

/* The gradient stands in the array of the output's, which nothing uses before backward. */
void khop_i_run_own_loss(khop_run *run) {
  const khop_i_node *y = &run->node[run->model->output];
  int64_t columns = y->op->columns;
  double loss = 0;
  if (y->gradient) memset(y->gradient, 0, (size_t)(y->rows * columns) * sizeof *y->gradient);
  khop_status status = run->own_loss(&loss, y->gradient, y->value, y->rows, columns, run->own_context);
  if (status != KHOP_OK)
    khop_i_fail(status, "the caller's own loss has failed: %s", khop_status_name(status));
  else if (!isfinite(loss))
    status = khop_i_fail(KHOP_E_VALUE, "the caller's own loss is %g", loss);
  else
    status = check_gradient(y->gradient, y->rows, columns);
  run->loss = status == KHOP_OK ? loss : (double)NAN;
  if (status != KHOP_OK) run->state = KHOP_I_FAILED;
  run->own_status = status;
}
