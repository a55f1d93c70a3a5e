/* test_encodings.c: features by the graph alone: by hand, against NumPy, in the place where a training finds them again. */
#include "check.h"

#include <inttypes.h>
#include <khop/data.h>

/* A data set around a graph, of the given columns. */
static khop_data *data_of(khop_graph *graph, const khop_features *x) {
  khop_data *data = NULL;
  ok(khop_data_new(&data, graph, x, NULL));
  return data;
}

static khop_graph *triangle(void) {
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 3, 3, (int64_t[]){0, 1, 2}, (int64_t[]){1, 2, 0}, false));
  return graph;
}

static double cell(const khop_data *data, int64_t row, int64_t column) {
  const khop_features *x = khop_data_features(data);
  return (double)x->dense[row * x->columns + column];
}

/* --- by hand --------------------------------------------------------------------------------- */

static void a_triangle_by_hand(void **state) {
  (void)state;
  khop_data *data = data_of(triangle(), NULL);
  ok(khop_data_add_encodings(data, &(khop_encodings){.size = sizeof(khop_encodings), .laplacian = 2, .walk = 3, .profile = 2,
                                                   .peripheral = 2}));
  assert_false(khop_data_has_identity_features(data));
  assert_int_equal(khop_data_features(data)->columns, 9);
  const double wanted[] = {0, 0.5, 0.25, log(3), 0, log(2), 0}; /* the link across */
  for (int i = 0; i < 3; i++) {
    for (int c = 0; c < 7; c++) close_to(cell(data, i, 2 + c), wanted[c], 1e-6);
    for (int j = 0; j < 3; j++) /* one eigenvalue twice: the projector on its space, times 3 */
      close_to(cell(data, i, 0) * cell(data, j, 0) + cell(data, i, 1) * cell(data, j, 1), i == j ? 2 : -1, 1e-5);
  }
  khop_data_free(data);
}

static void a_path_by_hand(void **state) {
  (void)state;
  khop_data *data = data_of(path_graph(3), NULL);
  ok(khop_data_add_encodings(data, &(khop_encodings){.laplacian = 2, .walk = 4, .profile = 3}));
  const double wanted[3][9] = {{sqrt(1.5), -sqrt(0.75), 0, 0.5, 0, 0.5, log(2), log(2), 0},
                               {0, sqrt(1.5), 0, 1, 0, 1, log(3), 0, 0},
                               {-sqrt(1.5), -sqrt(0.75), 0, 0.5, 0, 0.5, log(2), log(2), 0}};
  for (int i = 0; i < 3; i++)
    for (int c = 0; c < 9; c++) close_to(cell(data, i, c), wanted[i][c], 1e-5);
  const khop_schema *schema = khop_data_schema(data);
  assert_int_equal(khop_schema_fields(schema), 9);
  assert_string_equal(khop_schema_field(schema, 1)->name, "laplacian 2");
  assert_string_equal(khop_schema_field(schema, 2)->name, "walk 1");
  assert_string_equal(khop_schema_field(schema, 8)->name, "profile 3");
  khop_data_free(data);
}

/* --- against NumPy ---------------------------------------------------------------------------- */

typedef struct sample {
  char name[16];
  int nodes, edges, directed;
  khop_encodings encodings;
  khop_graph *graph;
  double value[8], *table; /* eigenvalues; (nodes, columns) */
} sample;

static bool read_sample(sample *s, FILE *file) {
  *s = (sample){.encodings = {.size = sizeof s->encodings}};
  khop_encodings *e = &s->encodings;
  if (fscanf(file, "%15s %d %d %d %d %d %d %d", s->name, &s->nodes, &s->edges, &s->directed, &e->laplacian, &e->walk,
             &e->profile, &e->peripheral) != 8)
    return false;
  int columns = e->laplacian + e->walk + e->profile + e->peripheral;
  int64_t *from = block_of(s->edges, sizeof *from), *to = block_of(s->edges, sizeof *to);
  s->table = block_of(s->nodes * columns, sizeof *s->table);
  for (int k = 0; k < s->edges; k++) assert_int_equal(fscanf(file, "%" SCNd64 " %" SCNd64, &from[k], &to[k]), 2);
  for (int k = 0; k < e->laplacian; k++) assert_int_equal(fscanf(file, "%lf", &s->value[k]), 1);
  for (int k = 0; k < s->nodes * columns; k++) assert_int_equal(fscanf(file, "%lf", &s->table[k]), 1);
  ok(khop_graph_from_coo(&s->graph, s->nodes, s->edges, from, to, s->directed));
  free(from);
  free(to);
  return true;
}

/* v^T L v / v^T v by plain loops. */
static double rayleigh(const khop_data *data, int column) {
  const khop_graph *g = khop_data_graph(data);
  const int64_t *offsets = khop_graph_offsets(g);
  double product = 0, size = 0;
  for (int64_t i = 0; i < khop_graph_nodes(g); i++) {
    double v = cell(data, i, column);
    size += v * v;
    for (int64_t a = offsets[i]; a < offsets[i + 1]; a++) {
      int64_t j = khop_graph_targets(g)[a];
      double d = (double)(offsets[i + 1] - offsets[i]), other = (double)(offsets[j + 1] - offsets[j]);
      product += v * v / d - v * cell(data, j, column) / sqrt(d * other);
    }
  }
  return product / size;
}

static void check_sample(sample *s) {
  khop_data *data = data_of(s->graph, NULL);
  ok(khop_data_add_encodings(data, &s->encodings));
  const khop_features *x = khop_data_features(data);
  double off = difference(x->dense, s->table, s->nodes * x->columns);
  if (!(off <= 2e-5)) fail_msg("%s: off by %g", s->name, off);
  for (int k = 0; k < s->encodings.laplacian; k++) close_to(rayleigh(data, k), s->value[k], 1e-6);
  s->table[s->nodes] += 0.01; /* the checker is checked */
  assert_false(difference(x->dense, s->table, s->nodes * x->columns) <= 2e-5);
  khop_data_free(data);
  free(s->table);
}

static void encodings_are_those_of_numpy(void **state) {
  (void)state;
  FILE *file = fopen(fixture("tests/files/encodings.tsv"), "r");
  sample s;
  int samples = 0;
  assert_non_null(file);
  for (; read_sample(&s, file); samples++) check_sample(&s);
  assert_int_equal(samples, 3);
  fclose(file);
}

static void threads_change_no_bit(void **state) {
  (void)state;
  khop_data *data[2];
  int64_t shape[] = {40, 30};
  for (int t = 0; t < 2; t++) {
    khop_graph *grid = NULL;
    ok(khop_set_threads(1 + 2 * t));
    ok(khop_graph_grid(&grid, 2, shape, NULL, false, false));
    data[t] = data_of(grid, NULL);
    ok(khop_data_add_encodings(data[t], &(khop_encodings){.laplacian = 3, .walk = 5, .profile = 3}));
  }
  assert_memory_equal(khop_data_features(data[0])->dense, khop_data_features(data[1])->dense,
                      1200 * 11 * sizeof(khop_real));
  ok(khop_set_threads(2));
  khop_data_free(data[0]);
  khop_data_free(data[1]);
}

/* --- beside features ---------------------------------------------------------------------------- */

static void they_stand_right_of_the_features(void **state) {
  (void)state;
  const khop_real dense[] = {1, 2, 3, 4, 5, 6}, values[] = {7, 8};
  const int64_t offsets[] = {0, 1, 1, 2};
  const int32_t indices[] = {1, 0};
  khop_data *full = data_of(triangle(), &(khop_features){3, 2, dense, NULL, NULL, NULL});
  khop_data *sparse = data_of(triangle(), &(khop_features){3, 2, NULL, offsets, indices, values});
  ok(khop_data_add_encodings(full, &(khop_encodings){.walk = 2}));
  ok(khop_data_add_encodings(sparse, &(khop_encodings){.walk = 2}));
  const double wanted[] = {1, 2, 0, 0.5, 3, 4, 0, 0.5, 5, 6, 0, 0.5};
  for (int e = 0; e < 12; e++) close_to((double)khop_data_features(full)->dense[e], wanted[e], 1e-6);
  const khop_features *x = khop_data_features(sparse);
  const int64_t ends[] = {0, 2, 3, 5};
  const int32_t columns[] = {1, 3, 3, 0, 3}; /* what is 0 is no entry */
  assert_int_equal(x->columns, 4);
  assert_memory_equal(x->offsets, ends, sizeof ends);
  assert_memory_equal(x->indices, columns, sizeof columns);
  close_to((double)x->values[2], 0.5, 1e-6);
  fails(khop_data_add_encodings(full, &(khop_encodings){.walk = 1}), KHOP_E_VALUE, "'walk 1'", "already");
  assert_int_equal(khop_data_features(full)->columns, 4);
  ok(khop_data_add_encodings(full, &(khop_encodings){.profile = 1}));
  assert_int_equal(khop_data_features(full)->columns, 5);
  khop_data_free(full);
  khop_data_free(sparse);
}

static const char gml[] = "graph [ node [ id 1 a 1 b 3 ] node [ id 2 a 2 b 2 ] node [ id 3 a 1 b 1 ]\n"
                          "edge [ source 1 target 2 ] edge [ source 2 target 3 ] ]\n";

static void a_file_is_loaded_with_them_and_matched_to_a_schema(void **state) {
  (void)state;
  khop_data *first = NULL, *again = NULL, *bare = NULL;
  khop_encodings encodings = {.walk = 2, .profile = 1};
  write_file(at("a.gml"), gml, sizeof gml - 1);
  khop_data_options options = {.size = sizeof options, .row_normalize = true, .encodings = &encodings};
  ok(khop_data_load(&first, at("a.gml"), &options));
  const double wanted[] = {0.25, 0.75, 0, 0.5, log(2)}; /* the rows of the file alone add up to 1 */
  for (int c = 0; c < 5; c++) close_to(cell(first, 0, c), wanted[c], 1e-6);
  options.schema = khop_data_schema(first);
  ok(khop_data_load(&again, at("a.gml"), &options));
  assert_memory_equal(khop_data_features(first)->dense, khop_data_features(again)->dense, 15 * sizeof(khop_real));
  options.encodings = NULL;
  fails(khop_data_load(&bare, at("a.gml"), &options), KHOP_E_VALUE, "walk 1", "profile 1");
  khop_data_free(first);
  khop_data_free(again);
}

/* --- what cannot be --------------------------------------------------------------------------------- */

static void a_list_is_read_or_refused(void **state) {
  (void)state;
  khop_encodings e = {.walk = 99};
  ok(khop_encodings_read(&e, "walk:3,laplacian:1024"));
  assert_true(e.walk == 3 && e.laplacian == 1024 && e.profile == 0 && e.size == sizeof e);
  static const char *const bad[] = {"", "walk", "walk:", "walk:0", "walk:1025", "walk:+1", "walk:1x", "walk:1,", ",walk:1",
                                    "walks:1", "walk:1,walk:2", "walk:99999999999999999999", "Walk:1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (khop_encodings_read(&e, bad[i]) != KHOP_E_ARGUMENT) fail_msg("'%s' is taken", bad[i]);
  assert_int_equal(e.walk, 3);
}

static void what_a_graph_has_not_is_refused(void **state) {
  (void)state;
  khop_graph *arcs = NULL;
  ok(khop_graph_from_coo(&arcs, 3, 2, (int64_t[]){0, 1}, (int64_t[]){1, 2}, true));
  khop_data *directed = data_of(arcs, NULL), *small = data_of(path_graph(3), NULL);
  fails(khop_data_add_encodings(directed, &(khop_encodings){.laplacian = 1}), KHOP_E_ARGUMENT, "directed", "undirected");
  fails(khop_data_add_encodings(small, &(khop_encodings){.laplacian = 3}), KHOP_E_VALUE, "3 nodes in 1 component",
        "has 2 beside");
  fails(khop_data_add_encodings(small, &(khop_encodings){.walk = -1}), KHOP_E_ARGUMENT, "walk:-1", "1024");
  fails(khop_data_add_encodings(small, NULL), KHOP_E_ARGUMENT, "encodings", "needed");
  ok(khop_data_add_encodings(small, &(khop_encodings){.walk = 0}));
  assert_true(khop_data_has_identity_features(small));
  khop_data_free(directed);
  khop_data_free(small);
}

static void data_with_encodings_stand_beside_those_without(void **state) {
  (void)state;
  khop_data *data = data_of(path_graph(5), NULL), *added = data_of(path_graph(5), NULL), *made = NULL;
  const khop_encodings encodings = {.walk = 2, .profile = 1};
  ok(khop_data_add_encodings(added, &encodings));
  ok(khop_data_with_encodings(&made, data, &encodings));
  const khop_features *x = khop_data_features(made), *y = khop_data_features(added);
  assert_true(x->columns == 3 && y->columns == 3 && khop_data_graph(made) == khop_data_graph(data));
  assert_memory_equal(x->dense, y->dense, 15 * sizeof *x->dense);
  assert_int_equal(khop_schema_fields(khop_data_schema(made)), khop_schema_fields(khop_data_schema(added)));
  assert_true(khop_data_has_identity_features(data) && !khop_data_has_identity_features(made));
  khop_data_free(made);
  assert_int_equal(khop_data_features(data)->columns, 5);
  made = NULL;
  fails(khop_data_with_encodings(&made, data, &(khop_encodings){.walk = 0}), KHOP_E_ARGUMENT, "no columns", "encodings");
  fails(khop_data_with_encodings(&made, data, NULL), KHOP_E_ARGUMENT, "encodings", "needed");
  assert_null(made);
  khop_data_free(data);
  khop_data_free(added);
}

static khop_status view_of(void *context) {
  khop_data *made = NULL;
  khop_status status = khop_data_with_encodings(&made, context, &(khop_encodings){.walk = 1, .profile = 1});
  khop_data_free(made);
  return status;
}

static khop_status add_to_sparse(void *context) {
  (void)context;
  const int64_t offsets[] = {0, 1, 1, 2};
  const int32_t indices[] = {1, 0};
  const khop_real values[] = {7, 8};
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  khop_status status = khop_graph_from_coo(&graph, 3, 3, (int64_t[]){0, 1, 2}, (int64_t[]){1, 2, 0}, false);
  if (status == KHOP_OK) status = khop_data_new(&data, graph, &(khop_features){3, 2, NULL, offsets, indices, values}, NULL);
  if (status == KHOP_OK) graph = NULL;
  if (status == KHOP_OK)
    status = khop_data_add_encodings(data, &(khop_encodings){.laplacian = 1, .walk = 1, .profile = 1});
  if (status != KHOP_OK && data) assert_int_equal(khop_data_features(data)->columns, 2);
  khop_data_free(data);
  khop_graph_free(graph);
  return status;
}

static khop_status add_to_none(void *context) {
  (void)context;
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  khop_status status = khop_graph_from_coo(&graph, 2, 1, (int64_t[]){0}, (int64_t[]){1}, false);
  if (status == KHOP_OK) status = khop_data_new(&data, graph, NULL, NULL);
  if (status == KHOP_OK) graph = NULL;
  if (status == KHOP_OK) status = khop_data_add_encodings(data, &(khop_encodings){.walk = 1, .profile = 1});
  khop_data_free(data);
  khop_graph_free(graph);
  return status;
}

static void memory_that_runs_out_is_survived(void **state) {
  (void)state;
  memory_can_run_out();
  fail_each(add_to_sparse, NULL);
  fail_each(add_to_none, NULL);
  khop_data *data = data_of(path_graph(3), NULL);
  fail_each(view_of, data);
  khop_data_free(data);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_triangle_by_hand),
      cmocka_unit_test(a_path_by_hand),
      cmocka_unit_test(encodings_are_those_of_numpy),
      cmocka_unit_test(threads_change_no_bit),
      cmocka_unit_test(they_stand_right_of_the_features),
      cmocka_unit_test(a_file_is_loaded_with_them_and_matched_to_a_schema),
      cmocka_unit_test(a_list_is_read_or_refused),
      cmocka_unit_test(what_a_graph_has_not_is_refused),
      cmocka_unit_test(data_with_encodings_stand_beside_those_without),
      cmocka_unit_test(memory_that_runs_out_is_survived),
  };
  return cmocka_run_group_tests_name("features by the graph alone", tests, open_folder, close_folder);
}
