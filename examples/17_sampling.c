/* 17_sampling.c: what is lost when of each ring only m nodes are looked at.
 *
 * Four groups of nodes with edges mostly inside a group, and features that say little of a node and
 * much of a ring of them. For each m: how far the means over sampled rings 2 are from the means over the
 * whole rings, beside what the variance of sampling without replacement foretells,
 *
 *   sum over rows and columns of (1 - m / n) S^2 / m,
 *
 * and what a model learns that sees rings 0, 1 and 2 through such a sample.
 *
 * usage: 17_sampling [--quick] */
#include <khop/khop.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 4, FEATURES = 8, DEGREE = 6 };

static void stop(void) {
  fprintf(stderr, "%s\n", khop_message());
  exit(1);
}
static void ok(khop_status status) {
  if (status != KHOP_OK) stop();
}

static uint64_t state = 2024;
static double uniform(void) { /* splitmix64 */
  uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

/* Four edges in five stay in their group; node i is of group i mod 4; 20 nodes of each group are labelled
 * for training, half of the rest are for validation. */
static khop_data *groups(int64_t n) {
  int64_t edges = n * DEGREE / 2;
  int64_t *from = malloc((size_t)edges * sizeof *from), *to = malloc((size_t)edges * sizeof *to);
  khop_real *x = malloc((size_t)(n * FEATURES) * sizeof *x);
  int32_t *labels = malloc((size_t)n * sizeof *labels);
  uint8_t *masks = calloc((size_t)(3 * n), 1);
  khop_graph *graph;
  khop_data *data;
  for (int64_t e = 0; e < edges; e++) {
    from[e] = (int64_t)(uniform() * (double)n);
    to[e] = (int64_t)(uniform() * (double)n);
    if (uniform() < 0.8) to[e] = to[e] / GROUPS * GROUPS + from[e] % GROUPS;
    if (to[e] >= n) to[e] -= GROUPS;
  }
  for (int64_t i = 0; i < n; i++) {
    labels[i] = (int32_t)(i % GROUPS);
    masks[(i < 20 * GROUPS ? 0 : 1 + i / GROUPS % 2) * n + i] = 1;
    for (int c = 0; c < FEATURES; c++)
      x[i * FEATURES + c] = (khop_real)(4 * uniform() - 2 + (c % GROUPS == i % GROUPS ? 1 : 0));
  }
  khop_features features = {.rows = n, .columns = FEATURES, .dense = x};
  ok(khop_graph_from_coo(&graph, n, edges, from, to, false));
  ok(khop_data_new(&data, graph, &features, labels));
  ok(khop_data_add_split(data, masks, masks + n, masks + 2 * n));
  free(from), free(to), free(x), free(labels), free(masks);
  return data;
}

/* The means over ring 2, by the rings given. */
static void means(khop_real *y, const khop_rings *rings, const khop_data *data) {
  khop_taps *taps;
  const int hop = 2;
  ok(khop_taps_new(&taps, rings, 1, &hop, KHOP_NORM_ROW, false));
  ok(khop_apply(y, FEATURES, taps, khop_data_features(data)->dense, FEATURES, FEATURES, 0));
  khop_taps_free(taps);
}

static double squares(const khop_real *a, const khop_real *b, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += pow((double)a[i] - (b ? (double)b[i] : 0), 2);
  return sum;
}

/* The squared error that the formula foretells, over all rows and columns. */
static double foretold(const khop_rings *rings, const khop_data *data, const khop_real *mean, int64_t m) {
  const khop_real *x = khop_data_features(data)->dense;
  double total = 0;
  for (int64_t i = 0; i < khop_rings_nodes(rings); i++) {
    const int32_t *ring;
    int64_t n = khop_rings_row(rings, 0, i, &ring, NULL);
    for (int64_t e = 0; n > m && e < n; e++) {
      double variance = squares(x + ring[e] * FEATURES, mean + i * FEATURES, FEATURES) / (double)(n - 1);
      total += (1 - (double)m / (double)n) * variance / (double)m;
    }
  }
  return total;
}

static double accuracy(const khop_data *data, int64_t m, int seeds) {
  khop_recipe recipe;
  khop_report report;
  ok(khop_recipe_find(&recipe, "mixhop"));
  recipe.fit.epochs = 100;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.sample = m, .seeds = seeds}));
  double score = report.test_mean;
  khop_report_free(&report);
  return score;
}

int main(int argc, char **argv) {
  bool quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
  const int64_t n = quick ? 600 : 4000, sizes[] = {1, 2, 4, 8, 16, 0};
  const int samples = 20, seeds = quick ? 1 : 3, hop = 2;
  khop_data *data = groups(n);
  khop_rings *whole, *some;
  khop_real *exact = malloc((size_t)(n * FEATURES) * sizeof *exact);
  khop_real *drawn = malloc((size_t)(n * FEATURES) * sizeof *drawn);
  bool shown = true;
  double first = 0, last = 0;
  ok(khop_rings_build(&whole, khop_data_graph(data), 1, &hop, NULL));
  means(exact, whole, data);
  double length = sqrt(squares(exact, NULL, n * FEATURES));
  printf("%lld nodes, ring 2 has %.1f on average\n\n   m   error   foretold   accuracy\n", (long long)n,
         (double)khop_rings_entries(whole, 0) / (double)n);
  for (int s = 0; s < 6; s++) {
    double sum = 0;
    for (int seed = 0; sizes[s] && seed < samples; seed++) {
      ok(khop_rings_sample(&some, khop_data_graph(data), 1, &hop, sizes[s], (uint64_t)seed, NULL));
      means(drawn, some, data);
      sum += squares(drawn, exact, n * FEATURES) / samples;
      khop_rings_free(some);
    }
    double wanted = sizes[s] ? foretold(whole, data, exact, sizes[s]) : 0;
    last = accuracy(data, sizes[s], seeds);
    if (s == 0) first = last;
    if (sizes[s])
      printf("%4lld   %.3f   %.3f      %.1f %%\n", (long long)sizes[s], sqrt(sum) / length,
             sqrt(wanted) / length, 100 * last);
    else
      printf(" all   0       0          %.1f %%\n", 100 * last);
    shown = shown && (!sizes[s] || fabs(sum / wanted - 1) <= 0.1);
  }
  khop_rings_free(whole);
  khop_data_free(data);
  free(exact), free(drawn);
  return shown && last > first ? 0 : 1;
}
