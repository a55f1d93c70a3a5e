/* 20_own_matrix.c: taps of a matrix of one's own: a CSR in memory, borrowed, with weights on its edges.
 *
 * A ring of rooms whose doors let more or less heat through: a step of diffusion is one tap of a weighted matrix, which
 * no ring of khop's is. Two taps, the identity and that matrix, then make a convolution that learns the step from what
 * it does to random heat, by gradient descent on plain arrays: y = w_0 x + w_1 M x, with w = (1/2, 1/2) behind the data. */
#include "lesson.h"

enum { ROOMS = 24, STEPS = 60 };

/* Row i: its two neighbours in ascending order, with the share of heat that comes from each; a row sums to 1. The
 * indices are 32-bit and the values double, as SciPy has them: what is not khop's own type is copied. */
static void make_rooms(int32_t *offsets, int32_t *columns, double *values) {
  for (int i = 0; i < ROOMS; i++) {
    int left = (i + ROOMS - 1) % ROOMS, right = (i + 1) % ROOMS;
    double from_left = 0.2 + 0.6 * ((i * 7) % ROOMS) / ROOMS;
    bool ascending = left < right;
    offsets[i + 1] = 2 * (i + 1);
    columns[2 * i] = ascending ? left : right;
    columns[2 * i + 1] = ascending ? right : left;
    values[2 * i] = ascending ? from_left : 1 - from_left;
    values[2 * i + 1] = 1 - values[2 * i];
  }
}

int main(void) {
  static int32_t offsets[ROOMS + 1], columns[2 * ROOMS];
  static double values[2 * ROOMS];
  make_rooms(offsets, columns, values);
  const khop_csr matrices[] = {
      {.nodes = ROOMS}, /* no offsets: the identity */
      {.nodes = ROOMS, .offsets = offsets, .columns = columns, .values = values, .offset_bits = 32, .value_bits = 64}};
  khop_taps *taps;
  CHECK(khop_taps_from_csr(&taps, 2, matrices, true)); /* true: backward needs the transposes */

  /* What a step does, by a plain loop: half of the heat stays, half comes from the neighbours. */
  uint64_t seed = 1;
  khop_real x[ROOMS], wanted[ROOMS];
  for (int i = 0; i < ROOMS; i++) x[i] = (khop_real)lesson_random(&seed);
  for (int i = 0; i < ROOMS; i++) {
    double sum = 0;
    for (int e = offsets[i]; e < offsets[i + 1]; e++) sum += values[e] * (double)x[columns[e]];
    wanted[i] = (khop_real)(0.5 * (double)x[i] + 0.5 * sum);
  }

  khop_real w[2] = {0, 0}, y[ROOMS], dy[ROOMS], dw[2];
  double loss = 0;
  for (int step = 0; step <= STEPS; step++) {
    loss = 0;
    CHECK(khop_conv_forward(y, taps, x, w, NULL, 1, 1, 0));
    for (int i = 0; i < ROOMS; i++) {
      dy[i] = 2 * (y[i] - wanted[i]) / ROOMS;
      loss += (double)((y[i] - wanted[i]) * (y[i] - wanted[i])) / ROOMS;
    }
    CHECK(khop_conv_backward(NULL, dw, NULL, taps, x, w, dy, 1, 1, 0));
    for (int t = 0; t < 2; t++) w[t] -= (khop_real)0.8 * dw[t];
    if (step % 20 == 0) printf("step %2d  loss %.2e  w %.3f %.3f\n", step, loss, (double)w[0], (double)w[1]);
  }
  khop_taps_free(taps);
  return loss < 1e-3 && fabs((double)w[0] - 0.5) < 0.1 && fabs((double)w[1] - 0.5) < 0.1 ? 0 : 1;
}
