/* 19_own_loss.c: a loss and an optimiser of one's own: Huber's loss by callback, stochastic gradient descent by hand.
 *
 * Numbers at the nodes of a path are to be learned from features; every seventh target is wrong by 6. The squared
 * error follows the wrong ones. Huber's loss (Annals of Mathematical Statistics, 1964) is linear where an error is
 * large, and does not:
 *
 *   l(e) = e^2 / 2 where |e| <= 1, else |e| - 1/2        dl/de = e, or its sign
 *
 * At the end khop_run_backward_from asks which features of which nodes one prediction depends on: those within the
 * two hops that the model sees, and no others. */
#include "lesson.h"
#include <stdlib.h>

enum { NODES = 140, FEATURES = 4, HOPS = 2, STEPS = 600, MIDDLE = NODES / 2 };

typedef struct goal {
  khop_real targets[NODES];
  bool squared; /* the squared error instead, for comparison */
} goal;

/* The mean over nodes; khop calls it in each forward. dy is NULL in runs that are not for training. */
static khop_status loss_of(double *loss, khop_real *dy, const khop_real *y, int64_t rows, int64_t columns,
                           void *context) {
  const goal *g = context;
  double sum = 0;
  for (int64_t i = 0; i < rows * columns; i++) {
    double e = (double)y[i] - (double)g->targets[i];
    bool near = g->squared || fabs(e) <= 1;
    sum += near ? e * e / 2 : fabs(e) - 0.5;
    if (dy) dy[i] = (khop_real)((near ? e : e > 0 ? 1 : -1) / (double)rows);
  }
  *loss = sum / (double)rows;
  return KHOP_OK; /* any other status would end the step, and backward would return it */
}

/* v = 0.9 v - rate g; w += v: gradient descent with momentum. velocity: (parameters), 0 at first. */
static void descend(khop_real *w, khop_real *velocity, const khop_real *gradient, int64_t count, double rate) {
  for (int64_t i = 0; i < count; i++) {
    velocity[i] = (khop_real)(0.9 * (double)velocity[i] - rate * (double)gradient[i]);
    w[i] += velocity[i];
  }
}

/* Trains the model anew with the goal's loss; the root of the mean squared error on what is right. */
static int train(double *error, khop_run *run, khop_model *model, goal *g, const khop_real *right) {
  static khop_real velocity[4096];
  int64_t count = khop_model_parameters(model);
  double squares = 0;
  if (count > 4096) return 1;
  for (int64_t i = 0; i < count; i++) velocity[i] = 0;
  CHECK(khop_model_init(model, 3));
  CHECK(khop_run_own_loss(run, loss_of, g));
  for (uint64_t step = 1; step <= STEPS; step++) {
    khop_run_forward(run, true, 1, step);
    CHECK(khop_run_backward(run));
    descend(khop_model_parameter_array(model), velocity, khop_run_gradients(run), count, 0.03);
  }
  khop_run_forward(run, false, 0, 0);
  for (int i = 0; i < NODES; i++) {
    double e = (double)khop_run_output(run)[i] - (double)right[i];
    squares += e * e / NODES;
  }
  *error = sqrt(squares);
  return 0;
}

/* How many nodes the prediction of the middle one depends on, and how far away the furthest is. */
static int depends(int *nodes, int *furthest, khop_run *run, khop_value y) {
  khop_real dy[NODES] = {0};
  const khop_real *dx;
  dy[MIDDLE] = 1;
  CHECK(khop_run_backward_from(run, y, dy, NODES, 1));
  CHECK(khop_run_input_gradient(&dx, run));
  *nodes = *furthest = 0;
  for (int i = 0; i < NODES; i++) {
    bool any = false;
    for (int c = 0; c < FEATURES; c++) any = any || dx[i * FEATURES + c] != 0;
    if (!any) continue;
    ++*nodes;
    if (abs(i - MIDDLE) > *furthest) *furthest = abs(i - MIDDLE);
  }
  return 0;
}

int main(void) {
  static goal g;
  static khop_real x[NODES * FEATURES], right[NODES];
  for (int i = 0; i < NODES; i++) {
    double angle = 2 * 3.14159265358979 * i / NODES;
    for (int c = 0; c < FEATURES; c++)
      x[i * FEATURES + c] = (khop_real)(c % 2 ? sin(angle * (c / 2 + 1)) : cos(angle * (c / 2 + 1)));
    right[i] = (khop_real)(sin(angle) + 0.5 * cos(3 * angle));
    g.targets[i] = right[i] + (i % 7 == 3 ? 6 : 0);
  }

  khop_graph *path;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count, nodes, furthest;
  khop_features features = {.rows = NODES, .columns = FEATURES, .dense = x};
  khop_run_options options = {.size = sizeof options, .training = true, .input_gradient = true};
  CHECK(khop_graph_grid(&path, 1, (int64_t[]){NODES}, NULL, false, false));
  CHECK(khop_model_new(&model));
  khop_conv_options taps = {.taps = HOPS + 1, .norm = KHOP_NORM_ROW, .bias = true};
  khop_value h = khop_tanh(model, khop_conv(model, khop_input(model, FEATURES), 16, &taps));
  khop_value y = khop_linear(model, h, 1, true); /* the model has no loss: the run brings one */
  CHECK(khop_model_init(model, 3));
  CHECK(khop_model_rings(rings, &count, model, path, 0));
  CHECK(khop_run_new_with(&run, model, count, rings, &features, &options));

  double huber, squared;
  if (train(&huber, run, model, &g, right) || depends(&nodes, &furthest, run, y)) return 1;
  g.squared = true;
  if (train(&squared, run, model, &g, right)) return 1;
  printf("error on what is right: %.3f with Huber's loss, %.3f with squares\n", huber, squared);
  printf("the prediction of node %d depends on %d nodes, the furthest %d hops away\n", MIDDLE, nodes, furthest);

  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  khop_graph_free(path);
  return huber < 0.5 * squared && nodes == 2 * HOPS + 1 && furthest == HOPS ? 0 : 1;
}
