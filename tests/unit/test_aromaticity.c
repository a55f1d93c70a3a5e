/* test_aromaticity.c: Kekule's bonds and aromatic rings: known ones, in any order of atoms and bonds; matchings against
 * all ways that there are; large systems. */
#include "molecules_check.h"
#include "molecules/cycles.h"
#include "molecules/kekule.h"
#include "molecules/molecule.h"
#include "molecules/perceive.h"
#include "molecules/smiles.h"

/* Hydrogens, aromatic atoms and aromatic bonds: by RDKit 2026.09. */
static const struct {
  const char *text;
  int hydrogens, atoms, bonds;
} known[] = {
#include "aromaticity_known.h"
};
#define KNOWN (sizeof known / sizeof *known)

static void count(int *seen, const khop_molecule *m) {
  seen[0] = seen[1] = seen[2] = 0;
  for (int32_t i = 0; i < m->atoms; i++) seen[0] += m->atom[i].hydrogens, seen[1] += m->atom[i].aromatic;
  for (int32_t b = 0; b < m->bonds; b++) seen[2] += m->bond[b].order == KHOP_BOND_AROMATIC;
}

static void known_molecules(void **state) {
  (void)state;
  for (size_t i = 0; i < KNOWN; i++) {
    khop_molecule *m = molecule_of(known[i].text);
    int seen[3];
    count(seen, m);
    if (seen[0] != known[i].hydrogens || seen[1] != known[i].atoms || seen[2] != known[i].bonds)
      fail_msg("%s: %d hydrogens, %d aromatic atoms, %d aromatic bonds", known[i].text, seen[0], seen[1], seen[2]);
    khop_molecule_free(m);
  }
}

/* --- any order ------------------------------------------------------------------------------------ */

/* The molecule of a text with its atoms and bonds in an order drawn at random, before they are perceived. new (atoms):
 * where each atom of the text went. */
static void shuffled(khop_molecule *m, int64_t *new, const char *text, khop_i_random *random) {
  khop_molecule *first;
  ok(khop_molecule_new(&first));
  ok(khop_i_smiles_read(first, text));
  int64_t *order = block_of(first->bonds + 1, sizeof *order);
  for (int32_t i = 0; i < first->atoms; i++) new[i] = i;
  for (int32_t b = 0; b < first->bonds; b++) order[b] = b;
  khop_i_random_shuffle(random, new, first->atoms);
  khop_i_random_shuffle(random, order, first->bonds);
  ok(khop_i_molecule_reserve(m, first->atoms, first->bonds));
  m->atoms = first->atoms, m->bonds = first->bonds;
  for (int32_t i = 0; i < m->atoms; i++) m->atom[new[i]] = first->atom[i];
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond bond = first->bond[order[b]];
    int32_t begin = (int32_t)new[bond.begin], end = (int32_t)new[bond.end];
    bool turned = khop_i_random_below(random, 2) == 1;
    bond.begin = turned ? end : begin, bond.end = turned ? begin : end;
    m->bond[b] = bond;
  }
  free(order);
  khop_molecule_free(first);
}

static void any_order_gives_one_answer(void **state) {
  (void)state;
  khop_i_random random;
  khop_molecule *m;
  int64_t new[200];
  khop_i_random_seed(&random, 3);
  ok(khop_molecule_new(&m));
  for (size_t i = 0; i < KNOWN; i++) {
    khop_molecule *first = molecule_of(known[i].text);
    for (int time = 0; time < 50; time++) {
      shuffled(m, new, known[i].text, &random);
      if (khop_i_molecule_perceive(m) != KHOP_OK) fail_msg("%s, shuffled: %s", known[i].text, khop_message());
      for (int32_t k = 0; k < first->atoms; k++) {
        const khop_atom *x = &first->atom[k], *y = &m->atom[new[k]];
        if (x->element != y->element || x->hydrogens != y->hydrogens || x->aromatic != y->aromatic ||
            x->radical != y->radical || x->charge != y->charge || x->hybridisation != y->hybridisation)
          fail_msg("%s, shuffled: another atom %d", known[i].text, k + 1);
      }
    }
    khop_molecule_free(first);
  }
  khop_molecule_free(m);
}

/* The comparison itself: a wrong molecule must not pass. */
static void counting_is_checked(void **state) {
  (void)state;
  khop_molecule *m = molecule_of("c1ccccc1O");
  int seen[3];
  count(seen, m);
  assert_true(seen[0] == 6 && seen[1] == 6 && seen[2] == 6);
  m->bond[0].order = KHOP_BOND_DOUBLE;
  m->atom[1].hydrogens = 0;
  count(seen, m);
  assert_true(seen[0] == 5 && seen[2] == 5);
  khop_molecule_free(m);
}

/* --- matchings ------------------------------------------------------------------------------------ */

/* Whether the atoms from the first that is free on can be paired along bonds between free ones: all ways are tried. */
static bool can_pair(const khop_molecule *m, bool *free_atom) {
  int32_t i = 0;
  while (i < m->atoms && !free_atom[i]) i++;
  if (i == m->atoms) return true;
  for (int32_t b = 0; b < m->bonds; b++) {
    const khop_bond *bond = &m->bond[b];
    if (bond->begin != i && bond->end != i) continue;
    int32_t other = bond->begin == i ? bond->end : bond->begin;
    if (!free_atom[other]) continue;
    free_atom[i] = free_atom[other] = false;
    bool found = can_pair(m, free_atom);
    free_atom[i] = free_atom[other] = true;
    if (found) return true;
  }
  return false;
}

/* Carbons on a ring with chords at random, some of them with a group that takes their bond (=O): of 4 to 16 atoms. */
static void draw(khop_molecule *m, khop_i_random *random) {
  int32_t n = 4 + (int32_t)khop_i_random_below(random, 13), degree[16];
  ok(khop_i_molecule_reserve(m, 32, 64));
  m->atoms = m->bonds = 0;
  for (int32_t i = 0; i < n; i++) {
    m->atom[m->atoms++] = (khop_atom){.element = 6, .aromatic = true, .pi = 1};
    m->bond[m->bonds++] = (khop_bond){.begin = i, .end = (i + 1) % n};
    degree[i] = 2;
  }
  for (int time = 0; time < n; time++) {
    int32_t a = (int32_t)khop_i_random_below(random, n), b = (int32_t)khop_i_random_below(random, n);
    int32_t apart = a > b ? a - b : b - a;
    if (degree[a] > 2 || degree[b] > 2 || apart < 2 || apart == n - 1) continue;
    degree[a]++, degree[b]++;
    m->bond[m->bonds++] = (khop_bond){.begin = a, .end = b};
  }
  for (int32_t i = 0; i < n; i++) {
    if (degree[i] > 2 || khop_i_random_below(random, 4) > 0) continue;
    m->atom[m->atoms] = (khop_atom){.element = 8, .pi = 1};
    m->bond[m->bonds++] = (khop_bond){.begin = i, .end = m->atoms++, .order = KHOP_BOND_DOUBLE};
  }
}

static void matchings_are_exact(void **state) {
  (void)state;
  khop_i_random random;
  khop_molecule *m;
  int possible = 0;
  khop_i_random_seed(&random, 8);
  ok(khop_molecule_new(&m));
  for (int time = 0; time < 20000; time++) {
    bool free_atom[32] = {false};
    draw(m, &random);
    for (int32_t i = 0; i < m->atoms; i++) free_atom[i] = m->atom[i].aromatic;
    for (int32_t b = 0; b < m->bonds; b++)
      if (m->bond[b].order == KHOP_BOND_DOUBLE) free_atom[m->bond[b].begin] = false;
    bool wanted = can_pair(m, free_atom);
    khop_i_molecule_connect(m);
    khop_i_molecule_find_rings(m);
    khop_status status = khop_i_kekulise(m);
    assert_int_equal(status, wanted ? KHOP_OK : KHOP_E_FORMAT);
    possible += wanted;
    for (int32_t i = 0; i < m->atoms && wanted; i++) {
      int doubles = 0;
      for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
        doubles += m->bond[m->through[e]].order == KHOP_BOND_DOUBLE;
      assert_int_equal(doubles, 1);
    }
  }
  assert_true(possible > 2000 && possible < 18000);
  khop_molecule_free(m);
}

/* --- rings ------------------------------------------------------------------------------------------ */

/* The lengths of the relevant rings, as a text. */
static void ring_lengths(char *out, const char *text) {
  khop_molecule *m = molecule_of(text);
  khop_i_cycles c;
  int32_t *place = block_of(m->atoms, sizeof *place), *scratch = block_of(5 * m->atoms + 3 * m->bonds, sizeof *scratch);
  for (int32_t i = 0; i < m->atoms; i++) place[i] = -1;
  ok(khop_i_cycles_find(&c, m, 0, place, scratch));
  *out = 0;
  for (int32_t i = 0; i < c.count; i++) out += sprintf(out, "%d ", (int)khop_i_cycle(&c, m, i)[0]);
  free(place), free(scratch);
  khop_molecule_free(m);
}

static void relevant_rings(void **state) {
  (void)state;
  static const char *const wanted[][2] = {
      {"C1CC1", "3 "}, {"C1CCCCCCCCC1", "10 "}, {"C1CC2CCC1CC2", "6 6 6 "}, {"C1CC2CCC1C2", "5 5 "},
      {"C12C3C4C1C5C2C3C45", "4 4 4 4 4 4 "}, {"C1C2CC3CC1CC(C2)C3", "6 6 6 6 "}, {"c1ccc2ccccc2c1", "6 6 "},
      {"C1CC2C1CCCCCCCC2", "4 10 "}, {"C1CCCCCC2CCCCC(C1)CCCC2", "10 13 13 "},
      {"c1cc2ccc1CCc1ccc(cc1)CC2", "6 6 12 12 12 12 "}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
    char seen[200];
    ring_lengths(seen, wanted[i][0]);
    if (strcmp(seen, wanted[i][1]) != 0) fail_msg("%s: %s", wanted[i][0], seen);
  }
}

/* Fullerene has all atoms in three rings, cycloparaphenylenes have 2^n rings of one length, an acene 490 rings. */
static void large_systems_end(void **state) {
  (void)state;
  static char text[40000];
  int seen[3];
  khop_molecule *m = molecule_of("c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5"
                                 "c1c1c6c6c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41");
  count(seen, m);
  assert_true(seen[0] == 0 && seen[1] == 60 && seen[2] == 90);
  khop_molecule_free(m);
  char *at = text + sprintf(text, "c1cc2ccc1");
  for (int i = 1; i < 20; i++) at += sprintf(at, "-c1ccc(cc1)");
  sprintf(at, "-2");
  m = molecule_of(text);
  count(seen, m);
  assert_true(seen[0] == 80 && seen[1] == 120 && seen[2] == 120);
  khop_molecule_free(m);
  at = text + sprintf(text, "c1ccc2");
  for (int i = 3; i < 490; i++) at += sprintf(at, "cc%%(%d)", i);
  at += sprintf(at, "cccc");
  for (int i = 489; i > 2; i--) at += sprintf(at, "c%%(%d)c", i);
  sprintf(at, "c2c1");
  m = molecule_of(text);
  count(seen, m);
  assert_true(seen[1] == m->atoms && seen[2] == m->bonds);
  khop_molecule_free(m);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_molecules),     cmocka_unit_test(any_order_gives_one_answer),
      cmocka_unit_test(counting_is_checked), cmocka_unit_test(matchings_are_exact),
      cmocka_unit_test(relevant_rings),      cmocka_unit_test(large_systems_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
