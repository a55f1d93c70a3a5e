/* test_interchange.c: weights of layers of PyTorch Geometric give PyTorch Geometric's outputs. The layers, their weights
 * and what they gave are in tests/files/pyg.tsv, made by tests/files/make_pyg.py. */
#include "unit/check.h"

#include <inttypes.h>
#include <khop/khop.h>

/* --- the fixture -------------------------------------------------------------------------------------- */

typedef struct array {
  char name[40];
  int64_t rows, columns;
  khop_real value[200];
} array;

static array *arrays;
static int count;

static int read_fixture(void **state) {
  char path[1000];
  snprintf(path, sizeof path, "%s/tests/files/pyg.tsv", getenv("KHOP_SOURCE_ROOT"));
  FILE *file = fopen(path, "r");
  (void)state;
  arrays = calloc(40, sizeof *arrays);
  if (!file || !arrays) return -1;
  for (char shape[40]; count < 40 && fscanf(file, "%39s %39s", arrays[count].name, shape) == 2; count++) {
    array *a = &arrays[count];
    a->columns = 1;
    sscanf(shape, "%" SCNd64 "x%" SCNd64, &a->rows, &a->columns);
    for (int64_t i = 0; i < a->rows * a->columns; i++) {
      double v;
      if (fscanf(file, "%lf", &v) != 1) return -1;
      a->value[i] = (khop_real)v;
    }
  }
  fclose(file);
  return count == 25 ? 0 : -1;
}

static int free_fixture(void **state) {
  (void)state;
  free(arrays);
  return 0;
}

static const array *get(const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(arrays[i].name, name) == 0) return &arrays[i];
  fail_msg("no array '%s'", name);
  return NULL;
}

static khop_graph *graph_of(bool directed) {
  const array *arcs = get("arcs");
  int64_t from[100], to[100];
  khop_graph *graph;
  for (int64_t i = 0; i < arcs->columns; i++)
    from[i] = (int64_t)arcs->value[i], to[i] = (int64_t)arcs->value[arcs->columns + i];
  ok(khop_graph_from_coo(&graph, get("x")->rows, arcs->columns, from, to, directed));
  return graph;
}

/* --- weights ------------------------------------------------------------------------------------------ */

static void matrix(khop_model *model, const char *tensor, int64_t tap, const char *weight) {
  const array *a = get(weight);
  khop_tensor to;
  ok(khop_model_tensor_named(&to, model, tensor));
  ok(khop_tensor_from_torch(&to, tap, a->value, a->rows, a->columns));
}

static void vector(khop_model *model, const char *tensor, const char *bias) {
  const array *a = get(bias);
  khop_tensor to;
  ok(khop_model_tensor_named(&to, model, tensor));
  assert_int_equal(to.dimensions, 1);
  assert_int_equal(to.shape[0], a->rows);
  memcpy(to.data, a->value, (size_t)a->rows * sizeof *to.data);
}

/* The largest difference between what the model gives and what PyTorch Geometric gave. */
static double error_of(khop_model *model, bool directed, const char *out) {
  khop_graph *graph = graph_of(directed);
  khop_rings *rings[4];
  khop_run *run;
  int built;
  const array *x = get("x"), *right = get(out);
  khop_features features = {.rows = x->rows, .columns = x->columns, .dense = x->value};
  double worst = 0;
  ok(khop_model_rings(rings, &built, model, graph, 0));
  ok(khop_run_new(&run, model, built, rings, &features, false, 0));
  khop_run_forward(run, false, 0, 0);
  assert_int_equal(khop_model_output_columns(model), right->columns);
  for (int64_t i = 0; i < right->rows * right->columns; i++) {
    double e = fabs((double)khop_run_output(run)[i] - (double)right->value[i]);
    worst = e <= worst ? worst : e;
  }
  khop_run_free(run);
  for (int i = 0; i < built; i++) khop_rings_free(rings[i]);
  khop_graph_free(graph);
  return worst;
}

static void same(khop_model *model, bool directed, const char *out) {
  double error = error_of(model, directed, out);
  if (!(error <= 3e-6)) fail_msg("%s differs by %g", out, error);
  khop_model_free(model);
}

/* --- the layers --------------------------------------------------------------------------------------- */

static const int hop_1[] = {1}, hops_0_1[] = {0, 1};
static const khop_conv_options gcn_conv = {.taps = 1, .hops = hop_1, .norm = KHOP_NORM_SYM, .self_loop = true,
                                           .bias = true};

static khop_model *gcn(void) {
  khop_model *model;
  ok(khop_model_new(&model));
  khop_value h = khop_relu(model, khop_conv(model, khop_input(model, 5), 4, &gcn_conv));
  khop_conv(model, h, 3, &gcn_conv);
  ok(khop_model_init(model, 0));
  return model;
}

static void weights_of_gcn_give_its_outputs(void **state) {
  khop_model *model = gcn();
  (void)state;
  matrix(model, "op1.conv.weight", 0, "gcn.0.lin.weight");
  vector(model, "op1.conv.bias", "gcn.0.bias");
  matrix(model, "op3.conv.weight", 0, "gcn.1.lin.weight");
  vector(model, "op3.conv.bias", "gcn.1.bias");
  same(model, false, "gcn.out");
}

static khop_model *sage(khop_direction direction) {
  khop_model *model;
  ok(khop_model_new(&model));
  khop_conv(model, khop_input(model, 5), 3,
            &(khop_conv_options){.taps = 2, .hops = hops_0_1, .norm = KHOP_NORM_ROW, .direction = direction,
                                 .bias = true});
  ok(khop_model_init(model, 0));
  matrix(model, "op1.conv.weight", 0, "sage.lin_r.weight");
  matrix(model, "op1.conv.weight", 1, "sage.lin_l.weight");
  vector(model, "op1.conv.bias", "sage.lin_l.bias");
  return model;
}

static void weights_of_sage_give_its_outputs_where_arcs_are_read_against_their_direction(void **state) {
  (void)state;
  same(sage(KHOP_IN), true, "sage.out");
  khop_model *model = sage(KHOP_OUT);
  assert_true(error_of(model, true, "sage.out") > 0.1);
  khop_model_free(model);
}

/* The next power of the normalised matrix of a graph times what stands in x. */
static khop_value power(khop_model *model, khop_value x, bool self_loop) {
  return khop_conv(model, x, 5, &(khop_conv_options){.taps = 1, .hops = hop_1, .norm = KHOP_NORM_SYM,
                                                     .self_loop = self_loop, .weights = KHOP_WEIGHTS_FIXED});
}

static void weights_of_mixhop_give_its_outputs_from_powers(void **state) {
  khop_model *model;
  khop_value x[3], h[3];
  (void)state;
  ok(khop_model_new(&model));
  x[0] = khop_input(model, 5);
  x[1] = power(model, x[0], true), x[2] = power(model, x[1], true);
  for (int k = 0; k < 3; k++) h[k] = khop_linear(model, x[k], 4, false);
  khop_bias(model, khop_concat(model, 3, h));
  ok(khop_model_init(model, 0));
  matrix(model, "op3.linear.weight", 0, "mixhop.lins.0.weight");
  matrix(model, "op4.linear.weight", 0, "mixhop.lins.1.weight");
  matrix(model, "op5.linear.weight", 0, "mixhop.lins.2.weight");
  vector(model, "op7.bias.bias", "mixhop.bias");
  same(model, false, "mixhop.out");
}

static void weights_of_sign_give_its_outputs_from_powers_without_loops(void **state) {
  khop_model *model;
  khop_value x[3], h[3];
  (void)state;
  ok(khop_model_new(&model));
  x[0] = khop_input(model, 5);
  x[1] = power(model, x[0], false), x[2] = power(model, x[1], false);
  for (int k = 0; k < 3; k++) h[k] = khop_relu(model, khop_linear(model, x[k], 4, true));
  khop_linear(model, khop_concat(model, 3, h), 3, true);
  ok(khop_model_init(model, 0));
  matrix(model, "op3.linear.weight", 0, "sign.lins.0.weight"), vector(model, "op3.linear.bias", "sign.lins.0.bias");
  matrix(model, "op5.linear.weight", 0, "sign.lins.1.weight"), vector(model, "op5.linear.bias", "sign.lins.1.bias");
  matrix(model, "op7.linear.weight", 0, "sign.lins.2.weight"), vector(model, "op7.linear.bias", "sign.lins.2.bias");
  matrix(model, "op10.linear.weight", 0, "sign.last.weight"), vector(model, "op10.linear.bias", "sign.last.bias");
  same(model, false, "sign.out");
}

/* docs/interchange.md has the same lines. */
static void the_lines_of_the_page_set_a_layer(void **state) {
  khop_model *model;
  const khop_real *weight = get("gcn.0.lin.weight")->value, *bias = get("gcn.0.bias")->value;
  (void)state;
  khop_model_new(&model);
  khop_tensor to;
  khop_value h = khop_conv(model, khop_input(model, 5), 4,
                           &(khop_conv_options){.taps = 1, .hops = (int[]){1}, .norm = KHOP_NORM_SYM,
                                                .self_loop = true, .bias = true});
  khop_model_init(model, 0);
  khop_model_tensor_named(&to, model, "op1.conv.weight");
  khop_tensor_from_torch(&to, 0, weight, 4, 5);
  khop_model_tensor_named(&to, model, "op1.conv.bias");
  memcpy(to.data, bias, 4 * sizeof *bias);
  assert_int_equal(h, 1);
  for (int o = 0; o < 4; o++) {
    assert_true(khop_model_parameter_array(model)[20 + o] == bias[o]);
    for (int f = 0; f < 5; f++) assert_true(khop_model_parameter_array(model)[4 * f + o] == weight[5 * o + f]);
  }
  khop_model_free(model);
}

/* --- names, shapes, refusals ---------------------------------------------------------------------------- */

static void tensors_are_those_of_the_checkpoint_and_cover_every_parameter(void **state) {
  khop_model *model = gcn();
  khop_tensor t;
  int64_t numbers = 0;
  static const char *const names[] = {"op1.conv.weight", "op1.conv.bias", "op3.conv.weight", "op3.conv.bias"};
  static const int64_t shapes[][3] = {{1, 5, 4}, {4, 1, 1}, {1, 4, 3}, {3, 1, 1}};
  (void)state;
  assert_int_equal(khop_model_tensors(model), 4);
  for (int i = 0; i < 4; i++) {
    ok(khop_model_tensor(&t, model, i));
    assert_string_equal(t.name, names[i]);
    assert_memory_equal(t.shape, shapes[i], sizeof t.shape);
    assert_ptr_equal(t.data, khop_model_parameter_array(model) + numbers);
    numbers += t.shape[0] * t.shape[1] * t.shape[2];
  }
  assert_int_equal(numbers, khop_model_parameters(model));
  khop_model_free(model);
}

static void what_does_not_fit_is_refused_and_writes_nothing(void **state) {
  khop_model *model = gcn(), *empty;
  khop_tensor t, bias;
  khop_real w[20] = {0}, before[20];
  (void)state;
  ok(khop_model_tensor_named(&t, model, "op1.conv.weight"));
  ok(khop_model_tensor_named(&bias, model, "op1.conv.bias"));
  memcpy(before, t.data, sizeof before);
  fails(khop_tensor_from_torch(&t, 0, w, 5, 4), KHOP_E_SHAPE, "(5 out, 4 in)", "4 out and 5 in");
  fails(khop_tensor_from_torch(&t, 1, w, 4, 5), KHOP_E_ARGUMENT, "no tap 1", "it has 1");
  fails(khop_tensor_from_torch(&bias, 0, w, 4, 1), KHOP_E_SHAPE, "op1.conv.bias", "no matrix");
  w[7] = (khop_real)NAN;
  fails(khop_tensor_from_torch(&t, 0, w, 4, 5), KHOP_E_VALUE, "op1.conv.weight", "number 7");
  fails(khop_tensor_from_torch(&t, 0, NULL, 4, 5), KHOP_E_ARGUMENT, "NULL", "");
  assert_memory_equal(before, t.data, sizeof before);
  fails(khop_model_tensor(&t, model, 4), KHOP_E_ARGUMENT, "no tensor 4", "has 4");
  fails(khop_model_tensor(&t, model, -1), KHOP_E_ARGUMENT, "no tensor -1", "");
  fails(khop_model_tensor_named(&t, model, "lin.weight"), KHOP_E_NOT_FOUND, "lin.weight", "");
  ok(khop_model_new(&empty));
  khop_linear(empty, khop_input(empty, 5), 4, true);
  fails(khop_model_tensor(&t, empty, 0), KHOP_E_ARGUMENT, "khop_model_init first", "");
  khop_model_free(empty);
  khop_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_of_gcn_give_its_outputs),
      cmocka_unit_test(weights_of_sage_give_its_outputs_where_arcs_are_read_against_their_direction),
      cmocka_unit_test(weights_of_mixhop_give_its_outputs_from_powers),
      cmocka_unit_test(weights_of_sign_give_its_outputs_from_powers_without_loops),
      cmocka_unit_test(the_lines_of_the_page_set_a_layer),
      cmocka_unit_test(tensors_are_those_of_the_checkpoint_and_cover_every_parameter),
      cmocka_unit_test(what_does_not_fit_is_refused_and_writes_nothing),
  };
  return cmocka_run_group_tests(tests, read_fixture, free_fixture);
}
