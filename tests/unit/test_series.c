/* test_series.c: several seeds and splits whose training is broken off, anywhere, and gone on with: the file ends with the
 * bytes that it has without the break, and the report with the same figures. */
#include "train_check.h"

#include "train/checkpoint.h"

enum { SEEDS = 3, SPLITS = 2, RUNS = SEEDS * SPLITS, EPOCHS = 5 };

static char cut[300];

/* --- what is trained ---------------------------------------------------------------------------- */

/* The club in two splits; numbers: with a target that has another mean and deviation in each. */
static khop_data *two_splits(bool numbers) {
  khop_data *data = three_parts();
  khop_real target[34];
  ok(khop_data_add_split(data, khop_data_mask(data, 0, KHOP_VAL), khop_data_mask(data, 0, KHOP_TEST),
                         khop_data_mask(data, 0, KHOP_TRAIN)));
  for (int i = 0; i < 34; i++) target[i] = (khop_real)(i % 3 * 40 + i * i % 17);
  if (numbers) ok(khop_data_set_targets(data, target, 1));
  return data;
}

typedef struct broken {
  int epochs, saves;   /* so far */
  int stop_at, cut_at; /* after which of them it is stopped, or copied; 0: never */
} broken;

static bool stop_there(const khop_epoch *e, void *context) {
  broken *b = context;
  (void)e;
  return ++b->epochs != b->stop_at;
}

static void copy_there(void *context) {
  broken *b = context;
  char command[1000];
  snprintf(command, sizeof command, "cp '%s' '%s'", path, cut);
  if (++b->saves == b->cut_at) assert_int_equal(system(command), 0);
}

static khop_recipe short_recipe(bool numbers, broken *b) {
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, "gcn"));
  recipe.hidden = 4;
  recipe.fit.epochs = EPOCHS;
  recipe.fit.seed = 7;
  if (numbers) recipe.fit.metric = KHOP_RMSE;
  recipe.fit.progress = b ? stop_there : NULL;
  recipe.fit.context = b;
  return recipe;
}

static void train(khop_report *report, const khop_data *data, bool numbers, broken *b, const char *resume,
                  const char *save) {
  khop_recipe recipe = short_recipe(numbers, b);
  ok(khop_train(report, data, &recipe,
                &(khop_train_options){.size = sizeof(khop_train_options), .seeds = SEEDS, .split = -1, .save = save,
                                      .save_every = 1e-9, .resume = resume, .kept = b ? copy_there : NULL, .context = b}));
}

/* --- it goes on --------------------------------------------------------------------------------- */

static void same_figures(const khop_report *a, const khop_report *b) {
  assert_int_equal(a->runs, RUNS);
  assert_int_equal(b->runs, RUNS);
  for (int i = 0; i < RUNS; i++) {
    const khop_fit_result *x = &a->run[i], *y = &b->run[i];
    assert_true(x->seed == y->seed && x->split == y->split && x->epochs == y->epochs && x->best_epoch == y->best_epoch);
    close_to(x->loss, y->loss, 0);
    close_to(x->val, y->val, 0);
    close_to(x->test, y->test, 0);
  }
  close_to(a->test_mean, b->test_mean, 0);
  close_to(a->test_std, b->test_std, 0);
}

/* Whether a file has a run in training beside the model of another. */
static bool is_beside(const char *name) {
  khop_i_safetensors *file;
  ok(khop_i_safetensors_read(&file, name));
  bool beside = khop_i_safetensors_find(file, "running.weights") != NULL;
  assert_non_null(khop_i_safetensors_meta(file, KHOP_I_SERIES_KEY));
  khop_i_safetensors_free(file);
  return beside;
}

static void goes_on(const khop_data *data, bool numbers) {
  khop_report straight, report;
  broken counted = {0};
  int beside = 0, first = 0;
  train(&straight, data, numbers, &counted, NULL, other_path);
  assert_int_equal(counted.epochs, RUNS * EPOCHS);
  for (int at = 1; at < RUNS * EPOCHS; at += 3) { /* stopped, as by Ctrl-C */
    train(&report, data, numbers, &(broken){.stop_at = at}, NULL, path);
    assert_true(report.interrupted && report.runs == (at - 1) / EPOCHS + 1);
    khop_report_free(&report);
    *(is_beside(path) ? &beside : &first) += 1;
    train(&report, data, numbers, NULL, path, path);
    same_figures(&straight, &report);
    same_files(path, other_path);
    khop_report_free(&report);
  }
  for (int save = 1; save < counted.saves; save += 4) { /* killed after a save */
    train(&report, data, numbers, &(broken){.cut_at = save}, NULL, path);
    khop_report_free(&report);
    train(&report, data, numbers, NULL, cut, path);
    same_figures(&straight, &report);
    same_files(path, other_path);
    khop_report_free(&report);
  }
  assert_true(beside > 0 && first > 0);
  khop_report_free(&straight);
}

static void classes_go_on_to_the_same_bytes_and_figures(void **state) {
  (void)state;
  khop_data *data = two_splits(false);
  goes_on(data, false);
  khop_data_free(data);
}

static void numbers_of_another_unit_in_each_split_too(void **state) {
  (void)state;
  khop_data *data = two_splits(true);
  goes_on(data, true);
  khop_data_free(data);
}

static void a_series_can_be_broken_twice(void **state) {
  (void)state;
  khop_data *data = two_splits(false);
  khop_report straight, report;
  train(&straight, data, false, NULL, NULL, other_path);
  train(&report, data, false, &(broken){.stop_at = 8}, NULL, path);
  khop_report_free(&report);
  train(&report, data, false, &(broken){.stop_at = 13}, path, path);
  assert_true(report.interrupted && report.runs == 5);
  khop_report_free(&report);
  train(&report, data, false, NULL, path, path);
  same_figures(&straight, &report);
  same_files(path, other_path);
  khop_report_free(&report);
  khop_report_free(&straight);
  khop_data_free(data);
}

/* --- it is refused ------------------------------------------------------------------------------ */

static void refused(const khop_data *data, int seeds, int split, const char *from, khop_status why, const char *a,
                    const char *b) {
  khop_report report;
  khop_recipe recipe = short_recipe(false, NULL);
  fails(khop_train(&report, data, &recipe, &(khop_train_options){.seeds = seeds, .split = split, .resume = from}), why, a, b);
  khop_report_free(&report);
}

static void other_runs_are_refused(void **state) {
  (void)state;
  khop_data *data = two_splits(false);
  khop_report report;
  khop_recipe recipe = short_recipe(false, NULL);
  train(&report, data, false, &(broken){.stop_at = 13}, NULL, path);
  khop_report_free(&report);
  refused(data, 2, -1, path, KHOP_E_VALUE, "of 3 seeds from 7 on and split -1", "not of 2 from 7");
  refused(data, 1, 0, path, KHOP_E_VALUE, "of 3 seeds", "not of 1 from 7 on and split 0");
  refused(data, 3, 1, path, KHOP_E_VALUE, "and split -1", "split 1");
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = path}));
  khop_report_free(&report);
  refused(data, 3, 0, path, KHOP_E_ARGUMENT, "one seed and one split", "as 3 runs");
  refused(data, 1, -1, path, KHOP_E_ARGUMENT, "one seed and one split", "as 2 runs");
  khop_data_free(data);
}

static void a_note_that_is_damaged_is_refused(void **state) {
  (void)state;
  khop_data *data = two_splits(false);
  khop_report report;
  khop_i_safetensors *kept;
  train(&report, data, false, &(broken){.stop_at = 13}, NULL, path);
  khop_report_free(&report);
  ok(khop_i_safetensors_read(&kept, path));
  static const char *const notes[] = {
      "", "3", "x", "3 7 -1", "3 7 -1 0", "3 7 -1 0 2", "3 7 -1 0 1", "3 7 -1 -1 1", "3 7 -1 1 0\n7 0 5 2 0.1 0.2 0.3",
      "3 7 -1 0 0\n7 0 5 6 0.1 0.2 0.3", "3 7 -1 0 0\n7 0 5 2 0.1 0.2", "3 7 -1 0 0\n7 0 5 2 0.1 0.2 0.3 x",
      "3 7 -1 0 0\n7 0 5 2 1 1 1\n7 0 5 2 1 1 1\n7 0 5 2 1 1 1\n7 0 5 2 1 1 1\n7 0 5 2 1 1 1\n7 0 5 2 1 1 1"};
  for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
    ok(khop_i_trainer_save_beside(NULL, kept, notes[i], cut));
    refused(data, SEEDS, -1, cut, KHOP_E_FORMAT, "series of runs", "cut.safetensors");
  }
  /* what stands as the best is not */
  ok(khop_i_trainer_save_beside(NULL, kept, "3 7 -1 0 0\n7 0 5 2 0.1 1 0.3", cut));
  refused(data, SEEDS, -1, cut, KHOP_E_VALUE, "", "cut.safetensors");
  khop_i_safetensors_free(kept);
  khop_data_free(data);
}

static khop_status resume_work(void *context) {
  khop_report report;
  khop_recipe recipe = short_recipe(false, NULL);
  khop_status status = khop_train(&report, context, &recipe, &(khop_train_options){
      .seeds = SEEDS, .split = -1, .save = path, .save_every = 1e-9, .resume = cut});
  khop_report_free(&report);
  return status;
}

/* The last test: nothing may be held. */
static void memory_that_runs_out_is_an_error(void **state) {
  (void)state;
  khop_report report;
  khop_data_free(shipped);
  khop_data_free(karate);
  shipped = karate = NULL;
  memory_can_run_out();
  ok(khop_set_threads(1));
  ok(khop_data_load(&shipped, fixture("datasets/karate.graphml"), NULL));
  khop_data *data = two_splits(false);
  train(&report, data, false, &(broken){.stop_at = 28}, NULL, cut); /* in the last run */
  khop_report_free(&report);
  assert_in_range(fail_each(resume_work, data), 50, 2000);
  khop_data_free(data);
  khop_data_free(shipped);
  shipped = NULL;
  ok(khop_set_threads(0));
  memory_is_plenty();
}

static int open_files(void **state) {
  int failed = open_karate(state);
  snprintf(cut, sizeof cut, "%s/cut.safetensors", folder);
  return failed;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classes_go_on_to_the_same_bytes_and_figures),
      cmocka_unit_test(numbers_of_another_unit_in_each_split_too),
      cmocka_unit_test(a_series_can_be_broken_twice),
      cmocka_unit_test(other_runs_are_refused),
      cmocka_unit_test(a_note_that_is_damaged_is_refused),
      cmocka_unit_test(memory_that_runs_out_is_an_error),
  };
  return cmocka_run_group_tests(tests, open_files, close_karate);
}
