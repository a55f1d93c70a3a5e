/* test_shard_train.c: khop_train on several ranks, which are threads here (exchange_threads.h): reports and files have the
 * same bits for any number of them, without dropout the numbers of one process, and what fails, differs or stops on one
 * rank ends all. */
#include "exchange_threads.h"
#include "train_check.h"

#include <math.h>

/* --- data ------------------------------------------------------------------------------------------------------ */

/* The karate club in three parts; numbers: two to predict of each node, with some missing. */
static khop_data *club(bool numbers) {
  khop_real targets[2 * 34];
  ok(khop_data_load(&shipped, fixture("datasets/karate.graphml"), NULL));
  khop_data *data = three_parts();
  for (int i = 0; i < 2 * 34; i++) targets[i] = i % 11 ? (khop_real)(3 * sin(i / 2) + i % 2) : (khop_real)NAN;
  if (numbers) ok(khop_data_set_targets(data, targets, 2));
  khop_data_free(shipped);
  shipped = NULL;
  return data;
}

/* --- a training ------------------------------------------------------------------------------------------------ */

enum { MOST_RUNS = 4 };

typedef struct training {
  khop_data *data, *odd; /* odd: what rank 1 has instead; NULL: the same */
  khop_recipe recipe;
  khop_train_options options;
  void (*differ)(khop_recipe *recipe, khop_train_options *options); /* on rank 1 */
  int stop_at, stop_rank; /* the epoch after which a rank says stop; 0: none */
  /* what came of it, on each rank */
  khop_fit_result run[MOST_RANKS][MOST_RUNS];
  int runs[MOST_RANKS], kept[MOST_RANKS];
  bool interrupted[MOST_RANKS];
} training;

typedef struct seat_of_training {
  const training *t;
  int rank;
} seat_of_training;

static bool go_on(const khop_epoch *epoch, void *context) {
  const seat_of_training *s = context;
  return s->t->stop_at == 0 || s->rank != s->t->stop_rank || epoch->epoch < s->t->stop_at;
}

static void count_kept(void *context) { ++*(int *)context; }

static khop_status train(const khop_exchange *e, void *context) {
  training *t = context;
  khop_report report = {0};
  khop_recipe recipe = t->recipe;
  khop_train_options options = t->options;
  seat_of_training own = {t, e->rank};
  options.exchange = e;
  options.kept = count_kept;
  options.context = &t->kept[e->rank];
  recipe.fit.progress = go_on;
  recipe.fit.context = &own;
  if (t->differ && e->rank == 1) t->differ(&recipe, &options);
  starve(e);
  khop_status status = khop_train(&report, t->odd && e->rank == 1 ? t->odd : t->data, &recipe, &options);
  feed();
  t->runs[e->rank] = report.runs;
  t->interrupted[e->rank] = report.interrupted;
  for (int i = 0; i < report.runs; i++) {
    t->run[e->rank][i] = report.run[i];
    t->run[e->rank][i].seconds = 0;
  }
  khop_report_free(&report);
  return status;
}

static training open_training(const char *recipe, bool numbers, int epochs) {
  training t = {.data = club(numbers), .options = {.size = sizeof t.options}};
  ok(khop_recipe_find(&t.recipe, recipe));
  t.recipe.fit.epochs = epochs;
  if (numbers) t.recipe.fit.metric = KHOP_RMSE;
  return t;
}

static void close_training(training *t) { khop_data_free(t->data); }

static void run_on(training *t, int ranks, khop_status status) {
  memset(t->run, 0, sizeof t->run);
  memset(t->kept, 0, sizeof t->kept);
  team *all = run_ranks(ranks, train, t);
  together(all, status);
  free(all);
  assert_true(!t->options.save || t->kept[0] > 0);
  for (int r = 1; r < ranks; r++) {
    assert_int_equal(t->kept[r], 0); /* rank 0 writes */
    assert_int_equal(t->runs[r], t->runs[0]);
    assert_memory_equal(t->run[r], t->run[0], sizeof t->run[0]);
    assert_int_equal(t->interrupted[r], t->interrupted[0]);
  }
}

/* --- the same bits --------------------------------------------------------------------------------------------- */

/* Recipes whose convolutions widen, narrow and spread, with what a trainer can do beside. */
static training variant(int which) {
  static const char *const names[] = {"gcn", "ring", "residual", "mixhop"};
  training t = open_training(names[which], which == 2, 7);
  if (which == 0) t.recipe.fit.label_smoothing = 0.1, t.recipe.fit.class_weights = KHOP_WEIGHTS_BALANCED;
  if (which == 1) t.recipe.average = 0.5, t.recipe.fit.patience = 2, t.recipe.fit.select = KHOP_SELECT_SMOOTH;
  if (which == 2) t.recipe.average_from = 3, t.recipe.fit.optimizer.clip = 0.5;
  if (which == 3) t.recipe.fit.schedule = KHOP_COSINE, t.recipe.fit.warm_up = 2;
  t.options.seeds = 2;
  return t;
}

static void reports_and_files_do_not_depend_on_the_ranks(void **state) {
  (void)state;
  for (int which = 0; which < 4; which++) {
    training t = variant(which);
    t.options.save = path;
    run_on(&t, 1, KHOP_OK);
    training one = t;
    assert_int_equal(t.runs[0], 2);
    assert_true(isfinite(t.run[0][0].loss) && t.run[0][0].best_epoch > 0);
    t.options.save = other_path;
    for (int ranks = 2; ranks <= 12; ranks += ranks == 4 ? 2 : ranks == 6 ? 6 : 1) {
      run_on(&t, ranks, KHOP_OK);
      assert_memory_equal(t.run[0], one.run[0], sizeof one.run[0]);
      same_files(path, other_path);
    }
    close_training(&t);
  }
}

static void assert_near(double a, double b) {
  if (!(fabs(a - b) <= 1e-4 * (1 + fabs(b)))) fail_msg("%.9g where one process has %.9g", a, b);
}

/* Dropout draws anew in each part; without it ranks compute what khop_train computes alone, to rounding. */
static void without_dropout_ranks_learn_what_one_process_learns(void **state) {
  (void)state;
  for (int which = 0; which < 4; which++) {
    training t = variant(which);
    khop_report alone = {0};
    t.recipe.dropout = t.recipe.input_dropout = 0;
    ok(khop_train(&alone, t.data, &t.recipe, &t.options));
    run_on(&t, 3, KHOP_OK);
    assert_int_equal(t.runs[0], alone.runs);
    for (int i = 0; i < alone.runs; i++) {
      assert_int_equal(t.run[0][i].epochs, alone.run[i].epochs);
      assert_int_equal(t.run[0][i].best_epoch, alone.run[i].best_epoch);
      assert_near(t.run[0][i].loss, alone.run[i].loss);
      assert_near(t.run[0][i].val, alone.run[i].val);
      assert_near(t.run[0][i].test, alone.run[i].test);
    }
    khop_report_free(&alone);
    close_training(&t);
  }
}

static void another_number_of_ranks_goes_on_with_a_checkpoint(void **state) {
  (void)state;
  for (int which = 0; which < 3; which++) {
    training t = variant(which);
    t.options.save = path;
    run_on(&t, 1, KHOP_OK);
    training whole = t;
    t.options.save = other_path;
    t.stop_at = 3;
    run_on(&t, 3, KHOP_OK);
    assert_true(t.interrupted[0] && t.run[0][0].epochs == 3);
    t.stop_at = 0;
    t.options.resume = other_path;
    run_on(&t, 4, KHOP_OK);
    assert_int_equal(t.run[0][0].resumed, 3);
    t.run[0][0].resumed = 0;
    assert_memory_equal(t.run[0], whole.run[0], sizeof whole.run[0]);
    same_files(path, other_path);
    close_training(&t);
  }
}

/* --- ranks that stop, fail and differ -------------------------------------------------------------------------- */

static void one_rank_stops_all(void **state) {
  (void)state;
  for (int rank = 0; rank < 3; rank++) {
    training t = open_training("gcn", false, 9);
    t.stop_at = 4;
    t.stop_rank = rank;
    run_on(&t, 3, KHOP_OK);
    assert_true(t.interrupted[0]);
    assert_int_equal(t.run[0][0].epochs, 4);
    close_training(&t);
  }
}

static void a_broken_line_is_told_by_all_ranks(void **state) {
  (void)state;
  training t = open_training("gcn", false, 1);
  assert_true(break_each_call(2, train, &t) > 10);
  close_training(&t);
}

static void a_rank_without_memory_stops_all(void **state) {
  (void)state;
  memory_runs_out_on_ranks();
  training t = open_training("gcn", true, 1);
  t.recipe.average = 0.5;
  t.options.save = path;
  assert_true(starve_each(2, train, &t) > 100);
  close_training(&t);
  ok(khop_set_threads(0));
  memory_is_plenty();
}

static void other_epochs(khop_recipe *r, khop_train_options *o) { (void)o, r->fit.epochs = 5; }
static void other_seed(khop_recipe *r, khop_train_options *o) { (void)o, r->fit.seed = 8; }
static void other_patience(khop_recipe *r, khop_train_options *o) { (void)o, r->fit.patience = 1; }
static void other_rate(khop_recipe *r, khop_train_options *o) { (void)o, r->fit.optimizer.rate = 0.02; }
static void other_width(khop_recipe *r, khop_train_options *o) { (void)o, r->hidden = 8; }
static void other_seeds(khop_recipe *r, khop_train_options *o) { (void)r, o->seeds = 2; }
static void no_file(khop_recipe *r, khop_train_options *o) { (void)r, o->resume = "missing.safetensors"; }

static void ranks_that_are_asked_for_other_things_are_told(void **state) {
  (void)state;
  static const struct {
    void (*differ)(khop_recipe *, khop_train_options *);
    khop_status status;
    const char *words;
  } cases[] = {
      {other_epochs, KHOP_E_ARGUMENT, "rank 1 of 2: its number of epochs is 5, and that of rank 0 is 3"},
      {other_seed, KHOP_E_ARGUMENT, "rank 1 of 2: its seed is 8, and that of rank 0 is 0"},
      {other_patience, KHOP_E_ARGUMENT, "rank 1 of 2: its patience is 1"},
      {other_rate, KHOP_E_ARGUMENT, "rank 1 of 2: its weights' fingerprint is"},
      {other_width, KHOP_E_ARGUMENT, "rank 1 of 2: its number of parameters is"},
      {other_seeds, KHOP_E_ARGUMENT, "rank 1 of 2: its number of seeds is 2"},
      {no_file, KHOP_E_NOT_FOUND, "rank 1 of 2: missing.safetensors"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    training t = open_training("gcn", false, 3);
    t.differ = cases[k].differ;
    team *ranks = run_ranks(2, train, &t);
    for (int r = 0; r < 2; r++)
      if (ranks->seat[r].status == KHOP_OK || !strstr(ranks->seat[r].sentence, cases[k].words))
        fail_msg("rank %d of case %zu: %s: %s", r, k, khop_status_name(ranks->seat[r].status), ranks->seat[r].sentence);
    assert_int_equal(ranks->seat[0].status, ranks->seat[1].status);
    free(ranks);
    close_training(&t);
  }
}

static void ranks_whose_data_differ_are_told(void **state) {
  (void)state;
  static const char *const words[] = {"labels' fingerprint", "splits' fingerprint"};
  for (int which = 0; which < 2; which++) {
    uint8_t all[34];
    training t = open_training("gcn", which == 0, 2);
    t.recipe.fit.metric = KHOP_ACCURACY;
    t.odd = club(false);
    memset(all, 1, sizeof all);
    if (which == 1) ok(khop_data_add_split(t.odd, all, NULL, NULL));
    team *ranks = run_ranks(2, train, &t);
    together(ranks, KHOP_E_ARGUMENT);
    if (!strstr(ranks->seat[0].sentence, words[which])) fail_msg("%s", ranks->seat[0].sentence);
    free(ranks);
    khop_data_free(t.odd);
    close_training(&t);
  }
}

static void what_ranks_do_not_do_is_refused_by_all(void **state) {
  (void)state;
  static const char *const words[] = {"batches", "samples of rings", "budgets", "another form", "rows of hop features"};
  for (int which = 0; which < 5; which++) {
    training t = open_training("gcn", false, 2);
    if (which == 0) t.options.batch = 4;
    if (which == 1) t.options.sample = 2;
    if (which == 2) t.options.max_bytes = 1 << 30;
    if (which == 3) t.options.form = KHOP_MATRIX_FREE;
    if (which == 4) t.options.hop_features = "rows.npy";
    team *ranks = run_ranks(2, train, &t);
    together(ranks, KHOP_E_UNSUPPORTED);
    if (!strstr(ranks->seat[0].sentence, words[which])) fail_msg("%s", ranks->seat[0].sentence);
    free(ranks);
    close_training(&t);
  }
}

static int open_files(void **state) {
  if (open_folder(state) != 0) return -1;
  snprintf(path, sizeof path, "%s/one.safetensors", folder);
  snprintf(other_path, sizeof other_path, "%s/two.safetensors", folder);
  return 0;
}

static int close_files(void **state) { return close_folder(state) != 0 || nothing_held(state) != 0 ? -1 : 0; }

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reports_and_files_do_not_depend_on_the_ranks),
      cmocka_unit_test(without_dropout_ranks_learn_what_one_process_learns),
      cmocka_unit_test(another_number_of_ranks_goes_on_with_a_checkpoint),
      cmocka_unit_test(one_rank_stops_all),
      cmocka_unit_test(a_broken_line_is_told_by_all_ranks),
      cmocka_unit_test(a_rank_without_memory_stops_all),
      cmocka_unit_test(ranks_that_are_asked_for_other_things_are_told),
      cmocka_unit_test(ranks_whose_data_differ_are_told),
      cmocka_unit_test(what_ranks_do_not_do_is_refused_by_all),
  };
  return cmocka_run_group_tests_name("shard_train", tests, open_files, close_files);
}
