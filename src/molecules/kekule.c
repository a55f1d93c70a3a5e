/* kekule.c: single and double bonds for what is written in lower case.
 *
 *   c1ccc2ccccc2c1    each of ten carbons has three bonds and hydrogens of its four: a double bond is to pair them
 *
 * This is a perfect matching of the atoms that lack a bond, along the bonds that may be double. First the atoms with
 * one choice are paired, again and again (R. Karp and M. Sipser, "Maximum matchings in sparse random graphs", 1981);
 * what is left, by augmenting paths through odd rings (J. Edmonds, "Paths, trees, and flowers", Canad. J. Math. 1965).
 * A wildcard, and a nitrogen on a metal, may take a double bond and need not: they do where the others cannot all be
 * paired among themselves, and no more of them than it takes. Several choices can be as good then, and the pairing goes
 * by the canonical numbers of the atoms, so that all writings get the same one. Nitrogen of a molfile's aromatic bonds, whose hydrogen is
 * not written, takes one where that is left. */
#include "molecules/kekule.h"
#include "base/error.h"
#include "base/memory.h"
#include "molecules/canonical.h"
#include "molecules/elements.h"
#include "molecules/valence.h"

#include <string.h>

enum { NONE, NEEDS, MAY, WANTS }; /* a double bond; WANTS: as many as can be, after those that need one */

typedef struct matching {
  const khop_molecule *m;
  int32_t *need, *mate, *parent, *base, *queue, *mark; /* (atoms) each */
  bool with_may; /* whether atoms that may are paired too */
} matching;

/* --- which atoms and bonds -------------------------------------------------------------------- */

static bool may_be_double(const khop_molecule *m, const khop_bond *b) {
  const khop_atom *x = &m->atom[b->begin], *y = &m->atom[b->end];
  return b->in_ring && (x->aromatic || y->aromatic) && (x->aromatic || x->element == 0) &&
         (y->aromatic || y->element == 0);
}

/* Bonds that are settled before any matching; what is left is 0. A colon makes its ends lower case. */
static khop_status settle_bonds(khop_molecule *m) {
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond *bond = &m->bond[b];
    if (bond->order != KHOP_BOND_AROMATIC) continue;
    if (bond->in_ring) m->atom[bond->begin].aromatic = m->atom[bond->end].aromatic = true;
    if (!m->atom[bond->begin].aromatic || !m->atom[bond->end].aromatic)
      return khop_i_fail(KHOP_E_FORMAT, "an aromatic bond (:) outside of rings, of atoms %d and %d", bond->begin + 1,
                         bond->end + 1);
    bond->order = 0;
  }
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].order == 0 && !may_be_double(m, &m->bond[b])) m->bond[b].order = KHOP_BOND_SINGLE;
  return KHOP_OK;
}

static bool has_metal(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (khop_i_is_metal(m->atom[m->neighbour[e]].element)) return true;
  return false;
}

/* Whether a lower-case atom lacks a double bond: its bonds and hydrogens leave one of a valence, or more. One that is
 * written with a double bond has it. */
static int need_of(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int bonds = khop_i_sum_orders(m, i) + a->hydrogens;
  if (a->element == 0) return MAY;
  if (bonds > a->degree + a->hydrogens && a->element <= 10) return NONE; /* S and P take a second one */
  if (a->element == 7 && a->charge == 0 && bonds == 3 && has_metal(m, i)) return MAY;
  int valence = khop_i_valence(a->element, a->charge, bonds);
  bool hydrogen = m->radicals && a->pi && valence == 3; /* may stand in place of the double bond */
  return valence <= bonds ? NONE : hydrogen ? WANTS : NEEDS;
}

static khop_status find_needs(matching *g) {
  const khop_molecule *m = g->m;
  for (int32_t i = 0; i < m->atoms; i++) {
    g->mate[i] = -1;
    g->need[i] = m->atom[i].aromatic ? need_of(m, i) : m->atom[i].element ? NONE : MAY;
    const khop_atom *a = &m->atom[i];
    int around = a->degree + a->hydrogens;
    if (a->aromatic && a->element >= 5 && a->element <= 10 && around > 3)
      return khop_i_fail(KHOP_E_FORMAT, "a lower-case atom with %d neighbours and hydrogens: atom %d (%s)", around,
                         i + 1, khop_element_symbol(a->element));
    if (a->aromatic && !a->in_ring)
      return khop_i_fail(KHOP_E_FORMAT, "a lower-case atom outside of rings: atom %d (%s)", i + 1,
                         khop_element_symbol(a->element));
  }
  return KHOP_OK;
}

static bool joins(const matching *g, int32_t e) {
  int32_t need = g->need[g->m->neighbour[e]];
  return g->m->bond[g->m->through[e]].order == 0 && need != NONE && (need != MAY || g->with_may);
}

/* --- greedy ----------------------------------------------------------------------------------- */

static int choices(const matching *g, int32_t i, int32_t *first) {
  int count = 0;
  *first = -1;
  for (int32_t e = g->m->offsets[i + 1]; e-- > g->m->offsets[i];)
    if (joins(g, e) && g->mate[g->m->neighbour[e]] < 0) *first = g->m->neighbour[e], count++;
  return count;
}

static void pair(matching *g, int32_t a, int32_t b) { g->mate[a] = b, g->mate[b] = a; }

/* Pairs atom i with a neighbour, then those around it that have one choice left, and so on. */
static void pair_forced(matching *g, int32_t i) {
  int32_t last = 0, other;
  g->queue[last++] = i;
  while (last > 0) {
    int32_t a = g->queue[--last];
    if (g->mate[a] >= 0 || choices(g, a, &other) == 0) continue;
    pair(g, a, other);
    for (int32_t e = g->m->offsets[other]; e < g->m->offsets[other + 1]; e++) {
      int32_t next = g->m->neighbour[e], one;
      if (joins(g, e) && g->need[next] == NEEDS && g->mate[next] < 0 && choices(g, next, &one) == 1 &&
          last < g->m->atoms)
        g->queue[last++] = next;
    }
  }
}

static void pair_greedily(matching *g) {
  int32_t other;
  for (int32_t i = 0; i < g->m->atoms; i++)
    if (g->need[i] == NEEDS && g->mate[i] < 0 && choices(g, i, &other) == 1) pair_forced(g, i);
  for (int32_t i = 0; i < g->m->atoms; i++)
    if (g->need[i] == NEEDS && g->mate[i] < 0) pair_forced(g, i);
}

/* --- augmenting paths ------------------------------------------------------------------------- */

/* mark: 1 where an atom is an even number of steps from the root; base: the odd ring (blossom) it is in, by its atom
 * nearest to the root; parent: the step back from an atom an odd number of steps away, and within odd rings. */

static int32_t common_base(matching *g, int32_t a, int32_t b) {
  int32_t *seen = g->queue + g->m->atoms;
  memset(seen, 0, (size_t)g->m->atoms * sizeof *seen);
  for (;;) {
    a = g->base[a];
    seen[a] = 1;
    if (g->mate[a] < 0) break;
    a = g->parent[g->mate[a]];
  }
  for (;;) {
    b = g->base[b];
    if (seen[b]) return b;
    b = g->parent[g->mate[b]];
  }
}

static void mark_path(matching *g, int32_t a, int32_t base, int32_t child, int32_t *inside) {
  while (g->base[a] != base) {
    inside[g->base[a]] = inside[g->base[g->mate[a]]] = 1;
    g->parent[a] = child;
    child = g->mate[a];
    a = g->parent[g->mate[a]];
  }
}

/* Makes one atom of an odd ring: all of its atoms are then an even number of steps away. */
static int32_t contract(matching *g, int32_t a, int32_t b, int32_t last) {
  int32_t *inside = g->queue + g->m->atoms, base = common_base(g, a, b);
  memset(inside, 0, (size_t)g->m->atoms * sizeof *inside);
  mark_path(g, a, base, b, inside);
  mark_path(g, b, base, a, inside);
  for (int32_t i = 0; i < g->m->atoms; i++) {
    if (!inside[g->base[i]]) continue;
    g->base[i] = base;
    if (!g->mark[i]) g->mark[i] = 1, g->queue[last++] = i;
  }
  return last;
}

/* Pairs along the path that ends in atom i, from which the steps lead back to the root. */
static void flip(matching *g, int32_t i) {
  while (i >= 0) {
    int32_t before = g->parent[i], next = g->mate[before];
    pair(g, i, before);
    i = next;
  }
}

/* Searches from an atom that needs a mate and has none; false where there is no matching with it. An even atom that
 * may stay without a mate gives its own away. */
static bool augment(matching *g, int32_t root) {
  int32_t first = 0, last = 0;
  for (int32_t i = 0; i < g->m->atoms; i++) g->mark[i] = 0, g->parent[i] = -1, g->base[i] = i;
  g->mark[root] = 1;
  g->queue[last++] = root;
  while (first < last) {
    int32_t a = g->queue[first++];
    if (g->need[a] >= MAY && g->need[root] == NEEDS) {
      int32_t given = g->mate[a];
      g->mate[a] = -1;
      flip(g, given);
      return true;
    }
    for (int32_t e = g->m->offsets[a]; e < g->m->offsets[a + 1]; e++) {
      int32_t b = g->m->neighbour[e];
      if (!joins(g, e) || g->base[a] == g->base[b] || g->mate[a] == b) continue;
      if (b == root || (g->mate[b] >= 0 && g->parent[g->mate[b]] >= 0)) {
        last = contract(g, a, b, last);
      } else if (g->parent[b] < 0) {
        g->parent[b] = a;
        if (g->mate[b] < 0) {
          flip(g, b);
          return true;
        }
        g->mark[g->mate[b]] = 1;
        g->queue[last++] = g->mate[b];
      }
    }
  }
  return false;
}

/* --- all of it -------------------------------------------------------------------------------- */

/* Pairs who must be paired; the atom that is left over, or -1. */
static int32_t pair_all(matching *g, bool with_may) {
  int32_t n = g->m->atoms;
  g->with_may = false;
  pair_greedily(g);
  for (int32_t i = 0; i < n; i++)
    if (g->need[i] == NEEDS && g->mate[i] < 0) augment(g, i);
  g->with_may = with_may; /* who is paired stays so on every augmenting path: each of these takes one that may */
  for (int32_t i = 0; i < n; i++)
    if (g->need[i] == NEEDS && g->mate[i] < 0 && (!with_may || !augment(g, i))) return i;
  return -1;
}

/* The neighbours of the atoms with the canonical numbers 0, 1, 2 .., each in that order, as numbers. */
static void renumber(khop_molecule *to, const khop_molecule *m, const int32_t *rank, int32_t *atom) {
  int32_t at = 0;
  for (int32_t i = 0; i < m->atoms; i++) atom[rank[i]] = i;
  for (int32_t r = 0; r < m->atoms; r++) {
    int32_t i = atom[r], start = to->offsets[r] = at;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = rank[m->neighbour[e]], here = at++;
      for (; here > start && to->neighbour[here - 1] > other; here--) {
        to->neighbour[here] = to->neighbour[here - 1];
        to->through[here] = to->through[here - 1];
      }
      to->neighbour[here] = other;
      to->through[here] = m->through[e];
    }
  }
  to->offsets[m->atoms] = at;
}

/* Pairs anew, in the order of canonical numbers; *left as pair_all says. */
static khop_status pair_by_number(int32_t *left, matching *g) {
  const khop_molecule *m = g->m;
  int32_t n = m->atoms, *room = NULL;
  khop_i_canonical numbers = {0};
  khop_molecule by_number = *m;
  khop_status status = khop_i_canonise(&numbers, m, false, -1, -1);
  if (status == KHOP_OK) status = khop_i_alloc(&room, 4 * n + 1 + 4 * m->bonds, sizeof *room, "a Kekule structure");
  if (status == KHOP_OK) {
    int32_t *rank = numbers.rank, *atom = room, *need = atom + n, *mate = need + n;
    by_number.offsets = mate + n;
    by_number.neighbour = by_number.offsets + n + 1;
    by_number.through = by_number.neighbour + 2 * m->bonds;
    renumber(&by_number, m, rank, atom);
    for (int32_t r = 0; r < n; r++) need[r] = g->need[atom[r]], mate[r] = -1;
    matching numbered = *g;
    numbered.m = &by_number, numbered.need = need, numbered.mate = mate;
    *left = pair_all(&numbered, true);
    for (int32_t r = 0; r < n; r++) g->mate[atom[r]] = mate[r] < 0 ? -1 : atom[mate[r]];
    if (*left >= 0) *left = atom[*left];
  }
  khop_i_free(room);
  khop_i_canonical_clear(&numbers);
  return status;
}

khop_status khop_i_kekulise(khop_molecule *m) {
  int32_t n = m->atoms, *s = m->scratch, left;
  matching g = {m, s, s + n, s + 2 * n, s + 3 * n, s + 4 * n, s + 6 * n, false};
  khop_status status = settle_bonds(m);
  bool optional = false;
  if (status == KHOP_OK) status = find_needs(&g);
  if (status != KHOP_OK) return status;
  for (int32_t i = 0; i < n; i++) optional = optional || g.need[i] == MAY;
  left = pair_all(&g, false);
  if (left >= 0 && optional) status = pair_by_number(&left, &g);
  if (status != KHOP_OK) return status;
  if (left >= 0)
    return khop_i_fail(KHOP_E_FORMAT, "no Kekule structure: atom %d (%s) is left without its double bond", left + 1,
                       khop_element_symbol(m->atom[left].element));
  g.with_may = true;
  for (int32_t i = 0; i < n; i++)
    if (g.need[i] == WANTS && g.mate[i] < 0) augment(&g, i);
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].order == 0)
      m->bond[b].order = g.mate[m->bond[b].begin] == m->bond[b].end ? KHOP_BOND_DOUBLE : KHOP_BOND_SINGLE;
  for (int32_t i = 0; i < n; i++) m->atom[i].aromatic = false;
  return KHOP_OK;
}
