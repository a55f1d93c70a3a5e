/* test_drug_like.c: one molecule, one answer: drug-like molecules in six writings each beside RDKit.
 *
 *   differs    (molecules, kinds)  found here
 *   listed     (molecules, kinds)  tests/files/drug_like_differences.tsv: kind, molecule, reason
 *
 * Both tables must be equal: a difference that is not listed fails, and so does a listed one that is no more. */
#include "drug_like_check.h"

/* --- one writing beside it -------------------------------------------------------------------- */

static void perceived(bool *differs, const khop_molecule *m, int64_t atoms, const uint8_t *mark) {
  const khop_atom *a = khop_molecule_atom_list(m);
  differs[ATOMS] |= khop_molecule_atoms(m) != atoms;
  for (int64_t i = 0; i < atoms && !differs[ATOMS]; i++) {
    differs[AROMATIC] |= a[i].aromatic != (mark[i] & 1);
    differs[RINGS] |= a[i].in_ring != (mark[i] >> 1 & 1);
    differs[HYBRID] |= a[i].hybridisation != (mark[i] >> 2 & 3);
    differs[HYDROGENS] |= a[i].hydrogens != mark[i] >> 4;
  }
}

/* To 1e-5 and the tolerance of a column. */
static bool value_is(float got, double value, float tolerance) {
  return fabs((double)got - value) <= 1e-5 * fmax(1, fabs(value)) + (double)tolerance;
}

static void described(bool *differs, const drugs *d, int molecule, const float *row) {
  for (int c = 0; c < d->columns; c++)
    differs[d->kind[c]] |=
        !value_is(row[d->place[c]], wanted(d, c, molecule), ((const float *)d->tolerances.data)[c]);
}

static bool rows_agree(const float *a, const float *b, int64_t count) {
  for (int64_t i = 0; i < count; i++)
    if (!(fabsf(a[i] - b[i]) <= 1e-5f * fmaxf(1, fabsf(a[i])))) return false;
  return true;
}

static uint64_t fnv(uint64_t h, uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) h = (h ^ (number >> shift & 255)) * 0x100000001B3u;
  return h;
}

static bool pairs_are(const khop_molecule *m, uint64_t digest, int64_t number) {
  uint32_t *codes;
  int32_t *counts;
  int64_t found;
  uint64_t h = 0xCBF29CE484222325u;
  ok(khop_atom_pairs(&codes, &counts, &found, m, 30));
  for (int64_t p = 0; p < found; p++) h = fnv(fnv(h, codes[p]), (uint32_t)counts[p]);
  khop_free(codes);
  khop_free(counts);
  return h == digest && found == number;
}

/* --- a molecule ------------------------------------------------------------------------------- */

/* row, first: room for a row of khop's; *key: the scaffold's of the first writing. */
static void compare(bool *differs, uint64_t *key, const drugs *d, int molecule, khop_molecule *m, float *row,
                    float *first) {
  int64_t all = khop_descriptors_columns(d->descriptors), atoms = khop_i_array_integer(&d->atoms, molecule);
  bool none = true;
  for (int w = 0; w < WRITINGS; w++) {
    uint64_t own;
    bool refused = khop_molecule_parse(m, d->text[molecule * WRITINGS + w]) != KHOP_OK;
    differs[REFUSED] |= refused;
    if (refused) continue;
    perceived(differs, m, atoms, d->mark[molecule * WRITINGS + w]);
    ok(khop_descriptors_compute(row, d->descriptors, m));
    ok(khop_molecule_scaffold(&own, NULL, m));
    described(differs, d, molecule, row);
    differs[PAIRS] |= !pairs_are(m, ((const uint64_t *)d->pairs.data)[molecule],
                                 khop_i_array_integer(&d->number_of_pairs, molecule));
    if (none) {
      *key = own;
      memcpy(first, row, (size_t)all * sizeof *row);
    }
    none = false;
    differs[WRITINGS_DIFFER] |= own != *key || !rows_agree(first, row, all);
  }
}

/* Molecules of one scaffold have one key, those of another scaffold another, and those of none have 0. */
static void compare_scaffolds(bool (*differs)[MOST], const uint64_t *key, const khop_i_array *scaffold, int count) {
  for (int i = 0; i < count; i++) {
    int64_t own = khop_i_array_integer(scaffold, i);
    differs[i][SCAFFOLD] = (own < 0) != (key[i] == 0);
    for (int j = 0; j < i; j++)
      differs[i][SCAFFOLD] |= (khop_i_array_integer(scaffold, j) == own) != (key[j] == key[i]);
  }
}

/* --- the list --------------------------------------------------------------------------------- */

static int find_molecule(const drugs *d, const char *text) {
  for (int i = 0; i < DRUGS; i++)
    if (strcmp(d->text[i * WRITINGS], text) == 0) return i;
  fail_msg("the list names a molecule that there is not: %s", text);
  return -1;
}

static int find_kind(const drugs *d, const char *name) {
  for (int k = 0; k < d->kinds; k++)
    if (strcmp(d->kind_name[k], name) == 0) return k;
  fail_msg("the list names a kind that there is not: %s", name);
  return -1;
}

/* Lines of kind, molecule and reason, tabs between; # begins a comment. */
static void read_list(bool (*listed)[MOST], const drugs *d) {
  char *bytes, *rest, *line;
  size_t size;
  ok(khop_i_infile_read(&bytes, &size, fixture("tests/files/drug_like_differences.tsv")));
  for (rest = bytes; (line = strsep(&rest, "\n"));) {
    if (!*line || *line == '#') continue;
    const char *kind = strsep(&line, "\t"), *text = strsep(&line, "\t");
    if (!text || !line || !*line) fail_msg("%s: a molecule and a reason are wanted", kind);
    bool *cell = &listed[find_molecule(d, text)][find_kind(d, kind)];
    if (*cell) fail_msg("%s of %s is listed twice", kind, text);
    *cell = true;
  }
  khop_i_free(bytes);
}

/* What follows from atoms or bonds that are not RDKit's, and are not listed, is counted and not judged. */
static bool is_judged(const bool *differs, const bool *listed, int kind, const drugs *d) {
  bool same = !differs[d->aromatic_bonds] || listed[d->aromatic_bonds];
  for (int k = 0; k < WRITINGS_DIFFER; k++) same = same && (!differs[k] || listed[k]);
  return kind <= WRITINGS_DIFFER || kind == d->aromatic_bonds || same;
}

/* How many cells are not as listed; says which, and how many molecules differ by kind. */
static int judge(bool (*differs)[MOST], bool (*listed)[MOST], const drugs *d) {
  int wrong = 0;
  for (int k = 0; k < d->kinds; k++) {
    int count = 0, expected = 0;
    for (int i = 0; i < DRUGS; i++) {
      bool is = differs[i][k] && is_judged(differs[i], listed[i], k, d);
      count += differs[i][k];
      expected += listed[i][k];
      if (is == listed[i][k]) continue;
      wrong++;
      print_message("# %s\t%s\t%s\n", d->kind_name[k], d->text[i * WRITINGS],
                    is ? "differs, and is not listed" : "is listed, and does not differ");
    }
    if (count || expected)
      print_message("# %s: %d molecules differ, %d are listed\n", d->kind_name[k], count, expected);
  }
  return wrong;
}

static void one_molecule_has_one_answer_and_it_is_that_of_rdkit(void **state) {
  (void)state;
  drugs *d = read_drugs();
  int64_t all = khop_descriptors_columns(d->descriptors);
  bool (*differs)[MOST] = block_of(DRUGS, sizeof *differs), (*listed)[MOST] = block_of(DRUGS, sizeof *listed);
  uint64_t *key = block_of(DRUGS, sizeof *key);
  float *row = block_of(all, sizeof *row), *first = block_of(all, sizeof *first);
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (int i = 0; i < DRUGS; i++) compare(differs[i], &key[i], d, i, m, row, first);
  compare_scaffolds(differs, key, &d->scaffold, DRUGS);
  read_list(listed, d);
  int wrong = judge(differs, listed, d);
  khop_molecule_free(m);
  free_drugs(d);
  free(differs);
  free(listed);
  free(key);
  free(row);
  free(first);
  if (wrong) fail_msg("%d differences are not as tests/files/drug_like_differences.tsv has them", wrong);
}

/* --- the checker is checked ------------------------------------------------------------------- */

/* Benzoic acid as RDKit sees it, and then with each of its atoms' bits turned. */
static void an_atom_that_is_seen_otherwise_is_a_difference(void **state) {
  (void)state;
  enum { SP2 = 2 << 2, RING = 1 | 2 | SP2, H = 1 << 4 };
  uint8_t mark[9] = {SP2 | H, SP2, SP2, RING, RING | H, RING | H, RING | H, RING | H, RING | H};
  static const uint8_t turn[9] = {1, 2, 4, 8, 16, 32, 1, 2, 16};
  static const int kind[9] = {AROMATIC, RINGS, HYBRID, HYBRID, HYDROGENS, HYDROGENS, AROMATIC, RINGS, HYDROGENS};
  khop_molecule *m = molecule_of("OC(=O)c1ccccc1");
  for (int i = -1; i < 9; i++) {
    bool differs[KINDS] = {0};
    if (i >= 0) mark[i] ^= turn[i];
    perceived(differs, m, 9, mark);
    if (i >= 0) mark[i] ^= turn[i];
    for (int k = 0; k < KINDS; k++) assert_int_equal(differs[k], i >= 0 && k == kind[i]);
  }
  bool differs[KINDS] = {0};
  perceived(differs, m, 8, mark);
  assert_true(differs[ATOMS]);
  khop_molecule_free(m);
}

static void a_number_that_is_off_by_a_little_is_a_difference(void **state) {
  (void)state;
  assert_true(value_is(3, 3, 0) && !value_is(3.0001f, 3, 0) && !value_is(NAN, 3, 0) && !value_is(INFINITY, 3, 0));
  assert_true(value_is(1.23456f, 1.23456, 5e-6f) && !value_is(1.23459f, 1.23456, 5e-6f));
  assert_true(value_is(-0.0004f, 0, 5e-4f) && !value_is(-0.0006f, 0, 5e-4f) && value_is(500.001f, 500, 0));
  const float a[2] = {1, 200}, same[2] = {1, 200.001f}, other[2] = {1.0001f, 200}, none[2] = {1, NAN};
  assert_true(rows_agree(a, same, 2) && !rows_agree(a, other, 2) && !rows_agree(a, none, 2));
}

static void a_scaffold_with_two_keys_or_a_key_of_two_scaffolds_is_a_difference(void **state) {
  (void)state;
  int16_t which[4] = {0, 1, 0, -1};
  khop_i_array scaffold = {.dtype = KHOP_I_INT16, .dimensions = 1, .shape = {4}, .count = 4, .item_size = 2,
                           .data = which};
  static const uint64_t keys[4][4] = {{5, 7, 5, 0}, {5, 7, 9, 0}, {5, 5, 5, 0}, {5, 7, 5, 3}};
  static const int wrong[4] = {-1, 2, 1, 3};
  for (int t = 0; t < 4; t++) {
    bool (*differs)[MOST] = block_of(4, sizeof *differs);
    compare_scaffolds(differs, keys[t], &scaffold, 4);
    for (int i = 0; i < 4; i++)
      if (wrong[t] < 0 || i <= wrong[t]) assert_int_equal(differs[i][SCAFFOLD], i == wrong[t]);
    free(differs);
  }
}

/* A molecule of the set with one number or one list entry broken: both tables' cells are seen. */
static void a_difference_too_many_and_one_too_few_are_both_seen(void **state) {
  (void)state;
  drugs *d = read_drugs();
  bool (*differs)[MOST] = block_of(DRUGS, sizeof *differs), (*listed)[MOST] = block_of(DRUGS, sizeof *listed);
  assert_int_equal(judge(differs, listed, d), 0);
  differs[7][AROMATIC] = true;
  assert_int_equal(judge(differs, listed, d), 1);
  differs[7][KINDS] = true; /* follows from the atoms, until those are listed */
  assert_int_equal(judge(differs, listed, d), 1);
  listed[7][AROMATIC] = true;
  assert_int_equal(judge(differs, listed, d), 1);
  differs[7][KINDS] = false;
  assert_int_equal(judge(differs, listed, d), 0);
  differs[7][AROMATIC] = false;
  assert_int_equal(judge(differs, listed, d), 1);
  free(differs);
  free(listed);
  free_drugs(d);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_molecule_has_one_answer_and_it_is_that_of_rdkit),
      cmocka_unit_test(an_atom_that_is_seen_otherwise_is_a_difference),
      cmocka_unit_test(a_number_that_is_off_by_a_little_is_a_difference),
      cmocka_unit_test(a_scaffold_with_two_keys_or_a_key_of_two_scaffolds_is_a_difference),
      cmocka_unit_test(a_difference_too_many_and_one_too_few_are_both_seen),
  };
  return cmocka_run_group_tests_name("drug_like", tests, open_folder, close_folder);
}
