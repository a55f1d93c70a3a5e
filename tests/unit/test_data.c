/* test_data.c: data sets from parts, their splits, the set that ships, and real ones. */
#include "check.h"

#include "data/data.h"
#include "data/finish.h"

static void from_parts(void **state) {
  (void)state;
  khop_graph *graph = path_graph(4);
  khop_data *data = NULL;
  khop_real dense[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const int32_t classes[] = {0, 1, -1, 1}, low[] = {0, -5, 0, 0};
  khop_features f = {.rows = 3, .columns = 2, .dense = dense};
  fails(khop_data_new(&data, graph, &f, classes), KHOP_E_SHAPE, "3 rows", "4 nodes");
  f.rows = 4;
  fails(khop_data_new(&data, graph, &f, low), KHOP_E_VALUE, "node 1", "-5");
  dense[5] = (khop_real)INFINITY;
  fails(khop_data_new(&data, graph, &f, classes), KHOP_E_VALUE, "feature 1 of node 2", "infinite");
  dense[5] = 6;
  const int64_t offsets[] = {0, 1, 2, 3, 3};
  const int32_t columns[] = {0, 2, 1};
  const khop_features wild = {4, 2, NULL, offsets, columns, dense};
  fails(khop_data_new(&data, graph, &wild, NULL), KHOP_E_SHAPE, "feature 2 of node 1", "2");
  fails(khop_data_new(&data, graph, &(khop_features){.rows = 4, .columns = 2}, NULL),
        KHOP_E_ARGUMENT, "dense", "sparse");
  fails(khop_data_new(&data, NULL, NULL, NULL), KHOP_E_ARGUMENT, "graph", "NULL");
  ok(khop_data_new(&data, graph, &f, classes)); /* the graph was still ours */
  dense[0] = 9;
  assert_true(khop_data_features(data)->dense[0] == 1); /* copied */
  const uint8_t first[] = {1, 0, 0, 0}, third[] = {0, 0, 1, 0}, last[] = {0, 0, 0, 7};
  fails(khop_data_add_split(data, third, NULL, NULL), KHOP_E_VALUE, "node 2", "training mask");
  fails(khop_data_add_split(data, first, first, NULL), KHOP_E_VALUE, "overlap", "1 nodes are in training and validation");
  fails(khop_data_add_split(data, first, NULL, first), KHOP_E_VALUE, "0 nodes are in training and validation",
        "1 in training and test");
  fails(khop_data_add_split(data, first, last, last), KHOP_E_VALUE, "0 in training and test",
        "1 in validation and test");
  fails(khop_data_add_split(data, NULL, first, NULL), KHOP_E_ARGUMENT, "training mask", "needed");
  assert_int_equal(khop_data_splits(data), 0);
  ok(khop_data_add_split(data, first, NULL, last));
  ok(khop_data_add_split(data, last, first, NULL));
  assert_int_equal(khop_data_splits(data), 2);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TEST), "\0\0\0\1", 4);
  khop_real targets[4] = {1, 2, (khop_real)NAN, 4};
  int64_t outputs = 0;
  ok(khop_data_set_targets(data, targets, 1));
  assert_true(khop_data_targets(data, &outputs)[3] == 4);
  targets[1] = (khop_real)INFINITY;
  fails(khop_data_set_targets(data, targets, 1), KHOP_E_VALUE, "target 0 of node 1", "infinite");
  fails(khop_data_set_targets(data, targets, 0), KHOP_E_SHAPE, "0 outputs", "");
  khop_data_free(data);
  khop_data_free(NULL);
}

/* How many nodes of a class (-1: all) a part of split 0 has. */
/* -1 and 3 add up to 2; a row whose sum is 0 stays. */
static void rows_are_divided_by_their_sums(void **state) {
  (void)state;
  const khop_real rows[] = {-1, 3, 2, -2}, wanted[] = {(khop_real)-0.5, (khop_real)1.5, 2, -2};
  khop_data *data;
  ok(khop_data_new(&data, path_graph(2), &(khop_features){.rows = 2, .columns = 2, .dense = rows}, NULL));
  ok(khop_i_data_finish(data, &(khop_data_options){.row_normalize = true}));
  assert_memory_equal(khop_data_features(data)->dense, wanted, sizeof wanted);
  khop_data_free(data);
}

static int64_t count_of(const khop_data *data, khop_part part, int32_t label) {
  int64_t count = 0;
  for (int64_t i = 0; i < khop_graph_nodes(khop_data_graph(data)); i++)
    count += khop_data_mask(data, 0, part)[i] && (label < 0 || khop_data_labels(data)[i] == label);
  return count;
}

static khop_data *random_set(uint64_t seed) {
  int32_t classes[162];
  khop_data *data = NULL;
  for (int i = 0; i < 162; i++)
    classes[i] = i == 7 ? 2 : i % 9 == 8 ? -1 : i % 3 == 0; /* 1 of class 2, 18 of none */
  ok(khop_data_new(&data, path_graph(162), NULL, classes));
  ok(khop_i_data_finish(data, &(khop_data_options){.split_seed = seed}));
  return data;
}

static void random_split(void **state) {
  (void)state;
  khop_data *data = random_set(1), *again = random_set(1), *other = random_set(2);
  assert_true(khop_data_split_is_random(data));
  assert_int_equal(khop_data_splits(data), 1);
  assert_int_equal(count_of(data, KHOP_TRAIN, 1), 32); /* of 54: 32.4, 10.8 */
  assert_int_equal(count_of(data, KHOP_VAL, 1), 11);
  assert_int_equal(count_of(data, KHOP_TEST, 1), 11);
  assert_int_equal(count_of(data, KHOP_TRAIN, 2), 1); /* a lone node is trained on */
  assert_int_equal(count_of(data, KHOP_TRAIN, -1) + count_of(data, KHOP_VAL, -1) +
                       count_of(data, KHOP_TEST, -1),
                   162 - 18);
  assert_memory_equal(khop_data_mask(data, 0, KHOP_TRAIN), khop_data_mask(again, 0, KHOP_TRAIN),
                      3 * 162);
  assert_memory_not_equal(khop_data_mask(data, 0, KHOP_TRAIN), khop_data_mask(other, 0, KHOP_TRAIN),
                          3 * 162);
  khop_data_free(data);
  khop_data_free(again);
  khop_data_free(other);
}

/* --- real sets ------------------------------------------------------------------------------ */

/* The data set that ships. */
static void karate(void **state) {
  (void)state;
  khop_data *data = NULL;
  if (access(fixture("datasets/karate.graphml"), R_OK) != 0) {
    skipped("karate.graphml is not here");
    return;
  }
  ok(khop_data_load(&data, fixture("datasets/karate.graphml"), NULL));
  assert_int_equal(khop_graph_nodes(khop_data_graph(data)), 34);
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 78);
  assert_int_equal(khop_data_classes(data), 2);
  assert_true(khop_data_has_identity_features(data));
  assert_false(khop_data_split_is_random(data));
  assert_int_equal(count_of(data, KHOP_TRAIN, -1), 2); /* the two leaders, one of each club */
  assert_int_equal(count_of(data, KHOP_TRAIN, 0), 1);
  assert_int_equal(count_of(data, KHOP_TEST, -1), 32);
  assert_string_equal(khop_data_class_names(data)[0], "Mr. Hi");
  khop_data_free(data);
}

static void real_sets(void **state) {
  (void)state;
  const struct {
    const char *name;
    int64_t nodes, edges, columns, classes;
    int splits;
  } sets[] = {{"cora", 2708, 5278, 1433, 7, 1},
              {"texas", 183, 279, 1703, 5, 10},
              {"chameleon_filtered", 890, 8854, 2325, 5, 10},
              {"minesweeper", 10000, 39402, 7, 2, 10},
              {"amazon_electronics_photo", 7650, 119081, 745, 8, 10},
              {"facebook", 22470, 170823, 4714, 4, 10},
              {"soc_slashdot0902", 82168, 504230, 82168, 0, 0},
              {"power_grid", 4941, 6594, 4941, 0, 0}};
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
    khop_data *data = NULL;
    ok(khop_data_load(&data, sets[s].name, NULL));
    assert_string_equal(khop_data_name(data), sets[s].name);
    assert_int_equal(khop_graph_nodes(khop_data_graph(data)), sets[s].nodes);
    assert_int_equal(khop_graph_edges(khop_data_graph(data)), sets[s].edges);
    assert_false(khop_graph_is_directed(khop_data_graph(data)));
    assert_int_equal(khop_data_features(data)->columns, sets[s].columns);
    assert_int_equal(khop_data_classes(data), sets[s].classes);
    assert_int_equal(khop_data_splits(data), sets[s].splits);
    assert_int_equal(khop_data_has_identity_features(data), sets[s].classes == 0);
    khop_data_free(data);
  }
}

static void real_cora(void **state) {
  (void)state;
  khop_data *data = NULL;
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  ok(khop_data_load(&data, "cora", &(khop_data_options){.row_normalize = true}));
  assert_int_equal(count_of(data, KHOP_TRAIN, -1), 140);
  assert_int_equal(count_of(data, KHOP_VAL, -1), 500);
  assert_int_equal(count_of(data, KHOP_TEST, -1), 1000);
  for (int32_t c = 0; c < 7; c++) assert_int_equal(count_of(data, KHOP_TRAIN, c), 20);
  const khop_features *f = khop_data_features(data);
  for (int64_t i = 0; i < f->rows; i++) {
    double sum = 0;
    for (int64_t e = f->offsets[i]; e < f->offsets[i + 1]; e++) sum += (double)f->values[e];
    assert_true(f->offsets[i] == f->offsets[i + 1] || fabs(sum - 1) < 1e-5);
  }
  khop_data_free(data);
  ok(khop_data_load(&data, "cora", &(khop_data_options){.mask_prefix = "geom_"}));
  assert_int_equal(khop_data_splits(data), 10);
  khop_data_free(data);
  ok(khop_data_load(&data, "amazon_electronics_photo",
                    &(khop_data_options){.mask_prefix = "fixed_"}));
  assert_int_equal(count_of(data, KHOP_TRAIN, -1), 4590);
  khop_data_free(data);
  ok(khop_data_load(&data, "texas", &(khop_data_options){.use_directed = true}));
  assert_true(khop_graph_is_directed(khop_data_graph(data)));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), 309);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(from_parts), cmocka_unit_test(rows_are_divided_by_their_sums),
      cmocka_unit_test(random_split), cmocka_unit_test(karate),
      cmocka_unit_test(real_sets),  cmocka_unit_test(real_cora),
  };
  return cmocka_run_group_tests_name("data", tests, NULL, nothing_held);
}
