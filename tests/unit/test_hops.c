/* test_hops.c: hop features in a file against the operators' definitions; rows of files; training in
 * batches against the full-batch training of the same model, and what it holds. */
#include "rings_check.h"

#include "files/npy.h"

#include <khop/hops.h>

/* --- hop features ---------------------------------------------------------------------------- */

static khop_real *read_all(const char *path, int64_t *count, int64_t *columns) {
  khop_rows *rows = NULL;
  ok(khop_rows_open(&rows, path));
  *count = khop_rows_count(rows);
  *columns = khop_rows_columns(rows);
  khop_real *all = block_of(*count * *columns, sizeof *all);
  int64_t *ids = block_of(*count, sizeof *ids);
  for (int64_t i = 0; i < *count; i++) ids[i] = i;
  ok(khop_rows_read(all, rows, *count, ids));
  free(ids);
  khop_rows_close(rows);
  return all;
}

/* Features as dense numbers and as a sparse view of them. */
typedef struct table {
  int64_t n, f;
  khop_real *dense, *values;
  int64_t *offsets;
  int32_t *indices;
} table;

static table draw_table(int64_t n, int64_t f, khop_i_random *r) {
  table t = {n, f, block_of(n * f, sizeof(khop_real)), block_of(n * f, sizeof(khop_real)),
             block_of(n + 1, sizeof(int64_t)), block_of(n * f, sizeof(int32_t))};
  for (int64_t i = 0; i < n; i++) {
    t.offsets[i + 1] = t.offsets[i];
    for (int64_t j = 0; j < f; j++) {
      if (khop_i_random_below(r, 3)) continue;
      t.dense[i * f + j] = t.values[t.offsets[i + 1]] = random_real(r);
      t.indices[t.offsets[i + 1]++] = (int32_t)j;
    }
  }
  return t;
}
static void free_table(table *t) { free(t->dense), free(t->values), free(t->offsets), free(t->indices); }
static khop_features view(const table *t, bool sparse) {
  khop_features x = {.rows = t->n, .columns = t->f, .dense = sparse ? NULL : t->dense};
  if (sparse) x.offsets = t->offsets, x.indices = t->indices, x.values = t->values;
  return x;
}

/* (n, T f) by the definition of the operators. */
static double *by_definition(const edge_list *e, khop_direction direction, int taps, const int *hops,
                             khop_norm norm, const table *x) {
  int64_t n = x->n, f = x->f, wide = taps * f;
  double *m = block_of(n * n, sizeof *m), *y = block_of(n * wide, sizeof *y);
  for (int t = 0; t < taps; t++) {
    dense_operator(m, e, direction, KHOP_RING, hops[t]);
    dense_normalise(m, n, norm, false);
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++)
        for (int64_t c = 0; c < f; c++)
          y[i * wide + t * f + c] += m[i * n + j] * (double)x->dense[j * f + c];
  }
  free(m);
  return y;
}

static void against_the_definition(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 29);
  const int hops[] = {0, 2, 1};
  for (int trial = 0; trial < 10 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 25, &r);
    khop_direction direction = (khop_direction)(trial % 3);
    khop_norm norm = (khop_norm)(trial % 4);
    table x = draw_table(e.nodes, 1 + khop_i_random_below(&r, 9), &r);
    khop_features features = view(&x, trial / 2 % 2);
    khop_graph *graph = graph_of(&e);
    khop_rings *rings = rings_of(graph, 3, hops, direction, KHOP_RING);
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, rings, 3, hops, norm, false));
    ok(khop_hop_features_write(at("whole.npy"), taps, &features, NULL));
    int64_t count, columns;
    khop_real *got = read_all(at("whole.npy"), &count, &columns);
    assert_int_equal(count, e.nodes);
    assert_int_equal(columns, 3 * x.f);
    double *wanted = by_definition(&e, direction, 3, hops, norm, &x);
    assert_true(difference(got, wanted, count * columns) <= 1e-5);
    wanted[count * columns - 1] += 1; /* the checker is checked */
    assert_false(difference(got, wanted, count * columns) <= 1e-5);
    wanted[count * columns - 1] -= 1;
    free(got);
    /* column by column, and two by two */
    for (int64_t strip = 1; strip <= 2; strip++) {
      khop_hop_options small = {.max_bytes = 4 * strip * e.nodes * (int64_t)sizeof(khop_real)};
      ok(khop_hop_features_write(at("strips.npy"), taps, &features, &small));
      got = read_all(at("strips.npy"), &count, &columns);
      assert_true(difference(got, wanted, count * columns) <= 1e-5);
      free(got);
    }
    /* rings of other forms give the same to rounding, in strips too */
    static const khop_form forms[] = {KHOP_MATRIX_FREE, KHOP_LADDER, KHOP_AUTO};
    for (int form = 0; form < 3; form++) {
      khop_rings *others = NULL;
      khop_taps *other = NULL;
      khop_rings_options as = {.direction = direction, .form = forms[form]};
      khop_hop_options small = {.max_bytes = 8 * e.nodes * (int64_t)sizeof(khop_real)};
      ok(khop_rings_build(&others, graph, 3, hops, &as));
      ok(khop_taps_new(&other, others, 3, hops, norm, false));
      ok(khop_hop_features_write(at("form.npy"), other, &features, &small));
      got = read_all(at("form.npy"), &count, &columns);
      assert_true(difference(got, wanted, count * columns) <= 1e-5);
      free(got);
      khop_taps_free(other);
      khop_rings_free(others);
    }
    free(wanted);
    free_table(&x);
    khop_taps_free(taps);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
}

/* A projection of the unit vectors is the matrix itself: its entries, and that lengths are kept on
 * average; then the taps act on it as on any features. */
static void projection(void **state) {
  (void)state;
  enum { N = 400, D = 300 };
  khop_graph *graph = path_graph(N);
  khop_data *data = NULL;
  khop_rings *rings = rings_of(graph, 2, (int[]){0, 3}, KHOP_ALL, KHOP_RING);
  khop_taps *taps = NULL;
  ok(khop_taps_new(&taps, rings, 2, (int[]){0, 3}, KHOP_NORM_NONE, false));
  ok(khop_data_new(&data, graph, NULL, NULL)); /* identity features */
  khop_hop_options options = {.project = D, .seed = 7};
  ok(khop_hop_features_write(at("project.npy"), taps, khop_data_features(data), &options));
  int64_t count, columns, zeros = 0, plus = 0;
  khop_real *got = read_all(at("project.npy"), &count, &columns);
  assert_int_equal(columns, 2 * D);
  double size = sqrt(3.0 / D), lengths = 0;
  for (int64_t i = 0; i < N; i++)
    for (int64_t d = 0; d < D; d++) {
      double p = (double)got[i * columns + d];
      assert_true(p == 0 || fabs(fabs(p) - size) <= 1e-6);
      zeros += p == 0, plus += p > 0, lengths += p * p;
      double back = i >= 3 ? (double)got[(i - 3) * columns + d] : 0;
      double ahead = i + 3 < N ? (double)got[(i + 3) * columns + d] : 0;
      close_to((double)got[i * columns + D + d], back + ahead, 1e-5);
    }
  /* of 120,000 draws, 4 deviations either way */
  close_to((double)zeros, N * D * 2.0 / 3, 4 * sqrt(N * D * 2.0 / 9));
  close_to((double)plus, N * D / 6.0, 4 * sqrt(N * D * 5.0 / 36));
  close_to(lengths / N, 1, 0.02);
  options.max_bytes = 200000;
  ok(khop_hop_features_write(at("again.npy"), taps, khop_data_features(data), &options));
  same_files(at("project.npy"), at("again.npy"));
  options.seed = 8;
  ok(khop_hop_features_write(at("again.npy"), taps, khop_data_features(data), &options));
  khop_real *other = read_all(at("again.npy"), &count, &columns);
  assert_memory_not_equal(got, other, 4096);
  free(got);
  free(other);
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_data_free(data);
}

static bool stop(double share, void *context) {
  *(double *)context = share;
  return false;
}

static void writing_mistakes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  khop_graph *graph = path_graph(50);
  khop_rings *rings = rings_of(graph, 1, (int[]){1}, KHOP_OUT, KHOP_RING);
  khop_taps *taps = NULL;
  ok(khop_taps_new(&taps, rings, 1, (int[]){1}, KHOP_NORM_ROW, false));
  table x = draw_table(50, 6, &r), y = draw_table(49, 6, &r);
  khop_features good = view(&x, true), bad = view(&y, false), both = view(&x, true);
  double share = 0;
  khop_hop_options one = {.max_bytes = 1}, watched = {.max_bytes = 1, .progress = stop, .context = &share};
  both.dense = x.dense;
  fails(khop_hop_features_write(at("no.npy"), taps, &bad, NULL), KHOP_E_SHAPE, "49", "50");
  fails(khop_hop_features_write(at("no.npy"), taps, &both, NULL), KHOP_E_ARGUMENT, "one of the two", "");
  fails(khop_hop_features_write(at("no/no.npy"), taps, &good, NULL), KHOP_E_NOT_FOUND, "no.npy", "");
  fails(khop_hop_features_write("/dev/null", taps, &good, &one), KHOP_E_UNSUPPORTED, "strips", "budget");
  ok(khop_hop_features_write("/dev/null", taps, &good, NULL));
  fails(khop_hop_features_write(at("no.npy"), taps, &good, &watched), KHOP_E_INTERRUPTED, "1 of 6", "");
  close_to(share, 1.0 / 6, 1e-12);
  if (access("/dev/full", W_OK) == 0)
    fails(khop_hop_features_write("/dev/full", taps, &good, NULL), KHOP_E_IO, "No space", "");
  assert_int_equal(access(at("no.npy"), F_OK), -1);
  free_table(&x), free_table(&y);
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- rows ------------------------------------------------------------------------------------ */

static void rows_of_files(void **state) {
  (void)state;
  khop_rows *rows = NULL;
  double wide[6] = {1, 2, 3, 4, 5, NAN};
  float narrow[6] = {1, 2, 3, 4, 5, 6};
  const int32_t whole[6] = {1, 2, 3, 4, 5, 6};
  khop_real out[6];
  ok(khop_i_npy_write(at("wide.npy"), KHOP_I_FLOAT64, 2, (int64_t[]){3, 2}, wide));
  ok(khop_i_npy_write(at("narrow.npy"), KHOP_I_FLOAT32, 2, (int64_t[]){3, 2}, narrow));
  ok(khop_rows_open(&rows, at("wide.npy")));
  ok(khop_rows_read(out, rows, 3, (int64_t[]){1, 0, 1}));
  const double wanted[6] = {3, 4, 1, 2, 3, 4};
  assert_true(difference(out, wanted, 6) == 0);
  fails(khop_rows_read(out, rows, 1, (int64_t[]){2}), KHOP_E_VALUE, "column 1 of row 2", "");
  fails(khop_rows_read(out, rows, 1, (int64_t[]){3}), KHOP_E_ARGUMENT, "row 3", "");
  fails(khop_rows_read(out, rows, 1, (int64_t[]){-1}), KHOP_E_ARGUMENT, "row -1", "");
  khop_rows_close(rows);
  ok(khop_rows_open(&rows, at("narrow.npy")));
  ok(khop_rows_read(out, rows, 1, (int64_t[]){2}));
  assert_true(out[0] == 5 && out[1] == 6);
  khop_rows_close(rows);
  fails(khop_rows_open(&rows, at("none.npy")), KHOP_E_NOT_FOUND, "none.npy", "");
  fails(khop_rows_open(&rows, folder), KHOP_E_IO, "regular", "");
  write_file(at("short.npy"), "\x93NUMPY", 6);
  fails(khop_rows_open(&rows, at("short.npy")), KHOP_E_FORMAT, "short.npy", "");
  ok(khop_i_npy_write(at("line.npy"), KHOP_I_FLOAT32, 1, (int64_t[]){6}, narrow));
  fails(khop_rows_open(&rows, at("line.npy")), KHOP_E_UNSUPPORTED, "two dimensions", "");
  ok(khop_i_npy_write(at("whole.npy"), KHOP_I_INT32, 2, (int64_t[]){2, 3}, whole));
  fails(khop_rows_open(&rows, at("whole.npy")), KHOP_E_UNSUPPORTED, "float32", "");
  char *bytes = NULL;
  size_t size = 0;
  ok(khop_i_infile_read(&bytes, &size, at("narrow.npy")));
  write_file(at("cut.npy"), bytes, size - 1);
  fails(khop_rows_open(&rows, at("cut.npy")), KHOP_E_FORMAT, "23 bytes", "24");
  memcpy(strstr(bytes + 10, "False"), "True ", 5);
  write_file(at("turned.npy"), bytes, size);
  fails(khop_rows_open(&rows, at("turned.npy")), KHOP_E_UNSUPPORTED, "by column", "");
  khop_i_free(bytes);
  assert_null(rows);
}

/* --- training -------------------------------------------------------------------------------- */

/* Classes that a node's neighbourhood tells: a grid of three stripes, noisy features. 60/20/20. */
static khop_data *stripes(int64_t side, khop_i_random *r, bool regression) {
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  int64_t n = side * side;
  ok(khop_graph_grid(&graph, 2, (int64_t[]){side, side}, NULL, false, false));
  khop_real *x = block_of(n * 5, sizeof *x), *targets = block_of(n * 2, sizeof *targets);
  int32_t *labels = block_of(n, sizeof *labels);
  uint8_t *masks = block_of(3 * n, 1);
  for (int64_t i = 0; i < n; i++) {
    labels[i] = (int32_t)(3 * (i / side) / side);
    for (int64_t c = 0; c < 5; c++) x[i * 5 + c] = 2 * random_real(r) + (c == labels[i] ? 1 : 0);
    targets[2 * i] = x[i * 5] - x[i * 5 + 1];
    targets[2 * i + 1] = i % 4 ? x[i * 5 + 2] : (khop_real)NAN;
    int64_t part = khop_i_random_below(r, 5);
    masks[(part < 3 ? 0 : part - 2) * n + i] = 1;
  }
  khop_features features = {.rows = n, .columns = 5, .dense = x};
  ok(khop_data_new(&data, graph, &features, regression ? NULL : labels));
  if (regression) ok(khop_data_set_targets(data, targets, 2));
  ok(khop_data_add_split(data, masks, masks + n, masks + 2 * n));
  free(x), free(targets), free(labels), free(masks);
  return data;
}

/* Its hop features in a file, and a data set that has them as features. */
static khop_data *write_hops(const char *path, const khop_data *data) {
  const int hops[] = {0, 1, 2};
  khop_rings *rings = rings_of(khop_data_graph(data), 3, hops, KHOP_ALL, KHOP_RING);
  khop_taps *taps = NULL;
  ok(khop_taps_new(&taps, rings, 3, hops, KHOP_NORM_ROW, false));
  ok(khop_hop_features_write(path, taps, khop_data_features(data), NULL));
  khop_taps_free(taps);
  khop_rings_free(rings);
  khop_graph *graph = NULL;
  khop_data *wide = NULL;
  khop_features features = {0};
  const int64_t none = 0;
  khop_real *x = read_all(path, &features.rows, &features.columns);
  features.dense = x;
  ok(khop_graph_from_coo(&graph, features.rows, 0, &none, &none, false));
  ok(khop_data_new(&wide, graph, &features, khop_data_labels(data)));
  int64_t outputs;
  const khop_real *targets = khop_data_targets(data, &outputs);
  if (targets) ok(khop_data_set_targets(wide, targets, outputs));
  ok(khop_data_add_split(wide, khop_data_mask(data, 0, KHOP_TRAIN), khop_data_mask(data, 0, KHOP_VAL),
                         khop_data_mask(data, 0, KHOP_TEST)));
  free(x);
  return wide;
}

static khop_recipe mlp(double dropout) {
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, "mlp"));
  recipe.hidden = 16;
  recipe.feature_norm = 0; /* rows of a file are taken as they are */
  recipe.dropout = recipe.input_dropout = dropout;
  recipe.fit.epochs = 40;
  recipe.fit.seed = 5;
  return recipe;
}

static double weights_apart(khop_model *a, khop_model *b) {
  int64_t count = khop_model_parameters(a);
  double *wanted = block_of(count, sizeof *wanted);
  for (int64_t i = 0; i < count; i++) wanted[i] = (double)khop_model_parameter_array(a)[i];
  double apart = difference(khop_model_parameter_array(b), wanted, count);
  free(wanted);
  return apart;
}

/* One batch of all training nodes is the full-batch training: losses, scores, weights, predictions. */
static void one_batch_is_full_batch(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  for (int trial = 0; trial < 4; trial++) {
    khop_data *data = stripes(12, &r, trial % 2), *wide = write_hops(at("hops.npy"), data);
    khop_recipe recipe = mlp(0);
    if (trial % 2) recipe.fit.metric = KHOP_RMSE;
    if (trial / 2) recipe.fit.schedule = KHOP_PLATEAU, recipe.fit.plateau = 5;
    khop_model *full = NULL, *batched = NULL;
    khop_rows *rows = NULL;
    khop_run *run = NULL;
    khop_rings *rings[KHOP_MAX_RINGS];
    khop_fit_result a, b;
    int count = 0;
    ok(khop_recipe_model(&full, &recipe, wide));
    ok(khop_model_rings(rings, &count, full, khop_data_graph(wide), 0));
    ok(khop_run_new(&run, full, count, rings, khop_data_features(wide), true, 0));
    ok(khop_fit(&a, run, wide, 0, &recipe.fit));
    ok(khop_rows_open(&rows, at("hops.npy")));
    ok(khop_recipe_model_rows(&batched, &recipe, data, khop_rows_columns(rows)));
    ok(khop_fit_rows(&b, batched, rows, data, 0, 100000, &recipe.fit));
    assert_int_equal(a.epochs, b.epochs);
    assert_int_equal(a.best_epoch, b.best_epoch);
    close_to(b.loss, a.loss, 1e-4);
    close_to(b.val, a.val, 1e-4);
    close_to(b.test, a.test, 1e-4);
    assert_true(weights_apart(full, batched) <= 1e-3);
    khop_real *p = block_of(144 * 3, sizeof *p), *q = block_of(144 * 3, sizeof *q);
    ok(khop_predict(p, full, wide, 0));
    double wanted[432];
    int64_t cells = 144 * khop_model_output_columns(full);
    for (int64_t i = 0; i < cells; i++) wanted[i] = (double)p[i];
    for (int64_t batch = 1; batch < 1000; batch = 7 * batch + 4) {
      memset(q, 0, 432 * sizeof *q);
      ok(khop_predict_rows(q, batched, rows, batch));
      assert_true(difference(q, wanted, cells) <= 1e-3);
    }
    /* the checker is checked: smaller batches are another training */
    ok(khop_fit_rows(&b, batched, rows, data, 0, 20, &recipe.fit));
    assert_false(weights_apart(full, batched) <= 1e-3);
    free(p), free(q);
    khop_run_free(run);
    for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
    khop_model_free(full);
    khop_model_free(batched);
    khop_rows_close(rows);
    khop_data_free(wide);
    khop_data_free(data);
  }
}

/* Where nothing is learned an epoch's mean loss is that of all training nodes: each is in one batch. */
static void every_node_once(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 13);
  for (int regression = 0; regression < 2; regression++) {
    khop_data *data = stripes(11, &r, regression);
    khop_data_free(write_hops(at("hops.npy"), data));
    khop_recipe recipe = mlp(0);
    khop_model *model = NULL;
    khop_rows *rows = NULL;
    recipe.fit.optimizer.rate = 1e-12;
    recipe.fit.epochs = 3;
    if (regression) recipe.fit.metric = KHOP_MAE;
    ok(khop_rows_open(&rows, at("hops.npy")));
    ok(khop_recipe_model_rows(&model, &recipe, data, khop_rows_columns(rows)));
    double whole = NAN;
    for (int64_t batch = 1000; batch > 0; batch /= 6) {
      khop_fit_result result;
      ok(khop_fit_rows(&result, model, rows, data, 0, batch, &recipe.fit));
      if (isnan(whole)) whole = result.loss;
      close_to(result.loss, whole, 1e-5 * whole);
    }
    khop_model_free(model);
    khop_rows_close(rows);
    khop_data_free(data);
  }
}

/* Batches learn; one seed gives one training; a break in the middle changes nothing. */
static void learns_and_goes_on(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 14);
  khop_data *data = stripes(24, &r, false);
  khop_data_free(write_hops(at("hops.npy"), data));
  khop_recipe recipe = mlp(0.2);
  khop_rows *rows = NULL;
  khop_model *models[3];
  khop_fit_result result[3];
  khop_trainer *trainer = NULL;
  ok(khop_rows_open(&rows, at("hops.npy")));
  for (int i = 0; i < 3; i++) ok(khop_recipe_model_rows(&models[i], &recipe, data, 15));
  for (int i = 0; i < 2; i++) ok(khop_fit_rows(&result[i], models[i], rows, data, 0, 50, &recipe.fit));
  assert_true(result[0].test > 0.8);
  assert_true(result[0].loss == result[1].loss && weights_apart(models[0], models[1]) == 0);
  bool more = true;
  ok(khop_trainer_new_rows(&trainer, models[2], rows, data, 0, 50, &recipe.fit));
  for (int i = 0; i < 15; i++) ok(khop_trainer_epoch(trainer, &more));
  ok(khop_trainer_save(trainer, at("half.safetensors")));
  khop_trainer_free(trainer);
  ok(khop_trainer_new_rows(&trainer, models[2], rows, data, 0, 50, &recipe.fit));
  ok(khop_trainer_load(trainer, at("half.safetensors")));
  while (more) ok(khop_trainer_epoch(trainer, &more));
  ok(khop_trainer_finish(trainer, &result[2]));
  khop_trainer_free(trainer);
  assert_true(result[2].loss == result[0].loss && weights_apart(models[0], models[2]) == 0);
  for (int i = 0; i < 3; i++) khop_model_free(models[i]);
  khop_rows_close(rows);
  khop_data_free(data);
}

/* What a training holds for 60 columns more: of a batch, never of all nodes. */
static size_t held_by(khop_rows *rows, khop_data *data, int64_t batch) {
  khop_recipe recipe = mlp(0);
  khop_model *model = NULL;
  khop_trainer *trainer = NULL;
  bool more;
  ok(khop_recipe_model_rows(&model, &recipe, data, khop_rows_columns(rows)));
  size_t before = khop_bytes_now();
  ok(khop_trainer_new_rows(&trainer, model, rows, data, 0, batch, &recipe.fit));
  ok(khop_trainer_epoch(trainer, &more));
  size_t held = khop_bytes_now() - before;
  khop_trainer_free(trainer);
  khop_model_free(model);
  return held;
}

static void bounded_memory(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 15);
  size_t held[2];
  int64_t nodes[2];
  for (int large = 0; large < 2; large++) {
    khop_data *data = stripes(large ? 80 : 20, &r, false);
    khop_rows *rows = NULL;
    nodes[large] = khop_graph_nodes(khop_data_graph(data));
    khop_real *x = block_of(nodes[large] * 300, sizeof *x);
    ok(khop_i_npy_write(at("rows.npy"), sizeof *x == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32, 2,
                        (int64_t[]){nodes[large], 300}, x));
    free(x);
    ok(khop_rows_open(&rows, at("rows.npy")));
    held[large] = held_by(rows, data, 32);
    khop_rows_close(rows);
    khop_data_free(data);
  }
  /* 300 columns would be 1,200 bytes a node; ids, labels and outputs of a part are below 40 */
  double each = ((double)held[1] - (double)held[0]) / (double)(nodes[1] - nodes[0]);
  if (!(each <= 40)) fail_msg("%g bytes a node", each);
  assert_true(held[0] > 32 * 300 * sizeof(khop_real));
}

static void training_mistakes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 16);
  khop_data *data = stripes(8, &r, false), *other = stripes(9, &r, false);
  khop_data_free(write_hops(at("hops.npy"), data));
  khop_recipe recipe = mlp(0), ring;
  khop_rows *rows = NULL;
  khop_model *model = NULL, *conv = NULL;
  khop_fit_result result;
  ok(khop_rows_open(&rows, at("hops.npy")));
  ok(khop_recipe_find(&ring, "ring"));
  fails(khop_recipe_model_rows(&model, &ring, data, 15), KHOP_E_ARGUMENT, "recipe ring", "hop 1");
  ok(khop_recipe_model_rows(&model, &recipe, data, 15));
  fails(khop_fit_rows(&result, model, rows, data, 0, 0, NULL), KHOP_E_ARGUMENT, "batch of 0", "");
  fails(khop_fit_rows(&result, model, rows, data, 3, 8, NULL), KHOP_E_ARGUMENT, "no split 3", "");
  fails(khop_fit_rows(&result, model, rows, other, 0, 8, NULL), KHOP_E_SHAPE, "64 rows", "81 nodes");
  khop_fit_options wild = {.optimizer = {.rate = sizeof(khop_real) == 8 ? 1e300 : 1e30}};
  fails(khop_fit_rows(&result, model, rows, data, 0, 8, &wild), KHOP_E_VALUE, "", "");
  khop_fit_options auc = {.metric = KHOP_RMSE};
  fails(khop_fit_rows(&result, model, rows, data, 0, 8, &auc), KHOP_E_ARGUMENT, "target", "");
  khop_model_free(model);
  ok(khop_recipe_model_rows(&model, &recipe, data, 14));
  fails(khop_fit_rows(&result, model, rows, data, 0, 8, NULL), KHOP_E_SHAPE, "14", "15");
  khop_model_free(model);
  ok(khop_model_new(&conv));
  khop_value x = khop_conv(conv, khop_input(conv, 15), 3, NULL);
  khop_softmax_cross_entropy(conv, x);
  ok(khop_model_init(conv, 1));
  fails(khop_fit_rows(&result, conv, rows, data, 0, 8, NULL), KHOP_E_ARGUMENT, "op 1 (conv)", "mlp");
  khop_model_free(conv);
  ok(khop_model_new(&conv));
  khop_softmax_cross_entropy(conv, khop_global_mean(conv, khop_input(conv, 15)));
  ok(khop_model_init(conv, 1));
  fails(khop_fit_rows(&result, conv, rows, data, 0, 8, NULL), KHOP_E_ARGUMENT, "op 1", "");
  khop_model_free(conv);
  khop_rows_close(rows);
  khop_data_free(data);
  khop_data_free(other);
}

typedef struct work {
  khop_data *data;
  khop_taps *taps;
  khop_model *model;
} work;

static khop_status write_and_train(void *context) {
  work *w = context;
  khop_rows *rows = NULL;
  khop_fit_result result;
  khop_fit_options fit = {.epochs = 2};
  khop_real scores[64 * 3];
  khop_hop_options options = {.project = 6};
  khop_status status = khop_hop_features_write(at("memory.npy"), w->taps, khop_data_features(w->data),
                                               &options);
  if (status == KHOP_OK) status = khop_rows_open(&rows, at("memory.npy"));
  if (status == KHOP_OK) status = khop_fit_rows(&result, w->model, rows, w->data, 0, 10, &fit);
  if (status == KHOP_OK) status = khop_predict_rows(scores, w->model, rows, 10);
  khop_rows_close(rows);
  return status;
}

static void memory(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 17);
  khop_recipe recipe = mlp(0.5);
  memory_can_run_out();
  work w = {.data = stripes(8, &r, false)};
  khop_rings *rings = rings_of(khop_data_graph(w.data), 1, (int[]){1}, KHOP_OUT, KHOP_RING);
  ok(khop_taps_new(&w.taps, rings, 1, (int[]){1}, KHOP_NORM_ROW, false));
  ok(khop_recipe_model_rows(&w.model, &recipe, w.data, 6));
  assert_true(fail_each(write_and_train, &w) > 20);
  khop_model_free(w.model);
  khop_taps_free(w.taps);
  khop_rings_free(rings);
  khop_data_free(w.data);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(against_the_definition), cmocka_unit_test(projection),
      cmocka_unit_test(writing_mistakes),       cmocka_unit_test(rows_of_files),
      cmocka_unit_test(one_batch_is_full_batch), cmocka_unit_test(every_node_once),
      cmocka_unit_test(learns_and_goes_on),     cmocka_unit_test(bounded_memory),
      cmocka_unit_test(training_mistakes),      cmocka_unit_test(memory),
  };
  return cmocka_run_group_tests_name("hops", tests, open_folder, close_folder);
}
