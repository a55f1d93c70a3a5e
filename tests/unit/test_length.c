/* test_length.c: how long trainings on sets of graphs are where the recipe leaves it open: lengths by size, the race,
 * and that what it takes is what single trainings give. */
#include "sets_check.h"
#include "train/graphs/fit.h"
#include "train/graphs/length.h"

/* --- lengths ------------------------------------------------------------------------------------ */

static void the_first_length_has_as_many_steps_as_1000_graphs(void **state) {
  (void)state;
  const struct {
    int epochs;
    int64_t trains;
    int length;
  } cases[] = {{80, 80, 80}, {80, 902, 80}, {80, 1000, 80}, {80, 1010, 79}, {80, 3200, 25}, {80, 8000, 10},
               {80, 1000000, 10}, {1, 5000, 1}, {3, 100000, 1}, {16, 1500, 11}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(khop_i_length_by_size(cases[i].epochs, cases[i].trains), cases[i].length);
}

static void lengths_double_up_to_the_most_there_may_be(void **state) {
  (void)state;
  const int cases[][3] = {{10, 80, 20}, {20, 80, 40}, {40, 80, 80}, {80, 80, 0}, {25, 80, 50}, {50, 80, 80},
                          {63, 80, 80}, {65, 80, 0}, {1, 1, 0}, {1, 2, 2}, {11, 16, 16}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(khop_i_length_after(cases[i][0], cases[i][1]), cases[i][2]);
  for (int most = 1; most < 3000; most++) { /* and never more of them than a race has room for, beside less decay */
    int tried = 2;
    for (int length = khop_i_length_by_size(most, 1000000); length; length = khop_i_length_after(length, most)) tried++;
    assert_true(tried - 1 <= KHOP_RACE_ENTRIES);
  }
}

/* --- what a race keeps -------------------------------------------------------------------------- */

static khop_model *one_weight(void) {
  khop_model *m;
  ok(khop_model_new(&m));
  khop_input(m, 1);
  khop_linear(m, 0, 1, false);
  ok(khop_model_init(m, 1));
  return m;
}

static void a_race_keeps_the_best_and_of_equals_the_first(void **state) {
  (void)state;
  khop_model *m = one_weight();
  for (int rises = 0; rises < 2; rises++) {
    khop_i_race race;
    ok(khop_i_race_open(&race, m, 1, 2, rises ? KHOP_ROC_AUC : KHOP_RMSE));
    const double val[] = {0.5, 0.5, 0.4, (double)NAN, 0.6};
    for (int i = 0; i < 5; i++) {
      khop_real number = (khop_real)i;
      khop_fit_result result = {.val = val[i], .epochs = i};
      khop_race_entry entry = {.epochs = 1 + i % 2, .val = val[i]};
      khop_model_parameter_array(m)[0] = number;
      bool best = khop_i_race_take(&race, &entry, &result, m, &number, (double[]){i, -i});
      assert_int_equal(best, i == 0 || i == (rises ? 4 : 2));
    }
    khop_fit_result result;
    khop_real score = -1;
    double curve[2] = {7, 7};
    khop_i_race_put_best(&result, m, &score, curve, &race);
    assert_int_equal(race.best, rises ? 4 : 2);
    assert_int_equal(result.epochs, race.best);
    close_to((double)khop_model_parameter_array(m)[0], race.best, 0);
    close_to((double)score, race.best, 0);
    close_to(curve[0], race.best, 0);
    close_to(curve[1], 7, 0); /* beyond its one epoch */
    khop_i_race_close(&race);
  }
  khop_model_free(m);
}

static khop_status open_and_close(void *model) {
  khop_i_race race;
  khop_status status = khop_i_race_open(&race, model, 5, 3, KHOP_RMSE);
  khop_i_race_close(&race);
  return status;
}

static void a_race_that_finds_no_memory_holds_none(void **state) {
  (void)state;
  memory_can_run_out();
  khop_model *m = one_weight();
  assert_int_equal(fail_each(open_and_close, m), 3);
  khop_model_free(m);
  memory_is_plenty();
}

/* --- in a protocol ------------------------------------------------------------------------------ */

enum { GRAPHS = 2000, MOST = 16, FIRST = 11 }; /* 1,500 of them train: 16 x 1,000 / 1,500 epochs */

static khop_graphs *numbered_set(double test_level, const uint8_t *part) {
  khop_graphs *set = random_set(3, GRAPHS, false);
  khop_real *targets = block_of(GRAPHS, sizeof *targets);
  const int64_t *first = khop_graphs_first(set);
  for (int g = 0; g < GRAPHS; g++)
    targets[g] = (khop_real)((double)(first[g + 1] - first[g]) + (part && part[g] == KHOP_TEST ? test_level : 0));
  ok(khop_graphs_set_targets(set, targets, 1, NULL));
  free(targets);
  return set;
}

static khop_recipe open_recipe(void) {
  khop_recipe r;
  ok(khop_recipe_find(&r, "property"));
  assert_true(r.open_length && r.open_decay);
  r.hidden = 4;
  r.layers = 1;
  r.taps = 2;
  r.readouts = 1 << KHOP_READOUT_SUM;
  r.batch = 64;
  r.fit.epochs = MOST;
  r.fit.metric = KHOP_RMSE;
  return r;
}

static khop_graph_options split_options(void) {
  return (khop_graph_options){.val = 0.15, .test = 0.1, .split_seed = 4};
}

static void split_as_protocol(uint8_t *part, const khop_graphs *set) {
  ok(khop_graphs_split(part, set, KHOP_SPLIT_RANDOM, 0.15, 0.1, 4));
}

/* One training by itself: its validation and test scores, and predictions (GRAPHS). */
static khop_fit_result train_alone(khop_real *scores, const khop_graphs *set, const uint8_t *part, khop_recipe r,
                                   int epochs, double factor, uint64_t seed) {
  khop_fit_result result;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  r.fit.epochs = epochs;
  r.fit.seed = seed;
  r.fit.optimizer.decay[1] *= factor;
  ok(khop_graphs_model(&model, &r, set));
  ok(khop_graphs_rings(rings, &count, model, set, 0));
  ok(khop_graphs_fit(&result, NULL, model, set, count, rings, part, &r));
  if (scores) ok(khop_graphs_predict(scores, model, set, 0));
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  return result;
}

/* The rule by hand on single trainings. */
static void every_member_has_the_length_and_decay_that_won(void **state) {
  (void)state;
  uint8_t *part = block_of(GRAPHS, 1);
  khop_real *first = block_of(GRAPHS, sizeof *first), *second = block_of(GRAPHS, sizeof *second);
  khop_graphs *set = numbered_set(0, NULL);
  khop_graph_report report;
  khop_graph_options o = split_options();
  o.ensemble = 2;
  split_as_protocol(part, set);
  for (int open_decay = 0; open_decay < 2; open_decay++) {
    khop_recipe r = open_recipe();
    r.open_decay = open_decay;
    ok(khop_graphs_train(&report, set, &r, &o));
    const khop_graph_result *run = &report.run[0];
    assert_int_equal(run->raced, 2 + open_decay);
    int best = 0;
    for (int i = 0; i < run->raced; i++) {
      double factor = run->race[i].decay / 4;
      assert_int_equal(run->race[i].epochs, i < run->raced - 1 ? FIRST : MOST);
      assert_true(train_alone(NULL, set, part, r, run->race[i].epochs, factor, 0).val == run->race[i].val);
      if (i == run->raced - 1) assert_true(run->race[i].decay == run->race[best].decay);
      if (run->race[i].val < run->race[best].val) best = i;
    }
    assert_true(run->race[0].decay == 4 && (!open_decay || run->race[1].decay == 1));
    assert_int_equal(run->epochs, run->race[best].epochs);
    double factor = run->race[best].decay / 4;
    khop_fit_result a = train_alone(first, set, part, r, run->epochs, factor, 0);
    khop_fit_result b = train_alone(second, set, part, r, run->epochs, factor, 1);
    close_to(run->test, (a.test + b.test) / 2, 1e-12);
    close_to(run->val, (a.val + b.val) / 2, 1e-12);
    for (int g = 0; g < GRAPHS; g++)
      if (part[g] == KHOP_TEST)
        close_to((double)report.predictions[g], ((double)first[g] + (double)second[g]) / 2, 1e-6 * 10);
    assert_int_equal(report.curve_epochs, run->epochs);
    assert_true(report.curve[run->epochs - 1] == a.val); /* the last epoch is what the recipe keeps */
    khop_graph_report_free(&report);
  }
  khop_graphs_free(set);
  free(part), free(first), free(second);
}

static void test_graphs_have_no_say_in_a_race(void **state) {
  (void)state;
  uint8_t *part = block_of(GRAPHS, 1);
  khop_graphs *set = numbered_set(0, NULL);
  khop_recipe r = open_recipe();
  khop_graph_options o = split_options();
  khop_graph_report before, after;
  split_as_protocol(part, set);
  ok(khop_graphs_train(&before, set, &r, &o));
  khop_graphs_free(set);
  set = numbered_set(5000, part);
  ok(khop_graphs_train(&after, set, &r, &o));
  assert_int_equal(after.run[0].raced, before.run[0].raced);
  for (int i = 0; i < before.run[0].raced; i++) assert_true(after.run[0].race[i].val == before.run[0].race[i].val);
  assert_true(after.run[0].test > 1000 && before.run[0].test < 1000);
  khop_graph_report_free(&before);
  khop_graph_report_free(&after);
  khop_graphs_free(set);
  free(part);
}

static void what_is_given_and_what_few_validate_is_not_raced(void **state) {
  (void)state;
  khop_graphs *set = numbered_set(0, NULL);
  khop_graph_report report;
  khop_recipe r = open_recipe();
  khop_graph_options o = split_options();
  r.fit.epochs = 3;
  r.open_length = false;
  ok(khop_graphs_train(&report, set, &r, &o));
  assert_true(report.run[0].raced == 0 && report.run[0].epochs == 3 && report.run[0].epoch == 3);
  khop_graph_report_free(&report);
  r = open_recipe();
  o.val = 0.099; /* 198 graphs; 1,602 train */
  ok(khop_graphs_train(&report, set, &r, &o));
  assert_true(report.run[0].raced == 0 && report.run[0].epochs == 10);
  khop_graph_report_free(&report);
  khop_graphs_free(set);
}

/* --- stopping ----------------------------------------------------------------------------------- */

/* Stops in the second epoch of the second training. */
static bool stop_in_second(const khop_epoch *epoch, void *context) {
  int *epochs = context;
  (void)epoch;
  return ++*epochs < FIRST + 2;
}

static void a_race_that_is_stopped_leaves_the_best_that_has_ended(void **state) {
  (void)state;
  uint8_t *part = block_of(GRAPHS, 1);
  khop_real *wanted = block_of(GRAPHS, sizeof *wanted), *saved = block_of(GRAPHS, sizeof *saved);
  khop_graphs *set = numbered_set(0, NULL);
  khop_recipe r = open_recipe();
  khop_graph_options o = split_options();
  khop_graph_report report;
  khop_model *model;
  int epochs = 0;
  split_as_protocol(part, set);
  train_alone(wanted, set, part, r, FIRST, 1, 0);
  r.fit.progress = stop_in_second;
  r.fit.context = &epochs;
  o.save = at("stopped.safetensors");
  ok(khop_graphs_train(&report, set, &r, &o));
  assert_true(report.interrupted && report.saved == 1 && report.runs == 0);
  ok(khop_model_load(&model, o.save));
  ok(khop_graphs_predict(saved, model, set, 0));
  assert_memory_equal(saved, wanted, GRAPHS * sizeof *saved);
  khop_model_free(model);
  khop_graph_report_free(&report);
  khop_graphs_free(set);
  free(part), free(wanted), free(saved);
}

/* Stops in the third epoch of the second member, whichever length won. */
static bool stop_in_second_member(const khop_epoch *epoch, void *context) {
  int *left = context;
  (void)epoch;
  return --*left > 0;
}

/* The second member is trained on with what the race of the first had chosen, and no race is run again. */
static void who_goes_on_from_a_file_has_what_its_race_chose(void **state) {
  (void)state;
  khop_graphs *set = numbered_set(0, NULL);
  khop_recipe r = open_recipe();
  khop_graph_options o = split_options();
  khop_graph_report whole, part;
  o.ensemble = 2;
  o.save = at("whole.safetensors");
  ok(khop_graphs_train(&whole, set, &r, &o));
  const khop_graph_result *run = &whole.run[0];
  int left = 3;
  for (int i = 0; i < run->raced; i++) left += run->race[i].epochs;
  r.fit.progress = stop_in_second_member;
  r.fit.context = &left;
  o.save = at("cut.safetensors");
  ok(khop_graphs_train(&part, set, &r, &o));
  assert_true(part.interrupted && part.saved == 2);
  khop_graph_report_free(&part);
  r.fit.progress = NULL;
  char from[400], to[400];
  snprintf(from, sizeof from, "%s", at("cut.safetensors"));
  snprintf(to, sizeof to, "%s", at("on.safetensors"));
  o.resume = from, o.save = to;
  ok(khop_graphs_train(&part, set, &r, &o));
  assert_true(part.run[0].raced == 1 && part.run[0].epochs == run->epochs);
  assert_true(part.run[0].test == run->test && part.run[0].val == run->val);
  same_files(to, at("whole.safetensors"));
  snprintf(to, sizeof to, "%s", at("on-2.safetensors"));
  same_files(to, at("whole-2.safetensors"));
  khop_graph_report_free(&part);
  khop_graph_report_free(&whole);
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_length_has_as_many_steps_as_1000_graphs),
      cmocka_unit_test(lengths_double_up_to_the_most_there_may_be),
      cmocka_unit_test(a_race_keeps_the_best_and_of_equals_the_first),
      cmocka_unit_test(a_race_that_finds_no_memory_holds_none),
      cmocka_unit_test(every_member_has_the_length_and_decay_that_won),
      cmocka_unit_test(test_graphs_have_no_say_in_a_race),
      cmocka_unit_test(what_is_given_and_what_few_validate_is_not_raced),
      cmocka_unit_test(a_race_that_is_stopped_leaves_the_best_that_has_ended),
      cmocka_unit_test(who_goes_on_from_a_file_has_what_its_race_chose),
  };
  return cmocka_run_group_tests_name("length", tests, open_folder, close_folder);
}
