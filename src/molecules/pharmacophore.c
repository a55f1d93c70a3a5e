/* pharmacophore.c: see pharmacophore.h. RDKit has the classes as patterns; here each is a question to an atom and those
 * around it:
 *
 *   O=C-O    acidic: the carbon       N-C        basic: no =O at its carbon    n     acceptor, with a hydrogen donor
 *   O=C-N    neither donor nor        O=C-O-H    no acceptor: the acid's =O is, its -OH is not */
#include "molecules/pharmacophore.h"

enum { CARBON = 6, NITROGEN = 7, OXYGEN = 8, FLUORINE = 9, PHOSPHORUS = 15, SULFUR = 16, CHLORINE = 17,
       BROMINE = 35, IODINE = 53 };

/* Hydrogens, those too that are atoms of their own. */
static int hydrogens(const khop_molecule *m, int32_t i) {
  int count = m->atom[i].hydrogens;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) count += m->atom[m->neighbour[e]].element == 1;
  return count;
}

/* Orders of bonds and hydrogens of an atom that is not aromatic. */
static int valence(const khop_molecule *m, int32_t i) {
  int sum = m->atom[i].hydrogens;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int order = m->bond[m->through[e]].order;
    sum += order == KHOP_BOND_QUADRUPLE ? 4 : order;
  }
  return sum;
}

static bool is_aliphatic(const khop_atom *a, int element) { return a->element == element && !a->aromatic; }

static bool is_chalcogen(const khop_atom *a) { return is_aliphatic(a, OXYGEN) || is_aliphatic(a, SULFUR); }

/* Whether a double bond leads from an atom to oxygen, or with others to nitrogen, phosphorus or sulfur too. */
static bool has_double(const khop_molecule *m, int32_t i, bool nitrogen, bool others) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    const khop_atom *a = &m->atom[m->neighbour[e]];
    if (m->bond[m->through[e]].order != KHOP_BOND_DOUBLE) continue;
    if (is_aliphatic(a, OXYGEN) || (nitrogen && is_aliphatic(a, NITROGEN))) return true;
    if (others && (is_aliphatic(a, PHOSPHORUS) || is_aliphatic(a, SULFUR))) return true;
  }
  return false;
}

/* Whether a single bond leads to an atom with such a double bond, as from the -OH of an acid. */
static bool is_beside_double(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (m->bond[m->through[e]].order == KHOP_BOND_SINGLE && has_double(m, m->neighbour[e], true, true)) return true;
  return false;
}

/* --- the classes ------------------------------------------------------------------------------ */

static bool is_donor(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int h = hydrogens(m, i);
  if (a->element == NITROGEN && a->aromatic) return h == 1 && a->charge == 0;
  if (is_chalcogen(a)) return h == 1 && a->charge == 0;
  if (!is_aliphatic(a, NITROGEN) || h == 0) return false;
  return valence(m, i) == 3 || (valence(m, i) == 4 && a->charge == 1);
}

/* An aromatic O or S with a nitrogen at one or two aromatic bonds. */
static bool is_near_nitrogen(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int32_t j = m->neighbour[e];
    if (m->bond[m->through[e]].order != KHOP_BOND_AROMATIC) continue;
    if (m->atom[j].element == NITROGEN) return true;
    for (int32_t f = m->offsets[j]; m->atom[j].element == CARBON && f < m->offsets[j + 1]; f++)
      if (m->bond[m->through[f]].order == KHOP_BOND_AROMATIC && m->atom[m->neighbour[f]].element == NITROGEN)
        return true;
  }
  return false;
}

static bool is_acceptor(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int h = hydrogens(m, i);
  if (a->aromatic && a->element == NITROGEN) return h == 0 && a->charge == 0;
  if (a->aromatic) return (a->element == OXYGEN || a->element == SULFUR) && a->charge == 0 && !is_near_nitrogen(m, i);
  if (a->element == NITROGEN) return valence(m, i) == 3 && !is_beside_double(m, i);
  if (!is_chalcogen(a)) return false;
  if (a->charge == -1) return true;
  return valence(m, i) == 2 && (h == 0 || (h == 1 && !is_beside_double(m, i)));
}

static bool is_halogen(const khop_atom *a) {
  return a->element == FLUORINE || a->element == CHLORINE || a->element == BROMINE || a->element == IODINE;
}

/* An amine: its hydrogens and as many neighbours as make three that are carbons (aromatic atoms too, where there is a
 * hydrogen) without =O. */
static bool is_basic(const khop_molecule *m, int32_t i) {
  const khop_atom *a = &m->atom[i];
  int h = hydrogens(m, i), carbons = 0;
  if (a->element != NITROGEN) return false;
  if (a->charge == 1) return true;
  if (a->aromatic || a->charge != 0 || h > 2) return false;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int32_t j = m->neighbour[e];
    bool fits = is_aliphatic(&m->atom[j], CARBON) || (m->atom[j].aromatic && h > 0);
    carbons += m->bond[m->through[e]].order == KHOP_BOND_SINGLE && fits && !has_double(m, j, false, false);
  }
  return carbons >= 3 - h;
}

static bool has_acid_oxygen(const khop_molecule *m, int32_t i) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int32_t j = m->neighbour[e];
    if (m->bond[m->through[e]].order == KHOP_BOND_SINGLE && is_aliphatic(&m->atom[j], OXYGEN) &&
        (hydrogens(m, j) == 1 || m->atom[j].charge == -1))
      return true;
  }
  return false;
}

/* C or S between =O, =S or =P and such an oxygen. */
static bool is_acidic(const khop_molecule *m, int32_t i) {
  bool middle = is_aliphatic(&m->atom[i], CARBON) || is_aliphatic(&m->atom[i], SULFUR);
  return middle && has_double(m, i, false, true) && has_acid_oxygen(m, i);
}

void khop_i_feature_invariants(uint32_t *invariant, const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    const khop_atom *a = &m->atom[i];
    invariant[i] = (is_donor(m, i) ? KHOP_I_DONOR : 0) | (is_acceptor(m, i) ? KHOP_I_ACCEPTOR : 0) |
                   (a->aromatic ? KHOP_I_AROMATIC : 0) | (is_halogen(a) ? KHOP_I_HALOGEN : 0) |
                   (is_basic(m, i) ? KHOP_I_BASIC : 0) | (is_acidic(m, i) ? KHOP_I_ACIDIC : 0);
  }
}
