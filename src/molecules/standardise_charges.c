/* standardise_charges.c: charges taken away by hydrogens.
 *
 *   [NH3+]CC(=O)[O-]      both can move a hydrogen: NCC(=O)O
 *   C[N+](C)(C)CC(=O)[O-] nitrogen cannot, and the carboxylate stays, as the molecule is neutral with it
 *   C[N+](=O)[O-]         charges side by side are one bond: both stay
 *
 * Charges that no hydrogen can take away are balanced first: by what is bound to them, then within their component, then
 * by the other components. What is left over loses its charge. */
#include "molecules/standardise_charges.h"
#include "base/error.h"
#include "base/memory.h"
#include "molecules/elements.h"
#include "molecules/valence.h"

#include <stdlib.h>

typedef struct charges {
  khop_molecule *m;
  const int32_t *rank; /* (atoms) */
  int32_t *part;       /* (atoms) */
  int32_t *open;       /* (atoms) charge that none of a neighbour balances */
  int32_t *moves;      /* (atoms) units of it that hydrogens are to take away */
} charges;

/* --- what can be done to an atom ------------------------------------------------------------------ */

/* Valences beyond the octet are those of acids of phosphorus and sulfur: [PF6]- and I3- take no hydrogen. */
static int most_bonds(int element) {
  int outer = khop_i_elements[element].outer;
  return outer == 7 ? 1 : outer;
}

/* How many units of its charge an atom can lose, one hydrogen each, with a valence of its element after each of them. */
static int32_t possible_moves(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int step = a->charge < 0 ? 1 : -1, bonds = khop_i_sum_orders(m, i), moves = 0;
  if (a->element < 2 || khop_i_is_metal(a->element) || !khop_i_valences(a->element)) return 0;
  while (moves < abs(a->charge)) {
    int k = moves + 1, hydrogens = a->hydrogens + step * k, all = bonds + hydrogens;
    if (hydrogens < 0 || all > most_bonds(a->element)) break;
    if (khop_i_valence(a->element, a->charge + step * k, all) != all) break;
    moves = k;
  }
  return moves;
}

/* --- which charges stay where one of several is to ------------------------------------------------ */

/* Whether an atom draws electrons from what is bound to it: it has a double bond to oxygen or sulfur, or a charge. */
static bool is_oxo(const khop_molecule *m, int32_t i) {
  if (m->atom[i].charge > 0) return true;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int other = m->atom[m->neighbour[e]].element;
    if (m->bond[m->through[e]].order == KHOP_BOND_DOUBLE && (other == 8 || other == 16)) return true;
  }
  return false;
}

/* Anions from those of strong acids, 0, to those of weak ones, as pKa tables have them: halides, sulfonates and
 * nitrate; phosphates; carboxylates and fluoride; amides and imides of acids; phenolates, enolates, thiolates;
 * alkoxides; other nitrogen; carbon. */
static int weakness_of_acid(const khop_molecule *m, int32_t i) {
  int element = m->atom[i].element, outer = khop_i_elements[element].outer;
  int weakness = element == 6 ? 7 : outer == 5 ? 6 : outer == 6 ? 5 : 4;
  if (outer == 7) return element == 9 ? 2 : 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int32_t j = m->neighbour[e];
    int to = m->atom[j].element, here = weakness;
    if (outer == 6 && is_oxo(m, j)) here = to == 6 || to == 5 ? 2 : to == 15 || to == 33 ? 1 : 0;
    else if (outer == 6 && (element != 8 || khop_i_sum_orders(m, j) > m->atom[j].degree)) here = 4;
    else if (outer == 5 && is_oxo(m, j)) here = 3;
    if (here < weakness) weakness = here;
  }
  return weakness;
}

/* Cations from those of strong bases to those of weak ones: amines, other nitrogen, the rest. */
static int weakness_of_base(const khop_atom *a) {
  return a->element != 7 ? 2 : a->hybridisation != KHOP_HYBRID_SP3;
}

/* Whether the charge of i stays before that of j, which has the same sign. */
static bool stays_before(const charges *c, int32_t i, int32_t j) {
  const khop_atom *a = &c->m->atom[i], *b = &c->m->atom[j];
  int one = a->charge < 0 ? weakness_of_acid(c->m, i) : weakness_of_base(a);
  int other = b->charge < 0 ? weakness_of_acid(c->m, j) : weakness_of_base(b);
  return one != other ? one < other : c->rank[i] < c->rank[j];
}

/* --- balance -------------------------------------------------------------------------------------- */

/* Atom i loses a unit of what is open. */
static void close_unit(charges *c, int32_t i) {
  c->open[i] += c->open[i] > 0 ? -1 : 1;
  if (c->moves[i] > abs(c->open[i])) c->moves[i] = abs(c->open[i]);
}

/* The anion beside atom i whose charge stays first; those that cannot lose it before all others. -1: there is none. */
static int32_t anion_beside(const charges *c, int32_t i) {
  int32_t best = -1;
  for (int32_t e = c->m->offsets[i]; e < c->m->offsets[i + 1]; e++) {
    int32_t j = c->m->neighbour[e];
    if (c->open[j] >= 0) continue;
    bool bound = best >= 0 && !c->moves[j] != !c->moves[best];
    if (best < 0 || (bound ? !c->moves[j] : stays_before(c, j, best))) best = j;
  }
  return best;
}

/* Pairs charges side by side, the cations in the order of ranks. by_rank: (atoms). */
static void pair_neighbours(charges *c, const int32_t *by_rank) {
  for (int32_t k = 0; k < c->m->atoms; k++)
    for (int32_t i = by_rank[k], j; c->open[i] > 0 && (j = anion_beside(c, i)) >= 0;) {
      close_unit(c, i);
      close_unit(c, j);
    }
}

/* Lets charges of a component (-1: of all) stay until they balance those that cannot go. */
static void balance(charges *c, int32_t part) {
  int64_t fixed = 0;
  for (int32_t i = 0; i < c->m->atoms; i++)
    if (part < 0 || c->part[i] == part) fixed += c->open[i] > 0 ? c->open[i] - c->moves[i] : c->open[i] + c->moves[i];
  for (int step = fixed > 0 ? -1 : 1; fixed; fixed += step) {
    int32_t best = -1;
    for (int32_t i = 0; i < c->m->atoms; i++)
      if ((part < 0 || c->part[i] == part) && c->moves[i] && (c->open[i] > 0) == (step > 0) &&
          (best < 0 || stays_before(c, i, best)))
        best = i;
    if (best < 0) return;
    c->moves[best]--;
  }
}

/* --- all of it ------------------------------------------------------------------------------------ */

int32_t khop_i_molecule_parts(int32_t *part, int32_t *queue, const khop_molecule *m) {
  int32_t parts = 0;
  for (int32_t i = 0; i < m->atoms; i++) part[i] = -1;
  for (int32_t root = 0; root < m->atoms; root++) {
    int32_t first = 0, last = 0;
    if (part[root] >= 0) continue;
    part[root] = parts;
    for (queue[last++] = root; first < last; first++)
      for (int32_t e = m->offsets[queue[first]]; e < m->offsets[queue[first] + 1]; e++) {
        int32_t other = m->neighbour[e];
        if (part[other] >= 0) continue;
        part[other] = parts;
        queue[last++] = other;
      }
    parts++;
  }
  return parts;
}

/* An amine turns inside out at once, unless rings hold all of its bonds. */
static bool inverts(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (!m->bond[m->through[e]].in_ring) return m->atom[i].element == 7;
  return false;
}

static bool move_hydrogens(khop_molecule *m, const int32_t *moves) {
  bool changed = false;
  for (int32_t i = 0; i < m->atoms; i++) {
    khop_atom *a = &m->atom[i];
    int step = a->charge < 0 ? 1 : -1;
    if (moves[i] && step < 0 && inverts(m, i)) a->stereo = false, m->turn[i] = 0;
    a->charge = (int8_t)(a->charge + step * moves[i]);
    a->hydrogens = (uint8_t)(a->hydrogens + step * moves[i]);
    changed = changed || moves[i];
  }
  return changed;
}

khop_status khop_i_neutralise(bool *changed, khop_molecule *m, const int32_t *rank) {
  int32_t *room = NULL, n = m->atoms;
  khop_status status = khop_i_alloc(&room, 4 * (int64_t)n, sizeof *room, "charges of atoms");
  if (status != KHOP_OK) return status;
  charges c = {m, rank, room, room + n, room + 2 * n};
  int32_t *order = room + 3 * n, parts = khop_i_molecule_parts(c.part, order, m);
  for (int32_t i = 0; i < n; i++) {
    c.open[i] = m->atom[i].charge;
    c.moves[i] = possible_moves(m, i);
    order[rank[i]] = i;
  }
  pair_neighbours(&c, order);
  for (int32_t p = 0; p < parts; p++) balance(&c, p);
  balance(&c, -1);
  *changed = move_hydrogens(m, c.moves);
  khop_i_free(room);
  return KHOP_OK;
}
