/* ring_electrons.c: how many electrons an atom has for an aromatic ring.
 *
 *   1   of a double bond in a ring; of an exocyclic one to an atom that does not take it (C=C)
 *   2   a lone pair: n with three neighbours, o, s, carbanions
 *   0   taken by =O, =N, =S; a carbocation
 *
 * The rules are those of RDKit (G. Landrum, "The RDKit Book", Aromaticity, the RDKit model). No ring of more than one
 * bond order at a time: an atom with two multiple bonds, with more than three neighbours and hydrogens, above its
 * lowest valence (sulfoxides, phosphazenes), below the second row but for P, S, Se and Te, or a heteroatom with
 * an unpaired electron is in none. */
#include "molecules/ring_electrons.h"
#include "molecules/elements.h"
#include "molecules/valence.h"

#include <stddef.h>

/* Multiple bonds of an atom. */
typedef struct multiple {
  int count, orders;          /* how many, and their orders above one */
  bool cyclic;
  const khop_atom *outside;   /* at the other end of one that is in no ring */
} multiple;

static multiple multiple_bonds(const khop_molecule *m, int32_t i) {
  multiple found = {0, khop_i_sum_orders(m, i) - m->atom[i].degree, false, NULL};
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1] && found.orders; e++) {
    const khop_bond *b = &m->bond[m->through[e]];
    if (b->order == KHOP_BOND_SINGLE) continue;
    found.count++;
    if (b->in_ring)
      found.cyclic = true;
    else if (!found.outside)
      found.outside = &m->atom[m->neighbour[e]];
  }
  return found;
}

/* The lowest valence of the neutral atom with as many electrons; 0 where any will do. */
static int lowest_valence(int element, int charge) {
  int valence = 0;
  unsigned own = khop_i_valences(element - charge);
  while (own > 1 && !(own & 1)) own >>= 1, valence++;
  return valence;
}

static bool can_be_aromatic(const khop_atom *a, const multiple *bonds) {
  int element = a->element;
  if (element > 18 && element != 34 && element != 52) return false;
  if (khop_i_elements[element].valence < 2 || a->degree + a->hydrogens > 3) return false;
  if (a->radical && (element != 6 || a->charge)) return false;
  if (a->degree + bonds->orders + a->hydrogens > lowest_valence(element, a->charge)) return false;
  return bonds->count < 2;
}

int khop_i_ring_electrons(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  const khop_i_element *element = &khop_i_elements[a->element];
  multiple bonds = multiple_bonds(m, i);
  if (a->element == 0) return bonds.cyclic ? 1 : KHOP_I_ANY;
  if (!can_be_aromatic(a, &bonds)) return KHOP_I_NONE;
  int pairs = element->outer - element->valence - a->charge;
  int electrons = element->valence - a->degree - a->hydrogens + (pairs > 0 ? pairs : 0) - a->radical;
  bool taken = bonds.outside && khop_i_more_electronegative(bonds.outside->element, a->element);
  if (electrons > 1 && bonds.orders > 1) electrons = 1;
  if (electrons < 0) return KHOP_I_NONE;
  if (electrons == 0) return bonds.outside ? 0 : bonds.cyclic ? 1 : KHOP_I_NONE;
  if (electrons == 1) {
    if (bonds.outside) return taken ? 0 : 1;
    return bonds.count ? 1 : a->charge == 1 ? 0 : KHOP_I_NONE;
  }
  return (electrons - taken) % 2 ? 1 : 2;
}
