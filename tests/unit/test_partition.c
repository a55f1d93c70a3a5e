/* test_partition.c: log P, refractivity, polar surface and the profile beside RDKit's: on all molecules of ESOL
 * (tests/files/esol_descriptors.npz) and on one of each rare kind of atom (tests/files/partition.tsv). */
#include "molecules_check.h"

#include "files/npz.h"
#include "molecules/crippen.h"

#include <khop/descriptors.h>

enum { COLUMNS = 3 + 16 };

static bool near_to(double got, double wanted, double tolerance) {
  return fabs(got - wanted) <= tolerance * fmax(1, fabs(wanted));
}

/* Which column of the file is which of khop's: crippen_logp, crippen_mr, tpsa, then the profile. */
static int column_of(const khop_descriptors *d, const char *name) {
  for (int64_t c = 0; c < khop_descriptors_columns(d); c++)
    if (strcmp(khop_descriptors_name(d, c), name) == 0) return (int)c;
  fail_msg("there is no column %s", name);
  return -1;
}

/* One molecule differs: the outer bonds of two joined rings of riboflavin are aromatic, which is a ring to khop, while
 * RDKit counts those of the smallest set. */
static const char riboflavin[] = "Cc3cc2nc1c(=O)[nH]c(=O)nc1n(CC(O)C(O)C(O)CO)c2cc3C";

static void esol(void **state) {
  (void)state;
  static const char *const names[] = {"crippen_logp", "crippen_mr", "tpsa", "sp3_share", "chi_0", "chi_1",
                                      "chi_0v", "chi_1v", "aromatic_rings"};
  const char *data = getenv("KHOP_DATA");
  char path[1000];
  khop_i_npz *npz = NULL;
  khop_i_array wanted;
  khop_records *records;
  khop_record record;
  khop_molecule *m;
  khop_descriptors *d;
  float row[COLUMNS];
  int differ = 0, excused = 0;
  bool more = true;
  if (!data) {
    skipped("KHOP_DATA is not set");
    return;
  }
  snprintf(path, sizeof path, "%s/esol.csv", data);
  ok(khop_i_npz_open(&npz, fixture("tests/files/esol_descriptors.npz")));
  ok(khop_i_npz_read(&wanted, npz, "surface"));
  khop_i_npz_close(npz);
  ok(khop_molecule_new(&m));
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "crippen,tpsa,profile"}));
  assert_int_equal(khop_descriptors_columns(d), COLUMNS);
  ok(khop_records_open(&records, path, NULL));
  int64_t line = 0;
  for (;; line++) {
    ok(khop_records_next(&more, &record, records));
    if (!more) break;
    ok(khop_molecule_parse(m, record.text));
    ok(khop_descriptors_compute(row, d, m));
    bool other = strncmp(record.text, riboflavin, strlen(riboflavin)) == 0;
    for (int c = 0; c < 9; c++) {
      float is = ((const float *)wanted.data)[line * 9 + c];
      if (near_to(row[column_of(d, names[c])], is, 1e-5)) continue;
      excused += other;
      differ += !other;
      if (!other) print_message("# %s: %s: %g, not %g\n", record.text, names[c], row[column_of(d, names[c])], is);
    }
  }
  assert_int_equal(line, 1128);
  assert_int_equal(differ, 0);
  assert_int_equal(excused, 1); /* rings */
  khop_records_free(records);
  khop_descriptors_free(d);
  khop_molecule_free(m);
  khop_i_array_free(&wanted);
}

static void rare_atoms(void **state) {
  (void)state;
  khop_descriptors *d;
  float row[3];
  char text[200];
  double logp, refractivity, surface;
  int molecules_read = 0, differ = 0;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "crippen,tpsa"}));
  FILE *file = fopen(fixture("tests/files/partition.tsv"), "r");
  assert_non_null(file);
  while (fscanf(file, "%199s %lf %lf %lf", text, &logp, &refractivity, &surface) == 4) {
    khop_molecule *m = molecule_of(text);
    ok(khop_descriptors_compute(row, d, m));
    bool same = near_to(row[0], logp, 2e-5) && near_to(row[1], refractivity, 1e-4) && near_to(row[2], surface, 0.006);
    if (!same) print_message("# %s: %g %g %g, not %g %g %g\n", text, row[0], row[1], row[2], logp, refractivity, surface);
    differ += !same;
    molecules_read++;
    khop_molecule_free(m);
  }
  fclose(file);
  assert_int_equal(molecules_read, 174);
  assert_int_equal(differ, 0);
  assert_false(near_to(1.001, 1, 1e-5)); /* the checker is checked */
  assert_false(near_to(NAN, 1, 1e-5));
  khop_descriptors_free(d);
}

/* The types of a molecule, counted, are what its log P is made of. */
static void types(void **state) {
  (void)state;
  khop_descriptors *d;
  float row[KHOP_I_CRIPPEN_TYPES];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "types"}));
  assert_int_equal(khop_descriptors_columns(d), KHOP_I_CRIPPEN_TYPES);
  khop_molecule *m = molecule_of("CC(=O)Nc1ccc(O)cc1"); /* paracetamol */
  static const struct {
    const char *name;
    int count;
  } wanted[] = {{"type_C1", 1}, {"type_C5", 1}, {"type_C18", 4}, {"type_C22", 1}, {"type_C23", 1},
                {"type_N4", 1}, {"type_O2", 1}, {"type_O9", 1},  {"type_H1", 7},  {"type_H2", 1}, {"type_H3", 1}};
  double all = 0;
  ok(khop_descriptors_compute(row, d, m));
  for (int t = 0; t < KHOP_I_CRIPPEN_TYPES; t++) all += (double)row[t];
  assert_true(all == 20); /* atoms with hydrogens */
  for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++)
    if (row[column_of(d, wanted[w].name)] != (float)wanted[w].count)
      fail_msg("%s: %g, not %d", wanted[w].name, row[column_of(d, wanted[w].name)], wanted[w].count);
  khop_molecule_free(m);
  khop_descriptors_free(d);
}

/* Rings by size and symmetry, by hand. */
static void profiles(void **state) {
  (void)state;
  static const struct {
    const char *text, *column;
    double value;
  } wanted[] = {
      {"c1ccccc1", "ring_bonds_6", 6},   {"c1ccccc1", "classes", 1},          {"c1ccccc1", "information", 0},
      {"C1CC1", "ring_bonds_3", 3},      {"C1CCC1", "ring_bonds_4", 4},       {"C1CCCC1", "ring_bonds_5", 5},
      {"C1CCCCCC1", "ring_bonds_more", 7}, {"c1ccc2ccccc2c1", "ring_bonds_6", 11}, {"c1ccc2ccccc2c1", "fused_atoms", 2},
      {"c1ccc2ccccc2c1", "aromatic_rings", 2}, {"c1ccc2ccccc2c1", "classes", 3}, {"CCO", "classes", 3},
      {"CCO", "information", 1.5849625}, {"ClCCBr", "halogens", 2},           {"Cc1ccccc1", "aromatic_share", 6.0 / 7},
      {"C1CC1CCC", "ring_bonds_6", 0},   {"CC", "chi_1", 1},                  {"C", "chi_1", 0}};
  khop_descriptors *d;
  float row[16];
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){.features = "profile"}));
  for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
    khop_molecule *m = molecule_of(wanted[w].text);
    ok(khop_descriptors_compute(row, d, m));
    float is = row[column_of(d, wanted[w].column)];
    if (!near_to(is, wanted[w].value, 1e-6)) fail_msg("%s: %s: %g", wanted[w].text, wanted[w].column, (double)is);
    khop_molecule_free(m);
  }
  khop_descriptors_free(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(esol), cmocka_unit_test(rare_atoms), cmocka_unit_test(types),
                                     cmocka_unit_test(profiles)};
  return cmocka_run_group_tests_name("partition", tests, open_folder, close_folder);
}
