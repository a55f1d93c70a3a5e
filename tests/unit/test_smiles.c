/* test_smiles.c: the reader of SMILES: what is read and as what, what is refused and why, texts damaged at random. */
#include "molecules_check.h"
#include "molecules/molecule.h"

/* --- files of cases ----------------------------------------------------------------------------- */

/* The next line of a file of cases that is no comment, without its end; NULL at the end. */
static const char *next_case(FILE *file) {
  static char line[300];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\r\n")] = 0;
    if (*line && *line != '#') return line;
  }
  return NULL;
}

static FILE *open_cases(const char *name) {
  char under[100];
  snprintf(under, sizeof under, "tests/files/cases/molecules/%s", name);
  FILE *file = fopen(fixture(under), "rb");
  assert_non_null(file);
  return file;
}

/* What does not depend on the order of atoms: a row of descriptors, and the scaffold. */
static uint64_t describe(float *row, khop_descriptors *d, const char *text) {
  khop_molecule *m = molecule_of(text);
  uint64_t key;
  ok(khop_descriptors_compute(row, d, m));
  ok(khop_molecule_scaffold(&key, NULL, m));
  khop_molecule_free(m);
  return key;
}

static void two_writings_are_one_molecule(void **state) {
  (void)state;
  static const int hops[] = {1, 2, 3, 4};
  khop_descriptors *d;
  ok(khop_descriptors_new(&d, &(khop_descriptors_options){
                                      .features = "counts,wiener,ring,autocorr,crippen,tpsa,profile,types",
                                      .hops = 4, .hop = hops}));
  int64_t columns = khop_descriptors_columns(d);
  float *a = block_of(columns, sizeof *a), *b = block_of(columns, sizeof *b);
  FILE *file = open_cases("pairs.smi");
  int count = 0;
  for (const char *line = next_case(file); line; line = next_case(file), count++) {
    char first[100], second[100];
    assert_int_equal(sscanf(line, "%99s %99s", first, second), 2);
    if (describe(a, d, first) != describe(b, d, second)) fail_msg("%s: another scaffold", line);
    for (int64_t c = 0; c < columns; c++)
      if (!(fabsf(a[c] - b[c]) <= 1e-4f * fmaxf(1, fabsf(a[c])))) fail_msg("%s: column %lld", line, (long long)c);
  }
  assert_int_equal(count, 8);
  fclose(file);
  free(a), free(b);
  khop_descriptors_free(d);
}

static void what_is_wrong_is_refused(void **state) {
  (void)state;
  FILE *file = open_cases("refuse.smi");
  khop_molecule *m;
  int count = 0;
  ok(khop_molecule_new(&m));
  for (const char *line = next_case(file); line; line = next_case(file), count++)
    if (khop_molecule_parse(m, line) != KHOP_E_FORMAT || khop_molecule_atoms(m) != 0) fail_msg("%s is read", line);
  assert_int_equal(count, 14);
  fclose(file);
  khop_molecule_free(m);
}

static void what_is_valid_is_read(void **state) {
  (void)state;
  FILE *file = open_cases("read.smi");
  int count = 0;
  for (const char *line = next_case(file); line; line = next_case(file), count++)
    khop_molecule_free(molecule_of(line));
  assert_int_equal(count, 4);
  fclose(file);
}

/* --- reasons -------------------------------------------------------------------------------------- */

static void each_fault_has_its_reason(void **state) {
  (void)state;
  static const char *const wanted[][2] = {
      {"", "there is no atom"}, {"  \t", "there is no atom"}, {"C--C", "a bond after a bond: '-' at character 3"},
      {"C=", "at its end"}, {"=C", "without an atom before it: '='"},
      {"C.=C", "without an atom before it: '=' at character 3"},
      {"C(=)C", "without an atom after it: ')' at character 4"}, {"CC()", "an empty branch: ')' at character 4"},
      {"(C)C", "a branch without an atom"}, {"C((C)C)", "a branch without an atom"},
      {"C(C", "a parenthesis is not closed"},
      {"C)C", "not opened: ')' at character 2"}, {"C..C", "a dot without an atom before it: '.' at character 3"},
      {".C", "a dot without an atom before"}, {"C.", "a dot without an atom after"}, {"C(.)C", "a dot without"},
      {"C1CC", "ring 1 is not closed, opened at character 2"}, {"C%12CC", "ring 12 is not closed"},
      {"C1CC2", "ring 1 is not closed"}, {"C11", "a ring of one atom"}, {"C1C1", "a second bond between two atoms"},
      {"C12CC12", "a second bond"}, {"C=1CC#1", "different bonds: '1' at character 7"}, {"1CC1", "without its atom"},
      {"C(1CC1)", "without its atom"}, {"C%1", "that is none: '%'"}, {"C%(1", "that is none"}, {"C%()", "that is none"},
      {"C%(100000)C", "that is none"}, {"C!C", "invalid character: '!' at character 2"},
      {"Ct", "invalid character: 't'"},
      {"CNa", "invalid character: 'a' at character 3"}, {"Zn", "written in brackets: 'Z'"}, {"CH4", "in brackets: 'H'"},
      {"\xff\xfe", "byte 0xff"}, {"C C", "after a blank"}, {"[C", "a bracket is not closed"}, {"C[", "not closed"},
      {"[]", "unknown element: ']' at character 2"}, {"[Xx]", "unknown element: 'X'"}, {"[co]", "unknown element"},
      {"[1000C]", "isotope above 999"}, {"[C@@@H]", "chirality"}, {"[C@TH3H]", "chirality"}, {"[C@SP4]", "chirality"},
      {"[Pt@OH31]", "chirality"}, {"[CH10]", "more than 9 hydrogens"}, {"[C+16]", "charge beyond 15"},
      {"[C:]", "class without its number"}, {"[C+-]", "in a bracket: '-'"},
      {"[C?]", "in a bracket: '?' at character 3"},
      {"C->[Fe]", "a dative bond (->) at character 2"}, {"B<-N", "a dative bond (<-) at character 2"},
      {"cc", "outside of rings: atom 1 (C)"}, {"Nb(c)c", "outside of rings: atom 2 (B)"}, {"C:C", "outside of rings"},
      {"c1cccn1", "no Kekule structure: atom"}, {"c1ccn(C)cc1", "no Kekule structure: atom"}, {"c1cc1", "no Kekule"},
      {"[cH2]1ccccc1", "4 neighbours and hydrogens"}, {"Cc1(C)cccc1", "4 neighbours and hydrogens: atom 2 (C)"},
      {"C[n+]1cccc1", "no Kekule"}, {"O=n1cccc1", "no Kekule"},
      {"C(C)(C)(C)(C)C", "bad valence on C (atom 1): 5 bonds"},
      {"C=[N](C)C", "bad valence on N (atom 2): 4 bonds"}, {"CC(=[NH2])N", "bad valence on N (atom 3)"},
      {"[BH4]", "bad valence on B"}, {"[NH4]", "bad valence on N"}, {"[PH6]", "bad valence on P"},
      {"CCl(C)C", "bad valence on Cl"}, {"FB(F)(F)F", "bad valence on B"}, {"C[H]C", "bad valence on H"},
      {"CN(=S)=S", "bad valence on N"}, {"[CH4-]", "bad valence on C"}, {"[OH]1CC1", "bad valence on O"}};
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    khop_status status = khop_molecule_parse(m, wanted[i][0]);
    if (status != KHOP_E_FORMAT || !strstr(khop_message(), wanted[i][1]))
      fail_msg("'%s': %s: %s", wanted[i][0], khop_status_name(status), status == KHOP_OK ? "" : khop_message());
    assert_int_equal(khop_molecule_atoms(m), 0);
  }
  khop_molecule_free(m);
}

/* --- what is read --------------------------------------------------------------------------------- */

/* Of each text the atoms, bonds, hydrogens, charge, unpaired electrons and aromatic atoms in all: by RDKit 2026.09. */
static const struct {
  const char *text;
  int atoms, bonds, hydrogens, charge, unpaired, aromatic;
} known[] = {
    {"C%(100)CC%(100)", 3, 3, 6, 0, 0, 0}, {"C$C", 2, 1, 0, 0, 0, 0}, {"[Og]", 1, 0, 0, 0, 0, 0},
    {"N=C\\1NCc2c/1cccc2", 10, 11, 8, 0, 0, 6}, {"C1.C1", 2, 1, 6, 0, 0, 0}, {"C(C.C)C", 4, 2, 12, 0, 0, 0},
    {"C(.C)C", 3, 1, 10, 0, 0, 0}, {"C(C)1CC1", 4, 4, 8, 0, 0, 0}, {"C1(CC1)", 3, 3, 6, 0, 0, 0},
    {"C0CC0", 3, 3, 6, 0, 0, 0}, {"C=1CC1", 3, 3, 4, 0, 0, 0}, {" C ", 1, 0, 4, 0, 0, 0},
    {"[12C@@H](F)(Cl)Br", 4, 3, 1, 0, 0, 0}, {"[C@TH1](F)(Cl)(Br)I", 5, 4, 0, 0, 0, 0}, {"[Pt@OH30]", 1, 0, 0, 0, 0, 0},
    {"[C++]", 1, 0, 0, 2, 2, 0}, {"[Fe+2]", 1, 0, 0, 2, 0, 0}, {"[O-2]", 1, 0, 0, -2, 0, 0},
    {"[OH:7]", 1, 0, 1, 0, 1, 0},
    {"[H][H]", 2, 1, 0, 0, 0, 0}, {"[2H]C", 2, 1, 3, 0, 0, 0}, {"[H]n1cccc1", 5, 5, 5, 0, 0, 5},
    {"[H][N+]([H])([H])[H]", 1, 0, 4, 1, 0, 0}, {"[CH2]", 1, 0, 2, 0, 2, 0}, {"[c]1ccccc1", 6, 6, 5, 0, 1, 6},
    {"CN(=O)=O", 4, 3, 3, 0, 0, 0}, {"CN=N#N", 4, 3, 3, 0, 0, 0}, {"O=n1ccccc1", 7, 7, 5, 0, 0, 6},
    {"OCl(=O)(=O)=O", 5, 4, 1, 0, 0, 0}, {"FP(F)(F)(F)F", 6, 5, 0, 0, 0, 0}, {"F[P-](F)(F)(F)(F)F", 7, 6, 0, -1, 0, 0},
    {"CS(C)=O", 4, 3, 6, 0, 0, 0}, {"CS(=O)=N", 4, 3, 5, 0, 0, 0}, {"[BH4-]", 1, 0, 4, -1, 0, 0},
    {"CI(Cl)Cl", 4, 3, 3, 0, 0, 0},
    {"CN(C)(C)[Fe]", 5, 4, 9, 0, 0, 0}, {"[Na]C#N", 3, 2, 0, 0, 0, 0}, {"C:1:C:C:C:C:C1", 6, 6, 6, 0, 0, 6},
    {"c1ccccc1:c1ccccc1", 12, 13, 10, 0, 0, 12},
    {"c1c(OC)c(OC)C2C(=O)OCC2c1", 14, 15, 12, 0, 0, 0}, {"*1cccc1", 5, 5, 4, 0, 0, 5}};

static void what_is_read_is_what_rdkit_reads(void **state) {
  (void)state;
  khop_molecule *m;
  ok(khop_molecule_new(&m));
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    int hydrogens = 0, charge = 0, unpaired = 0, aromatic = 0;
    khop_status status = khop_molecule_parse(m, known[i].text);
    if (status != KHOP_OK) fail_msg("%s: %s", known[i].text, khop_message());
    const khop_atom *a = khop_molecule_atom_list(m);
    for (int64_t k = 0; k < khop_molecule_atoms(m); k++)
      hydrogens += a[k].hydrogens, charge += a[k].charge, unpaired += a[k].radical, aromatic += a[k].aromatic;
    if (khop_molecule_atoms(m) != known[i].atoms || khop_molecule_bonds(m) != known[i].bonds ||
        hydrogens != known[i].hydrogens || charge != known[i].charge || unpaired != known[i].unpaired ||
        aromatic != known[i].aromatic)
      fail_msg("%s: %lld atoms, %lld bonds, %d hydrogens, charge %d, %d unpaired, %d aromatic", known[i].text,
               (long long)khop_molecule_atoms(m), (long long)khop_molecule_bonds(m), hydrogens, charge, unpaired,
                   aromatic);
  }
  khop_molecule_free(m);
}

static void every_element_is_read(void **state) {
  (void)state;
  char text[16];
  for (int e = 1; e < 119; e++) {
    snprintf(text, sizeof text, "[%s]", khop_element_symbol(e));
    khop_molecule *m = molecule_of(text);
    assert_int_equal(khop_molecule_atom_list(m)[0].element, e);
    khop_molecule_free(m);
  }
}

static bool has_sides(const char *text) {
  khop_molecule *m = molecule_of(text);
  bool any = false;
  for (int64_t b = 0; b < khop_molecule_bonds(m); b++) any = any || khop_molecule_bond_list(m)[b].stereo;
  khop_molecule_free(m);
  return any;
}

static void sides_of_double_bonds(void **state) {
  (void)state;
  assert_true(has_sides("F/C=C/F") && has_sides("F\\C=C/F") && has_sides("C(/F)=C/F") && has_sides("C/1=C/CCCCCCC1"));
  assert_true(has_sides("C1=C/CCCCCC\\1"));
  assert_false(has_sides("FC=CF") || has_sides("F/C=CF") || has_sides("F/CC/F") || has_sides("C/1=C/CCCC1") ||
               has_sides("N=C\\1NCc2c/1cccc2"));
}

static int centres(const char *text) {
  khop_molecule *m = molecule_of(text);
  int count = 0;
  for (int64_t i = 0; i < khop_molecule_atoms(m); i++) count += khop_molecule_atom_list(m)[i].stereo;
  khop_molecule_free(m);
  return count;
}

static void a_centre_has_no_two_ends_alike(void **state) {
  (void)state;
  assert_true(centres("C[C@H](F)Cl") == 1 && centres("C[S@](=O)CC") == 1 && centres("C[C@H]1CC[C@@H](C)CC1") == 2);
  assert_true(centres("C[C@H](C)CC") == 0 && centres("[C@H](F)(F)Cl") == 0 && centres("[C@](F)C") == 0);
  assert_true(centres("C[C@@H2]CC") == 0 && centres("C[C@H]([13CH3])CC") == 1 && centres("C[C@]([2H])(F)CC") == 1);
  assert_false(has_sides("F/C(F)=C/C") || has_sides("C/C=C(/C)C"));
}

/* --- texts damaged at random ----------------------------------------------------------------------- */

/* A text of the list with a few of its signs changed, left out or doubled. */
static void damage(char *text, size_t room, khop_i_random *random) {
  static const char signs[] = "CCNOSPBFcccnos()()==#-1123.[]%I/\\@H+:$*l";
  for (int64_t count = khop_i_random_below(random, 4); count >= 0; count--) {
    size_t length = strlen(text), at = (size_t)khop_i_random_below(random, (int64_t)length + 1);
    char sign = signs[khop_i_random_below(random, sizeof signs - 1)];
    switch (khop_i_random_below(random, 3)) {
    case 0:
      if (at < length) text[at] = sign;
      break;
    case 1:
      if (at < length) memmove(text + at, text + at + 1, length - at);
      break;
    default:
      if (length + 2 >= room) break;
      memmove(text + at + 1, text + at, length - at + 1);
      text[at] = sign;
    }
  }
}

/* Refused with a reason, or read as a molecule that another writing gives again. */
static void damaged_texts_are_refused_or_sound(void **state) {
  (void)state;
  khop_i_random random;
  khop_molecule *m, *other;
  static char again[20000];
  int read = 0;
  khop_i_random_seed(&random, 5);
  ok(khop_molecule_new(&m));
  ok(khop_molecule_new(&other));
  for (int i = 0; i < 20000; i++) {
    char text[300];
    snprintf(text, sizeof text, "%s", molecules[i % MOLECULES]);
    damage(text, sizeof text, &random);
    khop_status status = khop_molecule_parse(m, text);
    if (status != KHOP_OK) {
      if (status != KHOP_E_FORMAT || !*khop_message()) fail_msg("'%s': %s", text, khop_message());
      continue;
    }
    bool isotopes = false; /* of hydrogen, which other_smiles does not write */
    for (int32_t k = 0; k < m->atoms; k++) isotopes = isotopes || m->atom[k].element == 1;
    if (isotopes) continue;
    other_smiles(again, m, (uint64_t)i);
    if (khop_molecule_parse(other, again) != KHOP_OK) fail_msg("'%s' is %s: %s", text, again, khop_message());
    int sums[2][3] = {{0}};
    for (int side = 0; side < 2; side++) {
      const khop_molecule *x = side ? other : m;
      for (int32_t k = 0; k < x->atoms; k++) {
        sums[side][0] += x->atom[k].aromatic;
        sums[side][1] += x->atom[k].hydrogens + 100 * x->atom[k].element;
        sums[side][2] += x->atom[k].radical;
      }
    }
    if (m->bonds != other->bonds || memcmp(sums[0], sums[1], sizeof sums[0]) != 0)
      fail_msg("'%s' is %s, and is read as another", text, again);
    read++;
  }
  printf("# %d of 20000 damaged texts are read\n", read);
  assert_true(read > 1000 && read < 19000);
  khop_molecule_free(m), khop_molecule_free(other);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_writings_are_one_molecule), cmocka_unit_test(what_is_wrong_is_refused),
      cmocka_unit_test(what_is_valid_is_read),         cmocka_unit_test(each_fault_has_its_reason),
      cmocka_unit_test(what_is_read_is_what_rdkit_reads), cmocka_unit_test(every_element_is_read),
      cmocka_unit_test(sides_of_double_bonds),
      cmocka_unit_test(a_centre_has_no_two_ends_alike), cmocka_unit_test(damaged_texts_are_refused_or_sound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
