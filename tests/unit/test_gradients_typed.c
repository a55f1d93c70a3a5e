/* test_gradients_typed.c: gradients of grouped convolutions over words, of pools over rings, and of
 * the mean of all rows, in double precision against central differences of order six (see
 * test_gradients.c). Each op stands behind a linear one, so that what flows back through it counts. */
#include "check.h"

#include <khop/model.h>
#include <khop/typed.h>

#define TOLERANCE 1e-9
#define N 20
#define F 4

/* A maximum has kinks wherever two entries are equal: its steps are short ones, which cost digits
 * (the loss is quadratic between kinks, so nothing else). */
static double step = 1e-3, tolerance = TOLERANCE;

static const int64_t shape[] = {4, 5};
static khop_graph *graph, *islands;
static khop_rings *words;
static khop_real numbers[N * F], targets[N * 64];
static int64_t offsets[N + 1];
static int32_t indices[N * F];
static khop_real entries[N * F];
static const khop_features dense = {N, F, numbers, NULL, NULL, NULL};
static const khop_features sparse = {N, F, NULL, offsets, indices, entries};

static int setup(void **state) {
  (void)state;
  khop_i_random r;
  khop_typed *grid;
  khop_metapath word[9];
  int count;
  khop_i_random_seed(&r, 61);
  ok(khop_typed_grid(&grid, 2, shape, (bool[]){false, true}));
  ok(khop_stencil(word, &count, 2, shape, (int[]){3, 3}, (int[]){2, 1}, (bool[]){false, true}));
  ok(khop_metapaths_build(&words, grid, count, word, NULL));
  khop_typed_free(grid);
  ok(khop_graph_grid(&graph, 2, shape, NULL, false, true));
  /* nodes without an arc, whose rings are empty */
  ok(khop_graph_from_coo(&islands, N, 6, (int64_t[]){0, 1, 2, 3, 4, 7},
                         (int64_t[]){1, 2, 0, 2, 7, 9}, true));
  for (int i = 0; i < N * F; i++) numbers[i] = random_real(&r);
  for (int i = 0; i < N * 64; i++) targets[i] = random_real(&r);
  for (int i = 0; i < N; i++) {
    offsets[i + 1] = offsets[i];
    for (int c = 0; c < F; c++)
      if (i != 3 && khop_i_random_uniform(&r) < 0.6) {
        indices[offsets[i + 1]] = c;
        entries[offsets[i + 1]++] = random_real(&r);
      }
  }
  return 0;
}

static int teardown(void **state) {
  (void)state;
  khop_graph_free(graph);
  khop_graph_free(islands);
  khop_rings_free(words);
  return khop_bytes_now() == 0 ? 0 : -1;
}

/* --- the checker ---------------------------------------------------------------------------- */

static bool agree(const double *ours, const double *theirs, int64_t count, double *worst) {
  double d = difference(ours, theirs, count);
  if (!(d <= *worst)) *worst = d;
  return d <= tolerance;
}

static double loss_at(khop_run *run, double *parameter, double by) {
  double kept = *parameter;
  *parameter = kept + by;
  double loss = khop_run_forward(run, true, 7, 3);
  *parameter = kept;
  return loss;
}

static double slope(khop_run *run, double *parameter) {
  double d[3];
  for (int k = 0; k < 3; k++)
    d[k] = loss_at(run, parameter, (k + 1) * step) - loss_at(run, parameter, -(k + 1) * step);
  return (45 * d[0] - 9 * d[1] + d[2]) / (60 * step);
}

/* The two gradients of a finished model, in blocks that the caller frees; their number. The model is
 * over words, or over the rings of a graph. */
static int64_t gradients(double **ours, double **theirs, khop_model *m, const khop_graph *over,
                         const khop_features *features) {
  khop_rings *rings[KHOP_MAX_RINGS] = {words};
  int count = 1;
  khop_run *run;
  khop_i_random r;
  khop_i_random_seed(&r, 62);
  ok(khop_model_init(m, 5));
  if (over) ok(khop_model_rings(rings, &count, m, over, 0));
  ok(khop_run_new(&run, m, count, rings, features, true, 0));
  ok(khop_run_targets(run, targets, NULL));
  int64_t parameters = khop_model_parameters(m);
  double *w = khop_model_parameter_array(m);
  for (int64_t i = 0; i < parameters; i++) w[i] += 0.3 * random_real(&r);
  *ours = block_of(parameters, sizeof **ours);
  *theirs = block_of(parameters, sizeof **theirs);
  khop_run_forward(run, true, 7, 3);
  ok(khop_run_backward(run));
  memcpy(*ours, khop_run_gradients(run), (size_t)parameters * sizeof **ours);
  for (int64_t i = 0; i < parameters; i++) (*theirs)[i] = slope(run, &w[i]);
  khop_run_free(run);
  for (int i = 0; over && i < count; i++) khop_rings_free(rings[i]);
  return parameters;
}

static double worst_of_all;

static void check(khop_model *m, khop_value y, const khop_graph *over,
                  const khop_features *features) {
  double *ours, *theirs, largest = 0;
  assert_true(khop_mean_squared_error(m, y) > 0);
  int64_t count = gradients(&ours, &theirs, m, over, features);
  for (int64_t i = 0; i < count; i++) largest = fmax(largest, fabs(theirs[i]));
  if (!(largest > 1e-4)) fail_msg("the largest of %lld gradients is %g", (long long)count, largest);
  if (!agree(ours, theirs, count, &worst_of_all)) {
    char *text;
    ok(khop_model_describe(&text, m));
    fail_msg("wrong by %g:\n%s", worst_of_all, text);
  }
  free(ours);
  free(theirs);
  khop_model_free(m);
}

static khop_value begin(khop_model **m) {
  ok(khop_model_new(m));
  return khop_input(*m, F);
}

/* --- the ops -------------------------------------------------------------------------------- */

/* Both orders of the product, every number of groups, sparse features that are spread out. */
static void grouped_convolutions(void **state) {
  (void)state;
  static const int64_t sizes[][3] = {{4, 8, 1}, {4, 8, 2}, {8, 4, 2}, {8, 4, 4}, {6, 6, 6}, {3, 3, 3},
                                     {2, 8, 2}, {6, 3, 3}};
  for (int s = 0; s < 8; s++)
    for (int taps = 1; taps <= 9; taps += 4)
      for (int concat = 0; concat < 2; concat++) {
        khop_model *m;
        khop_value x = begin(&m), h = khop_linear(m, x, sizes[s][0], false);
        khop_conv_options o = {.op = KHOP_METAPATH, .taps = taps, .groups = sizes[s][2],
                               .concat = concat, .bias = true,
                               .norm = (khop_norm)((s + taps) % 4)};
        if (sizes[s][1] * (concat ? taps : 1) > 64) o.concat = false;
        check(m, khop_conv(m, h, sizes[s][1], &o), NULL, &dense);
      }
  for (int which = 0; which < 2; which++) {
    khop_model *m;
    khop_value x = begin(&m);
    khop_conv_options o = {.op = KHOP_METAPATH, .taps = 9, .groups = 2, .bias = true};
    check(m, khop_conv(m, x, 6, &o), NULL, which ? &sparse : &dense);
  }
}

/* Numbers a tap over words: the other op that convolutions become. */
static void mixed_words(void **state) {
  (void)state;
  for (int w = KHOP_WEIGHTS_SEPARABLE; w <= KHOP_WEIGHTS_SCALAR; w++) {
    khop_model *m;
    khop_value x = begin(&m), h = khop_linear(m, x, 5, false);
    check(m, khop_conv(m, h, 5, &(khop_conv_options){.op = KHOP_METAPATH, .taps = 9,
                                                     .weights = (khop_weights)w}),
          NULL, &dense);
  }
}

/* Over rings, balls, walks and words; with hop 0 and without; with rows that have no entry. */
static void pools(void **state) {
  (void)state;
  static const int near[] = {0, 1}, far[] = {1, 2};
  step = 1e-5;
  tolerance = 1e-8;
  for (int pooling = KHOP_POOL_MAX; pooling <= KHOP_POOL_MEAN; pooling++)
    for (int op = KHOP_RING; op <= KHOP_METAPATH; op++)
      for (int direction = KHOP_OUT; direction <= KHOP_ALL; direction++)
        for (int which = 0; which < 4; which++) {
          khop_model *m;
          if (op == KHOP_METAPATH && (direction || which > 1)) continue;
          khop_value x = begin(&m), h = khop_linear(m, x, which == 3 ? 17 : 3, true);
          khop_conv_options o = {.taps = 2, .hops = which % 2 ? far : near,
                                 .direction = (khop_direction)direction, .op = (khop_operator)op};
          khop_value y = khop_pool(m, h, (khop_pooling)pooling, &o);
          check(m, y, op == KHOP_METAPATH ? NULL : which > 1 ? islands : graph,
                which == 2 ? &sparse : &dense);
        }
  step = 1e-3;
  tolerance = TOLERANCE;
}

static void global_means(void **state) {
  (void)state;
  for (int64_t columns = 1; columns <= 64; columns += 21) {
    khop_model *m;
    khop_value x = begin(&m), h = khop_tanh(m, khop_linear(m, x, columns, true));
    khop_value y = khop_add(m, h, khop_global_mean(m, h)); /* a branch beside: gradients add up */
    check(m, y, graph, &dense);
  }
}

/* An entry wrong by a millionth, or not a number, is found out. */
static void the_checker(void **state) {
  (void)state;
  khop_model *m;
  double *ours, *theirs, worst = 0;
  khop_value x = begin(&m), h = khop_linear(m, x, 3, true);
  khop_mean_squared_error(m, khop_pool(m, h, KHOP_POOL_MAX, NULL));
  int64_t count = gradients(&ours, &theirs, m, graph, &dense);
  assert_true(agree(ours, theirs, count, &worst));
  for (int64_t i = 0; i < count; i++) {
    double kept = ours[i];
    ours[i] = kept + 1e-6;
    assert_false(agree(ours, theirs, count, &worst));
    ours[i] = (double)NAN;
    assert_false(agree(ours, theirs, count, &worst));
    ours[i] = kept;
  }
  free(ours);
  free(theirs);
  khop_model_free(m);
}

static void report(void **state) {
  (void)state;
  print_message("# largest relative difference %.2g\n", worst_of_all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_checker),  cmocka_unit_test(grouped_convolutions),
      cmocka_unit_test(mixed_words),  cmocka_unit_test(pools),
      cmocka_unit_test(global_means), cmocka_unit_test(report),
  };
  return cmocka_run_group_tests_name("gradients of typed convolutions and pools", tests, setup,
                                     teardown);
}
