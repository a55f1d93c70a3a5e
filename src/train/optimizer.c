/* optimizer.c: Adam and AdamW over the block of parameters.
 *
 *   g += decay w                       (Adam: decay through the gradient)
 *   m = b1 m + (1-b1) g                v = b2 v + (1-b2) g^2
 *   w = (1 - rate decay) w - rate (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + eps)
 *                                      (the first factor: AdamW)
 * The kernel takes the corrections folded into rate and eps. */
#include "train/optimizer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "kernels/dispatch.h"

#include <math.h>

static khop_status check_numbers(const khop_optimizer_options *o) {
  const struct {
    const char *name;
    double value, below;
  } bounds[] = {{"rate", o->rate, INFINITY},       {"beta1", o->beta1, 1}, {"beta2", o->beta2, 1},
                {"epsilon", o->epsilon, INFINITY}, {"clip", o->clip, INFINITY}};
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
    if (!(bounds[i].value >= 0 && bounds[i].value < bounds[i].below))
      return khop_i_fail(KHOP_E_ARGUMENT, "optimiser: %s is %g", bounds[i].name, bounds[i].value);
  for (int g = 0; g < KHOP_PARAMETER_GROUPS; g++)
    if (!(o->decay[g] >= 0 && o->decay[g] < INFINITY))
      return khop_i_fail(KHOP_E_ARGUMENT, "optimiser: the weight decay of group %d is %g", g,
                         o->decay[g]);
  return KHOP_OK;
}

static void fill_defaults(khop_optimizer_options *o) {
  if (o->rate == 0) o->rate = 0.01;
  if (o->beta1 == 0) o->beta1 = 0.9;
  if (o->beta2 == 0) o->beta2 = 0.999;
  if (o->epsilon == 0) o->epsilon = 1e-8;
}

khop_status khop_optimizer_new(khop_optimizer **out, khop_model *model,
                               const khop_optimizer_options *options) {
  khop_status status = KHOP_OK;
  khop_optimizer *o = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&o, 1, sizeof *o, "an optimiser"));
  o->model = model;
  KHOP_TRY(KHOP_I_TAKE_HELD(khop_optimizer_options, &o->options, options));
  fill_defaults(&o->options);
  KHOP_TRY(check_numbers(&o->options));
  KHOP_TRY(khop_i_alloc(&o->first, model->parameters, sizeof *o->first, "first moments"));
  KHOP_TRY(khop_i_alloc(&o->second, model->parameters, sizeof *o->second, "second moments"));
  *out = o;
  o = NULL;
done:
  khop_optimizer_free(o);
  return status;
}

void khop_optimizer_free(khop_optimizer *optimizer) {
  if (!optimizer) return;
  khop_i_free(optimizer->first);
  khop_i_free(optimizer->second);
  khop_i_free(optimizer);
}

static void clip_gradients(khop_real *gradients, int64_t count, double largest) {
  enum { SUMS = 8 }; /* side by side: a single sum waits for each addition (44,000 numbers: 22 us, and 7.5) */
  double sum[SUMS] = {0};
  int64_t whole = count / SUMS * SUMS;
  for (int64_t i = 0; i < whole; i += SUMS)
    for (int s = 0; s < SUMS; s++) sum[s] += (double)gradients[i + s] * (double)gradients[i + s];
  for (int64_t i = whole; i < count; i++) sum[0] += (double)gradients[i] * (double)gradients[i];
  for (int s = 1; s < SUMS; s++) sum[0] += sum[s];
  double norm = sqrt(sum[0]);
  if (!(norm > largest)) return;
  khop_real scale = (khop_real)(largest / norm);
  for (int64_t i = 0; i < count; i++) gradients[i] *= scale;
}

static void step_span(khop_optimizer *o, const khop_real *gradients, int64_t first, int64_t count,
                      int group, double scale) {
  const khop_optimizer_options *p = &o->options;
  double rate = p->rate * scale, t = (double)o->steps, decay = p->decay[group];
  double first_bias = 1 - pow(p->beta1, t), second_bias = sqrt(1 - pow(p->beta2, t));
  khop_i_kernels_now()->adam(o->model->parameter_array + first, o->first + first, o->second + first,
                             gradients + first, count, rate * second_bias / first_bias, p->beta1,
                             p->beta2, p->epsilon * second_bias, p->decoupled ? 0 : decay,
                             p->decoupled ? 1 - rate * decay : 1);
}

void khop_optimizer_step(khop_optimizer *o, khop_real *gradients, double scale) {
  const khop_model *model = o->model;
  if (o->options.clip > 0) clip_gradients(gradients, model->parameters, o->options.clip);
  o->steps++;
  for (int i = 0; i < model->count; i++) {
    const khop_i_op *op = &model->ops[i];
    if (op->weights) step_span(o, gradients, op->first, op->weights, op->group, scale);
    int64_t biases = khop_i_op_learned_biases(op);
    if (biases) step_span(o, gradients, op->first + op->weights, biases, KHOP_PARAMETER_GROUP_NO_DECAY, scale);
  }
}
