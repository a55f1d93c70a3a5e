/* test_canonical.c: one text for all writings of a molecule, which is read back to it; configurations
 * that have a sense. */
#include "molecules_check.h"

#include "files/npz.h"

enum { WRITINGS = 6 };

static char *smiles_of(khop_molecule *m, const char *text, bool isomeric) {
  char *written;
  if (khop_molecule_parse(m, text) != KHOP_OK) fail_msg("%s: %s", text, khop_message());
  ok(khop_molecule_smiles(&written, m, isomeric));
  return written;
}

static void six_writings_of_a_molecule_have_one_text(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_array texts;
  khop_molecule *m;
  int several = 0;
  ok(khop_molecule_new(&m));
  ok(khop_i_npz_open(&npz, fixture("tests/files/drug_like.npz")));
  ok(khop_i_npz_read(&texts, npz, "texts"));
  khop_i_npz_close(npz);
  char *text = block_of(texts.count + 1, 1), *rest = text, *line, *first[2] = {NULL, NULL};
  memcpy(text, texts.data, (size_t)texts.count);
  for (int i = 0; (line = strsep(&rest, "\n")) && *line; i++)
    for (int isomeric = 0; isomeric < 2; isomeric++) {
      char *written = smiles_of(m, line, isomeric);
      if (i % WRITINGS == 0) {
        khop_free(first[isomeric]);
        first[isomeric] = written;
      } else {
        several += strcmp(first[isomeric], written) != 0;
        khop_free(written);
      }
    }
  assert_int_equal(several, 0);
  khop_free(first[0]);
  khop_free(first[1]);
  khop_molecule_free(m);
  free(text);
  khop_i_array_free(&texts);
}

/* The texts of pairs are other writings of one molecule, of two molecules, or of one without a configuration. */
static void configurations_are_told_apart_where_they_have_a_sense(void **state) {
  (void)state;
  static const struct {
    const char *one, *other;
    bool same;
  } pairs[] = {{"N[C@@H](C)O", "C[C@H](N)O", true},           {"N[C@@H](C)O", "N[C@H](C)O", false},
               {"[C@@H](N)(C)O", "N[C@H](C)O", true},
               {"F/C=C/F", "F\\C=C\\F", true},                {"F/C=C/F", "F/C=C\\F", false},
               {"F/C(Cl)=C/F", "Cl\\C(F)=C/F", true},         {"C[C@H](C)O", "CC(C)O", true},
               {"C[C@H]1CC[C@@H](C)CC1", "C[C@H]1CC[C@H](C)CC1", false},
               {"C[C@H]1CCC(C)CC1", "CC1CCC(C)CC1", true},    {"CC[C@H](CC)O", "CCC(CC)O", true},
               {"O[C@H](C)[C@H](C)O", "O[C@@H](C)[C@@H](C)O", true},
               {"F/C=C1/CCCCC1", "FC=C1CCCCC1", true},        {"[13CH3][C@H](C)O", "[13CH3][C@@H](C)O", false},
               {"C[S@](=O)CC", "CC[S@@](=O)C", true},         {"[2H]C", "C", false},
               /* P and As with a hydrogen and a pair of electrons, as RDKit reads them */
               {"C[P@@H]CC", "CC[P@H]C", true},               {"C[P@@H]CC", "C[P@H]CC", false},
               {"C[P@@H]CC", "[P@@H](C)CC", true},            {"C[P@@H]CC", "C[P@]([H])CC", true},
               {"C1OCC[P@@H]1", "[P@@H]1COCC1", true},        {"[P@@H]1COCC1", "[H][P@@]1CCOC1", true},
               {"C[As@@H]CC", "C[As@H]CC", false},            {"C[S@@H]CC", "C[S@H]CC", true},
               {"C[P@@H]C", "C[P@H]C", true},
               /* a double bond beside an aromatic ring alone, and one whose bonds both other double bonds share */
               {"O/N=c1/c(F)cccn1C", "O/N=c1\\c(F)cccn1C", false},
               {"FC(F)=C1/C=C\\C(Cl)=C/C(C=O)=C(O)\\C=C1", "O=CC1=C(\\O)C=CC(=C(F)F)\\C=C/C(Cl)=C\\1", true},
               {"FC(F)=C1/C=C\\C(Cl)=C/C(C=O)=C(O)\\C=C1", "O=CC1=C(/O)C=CC(=C(F)F)\\C=C/C(Cl)=C/1", false}};
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    char *one = smiles_of(m, pairs[i].one, true), *other = smiles_of(m, pairs[i].other, true);
    if ((strcmp(one, other) == 0) != pairs[i].same) fail_msg("%s %s: %s %s", pairs[i].one, pairs[i].other, one, other);
    char *again = smiles_of(m, one, true);
    assert_string_equal(one, again);
    khop_free(one);
    khop_free(other);
    khop_free(again);
  }
  char *plain = smiles_of(m, "CC(C)(Cl)OC", false), *heavy = smiles_of(m, "[13CH3]C(C)(Cl)OC", false);
  assert_string_equal(plain, heavy);
  khop_free(plain);
  khop_free(heavy);
  khop_molecule_free(m);
}

/* A text without isotopes has no heavy hydrogens: they are hydrogens of their atoms. */
static void heavy_hydrogens_are_hydrogens_in_plain_texts(void **state) {
  (void)state;
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  static const char *const texts[][2] = {{"[2H]C", "C"}, {"[13CH3][2H]", "C"}, {"[2H]c1ccccc1", "c1ccccc1"},
                                         {"[2H]Cl", "Cl"}, {"[2H][2H]", "[H][H]"}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *written = smiles_of(m, texts[i][0], false), *expected = smiles_of(m, texts[i][1], false);
    assert_string_equal(written, expected);
    khop_free(written);
    khop_free(expected);
  }
  khop_molecule_free(m);
}

/* Double bonds of a ring that is aromatic have no sides, however they are written. */
static void aromatic_bonds_have_no_sides(void **state) {
  (void)state;
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  char *first = smiles_of(m, "NC(=O)\\C1=C/C(F)=C\\C(C=O)=*****C=C1\\C=C\\C", true), *again = smiles_of(m, first, true);
  assert_string_equal(first, again);
  assert_non_null(strchr(first, '/')); /* of the chain */
  khop_free(first);
  khop_free(again);
  khop_molecule_free(m);
}

/* Carbons are paired among themselves before one takes a wildcard: in a ring of four c=c, not c=* twice; of three
 * carbons and two wildcards one pair and one wildcard, on either side of a mirror. */
static void wildcards_in_a_ring_are_paired_where_they_must(void **state) {
  (void)state;
  static const char *const alike[][4] = {{"c1c**1", "c1**c1", "*1*cc1", "C1=C**1"},
                                         {"c1cc**1", "c1c**c1", "*1ccc*1", "C1=CC=**1"}};
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (int i = 0; i < 2; i++) {
    char *first = smiles_of(m, alike[i][0], false);
    for (int k = 1; k < 4; k++) {
      char *other = smiles_of(m, alike[i][k], false);
      if (strcmp(first, other) != 0) fail_msg("%s is %s, %s is %s", alike[i][0], first, alike[i][k], other);
      khop_free(other);
    }
    khop_free(first);
  }
  khop_molecule_free(m);
}

/* Several choices of wildcards are as good where rings share one: random writings (RDKit's, unsanitised) of one graph. */
static void wildcards_are_paired_alike_in_every_writing(void **state) {
  (void)state;
  static const char *const alike[][5] = {
      {"c1c**11c**1", "c1c*2(*1)c**2", "*1cc*12**c2", "c1***12*cc2", "*1*2(**c2)cc1"},
      {"c1c*c2**c*2c1", "*1c2**c*2ccc1", "*1c2*ccc*2c*1", "c1**c2*1ccc*2", "*1c2*(ccc1)c**2"},
      {"c1c*c2c(*1)*c*2", "*1c2c(*cc1)*c*2", "c1*c2c(*1)*cc*2", "c1c*c2c(*c*2)*1", "c1*c2c(*cc*2)*1"},
      {"c12cc*c1*c*2", "*1c*c2c1*cc2", "c12c(*c*1)*cc2", "*1c2c(cc*2)*c1", "c1*c2c(*cc2)*1"},
      {"c1*c2c(c*1)c**2", "*1c*cc2c**c21", "c1c2c(**1)*c*c2", "c12c**c1*c*c2", "*1cc2c(*c1)**c2"},
      {"*1*2c(cc1)*cc*2", "c1c2*(*cc*2)*c1", "*1c2cc**2*cc1", "*12*ccc1*cc*2", "c1c**2c(cc*2)*1"}};
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
    char *first = smiles_of(m, alike[i][0], false), *again = smiles_of(m, first, false);
    assert_string_equal(first, again);
    khop_free(again);
    for (int k = 1; k < 5; k++) {
      char *other = smiles_of(m, alike[i][k], false);
      if (strcmp(first, other) != 0) fail_msg("%s is %s, %s is %s", alike[i][0], first, alike[i][k], other);
      khop_free(other);
    }
    khop_free(first);
  }
  khop_molecule_free(m);
}

/* canonical.npz has the texts that RDKit reads as the molecules (tests/files/make_canonical.py). */
static void canonical_texts_are_those_that_rdkit_has_proved(void **state) {
  (void)state;
  khop_i_npz *npz = NULL;
  khop_i_array texts[2];
  khop_molecule *m;
  char *text[2], *rest[2];
  static const char *const files[2] = {"tests/files/drug_like.npz", "tests/files/canonical.npz"};
  int proved = 0, other = 0;
  for (int f = 0; f < 2; f++) {
    ok(khop_i_npz_open(&npz, fixture(files[f])));
    ok(khop_i_npz_read(&texts[f], npz, "texts"));
    khop_i_npz_close(npz);
    rest[f] = text[f] = block_of(texts[f].count + 1, 1);
    memcpy(text[f], texts[f].data, (size_t)texts[f].count);
    khop_i_array_free(&texts[f]);
  }
  ok(khop_molecule_new(&m));
  for (char *line; (line = strsep(&rest[1], "\n")) && *line; proved++) {
    char *written = smiles_of(m, strsep(&rest[0], "\n"), true);
    if (strcmp(written, line) != 0) print_message("# %s is written, %s is proved\n", written, line), other++;
    khop_free(written);
    for (int w = 1; w < WRITINGS; w++) strsep(&rest[0], "\n");
  }
  assert_int_equal(proved, 2000);
  assert_int_equal(other, 0);
  khop_molecule_free(m);
  free(text[0]);
  free(text[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(six_writings_of_a_molecule_have_one_text),
      cmocka_unit_test(configurations_are_told_apart_where_they_have_a_sense),
      cmocka_unit_test(heavy_hydrogens_are_hydrogens_in_plain_texts),
      cmocka_unit_test(aromatic_bonds_have_no_sides),
      cmocka_unit_test(wildcards_in_a_ring_are_paired_where_they_must),
      cmocka_unit_test(wildcards_are_paired_alike_in_every_writing),
      cmocka_unit_test(canonical_texts_are_those_that_rdkit_has_proved),
  };
  return cmocka_run_group_tests_name("canonical", tests, open_folder, close_folder);
}
