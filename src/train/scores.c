/* scores.c: see scores.h. */
#include "train/scores.h"
#include "base/error.h"
#include "kernels/softmax.h"

#include <khop/train.h>
#include <math.h>

static khop_i_kind loss_of(const khop_model *model) {
  return model->loss < 0 ? KHOP_I_MEAN_SQUARED_ERROR : model->ops[model->loss].kind;
}

bool khop_model_predicts_classes(const khop_model *model) {
  return loss_of(model) == KHOP_I_SOFTMAX_CROSS_ENTROPY;
}

bool khop_model_predicts_tasks(const khop_model *model) {
  return loss_of(model) == KHOP_I_BINARY_CROSS_ENTROPY;
}

khop_status khop_i_row_to_scores(khop_real *row, const khop_model *model, const char *what, int64_t number) {
  int64_t columns = khop_model_output_columns(model);
  khop_i_kind loss = loss_of(model);
  for (int64_t c = 0; c < columns; c++)
    if (!isfinite(row[c]))
      return khop_i_fail(KHOP_E_VALUE, "output %lld of %s %lld is not finite", (long long)c, what,
                         (long long)number);
  if (loss == KHOP_I_SOFTMAX_CROSS_ENTROPY) khop_i_softmax(row, row, columns);
  for (int64_t c = 0; loss == KHOP_I_BINARY_CROSS_ENTROPY && c < columns; c++)
    row[c] = (khop_real)(1 / (1 + exp(-(double)row[c])));
  return KHOP_OK;
}
