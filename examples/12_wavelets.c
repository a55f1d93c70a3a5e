/* 12_wavelets.c: a signal in wavelets, as a fixed dilated stack; and wavelets on the rings of a graph.
 *
 * The a-trous ("with holes") transform filters a signal with taps 1, 2, 4, 8, .. apart and keeps every
 * sample: details from fine to coarse and one last approximation. It is the oldest dilated network;
 * here its taps are rings of a directed cycle. What it costs is redundancy, S + 1 numbers a sample; what
 * it buys is that nothing depends on where the signal starts: shift it, and the coefficients shift.
 *
 * On a graph there are no directions, but there are rings: Crovella and Kolaczyk's wavelet weighs the
 * near rings against the far ones, and answers most where a bump of its own size stands.
 *
 * The signal and the noise (seeds 1, 2, 3) are synthetic: a slow wave, a fast burst, a step, a click.
 * The signal and its details are drawn to an SVG.   usage: 12_wavelets [--quick] [FILE.svg] */
#include "lesson.h"

#include <stdlib.h>
#include <string.h>

enum { WIDE = 64, HIGH = 13, ACROSS = 41 };
#define TAU 6.283185307179586

static double clean(int64_t i, int64_t n) {
  double t = (double)i / (double)n, wave = sin(TAU * 2 * t), burst = t > 0.55 && t < 0.7;
  return wave + 0.6 * burst * sin(TAU * (double)i / 5) + (t > 0.25 && t < 0.9) + 2.5 * (i == n / 8);
}

static double worst_gap(const khop_real *a, const khop_real *b, int64_t n) {
  double worst = 0;
  for (int64_t i = 0; i < n; i++) {
    double gap = fabs((double)a[i] - (double)b[i]);
    worst = fmax(worst, isnan(gap) ? INFINITY : gap);
  }
  return worst;
}

/* A row of characters, the darker the larger; each is the largest |x| of n / WIDE samples. */
static void text_row(const char *name, const khop_real *x, int64_t n) {
  double largest = 1e-30, energy = 0;
  for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)x[i]));
  printf("%-9s|", name);
  for (int64_t c = 0; c < WIDE; c++) {
    double here = 0;
    for (int64_t i = c * n / WIDE; i < (c + 1) * n / WIDE; i++) here = fmax(here, fabs((double)x[i]));
    putchar(" .:-=+*#"[(int)(7.99 * here / largest)]);
  }
  for (int64_t i = 0; i < n; i++) energy += (double)x[i] * (double)x[i];
  printf("| %5.2f\n", sqrt(energy / (double)n));
}

/* Curves under one another, each scaled to its own panel: rows (count, n). */
static int draw_svg(const char *path, const khop_real *const *row, const char *const *name, int count,
                    int64_t n) {
  FILE *out = fopen(path, "w");
  if (!out) return fprintf(stderr, "cannot write %s\n", path), 1;
  fprintf(out, "<svg xmlns='http://www.w3.org/2000/svg' width='820' height='%d' font-family='sans-serif'"
               " font-size='13'>\n<rect width='100%%' height='100%%' fill='white'/>\n", 80 * count + 30);
  for (int r = 0; r < count; r++) {
    double largest = 1e-30, middle = 80 * r + 45;
    for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)row[r][i]));
    fprintf(out, "<text x='6' y='%g'>%s</text><path d='M100 %gH800' stroke='#bbbbbb'/>\n"
                 "<polyline fill='none' stroke='%s' points='", middle + 4, name[r], middle,
            r ? "#0072b2" : "#d55e00"); /* Okabe and Ito: blue, vermilion */
    for (int64_t i = 0; i < n; i++)
      fprintf(out, "%.1f,%.1f ", 100 + 700 * (double)i / (double)n,
              middle - 35 * (double)row[r][i] / largest);
    fprintf(out, "'/>\n");
  }
  fprintf(out, "<text x='400' y='%d'>sample, 0 to %lld</text>\n</svg>\n", 80 * count + 22, (long long)n);
  bool written = !ferror(out);
  return fclose(out) == 0 && written ? 0 : 1;
}

/* Noise away: details below a threshold become 0. before, after: errors, root mean square. */
static int denoise(double *before, double *after, const khop_swt *swt, int64_t n, int levels,
                   uint64_t seed) {
  khop_real *noisy = malloc((size_t)n * sizeof *noisy), *found = malloc((size_t)n * sizeof *found);
  khop_real *a = malloc((size_t)(n * levels) * sizeof *a), *d = malloc((size_t)(n * levels) * sizeof *d);
  if (!noisy || !found || !a || !d) return 1;
  const double deviation = 0.2;
  for (int64_t i = 0; i < n; i++) { /* Box and Muller */
    double radius = sqrt(-2 * log(1 - lesson_random(&seed))), angle = TAU * lesson_random(&seed);
    noisy[i] = (khop_real)(clean(i, n) + deviation * radius * cos(angle));
  }
  CHECK(khop_swt_forward(a, d, swt, noisy, 1));
  for (int64_t i = 0; i < n * levels; i++) /* Donoho and Johnstone's universal threshold, 1994 */
    if (fabs((double)d[i]) < deviation * sqrt(2 * log((double)n))) d[i] = 0;
  CHECK(khop_swt_inverse(found, swt, a + (levels - 1) * n, d, 1));
  *before = *after = 0;
  for (int64_t i = 0; i < n; i++) {
    *before += pow((double)noisy[i] - clean(i, n), 2) / (double)n;
    *after += pow((double)found[i] - clean(i, n), 2) / (double)n;
  }
  *before = sqrt(*before), *after = sqrt(*after);
  free(noisy), free(found), free(a), free(d);
  return 0;
}

static int signal_part(bool *shown, const char *path, int64_t n, int levels) {
  size_t all = (size_t)n * (size_t)levels;
  khop_filters filters;
  khop_swt *swt;
  khop_real *x = malloc((size_t)n * sizeof *x), *back = malloc((size_t)n * sizeof *back);
  khop_real *a = malloc(all * sizeof *a), *d = malloc(all * sizeof *d), *e = malloc(all * sizeof *e);
  if (!x || !back || !a || !d || !e) return 1;
  for (int64_t i = 0; i < n; i++) x[i] = (khop_real)clean(i, n);
  CHECK(khop_filters_find(&filters, "db2"));
  CHECK(khop_swt_new(&swt, n, levels, &filters, false));
  CHECK(khop_swt_forward(a, d, swt, x, 1));
  CHECK(khop_swt_inverse(back, swt, a + (levels - 1) * n, d, 1));
  double error = worst_gap(x, back, n);

  const khop_real *row[16] = {x};
  const char *name[16] = {"signal", "detail 1", "detail 2", "detail 3", "detail 4", "detail 5", "detail 6"};
  for (int l = 0; l < levels; l++) row[l + 1] = d + l * n;
  row[levels + 1] = a + (levels - 1) * n, name[levels + 1] = "approx.";
  printf("%lld samples, %d levels of db2, taps 1 to %d apart (darker: larger; then root mean square)\n",
         (long long)n, levels, 1 << (levels - 1));
  for (int r = 0; r < levels + 2; r++) text_row(name[r], row[r], n);
  if (draw_svg(path, row, name, levels + 2, n)) return 1;

  const int64_t shift = 5; /* no power of two */
  for (int64_t i = 0; i < n; i++) back[(i + shift) % n] = x[i];
  CHECK(khop_swt_forward(a, e, swt, back, 1));
  double moved = 0;
  for (int l = 0; l < levels; l++)
    moved = fmax(moved, fmax(worst_gap(e + l * n + shift, d + l * n, n - shift),
                             worst_gap(e + l * n, d + (l + 1) * n - shift, shift)));
  int64_t click = 0; /* where the finest detail is largest */
  for (int64_t i = 0; i < n; i++)
    if (fabs((double)d[i]) > fabs((double)d[click])) click = i;
  printf("drawn to %s\nreconstruction: largest error %.1e     redundancy: %g (%lld numbers kept)\n"
         "shifted by %lld samples: coefficients shift with it, largest difference %.1e\n"
         "click at sample %lld: the finest detail is largest at %lld\n", path, error,
         khop_swt_redundancy(swt), (long long)khop_swt_numbers(swt), (long long)shift, moved,
         (long long)n / 8, (long long)click);
  double before[3], after[3], mean[2], std[2];
  for (int s = 0; s < 3; s++)
    if (denoise(&before[s], &after[s], swt, n, levels, (uint64_t)s + 1)) return 1;
  lesson_mean_std(&mean[0], &std[0], 3, before);
  lesson_mean_std(&mean[1], &std[1], 3, after);
  printf("noise, 3 seeds: error %.3f +- %.3f; small details set to 0: %.3f +- %.3f\n", mean[0], std[0],
         mean[1], std[1]);
  *shown &= error <= 1e-5 && moved <= 1e-5 && khop_swt_redundancy(swt) == levels + 1 &&
            llabs(click - n / 8) <= filters.length && mean[1] < 0.7 * mean[0];
  khop_swt_free(swt);
  free(x), free(back), free(a), free(d), free(e);
  return 0;
}

/* A narrow and a broad bump on a grid; the wavelet of 4 rings finds the one, of 10 rings the other. */
static int graph_part(bool *shown) {
  enum { NODES = HIGH * ACROSS, NARROW = 6 * ACROSS + 8, BROAD = 6 * ACROSS + 30 };
  static const int scales[2] = {3, 9}, centre[2] = {NARROW, BROAD}, size[2] = {1, 4};
  khop_graph *grid;
  khop_rings *rings;
  khop_real x[NODES] = {0}, y[NODES];
  int hops[10];
  for (int h = 0; h < 10; h++) hops[h] = h;
  CHECK(khop_graph_grid(&grid, 2, (int64_t[]){HIGH, ACROSS}, NULL, false, false));
  CHECK(khop_rings_build(&rings, grid, 10, hops, NULL));
  for (int b = 0; b < 2; b++)
    for (int i = 0; i < NODES; i++)
      if (abs(i / ACROSS - centre[b] / ACROSS) + abs(i % ACROSS - centre[b] % ACROSS) <= size[b]) x[i] = 1;
  for (int b = 0; b < 2; b++) {
    CHECK(khop_hop_wavelet(y, rings, scales[b], KHOP_MOTHER_HAAR, x, 1));
    int top = 0;
    for (int i = 0; i < NODES; i++)
      if (y[i] > y[top]) top = i;
    printf("\nbumps of radius 1 and 4 on a grid, seen by the wavelet of rings 0 .. %d: largest at (%d, %d)\n",
           scales[b], top / ACROSS, top % ACROSS);
    for (int i = 0; i < NODES; i++) {
      int shade = (int)(7.99 * fmax(0, (double)y[i]) / (double)y[top]);
      putchar(i == top ? '@' : " .:-=+*#"[shade]);
      if (i % ACROSS == ACROSS - 1) puts("|");
    }
    *shown &= top == centre[b];
  }
  khop_rings_free(rings);
  khop_graph_free(grid);
  return 0;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && !strcmp(argv[1], "--quick"), shown = true;
  const char *path = argc > 1 + quick ? argv[1 + quick] : "12_wavelets.svg";
  if (signal_part(&shown, path, quick ? 256 : 1024, quick ? 4 : 6) || graph_part(&shown)) return 1;
  return shown ? 0 : 1;
}
