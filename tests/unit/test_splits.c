/* test_splits.c: which graphs train, validate and test: on sets small enough to deal out by hand. */
#include "check.h"

#include <khop/learn.h>

/* A set of graphs of one node each, with labels (count), groups (count), either of which may be NULL. */
static khop_graphs *set_of(int count, const int32_t *labels, const int64_t *groups) {
  khop_graph *graph = NULL;
  khop_graphs *set = NULL;
  const int64_t none = 0;
  int64_t first[100];
  for (int g = 0; g <= count; g++) first[g] = g;
  ok(khop_graph_from_coo(&graph, count, 0, &none, &none, false));
  ok(khop_graphs_new(&set, graph, count, first, NULL));
  if (labels) ok(khop_graphs_set_labels(set, labels, 0, NULL));
  if (groups) ok(khop_graphs_set_split_groups(set, groups));
  return set;
}

/* How many of the graphs from .. to - 1 are in a part, or in a fold. */
static int count_in(const uint8_t *part, int from, int to, khop_part which) {
  int count = 0;
  for (int g = from; g < to; g++) count += part[g] == which;
  return count;
}

/* Scaffolds of 5, 3 and 2 of ten molecules, in the order 3, 2, 5. Half of ten trains: the five; the three are too
 * many for the 20 % that validate and test; the two validate. */
static const int64_t scaffolds[10] = {7, 7, 7, -1, -1, 4, 4, 4, 4, 4};

static void large_scaffolds_train_first_and_none_is_split(void **state) {
  (void)state;
  khop_graphs *set = set_of(10, NULL, scaffolds);
  uint8_t part[10];
  for (uint64_t seed = 0; seed < 20; seed++) {
    ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS, .2, .3, seed));
    assert_int_equal(count_in(part, 0, 3, KHOP_TEST), 3);
    assert_int_equal(count_in(part, 3, 5, KHOP_VAL), 2);
    assert_int_equal(count_in(part, 5, 10, KHOP_TRAIN), 5);
  }
  khop_graphs_free(set);
}

/* Of ten, 5 + 2 = 7 is one more than 60 %, and half a graph more than 65 %. */
static void a_scaffold_trains_where_it_exceeds_the_share_by_half_a_graph_at_most(void **state) {
  (void)state;
  khop_graphs *set = set_of(10, NULL, scaffolds);
  uint8_t part[10];
  ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS, 0, .4, 0));
  assert_int_equal(count_in(part, 0, 10, KHOP_TRAIN), 5);
  ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS, 0, .35, 0));
  assert_int_equal(count_in(part, 0, 10, KHOP_TRAIN), 7);
  khop_graphs_free(set);
}

static void the_largest_scaffold_trains_even_where_it_is_larger_than_the_share(void **state) {
  (void)state;
  khop_graphs *set = set_of(10, NULL, scaffolds);
  uint8_t part[10];
  ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS, .4, .4, 0));
  assert_int_equal(count_in(part, 5, 10, KHOP_TRAIN), 5);
  khop_graphs_free(set);
}

/* Groups of 3 (graphs 1 4 6), of 2 (0 2), (3 8), (5 9) and of 1 (7). DeepChem sorts by size and first graph, both
 * falling: (1 4 6) (5 9) (3 8) (0 2) (7). 60 % train: 3 + 2, and with (3 8) it would be 7 of 6; 80 % train and validate:
 * 5 + 2 = 7, and with (0 2) it would be 9 of 8; (7) fits into training again, 6 of 6, though what is before it tests. */
static void the_published_order_is_by_size_and_the_last_first_graph(void **state) {
  (void)state;
  khop_graphs *set = set_of(10, NULL, (int64_t[]){5, 9, 5, 2, 9, 7, 9, 1, 2, 7});
  const uint8_t wanted[10] = {KHOP_TEST, KHOP_TRAIN, KHOP_TEST, KHOP_VAL, KHOP_TRAIN,
                              KHOP_TRAIN, KHOP_TRAIN, KHOP_TRAIN, KHOP_VAL, KHOP_TRAIN};
  uint8_t part[10];
  for (uint64_t seed = 0; seed < 3; seed++) { /* which says nothing here */
    ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS_IN_ORDER, .2, .2, seed));
    assert_memory_equal(part, wanted, 10);
  }
  khop_graphs_free(set);
}

static void a_copy_is_where_its_first_is_and_the_others_are_where_they_were(void **state) {
  (void)state;
  enum { GRAPHS = 40 };
  khop_graphs *set = set_of(GRAPHS, NULL, NULL);
  int64_t first[GRAPHS];
  uint8_t free_part[GRAPHS], part[GRAPHS];
  int32_t free_fold[GRAPHS], fold[GRAPHS];
  int moved = 0;
  for (int g = 0; g < GRAPHS; g++) first[g] = g >= 30 ? g - 30 : g;
  for (uint64_t seed = 0; seed < 20; seed++) {
    khop_graphs *copies = set_of(GRAPHS, NULL, NULL);
    ok(khop_graphs_split(free_part, set, KHOP_SPLIT_RANDOM, .2, .2, seed));
    ok(khop_graphs_folds(free_fold, set, KHOP_SPLIT_RANDOM, 5, seed));
    ok(khop_graphs_set_copies(copies, first));
    ok(khop_graphs_split(part, copies, KHOP_SPLIT_RANDOM, .2, .2, seed));
    ok(khop_graphs_folds(fold, copies, KHOP_SPLIT_RANDOM, 5, seed));
    for (int g = 0; g < GRAPHS; g++) {
      assert_int_equal(part[g], free_part[first[g]]);
      assert_int_equal(fold[g], free_fold[first[g]]);
      moved += part[g] != free_part[g];
    }
    khop_graphs_free(copies);
  }
  assert_true(moved > 0);
  first[5] = 7;
  fails(khop_graphs_set_copies(set, first), KHOP_E_ARGUMENT, "graph 5 is a copy of 7", "not the first");
  first[5] = 5, first[39] = 31;
  fails(khop_graphs_set_copies(set, first), KHOP_E_ARGUMENT, "graph 39 is a copy of 31", "");
  khop_graphs_free(set);
}

static void scaffolds_of_one_size_come_in_an_order_of_the_seed(void **state) {
  (void)state;
  khop_graphs *set = set_of(4, NULL, (int64_t[]){1, 1, 2, 2});
  uint8_t part[4];
  int first = 0;
  for (uint64_t seed = 0; seed < 40; seed++) {
    ok(khop_graphs_split(part, set, KHOP_SPLIT_GROUPS, 0, .5, seed));
    assert_int_equal(count_in(part, 0, 4, KHOP_TRAIN), 2);
    first += part[0] == KHOP_TRAIN;
  }
  assert_in_range(first, 5, 35);
  khop_graphs_free(set);
}

/* 10 graphs of one class and 5 of another: a fifth of each validates, a fifth tests. */
static void every_class_has_its_share_of_every_part(void **state) {
  (void)state;
  const int32_t labels[15] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  khop_graphs *set = set_of(15, labels, NULL);
  uint8_t part[15], other[15];
  ok(khop_graphs_split(part, set, KHOP_SPLIT_RANDOM, .2, .2, 0));
  for (int p = KHOP_VAL; p <= KHOP_TEST; p++) {
    assert_int_equal(count_in(part, 0, 10, (khop_part)p), 2);
    assert_int_equal(count_in(part, 10, 15, (khop_part)p), 1);
  }
  ok(khop_graphs_split(other, set, KHOP_SPLIT_RANDOM, .2, .2, 1));
  assert_true(memcmp(part, other, 15) != 0);
  khop_graphs_free(set);
}

/* Three classes of 5 at 10 %: 0.5, 1.0, 1.5 in all, rounded 1, 1, 2: so 1, 0, 1 of them. */
static void rounding_is_carried_from_class_to_class(void **state) {
  (void)state;
  const int32_t labels[15] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2};
  const int wanted[3] = {1, 0, 1};
  khop_graphs *set = set_of(15, labels, NULL);
  uint8_t part[15];
  ok(khop_graphs_split(part, set, KHOP_SPLIT_RANDOM, .1, .1, 0));
  for (int c = 0; c < 3; c++) {
    assert_int_equal(count_in(part, 5 * c, 5 * c + 5, KHOP_VAL), wanted[c]);
    assert_int_equal(count_in(part, 5 * c, 5 * c + 5, KHOP_TEST), wanted[c]);
  }
  khop_graphs_free(set);
}

/* Groups of 4, 3, 2 and 1 into two folds: 4 | 3, then 2 to the 3, then 1 to the 4. */
static void a_group_goes_to_the_smallest_fold_the_largest_first(void **state) {
  (void)state;
  const int64_t groups[10] = {4, 3, 3, 3, 1, 1, 2, 2, 2, 2};
  khop_graphs *set = set_of(10, NULL, groups);
  int32_t fold[10];
  ok(khop_graphs_folds(fold, set, KHOP_SPLIT_GROUPS, 2, 0));
  const int with_four[10] = {1, 0, 0, 0, 0, 0, 1, 1, 1, 1};
  for (int g = 0; g < 10; g++) assert_int_equal(fold[g], with_four[g] ? fold[6] : 1 - fold[6]);
  khop_graphs_free(set);
}

/* 3 and 3 graphs of two classes into two folds: 0, 1, 0 | 1, 0, 1: dealing goes on where it stopped. */
static void graphs_of_a_class_are_dealt_out_one_by_one(void **state) {
  (void)state;
  khop_graphs *set = set_of(6, (int32_t[]){0, 0, 0, 1, 1, 1}, NULL);
  int32_t fold[6];
  for (uint64_t seed = 0; seed < 10; seed++) {
    ok(khop_graphs_folds(fold, set, KHOP_SPLIT_RANDOM, 2, seed));
    assert_int_equal(fold[0] + fold[1] + fold[2], 1);
    assert_int_equal(fold[3] + fold[4] + fold[5], 2);
  }
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(large_scaffolds_train_first_and_none_is_split),
      cmocka_unit_test(a_scaffold_trains_where_it_exceeds_the_share_by_half_a_graph_at_most),
      cmocka_unit_test(the_largest_scaffold_trains_even_where_it_is_larger_than_the_share),
      cmocka_unit_test(the_published_order_is_by_size_and_the_last_first_graph),
      cmocka_unit_test(a_copy_is_where_its_first_is_and_the_others_are_where_they_were),
      cmocka_unit_test(scaffolds_of_one_size_come_in_an_order_of_the_seed),
      cmocka_unit_test(every_class_has_its_share_of_every_part),
      cmocka_unit_test(rounding_is_carried_from_class_to_class),
      cmocka_unit_test(a_group_goes_to_the_smallest_fold_the_largest_first),
      cmocka_unit_test(graphs_of_a_class_are_dealt_out_one_by_one),
  };
  return cmocka_run_group_tests_name("splits", tests, NULL, nothing_held);
}
