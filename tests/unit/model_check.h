/* model_check.h: what the tests of models share: a small data set, a model with a bit of
 * everything, and its binding to a graph. */
#ifndef KHOP_TESTS_MODEL_CHECK_H
#define KHOP_TESTS_MODEL_CHECK_H

#include "check.h"

#include <khop/train.h>

static inline khop_model *new_model(int64_t columns) {
  khop_model *model = NULL;
  ok(khop_model_new(&model));
  assert_int_equal(khop_input(model, columns), 0);
  return model;
}

/* A ring of n nodes with a chord, and features that are half zeros, in both forms. */
typedef struct small_set {
  khop_graph *graph;
  khop_real *numbers, *values;
  int64_t *offsets;
  int32_t *indices, *labels;
  khop_features dense, sparse;
} small_set;

static inline small_set open_small_set(int64_t n, int64_t columns, bool directed) {
  small_set f = {0};
  int64_t *from = calloc((size_t)n + 1, sizeof *from), *to = calloc((size_t)n + 1, sizeof *to);
  int64_t e = 0;
  khop_i_random random;
  khop_i_random_seed(&random, (uint64_t)n);
  for (int64_t i = 0; i < n; i++) from[i] = i, to[i] = (i + 1) % n;
  to[n] = n / 2;
  ok(khop_graph_from_coo(&f.graph, n, n + 1, from, to, directed));
  free(from);
  free(to);
  f.numbers = calloc((size_t)(n * columns), sizeof *f.numbers);
  f.values = calloc((size_t)(n * columns), sizeof *f.values);
  f.indices = calloc((size_t)(n * columns), sizeof *f.indices);
  f.offsets = calloc((size_t)n + 1, sizeof *f.offsets);
  f.labels = calloc((size_t)n, sizeof *f.labels);
  for (int64_t i = 0; i < n; i++) {
    f.labels[i] = (int32_t)(i % 3);
    for (int64_t c = 0; c < columns; c++) {
      if (khop_i_random_uniform(&random) < 0.5) continue;
      f.indices[e] = (int32_t)c;
      f.values[e++] = f.numbers[i * columns + c] = (khop_real)khop_i_random_uniform(&random);
    }
    f.offsets[i + 1] = e;
  }
  f.dense = (khop_features){n, columns, f.numbers, NULL, NULL, NULL};
  f.sparse = (khop_features){n, columns, NULL, f.offsets, f.indices, f.values};
  return f;
}

static inline void close_small_set(small_set *f) {
  khop_graph_free(f->graph);
  free(f->numbers);
  free(f->values);
  free(f->indices);
  free(f->offsets);
  free(f->labels);
}

/* A model with a bit of everything, of 3 outputs. */
static inline khop_model *mixed_model(int64_t columns) {
  khop_model *m = new_model(columns);
  khop_value x = khop_dropout(m, 0, 0.5);
  khop_value h = khop_relu(m, khop_conv(m, x, 9, &(khop_conv_options){.taps = 3, .bias = true,
                                                                      .norm = KHOP_NORM_SYM}));
  khop_value l = khop_linear(m, x, 9, true);
  khop_value q = khop_gelu(m, khop_conv(m, khop_layer_norm(m, h), 9, &(khop_conv_options){
      .dilation = 2, .direction = KHOP_IN, .weights = KHOP_WEIGHTS_DEPTHWISE}));
  h = khop_multiply(m, khop_add(m, h, l), khop_dropout(m, khop_tanh(m, q), 0.5));
  khop_value y = khop_linear(m, khop_concat(m, 2, (khop_value[]){h, q}), 3, true);
  khop_softmax_cross_entropy(m, khop_bias(m, khop_sigmoid(m, y)));
  ok(khop_model_init(m, 3));
  return m;
}

typedef struct bound {
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
} bound;

static inline bound bind(khop_model *m, const khop_graph *graph, const khop_features *features,
                         bool training) {
  bound b = {0};
  ok(khop_model_rings(b.rings, &b.count, m, graph, 0));
  ok(khop_run_new(&b.run, m, b.count, b.rings, features, training, 0));
  return b;
}

static inline void unbind(bound *b) {
  khop_run_free(b->run);
  for (int i = 0; i < b->count; i++) khop_rings_free(b->rings[i]);
}

/* Whether a recipe is for sets of graphs, and not for the nodes of one. */
static inline bool is_for_sets(const char *recipe_name) {
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, recipe_name));
  return recipe.body == KHOP_GRAPHS;
}

#endif
