/* test_sample.c: samples of rings: what is kept, without bias, with the variance of the textbook, and
 * normalised by the degrees of the exact rings.
 *
 * Random cases have fixed seeds, so that a test passes always or never. */
#include "rings_check.h"

#include <khop/apply.h>
#include <khop/train.h>

static khop_rings *sample_of(const khop_graph *graph, int count, const int *hops, int64_t per_row,
                             uint64_t seed, khop_direction direction) {
  khop_rings *rings = NULL;
  ok(khop_rings_sample(&rings, graph, count, hops, per_row, seed,
                       &(khop_rings_options){.direction = direction}));
  return rings;
}

/* Whether s is a sample of rings r: in each row the right number, out of the ring, ascending, with the
 * right value. */
static bool is_sample(const khop_rings *s, const khop_rings *r, int64_t per_row) {
  for (int slot = 0; slot < r->slots; slot++)
    for (int64_t i = 0; i < r->nodes; i++) {
      const int32_t *some, *all;
      const khop_real *values;
      int64_t m = khop_rings_row(s, slot, i, &some, &values), n = khop_rings_row(r, slot, i, &all, NULL);
      if (m != (n < per_row ? n : per_row)) return false;
      for (int64_t e = 0, at = 0; e < m; e++) {
        while (at < n && all[at] < some[e]) at++;
        if (at == n || all[at] != some[e] || (e && some[e] <= some[e - 1])) return false;
        if (!(fabs((double)values[e] - (double)n / (double)m) <= 1e-6 * (double)n)) return false;
      }
    }
  return true;
}

static bool same_scales(const khop_rings *a, const khop_rings *b, khop_norm norm, bool loop) {
  size_t size = (size_t)a->nodes * sizeof(khop_real);
  khop_real *scales[4];
  for (int i = 0; i < 4; i++) scales[i] = block_of(a->nodes, sizeof **scales);
  bool same = true;
  for (int slot = 0; slot < a->slots; slot++) {
    ok(khop_rings_scales(scales[0], scales[1], a, slot, norm, loop));
    ok(khop_rings_scales(scales[2], scales[3], b, slot, norm, loop));
    same = same && memcmp(scales[0], scales[2], size) == 0 && memcmp(scales[1], scales[3], size) == 0;
  }
  for (int i = 0; i < 4; i++) free(scales[i]);
  return same;
}

/* Hundreds of graphs: samples of 1, 3 and more than all. */
static void every_graph(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 71);
  const int hops[] = {2, 0, 1, 3};
  for (int trial = 0; trial < 30 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 40, &r);
    khop_graph *graph = graph_of(&e);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_rings *exact = rings_of(graph, 4, hops, direction, KHOP_RING);
    for (int64_t per_row = 1; per_row < 200; per_row = per_row * 5 - 2) {
      khop_rings *s = sample_of(graph, 4, hops, per_row, (uint64_t)trial, direction);
      assert_true(is_sample(s, exact, per_row));
      for (int norm = 0; norm < 8; norm++)
        assert_true(same_scales(s, exact, (khop_norm)(norm / 2), norm % 2));
      khop_rings *turned = NULL;
      ok(khop_rings_transpose(&turned, s));
      khop_rings *back = NULL;
      ok(khop_rings_transpose(&back, turned));
      assert_true(same_store(s, back));
      khop_rings_free(turned);
      khop_rings_free(back);
      khop_rings_free(s);
    }
    khop_rings_free(exact);
    khop_graph_free(graph);
  }
}

/* A wheel of three rims: rings of 60 and more, as a graph that is not its own mirror. */
static khop_graph *wheel(bool directed) {
  static int64_t from[1000], to[1000];
  int64_t edges = 0;
  for (int64_t i = 0; i < 60; i++) {
    from[edges] = 0, to[edges++] = 1 + i;
    from[edges] = 1 + i, to[edges++] = 61 + i;
    from[edges] = 1 + i, to[edges++] = 61 + (i + 7) % 60;
    from[edges] = 61 + i, to[edges++] = 61 + (i + 1) % 60;
  }
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 121, edges, from, to, directed));
  return graph;
}

/* What sums of sampled rows are like over many seeds, as z-values that are about standard normal: of
 * the mean against the exact sum, of the variance against n^2 (1 - m/n) S^2 / m. */
typedef struct z_values {
  double mean, variance;
} z_values;

enum { SEEDS = 4000 };

/* weight multiplies the sums: 1, or another number to see the checker fail. */
static z_values measure(const khop_graph *graph, int hop, int64_t row, int64_t per_row,
                        khop_direction direction, double weight) {
  khop_rings *exact = rings_of(graph, 1, &hop, direction, KHOP_RING);
  const int32_t *columns;
  int64_t n = khop_rings_row(exact, 0, row, &columns, NULL), nodes = khop_graph_nodes(graph);
  double *x = block_of(nodes, sizeof *x), total = 0, squares = 0;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  for (int64_t i = 0; i < nodes; i++) x[i] = 3 * khop_i_random_uniform(&r) + (double)(i % 5);
  for (int64_t e = 0; e < n; e++) total += x[columns[e]];
  for (int64_t e = 0; e < n; e++) squares += pow(x[columns[e]] - total / (double)n, 2);
  double share = (double)per_row / (double)n, dn = (double)n;
  double wanted = dn * dn * (1 - share) * squares / (dn - 1) / (double)per_row;
  double sum = 0, second = 0, fourth = 0;
  for (uint64_t seed = 0; seed < SEEDS; seed++) {
    const khop_real *values;
    khop_rings *s = sample_of(graph, 1, &hop, per_row, seed, direction);
    int64_t m = khop_rings_row(s, 0, row, &columns, &values);
    double z = 0;
    for (int64_t e = 0; e < m; e++) z += weight * (double)values[e] * x[columns[e]];
    sum += z - total;
    second += pow(z - total, 2);
    fourth += pow(z - total, 4);
    khop_rings_free(s);
  }
  sum /= SEEDS, second /= SEEDS, fourth /= SEEDS;
  free(x);
  khop_rings_free(exact);
  return (z_values){sum / sqrt(wanted / SEEDS),
                    (second - wanted) / sqrt((fourth - second * second) / SEEDS)};
}

/* Twelve pairs of z-values. Of 24 standard normal numbers one is beyond 4 once in 660 times. */
static void mean_and_variance(void **state) {
  (void)state;
  const double threshold = 4;
  for (int trial = 0; trial < 12; trial++) {
    khop_graph *graph = wheel(trial % 2);
    int64_t per_row = trial < 4 ? 1 : trial < 8 ? 7 : 40;
    int hop = trial / 2 % 2 ? 2 : 1;
    z_values z = measure(graph, hop, 0, per_row, KHOP_OUT, 1);
    if (!(fabs(z.mean) <= threshold) || !(fabs(z.variance) <= threshold))
      fail_msg("trial %d: z of the mean %g, of the variance %g", trial, z.mean, z.variance);
    khop_graph_free(graph);
  }
  /* the checker is checked: a weight that is off by a twentieth is seen in both */
  khop_graph *graph = wheel(false);
  z_values z = measure(graph, 1, 0, 7, KHOP_OUT, 1.05);
  assert_true(fabs(z.mean) > threshold && fabs(z.variance) > threshold);
  khop_graph_free(graph);
}

/* The mean over a sample, and the symmetric norm, are those of the ring on average: all norms, by the
 * operator itself, entry by entry. */
static void normalised(void **state) {
  (void)state;
  khop_graph *graph = wheel(true);
  const int64_t n = 121, f = 2;
  const int hops[] = {0, 1, 2};
  khop_real *x = block_of(n * f, sizeof *x), *y = block_of(n * f, sizeof *y);
  double *sum = block_of(n * f, sizeof *sum), *squares = block_of(n * f, sizeof *squares);
  khop_i_random r;
  khop_i_random_seed(&r, 8);
  for (int64_t i = 0; i < n * f; i++) x[i] = random_real(&r);
  for (int norm = 0; norm < 4; norm++) {
    const int seeds = 1500;
    memset(sum, 0, (size_t)(n * f) * sizeof *sum);
    memset(squares, 0, (size_t)(n * f) * sizeof *squares);
    khop_taps *taps = NULL;
    for (int seed = 0; seed < seeds; seed++) {
      khop_rings *s = sample_of(graph, 3, hops, 5, (uint64_t)seed, KHOP_ALL);
      ok(khop_taps_new(&taps, s, 3, hops, (khop_norm)norm, false));
      ok(khop_apply(y, f, taps, x, f, f, 0));
      for (int64_t i = 0; i < n * f; i++) sum[i] += (double)y[i], squares[i] += pow((double)y[i], 2);
      khop_taps_free(taps);
      khop_rings_free(s);
    }
    khop_rings *exact = rings_of(graph, 3, hops, KHOP_ALL, KHOP_RING);
    ok(khop_taps_new(&taps, exact, 3, hops, (khop_norm)norm, false));
    ok(khop_apply(y, f, taps, x, f, f, 0));
    double worst = 0;
    for (int64_t i = 0; i < n * f; i++) {
      double mean = sum[i] / seeds, spread = squares[i] / seeds - mean * mean;
      double z = (mean - (double)y[i]) / sqrt(spread / seeds + 1e-12);
      if (!(fabs(z) <= worst)) worst = fabs(z);
    }
    if (!(worst <= 5)) fail_msg("norm %d: a z-value of %g among 242", norm, worst);
    khop_taps_free(taps);
    khop_rings_free(exact);
  }
  free(x), free(y), free(sum), free(squares);
  khop_graph_free(graph);
}

/* <S x, y> = <x, S^T y>: backward goes through the sample that forward went through. */
static void adjoint(void **state) {
  (void)state;
  const int64_t n = 121;
  const int hops[] = {1, 2};
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  for (int trial = 0; trial < 8; trial++) {
    khop_graph *graph = wheel(trial % 2);
    khop_rings *s = sample_of(graph, 2, hops, 4, 1, KHOP_OUT);
    khop_taps *taps = NULL;
    khop_real x[121], y[121], sx[121], ty[121];
    double a = 0, b = 0;
    ok(khop_taps_new(&taps, s, 2, hops, (khop_norm)(trial / 2), false));
    for (int64_t i = 0; i < n; i++) x[i] = random_real(&r), y[i] = random_real(&r);
    ok(khop_apply(sx, 1, taps, x, 1, 1, 0));
    ok(khop_apply(ty, 1, taps, y, 1, 1, KHOP_TRANSPOSE));
    for (int64_t i = 0; i < n; i++) a += (double)sx[i] * (double)y[i], b += (double)x[i] * (double)ty[i];
    close_to(a, b, 1e-4 * (1 + fabs(a)));
    khop_taps_free(taps);
    khop_rings_free(s);
    khop_graph_free(graph);
  }
}

/* A model that asks for any direction takes a sample of an undirected graph, and learns on it. */
static void trains(void **state) {
  (void)state;
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_report report;
  ok(khop_data_load(&data, fixture("datasets/karate.graphml"), NULL));
  ok(khop_recipe_find(&recipe, "ring"));
  khop_recipe_adapt(&recipe, data);
  recipe.fit.epochs = 60;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.sample = 4, .seeds = 2}));
  assert_true(report.run[0].loss < 0.3 && report.test_mean > 0.6);
  khop_report_free(&report);
  /* all of each ring: the training without samples, to the bit */
  khop_report whole;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.sample = 34}));
  ok(khop_train(&whole, data, &recipe, NULL));
  assert_true(report.run[0].loss == whole.run[0].loss);
  khop_report_free(&report);
  khop_report_free(&whole);
  khop_data_free(data);
}

static bool refuse(double share, void *context) {
  (void)share, (void)context;
  return false;
}

static void threads_seeds_and_mistakes(void **state) {
  (void)state;
  const int64_t n = 3000;
  khop_graph *graph = NULL;
  khop_rings *one = NULL, *two = NULL;
  const int hops[] = {3, 9};
  ok(khop_graph_grid(&graph, 2, (int64_t[]){60, 50}, NULL, true, false));
  ok(khop_set_threads(1));
  one = sample_of(graph, 2, hops, 6, 11, KHOP_OUT);
  ok(khop_set_threads(3));
  two = sample_of(graph, 2, hops, 6, 11, KHOP_OUT);
  ok(khop_set_threads(0));
  assert_true(same_store(one, two));
  khop_rings_free(two);
  two = sample_of(graph, 2, hops, 6, 12, KHOP_OUT);
  assert_false(same_store(one, two));
  khop_rings_free(two);
  /* a hop is drawn alike whichever others are asked for */
  two = sample_of(graph, 1, hops, 6, 11, KHOP_OUT);
  for (int64_t i = 0; i < n; i++) {
    const int32_t *a, *b;
    int64_t count = khop_rings_row(one, 0, i, &a, NULL);
    assert_int_equal(khop_rings_row(two, 0, i, &b, NULL), count);
    assert_memory_equal(a, b, (size_t)count * sizeof *a);
  }
  khop_rings_free(one);
  khop_rings_free(two);
  khop_rings_options ball = {.op = KHOP_BALL}, tight = {.max_bytes = 100000}, stop = {.progress = refuse};
  fails(khop_rings_sample(&one, graph, 2, hops, 0, 1, NULL), KHOP_E_ARGUMENT, "0 a row", "");
  fails(khop_rings_sample(&one, graph, 1, (int[]){-1}, 2, 1, NULL), KHOP_E_ARGUMENT, "-1", "");
  fails(khop_rings_sample(&one, graph, 2, hops, 2, 1, &ball), KHOP_E_UNSUPPORTED, "balls", "");
  fails(khop_rings_sample(&one, graph, 2, hops, 64, 1, &tight), KHOP_E_BUDGET, "64 a row", "0.1 MB");
  fails(khop_rings_sample(&one, graph, 2, hops, 2, 1, &stop), KHOP_E_INTERRUPTED, "stopped", "");
  assert_null(one);
  khop_graph_free(graph);
}

static khop_status sample_and_turn(void *context) {
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  khop_status status = khop_rings_sample(&rings, context, 3, (int[]){0, 1, 2}, 3, 1, NULL);
  if (status == KHOP_OK)
    status = khop_taps_new(&taps, rings, 3, (int[]){0, 1, 2}, KHOP_NORM_SYM, true);
  khop_taps_free(taps);
  khop_rings_free(rings);
  return status;
}

static void memory(void **state) {
  (void)state;
  memory_can_run_out();
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = wheel(directed);
    assert_true(fail_each(sample_and_turn, graph) > 8);
    khop_graph_free(graph);
  }
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_graph), cmocka_unit_test(mean_and_variance),
      cmocka_unit_test(normalised),  cmocka_unit_test(adjoint),
      cmocka_unit_test(trains),      cmocka_unit_test(threads_seeds_and_mistakes),
      cmocka_unit_test(memory),
  };
  return cmocka_run_group_tests_name("sample", tests, nothing_held, nothing_held);
}
