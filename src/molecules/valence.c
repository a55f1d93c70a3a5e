/* valence.c: hydrogens, unpaired electrons, charges, from bonds.
 *
 * The rules are those of RDKit (G. Landrum, "The RDKit Book", the sections on valence and on cleaning up), so that
 * both see the same molecule in a text. */
#include "molecules/valence.h"
#include "base/error.h"
#include "molecules/elements.h"

/* The element whose valences an ion has. Anions of phosphorus, sulfur, arsenic and selenium keep their own higher
 * ones: [PF6]- is SF6, but S- has no valence of chlorine only. */
static int like(int element, int charge) {
  int other = element - charge;
  if ((other > 16 && (element == 15 || element == 16)) || (other > 34 && (element == 33 || element == 34)))
    return element;
  return other;
}

int khop_i_valence(int element, int charge, int bonds) {
  if (!khop_i_valences(element)) return bonds;
  unsigned own = khop_i_valences(like(element, charge));
  if (own == 0) return bonds;
  while (bonds < 8 && !(own >> bonds & 1)) bonds++;
  return bonds < 8 ? bonds : -1;
}

static bool open_bond(const khop_bond *b) { return b->order == 0 || b->order == KHOP_BOND_AROMATIC; }

int khop_i_sum_orders(const khop_molecule *m, int32_t i) {
  int sum = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    const khop_bond *b = &m->bond[m->through[e]];
    sum += open_bond(b) ? 1 : b->order == KHOP_BOND_QUADRUPLE ? 4 : b->order;
  }
  return sum;
}

/* --- charges ---------------------------------------------------------------------------------- */

/* Takes an order from the first such bond of an atom and gives its ends +1 and -1. */
static bool separate(khop_molecule *m, int32_t i, int element, int order) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    khop_atom *other = &m->atom[m->neighbour[e]];
    khop_bond *bond = &m->bond[m->through[e]];
    if (other->element != element || other->charge != 0 || bond->order != order) continue;
    bond->order--;
    m->atom[i].charge++;
    other->charge = -1;
    return true;
  }
  return false;
}

static void separate_nitrogen(khop_molecule *m, int32_t i) {
  const khop_atom *n = &m->atom[i];
  if (n->charge || khop_i_sum_orders(m, i) + n->hydrogens + n->aromatic != 5) return;
  if (!separate(m, i, 8, KHOP_BOND_DOUBLE)) separate(m, i, 7, KHOP_BOND_TRIPLE);
}

static void separate_halogen(khop_molecule *m, int32_t i) {
  const khop_atom *x = &m->atom[i];
  int sum = khop_i_sum_orders(m, i) + x->hydrogens;
  if (x->charge || (sum != 3 && sum != 5 && sum != 7)) return;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (m->atom[m->neighbour[e]].element != 8) return;
  while (separate(m, i, 8, KHOP_BOND_DOUBLE)) continue;
}

/* C=P(=O)C with two more atoms or more at the first double bond: [P+] and [O-]. */
static void separate_phosphorus(khop_molecule *m, int32_t i) {
  const khop_atom *p = &m->atom[i];
  if (p->charge || p->degree != 3 || khop_i_sum_orders(m, i) + p->hydrogens != 5) return;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    const khop_atom *other = &m->atom[m->neighbour[e]];
    if (m->bond[m->through[e]].order != KHOP_BOND_DOUBLE || other->degree < 2) continue;
    if (other->element != 6 && other->element != 7) continue;
    separate(m, i, 8, KHOP_BOND_DOUBLE);
    return;
  }
}

void khop_i_separate_charges(khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    int element = m->atom[i].element;
    if (element == 7)
      separate_nitrogen(m, i);
    else if (element == 15)
      separate_phosphorus(m, i);
    else if (element == 17 || element == 35 || element == 53)
      separate_halogen(m, i);
  }
}

/* --- hydrogens -------------------------------------------------------------------------------- */

/* A single bond to a metal takes nothing of an atom that has all its bonds without it. */
static int bonds_to_metals(const khop_molecule *m, int32_t i) {
  int count = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    count += khop_i_is_metal(m->atom[m->neighbour[e]].element) && m->bond[m->through[e]].order == KHOP_BOND_SINGLE;
  return count;
}

static bool is_transition(int element) {
  return (element >= 21 && element <= 30) || (element >= 39 && element <= 48) || (element >= 57 && element <= 81) ||
         element >= 89;
}

/* Electrons that are neither in bonds nor in pairs, by the octet, and by the outer shell where that is less. */
static int unpaired(const khop_atom *a, int degree, int bonds) {
  int outer = khop_i_elements[a->element].outer;
  if (a->element == 0) return 0;
  if (is_transition(a->element)) return degree == 0 && outer >= a->charge ? (a->element - a->charge) & 1 : 0;
  int count = (a->element < 3 ? 2 : 8) - outer - bonds + a->charge;
  if (count < 0) {
    unsigned own = khop_i_valences(a->element);
    count = 0;
    if (own & (own - 1))
      for (int v = 7; v >= 0; v--)
        if ((own >> v & 1) && v - bonds + a->charge >= 0) count = v - bonds + a->charge;
  }
  int early = outer - bonds - a->charge;
  return early >= 0 && early < count ? early : count;
}

static khop_status fill(khop_molecule *m, int32_t i) {
  khop_atom *a = &m->atom[i];
  int bonds = khop_i_sum_orders(m, i) + a->hydrogens, valence = khop_i_valence(a->element, a->charge, bonds);
  if (valence < 0) {
    for (int metals = bonds_to_metals(m, i); metals > 0 && valence < 0; metals--)
      valence = khop_i_valence(a->element, a->charge, --bonds);
  }
  if (valence < 0)
    return khop_i_fail(KHOP_E_FORMAT, "bad valence on %s (atom %d): %d bonds and hydrogens, charge %d",
                       khop_element_symbol(a->element), i + 1, bonds, a->charge);
  if (a->pi)
    a->hydrogens = (uint8_t)(a->hydrogens + valence - bonds);
  else if (!m->radicals)
    a->radical = (uint8_t)unpaired(a, a->degree, bonds);
  return KHOP_OK;
}

khop_status khop_i_fill_valences(khop_molecule *m) {
  khop_status status = KHOP_OK;
  for (int32_t i = 0; i < m->atoms && status == KHOP_OK; i++) status = fill(m, i);
  return status;
}
