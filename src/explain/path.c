/* path.c: see path.h. Step k of n goes from (k/n)^2 to ((k+1)/n)^2 of the way, and its gradient is that at
 * ((k+1/2)/n)^2: steps are shorter near the base line, where layer norms turn fastest. No point is at an end, where
 * features of 0 would stand on the kink of every ReLU without a bias. */
#include "explain/path.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>

static bool bends(const khop_i_op *op) {
  switch (op->kind) {
  case KHOP_I_INPUT:
  case KHOP_I_LINEAR:
  case KHOP_I_CONV:
  case KHOP_I_MIX:
  case KHOP_I_POOL_MEAN:
  case KHOP_I_GLOBAL_MEAN:
  case KHOP_I_BIAS:
  case KHOP_I_PPR:
  case KHOP_I_NODE_WEIGHTS:
  case KHOP_I_GRAPH_FEATURES: /* given */
  case KHOP_I_DROPOUT: /* off */
  case KHOP_I_DROP_ROWS:
  case KHOP_I_DROP_BLOCKS:
  case KHOP_I_SCALE:
  case KHOP_I_ADD:
  case KHOP_I_CONCAT:
  case KHOP_I_WEIGH: return false;
  case KHOP_I_READOUT: return op->readout == KHOP_READOUT_MAX || op->readout == KHOP_READOUT_ATTENTION;
  default: return true;
  }
}

/* The output is the last op but a loss: what stands before it leads to it, or was built for nothing. */
bool khop_i_is_linear(const khop_model *model) {
  for (int i = 0; i <= model->output; i++)
    if (bends(&model->ops[i])) return false;
  return true;
}

khop_status khop_i_path_open(khop_i_path *p, const khop_i_subject *s) {
  khop_status status = KHOP_OK;
  int64_t outputs = khop_model_output_columns(s->model);
  KHOP_TRY(khop_i_alloc(&p->shares, s->numbers, sizeof *p->shares, "shares"));
  KHOP_TRY(khop_i_alloc(&p->dy, s->output_rows * outputs, sizeof *p->dy, "an output's gradient"));
done:
  return status;
}

void khop_i_path_close(khop_i_path *p) {
  khop_i_free(p->shares);
  khop_i_free(p->dy);
  *p = (khop_i_path){0};
}

/* Adds the gradients of the output in each step, times its part of the way. */
static khop_status add_gradients(khop_i_path *p, khop_i_subject *s, int steps) {
  khop_status status = KHOP_OK;
  const khop_real *gradient;
  for (int k = 0; k < steps; k++) {
    double root = (k + 0.5) / steps, part = 2 * root / steps;
    khop_i_subject_move(s, root * root);
    KHOP_TRY(khop_run_backward_from(s->run, s->model->output, p->dy, s->output_rows,
                                    khop_model_output_columns(s->model)));
    KHOP_TRY(khop_run_input_gradient(&gradient, s->run));
    for (int64_t e = 0; e < s->numbers; e++) p->shares[e] += part * (double)gradient[e];
  }
done:
  return status;
}

/* Sums of gradients into shares; whether they add up to the difference. */
static void finish_shares(khop_i_path *p, const khop_i_subject *s, int steps, double difference, double tolerance) {
  double sum = 0, size = 0;
  for (int64_t e = 0; e < s->numbers; e++) {
    p->shares[e] *= khop_i_subject_step(s, e);
    sum += p->shares[e];
    size += fabs(p->shares[e]);
  }
  p->steps = steps;
  p->error = fabs(sum - difference);
  p->complete = p->error <= tolerance * size;
}

khop_status khop_i_path_integrate(khop_i_path *p, khop_i_subject *s, int64_t output, double difference,
                                  double tolerance, int most) {
  khop_status status = KHOP_OK;
  khop_real *place = p->dy + s->place * khop_model_output_columns(s->model) + output;
  *place = 1;
  p->complete = false;
  for (int steps = 1; !p->complete && steps <= most; steps *= 2) {
    for (int64_t e = 0; e < s->numbers; e++) p->shares[e] = 0;
    KHOP_TRY(add_gradients(p, s, steps));
    finish_shares(p, s, steps, difference, tolerance);
    if (khop_i_is_linear(s->model)) break;
  }
done:
  *place = 0;
  return status;
}
