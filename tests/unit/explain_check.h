/* explain_check.h: what the tests of explanations share: models that are linear and models that bend, a small graph with
 * features, and whether shares add up. */
#ifndef KHOP_TESTS_EXPLAIN_CHECK_H
#define KHOP_TESTS_EXPLAIN_CHECK_H

#include "graph_check.h"
#include "model_check.h"
#include "rings_check.h"
#include "sets_check.h"

#include <khop/explain.h>

#ifdef KHOP_DOUBLE
#define ROUNDING 1e-11
#else
#define ROUNDING 2e-4
#endif

enum { N = 12, F = 3, OUT = 2 };

static inline khop_value conv(khop_model *m, khop_value x, int64_t columns, khop_conv_options o) {
  return khop_conv(m, x, columns, &o);
}

static inline khop_model *end_model(khop_model *m) {
  ok(khop_model_init(m, 4));
  khop_real *p = khop_model_parameter_array(m);
  for (int64_t i = 0; i < khop_model_parameters(m); i++) /* biases too */
    if (p[i] == 0) p[i] = (khop_real)(0.3 - 0.1 * (double)(i % 5));
  return m;
}

/* Linear ones first. None has a loss: khop_predict then gives its output as it is. */
enum { LINEAR = 4, BENT = 4 };
static inline khop_model *model_of(int kind) {
  khop_model *m = new_model(F);
  khop_value x = 0;
  static const int far[] = {0, 2};
  static const khop_real fixed[] = {(khop_real)0.5, (khop_real)-2};
  khop_conv_options gcn = {.norm = KHOP_NORM_SYM, .self_loop = true, .bias = true};
  switch (kind) {
  case 0: conv(m, x, OUT, (khop_conv_options){.taps = 3, .bias = true}); break;
  case 1: conv(m, khop_dropout(m, conv(m, khop_scale(m, x, 3.5), 4, gcn), 0.5), OUT, gcn); break;
  case 2: /* taps beside one another, fixed ones, a skip connection */
    x = conv(m, x, F, (khop_conv_options){.weights = KHOP_WEIGHTS_FIXED, .hops = far, .initial = fixed});
    x = conv(m, khop_add(m, x, 0), 2, (khop_conv_options){.taps = 3, .concat = true, .norm = KHOP_NORM_ROW});
    khop_linear(m, x, OUT, true);
    break;
  case 3: /* against the arcs; a mean over rings; numbers a channel */
    x = khop_pool(m, x, KHOP_POOL_MEAN, &(khop_conv_options){.hops = far, .direction = KHOP_IN});
    x = conv(m, x, F, (khop_conv_options){.weights = KHOP_WEIGHTS_DEPTHWISE, .direction = KHOP_IN});
    khop_linear(m, x, OUT, true);
    break;
  case 4: khop_linear(m, khop_tanh(m, conv(m, x, 4, gcn)), OUT, true); break;
  case 5: conv(m, khop_relu(m, conv(m, x, 5, gcn)), OUT, gcn); break;
  case 6: /* both directions; products */
    x = khop_add(m, conv(m, 0, 4, (khop_conv_options){.taps = 2}),
                 conv(m, 0, 4, (khop_conv_options){.taps = 3, .direction = KHOP_IN, .norm = KHOP_NORM_ROW}));
    khop_linear(m, khop_multiply(m, khop_sigmoid(m, x), x), OUT, true);
    break;
  default: /* the largest over rings */
    x = khop_gelu(m, khop_pool(m, x, KHOP_POOL_MAX, &(khop_conv_options){.taps = 3}));
    khop_linear(m, khop_layer_norm(m, khop_linear(m, x, 4, true)), OUT, true);
  }
  return end_model(m);
}

/* --- data ------------------------------------------------------------------------------------- */

typedef struct world {
  edge_list edges;
  khop_real x[N * F];
  khop_data *data;
} world;

/* The same features, dense or sparse. */
static inline khop_data *data_of(const edge_list *e, const khop_real *x, bool sparse) {
  khop_data *data;
  int64_t offsets[N + 1] = {0};
  int32_t indices[N * F];
  khop_real values[N * F];
  for (int64_t i = 0; i < N; i++) {
    offsets[i + 1] = offsets[i];
    for (int32_t c = 0; c < F; c++)
      if (x[i * F + c] != 0) indices[offsets[i + 1]] = c, values[offsets[i + 1]++] = x[i * F + c];
  }
  khop_features f = {N, F, sparse ? NULL : x, sparse ? offsets : NULL, indices, values};
  if (!sparse) f.indices = NULL, f.values = NULL;
  ok(khop_data_new(&data, graph_of(e), &f, NULL));
  return data;
}

static inline void draw_world(world *w, bool directed, khop_i_random *r) {
  w->edges = (edge_list){.nodes = N, .directed = directed};
  for (int64_t i = 1; i < N - 1; i++) add_edge(&w->edges, i, khop_i_random_below(r, i)); /* the last one stands alone */
  for (int i = 0; i < 5; i++) add_edge(&w->edges, khop_i_random_below(r, N - 1), khop_i_random_below(r, N - 1));
  for (int64_t e = 0; e < N * F; e++) w->x[e] = khop_i_random_below(r, 3) ? random_real(r) : 0;
  w->data = data_of(&w->edges, w->x, khop_i_random_below(r, 2));
}

/* y (N, OUT) of the whole graph, of other features. */
static inline void outputs_of(khop_real *y, khop_model *m, const world *w, const khop_real *x) {
  khop_data *data = data_of(&w->edges, x, false);
  ok(khop_predict(y, m, data, 0));
  khop_data_free(data);
}

static inline khop_explanation *explain(khop_model *m, const khop_data *data, int64_t node, khop_baseline baseline) {
  khop_explanation *e;
  khop_explain_options o = {.size = sizeof o, .baseline = baseline};
  ok(khop_explain_node(&e, m, data, node, &o));
  return e;
}

/* --- sums ------------------------------------------------------------------------------------- */

static inline double sum_of(const double *numbers, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += numbers[i];
  return sum;
}

/* Whether the base line and each of the three tables of shares give the output, within a tolerance. */
static inline bool adds_up(const khop_explanation *e, double tolerance) {
  bool good = true;
  for (int64_t k = 0; k < e->count; k++) {
    double wanted = e->value[k] - e->base[k];
    good = good && fabs(sum_of(e->by_hop + k * e->hops, e->hops) - wanted) <= tolerance;
    good = good && fabs(sum_of(e->by_member + k * e->members, e->members) - wanted) <= tolerance;
    good = good && fabs(sum_of(e->by_feature + k * e->features, e->features) - wanted) <= tolerance;
  }
  return good;
}

/* --- sets ------------------------------------------------------------------------------------- */

enum { GRAPHS = 9 };

/* Linear, or bent; with graph features. No loss. */
static inline khop_model *graph_model(bool linear) {
  khop_model *m = new_model(SET_COLUMNS);
  khop_conv_options o = {.taps = 3, .norm = KHOP_NORM_ROW, .bias = true};
  khop_value x = conv(m, 0, 5, o);
  if (!linear) x = khop_tanh(m, x);
  khop_value y[] = {khop_readout(m, x, KHOP_READOUT_SUM), khop_readout(m, x, KHOP_READOUT_MEAN),
                    khop_graph_features(m, SET_EXTRAS), linear ? 0 : khop_readout(m, x, KHOP_READOUT_ATTENTION)};
  khop_linear(m, khop_concat(m, linear ? 3 : 4, y), OUT, true);
  end_model(m);
  return m;
}

#endif
