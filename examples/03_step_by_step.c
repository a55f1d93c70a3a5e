/* 03_step_by_step.c: the same as 02 with each step made explicit: rings, model, run, optimiser.
 *
 * A graph made from arrays: a ring of 60 nodes whose class is the third of the circle they lie in. One
 * node in each class is labelled; the model's dilated taps carry the labels around. */
#include "lesson.h"

enum { NODES = 60, CLASSES = 3, FEATURES = 6 };

/* Each node's features: its angle, in three frequencies, with a deterministic disturbance. */
static void make_features(khop_real *x) {
  for (int i = 0; i < NODES; i++)
    for (int f = 0; f < FEATURES; f++) {
      double angle = 2 * 3.14159265358979 * i / NODES, wobble = 0.5 * sin(12.9898 * i + 78.233 * f);
      x[i * FEATURES + f] = (khop_real)((f % 2 ? sin(angle * (f / 2 + 1)) : cos(angle * (f / 2 + 1))) + wobble);
    }
}

/* x -> conv with taps 0, 1, 2 -> conv with taps 0, 3, 6 -> logits: a receptive field of 8 hops. */
static khop_status make_model(khop_model **model) {
  khop_status status = khop_model_new(model);
  if (status != KHOP_OK) return status;
  khop_value x = khop_input(*model, FEATURES);
  khop_conv_options near = {.taps = 3, .dilation = 1, .norm = KHOP_NORM_ROW, .bias = true};
  khop_conv_options far = {.taps = 3, .dilation = 3, .norm = KHOP_NORM_ROW, .bias = true};
  khop_value h = khop_relu(*model, khop_conv(*model, x, 16, &near));
  khop_value g = khop_relu(*model, khop_conv(*model, h, 16, &far));
  khop_value both = khop_concat(*model, 2, (khop_value[]){h, g}); /* a skip connection */
  khop_softmax_cross_entropy(*model, khop_linear(*model, both, CLASSES, true));
  return khop_model_init(*model, 1); /* reports the first mistake of the lines above */
}

int main(void) {
  int64_t from[NODES], to[NODES];
  int32_t labels[NODES];
  uint8_t train[NODES] = {0}, test[NODES];
  khop_real x[NODES * FEATURES];
  make_features(x);
  for (int i = 0; i < NODES; i++) {
    from[i] = i;
    to[i] = (i + 1) % NODES;
    labels[i] = i * CLASSES / NODES;
    train[i] = i % 20 == 10;
    test[i] = !train[i];
  }

  khop_graph *graph;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  khop_optimizer *adam;
  int count;
  khop_features features = {.rows = NODES, .columns = FEATURES, .dense = x};
  CHECK(khop_graph_from_coo(&graph, NODES, NODES, from, to, false));
  CHECK(make_model(&model));
  CHECK(khop_model_rings(rings, &count, model, graph, 0)); /* hops 0, 1, 2, 3, 6 in one search */
  CHECK(khop_run_new(&run, model, count, rings, &features, true, 0));
  CHECK(khop_run_labels(run, labels, train));
  CHECK(khop_optimizer_new(&adam, model, &(khop_optimizer_options){.rate = 0.01}));

  for (uint64_t step = 1; step <= 100; step++) {
    double loss = khop_run_forward(run, true, 1, step);
    CHECK(khop_run_backward(run));
    khop_optimizer_step(adam, khop_run_gradients(run), 1);
    if (step == 1 || step % 25 == 0) printf("step %3d  loss %.4f\n", (int)step, loss);
  }

  double accuracy;
  khop_run_forward(run, false, 0, 0);
  CHECK(khop_score(&accuracy, KHOP_ACCURACY, khop_run_output(run), NODES, CLASSES, labels, NULL, test));
  printf("accuracy on the %d nodes without a label: %.1f %%\n", NODES - 3, 100 * accuracy);

  khop_optimizer_free(adam);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  khop_graph_free(graph);
  return accuracy > 0.8 ? 0 : 1;
}
