/* perceive.c: from the atoms and bonds of a text to what chemists see in them.
 *
 * The rules for charges, conjugation and hybridisation are those of RDKit, so that descriptors which
 * stand on them can be compared number by number. */
#include "molecules/perceive.h"
#include "molecules/molecule.h"
#include "base/error.h"
#include "molecules/aromaticity.h"
#include "molecules/elements.h"
#include "molecules/kekule.h"
#include "molecules/stereo.h"
#include "molecules/valence.h"

#include <string.h>

/* --- hydrogens -------------------------------------------------------------------------------- */

/* Takes the folded atoms out and closes the gaps. */
void khop_i_molecule_fold(khop_molecule *m) {
  bool any = false;
  for (int32_t i = 0; i < m->atoms; i++) any = any || m->atom[i].element == 1;
  if (!any) return;
  int32_t *ends = m->scratch, *index = ends + m->atoms;
  memset(ends, 0, (size_t)m->atoms * sizeof *ends);
  for (int32_t b = 0; b < m->bonds; b++) ends[m->bond[b].begin]++, ends[m->bond[b].end]++;
  for (int32_t i = 0; i < m->atoms; i++) index[i] = 0;
  for (int32_t b = 0; b < m->bonds; b++) {
    int32_t pair[2] = {m->bond[b].begin, m->bond[b].end};
    for (int side = 0; side < 2; side++) {
      int32_t h = pair[side], other = pair[1 - side];
      if (m->atom[h].element != 1 || !khop_i_hydrogen_folds(m, h, ends[h], other)) continue;
      index[h] = -1;
      m->atom[other].hydrogens++;
    }
  }
  int32_t atoms = 0, bonds = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    if (index[i] < 0) continue;
    m->atom[atoms] = m->atom[i];
    m->turn[atoms] = m->turn[i];
    index[i] = atoms++;
  }
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond bond = m->bond[b];
    if (index[bond.begin] < 0 || index[bond.end] < 0) continue;
    bond.begin = index[bond.begin];
    bond.end = index[bond.end];
    m->side[bonds] = m->side[b];
    m->bond[bonds++] = bond;
  }
  m->atoms = atoms;
  m->bonds = bonds;
}

/* --- neighbours ------------------------------------------------------------------------------- */

void khop_i_molecule_connect(khop_molecule *m) {
  int32_t *offsets = m->offsets;
  memset(offsets, 0, ((size_t)m->atoms + 1) * sizeof *offsets);
  for (int32_t b = 0; b < m->bonds; b++) offsets[m->bond[b].begin]++, offsets[m->bond[b].end]++;
  int32_t sum = 0;
  for (int32_t i = 0; i <= m->atoms; i++) offsets[i] = sum += i < m->atoms ? offsets[i] : 0;
  for (int32_t b = m->bonds; b-- > 0;) { /* backwards, so that the bonds of an atom stand in order */
    int32_t u = m->bond[b].begin, v = m->bond[b].end;
    m->neighbour[--offsets[u]] = v, m->through[offsets[u]] = b;
    m->neighbour[--offsets[v]] = u, m->through[offsets[v]] = b;
  }
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t degree = offsets[i + 1] - offsets[i];
    m->atom[i].degree = (uint8_t)(degree > 255 ? 255 : degree);
  }
}

/* The sum of the bond orders of an atom, an aromatic bond being one and a half; doubled. */
static int twice_orders(const khop_molecule *m, int32_t atom) {
  int sum = 0;
  for (int32_t e = m->offsets[atom]; e < m->offsets[atom + 1]; e++) {
    int order = m->bond[m->through[e]].order;
    sum += order == KHOP_BOND_AROMATIC ? 3 : order == KHOP_BOND_QUADRUPLE ? 8 : 2 * order;
  }
  return sum;
}

/* --- rings ------------------------------------------------------------------------------------ */

/* A bond is in a ring where it is no bridge (Tarjan, 1974): a depth-first search numbers the atoms and
 * keeps the lowest number that each subtree reaches past the bond it hangs by. */
void khop_i_molecule_find_rings(khop_molecule *m) {
  int32_t n = m->atoms, count = 0;
  int32_t *number = m->scratch, *low = number + n, *at = low + n, *came = at + n, *stack = came + n;
  for (int32_t i = 0; i < n; i++) number[i] = -1;
  for (int32_t b = 0; b < m->bonds; b++) m->bond[b].in_ring = true;
  for (int32_t root = 0; root < n; root++) {
    if (number[root] >= 0) continue;
    int32_t depth = 0;
    stack[0] = root, came[root] = -1, at[root] = m->offsets[root];
    number[root] = low[root] = count++;
    while (depth >= 0) {
      int32_t u = stack[depth];
      if (at[u] < m->offsets[u + 1]) {
        int32_t e = at[u]++, v = m->neighbour[e];
        if (m->through[e] == came[u]) continue;
        if (number[v] >= 0) {
          if (number[v] < low[u]) low[u] = number[v];
          continue;
        }
        came[v] = m->through[e], at[v] = m->offsets[v];
        number[v] = low[v] = count++;
        stack[++depth] = v;
      } else if (--depth >= 0) {
        int32_t parent = stack[depth];
        if (low[u] < low[parent]) low[parent] = low[u];
        if (low[u] > number[parent]) m->bond[came[u]].in_ring = false;
      }
    }
  }
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].in_ring) m->atom[m->bond[b].begin].in_ring = m->atom[m->bond[b].end].in_ring = true;
}

/* --- conjugation and hybridisation ------------------------------------------------------------ */

static int bonds_and_hydrogens(const khop_atom *a) { return a->degree + a->hydrogens; }

/* Elements of groups 15 and 16 below the second row do not conjugate, but for =S and its like. */
static bool may_conjugate(const khop_atom *a) {
  int outer = khop_i_elements[a->element].outer;
  return a->element <= 10 || (outer != 5 && outer != 6) || (outer == 6 && bonds_and_hydrogens(a) < 2);
}

/* Whether an atom has electrons for its neighbours' double bonds. */
static bool gives_electrons(const khop_atom *a) {
  const khop_i_element *element = &khop_i_elements[a->element];
  if (element->valence <= 1 || bonds_and_hydrogens(a) > 3) return false;
  int pairs = element->outer - element->valence - a->charge;
  return element->valence - bonds_and_hydrogens(a) + (pairs > 0 ? pairs : 0) - a->radical > 0;
}

/* A double bond conjugates with every other bond of its atom that leads to one with electrons. */
static void conjugate(khop_molecule *m, int32_t i) {
  int size = bonds_and_hydrogens(&m->atom[i]);
  if (!may_conjugate(&m->atom[i]) || size < 2 || size > 3) return;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    khop_bond *first = &m->bond[m->through[e]];
    if (first->order == KHOP_BOND_SINGLE || !may_conjugate(&m->atom[m->neighbour[e]])) continue;
    for (int32_t f = m->offsets[i]; f < m->offsets[i + 1]; f++) {
      const khop_atom *other = &m->atom[m->neighbour[f]];
      if (e == f || bonds_and_hydrogens(other) > 3) continue;
      if (gives_electrons(other) && may_conjugate(other))
        first->conjugated = m->bond[m->through[f]].conjugated = true;
    }
  }
}

/* Orbitals: bonds, hydrogens and lone pairs. Four of them flatten where the atom is conjugated. */
static khop_hybridisation hybridise(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  if (a->element == 0 || bonds_and_hydrogens(a) == 0) return KHOP_HYBRID_OTHER;
  if (a->aromatic) return KHOP_HYBRID_SP2;
  int valence = twice_orders(m, i) / 2 + a->hydrogens, outer = khop_i_elements[a->element].outer;
  int orbitals = bonds_and_hydrogens(a), free = outer - valence - a->charge;
  if (a->element > 1) {
    bool below_octet = valence + outer - a->charge < 8;
    orbitals += below_octet ? (free - a->radical) / 2 + a->radical : free / 2;
  }
  bool conjugated = false;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    conjugated = conjugated || m->bond[m->through[e]].conjugated;
  switch (orbitals) {
  case 2:
    return KHOP_HYBRID_SP;
  case 3:
    return KHOP_HYBRID_SP2;
  case 4:
    return conjugated && bonds_and_hydrogens(a) <= 3 ? KHOP_HYBRID_SP2 : KHOP_HYBRID_SP3;
  default:
    return KHOP_HYBRID_OTHER;
  }
}

static int pi_electrons(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  if (a->aromatic) return 1;
  if (a->hybridisation == KHOP_HYBRID_SP3) return 0;
  return twice_orders(m, i) / 2 - a->degree;
}

/* --- configurations ---------------------------------------------------------------------------- */

/* Whether two neighbours of an atom are ends of the molecule and alike: CH3 and CH3, F and F. */
static bool has_equal_ends(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    for (int32_t f = m->offsets[i]; f < e; f++) {
      const khop_atom *a = &m->atom[m->neighbour[e]], *b = &m->atom[m->neighbour[f]];
      if (a->degree == 1 && b->degree == 1 && a->element == b->element && a->hydrogens == b->hydrogens &&
          a->charge == b->charge && a->isotope == b->isotope &&
          m->bond[m->through[e]].order == m->bond[m->through[f]].order)
        return true;
    }
  return false;
}

/* A configuration is written where there may be none: an atom needs three neighbours or hydrogens, one hydrogen at
 * most (RDKit allows phosphorus two), and no two ends alike. */
static void check_centres(khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    khop_atom *a = &m->atom[i];
    bool hydrogens = a->hydrogens > 1 && a->element != 15;
    if (a->stereo && (hydrogens || a->degree + a->hydrogens < 3 || has_equal_ends(m, i))) a->stereo = false;
  }
}

/* Whether a ring of at most so many bonds more leads from atom at to the end; its double bonds have no sides. */
static bool leads_back(const khop_molecule *m, int32_t at, int32_t end, int32_t through, int bonds) {
  if (at == end) return true;
  for (int32_t e = m->offsets[at]; e < m->offsets[at + 1] && bonds > 0; e++)
    if (m->through[e] != through && m->bond[m->through[e]].in_ring &&
        leads_back(m, m->neighbour[e], end, m->through[e], bonds - 1))
      return true;
  return false;
}

/* Double bonds whose sides are known, in no ring of fewer than eight atoms; then the signs themselves are gone. */
static void find_sides(khop_molecule *m) {
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond *bond = &m->bond[b];
    if (bond->order != KHOP_BOND_DOUBLE) {
      bond->stereo = false;
      continue;
    }
    if (!m->side[b] && !(m->radicals && bond->stereo)) continue;
    bool alike = has_equal_ends(m, bond->begin) || has_equal_ends(m, bond->end);
    bond->stereo = !alike && (!bond->in_ring || !leads_back(m, bond->begin, bond->end, b, 6));
  }
}

/* --- all of it -------------------------------------------------------------------------------- */

static bool needs_kekule(const khop_molecule *m) {
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].order == KHOP_BOND_AROMATIC) return true;
  for (int32_t i = 0; i < m->atoms; i++)
    if (m->atom[i].aromatic) return true;
  return false;
}

/* What is not written between two upper-case atoms is a single bond. */
static khop_status settle_orders(khop_molecule *m) {
  if (needs_kekule(m)) return khop_i_kekulise(m);
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].order == 0) m->bond[b].order = KHOP_BOND_SINGLE;
  return KHOP_OK;
}

khop_status khop_i_molecule_settle(khop_molecule *m) {
  khop_i_molecule_connect(m);
  khop_i_molecule_find_rings(m);
  khop_i_separate_charges(m);
  return settle_orders(m);
}

khop_status khop_i_molecule_conclude(khop_molecule *m) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_fill_valences(m));
  check_centres(m);
  find_sides(m);
  KHOP_TRY(khop_i_aromatise(m));
  for (int32_t b = 0; b < m->bonds; b++) {
    khop_bond *bond = &m->bond[b];
    bond->conjugated = bond->order == KHOP_BOND_AROMATIC;
    if (!bond->conjugated) continue;
    m->atom[bond->begin].aromatic = m->atom[bond->end].aromatic = true;
    bond->stereo = false; /* which of its bonds are double is a matter of writing */
  }
  for (int32_t i = 0; i < m->atoms; i++) conjugate(m, i);
  for (int32_t i = 0; i < m->atoms; i++) m->atom[i].hybridisation = (uint8_t)hybridise(m, i);
  for (int32_t i = 0; i < m->atoms; i++) m->atom[i].pi = (uint8_t)pi_electrons(m, i);
  KHOP_TRY(khop_i_check_stereo(m));
done:
  return status;
}

khop_status khop_i_molecule_perceive(khop_molecule *m) {
  khop_i_read_stereo(m);
  khop_i_molecule_fold(m);
  khop_status status = khop_i_molecule_settle(m);
  return status == KHOP_OK ? khop_i_molecule_conclude(m) : status;
}
