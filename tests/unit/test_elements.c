/* test_elements.c: what is known of each element, and molecules with metals, beside RDKit
 * (tests/files/elements.tsv and its generator); what is not known is NaN, in descriptors, sets and models. */
#include "molecules_check.h"

#include "files/infile.h"
#include "molecules/elements.h"

#include <khop/graphs.h>
#include <khop/learn.h>
#include <khop/molecule_graphs.h>

enum { FIELDS = 7, MASS = 0, VOLUME = 1, POLARIZABILITY = 3 };

static int element_of(const char *symbol) {
  for (int e = 0; e < 119; e++)
    if (strcmp(khop_element_symbol(e), symbol) == 0) return e;
  fail_msg("there is no element %s", symbol);
  return -1;
}

/* Of hydrogen Bondi's radius is 1.2, and RDKit's 1.09, its polarizability 0.6668 and 0.67 cubic angstroms; volumes that
 * RDKit lacks are Mantina's, or Todeschini's of iron and cobalt, and of mercury Bondi's. */
static bool is_our_own(int element, int property) {
  static const uint8_t volumes[] = {1, 4, 5, 13, 20, 26, 27, 32, 37, 38, 51, 55, 56, 80, 83, 84, 85, 86, 87, 88};
  for (size_t i = 0; i < sizeof volumes; i++)
    if (volumes[i] == element && property == VOLUME) return true;
  if (property == MASS) return element >= 84; /* none is stable, and the tables take other isotopes */
  return element == 1 && property == POLARIZABILITY;
}

/* log1p of a property relative to carbon, as it is to be: NaN where 0 is wanted. */
static bool property_is(double property, double wanted) {
  if (wanted == 0) return isnan(property);
  return fabs(log1p(property) - wanted) <= 0.0015;
}

/* Calls what for each line of a kind, its fields in an array; returns their number. */
static int each_line(const char *kind, void (*what)(char **field)) {
  char *bytes, *rest, *line, *field[FIELDS];
  size_t size;
  int lines = 0;
  ok(khop_i_infile_read(&bytes, &size, fixture("tests/files/elements.tsv")));
  for (rest = bytes; (line = strsep(&rest, "\n"));) {
    for (int f = 0; f < FIELDS; f++) field[f] = line ? strsep(&line, "\t") : NULL;
    if (!field[0] || strcmp(field[0], kind) != 0) continue;
    what(field);
    lines++;
  }
  khop_i_free(bytes);
  return lines;
}

static void check_element(char **field) {
  double property[KHOP_I_PROPERTIES];
  int element = element_of(field[1]);
  khop_i_element_properties(property, element);
  for (int p = 0; p < KHOP_I_PROPERTIES; p++)
    if (!property_is(property[p], atof(field[2 + p])) && !is_our_own(element, p))
      fail_msg("property %d of %s is %g, and its logarithm is to be %s", p, field[1], property[p], field[2 + p]);
}

static void properties_of_elements_are_those_of_rdkit_or_nan(void **state) {
  (void)state;
  assert_int_equal(each_line("element", check_element), 110);
}

static void no_element_has_a_property_that_is_zero(void **state) {
  (void)state;
  for (int e = 0; e < 119; e++) {
    double property[KHOP_I_PROPERTIES];
    khop_i_element_properties(property, e);
    for (int p = 0; p < KHOP_I_PROPERTIES; p++) assert_true(isnan(property[p]) || property[p] > 0.01);
    assert_true(isnan(property[MASS]) == (e == 0));
  }
}

static void a_property_that_is_off_by_a_little_is_seen(void **state) {
  (void)state;
  assert_true(property_is(expm1(0.5), 0.5) && property_is((double)NAN, 0));
  assert_false(property_is(expm1(0.502), 0.5) || property_is((double)NAN, 0.5) || property_is(0, 0));
}

/* --- molecules ---------------------------------------------------------------------------------- */

static bool both_nan_or_close(float got, double wanted, double tolerance) {
  return isnan(wanted) ? isnan(got) : fabs((double)got - wanted) <= tolerance;
}

static void check_molecule(char **field) {
  khop_descriptors *d;
  khop_molecule *m = molecule_of(field[1]);
  float row[3];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "crippen,tpsa"}));
  ok(khop_descriptors_compute(row, d, m));
  for (int c = 0; c < 3; c++)
    if (!both_nan_or_close(row[c], strtod(field[2 + c], NULL), c == 2 ? 0.006 : 1e-4))
      fail_msg("%s: %s is %g, not %s", field[1], khop_descriptors_name(d, c), (double)row[c], field[2 + c]);
  khop_descriptors_free(d);
  khop_molecule_free(m);
}

static void molecules_with_metals_have_the_log_p_of_rdkit_or_none(void **state) {
  (void)state;
  assert_true(each_line("molecule", check_molecule) > 20);
  assert_false(both_nan_or_close(1.001f, 1, 1e-4) || both_nan_or_close(NAN, 1, 1));
  assert_false(both_nan_or_close(0, (double)NAN, 1));
}

/* Ruthenium has no tabulated volume: where it takes part the sum is not known, elsewhere it is. In CC[Ru] pairs two
 * bonds apart hold it, of three there are none; mass and ionisation are known. */
static void what_is_not_known_is_nan_where_it_takes_part(void **state) {
  (void)state;
  khop_descriptors *d;
  int hops[3] = {0, 2, 3};
  float row[18];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "autocorr", .hops = 3, .hop = hops}));
  static const char *const texts[] = {"CC[Ru]",
                                      "CC[Ru]CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC"};
  for (int t = 0; t < 2; t++) {
    khop_molecule *m = molecule_of(texts[t]);
    ok(khop_descriptors_compute(row, d, m));
    assert_string_equal(khop_descriptors_name(d, 3), "ats_volume_0");
    assert_true(isnan(row[3]) && isnan(row[4]) && isfinite(row[0]) && isfinite(row[1]) && isfinite(row[12]));
    assert_true(t == 0 ? row[5] == 0 : isnan(row[5])); /* a long chain is summed by searches */
    khop_molecule_free(m);
  }
  khop_descriptors_free(d);
}

/* Numbers of RDKit's FindMolChiralCenters, in its older way, which counts rings whose centres need one another; and by
 * hand: two neighbours alike, three of them, rings of two equal sides. */
static void stereocentres_are_those_whose_inversion_is_another_molecule(void **state) {
  static const struct {
    const char *text;
    int centres;
  } known[] = {{"C[C@H](N)O", 1}, {"C[C@H](C)O", 0}, {"C[C@](C)(F)Cl", 0}, {"[C@@H](C)(C)C", 0},
               {"[C@](F)(Cl)(Br)I", 1}, {"[C@H](F)(F)Cl", 0}, {"CC[C@H](CC)O", 0}, {"C[C@H]1CCCCC1", 0}, {"C[C@@H]1CCCC[C@H]1C", 2},
               {"C[C@H]1CC[C@@H](C)CC1", 2}, {"C[C@H]1CC[C@H](F)CC1", 2}, {"F[C@]12CC(C1)C2", 0},
               {"C1C[C@H]2CC[C@@H]1C2", 2}, {"C[C@H](O)[C@H](C)[C@@H](C)O", 3}, {"C[C@H](C[C@@H](C)O)O", 2},
               {"O[C@H]1[C@H](O)[C@@H](O)[C@H](O)[C@H](O)[C@@H]1O", 6}, {"C[S@](=O)CC", 1}, {"C[S@](=O)C", 0},
               {"C[P@](CC)CCC", 1}, {"C[Si@](CC)(F)Cl", 1}, {"C[C@H]([2H])O", 1}, {"[2H][C@](C)(C)O", 0},
               {"C/C=C/[C@H](O)/C=C\\C", 1}, {"C/C=C/[C@H](O)/C=C/C", 0}, {"N[C@@H](C)C(=O)O", 1}};
  (void)state;
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "counts"}));
  int64_t column = 0;
  while (strcmp(khop_descriptors_name(d, column), "stereocentres") != 0) column++;
  float *row = block_of(khop_descriptors_columns(d), sizeof *row);
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    khop_molecule *m = molecule_of(known[i].text);
    ok(khop_descriptors_compute(row, d, m));
    if (row[column] != (float)known[i].centres) /* whole numbers */
      fail_msg("%s: %g centres, not %d", known[i].text, (double)row[column], known[i].centres);
    khop_molecule_free(m);
  }
  free(row);
  khop_descriptors_free(d);
}

/* --- sets and models ---------------------------------------------------------------------------- */

static khop_graphs *metal_set(void) {
  khop_graphs *set;
  static const char *const column[] = {"y"};
  const char *path = made_of("metals.csv", "smiles,y\nCCO,1\nCCC,2\nF[Th](F)(F)F,3\nCCCC,2\nO=[U+2]=O,4\nCO,0\n");
  khop_molecules_options o = {.records = {.columns = 1, .column = column},
                              .descriptors = {.features = "crippen,counts"}};
  ok(khop_molecules_graphs(&set, path, &o));
  return set;
}

static void a_set_tells_of_how_many_molecules_descriptors_are_not_known(void **state) {
  (void)state;
  khop_graphs *set = metal_set();
  int64_t columns;
  int told = 0;
  const khop_real *features = khop_graphs_graph_features(set, &columns);
  for (int64_t g = 0; g < 6; g++) assert_true(isnan(features[g * columns + columns - 2]) == (g == 2 || g == 4));
  for (int i = 0; i < khop_graphs_notes(set); i++)
    told += strstr(khop_graphs_note(set, i), "2 of 6 molecules") && strstr(khop_graphs_note(set, i), "4 numbers") &&
            strstr(khop_graphs_note(set, i), "crippen_logp in line 4");
  assert_int_equal(told, 1);
  khop_graphs_free(set);
}

/* Log P stands for the molecules alone that have one: the mean is that of the training ones, and a column that no
 * training molecule has is left out, whatever the others have there. */
static void the_mean_of_the_training_molecules_stands_for_what_is_not_known(void **state) {
  (void)state;
  enum { MOLECULES_OF_SET = 6 };
  khop_graphs *set = metal_set();
  khop_real score[2][MOLECULES_OF_SET], mean = 0;
  int64_t columns;
  khop_recipe recipe;
  ok(khop_recipe_find(&recipe, "property"));
  recipe.fit.epochs = 2;
  recipe.fit.metric = KHOP_RMSE;
  const khop_real *features = khop_graphs_graph_features(set, &columns);
  khop_real *known = block_of(MOLECULES_OF_SET * columns, sizeof *known);
  memcpy(known, features, (size_t)(MOLECULES_OF_SET * columns) * sizeof *known);
  for (int all_unknown = 0; all_unknown < 2; all_unknown++) {
    uint8_t part[MOLECULES_OF_SET] = {KHOP_TRAIN, KHOP_TRAIN, KHOP_TRAIN, KHOP_TRAIN, KHOP_TEST, KHOP_VAL};
    if (all_unknown) part[0] = part[1] = part[3] = KHOP_TEST;
    khop_model *model;
    khop_rings *rings[KHOP_MAX_RINGS];
    khop_fit_result result;
    int count = 0;
    ok(khop_graphs_set_graph_features(set, known, columns));
    ok(khop_graphs_model(&model, &recipe, set));
    ok(khop_graphs_rings(rings, &count, model, set, 0));
    ok(khop_graphs_fit(&result, NULL, model, set, count, rings, part, &recipe));
    ok(khop_graphs_predict(score[0], model, set, 0));
    khop_real *filled = block_of(MOLECULES_OF_SET * columns, sizeof *filled);
    memcpy(filled, known, (size_t)(MOLECULES_OF_SET * columns) * sizeof *filled);
    for (int c = 1; c <= 2; c++) {
      mean = (known[columns - c] + known[2 * columns - c] + known[4 * columns - c]) / 3;
      for (int g = 2; g <= 4; g += 2) filled[(g + 1) * columns - c] = all_unknown ? 100 : mean;
    }
    ok(khop_graphs_set_graph_features(set, filled, columns));
    ok(khop_graphs_predict(score[1], model, set, 0));
    for (int g = 0; g < MOLECULES_OF_SET; g++) close_to((double)score[0][g], (double)score[1][g], 1e-5);
    free(filled);
    for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
    khop_model_free(model);
  }
  free(known);
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(properties_of_elements_are_those_of_rdkit_or_nan),
      cmocka_unit_test(no_element_has_a_property_that_is_zero),
      cmocka_unit_test(a_property_that_is_off_by_a_little_is_seen),
      cmocka_unit_test(molecules_with_metals_have_the_log_p_of_rdkit_or_none),
      cmocka_unit_test(what_is_not_known_is_nan_where_it_takes_part),
      cmocka_unit_test(stereocentres_are_those_whose_inversion_is_another_molecule),
      cmocka_unit_test(a_set_tells_of_how_many_molecules_descriptors_are_not_known),
      cmocka_unit_test(the_mean_of_the_training_molecules_stands_for_what_is_not_known),
  };
  return cmocka_run_group_tests_name("elements", tests, open_folder, close_folder);
}
