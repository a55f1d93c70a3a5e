/* canonical.c: see canonical.h.
 *
 *   C C(C) O     seeds      {O} {C} {CH3 CH3}       by element, bonds, hydrogens ..
 *                ties       CH3 0 first or CH3 2 first: both forms are equal, so the two are one orbit */
#include "molecules/canonical.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_LEAVES = 5000 };

/* --- room ------------------------------------------------------------------------------------- */

static khop_status reserve(khop_i_canonical *c, const khop_molecule *m) {
  khop_status status = KHOP_OK;
  int64_t form = 2 * (int64_t)m->atoms + 2 * (int64_t)m->bonds;
  if (m->atoms > c->atoms || m->bonds > c->bonds) {
    int64_t atoms = m->atoms > c->atoms ? m->atoms : c->atoms;
    form = 2 * atoms + 2 * (m->bonds > c->bonds ? m->bonds : c->bonds);
    KHOP_TRY(khop_i_grow(&c->key, atoms, sizeof *c->key, "classes of atoms"));
    KHOP_TRY(khop_i_grow(&c->order, atoms, sizeof *c->order, "classes of atoms"));
    KHOP_TRY(khop_i_grow(&c->count, atoms, sizeof *c->count, "classes of atoms"));
    KHOP_TRY(khop_i_grow(&c->rank, atoms, sizeof *c->rank, "classes of atoms"));
    KHOP_TRY(khop_i_grow(&c->first_rank, atoms, sizeof *c->first_rank, "classes of atoms"));
    KHOP_TRY(khop_i_grow(&c->orbit, atoms, sizeof *c->orbit, "classes of atoms"));
    KHOP_TRY(khop_i_grow(&c->now, form, sizeof *c->now, "a canonical form"));
    KHOP_TRY(khop_i_grow(&c->best, form, sizeof *c->best, "a canonical form"));
    KHOP_TRY(khop_i_grow(&c->first, form, sizeof *c->first, "a canonical form"));
    c->atoms = atoms;
    c->bonds = m->bonds > c->bonds ? m->bonds : c->bonds;
    c->levels = 0;
  }
done:
  return status;
}

static khop_status reserve_level(khop_i_canonical *c, int64_t level) {
  if (level < c->levels) return KHOP_OK;
  int64_t levels = level + 1 + level / 2;
  khop_status status = khop_i_grow(&c->classes, levels * c->atoms, sizeof *c->classes, "classes of atoms");
  if (status == KHOP_OK) c->levels = levels;
  return status;
}

void khop_i_canonical_clear(khop_i_canonical *c) {
  khop_i_free(c->key);
  khop_i_free(c->order);
  khop_i_free(c->count);
  khop_i_free(c->classes);
  khop_i_free(c->now);
  khop_i_free(c->best);
  khop_i_free(c->first);
  khop_i_free(c->rank);
  khop_i_free(c->first_rank);
  khop_i_free(c->orbit);
  *c = (khop_i_canonical){0};
}

/* --- configurations by classes ---------------------------------------------------------------- */

/* The turn of an atom with its neighbours in the order of their classes; 0 where two of them are of one. */
static int turn_by(const khop_i_canonical *c, const int32_t *class, int32_t i) {
  const khop_molecule *m = c->m;
  if (!c->stereo || !m->turn[i]) return 0;
  int odd = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    for (int32_t f = m->offsets[i]; f < e; f++) {
      int32_t a = m->neighbour[e], b = m->neighbour[f];
      if (class[a] == class[b]) return 0;
      odd ^= (a < b) ^ (class[a] < class[b]);
    }
  return odd ? 3 - m->turn[i] : m->turn[i];
}

/* Whether the first neighbour of an end by class is not the first by number; -1 where two are of one class. */
static int exchanged(const khop_i_canonical *c, const int32_t *class, int32_t end, int32_t other) {
  const khop_molecule *m = c->m;
  int32_t number = -1, by_class = -1;
  for (int32_t e = m->offsets[end]; e < m->offsets[end + 1]; e++) {
    int32_t a = m->neighbour[e];
    if (a == other) continue;
    if (by_class >= 0 && class[a] == class[by_class]) return -1;
    if (number < 0 || a < number) number = a;
    if (by_class < 0 || class[a] < class[by_class]) by_class = a;
  }
  return number != by_class;
}

/* A bond as a number: its order, and the sides of its ends' first neighbours by class. */
static int bond_by(const khop_i_canonical *c, const int32_t *class, int32_t b) {
  const khop_bond *bond = &c->m->bond[b];
  if (!c->stereo || !c->m->side[b]) return bond->order;
  int begin = exchanged(c, class, bond->begin, bond->end), end = exchanged(c, class, bond->end, bond->begin);
  if (begin < 0 || end < 0) return bond->order;
  return bond->order + 8 * (begin == end ? c->m->side[b] : 3 - c->m->side[b]);
}

/* --- classes ---------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b, void *keys) {
  const uint64_t *key = keys;
  uint64_t x = key[*(const int32_t *)a], y = key[*(const int32_t *)b];
  return (x > y) - (x < y);
}

static void sort_class(int32_t *order, int32_t count, uint64_t *key) {
  if (count > 64) {
    qsort_r(order, (size_t)count, sizeof *order, by_key, key);
    return;
  }
  for (int32_t k = 1; k < count; k++) {
    int32_t here = order[k], at = k;
    for (; at > 0 && key[order[at - 1]] > key[here]; at--) order[at] = order[at - 1];
    order[at] = here;
  }
}

/* Splits the classes by the keys; returns how many there are. c->order has the classes together. */
static int32_t split(khop_i_canonical *c, int32_t *class) {
  int32_t n = c->m->atoms, *order = c->order, classes = 0;
  for (int32_t start = 0, end; start < n; start = end) {
    for (end = start + 1; end < n && class[order[end]] == class[order[start]]; end++) continue;
    sort_class(order + start, end - start, c->key);
  }
  for (int32_t k = 0, start = 0; k < n; k++) {
    bool same = k > 0 && class[order[k]] == c->count[order[k - 1]] && c->key[order[k]] == c->key[order[k - 1]];
    if (!same) start = k, classes++;
    c->count[order[k]] = class[order[k]];
    class[order[k]] = start;
  }
  return classes;
}

static int by_class(const void *a, const void *b, void *classes) {
  const int32_t *class = classes;
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return class[x] != class[y] ? (class[x] > class[y]) - (class[x] < class[y]) : (x > y) - (x < y);
}

static uint64_t around(const khop_i_canonical *c, const int32_t *class, int32_t i) {
  const khop_molecule *m = c->m;
  uint64_t sum = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    sum += khop_i_random_key((uint64_t)class[m->neighbour[e]], (uint64_t)bond_by(c, class, m->through[e]), 1);
  return khop_i_random_key(sum, (uint64_t)turn_by(c, class, i), 2);
}

/* Refines until nothing splits; returns how many classes there are. */
static int32_t refine(khop_i_canonical *c, int32_t *class) {
  int32_t n = c->m->atoms, before = 0, classes = 0;
  for (int32_t i = 0; i < n; i++) c->order[i] = i;
  qsort_r(c->order, (size_t)n, sizeof *c->order, by_class, class);
  for (int32_t k = 0; k < n; k++) classes += k == 0 || class[c->order[k]] != class[c->order[k - 1]];
  while (classes > before && classes < n) {
    before = classes;
    for (int32_t i = 0; i < n; i++) c->key[i] = around(c, class, i);
    classes = split(c, class);
  }
  return classes;
}

/* --- forms ------------------------------------------------------------------------------------ */

/* Of each atom in the order of ranks: its turn, then the earlier ones that it is bound to and how, then -1. */
static int32_t write_form(int32_t *form, const khop_i_canonical *c, const int32_t *rank) {
  const khop_molecule *m = c->m;
  int32_t at = 0;
  for (int32_t i = 0; i < m->atoms; i++) c->order[rank[i]] = i;
  for (int32_t r = 0; r < m->atoms; r++) {
    int32_t i = c->order[r];
    form[at++] = turn_by(c, rank, i);
    int32_t start = at;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = rank[m->neighbour[e]], bond = bond_by(c, rank, m->through[e]), here = at;
      if (other > r) continue;
      for (; here > start && form[here - 2] > other; here -= 2)
        form[here] = form[here - 2], form[here + 1] = form[here - 1];
      form[here] = other;
      form[here + 1] = bond;
      at += 2;
    }
    form[at++] = -1;
  }
  return at;
}

static int32_t root_of(int32_t *orbit, int32_t i) {
  while (orbit[i] != i) i = orbit[i] = orbit[orbit[i]];
  return i;
}

/* Two numberings of one form are a symmetry: what has one number in both is exchanged. */
static void join_orbits(khop_i_canonical *c, const int32_t *one, const int32_t *other) {
  int32_t n = c->m->atoms;
  for (int32_t i = 0; i < n; i++) c->order[one[i]] = i;
  for (int32_t i = 0; i < n; i++) {
    int32_t a = root_of(c->orbit, i), b = root_of(c->orbit, c->order[other[i]]);
    if (a != b) c->orbit[a > b ? a : b] = a > b ? b : a;
  }
}

/* A numbering: true where its form is known, so that nothing new is to be found beside it. */
static bool take_leaf(khop_i_canonical *c, const int32_t *rank) {
  size_t ranks = (size_t)c->m->atoms * sizeof *rank, form;
  c->form = write_form(c->now, c, rank);
  form = (size_t)c->form * sizeof *c->now;
  if (c->leaves++ == 0) {
    memcpy(c->first, c->now, form);
    memcpy(c->best, c->now, form);
    memcpy(c->first_rank, rank, ranks);
    memcpy(c->rank, rank, ranks);
    return false;
  }
  bool as_first = memcmp(c->now, c->first, form) == 0, as_best = memcmp(c->now, c->best, form) == 0;
  if (as_first || as_best) {
    join_orbits(c, as_first ? c->first_rank : c->rank, rank);
    return true;
  }
  int32_t at = 0;
  while (c->now[at] == c->best[at]) at++;
  if (c->now[at] < c->best[at]) {
    memcpy(c->best, c->now, form);
    memcpy(c->rank, rank, ranks);
  }
  return false;
}

/* --- the search ------------------------------------------------------------------------------- */

/* The first class of several atoms; its number, or -1. */
static int32_t tied_class(const khop_i_canonical *c, const int32_t *class, int32_t *count) {
  int32_t n = c->m->atoms, found = -1;
  memset(count, 0, (size_t)n * sizeof *count);
  for (int32_t i = 0; i < n; i++) count[class[i]]++;
  for (int32_t k = 0; k < n && found < 0; k++)
    if (count[k] > 1) found = k;
  return found;
}

static bool are_twins(const khop_molecule *m, int32_t a, int32_t b) {
  return m->atom[a].degree == 1 && m->atom[b].degree == 1 &&
         m->neighbour[m->offsets[a]] == m->neighbour[m->offsets[b]] && !m->turn[m->neighbour[m->offsets[a]]];
}

/* Whether an atom is to be passed over: one before it in its class is its image. */
static bool is_image(khop_i_canonical *c, const int32_t *class, int32_t tied, int32_t atom, bool orbits) {
  for (int32_t i = 0; i < atom; i++)
    if (class[i] == tied &&
        (are_twins(c->m, i, atom) || (orbits && root_of(c->orbit, i) == root_of(c->orbit, atom))))
      return true;
  return false;
}

/* Numbers all that hangs below a level; *known where a form came up again, which ends what is beside the first path. */
static khop_status descend(bool *known, khop_i_canonical *c, int64_t level, bool on_first) {
  int32_t n = c->m->atoms, *class = c->classes + level * c->atoms;
  khop_status status = KHOP_OK;
  int32_t tied = refine(c, class) == n ? -1 : tied_class(c, class, c->count);
  if (tied < 0) {
    *known = take_leaf(c, class);
    return KHOP_OK;
  }
  KHOP_TRY(reserve_level(c, level + 1));
  for (int32_t i = 0; i < n && c->leaves < MOST_LEAVES; i++) {
    class = c->classes + level * c->atoms;
    if (class[i] != tied || is_image(c, class, tied, i, on_first)) continue;
    int32_t *next = class + c->atoms;
    memcpy(next, class, (size_t)n * sizeof *next);
    for (int32_t k = 0; k < n; k++) next[k] += k != i && class[k] == tied;
    bool first = on_first && c->leaves == 0;
    KHOP_TRY(descend(known, c, level + 1, first));
    if (*known && !on_first) break;
  }
done:
  return status;
}

/* What an atom is, as a number; isotopes are a part of it where configurations are. */
static uint64_t seed_of(const khop_atom *a, bool isotopes) {
  return (uint64_t)a->aromatic << 61 | (uint64_t)a->in_ring << 60 | (uint64_t)(a->degree & 63) << 54 |
         (uint64_t)a->element << 44 | (uint64_t)(isotopes ? a->isotope : 0) << 28 | (uint64_t)(a->charge + 128) << 16 |
         (uint64_t)(a->hydrogens & 255) << 8 | (uint64_t)(a->radical & 255);
}

khop_status khop_i_canonise(khop_i_canonical *c, const khop_molecule *m, bool stereo, int32_t first, int32_t second) {
  bool known = false;
  khop_status status = reserve(c, m);
  if (status == KHOP_OK) status = reserve_level(c, 0);
  if (status != KHOP_OK) return status;
  c->m = m, c->stereo = stereo, c->leaves = 0, c->form = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    c->key[i] = seed_of(&m->atom[i], stereo) | (uint64_t)(i == first || i == second) << 63;
    c->orbit[i] = c->order[i] = i;
    c->classes[i] = 0;
  }
  split(c, c->classes);
  return descend(&known, c, 0, true);
}
