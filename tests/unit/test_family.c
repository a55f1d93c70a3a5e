/* test_family.c: recipes of graph networks give what their papers' formulas give. tests/files/family.tsv has the outputs
 * of an independent program, make_family.py, on a small graph with weights by formula. */
#include "check.h"

#include <khop/khop.h>

enum { NODES = 14, FEATURES = 5, CLASSES = 3 };
#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-10
#else
#define TOLERANCE 1e-5
#endif

/* The numbers of formula() in make_family.py. */
static khop_real formula(int64_t position) {
  uint32_t i = (uint32_t)position;
  i *= 2654435761u;
  i ^= i >> 15;
  i *= 2246822519u;
  i ^= i >> 13;
  return (khop_real)(i >> 8) * (khop_real)0x1p-24 - (khop_real)0.5;
}

/* Each node i but the last has links to i + 1 and 5 i + 3. */
static khop_data *small_data(bool directed) {
  int64_t from[2 * NODES], to[2 * NODES], count = 0;
  int32_t labels[NODES];
  khop_real x[NODES * FEATURES];
  khop_graph *graph;
  khop_data *data;
  for (int64_t i = 0; i < NODES; i++) {
    const int64_t others[] = {(i + 1) % NODES, (5 * i + 3) % NODES};
    for (int k = 0; k < 2; k++) {
      if (i == NODES - 1 || others[k] == NODES - 1 || others[k] == i) continue;
      from[count] = i;
      to[count++] = others[k];
    }
    labels[i] = (int32_t)(i % CLASSES);
  }
  for (int64_t i = 0; i < NODES * FEATURES; i++) x[i] = 2 * formula(5000 + i);
  ok(khop_graph_from_coo(&graph, NODES, count, from, to, directed));
  ok(khop_data_new(&data, graph, &(khop_features){NODES, FEATURES, x, NULL, NULL, NULL}, labels));
  return data;
}

typedef struct example {
  char recipe[16];
  int directed, layers, delay, hops[KHOP_RECIPE_TAPS], taps;
  long weights;
  double outputs[NODES * CLASSES];
} example;

static bool read_example(example *e, FILE *in) {
  char line[2048], hops[64], *rest = NULL;
  do
    if (!fgets(line, sizeof line, in)) return false;
  while (*line == '#');
  int used = 0;
  *e = (example){0};
  assert_int_equal(sscanf(line, "%15s %d %d %d %63s %ld%n", e->recipe, &e->directed, &e->layers, &e->delay, hops,
                          &e->weights, &used), 6);
  for (char *hop = strtok_r(hops, ",", &rest); hop; hop = strtok_r(NULL, ",", &rest)) e->hops[e->taps++] = atoi(hop);
  char *at = line + used;
  for (int i = 0; i < NODES * CLASSES; i++) e->outputs[i] = strtod(at, &at);
  return true;
}

static khop_model *model_of(const example *e, const khop_data *data) {
  khop_recipe recipe;
  khop_model *m;
  ok(khop_recipe_find(&recipe, e->recipe));
  recipe.hidden = 3;
  recipe.layers = e->layers;
  recipe.delay = e->delay;
  recipe.taps = e->taps;
  memcpy(recipe.hops, e->hops, sizeof recipe.hops);
  recipe.feature_norm = 0;
  ok(khop_recipe_model(&m, &recipe, data));
  assert_int_equal(khop_model_parameters(m), e->weights);
  for (int64_t i = 0; i < e->weights; i++) khop_model_parameter_array(m)[i] = 2 * formula(i);
  return m;
}

/* The largest difference, as a part of the largest output. */
static double error_of(const khop_real *ours, const double *theirs) {
  double worst = 0, largest = 1;
  for (int i = 0; i < NODES * CLASSES; i++) largest = fmax(largest, fabs(theirs[i]));
  for (int i = 0; i < NODES * CLASSES; i++) {
    double error = fabs((double)ours[i] - theirs[i]) / largest;
    if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
  }
  return worst;
}

/* The outputs of a model on all nodes. */
static void predict(khop_real *y, khop_model *m, const khop_data *data) {
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  ok(khop_model_rings(rings, &count, m, khop_data_graph(data), 0));
  ok(khop_run_new(&run, m, count, rings, khop_data_features(data), false, 0));
  khop_run_forward(run, false, 0, 0);
  memcpy(y, khop_run_output(run), NODES * CLASSES * sizeof *y);
  khop_run_free(run);
  for (int k = 0; k < count; k++) khop_rings_free(rings[k]);
}

/* One wrong number is found out, and a model that is saved and loaded gives the same bits. */
static void each_recipe_is_its_papers_formula(void **state) {
  (void)state;
  FILE *in = fopen(fixture("tests/files/family.tsv"), "r");
  int examples = 0;
  assert_non_null(in);
  for (example e; read_example(&e, in); examples++) {
    khop_data *data = small_data(e.directed);
    khop_model *m = model_of(&e, data), *again;
    khop_real y[NODES * CLASSES], z[NODES * CLASSES];
    predict(y, m, data);
    double error = error_of(y, e.outputs);
    if (!(error <= TOLERANCE)) fail_msg("%s, layers %d: wrong by %g", e.recipe, e.layers, error);
    e.outputs[7] += 1e-3;
    assert_false(error_of(y, e.outputs) <= TOLERANCE);
    ok(khop_model_save(m, at("family.safetensors")));
    ok(khop_model_load(&again, at("family.safetensors")));
    predict(z, again, data);
    assert_memory_equal(y, z, sizeof y);
    khop_model_free(again);
    khop_model_free(m);
    khop_data_free(data);
  }
  fclose(in);
  assert_int_equal(examples, 18);
}

/* Learned numbers begin where the papers say: personalised PageRank of alpha 1/10, and halves. */
static void learned_numbers_begin_as_the_papers_say(void **state) {
  (void)state;
  khop_data *data = small_data(false);
  khop_recipe recipe;
  khop_model *m;
  ok(khop_recipe_find(&recipe, "gprgnn"));
  recipe.layers = 3;
  ok(khop_recipe_model(&m, &recipe, data));
  const double gamma[] = {0.1, 0.1 * 0.9, 0.1 * 0.81, 0.729};
  const khop_real *end = khop_model_parameter_array(m) + khop_model_parameters(m);
  for (int k = 0; k < 4; k++) assert_true(fabs((double)end[k - 4] - gamma[k]) < 1e-7);
  khop_model_free(m);
  ok(khop_recipe_find(&recipe, "kpgcn"));
  recipe.hidden = recipe.layers = recipe.taps = 1;
  ok(khop_recipe_model(&m, &recipe, data));
  assert_true(khop_model_parameter_array(m)[FEATURES + 1 + 2] == (khop_real)0.5); /* behind two linear layers */
  khop_model_free(m);
  khop_data_free(data);
}

static void dilations_that_a_body_does_not_read_are_refused(void **state) {
  (void)state;
  khop_data *data = small_data(false);
  khop_recipe recipe;
  khop_model *m = NULL;
  ok(khop_recipe_find(&recipe, "gcnii"));
  recipe.dilations = 1;
  recipe.dilation[0] = 2;
  fails(khop_recipe_model(&m, &recipe, data), KHOP_E_ARGUMENT, "gcnii", "1 dilations");
  recipe.dilations = 0;
  recipe.body = (khop_body)99;
  fails(khop_recipe_model(&m, &recipe, data), KHOP_E_ARGUMENT, "body 99", "one graph");
  khop_data_free(data);
}

static khop_status run_on(khop_model *m, const khop_graph *graph, const khop_features *x) {
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  ok(khop_model_rings(rings, &count, m, graph, 0));
  khop_status status = khop_run_new(&run, m, count, rings, x, false, 0);
  khop_run_free(run);
  for (int k = 0; k < count; k++) khop_rings_free(rings[k]);
  return status;
}

/* linkx has a row for each node of its graph: what would need other rows is refused. */
static void links_as_features_are_of_one_graph(void **state) {
  (void)state;
  const khop_real x[(NODES - 1) * FEATURES] = {0};
  khop_data *data = small_data(false);
  khop_graph *other = NULL;
  khop_recipe recipe;
  khop_model *m;
  khop_reach reach;
  khop_stream *stream;
  ok(khop_recipe_find(&recipe, "linkx"));
  ok(khop_recipe_model(&m, &recipe, data));
  ok(run_on(m, khop_data_graph(data), khop_data_features(data)));
  ok(khop_graph_from_coo(&other, NODES - 1, 1, (int64_t[]){0}, (int64_t[]){1}, false));
  fails(run_on(m, other, &(khop_features){NODES - 1, FEATURES, x, NULL, NULL, NULL}), KHOP_E_SHAPE,
        "a row for each of 14 nodes", "the graph has 13");
  fails(khop_model_reach(&reach, m), KHOP_E_UNSUPPORTED, "node_weights", "all nodes");
  fails(khop_stream_new(&stream, m), KHOP_E_UNSUPPORTED, "node_weights", "");
  fails(khop_export_c(m, "m", at("m.c")), KHOP_E_UNSUPPORTED, "node_weights", "no C form");
  khop_model_free(m);
  ok(khop_model_new(&m));
  khop_node_weights(m, khop_input(m, 2), 0, 3);
  fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "node_weights", "0 nodes");
  khop_model_free(m);
  khop_graph_free(other);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_recipe_is_its_papers_formula),
      cmocka_unit_test(links_as_features_are_of_one_graph),
      cmocka_unit_test(learned_numbers_begin_as_the_papers_say),
      cmocka_unit_test(dilations_that_a_body_does_not_read_are_refused),
  };
  return cmocka_run_group_tests_name("family", tests, open_folder, close_folder);
}
