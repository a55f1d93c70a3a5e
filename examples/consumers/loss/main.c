/* A loss and an optimiser of the program's own: the mean absolute error, whose gradient khop takes by callback, and
 * plain gradient descent. Each node of a grid is to give the mean of its neighbours, so that the weights of rings 0
 * and 1 become 0 and 1. */
#include <khop/khop.h>
#include <math.h>
#include <stdio.h>

enum { NODES = 36, STEPS = 4000 };

typedef struct goal {
  khop_real wanted[NODES];
} goal;

static khop_status absolute(double *loss, khop_real *dy, const khop_real *y, int64_t rows, int64_t columns,
                            void *context) {
  const goal *g = context;
  *loss = 0;
  for (int64_t i = 0; i < rows * columns; i++) {
    double e = (double)y[i] - (double)g->wanted[i];
    *loss += fabs(e) / (double)rows;
    if (dy) dy[i] = (khop_real)((e > 0) - (e < 0)) / (khop_real)rows;
  }
  return KHOP_OK;
}

/* What each node should give: ring 1, divided by its row sums, times x. */
static khop_status set_goal(goal *g, khop_rings *rings, const khop_real *x) {
  khop_taps *taps;
  khop_status status = khop_taps_new(&taps, rings, 1, (int[]){1}, KHOP_NORM_ROW, false);
  if (status) return status;
  status = khop_apply(g->wanted, 1, taps, x, 1, 1, 0);
  khop_taps_free(taps);
  return status;
}

/* The two weights after the descent. Its steps get shorter, since the gradient of |e| does not. */
static khop_status descend(khop_real *weights, khop_model *model, khop_run *run) {
  khop_status status = KHOP_OK;
  for (int step = 0; step < STEPS && !status; step++) {
    khop_real *w = khop_model_parameter_array(model);
    khop_run_forward(run, true, 0, (uint64_t)step);
    status = khop_run_backward(run);
    for (int i = 0; i < 2 && !status; i++)
      w[i] -= (khop_real)(0.05 * (1 - step / (double)STEPS)) * khop_run_gradients(run)[i];
  }
  for (int i = 0; i < 2; i++) weights[i] = khop_model_parameter_array(model)[i];
  return status;
}

int main(void) {
  khop_graph *graph;
  khop_rings *rings;
  khop_model *model;
  khop_run *run;
  static goal g;
  khop_real x[NODES], w[2];
  khop_features features = {.rows = NODES, .columns = 1, .dense = x};
  for (int i = 0; i < NODES; i++) x[i] = (khop_real)((7 * i) % 11) / 5 - 1;
  if (khop_graph_grid(&graph, 2, (int64_t[]){6, 6}, NULL, false, false) ||
      khop_rings_build(&rings, graph, 2, (int[]){0, 1}, NULL) || khop_model_new(&model))
    return fprintf(stderr, "%s\n", khop_message()), 1;
  khop_conv(model, khop_input(model, 1), 1,
            &(khop_conv_options){.taps = 2, .hops = (int[]){0, 1}, .norm = KHOP_NORM_ROW});
  if (khop_model_init(model, 1) || khop_run_new(&run, model, 1, &rings, &features, true, 0) ||
      set_goal(&g, rings, x) || khop_run_own_loss(run, absolute, &g) || descend(w, model, run))
    return fprintf(stderr, "%s\n", khop_message()), 1;
  printf("weights of rings 0 and 1: %.2f %.2f\n", fabs((double)w[0]), (double)w[1]);
  khop_run_free(run);
  khop_model_free(model);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return 0;
}
