/* test_run.c: models bound to graphs: what is refused, one formula for dense and sparse features,
 * and the same numbers for every number of threads. */
#include "model_check.h"

static void refusals(void **state) {
  (void)state;
  small_set f = open_small_set(12, 4, true), other = open_small_set(15, 4, true);
  khop_model *m = mixed_model(4), *narrow = mixed_model(3), *fresh = new_model(4);
  khop_rings *rings[KHOP_MAX_RINGS], *far[KHOP_MAX_RINGS], *near = NULL;
  int count, far_count;
  khop_run *run = NULL;
  ok(khop_model_rings(rings, &count, m, f.graph, 0));
  ok(khop_model_rings(far, &far_count, m, other.graph, 0));
  assert_int_equal(count, 2);
  fails(khop_run_new(&run, narrow, count, rings, &f.dense, true, 0), KHOP_E_SHAPE, "takes 3 features",
        "have 4");
  assert_null(run);
  fails(khop_run_new(&run, m, count, rings, &other.dense, true, 0), KHOP_E_SHAPE, "rings of 12 nodes",
        "features of 15");
  fails(khop_run_new(&run, m, far_count, far, &f.dense, true, 0), KHOP_E_SHAPE, "15", "12");
  ok(khop_rings_build(&near, f.graph, 2, (int[]){0, 1}, NULL));
  fails(khop_run_new(&run, m, 1, &near, &f.dense, true, 0), KHOP_E_ARGUMENT, "op 2 (conv)", "hop 2");
  fails(khop_run_new(&run, m, 1, rings, &f.dense, true, 0), KHOP_E_ARGUMENT, "(mix)", "direction");
  fails(khop_run_new(&run, m, 0, NULL, &f.dense, true, 0), KHOP_E_ARGUMENT, "op 2", "0 rings");
  khop_linear(fresh, 0, 2, true);
  fails(khop_run_new(&run, fresh, 0, NULL, &f.dense, true, 0), KHOP_E_ARGUMENT, "no parameters",
        "khop_model_init");
  fails(khop_run_new(&run, m, count, rings, &f.dense, true, 1000), KHOP_E_BUDGET, "MB",
        "budget is 0.001 MB");
  khop_features bad = f.dense;
  bad.offsets = f.offsets;
  fails(khop_run_new(&run, m, count, rings, &bad, true, 0), KHOP_E_ARGUMENT, "dense or sparse", "");
  bad.dense = NULL, bad.offsets = NULL;
  fails(khop_run_new(&run, m, count, rings, &bad, true, 0), KHOP_E_ARGUMENT, "dense or sparse", "");
  ok(khop_run_new(&run, m, count, rings, &f.dense, true, 0));
  int64_t needed = (int64_t)khop_run_bytes(run);
  khop_run_free(run);
  ok(khop_run_new(&run, m, count, rings, &f.dense, true, needed)); /* just enough */
  khop_run_free(run);
  fails(khop_run_new(&run, m, count, rings, &f.dense, true, needed - 1), KHOP_E_BUDGET, "takes", "MB");
  khop_run_free(NULL);
  khop_rings_free(near);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  for (int i = 0; i < far_count; i++) khop_rings_free(far[i]);
  khop_model_free(m);
  khop_model_free(narrow);
  khop_model_free(fresh);
  close_small_set(&f);
  close_small_set(&other);
}

static void labels_and_targets(void **state) {
  (void)state;
  small_set f = open_small_set(12, 4, false);
  khop_model *m = mixed_model(4), *plain = new_model(4), *binary = new_model(4);
  uint8_t mask[12] = {0}, good[12] = {1, 1, 1};
  const khop_real targets[36] = {0};
  bound b = bind(m, f.graph, &f.dense, true);
  fails(khop_run_targets(b.run, targets, NULL), KHOP_E_ARGUMENT, "softmax_cross_entropy",
        "labels, not targets");
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "none of the 12 nodes", "mask");
  ok(khop_run_labels(b.run, f.labels, good));
  double before = khop_run_forward(b.run, false, 0, 0);
  /* a labelling that is refused leaves the one before it in place */
  mask[7] = 1;
  f.labels[7] = 3;
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "node 7", "label 3");
  f.labels[7] = -1;
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "label -1", "3 classes");
  mask[7] = 0;
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "none of the 12", "");
  assert_true(khop_run_forward(b.run, false, 0, 0) == before && before > 0);
  ok(khop_run_labels(b.run, f.labels, good)); /* node 7 is not selected: its label does not matter */
  unbind(&b);
  khop_linear(plain, 0, 2, true);
  ok(khop_model_init(plain, 1));
  b = bind(plain, f.graph, &f.dense, true);
  fails(khop_run_labels(b.run, f.labels, NULL), KHOP_E_ARGUMENT, "no loss", "");
  khop_run_forward(b.run, true, 1, 1);
  fails(khop_run_backward(b.run), KHOP_E_ARGUMENT, "without a loss", "before the forward");
  unbind(&b);
  khop_binary_cross_entropy(binary, khop_linear(binary, 0, 2, true));
  ok(khop_model_init(binary, 1));
  b = bind(binary, f.graph, &f.dense, true);
  fails(khop_run_labels(b.run, f.labels, NULL), KHOP_E_ARGUMENT, "2 outputs", "targets, not labels");
  ok(khop_run_targets(b.run, targets, NULL));
  assert_null(khop_run_value(b.run, -1));
  assert_null(khop_run_value(b.run, 3));
  unbind(&b);
  khop_model_free(m);
  khop_model_free(plain);
  khop_model_free(binary);
  close_small_set(&f);
}

static void same_numbers(const khop_real *a, const khop_real *b, int64_t count, double tolerance) {
  for (int64_t i = 0; i < count; i++)
    if (!(fabs((double)a[i] - (double)b[i]) <= tolerance))
      fail_msg("%lld: %g and %g", (long long)i, (double)a[i], (double)b[i]);
}

/* Sparse and dense features, runs with and without training, another graph. */
static void same_outputs(void **state) {
  (void)state;
  small_set f = open_small_set(40, 7, true), other = open_small_set(33, 7, false);
  khop_model *m = mixed_model(7);
  bound dense = bind(m, f.graph, &f.dense, true), sparse = bind(m, f.graph, &f.sparse, true);
  bound frozen = bind(m, f.graph, &f.sparse, false), elsewhere = bind(m, other.graph, &other.sparse, false);
  assert_true(khop_run_bytes(frozen.run) < khop_run_bytes(sparse.run));
  khop_run_forward(dense.run, false, 1, 1);
  khop_run_forward(sparse.run, true, 1, 1); /* what training leaves behind does not show later */
  khop_run_forward(sparse.run, false, 1, 1);
  khop_run_forward(frozen.run, true, 1, 1); /* made without training: dropout stays off */
  same_numbers(khop_run_output(dense.run), khop_run_output(sparse.run), 40 * 3, 1e-5);
  assert_memory_equal(khop_run_output(sparse.run), khop_run_output(frozen.run),
                      40 * 3 * sizeof(khop_real));
  khop_run_forward(elsewhere.run, false, 1, 1);
  for (int i = 0; i < 33 * 3; i++) assert_true(isfinite(khop_run_output(elsewhere.run)[i]));
  fails(khop_run_backward(frozen.run), KHOP_E_ARGUMENT, "made without training", "");
  assert_null(khop_run_gradients(frozen.run));
  unbind(&dense);
  unbind(&sparse);
  unbind(&frozen);
  unbind(&elsewhere);
  /* dropout of sparse features as the last op: the output is there all the same */
  khop_model *last = new_model(7);
  khop_dropout(last, khop_dropout(last, 0, 0.5), 0.5);
  ok(khop_model_init(last, 1));
  sparse = bind(last, f.graph, &f.sparse, true);
  khop_run_forward(sparse.run, false, 1, 1);
  assert_memory_equal(khop_run_output(sparse.run), f.numbers, 40 * 7 * sizeof(khop_real));
  unbind(&sparse);
  khop_model_free(last);
  khop_model_free(m);
  close_small_set(&f);
  close_small_set(&other);
}

/* The formula of a convolution, written plainly, on the rings as they are handed out. */
static void conv_formula(void **state) {
  (void)state;
  small_set f = open_small_set(20, 3, true);
  const int hops[] = {2, 0, 1};
  for (int wide = 0; wide < 2; wide++)
    for (int norm = KHOP_NORM_NONE; norm <= KHOP_NORM_COL; norm++) {
      int g = wide ? 6 : 2;
      khop_model *m = new_model(3);
      khop_conv(m, 0, g, &(khop_conv_options){.taps = 3, .hops = hops, .norm = (khop_norm)norm,
                                              .self_loop = true, .bias = true});
      ok(khop_model_init(m, 2));
      khop_real *w = khop_model_parameter_array(m);
      for (int o = 0; o < g; o++) w[9 * g + o] = (khop_real)o;
      bound b = bind(m, f.graph, &f.dense, false);
      khop_run_forward(b.run, false, 0, 0);
      khop_real left[20], right[20], wanted[120];
      for (int i = 0; i < 20; i++)
        for (int o = 0; o < g; o++) wanted[i * g + o] = (khop_real)o;
      for (int t = 0; t < 3; t++) {
        int slot = khop_rings_slot(b.rings[0], hops[t]);
        ok(khop_rings_scales(left, right, b.rings[0], slot, (khop_norm)norm, true));
        for (int i = 0; i < 20; i++) {
          const int32_t *columns;
          const khop_real *values;
          int64_t entries = khop_rings_row(b.rings[0], slot, i, &columns, &values);
          for (int64_t e = hops[t] ? -1 : 0; e < entries; e++) { /* -1: the self-loop */
            int64_t j = e < 0 ? i : columns[e];
            for (int o = 0; o < g; o++)
              for (int c = 0; c < 3; c++)
                wanted[i * g + o] += left[i] * right[j] * f.numbers[j * 3 + c] * w[(t * 3 + c) * g + o];
          }
        }
      }
      same_numbers(khop_run_output(b.run), wanted, 20 * g, 1e-5);
      unbind(&b);
      khop_model_free(m);
    }
  close_small_set(&f);
}

/* --- dropout -------------------------------------------------------------------------------- */

/* The loss is the mean over the rows that the mask selects: that of two rows is the mean of theirs. */
static void the_loss_is_of_the_rows_that_the_mask_selects(void **state) {
  (void)state;
  small_set f = open_small_set(12, 4, false);
  khop_model *m = mixed_model(4);
  bound b = bind(m, f.graph, &f.dense, true);
  static const uint8_t masks[3][12] = {{1}, {0, 1}, {1, 1}};
  double loss[3];
  for (int i = 0; i < 3; i++) {
    ok(khop_run_labels(b.run, f.labels, masks[i]));
    loss[i] = khop_run_forward(b.run, false, 1, 1);
  }
  assert_true(fabs(loss[0] - loss[1]) > 1e-3);
  close_to(loss[2], (loss[0] + loss[1]) / 2, 1e-6);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

static void dropout_masks(void **state) {
  (void)state;
  enum { N = 500, COLUMNS = 80, ALL = N * COLUMNS };
  const double rates[] = {0.1, 0.5, 0.8};
  khop_real *ones = calloc(ALL, sizeof *ones), *seen = calloc(ALL, sizeof *seen);
  for (int i = 0; i < ALL; i++) ones[i] = 1;
  const khop_features x = {N, COLUMNS, ones, NULL, NULL, NULL};
  for (int r = 0; r < 3; r++) {
    khop_model *m = new_model(COLUMNS);
    khop_value a = khop_dropout(m, 0, rates[r]), b = khop_dropout(m, 0, rates[r]);
    ok(khop_model_init(m, 1));
    khop_run *run;
    ok(khop_run_new(&run, m, 0, NULL, &x, true, 0));
    const uint64_t draws[][2] = {{1, 1}, {1, 1}, {1, 2}, {2, 1}};
    for (int d = 0; d < 4; d++) {
      khop_run_forward(run, true, draws[d][0], draws[d][1]);
      const khop_real *y = khop_run_value(run, a), *z = khop_run_value(run, b);
      double kept = 0, both = 0, again = 0;
      for (int i = 0; i < ALL; i++) {
        assert_true(y[i] == 0 || fabs((double)y[i] * (1 - rates[r]) - 1) < 1e-6);
        kept += y[i] != 0;
        both += y[i] != 0 && z[i] != 0;
        again += y[i] != 0 && seen[i] != 0;
      }
      double p = 1 - rates[r], spread = 5 * sqrt(ALL * p * (1 - p));
      assert_true(fabs(kept - p * ALL) < spread); /* so the mean stays 1 */
      spread = 5 * sqrt(ALL * p * p * (1 - p * p));
      assert_true(fabs(both - p * p * ALL) < spread); /* two ops are independent */
      if (d == 1) assert_memory_equal(seen, y, ALL * sizeof *seen); /* a step can be repeated */
      if (d > 1) assert_true(fabs(again - p * p * ALL) < spread);
      memcpy(seen, y, ALL * sizeof *seen);
    }
    khop_run_forward(run, false, 1, 1);
    assert_memory_equal(khop_run_value(run, a), ones, ALL * sizeof *ones);
    khop_run_free(run);
    khop_model_free(m);
  }
  free(ones);
  free(seen);
}

/* A model that scales its features by 3 is the model without on features of 3 times the size: outputs, and gradients of
 * weights, with dropout, dense and sparse. */
static void scaled_features(void **state) {
  (void)state;
  const double factor = 3;
  for (int sparse = 0; sparse < 2; sparse++) {
    small_set f = open_small_set(40, 12, false);
    khop_features x = sparse ? f.sparse : f.dense, larger = x;
    int64_t numbers = sparse ? f.sparse.offsets[40] : 40 * 12;
    khop_real *values = calloc((size_t)numbers, sizeof *values), out[2][40 * 3], gradient[2][64];
    const khop_real *plain = sparse ? x.values : x.dense;
    for (int64_t e = 0; e < numbers; e++) values[e] = (khop_real)factor * plain[e];
    if (sparse) larger.values = values; else larger.dense = values;
    for (int way = 0; way < 2; way++) {
      khop_model *m = new_model(12);
      khop_value h = khop_scale(m, 0, way == 0 ? factor : 1);
      h = khop_linear(m, khop_dropout(m, h, 0.4), 3, true);
      khop_softmax_cross_entropy(m, h);
      ok(khop_model_init(m, 1));
      bound b = bind(m, f.graph, way == 0 ? &x : &larger, true);
      ok(khop_run_labels(b.run, f.labels, NULL));
      khop_run_forward(b.run, true, 5, 6);
      ok(khop_run_backward(b.run));
      assert_int_equal(khop_model_parameters(m), 39);
      memcpy(gradient[way], khop_run_gradients(b.run), 39 * sizeof(khop_real));
      khop_run_forward(b.run, false, 5, 6);
      memcpy(out[way], khop_run_value(b.run, h), sizeof out[way]);
      unbind(&b);
      khop_model_free(m);
    }
    assert_memory_equal(out[0], out[1], sizeof out[0]);
    assert_memory_equal(gradient[0], gradient[1], 39 * sizeof(khop_real));
    for (int k = 0; k < 39; k++) assert_true(gradient[0][k] != 0);
    free(values);
    close_small_set(&f);
  }
}

/* On sparse features the stored entries are dropped, row by row and column by column alike: gradient
 * and output see the same mask. */
static void dropout_sparse(void **state) {
  (void)state;
  small_set f = open_small_set(60, 20, false);
  khop_model *m = new_model(20);
  khop_value y = khop_linear(m, khop_dropout(m, 0, 0.4), 1, false);
  khop_mean_squared_error(m, y);
  ok(khop_model_init(m, 1));
  bound b = bind(m, f.graph, &f.sparse, true);
  khop_real *w = khop_model_parameter_array(m), targets[60] = {0}, wanted[20] = {0};
  for (int c = 0; c < 20; c++) w[c] = 1;
  ok(khop_run_targets(b.run, targets, NULL));
  khop_run_forward(b.run, true, 5, 6);
  khop_real out[60];
  memcpy(out, khop_run_value(b.run, y), sizeof out);
  ok(khop_run_backward(b.run));
  for (int c = 0; c < 20; c++) { /* dw_c = sum_i 2/N y_i x_ic: x_ic from the output with w = e_c */
    memset(w, 0, 20 * sizeof *w);
    w[c] = 1;
    khop_real g = khop_run_gradients(b.run)[c];
    khop_run_forward(b.run, true, 5, 6);
    int dropped = 0, kept = 0;
    for (int i = 0; i < 60; i++) {
      khop_real x = khop_run_value(b.run, y)[i], full = f.numbers[i * 20 + c];
      wanted[c] += 2 * out[i] * x / 60;
      dropped += full != 0 && x == 0;
      kept += x != 0;
      assert_true(x == 0 || fabs((double)(x * (khop_real)0.6 / full) - 1) < 1e-5);
    }
    assert_true(dropped > 0 && kept > 0);
    assert_true(fabs((double)(g - wanted[c])) < 1e-4 * fabs((double)g));
  }
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* A gradient that nothing was computed for is refused, and what stands there stays. */
static void backward_is_once_a_forward_with_a_loss(void **state) {
  (void)state;
  small_set f = open_small_set(12, 5, true);
  khop_model *m = mixed_model(5);
  bound b = bind(m, f.graph, &f.dense, true);
  int64_t bytes = khop_model_parameters(m) * (int64_t)sizeof(khop_real);
  khop_real *kept = block_of(bytes, 1);
  fails(khop_run_backward(b.run), KHOP_E_ARGUMENT, "without a forward", "once");
  khop_run_forward(b.run, true, 1, 1);
  fails(khop_run_backward(b.run), KHOP_E_ARGUMENT, "without a loss", "before the forward");
  ok(khop_run_labels(b.run, f.labels, NULL)); /* after the forward: the loss was not computed */
  fails(khop_run_backward(b.run), KHOP_E_ARGUMENT, "without a loss", "before the forward");
  khop_run_forward(b.run, true, 1, 1);
  ok(khop_run_backward(b.run));
  memcpy(kept, khop_run_gradients(b.run), (size_t)bytes);
  fails(khop_run_backward(b.run), KHOP_E_ARGUMENT, "without a forward", "once");
  assert_memory_equal(khop_run_gradients(b.run), kept, (size_t)bytes);
  khop_run_forward(b.run, true, 1, 1);
  ok(khop_run_backward(b.run));
  assert_memory_equal(khop_run_gradients(b.run), kept, (size_t)bytes);
  free(kept);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* --- the same numbers ------------------------------------------------------------------------ */

typedef struct curve {
  int count;
  double loss[30], val[30];
} curve;

static bool record(const khop_epoch *epoch, void *context) {
  curve *c = context;
  c->loss[c->count] = epoch->loss;
  c->val[c->count++] = epoch->val_loss;
  return true;
}

static void train_curve(curve *c, const khop_data *data, const char *name, int threads) {
  khop_recipe recipe;
  khop_report report;
  memset(c, 0, sizeof *c);
  ok(khop_set_threads(threads));
  ok(khop_recipe_find(&recipe, name));
  recipe.fit.epochs = 30;
  recipe.fit.progress = record;
  recipe.fit.context = c;
  recipe.fit.seed = 11;
  ok(khop_train(&report, data, &recipe, NULL));
  assert_int_equal(c->count, 30);
  khop_report_free(&report);
  ok(khop_set_threads(0));
}

static void check_threads(const char *name_or_path) {
  khop_data *data = NULL;
  curve one, two;
  ok(khop_data_load(&data, name_or_path, NULL));
  for (int i = 0; i < khop_recipe_count(); i++) {
    const char *name = khop_recipe_name(i);
    bool small = khop_graph_nodes(khop_data_graph(data)) < 100;
    if (is_for_sets(name)) continue; /* test_learn has those */
    if (!small && strcmp(name, "ring") != 0 && strcmp(name, "gcn") != 0) continue; /* takes long */
    train_curve(&one, data, name, 1);
    train_curve(&two, data, name, 2);
    if (memcmp(&one, &two, sizeof one) != 0) fail_msg("%s: one and two threads differ", name);
    train_curve(&two, data, name, 2);
    if (memcmp(&one, &two, sizeof one) != 0) fail_msg("%s: two runs of one seed differ", name);
  }
  khop_data_free(data);
}

static void threads_karate(void **state) {
  (void)state;
  check_threads(fixture("datasets/karate.graphml"));
}

static void threads_cora(void **state) {
  (void)state;
  if (getenv("KHOP_DATA"))
    check_threads("cora");
  else
    skipped("KHOP_DATA is not set");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refusals),
      cmocka_unit_test(labels_and_targets),
      cmocka_unit_test(same_outputs),
      cmocka_unit_test(conv_formula),
      cmocka_unit_test(the_loss_is_of_the_rows_that_the_mask_selects),
      cmocka_unit_test(backward_is_once_a_forward_with_a_loss),
      cmocka_unit_test(dropout_masks),
      cmocka_unit_test(dropout_sparse),
      cmocka_unit_test(scaled_features),
      cmocka_unit_test(threads_karate),
      cmocka_unit_test(threads_cora),
  };
  return cmocka_run_group_tests_name("run", tests, NULL, nothing_held);
}
