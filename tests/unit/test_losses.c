/* test_losses.c: training from the weights that PyTorch starts from gives PyTorch's losses, epoch by
 * epoch. tests/files/losses.tsv has them, in double precision, for two k-hop convolutions over the rings 0,
 * 1 and 2 with ReLU between them, softmax cross-entropy and Adam; make_losses.py wrote it with rings and
 * layers of its own. In float each loss agrees to 1e-5 of itself, in double to 1e-9.
 */
#include "check.h"

#include <khop/train.h>

enum { EPOCHS = 10, HIDDEN = 16, CIRCLE = 60, FEATURES = 6 };
#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-9
#else
#define TOLERANCE 1e-5
#endif

/* The numbers of formula() in make_losses.py. */
static khop_real formula(int64_t position) {
  uint32_t i = (uint32_t)position;
  i *= 2654435761u;
  i ^= i >> 15;
  i *= 2246822519u;
  i ^= i >> 13;
  return (khop_real)(i >> 8) * (khop_real)0x1p-24 - (khop_real)0.5;
}

/* 60 nodes in a circle with the chords i, 7 i + 3. */
static khop_data *circle(void) {
  int64_t from[2 * CIRCLE], to[2 * CIRCLE];
  int32_t labels[CIRCLE];
  uint8_t train[CIRCLE];
  khop_real x[CIRCLE * FEATURES];
  for (int64_t i = 0; i < CIRCLE; i++) {
    from[2 * i] = from[2 * i + 1] = i;
    to[2 * i] = (i + 1) % CIRCLE;
    to[2 * i + 1] = (7 * i + 3) % CIRCLE;
    labels[i] = (int32_t)(i * 5 % 7 % 3);
    train[i] = i % 2 == 0;
  }
  for (int64_t i = 0; i < CIRCLE * FEATURES; i++) x[i] = formula(1000 + i);
  khop_features features = {.rows = CIRCLE, .columns = FEATURES, .dense = x};
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  ok(khop_graph_from_coo(&graph, CIRCLE, 2 * CIRCLE, from, to, false));
  ok(khop_data_new(&data, graph, &features, labels));
  ok(khop_data_add_split(data, train, NULL, NULL));
  return data;
}

/* Cora from KHOP_DATA; NULL where it is not there. */
static khop_data *cora(void) {
  khop_data *data = NULL;
  const char *where = getenv("KHOP_DATA");
  char file[1000];
  snprintf(file, sizeof file, "%s/cora.npz", where ? where : ".");
  if (!where || access(file, R_OK) != 0) return NULL;
  ok(khop_data_load(&data, file, NULL));
  return data;
}

static void train(double *losses, const khop_data *data, khop_norm norm, double scale) {
  khop_model *model = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  khop_optimizer *adam = NULL;
  int count = 0;
  khop_conv_options conv = {.taps = 3, .norm = norm, .bias = true};
  const khop_features *features = khop_data_features(data);
  ok(khop_model_new(&model));
  khop_value h = khop_relu(model, khop_conv(model, khop_input(model, features->columns), HIDDEN, &conv));
  khop_softmax_cross_entropy(model, khop_conv(model, h, khop_data_classes(data), &conv));
  ok(khop_model_init(model, 0));
  khop_real *block = khop_model_parameter_array(model);
  for (int64_t i = 0; i < khop_model_parameters(model); i++) block[i] = formula(i) * (khop_real)scale;
  ok(khop_model_rings(rings, &count, model, khop_data_graph(data), 0));
  ok(khop_run_new(&run, model, count, rings, features, true, 0));
  ok(khop_run_labels(run, khop_data_labels(data), khop_data_mask(data, 0, KHOP_TRAIN)));
  ok(khop_optimizer_new(&adam, model, NULL));
  for (int e = 0; e < EPOCHS; e++) {
    losses[e] = khop_run_forward(run, true, 0, (uint64_t)e);
    ok(khop_run_backward(run));
    khop_optimizer_step(adam, khop_run_gradients(run), 1);
  }
  khop_optimizer_free(adam);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
}

/* The largest relative difference; infinite where anything is not finite. */
static double worst_of(const double *losses, const double *wanted) {
  double worst = 0;
  for (int e = 0; e < EPOCHS; e++) {
    double d = fabs(losses[e] - wanted[e]) / fabs(wanted[e]);
    if (!isfinite(d)) return INFINITY;
    if (d > worst) worst = d;
  }
  return worst;
}

/* A line of losses.tsv. */
typedef struct line {
  char data[20], norm[8];
  double scale, losses[EPOCHS];
} line;

static bool next_line(line *l, FILE *in) {
  char text[1000];
  do
    if (!fgets(text, sizeof text, in)) return false;
  while (text[0] == '#');
  int used = 0;
  assert_int_equal(sscanf(text, "%19s %7s %lf%n", l->data, l->norm, &l->scale, &used), 3);
  const char *at = text + used;
  for (int e = 0; e < EPOCHS; e++) {
    char *end = NULL;
    l->losses[e] = strtod(at, &end);
    assert_true(end != at);
    at = end;
  }
  return true;
}

/* Trains each line of one data set, at one and at three threads, which must give the same bits. */
static void compare(const char *name, const khop_data *data) {
  FILE *in = fopen(fixture("tests/files/losses.tsv"), "r");
  assert_non_null(in);
  int lines = 0;
  line l;
  while (next_line(&l, in)) {
    if (strcmp(l.data, name) != 0) continue;
    khop_norm norm = !strcmp(l.norm, "row") ? KHOP_NORM_ROW : !strcmp(l.norm, "sym") ? KHOP_NORM_SYM : KHOP_NORM_NONE;
    double one[EPOCHS], three[EPOCHS];
    ok(khop_set_threads(1));
    train(one, data, norm, l.scale);
    ok(khop_set_threads(3));
    train(three, data, norm, l.scale);
    ok(khop_set_threads(0));
    assert_memory_equal(one, three, sizeof one);
    double worst = worst_of(one, l.losses);
    print_message("# %s, %s: the losses differ by %.2g of themselves\n", l.data, l.norm, worst);
    if (!(worst <= TOLERANCE)) fail_msg("%s, %s: %g", l.data, l.norm, worst);
    lines++;
  }
  fclose(in);
  assert_true(lines >= 2);
}

static void on_a_circle(void **state) {
  (void)state;
  khop_data *data = circle();
  compare("circle", data);
  khop_data_free(data);
}

static void on_cora(void **state) {
  (void)state;
  khop_data *data = cora();
  if (!data) {
    skipped("KHOP_DATA has no cora.npz");
    return;
  }
  compare("cora", data);
  khop_data_free(data);
}

/* The checker is checked: another start, another norm and NaN are seen. */
static void differences_are_seen(void **state) {
  (void)state;
  khop_data *data = circle();
  double right[EPOCHS], other[EPOCHS];
  train(right, data, KHOP_NORM_SYM, 0.5);
  assert_true(worst_of(right, right) == 0);
  train(other, data, KHOP_NORM_SYM, 0.5005);
  assert_true(worst_of(other, right) > 1e-5);
  train(other, data, KHOP_NORM_ROW, 0.5);
  assert_true(worst_of(other, right) > 1e-5);
  memcpy(other, right, sizeof right);
  other[EPOCHS - 1] = NAN;
  assert_false(worst_of(other, right) <= 1e300);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(on_a_circle),
      cmocka_unit_test(on_cora),
      cmocka_unit_test(differences_are_seen),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
