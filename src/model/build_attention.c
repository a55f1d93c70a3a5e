/* build_attention.c: builders of the ops that weigh by what they read: softmax, weighted sums, attention over taps. */
#include "model/build.h"

#include <khop/blocks.h>

khop_value khop_softmax(khop_model *model, khop_value x, int64_t groups) {
  if (!khop_i_model_ready(model, "softmax", x)) return -1;
  int64_t f = model->ops[x].columns;
  if (groups < 0 || (groups > 1 && f % groups))
    return khop_i_model_poison(model, KHOP_E_SHAPE, "softmax: %lld groups do not divide %lld columns",
                               (long long)groups, (long long)f);
  khop_i_op op = {.kind = KHOP_I_SOFTMAX, .columns = f, .groups = groups ? groups : 1};
  return khop_i_model_append(model, op, 1, &x);
}

khop_value khop_weighted_sum(khop_model *model, khop_value weights, khop_value x) {
  if (!khop_i_model_ready(model, "weighted_sum", weights) || !khop_i_model_ready(model, "weighted_sum", x)) return -1;
  int64_t taps = model->ops[weights].columns, f = model->ops[x].columns;
  if (f % taps)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "weighted_sum: %lld weights do not divide %lld columns",
                               (long long)taps, (long long)f);
  khop_i_op op = {.kind = KHOP_I_WEIGHTED_SUM, .columns = f / taps};
  return khop_i_model_append(model, op, 2, (khop_value[]){weights, x});
}

khop_value khop_tap_attention(khop_model *model, khop_value x, int taps) {
  if (!khop_i_model_ready(model, "tap attention", x)) return -1;
  if (taps < 1 || model->ops[x].columns % taps)
    return khop_i_model_poison(model, KHOP_E_SHAPE, "tap attention: %d taps do not divide %lld columns", taps,
                               (long long)model->ops[x].columns);
  return khop_weighted_sum(model, khop_softmax(model, khop_linear(model, x, taps, true), 0), x);
}
