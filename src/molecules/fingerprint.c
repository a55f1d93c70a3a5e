/* fingerprint.c: Morgan's circular environments: extended-connectivity fingerprints (D. Rogers, M. Hahn,
 * "Extended-Connectivity Fingerprints", J. Chem. Inf. Model. 2010).
 *
 *   round 0   C          an atom: its invariant
 *   round 1   C-C=O      an atom and the bonds at it: hash of its number and those around it, sorted
 *   round 2   ..         and so on: an environment is the set of bonds that its number has taken in
 *
 * An environment whose bonds another one has already is left out, and its atom goes no further: of those of one round
 * the smallest number stays. Numbers and rules are those of RDKit's GetMorganGenerator, so that its bits are these. */
#include "molecules/fingerprint.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "molecules/elements.h"
#include "molecules/pharmacophore.h"

#include <stdlib.h>
#include <string.h>

/* --- what an atom is -------------------------------------------------------------------------- */

/* Mass of an isotope less the atomic weight, cut to a whole number. The mass number stands for the mass, but where that
 * gives another whole number: of isotopes that occur in nature or label compounds (AME 2016), these. */
static int mass_difference(const khop_atom *a) {
  static const struct {
    uint8_t element, isotope;
    int8_t difference;
  } others[] = {{1, 2, 1},    {1, 3, 2},    {2, 3, 0},    {6, 11, 0},   {15, 32, 0},  {15, 33, 1},
                {24, 50, -2}, {24, 53, 0},  {24, 54, 1},  {34, 74, -5}, {34, 75, -4}, {34, 76, -3},
                {34, 77, -2}, {34, 78, -1}, {34, 80, 0},  {34, 82, 2},  {42, 92, -4}, {42, 94, -2},
                {42, 95, -1}, {42, 97, 0},  {42, 98, 1},  {42, 100, 3}, {43, 99, 0},  {63, 151, -1},
                {63, 153, 0}, {71, 176, 0}, {71, 177, 1}, {73, 180, -1}, {92, 234, -3}, {92, 235, -2}};
  if (!a->isotope) return 0;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (others[i].element == a->element && others[i].isotope == a->isotope) return others[i].difference;
  return (int)(a->isotope - khop_i_elements[a->element].weight);
}

/* Hydrogens of an atom, those too that are atoms of their own, as isotopes are. */
static uint32_t hydrogens(const khop_molecule *m, int32_t i) {
  uint32_t count = m->atom[i].hydrogens;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) count += m->atom[m->neighbour[e]].element == 1;
  return count;
}

static void connectivity_invariants(uint32_t *invariant, const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    const khop_atom *a = &m->atom[i];
    uint32_t hash = khop_i_combine(0, a->element);
    hash = khop_i_combine(hash, (uint32_t)a->degree + a->hydrogens);
    hash = khop_i_combine(hash, hydrogens(m, i));
    hash = khop_i_combine(hash, (uint32_t)a->charge);
    hash = khop_i_combine(hash, (uint32_t)mass_difference(a));
    invariant[i] = a->in_ring ? khop_i_combine(hash, 1) : hash;
  }
}

void khop_i_invariants(uint32_t *invariant, const khop_molecule *m, khop_fingerprint kind) {
  (kind == KHOP_FCFP ? khop_i_feature_invariants : connectivity_invariants)(invariant, m);
}

/* --- room ------------------------------------------------------------------------------------- */

static int64_t words_of(const khop_molecule *m) { return m->bonds / 64 + 1; }

static khop_status reserve_slots(khop_i_environments *e, int64_t most) {
  int64_t slots = 64;
  khop_status status = KHOP_OK;
  while (slots < 2 * most) slots *= 2;
  if (slots <= e->slots) return KHOP_OK;
  KHOP_TRY(khop_i_grow(&e->key, slots, sizeof *e->key, "environments of atoms"));
  KHOP_TRY(khop_i_grow(&e->owner, slots, sizeof *e->owner, "environments of atoms"));
  e->slots = slots;
done:
  return status;
}

khop_status khop_i_environments_reserve(khop_i_environments *e, const khop_molecule *m, int radius) {
  int64_t atoms = m->atoms, words = atoms * words_of(m), most = atoms * (radius + 1);
  khop_status status = KHOP_OK;
  if (atoms > e->atoms) {
    KHOP_TRY(khop_i_grow(&e->now, atoms, sizeof *e->now, "invariants of atoms"));
    KHOP_TRY(khop_i_grow(&e->next, atoms, sizeof *e->next, "invariants of atoms"));
    KHOP_TRY(khop_i_grow(&e->dead, atoms, sizeof *e->dead, "environments of atoms"));
    e->atoms = atoms;
  }
  if (words > e->words) {
    KHOP_TRY(khop_i_grow(&e->reached, words, sizeof *e->reached, "bonds of environments"));
    KHOP_TRY(khop_i_grow(&e->reaching, words, sizeof *e->reaching, "bonds of environments"));
    e->words = words;
  }
  if (most > e->most) {
    KHOP_TRY(khop_i_grow(&e->code, most, sizeof *e->code, "environments of atoms"));
    KHOP_TRY(khop_i_grow(&e->atom, most, sizeof *e->atom, "environments of atoms"));
    e->most = most;
  }
  KHOP_TRY(reserve_slots(e, most));
done:
  return status;
}

void khop_i_environments_clear(khop_i_environments *e) {
  khop_i_free(e->now);
  khop_i_free(e->next);
  khop_i_free(e->reached);
  khop_i_free(e->reaching);
  khop_i_free(e->dead);
  khop_i_free(e->key);
  khop_i_free(e->owner);
  khop_i_free(e->code);
  khop_i_free(e->atom);
  *e = (khop_i_environments){0};
}

/* --- a round ---------------------------------------------------------------------------------- */

/* Bonds as one number: themselves where they are below 64, else a hash of them. Never 0. */
static uint64_t key_of(const uint64_t *bonds, int64_t words) {
  uint64_t key = bonds[0];
  for (int64_t w = 1; w < words; w++) key = khop_i_random_key(key, bonds[w], (uint64_t)w);
  return key ? key : 1;
}

static uint32_t order_number(const khop_bond *b) {
  return b->order == KHOP_BOND_AROMATIC ? 12 : b->order == KHOP_BOND_QUADRUPLE ? 4 : b->order;
}

enum { FEW = 16 };

/* A bond and the number behind it, as one that sorts by the bond first. */
static void sort_pairs(uint64_t *pair, int32_t count) {
  for (int32_t i = 1; i < count; i++) {
    uint64_t here = pair[i];
    int32_t at = i;
    for (; at > 0 && pair[at - 1] > here; at--) pair[at] = pair[at - 1];
    pair[at] = here;
  }
}

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* The number of an atom with those around it, and the bonds it has taken in then. */
static uint32_t widen(khop_i_environments *e, const khop_molecule *m, int32_t i, uint32_t round) {
  int64_t words = words_of(m);
  uint64_t pair[255], *bonds = e->reaching + i * words;
  int32_t count = 0;
  for (int32_t at = m->offsets[i]; at < m->offsets[i + 1]; at++) {
    int32_t other = m->neighbour[at], b = m->through[at];
    bonds[b / 64] |= (uint64_t)1 << b % 64;
    for (int64_t w = 0; w < words; w++) bonds[w] |= e->reached[other * words + w];
    if (count < 255) pair[count++] = (uint64_t)order_number(&m->bond[b]) << 32 | e->now[other];
  }
  if (count <= FEW)
    sort_pairs(pair, count);
  else
    qsort(pair, (size_t)count, sizeof *pair, by_size);
  uint32_t hash = khop_i_combine(round, e->now[i]);
  for (int32_t p = 0; p < count; p++) {
    uint32_t both = khop_i_combine(khop_i_combine(0, (uint32_t)(pair[p] >> 32)), (uint32_t)pair[p]);
    hash = khop_i_combine(hash, both);
  }
  return hash;
}

/* Takes an environment in unless its bonds are known; of two of one round the smaller number stays, and where the
 * numbers are equal the first atom. */
static void take_in(khop_i_environments *e, uint64_t key, uint32_t code, int32_t atom, int64_t round_start,
                    int64_t mask) {
  int64_t slot = (int64_t)(khop_i_random_key(key, 1, 2) & (uint64_t)mask);
  while (e->key[slot] && e->key[slot] != key) slot = (slot + 1) & mask;
  if (!e->key[slot]) {
    e->key[slot] = key;
    e->owner[slot] = (int32_t)e->count;
    e->code[e->count] = code;
    e->atom[e->count++] = atom;
    return;
  }
  int32_t place = e->owner[slot];
  if (place >= round_start && code < e->code[place]) {
    e->dead[e->atom[place]] = 1;
    e->code[place] = code;
    e->atom[place] = atom;
  } else {
    e->dead[atom] = 1;
  }
}

static void next_round(khop_i_environments *e, const khop_molecule *m, uint32_t round, int64_t mask) {
  int64_t words = words_of(m), start = e->count;
  memcpy(e->reaching, e->reached, (size_t)(m->atoms * words) * sizeof *e->reached);
  memset(e->next, 0, (size_t)m->atoms * sizeof *e->next);
  for (int32_t i = 0; i < m->atoms; i++)
    if (!e->dead[i]) e->next[i] = widen(e, m, i, round);
  for (int32_t i = 0; i < m->atoms; i++)
    if (!e->dead[i]) take_in(e, key_of(e->reaching + i * words, words), e->next[i], i, start, mask);
  uint32_t *numbers = e->now;
  uint64_t *bonds = e->reached;
  e->now = e->next, e->next = numbers;
  e->reached = e->reaching, e->reaching = bonds;
}

void khop_i_environments_find(khop_i_environments *e, const khop_molecule *m, int radius) {
  int64_t slots = 64;
  while (slots < 2 * (int64_t)m->atoms * (radius + 1)) slots *= 2;
  memset(e->key, 0, (size_t)slots * sizeof *e->key);
  memset(e->reached, 0, (size_t)(m->atoms * words_of(m)) * sizeof *e->reached);
  for (int32_t i = 0; i < m->atoms; i++) {
    e->dead[i] = m->offsets[i] == m->offsets[i + 1];
    e->code[i] = e->now[i];
    e->atom[i] = i;
  }
  e->count = m->atoms;
  for (int round = 0; round < radius; round++) next_round(e, m, (uint32_t)round, slots - 1);
}

/* --- all of a molecule ------------------------------------------------------------------------ */

static int by_code(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

int64_t khop_i_codes_sort(uint32_t *codes, int64_t count) {
  int64_t kinds = 0;
  if (count) qsort(codes, (size_t)count, sizeof *codes, by_code);
  for (int64_t i = 0; i < count; i++)
    if (kinds == 0 || codes[kinds - 1] != codes[i]) codes[kinds++] = codes[i];
  return kinds;
}

khop_status khop_molecule_fingerprint(uint32_t **codes, int32_t **counts, int64_t *found,
                                      const khop_molecule *molecule, khop_fingerprint kind, int radius) {
  khop_i_environments e = {0};
  khop_status status = KHOP_OK;
  int64_t kinds = 0;
  if (!codes || !counts || !found || !molecule || radius < 0 || radius > KHOP_MAX_RADIUS)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecule_fingerprint: three results, a molecule and a radius of 0 to %d "
                                        "are needed, not %d", KHOP_MAX_RADIUS, radius);
  if (kind != KHOP_ECFP && kind != KHOP_FCFP)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no fingerprint %d", (int)kind);
  *codes = NULL, *counts = NULL, *found = 0;
  KHOP_TRY(khop_i_environments_reserve(&e, molecule, radius));
  khop_i_invariants(e.now, molecule, kind);
  khop_i_environments_find(&e, molecule, radius);
  KHOP_TRY(khop_i_alloc(counts, e.count, sizeof **counts, "counts of environments"));
  if (e.count) qsort(e.code, (size_t)e.count, sizeof *e.code, by_code);
  for (int64_t i = 0; i < e.count; i++) {
    if (kinds == 0 || e.code[kinds - 1] != e.code[i]) e.code[kinds++] = e.code[i];
    (*counts)[kinds - 1]++;
  }
  *found = kinds, *codes = e.code;
  e.code = NULL;
done:
  khop_i_environments_clear(&e);
  return status;
}
