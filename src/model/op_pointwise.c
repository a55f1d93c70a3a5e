/* op_pointwise.c: functions of one number: ReLU, GELU, tanh, sigmoid.
 *
 *   relu'(x) = [x > 0]               gelu'(x) = Phi(x) + x phi(x)   (Hendrycks and Gimpel 2016)
 *   tanh'(x) = 1 - tanh(x)^2         sigmoid'(x) = s(x) (1 - s(x)) */
#include "model/run.h"
#include "base/threads.h"

#include <tgmath.h>

/* Forward maps x to y; backward adds dy times a slope that may use x and y. */
#define DEFINE_POINTWISE(name, cost, map, slope)                                                   \
  void khop_i_op_##name##_forward(khop_run *run, int at) {                                         \
    khop_i_node *node = &run->node[at];                                                            \
    const khop_real *in = khop_i_input_of(run, at, 0)->value;                                      \
    khop_real *out = node->buffer;                                                                 \
    int64_t count = node->rows * node->op->columns;                                                \
    int threads = khop_i_threads_for(count * (cost));                                              \
    _Pragma("omp parallel for num_threads(threads)")                                               \
    for (int64_t i = 0; i < count; i++) {                                                          \
      khop_real x = in[i];                                                                         \
      out[i] = map;                                                                                \
    }                                                                                              \
  }                                                                                                \
  void khop_i_op_##name##_backward(khop_run *run, int at) {                                        \
    const khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);                \
    const khop_real *in = input->value, *out = node->buffer, *dy = node->gradient;                 \
    khop_real *dx = input->gradient;                                                               \
    if (!dx) return;                                                                               \
    int64_t count = node->rows * node->op->columns;                                                \
    int threads = khop_i_threads_for(count * (cost));                                              \
    _Pragma("omp parallel for num_threads(threads)")                                               \
    for (int64_t i = 0; i < count; i++) {                                                          \
      khop_real x = in[i], y = out[i];                                                             \
      (void)x;                                                                                     \
      (void)y;                                                                                     \
      dx[i] += dy[i] * (slope);                                                                    \
    }                                                                                              \
  }

static khop_real normal_cdf(khop_real x) {
  return (khop_real)0.5 * (1 + erf(x * (khop_real)0.70710678118654752440));
}
static khop_real normal_density(khop_real x) {
  return (khop_real)0.39894228040143267794 * exp(-(khop_real)0.5 * x * x);
}

DEFINE_POINTWISE(relu, 1, x > 0 ? x : 0, x > 0 ? 1 : (khop_real)0)
DEFINE_POINTWISE(gelu, 16, x *normal_cdf(x), normal_cdf(x) + x * normal_density(x))
DEFINE_POINTWISE(tanh, 16, tanh(x), 1 - y * y)
DEFINE_POINTWISE(sigmoid, 16, 1 / (1 + exp(-x)), y *(1 - y))
