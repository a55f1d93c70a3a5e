/* test_auto_graphs.c: the recipe that is chosen for sets of graphs: whose labels decide, what is divided anew, and how. */
#include "sets_check.h"
#include "train/auto/divider.h"
#include "train/auto/rounds.h"

#include <khop/auto.h>

enum { GRAPHS = 60 };

/* Graphs of random trees; every fifth tests, every fifth validates. mixed: other labels where they test. */
static khop_graphs *parted(bool mixed) {
  khop_graphs *set = labelled_set(3, GRAPHS);
  uint8_t part[GRAPHS];
  int32_t labels[GRAPHS];
  for (int g = 0; g < GRAPHS; g++) {
    part[g] = (uint8_t)(g % 5 == 4 ? KHOP_TEST : g % 5 == 3 ? KHOP_VAL : KHOP_TRAIN);
    labels[g] = khop_graphs_labels(set)[g];
    if (mixed && part[g] == KHOP_TEST) labels[g] = 1 - labels[g];
  }
  ok(khop_graphs_set_labels(set, labels, 2, NULL));
  ok(khop_graphs_set_parts(set, part));
  return set;
}

static int portfolio(khop_recipe *recipe, const khop_graphs *set, int epochs) {
  int count = 0;
  for (const char *name; (name = khop_graphs_portfolio(set, count)); count++) {
    ok(khop_recipe_find(&recipe[count], name));
    recipe[count].fit.epochs = epochs;
    recipe[count].hidden = 8;
  }
  return count;
}

static void choose(khop_graph_report *report, khop_auto_report *chosen, const khop_graphs *set, const char *save, int epochs) {
  khop_recipe recipe[KHOP_I_MOST_CANDIDATES];
  int count = portfolio(recipe, set, epochs);
  khop_graph_options o = {.size = sizeof o, .candidates = count, .candidate = recipe, .save = save, .chosen = chosen};
  *chosen = (khop_auto_report){0};
  ok(khop_graphs_train(report, set, &recipe[0], &o));
}

static void test_labels_decide_nothing(void **state) {
  (void)state;
  khop_graphs *set = parted(false), *mixed = parted(true);
  khop_graph_report one, two;
  khop_model *a = NULL, *b = NULL;
  khop_auto_report chosen[2], *r = &chosen[0], *s = &chosen[1];
  choose(&one, r, set, "one.safetensors", 12);
  choose(&two, s, mixed, "two.safetensors", 12);
  assert_true(r->chosen >= 0 && r->chosen == s->chosen && one.run[0].candidate == r->chosen);
  assert_int_equal(r->trials, s->trials);
  for (int i = 0; i < r->trials; i++) {
    assert_true(r->trial[i].val == s->trial[i].val && r->trial[i].epochs > 0);
    assert_int_equal(r->trial[i].fate, s->trial[i].fate);
  }
  assert_true(one.run[0].val == two.run[0].val);
  assert_true(fabs(one.run[0].test + two.run[0].test - 1) < 1e-9); /* the same answers, and the opposite truth */
  ok(khop_model_load(&a, "one.safetensors"));
  ok(khop_model_load(&b, "two.safetensors"));
  assert_int_equal(khop_model_tensors(a), khop_model_tensors(b));
  for (int i = 0; i < khop_model_tensors(a); i++) {
    khop_tensor x, y;
    ok(khop_model_tensor(&x, a, i));
    ok(khop_model_tensor(&y, b, i));
    assert_memory_equal(x.data, y.data, (size_t)(x.shape[0] * x.shape[1] * x.shape[2]) * sizeof *x.data);
  }
  khop_model_free(a), khop_model_free(b);
  khop_auto_report_free(r), khop_auto_report_free(s);
  khop_graph_report_free(&one), khop_graph_report_free(&two);
  khop_graphs_free(set), khop_graphs_free(mixed);
}

/* 12 graphs validate: two trainings of a quarter of the epochs, and three of all of them for the better three. */
static void the_better_half_is_trained_longer(void **state) {
  (void)state;
  khop_graphs *set = parted(false);
  khop_graph_report report;
  khop_auto_report chosen, *r = &chosen;
  choose(&report, r, set, NULL, 10);
  int longer = 0, best = 0;
  assert_true(r->validation == 12 && r->trials == 5 && r->metric == KHOP_ACCURACY);
  for (int i = 0; i < r->trials; i++) {
    bool behind = r->trial[i].fate == KHOP_AUTO_BEHIND;
    longer += !behind, best += r->trial[i].fate == KHOP_AUTO_CHOSEN;
    assert_int_equal(r->trial[i].epochs, behind ? 3 : 10);
    assert_int_equal(r->trial[i].seeds, behind ? 2 : 3);
    if (!behind) assert_true(r->trial[i].val <= r->trial[r->chosen].val);
  }
  assert_true(longer == 3 && best == 1);
  khop_auto_report_free(r);
  khop_graph_report_free(&report);
  khop_graphs_free(set);
}

static void the_chosen_candidate_is_trained_as_alone(void **state) {
  (void)state;
  khop_graphs *set = parted(false);
  khop_graph_report report, alone;
  khop_recipe recipe[KHOP_I_MOST_CANDIDATES];
  portfolio(recipe, set, 6);
  khop_auto_report chosen;
  choose(&report, &chosen, set, NULL, 6);
  khop_auto_report_free(&chosen);
  ok(khop_graphs_train(&alone, set, &recipe[report.run[0].candidate], NULL));
  assert_true(report.run[0].val == alone.run[0].val && report.run[0].test == alone.run[0].test);
  assert_true(report.parameters == alone.parameters && report.curve_epochs == alone.curve_epochs);
  assert_memory_equal(report.curve, alone.curve, (size_t)alone.curve_epochs * sizeof(double));
  khop_graph_report_free(&report), khop_graph_report_free(&alone);
  khop_graphs_free(set);
}

static void divisions_keep_the_classes_and_never_test(void **state) {
  (void)state;
  enum { N = 40 };
  uint8_t was[N], part[N];
  int32_t labels[N];
  khop_i_divider d;
  for (int i = 0; i < N; i++) {
    labels[i] = i % 10 < 7 ? 0 : 1;
    was[i] = (uint8_t)(i % 5 == 4 ? KHOP_TEST : i % 5 > 1 ? KHOP_VAL : KHOP_TRAIN);
  }
  ok(khop_i_divider_open(&d, was, labels, N, 2, 9));
  for (int s = 0; s < 4; s++) {
    int count[2][2] = {{0}}, moved = 0;
    khop_i_divider_next(part, &d);
    for (int i = 0; i < N; i++) {
      assert_int_equal(part[i] == KHOP_I_TAKES_NO_PART, was[i] == KHOP_TEST);
      if (part[i] < 2) count[part[i]][labels[i]]++, moved += part[i] != was[i];
    }
    assert_true(count[0][0] == 16 && count[0][1] == 0 && count[1][0] == 8 && count[1][1] == 8);
    assert_true(s == 0 ? moved == 0 : moved > 0);
  }
  khop_i_divider_close(&d);
}

static void what_cannot_be_chosen_is_refused(void **state) {
  (void)state;
  khop_graphs *set = parted(false), *blind = parted(false);
  uint8_t part[GRAPHS];
  for (int g = 0; g < GRAPHS; g++) part[g] = g % 2 ? KHOP_TEST : KHOP_TRAIN;
  ok(khop_graphs_set_parts(blind, part));
  khop_graph_report report;
  khop_recipe two[2];
  ok(khop_recipe_find(&two[0], "small"));
  two[1] = two[0];
  khop_graph_options o = {.size = sizeof o, .candidates = 2, .candidate = two};
  fails(khop_graphs_train(&report, blind, two, &o), KHOP_E_VALUE, "no graph of split or fold 1 validates", "name one");
  khop_graph_report_free(&report);
  two[1].fit.metric = KHOP_ROC_AUC;
  fails(khop_graphs_train(&report, set, two, &o), KHOP_E_ARGUMENT, "candidate 1", "another metric");
  khop_graph_report_free(&report);
  two[1] = two[0];
  two[1].fit.epochs++;
  o.protocol = KHOP_NESTED;
  fails(khop_graphs_train(&report, set, two, &o), KHOP_E_ARGUMENT, "candidate 1 has 81 epochs", "the 80 of the recipe");
  khop_graph_report_free(&report);
  khop_graphs_free(set), khop_graphs_free(blind);
}

static khop_status choose_shortly(void *context) {
  khop_recipe two[2];
  khop_graph_report report;
  khop_status status = khop_recipe_find(&two[0], "small");
  if (status == KHOP_OK) status = khop_recipe_find(&two[1], "bag");
  two[0].fit.epochs = two[1].fit.epochs = 1;
  khop_graph_options o = {.size = sizeof o, .candidates = 2, .candidate = two};
  if (status == KHOP_OK) status = khop_graphs_train(&report, context, &two[0], &o);
  khop_graph_report_free(&report);
  return status;
}

static void memory_that_ends_is_a_status_and_leaks_nothing(void **state) {
  (void)state;
  memory_can_run_out();
  khop_graphs *set = parted(false);
  assert_true(fail_each(choose_shortly, set) > 10);
  khop_graphs_free(set);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_labels_decide_nothing),
      cmocka_unit_test(the_better_half_is_trained_longer),
      cmocka_unit_test(the_chosen_candidate_is_trained_as_alone),
      cmocka_unit_test(divisions_keep_the_classes_and_never_test),
      cmocka_unit_test(what_cannot_be_chosen_is_refused),
      cmocka_unit_test(memory_that_ends_is_a_status_and_leaks_nothing),
  };
  return cmocka_run_group_tests_name("auto_graphs", tests, open_folder, close_folder);
}
