/* test_smiles_fast.c: plain SMILES are read without Indigo, and Indigo reads the same molecules from them: those
 * of the tests, those of ESOL, and texts damaged at random. */
#include "molecules_check.h"
#include "molecules/molecule.h"
#include "molecules/perceive.h"
#include "molecules/indigo.h"
#include "molecules/smiles_fast.h"

#include <string.h>

static khop_molecule *by_indigo(const char *text) {
  khop_molecule *m = NULL;
  ok(khop_molecule_new(&m));
  khop_status status = khop_i_molecule_load(m, text);
  if (status == KHOP_OK) status = khop_i_molecule_perceive(m);
  if (status == KHOP_OK) return m;
  khop_molecule_free(m);
  return NULL;
}

/* The two readers number the bonds differently: each is looked for by its ends. */
static bool same_bonds(const khop_molecule *a, const khop_molecule *b) {
  for (int32_t i = 0; i < a->bonds; i++) {
    const khop_bond *x = &a->bond[i];
    bool found = false;
    for (int32_t k = 0; k < b->bonds && !found; k++) {
      const khop_bond *y = &b->bond[k];
      bool ends = (x->begin == y->begin && x->end == y->end) || (x->begin == y->end && x->end == y->begin);
      found = ends && x->order == y->order && x->in_ring == y->in_ring && x->stereo == y->stereo &&
              x->conjugated == y->conjugated;
    }
    if (!found) return false;
  }
  return true;
}

static bool same_atoms(const khop_molecule *a, const khop_molecule *b) {
  for (int32_t i = 0; i < a->atoms; i++) {
    const khop_atom *x = &a->atom[i], *y = &b->atom[i];
    if (x->element != y->element || x->charge != y->charge || x->hydrogens != y->hydrogens ||
        x->degree != y->degree || x->hybridisation != y->hybridisation || x->pi != y->pi ||
        x->radical != y->radical || x->aromatic != y->aromatic || x->in_ring != y->in_ring ||
        x->stereo != y->stereo || x->isotope != y->isotope)
      return false;
  }
  return true;
}

static bool same(const khop_molecule *a, const khop_molecule *b) {
  return a->atoms == b->atoms && a->bonds == b->bonds && same_atoms(a, b) && same_bonds(a, b);
}

/* Whether text is plain; then Indigo must read the same. */
static bool check_text(const char *text) {
  khop_molecule *m = NULL;
  bool plain;
  ok(khop_molecule_new(&m));
  ok(khop_i_smiles_fast_read(&plain, m, text));
  if (plain) {
    ok(khop_i_molecule_perceive(m));
    khop_molecule *other = by_indigo(text);
    if (!other) fail_msg("%s: read, and Indigo refuses it: %s", text, khop_message());
    if (!same(m, other)) fail_msg("%s: Indigo reads another molecule", text);
    khop_molecule_free(other);
  }
  khop_molecule_free(m);
  return plain;
}

static void plain_and_not(void **state) {
  (void)state;
  NEEDS_INDIGO;
  static const char *const plain[] = {
      "C", "CC(=O)Nc1ccc(O)cc1", "c1ccccc1c1ccccc1", "c1cc[nH]c1", "c1ccc2ccccc2c1", "O=N(=O)c1ccccc1",
      "C[N+](=O)[O-]", "CS(=O)(=O)C", "C1CC2CCC1C2", "C%12CC%12", "c1ccsc1.O", "CC1=CC(=O)CCC1",
      "Cn1ccc2ccccc12", "c1cc2ccc3cccc4ccc(c1)c2c34", "ClCBr", "C=1CCCCC=1", "FC(F)(F)I"};
  static const char *const others[] = {
      "C[C@H](F)Cl", "F/C=C/F", "[Na+].[Cl-]", "C1=CC=CC=C1", "O=C1C=CNC=C1", "c1ccc2c(c1)c3cccc4cccc2c34",
      "c1ccc2c(c1)Nc1ccccc12", "C(", "C)", "C1CC", "CC1", "C(C)(C)(C)(C)C", "C==C", "C()C", "cccc",
      "", ".C", "C.", "C11", "C12CC12", "c1cccc1", "[H]C", "C*", "C(.C)C", "c1cc2cccc3cccc(c1)c23", "C=1CC#1"};
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (!check_text(plain[i])) fail_msg("%s is not plain", plain[i]);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (check_text(others[i])) fail_msg("%s is plain", others[i]);
  for (int i = 0; i < MOLECULES; i++) check_text(molecules[i]);
}

/* The comparison itself: a broken molecule must not pass. */
static void comparison_is_checked(void **state) {
  (void)state;
  NEEDS_INDIGO;
  khop_molecule *a = molecule_of("CC(=O)Nc1ccc(O)cc1"), *b = by_indigo("CC(=O)Nc1ccc(O)cc1");
  assert_true(same(a, b));
  a->atom[3].hydrogens++;
  assert_false(same(a, b));
  a->atom[3].hydrogens--;
  a->bond[4].order = KHOP_BOND_DOUBLE;
  assert_false(same(a, b));
  khop_molecule_free(a);
  khop_molecule_free(b);
}

/* A text of the list with a few of its signs changed, left out, doubled or exchanged. */
static void damage(char *text, size_t room, khop_i_random *random) {
  static const char signs[] = "CCNOSPBFcccnos()()==#-1123.[]%I";
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

static void damaged_texts(void **state) {
  (void)state;
  NEEDS_INDIGO;
  khop_i_random random;
  int plain = 0;
  khop_i_random_seed(&random, 5);
  for (int i = 0; i < 20000; i++) {
    char text[300];
    snprintf(text, sizeof text, "%s", molecules[i % MOLECULES]);
    damage(text, sizeof text, &random);
    plain += check_text(text);
  }
  printf("# %d of 20000 damaged texts are plain\n", plain);
  assert_true(plain > 1000);
}

static void esol(void **state) {
  (void)state;
  NEEDS_INDIGO;
  const char *data = getenv("KHOP_DATA");
  char path[1000];
  khop_records *records = NULL;
  khop_record record;
  khop_i_random random;
  int64_t count = 0, plain = 0;
  bool more;
  if (!data) {
    skipped("KHOP_DATA is not set");
    return;
  }
  snprintf(path, sizeof path, "%s/esol.csv", data);
  khop_i_random_seed(&random, 6);
  ok(khop_records_open(&records, path, NULL));
  for (;;) {
    ok(khop_records_next(&more, &record, records));
    if (!more) break;
    count++;
    plain += check_text(record.text);
    for (int i = 0; i < 10; i++) {
      char text[300];
      snprintf(text, sizeof text, "%s", record.text);
      damage(text, sizeof text, &random);
      check_text(text);
    }
  }
  khop_records_free(records);
  assert_int_equal(count, 1128);
  printf("# %lld of %lld molecules are plain\n", (long long)plain, (long long)count);
  assert_true(plain > 900);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_and_not),
      cmocka_unit_test(comparison_is_checked),
      cmocka_unit_test(damaged_texts),
      cmocka_unit_test(esol),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
