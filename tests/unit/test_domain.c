/* test_domain.c: what lies outside the molecules of a training: by hand on alkanes, by exact sets of environments on
 * drug-like molecules, and in the models that a training saves. */
#include "drug_like_check.h"

#include "graphsets/set.h"
#include "train/graphs/domain_note.h"
#include "train/graphs/domain.h"

#include <khop/evaluate.h>
#include <khop/learn.h>
#include <khop/molecule_graphs.h>

static const khop_molecules_options bare = {.no_graph_features = true, .copies_apart = true};

static khop_graphs *set_of(const char *name, const char *text) {
  khop_graphs *set = NULL;
  ok(khop_molecules_graphs(&set, made_of(name, text), &bare));
  return set;
}

/* --- by hand ------------------------------------------------------------------------------------ */

enum { CHAINS = 40, VALIDATES = 20 };

/* Chains of 1 to 40 carbons train; 19 of them validate again, and one molecule more. */
static khop_graphs *alkanes(uint8_t part[CHAINS + VALIDATES], const char *last) {
  char text[4000] = "";
  for (int i = 0; i < CHAINS + VALIDATES - 1; i++) {
    int carbons = i < CHAINS ? i + 1 : i - CHAINS + 5;
    for (int c = 0; c < carbons; c++) strcat(text, "C");
    strcat(text, "\n");
    part[i] = i < CHAINS ? KHOP_TRAIN : KHOP_VAL;
  }
  part[CHAINS + VALIDATES - 1] = KHOP_VAL;
  strcat(strcat(text, last), "\n");
  return set_of("alkanes.smi", text);
}

static khop_domain *domain_of_alkanes(const char *last) {
  uint8_t part[CHAINS + VALIDATES];
  khop_domain *domain = NULL;
  khop_graphs *set = alkanes(part, last);
  ok(khop_i_domain_measure(&domain, set, part));
  khop_graphs_free(set);
  return domain;
}

static void because(const khop_domain *domain, const char *molecule, const char *wanted) {
  char text[400], why[KHOP_OUTSIDE_BYTES];
  snprintf(text, sizeof text, "%s\n", molecule);
  khop_graphs *set = set_of("one.smi", text);
  ok(khop_domain_check(why, domain, set, 0));
  if (strcmp(why, wanted) != 0) fail_msg("%s: '%s', not '%s'", molecule, why, wanted);
  khop_graphs_free(set);
}

/* Of chains there are 8 environments, in 64 places: CH4; CH3, CH2; CH3-C; CH3 and CH2 at a CH2, twice CH3, twice CH2.
 * Ethanol has CH3, CH2, OH, and around them CH3-C, C-CH2-O, O-CH2: three of the six are new. Of 20 shares the 20th is
 * the one of rank ceil(21 x 0.95), so that ethanol itself decides. */
static void a_molecule_is_outside_by_an_element_its_size_or_its_environments(void **state) {
  (void)state;
  khop_domain *d = domain_of_alkanes("CCO");
  assert_int_equal(d->bits, 64);
  assert_int_equal(d->least, 1);
  assert_int_equal(d->most, CHAINS);
  assert_int_equal(d->trained, CHAINS);
  assert_int_equal(d->validated, VALIDATES);
  assert_true(d->share == 0.95 && d->unseen == 0.5);
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++) assert_int_equal(d->element[e], e == 6);
  because(d, "CCCCCCC", "");
  because(d, "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", "");
  because(d, "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", "41 heavy atoms, training had 1 to 40");
  because(d, "CCO", "element O"); /* 50 % are within */
  because(d, "CCCCCCCCCCCCO", "element O");
  because(d, "CCCCCCCC[Se]CCCCCCCC", "element Se"); /* 3 of 8 are new, and below 6 of 11 */
  because(d, "CCCCCCCC[Se]CCCCCCCC[Te]CCCCCCCC", "elements Se, Te; 54.5 % of its environments unseen, 95 % of the "
                                                 "validation molecules have at most 50 %");
  because(d, "c1ccccc1", "100 % of its environments unseen, 95 % of the validation molecules have at most 50 %");
  because(d, "C[Se]C", "element Se; 75 % of its environments unseen, 95 % of the validation molecules have at most "
                       "50 %");
  because(d, "[H][H]", "element H; 0 heavy atoms, training had 1 to 40; 100 % of its environments unseen, 95 % of the "
                       "validation molecules have at most 50 %");
  d->least = d->most = 2;
  because(d, "C", "1 heavy atom, training had 2");
  khop_domain_free(d);
}

/* With propane in the place of ethanol nothing new is within. */
static void the_threshold_is_that_of_the_validation_molecules(void **state) {
  (void)state;
  khop_domain *d = domain_of_alkanes("CCC");
  assert_true(d->unseen == 0);
  because(d, "CCO", "element O; 50 % of its environments unseen, 95 % of the validation molecules have at most 0 %");
  khop_domain_free(d);
}

static void fewer_than_nineteen_give_none_and_test_molecules_count_nowhere(void **state) {
  (void)state;
  uint8_t part[CHAINS + VALIDATES];
  khop_domain *d = NULL;
  khop_graphs *set = alkanes(part, "[Hg](C)C");
  part[CHAINS + VALIDATES - 1] = part[CHAINS + VALIDATES - 2] = KHOP_TEST;
  part[CHAINS - 1] = KHOP_TEST;
  ok(khop_i_domain_measure(&d, set, part));
  assert_int_equal(d->validated, 18);
  assert_int_equal(d->most, CHAINS - 1);
  assert_true(isnan(d->unseen) && !d->element[80]);
  because(d, "c1ccccc1", "");
  because(d, "C[Se]C", "element Se");
  khop_domain_free(d);
  part[CHAINS + VALIDATES - 2] = KHOP_VAL;
  ok(khop_i_domain_measure(&d, set, part));
  assert_true(d->validated == 19 && d->unseen == 0);
  khop_domain_free(d);
  khop_graphs_free(set);
}

static void a_list_of_all_elements_fits(void **state) {
  (void)state;
  char text[1000] = "", why[KHOP_OUTSIDE_BYTES];
  for (int e = 0; e < KHOP_DOMAIN_ELEMENTS; e++) {
    char one[16];
    snprintf(one, sizeof one, "%s[%s]", e ? "." : "", khop_element_symbol(e));
    strcat(text, one);
  }
  khop_domain *d = domain_of_alkanes("CCC");
  khop_graphs *set = set_of("all.smi", strcat(text, "\n"));
  ok(khop_domain_check(why, d, set, 0));
  if (!strstr(why, "elements *, H, He, Li") || !strstr(why, "Ts, Og; 117 heavy") || !strstr(why, "at most 0 %"))
    fail_msg("%s", why);
  khop_graphs_free(set);
  khop_domain_free(d);
}

/* --- by exact sets ------------------------------------------------------------------------------ */

static int by_code(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* The environments of every even molecule, ascending, some more than once. */
static uint32_t *codes_of_even(int64_t *count, const drugs *d) {
  uint32_t *all = block_of((int64_t)DRUGS * 100, sizeof *all);
  *count = 0;
  for (int i = 0; i < DRUGS; i += 2) {
    khop_molecule *m = molecule_of(d->text[i * WRITINGS]);
    uint32_t *codes;
    int32_t *counts;
    int64_t found;
    ok(khop_molecule_fingerprint(&codes, &counts, &found, m, KHOP_ECFP, 1));
    for (int64_t c = 0; c < found; c++) all[(*count)++] = codes[c];
    assert_true(*count < (int64_t)DRUGS * 100 - 1000);
    khop_free(codes);
    khop_free(counts);
    khop_molecule_free(m);
  }
  qsort(all, (size_t)*count, sizeof *all, by_code);
  return all;
}

/* How many environments of a molecule are there, and how many of them are not among all. */
static int64_t count_new(int64_t *found, const char *text, const uint32_t *all, int64_t count) {
  khop_molecule *m = molecule_of(text);
  uint32_t *codes;
  int32_t *counts;
  int64_t fresh = 0;
  ok(khop_molecule_fingerprint(&codes, &counts, found, m, KHOP_ECFP, 1));
  for (int64_t c = 0; c < *found; c++) fresh += !bsearch(&codes[c], all, (size_t)count, sizeof *all, by_code);
  khop_free(codes);
  khop_free(counts);
  khop_molecule_free(m);
  return fresh;
}

/* Percent of a molecule's environments that are said to be unseen. */
static double told_share(khop_domain *d, const khop_graphs *set, int64_t graph) {
  char why[KHOP_OUTSIDE_BYTES];
  d->unseen = -1;
  ok(khop_domain_check(why, d, set, graph));
  const char *at = strstr(why, " % of its");
  assert_non_null(at);
  while (at > why && at[-1] != ' ') at--;
  return strtod(at, NULL);
}

/* Even molecules train, odd ones validate. */
static void folding_hides_one_new_environment_in_eight_at_most_and_none_that_was_seen(void **state) {
  (void)state;
  drugs *d = read_drugs();
  char *text = block_of(DRUGS * 400, 1), *end = text;
  uint8_t part[DRUGS];
  khop_domain *domain = NULL;
  int64_t count, fresh = 0;
  double told = 0;
  for (int i = 0; i < DRUGS; i++) {
    end += sprintf(end, "%s\n", d->text[i * WRITINGS]);
    part[i] = i % 2 ? KHOP_VAL : KHOP_TRAIN;
  }
  khop_graphs *set = set_of("drugs.smi", text);
  assert_int_equal(khop_graphs_count(set), DRUGS);
  ok(khop_i_domain_measure(&domain, set, part));
  uint32_t *all = codes_of_even(&count, d);
  for (int i = 0; i < DRUGS; i++) {
    int64_t found, here = count_new(&found, d->text[i * WRITINGS], all, count);
    double share = told_share(domain, set, i) / 100 * (double)found;
    if (!(share <= (double)here + 0.01 * (double)found))
      fail_msg("%s: %g new, of %d", d->text[i * WRITINGS], share, (int)here);
    if (i % 2 == 0) assert_int_equal(here, 0);
    fresh += here;
    told += share;
  }
  double hidden = 1 - told / (double)fresh;
  print_message("# %d new environments, %.1f %% of them hidden, %d bits\n", (int)fresh, 100 * hidden,
                (int)domain->bits);
  assert_true(fresh > 100 && hidden >= 0 && hidden <= 0.125);
  khop_domain_free(domain);
  khop_graphs_free(set);
  free(all);
  free(text);
  free_drugs(d);
}

/* --- in a model --------------------------------------------------------------------------------- */

static void same_domain(const khop_domain *a, const khop_domain *b) {
  assert_memory_equal(a->element, b->element, sizeof a->element);
  assert_true(a->least == b->least && a->most == b->most && a->trained == b->trained && a->validated == b->validated);
  assert_true(a->share == b->share && (a->unseen == b->unseen || (isnan(a->unseen) && isnan(b->unseen))));
  assert_int_equal(a->bits, b->bits);
  assert_memory_equal(a->seen, b->seen, (size_t)a->bits / 8);
}

static void a_model_keeps_it_and_a_note_that_is_broken_is_refused(void **state) {
  (void)state;
  khop_model *model = NULL;
  khop_domain *d = domain_of_alkanes("CCO"), *kept = NULL;
  ok(khop_model_new(&model));
  fails(khop_model_domain(&kept, model), KHOP_E_NOT_FOUND, "which molecules", "");
  assert_null(kept);
  for (int nan = 0; nan < 2; nan++) {
    if (nan) d->unseen = NAN;
    ok(khop_i_domain_keep(model, d));
    ok(khop_model_domain(&kept, model));
    same_domain(kept, d);
    khop_domain_free(kept);
  }
#define ELEMENTS "elements 00000000000000000000000000000040 seen "
#define WORD "0123456789abcdef"
  static const char good[] = "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD;
  static const char *const broken[] = {
      "", "nonsense", "heavy 1 40", "heavy 4 1 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD,
      "heavy -1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD,
      "heavy 1 40 trained 0 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD,
      "heavy 1 40 trained 9 validated -2 share 0.95 unseen 0.5 " ELEMENTS WORD,
      "heavy 1 40 trained 9 validated 20 share nan unseen 0.5 " ELEMENTS WORD,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 1.5 " ELEMENTS WORD,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5x " ELEMENTS WORD,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 elements 40 seen " WORD,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 elements 80000000000000000000000000000040 seen " WORD,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD "0",
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD WORD WORD,
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS "0123456789abcdeF",
      "heavy 1 40 trained 9 validated 20 share 0.95 unseen 0.5 " ELEMENTS WORD " 1"};
  ok(khop_model_set_metadata(model, "domain", good));
  ok(khop_model_domain(&kept, model));
  assert_true(kept->bits == 64 && kept->seen[0] == 0x0123456789abcdef && kept->element[6]);
  khop_domain_free(kept);
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    ok(khop_model_set_metadata(model, "domain", broken[i]));
    if (khop_model_domain(&kept, model) == KHOP_OK) fail_msg("'%s' is read", broken[i]);
    fails(khop_model_domain(&kept, model), KHOP_E_FORMAT, "note of its domain cannot be read", "");
    assert_null(kept);
  }
  khop_domain_free(d);
  khop_model_free(model);
}

/* 60 chains with an amine; every model of an ensemble, also of one that is gone on with, has what trained it. */
static void trainings_keep_it_in_what_they_save(void **state) {
  (void)state;
  char text[4000] = "smiles,size\n", path[400];
  uint8_t part[60];
  bool same;
  khop_graph_report report;
  khop_graphs *set = NULL;
  khop_recipe r;
  ok(khop_recipe_find(&r, "molecule"));
  r.hidden = 6, r.layers = 1, r.fit.epochs = 2, r.fit.metric = KHOP_RMSE;
  for (int i = 0; i < 60; i++) {
    for (int c = 0; c <= i / 2; c++) strcat(text, "C");
    sprintf(text + strlen(text), "%s,%d\n", i % 2 ? "N" : "", i);
  }
  khop_molecules_options o = bare;
  const char *target = "size";
  o.records = (khop_records_options){.columns = 1, .column = &target};
  ok(khop_molecules_graphs(&set, made_of("chains.csv", text), &o));
  snprintf(path, sizeof path, "%s", at("chains.safetensors"));
  for (int resumed = 0; resumed < 2; resumed++) {
    khop_graph_options how = {.ensemble = resumed ? 3 : 2, .val = 0.4, .test = 0.1, .save = path,
                              .resume = resumed ? path : NULL};
    ok(khop_graphs_train(&report, set, &r, &how));
    khop_graph_report_free(&report);
    for (int m = 0; m < how.ensemble; m++) {
      char name[420];
      khop_model *model = NULL;
      khop_domain *kept = NULL, *wanted = NULL;
      snprintf(name, sizeof name, "%.*s%s", (int)strlen(path) - 12, path, m == 0 ? ".safetensors" :
               m == 1 ? "-2.safetensors" : "-3.safetensors");
      ok(khop_model_load(&model, name));
      ok(khop_model_domain(&kept, model));
      ok(khop_model_trained_part(part, &same, model, set));
      assert_true(same);
      ok(khop_i_domain_measure(&wanted, set, part));
      assert_true(wanted->trained == 30 && wanted->validated == 24);
      same_domain(kept, wanted);
      khop_domain_free(kept);
      khop_domain_free(wanted);
      khop_model_free(model);
    }
  }
  khop_graphs_free(set);
}

static void graphs_that_are_no_molecules_have_none(void **state) {
  (void)state;
  const int64_t none = 0, first[3] = {0, 1, 2};
  const uint8_t part[2] = {KHOP_TRAIN, KHOP_VAL};
  char why[KHOP_OUTSIDE_BYTES];
  khop_graph *graph = NULL;
  khop_graphs *set = NULL;
  khop_model *model = NULL;
  khop_domain *d = domain_of_alkanes("CCO"), *kept;
  ok(khop_graph_from_coo(&graph, 2, 0, &none, &none, false));
  ok(khop_graphs_new(&set, graph, 2, first, NULL));
  fails(khop_domain_check(why, d, set, 0), KHOP_E_ARGUMENT, "of molecules", "");
  ok(khop_model_new(&model));
  ok(khop_i_domain_note(model, set, part));
  fails(khop_model_domain(&kept, model), KHOP_E_NOT_FOUND, "which molecules", "");
  khop_graphs_free(set);
  set = set_of("two.smi", "C\nCC\n");
  fails(khop_domain_check(why, d, set, 2), KHOP_E_ARGUMENT, "no graph 2 among its 2", "");
  fails(khop_domain_check(why, d, set, -1), KHOP_E_ARGUMENT, "no graph -1", "");
  khop_graphs_free(set);
  khop_domain_free(d);
  khop_domain_free(NULL);
  khop_model_free(model);
}

/* --- memory ------------------------------------------------------------------------------------- */

static khop_status read_and_keep(void *context) {
  uint8_t part[3] = {KHOP_TRAIN, KHOP_TRAIN, KHOP_VAL};
  khop_graphs *set = NULL;
  khop_model *model = NULL;
  khop_domain *kept = NULL;
  khop_status status = khop_molecules_graphs(&set, context, &bare);
  if (status == KHOP_OK) status = khop_model_new(&model);
  if (status == KHOP_OK) status = khop_i_domain_note(model, set, part);
  if (status == KHOP_OK) status = khop_model_domain(&kept, model);
  khop_domain_free(kept);
  khop_model_free(model);
  khop_graphs_free(set);
  return status;
}

static void allocations_that_fail_are_errors(void **state) {
  (void)state;
  char path[400];
  snprintf(path, sizeof path, "%s", made_of("few.smi", "CCO\nc1ccccc1\nCN\n"));
  memory_can_run_out();
  assert_true(fail_each(read_and_keep, path) > 20);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_molecule_is_outside_by_an_element_its_size_or_its_environments),
      cmocka_unit_test(the_threshold_is_that_of_the_validation_molecules),
      cmocka_unit_test(fewer_than_nineteen_give_none_and_test_molecules_count_nowhere),
      cmocka_unit_test(a_list_of_all_elements_fits),
      cmocka_unit_test(folding_hides_one_new_environment_in_eight_at_most_and_none_that_was_seen),
      cmocka_unit_test(a_model_keeps_it_and_a_note_that_is_broken_is_refused),
      cmocka_unit_test(trainings_keep_it_in_what_they_save),
      cmocka_unit_test(graphs_that_are_no_molecules_have_none),
      cmocka_unit_test(allocations_that_fail_are_errors),
  };
  return cmocka_run_group_tests_name("domain", tests, open_folder, close_folder);
}
