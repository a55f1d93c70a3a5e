/* 04_pieces.c: rings and convolutions on plain arrays, for those who bring their own framework.
 *
 * On a 9 x 9 grid, one unit of heat in the middle; each ring of the middle node takes its mean. Then
 * one k-hop convolution, forward and backward, and a check of a gradient by a finite difference. */
#include "lesson.h"
#include <string.h>

enum { SIDE = 9, NODES = SIDE * SIDE, F = 2, G = 3, T = 3 };

static khop_real wave(int i) { return (khop_real)sin(0.7 * i + 0.3); }

/* The loss of the check: half the sum of squares of y, whose gradient is y itself. */
static double half_squares(const khop_real *y, int count) {
  double sum = 0;
  for (int i = 0; i < count; i++) sum += 0.5 * (double)y[i] * (double)y[i];
  return sum;
}

int main(void) {
  khop_graph *grid;
  khop_rings *rings;
  khop_taps *taps;
  const int hops[T] = {0, 2, 4}; /* a kernel of 3 taps at dilation 2 */
  CHECK(khop_graph_grid(&grid, 2, (int64_t[]){SIDE, SIDE}, NULL, false, false));
  CHECK(khop_rings_build(&rings, grid, T, hops, NULL));
  CHECK(khop_taps_new(&taps, rings, T, hops, KHOP_NORM_ROW, false));

  /* All taps beside one another: column t holds the mean over ring 2t. */
  khop_real heat[NODES] = {0}, spread[NODES * T];
  heat[NODES / 2] = 1;
  CHECK(khop_apply(spread, T, taps, heat, 1, 1, KHOP_CONCAT));
  printf("the middle row of the grid: heat seen from rings 0, 2 and 4\n");
  for (int t = 0; t < T; t++) {
    for (int c = 0; c < SIDE; c++)
      printf(" %6.3f", (double)spread[(SIDE / 2 * SIDE + c) * T + t]);
    printf("   ring %d\n", hops[t]);
  }

  khop_real x[NODES * F], w[T * F * G], b[G], y[NODES * G], dx[NODES * F], dw[T * F * G], db[G];
  for (int i = 0; i < NODES * F; i++) x[i] = wave(i);
  for (int i = 0; i < T * F * G; i++) w[i] = wave(100 + i);
  for (int i = 0; i < G; i++) b[i] = wave(200 + i);
  CHECK(khop_conv_forward(y, taps, x, w, b, F, G, 0));
  CHECK(khop_conv_backward(dx, dw, db, taps, x, w, y, F, G, 0)); /* dy = y */

  const khop_real step = (khop_real)1e-2;
  khop_real nudged[NODES * G];
  w[5] += step;
  CHECK(khop_conv_forward(nudged, taps, x, w, b, F, G, 0));
  double up = half_squares(nudged, NODES * G);
  w[5] -= 2 * step;
  CHECK(khop_conv_forward(nudged, taps, x, w, b, F, G, 0));
  double slope = (up - half_squares(nudged, NODES * G)) / (2 * (double)step);
  double error = fabs(slope - (double)dw[5]) / fabs(slope);
  printf("a weight's gradient: %.5f by khop_conv_backward, %.5f by differences\n", (double)dw[5], slope);

  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(grid);
  return error < 1e-3 ? 0 : 1;
}
