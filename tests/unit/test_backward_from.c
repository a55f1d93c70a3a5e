/* test_backward_from.c: gradients from outside, the gradient of the features, and losses of the caller's: against
 * numbers worked out by hand, central differences, and the model's own losses. */
#include "model_check.h"

#include <khop/batch.h>

static const khop_run_options with_inputs = {
    .size = sizeof with_inputs, .training = true, .input_gradient = true};

static bound bind_with(khop_model *m, const khop_graph *graph, const khop_features *features,
                       const khop_run_options *options) {
  bound b = {0};
  ok(khop_model_rings(b.rings, &b.count, m, graph, 0));
  ok(khop_run_new_with(&b.run, m, b.count, b.rings, features, options));
  return b;
}

static void equal_numbers(const khop_real *a, const double *wanted, int count) {
  for (int i = 0; i < count; i++) close_to((double)a[i], wanted[i], 0);
}

/* --- by hand ---------------------------------------------------------------------------------------- */

/* y = relu(x W) V over the path 0 - 1, with
 *
 *   x  1  2    W  1 -1    x W  1  3    relu  1  3    V  2    y  11
 *      3 -1       0  2         3 -5          3  0       3        6                                          */
static khop_model *small_model(khop_value *h, khop_value *y) {
  khop_model *m = new_model(2);
  *h = khop_linear(m, 0, 2, false);
  *y = khop_linear(m, khop_relu(m, *h), 1, false);
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){1, -1, 0, 2, 2, 3}, 6 * sizeof(khop_real));
  return m;
}

static khop_real small_numbers[] = {1, 2, 3, -1};
static const khop_features small_features = {2, 2, small_numbers, NULL, NULL, NULL};

static void gradients_are_those_by_hand(void **state) {
  (void)state;
  khop_value h, y;
  khop_model *m = small_model(&h, &y);
  khop_graph *path = path_graph(2);
  bound b = bind_with(m, path, &small_features, &with_inputs);
  const khop_real *dx;
  khop_run_forward(b.run, true, 1, 1);
  equal_numbers(khop_run_output(b.run), (double[]){11, 6}, 2);
  /* dV = relu^T dy; dh = [dy V^T where x W > 0] = (2 3; -2 0); dW = x^T dh; dx = dh W^T */
  ok(khop_run_backward_from(b.run, y, (khop_real[]){1, -1}, 2, 1));
  equal_numbers(khop_run_gradients(b.run), (double[]){-4, 3, 6, 6, -2, 3}, 6);
  ok(khop_run_input_gradient(&dx, b.run));
  equal_numbers(dx, (double[]){-1, 6, -2, 0}, 4);
  /* from h alone: nothing reaches V */
  khop_run_forward(b.run, true, 1, 1);
  ok(khop_run_backward_from(b.run, h, (khop_real[]){1, 0, 0, 2}, 2, 2));
  equal_numbers(khop_run_gradients(b.run), (double[]){1, 6, 2, -2, 0, 0}, 6);
  ok(khop_run_input_gradient(&dx, b.run));
  equal_numbers(dx, (double[]){1, 0, -2, 4}, 4);
  /* both at once, and one for the features themselves: the sums */
  khop_run_forward(b.run, true, 1, 1);
  const khop_gradient both[] = {{h, 2, 2, (khop_real[]){1, 0, 0, 2}}, {y, 2, 1, (khop_real[]){1, -1}},
                                {0, 2, 2, (khop_real[]){10, 20, 30, 40}}};
  ok(khop_run_backward_from_values(b.run, 3, both));
  equal_numbers(khop_run_gradients(b.run), (double[]){-3, 9, 8, 4, -2, 3}, 6);
  ok(khop_run_input_gradient(&dx, b.run));
  equal_numbers(dx, (double[]){10, 26, 26, 44}, 4);
  unbind(&b);
  khop_graph_free(path);
  khop_model_free(m);
}

/* --- by differences --------------------------------------------------------------------------------- */

/* Sums that lend their gradients, values that several ops read, dropout, a layer that gathers. With parameters before
 * the first sum, or with the features as one of its sides. */
static khop_model *sums_model(int64_t columns, khop_value wanted[8], bool features_in_sum) {
  khop_model *m = new_model(columns);
  khop_value x = features_in_sum ? 0 : khop_linear(m, 0, columns, true);
  khop_value a = khop_tanh(m, khop_conv(m, x, columns, &(khop_conv_options){.norm = KHOP_NORM_ROW, .bias = true}));
  khop_value s = khop_add(m, x, a);            /* x, a and s have one array */
  khop_value b = khop_gelu(m, khop_linear(m, khop_dropout(m, s, 0.3), columns, false));
  khop_value t = khop_add(m, b, s), u = khop_multiply(m, t, b);
  khop_value v = khop_add(m, u, khop_sigmoid(m, khop_layer_norm(m, t)));
  khop_value y = khop_linear(m, v, 3, true);
  const khop_value all[] = {x, a, s, b, t, u, v, y};
  memcpy(wanted, all, sizeof all);
  ok(khop_model_init(m, 5));
  return m;
}

typedef struct probe {
  khop_run *run;
  int count;
  const khop_gradient *from;
} probe;

/* sum of dy times value, whose gradient backward from dy has to be. */
static double product_of(const probe *p) {
  double sum = 0;
  khop_run_forward(p->run, true, 3, 4);
  for (int k = 0; k < p->count; k++) {
    const khop_gradient *g = &p->from[k];
    const khop_real *value = khop_run_value(p->run, g->value);
    for (int64_t e = 0; e < g->rows * g->columns; e++) sum += (double)g->dy[e] * (double)value[e];
  }
  return sum;
}

/* Floats leave few digits to a difference. */
#ifdef KHOP_DOUBLE
#define STEP 5e-4
#define TOLERANCE 1e-8
#else
#define STEP 0.02
#define TOLERANCE 0.02
#endif

/* (8 D(h) - D(2h)) / 12h, D(h) = L(h) - L(-h): an error of O(h^4). */
static double slope(const probe *p, khop_real *number) {
  const khop_real kept = *number, step = (khop_real)STEP;
  double d[2];
  for (int k = 0; k < 2; k++) {
    *number = kept + (khop_real)(k + 1) * step;
    d[k] = product_of(p);
    *number = kept - (khop_real)(k + 1) * step;
    d[k] -= product_of(p);
  }
  *number = kept;
  return (8 * d[0] - d[1]) / (12 * (double)step);
}

static bool close_numbers(const khop_real *ours, const double *theirs, int64_t count) {
  return difference(ours, theirs, count) <= TOLERANCE;
}

/* Backward from the values against the slopes of all parameters and features. */
static void check_from(const probe *p, khop_model *m, small_set *f) {
  int64_t parameters = khop_model_parameters(m), inputs = f->dense.rows * f->dense.columns;
  double *w = block_of(parameters, sizeof *w), *x = block_of(inputs, sizeof *x);
  const khop_real *dx;
  for (int64_t i = 0; i < parameters; i++) w[i] = slope(p, &khop_model_parameter_array(m)[i]);
  for (int64_t i = 0; i < inputs; i++) x[i] = slope(p, &f->numbers[i]);
  khop_run_forward(p->run, true, 3, 4);
  ok(khop_run_backward_from_values(p->run, p->count, p->from));
  ok(khop_run_input_gradient(&dx, p->run));
  assert_true(close_numbers(khop_run_gradients(p->run), w, parameters));
  assert_true(close_numbers(dx, x, inputs));
  /* the checker: one number wrong, or none at all */
  khop_real *g = khop_run_gradients(p->run), kept = g[parameters / 2];
  double largest = 1; /* the features take theirs from outside, the parameters none */
  for (int64_t i = 0; i < parameters; i++) largest = fmax(largest, fabs((double)g[i]));
  g[parameters / 2] = kept + (khop_real)(4 * TOLERANCE * largest);
  assert_false(close_numbers(g, w, parameters));
  g[parameters / 2] = (khop_real)NAN;
  assert_false(close_numbers(g, w, parameters));
  g[parameters / 2] = kept;
  free(w);
  free(x);
}

/* Each value alone, and each two of them. */
static void every_value_takes_a_gradient(void **state) {
  (void)state;
  khop_real dy[2][12 * 5];
  khop_i_random random;
  khop_i_random_seed(&random, 2);
  for (int i = 0; i < 120; i++) dy[i / 60][i % 60] = random_real(&random);
  for (int in_sum = 0; in_sum < 2; in_sum++) {
    small_set f = open_small_set(12, 5, true);
    khop_value value[8];
    khop_model *m = sums_model(5, value, in_sum);
    bound b = bind_with(m, f.graph, &f.dense, &with_inputs);
    for (int i = 0; i < 8; i++)
      for (int j = 0; j <= i; j++) {
        const khop_gradient from[] = {{value[i], 12, i == 7 ? 3 : 5, dy[0]}, {value[j], 12, 5, dy[1]}};
        check_from(&(probe){b.run, 1 + (j < i), from}, m, &f);
      }
    unbind(&b);
    khop_model_free(m);
    close_small_set(&f);
  }
}

/* --- the same as the model's loss ------------------------------------------------------------------- */

/* (y - t)^2 / count, term by term as op_loss.c takes it. */
typedef struct squares {
  const khop_real *targets;
  int calls;
  khop_status status;
  double loss;        /* added: NaN makes the loss no number */
  khop_real gradient; /* added to the first */
} squares;

static khop_status squared(double *loss, khop_real *dy, const khop_real *y, int64_t rows, int64_t columns,
                           void *context) {
  squares *s = context;
  double total = 0, count = (double)(rows * columns);
  s->calls++;
  for (int64_t e = 0; e < rows * columns; e++) {
    double d = (double)y[e] - (double)s->targets[e];
    total += d * d;
    if (!dy) continue;
    close_to((double)dy[e], 0, 0); /* the place for it is clean */
    dy[e] = (khop_real)(2 * d / count);
  }
  if (dy) dy[0] += s->gradient;
  *loss = total / count + s->loss;
  return s->status;
}

static khop_real goals[12 * 3];

static void loss_of_the_caller(void **state) {
  (void)state;
  small_set f = open_small_set(12, 5, true);
  khop_value value[8];
  khop_model *own = sums_model(5, value, false), *usual = sums_model(5, value, false);
  khop_mean_squared_error(usual, value[7]);
  ok(khop_model_init(usual, 5));
  bound a = bind_with(own, f.graph, &f.dense, &with_inputs), b = bind_with(usual, f.graph, &f.dense, &with_inputs);
  bound frozen = bind(own, f.graph, &f.dense, false);
  for (int i = 0; i < 36; i++) goals[i] = (khop_real)(i % 5 - 2);
  squares s = {.targets = goals};
  size_t bytes = (size_t)khop_model_parameters(own) * sizeof(khop_real);
  const khop_real *dx, *dx_too;
  ok(khop_run_own_loss(a.run, squared, &s));
  ok(khop_run_targets(b.run, goals, NULL));
  double loss = khop_run_forward(a.run, true, 3, 4), loss_too = khop_run_forward(b.run, true, 3, 4);
  assert_true(loss == loss_too && loss > 0);
  ok(khop_run_backward(a.run));
  ok(khop_run_backward(b.run));
  assert_memory_equal(khop_run_gradients(a.run), khop_run_gradients(b.run), bytes);
  ok(khop_run_input_gradient(&dx, a.run));
  ok(khop_run_input_gradient(&dx_too, b.run));
  assert_memory_equal(dx, dx_too, 60 * sizeof *dx);
  /* one more forward and backward: as often as asked, to the same bits */
  assert_true(khop_run_forward(a.run, true, 3, 4) == loss);
  ok(khop_run_backward(a.run));
  assert_memory_equal(khop_run_gradients(a.run), khop_run_gradients(b.run), bytes);
  /* a run without training asks for no gradient */
  ok(khop_run_own_loss(frozen.run, squared, &s));
  assert_true(khop_run_forward(frozen.run, false, 3, 4) == khop_run_forward(a.run, false, 3, 4));
  assert_int_equal(s.calls, 4);
  ok(khop_run_own_loss(a.run, NULL, NULL));
  assert_true(khop_run_forward(a.run, true, 3, 4) == 0);
  fails(khop_run_backward(a.run), KHOP_E_ARGUMENT, "without a loss", "");
  assert_int_equal(s.calls, 4);
  fails(khop_run_own_loss(b.run, squared, &s), KHOP_E_ARGUMENT, "(mean_squared_error)", "has a loss");
  unbind(&a);
  unbind(&b);
  unbind(&frozen);
  khop_model_free(own);
  khop_model_free(usual);
  close_small_set(&f);
}

/* What the function returns ends the step, once; the next one is as if nothing had been. */
static void loss_that_fails(void **state) {
  (void)state;
  khop_value h, y;
  khop_model *m = small_model(&h, &y);
  khop_graph *path = path_graph(2);
  bound b = bind(m, path, &small_features, true);
  const khop_real none[2] = {0, 0};
  const struct {
    squares s;
    khop_status status;
    const char *word;
  } bad[] = {
      {{.targets = none, .status = KHOP_E_INTERRUPTED}, KHOP_E_INTERRUPTED, "own loss has failed: interrupted"},
      {{.targets = none, .status = KHOP_E_IO}, KHOP_E_IO, "own loss has failed: io"},
      {{.targets = none, .loss = (double)NAN}, KHOP_E_VALUE, "own loss is nan"},
      {{.targets = none, .loss = INFINITY}, KHOP_E_VALUE, "own loss is inf"},
      {{.targets = none, .gradient = (khop_real)NAN}, KHOP_E_VALUE, "row 0, column 0 of its gradient is not finite"},
  };
  squares good = {.targets = none};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    squares s = bad[i].s;
    ok(khop_run_own_loss(b.run, squared, &s));
    assert_true(isnan(khop_run_forward(b.run, true, 1, 1)));
    fails(bad[i].status, bad[i].status, bad[i].word, "the caller's own loss");
    fails(khop_run_backward(b.run), bad[i].status, "the caller's own", khop_status_name(bad[i].status));
    fails(khop_run_backward_from(b.run, y, none, 2, 1), bad[i].status, "the caller's own", "");
    assert_int_equal(s.calls, 1);
    ok(khop_run_own_loss(b.run, squared, &good));
    close_to(khop_run_forward(b.run, true, 1, 1), (11 * 11 + 6 * 6) / 2.0, 1e-5);
    ok(khop_run_backward(b.run));
    equal_numbers(khop_run_gradients(b.run) + 4, (double[]){11 + 6 * 3, 33}, 2); /* relu^T (11; 6) */
  }
  unbind(&b);
  khop_graph_free(path);
  khop_model_free(m);
}

/* The model's loss as one of the values: times its factor, beside others. */
static void loss_takes_a_factor(void **state) {
  (void)state;
  small_set f = open_small_set(12, 5, true);
  khop_value value[8];
  khop_model *m = sums_model(5, value, false);
  khop_value loss = khop_mean_squared_error(m, value[7]);
  ok(khop_model_init(m, 5));
  bound b = bind(m, f.graph, &f.dense, true);
  int64_t count = khop_model_parameters(m);
  khop_real *once = block_of(count, sizeof *once), dy[36], factor = 4;
  double *wanted = block_of(count, sizeof *wanted);
  for (int i = 0; i < 36; i++) dy[i] = (khop_real)(i % 7) / 16;
  fails(khop_run_backward_from(b.run, loss, &factor, 1, 1), KHOP_E_ARGUMENT, "without a forward", "");
  khop_run_forward(b.run, true, 3, 4);
  fails(khop_run_backward_from(b.run, loss, &factor, 1, 1), KHOP_E_ARGUMENT, "from the loss", "before the forward");
  ok(khop_run_targets(b.run, goals, NULL));
  khop_run_forward(b.run, true, 3, 4);
  ok(khop_run_backward(b.run));
  memcpy(once, khop_run_gradients(b.run), (size_t)count * sizeof *once);
  khop_run_forward(b.run, true, 3, 4);
  ok(khop_run_backward_from(b.run, loss, &factor, 1, 1));
  for (int64_t i = 0; i < count; i++) close_to((double)khop_run_gradients(b.run)[i], 4 * (double)once[i], 0);
  khop_run_forward(b.run, true, 3, 4); /* the loss, though computed, is left out where it is not named */
  ok(khop_run_backward_from(b.run, value[7], dy, 12, 3));
  for (int64_t i = 0; i < count; i++) wanted[i] = (double)khop_run_gradients(b.run)[i] + 4 * (double)once[i];
  khop_run_forward(b.run, true, 3, 4);
  ok(khop_run_backward_from_values(b.run, 2, (khop_gradient[]){{value[7], 12, 3, dy}, {loss, 1, 1, &factor}}));
  assert_true(difference(khop_run_gradients(b.run), wanted, count) < 1e-5);
  free(once);
  free(wanted);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* --- graphs in batches ------------------------------------------------------------------------------ */

/* A readout over two graphs of the molecules' text form, and the caller's loss on rows a graph. */
static void batches_have_the_same_doors(void **state) {
  (void)state;
  static const char text[] = "3\n2 0\n0 1 1\n1 1 0\n3 1\n0 1 1\n1 2 0 2\n0 1 1\n1 0\n0 0\n";
  const char *path = at("set.txt");
  write_file(path, text, sizeof text - 1);
  khop_graphs *set;
  khop_batch *batch;
  ok(khop_graphs_read(&set, path));
  int64_t columns = khop_graphs_features(set)->columns;
  khop_model *m = new_model(columns);
  khop_value y = khop_readout(m, khop_linear(m, 0, 1, false), KHOP_READOUT_SUM);
  ok(khop_model_init(m, 1));
  khop_run *run;
  ok(khop_batch_new(&batch, set, 0, NULL, 2));
  ok(khop_batch_fill(batch, 2, (int64_t[]){1, 2}));
  ok(khop_run_new_batch_with(&run, m, batch, &with_inputs));
  squares s = {.targets = goals};
  ok(khop_run_own_loss(run, squared, &s));
  khop_run_forward(run, true, 1, 1);
  fails(khop_run_backward_from(run, y, goals, 4, 1), KHOP_E_SHAPE, "is (2, 1)", "(4, 1)");
  ok(khop_run_backward_from(run, y, (khop_real[]){2, 5}, 2, 1));
  const khop_real *dx, *w = khop_model_parameter_array(m);
  ok(khop_run_input_gradient(&dx, run));
  for (int64_t i = 0; i < 4; i++) /* nodes 0 to 2 are of the first graph, node 3 of the second */
    for (int64_t c = 0; c < columns; c++) close_to((double)dx[i * columns + c], (i < 3 ? 2 : 5) * (double)w[c], 1e-6);
  ok(khop_batch_fill(batch, 1, (int64_t[]){0}));
  ok(khop_run_bind(run, batch)); /* another batch: the loss stays, what was computed does not */
  fails(khop_run_input_gradient(&dx, run), KHOP_E_ARGUMENT, "no backward", "");
  assert_null(dx);
  fails(khop_run_backward(run), KHOP_E_ARGUMENT, "without a forward", "");
  assert_true(khop_run_forward(run, true, 1, 1) > 0);
  ok(khop_run_backward(run));
  assert_int_equal(s.calls, 2);
  khop_run_free(run);
  khop_batch_free(batch);
  khop_graphs_free(set);
  khop_model_free(m);
}

/* A loss that features of nodes have no part in: their gradient is there, and 0. */
static void features_that_nothing_reads(void **state) {
  (void)state;
  static const char text[] = "2\n2 0\n0 1 1\n1 1 0\n1 1\n0 0\n";
  const char *path = at("pair.txt");
  write_file(path, text, sizeof text - 1);
  khop_graphs *set;
  khop_batch *batch;
  khop_run *run;
  const khop_real *dx;
  ok(khop_graphs_read(&set, path));
  int64_t columns = khop_graphs_features(set)->columns;
  ok(khop_graphs_set_graph_features(set, (khop_real[]){1, 2}, 1));
  khop_model *m = new_model(columns);
  khop_value y = khop_linear(m, khop_graph_features(m, 1), 1, false);
  ok(khop_model_init(m, 1));
  ok(khop_batch_new(&batch, set, 0, NULL, 2));
  ok(khop_batch_fill(batch, 2, (int64_t[]){0, 1}));
  ok(khop_run_new_batch_with(&run, m, batch, &with_inputs));
  khop_run_forward(run, true, 1, 1);
  ok(khop_run_backward_from(run, y, (khop_real[]){3, 4}, 2, 1));
  close_to((double)khop_run_gradients(run)[2], 3 * 1 + 4 * 2, 0); /* behind the offset and the factor */
  ok(khop_run_input_gradient(&dx, run));
  for (int64_t i = 0; i < 3 * columns; i++) close_to((double)dx[i], 0, 0);
  khop_run_free(run);
  khop_batch_free(batch);
  khop_graphs_free(set);
  khop_model_free(m);
}

/* --- what is refused -------------------------------------------------------------------------------- */

static void bad_gradients_change_nothing(void **state) {
  (void)state;
  khop_value h, y;
  khop_model *m = small_model(&h, &y);
  khop_graph *path = path_graph(2);
  bound b = bind(m, path, &small_features, true), frozen = bind(m, path, &small_features, false);
  khop_real dy[4] = {1, -1, 1, 1}, kept[6];
  const khop_real *dx = dy;
  khop_run_forward(frozen.run, false, 1, 1);
  fails(khop_run_backward_from(frozen.run, y, dy, 2, 1), KHOP_E_ARGUMENT, "made without training", "");
  fails(khop_run_backward_from(b.run, y, dy, 2, 1), KHOP_E_ARGUMENT, "without a forward", "");
  khop_run_forward(b.run, true, 1, 1);
  ok(khop_run_backward_from(b.run, y, dy, 2, 1));
  memcpy(kept, khop_run_gradients(b.run), sizeof kept);
  fails(khop_run_backward_from(b.run, y, dy, 2, 1), KHOP_E_ARGUMENT, "gone back from once", "");
  khop_run_forward(b.run, true, 1, 1);
  fails(khop_run_backward_from(b.run, y, dy, 1, 2), KHOP_E_SHAPE, "value 3", "is (2, 1), the one given (1, 2)");
  fails(khop_run_backward_from(b.run, y, dy, 2, 2), KHOP_E_SHAPE, "(2, 1)", "(2, 2)");
  fails(khop_run_backward_from(b.run, -1, dy, 2, 1), KHOP_E_ARGUMENT, "value -1", "4 ops");
  fails(khop_run_backward_from(b.run, 4, dy, 2, 1), KHOP_E_ARGUMENT, "value 4", "4 ops");
  fails(khop_run_backward_from(b.run, y, NULL, 2, 1), KHOP_E_ARGUMENT, "NULL", "");
  fails(khop_run_backward_from(b.run, 0, dy, 2, 2), KHOP_E_ARGUMENT, "value 0", "nothing leads to it");
  fails(khop_run_backward_from_values(b.run, 0, NULL), KHOP_E_ARGUMENT, "0 values", "");
  const khop_gradient twice[] = {{y, 2, 1, dy}, {h, 2, 2, dy}, {y, 2, 1, dy}};
  fails(khop_run_backward_from_values(b.run, 3, twice), KHOP_E_ARGUMENT, "value 3", "twice");
  for (int k = 0; k < 2; k++) {
    dy[3] = k ? (khop_real)NAN : (khop_real)INFINITY;
    fails(khop_run_backward_from(b.run, h, dy, 2, 2), KHOP_E_VALUE, "row 1, column 1", "not finite");
  }
  fails(khop_run_input_gradient(&dx, b.run), KHOP_E_ARGUMENT, "made without the gradient", "input_gradient");
  assert_null(dx);
  assert_memory_equal(kept, khop_run_gradients(b.run), sizeof kept);
  ok(khop_run_backward_from(b.run, y, dy, 2, 1)); /* none of this used the forward up */
  assert_memory_equal(kept, khop_run_gradients(b.run), sizeof kept);
  unbind(&b);
  unbind(&frozen);
  khop_graph_free(path);
  khop_model_free(m);
}

/* The gradient of the features is there after a backward, and until the next forward. */
static void input_gradient_is_that_of_the_last_backward(void **state) {
  (void)state;
  small_set f = open_small_set(12, 5, true);
  khop_model *m = mixed_model(5);
  bound b = bind_with(m, f.graph, &f.sparse, &with_inputs);
  const khop_real *dx;
  fails(khop_run_input_gradient(&dx, b.run), KHOP_E_ARGUMENT, "no backward since", "");
  ok(khop_run_labels(b.run, f.labels, NULL));
  khop_run_forward(b.run, true, 1, 1);
  fails(khop_run_input_gradient(&dx, b.run), KHOP_E_ARGUMENT, "no backward since", "");
  ok(khop_run_backward(b.run));
  ok(khop_run_input_gradient(&dx, b.run));
  assert_non_null(dx);
  fails(khop_run_backward_from(b.run, 0, f.numbers, 12, 5), KHOP_E_ARGUMENT, "without a forward", "");
  khop_run_forward(b.run, true, 1, 1);
  fails(khop_run_backward_from(b.run, 0, f.numbers, 12, 5), KHOP_E_ARGUMENT, "value 0", "sparse features");
  fails(khop_run_input_gradient(&dx, b.run), KHOP_E_ARGUMENT, "no backward since", "");
  assert_null(dx);
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
}

/* Options of a run: their size first, and nothing behind it that this version does not know. */
static void options_say_their_size(void **state) {
  (void)state;
  khop_value h, y;
  khop_model *m = small_model(&h, &y);
  khop_run *run = NULL;
  struct {
    khop_run_options known;
    int64_t newer;
  } o = {{.training = true}, 0};
  ok(khop_run_new_with(&run, m, 0, NULL, &small_features, NULL));
  khop_run_free(run);
  o.known.size = sizeof(size_t) - 1;
  fails(khop_run_new_with(&run, m, 0, NULL, &small_features, &o.known), KHOP_E_ARGUMENT,
        "khop_run_options: its size is 7", "sizeof is 24");
  o.known.size = offsetof(khop_run_options, input_gradient); /* of an older header */
  o.known.input_gradient = true;
  ok(khop_run_new_with(&run, m, 0, NULL, &small_features, &o.known));
  khop_run_free(run);
  o.known.size = sizeof o;
  ok(khop_run_new_with(&run, m, 0, NULL, &small_features, &o.known));
  khop_run_free(run);
  o.newer = 1;
  fails(khop_run_new_with(&run, m, 0, NULL, &small_features, &o.known), KHOP_E_UNSUPPORTED,
        "khop_run_options: byte 24 of 32", "this version knows 24");
  assert_null(run);
  o.known.training = false, o.known.size = sizeof o.known;
  fails(khop_run_new_with(&run, m, 0, NULL, &small_features, &o.known), KHOP_E_ARGUMENT, "needs training", "");
  o.known.training = true, o.known.max_bytes = 100;
  fails(khop_run_new_with(&run, m, 0, NULL, &small_features, &o.known), KHOP_E_BUDGET, "", "");
  khop_model_free(m);
}

/* --- memory ----------------------------------------------------------------------------------------- */

static khop_gradient lent;

static khop_status go_back(void *context) {
  khop_run *run = context;
  return khop_run_backward_from_values(run, 1, &lent);
}

/* A gradient that a sum has lent is the only one that takes memory, and gives it back. */
static void only_lent_gradients_allocate(void **state) {
  (void)state;
  khop_real dy[12 * 5];
  memory_can_run_out();
  small_set f = open_small_set(12, 5, true);
  khop_value value[8];
  khop_model *m = sums_model(5, value, false);
  bound b = bind_with(m, f.graph, &f.dense, &with_inputs);
  for (int i = 0; i < 60; i++) dy[i] = (khop_real)i;
  for (int i = 0; i < 7; i++) {
    lent = (khop_gradient){value[i], 12, 5, dy};
    khop_run_forward(b.run, true, 1, 1);
    assert_int_equal(fail_each(go_back, b.run), i == 1); /* a, right before its sum */
  }
  unbind(&b);
  khop_model_free(m);
  close_small_set(&f);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_are_those_by_hand),
      cmocka_unit_test(every_value_takes_a_gradient),
      cmocka_unit_test(loss_of_the_caller),
      cmocka_unit_test(loss_that_fails),
      cmocka_unit_test(loss_takes_a_factor),
      cmocka_unit_test(batches_have_the_same_doors),
      cmocka_unit_test(features_that_nothing_reads),
      cmocka_unit_test(bad_gradients_change_nothing),
      cmocka_unit_test(input_gradient_is_that_of_the_last_backward),
      cmocka_unit_test(options_say_their_size),
      cmocka_unit_test(only_lent_gradients_allocate),
  };
  return cmocka_run_group_tests_name("backward_from", tests, open_folder, close_folder);
}
