/* precision.c: a number by hand and a training, in the precision that it is compiled for. As a program it has a second
 * part in the other precision: one process with both libraries, each called by whoever was linked with it.
 *
 * ring_sum: on a 4 x 4 grid whose node i holds i, the sum over rings 0, 1 and 2 of the corner:
 * 0 + (1 + 4) + (2 + 5 + 8) = 20. */
#include <khop/khop.h>
#include <stdio.h>

#ifdef KHOP_DOUBLE
#define NAME(name) name##_in_double
#else
#define NAME(name) name##_in_float
#endif

double NAME(ring_sum)(void) {
  int hops[] = {0, 1, 2};
  int64_t shape[] = {4, 4};
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  khop_real x[16], y[16] = {0}, weights[] = {1, 1, 1};
  for (int i = 0; i < 16; i++) x[i] = (khop_real)i;
  int failed = khop_graph_grid(&graph, 2, shape, NULL, false, false) || khop_rings_build(&rings, graph, 3, hops, NULL) ||
               khop_taps_new(&taps, rings, 3, hops, KHOP_NORM_NONE, false) ||
               khop_conv_forward(y, taps, x, weights, NULL, 1, 1, 0);
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return failed ? -1 : (double)y[0];
}

/* Of the 64 nodes of a grid, whose labels are their halves: the share that a trained model finds. */
double NAME(learned)(void) {
  int64_t shape[] = {8, 8};
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_report report;
  int32_t labels[64];
  uint8_t train[64], test[64];
  double share = -1;
  for (int i = 0; i < 64; i++) labels[i] = i / 32, train[i] = i % 4 == 0, test[i] = i % 4 == 2;
  if (!khop_graph_grid(&graph, 2, shape, NULL, false, false) && !khop_data_new(&data, graph, NULL, labels) &&
      !khop_data_add_split(data, train, NULL, test) && !khop_recipe_find(&recipe, "ring")) {
    khop_recipe_adapt(&recipe, data);
    recipe.fit.epochs = 60;
    if (!khop_train(&report, data, &recipe, NULL)) {
      share = report.test_mean;
      khop_report_free(&report);
    }
  }
  khop_data_free(data);
  return share;
}

#ifndef KHOP_DOUBLE
double ring_sum_in_double(void);
double learned_in_double(void);

int main(void) {
  double before = ring_sum_in_float(), learned = learned_in_float();
  printf("double %g float %g %g\n", ring_sum_in_double(), before, ring_sum_in_float());
  int good = learned > 0.8 && learned_in_double() > 0.8 && learned_in_float() == learned;
  printf("trainings %s\n", good ? "good" : "bad");
  return !good;
}
#endif
