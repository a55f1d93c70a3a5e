/* build_ppr.c: the builder of the op that reaches all hops at once. */
#include "model/build.h"

khop_value khop_ppr(khop_model *model, khop_value x, double teleport) {
  int hop = 1;
  if (!khop_i_model_ready(model, "ppr", x)) return -1;
  if (!(teleport > 0 && teleport <= 1))
    return khop_i_model_poison(model, KHOP_E_ARGUMENT, "ppr: a teleport of %g is not in (0, 1]", teleport);
  khop_i_op op = {.kind = KHOP_I_PPR, .columns = model->ops[x].columns, .rate = teleport, .taps = 1, .hops = &hop,
                  .norm = KHOP_NORM_SYM, .self_loop = true};
  return khop_i_model_append(model, op, 1, &x);
}
