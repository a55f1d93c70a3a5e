/* test_standardise.c: the standard form of a molecule: by hand, beside RDKit's (tests/files/standardise.tsv, made by
 * make_standardise.py), in several writings, and that a second time changes nothing. */
#include "molecules_check.h"

enum { STEPS = 5, FIRST_WRITING = 6, COLUMNS = 10 };
static const int steps_of[STEPS] = {KHOP_LARGEST_FRAGMENT, KHOP_NEUTRAL, KHOP_DROP_ISOTOPES, KHOP_DROP_STEREO,
                                    KHOP_STANDARDISE_ALL};

static char *canonical(khop_molecule *m, const char *text) {
  char *written;
  if (khop_molecule_parse(m, text) != KHOP_OK) fail_msg("%s: %s", text, khop_message());
  ok(khop_molecule_smiles(&written, m, true));
  return written;
}

/* The canonical text of the standard form. It is read as the same molecule, which has this form already. */
static char *standard(khop_molecule *m, int *changed, const char *text, int steps) {
  char *written;
  int again;
  if (khop_molecule_parse(m, text) != KHOP_OK) fail_msg("%s: %s", text, khop_message());
  if (khop_molecule_standardise(changed, m, steps) != KHOP_OK) fail_msg("%s: %s", text, khop_message());
  ok(khop_molecule_smiles(&written, m, true));
  ok(khop_molecule_standardise(&again, m, steps));
  if (again) fail_msg("%s: %s is changed a second time", text, written);
  char *read = canonical(m, written);
  if (strcmp(read, written) != 0) fail_msg("%s: %s is read as %s", text, written, read);
  khop_free(read);
  return written;
}

static void becomes(const char *text, int steps, const char *wanted, int changes) {
  khop_molecule *m;
  int changed;
  ok(khop_molecule_new(&m));
  char *form = standard(m, &changed, text, steps), *right = canonical(m, wanted);
  if (strcmp(form, right) != 0) fail_msg("%s becomes %s, not %s", text, form, wanted);
  if (changed != changes) fail_msg("%s: changed by %d, not by %d", text, changed, changes);
  khop_free(form);
  khop_free(right);
  khop_molecule_free(m);
}

/* --- by hand -------------------------------------------------------------------------------------- */

static void the_largest_fragment_is_kept(void **state) {
  (void)state;
  int largest = KHOP_LARGEST_FRAGMENT;
  becomes("CC(=O)[O-].[Na+]", largest, "CC(=O)[O-]", largest);
  becomes("[Na+].CC(=O)[O-]", largest, "CC(=O)[O-]", largest);
  becomes("CCO", largest, "CCO", 0);
  becomes("CCO.OCC", largest, "CCO", largest);      /* two that are equal */
  becomes("CCl.CBr", largest, "CBr", largest);      /* as many atoms: the heavier */
  becomes("[13CH4].C", largest, "[13CH4]", largest);
  becomes("CCO.COC", largest, "CCO", largest);      /* as heavy: the text that comes first */
  becomes("COC.CCO", largest, "CCO", largest);
  becomes("CC[O-].COC.CCO.CN", largest, "CCO", largest); /* O comes before a bracket */
  becomes("C[C@H](N)O.C[C@@H](N)O", largest, "C[C@@H](N)O", largest);
  becomes("[Na+].[Cl-].[K+]", largest, "[K+]", largest);
  becomes("[H][H].[He]", largest, "[He]", largest);
}

static void charges_go_where_a_valence_allows_it(void **state) {
  (void)state;
  int neutral = KHOP_NEUTRAL;
  becomes("CC(=O)[O-]", neutral, "CC(=O)O", neutral);
  becomes("C[NH3+]", neutral, "CN", neutral);
  becomes("[NH4+].[Cl-]", neutral, "N.Cl", neutral);
  becomes("[NH3+]CC(=O)[O-]", neutral, "NCC(=O)O", neutral);
  becomes("c1ccccc1[O-]", neutral, "c1ccccc1O", neutral);
  becomes("c1cc[nH+]cc1", neutral, "c1ccncc1", neutral);
  becomes("c1nnn[n-]1", neutral, "c1nnn[nH]1", neutral);
  becomes("[O-2]", neutral, "O", neutral);
  becomes("C[S-]", neutral, "CS", neutral);
  becomes("[C-]#N", neutral, "C#N", neutral);
  becomes("[cH-]1cccc1", neutral, "C1C=CC=C1", neutral);
  becomes("[O-][N+](=O)[O-]", neutral, "O[N+](=O)[O-]", neutral);
  becomes("[N-]=[N+]=[N-]", neutral, "N=[N+]=[N-]", neutral);
  becomes("CCO", neutral, "CCO", 0);
}

static void charges_that_cannot_go_are_balanced(void **state) {
  (void)state;
  int neutral = KHOP_NEUTRAL;
  static const char *const same[] = {"C[N+](C)(C)CC(=O)[O-]", "[O-][N+](=O)c1ccccc1", "c1cc[n+]([O-])cc1", "C[N+]#[C-]",
                                     "[C-]#[O+]", "[Na+]", "[Na+].[Cl-]", "CC(=O)[O-].[Na+]", "C[N+](C)(C)C", "[H-]",
                                     "F[B-](F)(F)F", "F[P-](F)(F)(F)(F)F", "I[I-]I", "[NH4+].F[B-](F)(F)F", "[CH3+]",
                                     "[NH3+][BH3-]", "[O-]c1c[n+](C)no1", "[Fe+3].[Cl-].[Cl-].[Cl-]", "[BH4-]", "[2H+]"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) becomes(same[i], neutral, same[i], 0);
  becomes("[K+].[O-]c1ccc(C(=O)[O-])cc1", neutral, "[K+].Oc1ccc(C(=O)[O-])cc1", neutral); /* the stronger acid */
  becomes("[Na+].[O-]S(=O)(=O)CC(=O)[O-]", neutral, "[Na+].[O-]S(=O)(=O)CC(=O)O", neutral);
  becomes("[Na+].CP(=O)([O-])[O-]", neutral, "[Na+].CP(=O)(O)[O-]", neutral);
  becomes("[Na+].[Cl-].CC(=O)[O-]", neutral, "[Na+].[Cl-].CC(=O)O", neutral);
  becomes("C[N+](C)(C)CC(=O)[O-].[Cl-]", neutral, "C[N+](C)(C)CC(=O)[O-].Cl", neutral); /* within a molecule first */
  becomes("[O-]CC[O-].[Na+]", neutral, "OCC[O-].[Na+]", neutral);
  becomes("F[B-](F)(F)F.C[NH3+].c1cc[nH+]cc1", neutral, "F[B-](F)(F)F.C[NH3+].c1ccncc1", neutral);
  becomes("[Na+].[Na+].[O-]C=O", neutral, "[Na+].[Na+].[O-]C=O", 0);
}

static void isotopes_and_configurations_go(void **state) {
  (void)state;
  int isotopes = KHOP_DROP_ISOTOPES, stereo = KHOP_DROP_STEREO;
  becomes("[13CH3]C", isotopes, "CC", isotopes);
  becomes("[2H]C", isotopes, "C", isotopes);
  becomes("[2H]O[2H]", isotopes, "O", isotopes);
  becomes("[2H][2H]", isotopes, "[H][H]", isotopes);
  becomes("[2H][C@](F)(Cl)Br", isotopes, "[H][C@](F)(Cl)Br", isotopes);
  becomes("F[C@]([2H])(Cl)Br", isotopes, "F[C@]([H])(Cl)Br", isotopes);
  becomes("F[C@](Cl)(Br)[2H]", isotopes, "F[C@](Cl)(Br)[H]", isotopes);
  becomes("[2H]/C(F)=C/Cl", isotopes, "[H]/C(F)=C/Cl", isotopes);
  becomes("C/C([2H])=C/C", isotopes, "C/C([H])=C/C", isotopes);
  becomes("[2H]/C([3H])=C/C", isotopes, "C=CC", isotopes);
  becomes("[13CH3][C@H](C)O", isotopes, "CC(C)O", isotopes);
  becomes("C[C@]([2H])([3H])O", isotopes, "CCO", isotopes);
  becomes("N[C@@H](C)O", stereo, "NC(C)O", stereo);
  becomes("F/C=C/F", stereo, "FC=CF", stereo);
  becomes("N[C@@H](C)O", isotopes, "N[C@@H](C)O", 0);
  becomes("C[C@H](C)O", stereo, "CC(C)O", 0); /* there was none */
}

static void all_steps_follow_each_other(void **state) {
  (void)state;
  int all = KHOP_STANDARDISE_ALL;
  becomes("CC(=O)[O-].[Na+]", all, "CC(=O)O", KHOP_LARGEST_FRAGMENT | KHOP_NEUTRAL);
  becomes("[2H]C[C@H](N)C(=O)[O-].[Na+]", all, "CC(N)C(=O)O", all);
  becomes("C[C@@H]([NH3+])C(=O)[O-].O", KHOP_LARGEST_FRAGMENT | KHOP_NEUTRAL, "C[C@@H](N)C(=O)O",
          KHOP_LARGEST_FRAGMENT | KHOP_NEUTRAL);
  becomes("C[N@@H+](CC)CCC", KHOP_NEUTRAL, "CN(CC)CCC", KHOP_NEUTRAL); /* amines turn inside out */
  becomes("[13CH3]CO.COC", all, "CCO", KHOP_LARGEST_FRAGMENT | KHOP_DROP_ISOTOPES);
  becomes("CCO", all, "CCO", 0);
  becomes("CCO.C[O-]", 0, "CCO.C[O-]", 0);
}

/* --- beside RDKit, in all writings ------------------------------------------------------------------ */

typedef struct sheet {
  char *text;
  int64_t rows;
  char **cell; /* (rows, columns) */
} sheet;

static sheet read_sheet(const char *name, int columns) {
  sheet s = {.cell = block_of(4000 * columns, sizeof *s.cell), .text = block_of(1 << 20, 1)};
  FILE *file = fopen(fixture(name), "rb");
  assert_non_null(file);
  assert_true(fread(s.text, 1, (1 << 20) - 1, file) > 0);
  fclose(file);
  char *rest = s.text;
  for (char *line; (line = strsep(&rest, "\n")) && *line; s.rows++)
    for (int c = 0; c < columns; c++) assert_non_null(s.cell[s.rows * columns + c] = strsep(&line, "\t"));
  return s;
}

static void close_sheet(sheet *s) {
  free(s->text);
  free(s->cell);
}

/* Whether RDKit's form is khop's; its text may be none that can be read. */
static bool is_rdkits(khop_molecule *m, char *const *cell, int k, const char *form) {
  const char *wanted = strcmp(cell[k], "=") == 0 ? cell[STEPS] : cell[k];
  if (strcmp(wanted, "unreadable") == 0) return false;
  char *right = canonical(m, wanted);
  bool same = strcmp(right, form) == 0;
  khop_free(right);
  return same;
}

static void forms_are_rdkits_but_for_those_listed(void **state) {
  (void)state;
  sheet s = read_sheet("tests/files/standardise.tsv", COLUMNS);
  sheet known = read_sheet("tests/files/standardise_differences.tsv", 5);
  const char *path = getenv("KHOP_STANDARDISE_WRITE");
  FILE *found = path ? fopen(path, "w") : NULL;
  khop_molecule *m;
  int64_t next = 0, strange = 0;
  ok(khop_molecule_new(&m));
  for (int64_t row = 0; row < s.rows; row++)
    for (int k = 0; k < STEPS; k++) {
      char *const *cell = s.cell + row * COLUMNS, **listed = known.cell + 5 * next;
      char *form = standard(m, NULL, cell[FIRST_WRITING], steps_of[k]);
      for (int w = FIRST_WRITING + 1; w < COLUMNS; w++) {
        char *other = standard(m, NULL, cell[w], steps_of[k]);
        if (strcmp(other, form) != 0) fail_msg("%s: %s, not %s, of another writing", cell[w], other, form);
        khop_free(other);
      }
      bool same = is_rdkits(m, cell, k, form);
      bool is_listed = next < known.rows && atoll(listed[0]) == row && atoi(listed[1]) == steps_of[k];
      next += is_listed;
      if (found && !same) fprintf(found, "%lld\t%d\t%s\n", (long long)row, steps_of[k], form);
      if (same == is_listed || (is_listed && strcmp(listed[2], form) != 0)) {
        if (!found) print_error("%s, steps %d: %s\n", cell[FIRST_WRITING], steps_of[k], form);
        strange++;
      }
      khop_free(form);
    }
  if (found) fclose(found);
  else assert_int_equal(strange, 0);
  assert_true(s.rows > 1000 && known.rows > 50);
  khop_molecule_free(m);
  close_sheet(&s);
  close_sheet(&known);
}

/* --- what is no use ------------------------------------------------------------------------------- */

/* Atoms, descriptors and all are those of the text that the form has. */
static void what_stays_is_what_a_text_says(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"[Na+].CC(=O)c1cc[nH+]cc1", "CC(=O)c1ccncc1"},
                                         {"O.[13CH3]C(=O)N/C=C/C", "CC(=O)NC=CC"},
                                         {"[NH3+][C@@H](C)C(=O)[O-]", "NC(C)C(=O)O"}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    khop_molecule *m = molecule_of(pairs[i][0]), *other = molecule_of(pairs[i][1]);
    ok(khop_molecule_standardise(NULL, m, KHOP_STANDARDISE_ALL));
    assert_int_equal(khop_molecule_atoms(m), khop_molecule_atoms(other));
    assert_int_equal(khop_molecule_bonds(m), khop_molecule_bonds(other));
    assert_memory_equal(khop_molecule_atom_list(m), khop_molecule_atom_list(other),
                        (size_t)khop_molecule_atoms(m) * sizeof(khop_atom));
    khop_molecule_free(m);
    khop_molecule_free(other);
  }
}

static void no_molecule_and_no_such_step_are_refused(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("C");
  fails(khop_molecule_standardise(NULL, NULL, KHOP_NEUTRAL), KHOP_E_ARGUMENT, "a molecule", "steps");
  fails(khop_molecule_standardise(NULL, m, 16), KHOP_E_ARGUMENT, "steps", "khop_standardise");
  khop_molecule_free(m);
}

static khop_status whole_work(void *context) {
  khop_molecule *m = NULL;
  khop_status status = khop_molecule_new(&m);
  if (status == KHOP_OK) status = khop_molecule_parse(m, context);
  if (status == KHOP_OK) {
    status = khop_molecule_standardise(NULL, m, KHOP_STANDARDISE_ALL);
    if (status != KHOP_OK && khop_molecule_atoms(m)) status = KHOP_E_ARGUMENT; /* nothing is left half done */
  }
  khop_molecule_free(m);
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  memory_can_run_out();
  assert_true(fail_each(whole_work, "[Na+].[Na+].[2H]C(C(=O)[O-])CC([O-])=O.C(C(=O)[O-])C([O-])C=O") > 10);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_largest_fragment_is_kept),
      cmocka_unit_test(charges_go_where_a_valence_allows_it),
      cmocka_unit_test(charges_that_cannot_go_are_balanced),
      cmocka_unit_test(isotopes_and_configurations_go),
      cmocka_unit_test(all_steps_follow_each_other),
      cmocka_unit_test(forms_are_rdkits_but_for_those_listed),
      cmocka_unit_test(what_stays_is_what_a_text_says),
      cmocka_unit_test(no_molecule_and_no_such_step_are_refused),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
