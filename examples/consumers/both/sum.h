/* The sum of 1/3 over the 2-hop ball of a corner of a 4 x 4 grid, in the precision that the file is compiled for. */
#include <khop/khop.h>

static double sum_of_thirds(void) {
  const int64_t shape[] = {4, 4};
  const int hops[] = {0, 1, 2};
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  khop_real x[16], y[16] = {0}, weights[] = {1, 1, 1};
  for (int i = 0; i < 16; i++) x[i] = (khop_real)1 / 3;
  if (khop_graph_grid(&graph, 2, shape, NULL, false, false) || khop_rings_build(&rings, graph, 3, hops, NULL) ||
      khop_taps_new(&taps, rings, 3, hops, KHOP_NORM_NONE, false) ||
      khop_conv_forward(y, taps, x, weights, NULL, 1, 1, 0))
    y[0] = -1;
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return (double)y[0];
}
