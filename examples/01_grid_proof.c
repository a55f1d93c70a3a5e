/* 01_grid_proof.c: on a grid, a k-hop layer IS the dilated convolution of sequences and images.
 *
 * A layer with 3 taps and dilation d looks at the nodes that are exactly 0, d and 2d hops away:
 *
 *   y[i] = sum over taps t of  W_t  *  (sum of x[j] over the nodes j at distance t d from i)  + b
 *
 * khop knows only a graph here: who is whose neighbour. The reference below knows only coordinates:
 * it is the convolution as one would write it for an image. Both are given the same numbers. */
#include <khop/apply.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { TAPS = 3, IN = 4, OUT = 5 };

typedef struct picture {
  const char *graph, *convolution;
  int dimensions;
  int64_t shape[2]; /* height, width; a sequence has its length, then 1 */
  bool corners, directed;
} picture;

static const picture pictures[] = {
    {"directed path", "causal Conv1d (WaveNet)", 1, {200, 1}, false, true},
    {"4-neighbour grid", "Conv2d, diamond frames", 2, {48, 40}, false, false},
    {"8-neighbour grid", "Conv2d, square frames", 2, {48, 40}, true, false},
};

/* Which tap the image convolution has at an offset, or -1. */
static int tap_at(const picture *p, int64_t down, int64_t right, int d) {
  int64_t a = llabs(down), b = llabs(right), distance = p->corners ? (a > b ? a : b) : a + b;
  if (p->directed && down > 0) return -1; /* causal: the past alone */
  return distance % d || distance > (TAPS - 1) * d ? -1 : (int)(distance / d);
}

/* The dilated convolution with zero padding, in plain loops over pixels: no graph in sight. */
static void convolve(double *y, const picture *p, const khop_real *x, const khop_real *w,
                     const khop_real *bias, int d) {
  int64_t high = p->shape[0], wide = p->shape[1], radius = (TAPS - 1) * d;
  for (int64_t r = 0; r < high; r++)
    for (int64_t c = 0; c < wide; c++) {
      double *to = y + (r * wide + c) * OUT;
      for (int o = 0; o < OUT; o++) to[o] = (double)bias[o];
      for (int64_t down = -radius; down <= radius; down++)
        for (int64_t right = -radius; right <= radius; right++) {
          int64_t row = r + down, column = c + right;
          int t = tap_at(p, down, right, d);
          if (t < 0 || row < 0 || row >= high || column < 0 || column >= wide) continue;
          const khop_real *from = x + (row * wide + column) * IN;
          for (int f = 0; f < IN; f++)
            for (int o = 0; o < OUT; o++)
              to[o] += (double)from[f] * (double)w[(t * IN + f) * OUT + o];
        }
    }
}

/* The same with khop: a graph, its rings at 0, d and 2d hops, one call. */
static khop_status khop_layer(khop_real *y, const picture *p, const khop_real *x,
                              const khop_real *w, const khop_real *bias, int d) {
  const int hops[TAPS] = {0, d, 2 * d};
  const khop_rings_options against_the_arcs = {.direction = KHOP_IN}; /* a node hears its past */
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  khop_status status = khop_graph_grid(&graph, p->dimensions, p->shape, NULL, p->corners, p->directed);
  if (status == KHOP_OK) status = khop_rings_build(&rings, graph, TAPS, hops, &against_the_arcs);
  if (status == KHOP_OK) status = khop_taps_new(&taps, rings, TAPS, hops, KHOP_NORM_NONE, false);
  if (status == KHOP_OK) status = khop_conv_forward(y, taps, x, w, bias, IN, OUT, 0);
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(graph);
  return status;
}

static void draw(khop_real *to, int64_t count) { /* -1 to 1 */
  static uint32_t state = 1;
  for (int64_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    to[i] = (khop_real)((double)state / 2147483648.0 - 1);
  }
}

int main(void) {
  bool all_equal = true;
  printf("One k-hop layer (3 taps, %d to %d channels) beside the dilated convolution\n"
         "that one would write for a sequence or an image, on the same numbers.\n\n"
         "%-18s%-25s%9s%17s  %s\n",
         IN, OUT, "graph", "the same as", "dilation", "receptive field", "largest difference");
  for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++)
    for (int d = 1; d <= 8; d *= 2) {
      const picture *p = &pictures[i];
      int64_t n = p->shape[0] * p->shape[1], reach = (TAPS - 1) * d;
      khop_real *x = malloc((size_t)(n * IN) * sizeof *x), w[TAPS * IN * OUT], bias[OUT];
      khop_real *y = malloc((size_t)(n * OUT) * sizeof *y);
      double *wanted = malloc((size_t)(n * OUT) * sizeof *wanted), worst = 0, largest = 0;
      if (!x || !y || !wanted) return 1;
      draw(x, n * IN);
      draw(w, TAPS * IN * OUT);
      draw(bias, OUT);
      convolve(wanted, p, x, w, bias, d);
      if (khop_layer(y, p, x, w, bias, d) != KHOP_OK) {
        fprintf(stderr, "grid_proof: %s\n", khop_message());
        return 1;
      }
      for (int64_t e = 0; e < n * OUT; e++) {
        worst = fmax(worst, isnan(y[e]) ? INFINITY : fabs((double)y[e] - wanted[e]));
        largest = fmax(largest, fabs(wanted[e]));
      }
      bool equal = worst / largest <= 1e-5; /* rounding of single precision */
      printf("%-18s%-25s%9d%11lld hops   %.1e %s\n", p->graph, p->convolution, d,
             (long long)reach, worst / largest, equal ? "equal" : "DIFFERENT");
      all_equal &= equal;
      free(x);
      free(y);
      free(wanted);
    }
  puts(all_equal ? "\nThe layers agree to rounding: dilated convolution is what a k-hop layer is on a\n"
                   "grid, and the k-hop layer is what dilated convolution becomes on any graph."
                 : "\nSome layers differ: this should not happen.");
  return all_equal && fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
