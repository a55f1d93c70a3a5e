/* stereo.c: configurations.
 *
 *   N[C@@H](C)O    from N: H, C, O turn to the right                  @@ in the order of the text
 *                  neighbours by number N 0, C 2, O 3, H last         turn 1: an odd change of order
 *   F/C=C/F        first neighbours on two sides                      side 2
 *
 * A configuration is one only where its inversion is another molecule: with the atom held in place, no symmetry of all
 * the rest, other configurations included, may exchange an odd number of its neighbours. */
#include "molecules/stereo.h"
#include "molecules/canonical.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* --- as it is written -------------------------------------------------------------------------- */

static int32_t ends_of(const khop_molecule *m, int32_t atom) {
  int32_t ends = 0;
  for (int32_t b = 0; b < m->bonds; b++) ends += (m->bond[b].begin == atom) + (m->bond[b].end == atom);
  return ends;
}

static bool is_folded(const khop_molecule *m, int32_t atom, int32_t other) {
  return m->atom[atom].element == 1 && khop_i_hydrogen_folds(m, atom, ends_of(m, atom), other);
}

/* Phosphorus and arsenic keep three neighbours and a pair of electrons as they are, with a hydrogen too. */
static bool keeps_pair_and_hydrogen(const khop_atom *a) { return a->element == 15 || a->element == 33; }

/* Places of four neighbours in the text, listed by number with a hydrogen and then a pair of electrons last; 0 where
 * there are not four. */
static uint8_t turn_of(const khop_molecule *m, int32_t i) {
  const khop_atom *atom = &m->atom[i];
  int32_t number[5], place[5], count = 0, others = atom->hydrogens, rings = 0;
  bool saturated = !atom->aromatic;
  for (int32_t b = 0; b < m->bonds && count < 5; b++) {
    if (m->bond[b].begin != i && m->bond[b].end != i) continue;
    bool begins = m->bond[b].begin == i;
    int32_t other = begins ? m->bond[b].end : m->bond[b].begin;
    bool folded = is_folded(m, other, i);
    number[count] = folded ? INT32_MAX - 1 : other;
    others += folded;
    rings += m->written[2 * b + 1] > 0;
    saturated = saturated && m->bond[b].order <= KHOP_BOND_SINGLE;
    place[count++] = m->written[2 * b + !begins];
  }
  bool pair = count + atom->hydrogens == 3;
  if (others > 1 || (pair && others && !(saturated && keeps_pair_and_hydrogen(atom)))) return 0;
  /* A hydrogen stands in its bracket, behind what comes before the atom. The rest is as RDKit reads: with a pair of
   * electrons it stands before that; the pair stands last, and the other way round at a saturated atom of three bonds
   * with the number of one ring. */
  int odd = pair && count == 3 && saturated && rings == 1;
  if (atom->hydrogens) number[count] = INT32_MAX - 1, place[count++] = pair ? -1 : 1;
  if (pair) number[count] = INT32_MAX, place[count++] = INT32_MAX;
  if (count != 4) return 0;
  for (int32_t a = 0; a < 4; a++)
    for (int32_t b = 0; b < a; b++) odd ^= (number[a] < number[b]) ^ (place[a] < place[b]);
  return (uint8_t)(odd ? 3 - atom->hybridisation : atom->hybridisation);
}

/* The neighbour of an end of a double bond with the lowest number; INT32_MAX where there is none but a hydrogen. */
static int32_t first_at(const khop_molecule *m, int32_t bond, int32_t atom) {
  int32_t first = INT32_MAX;
  for (int32_t b = 0; b < m->bonds; b++) {
    if (b == bond || (m->bond[b].begin != atom && m->bond[b].end != atom)) continue;
    int32_t other = m->bond[b].begin == atom ? m->bond[b].end : m->bond[b].begin;
    if (other < first && !is_folded(m, other, atom)) first = other;
  }
  return first;
}

/* The height of that neighbour: 1 above, 2 below, 0 not known or contradictory. */
static int height_at(const khop_molecule *m, int32_t bond, int32_t atom) {
  int32_t first = first_at(m, bond, atom);
  int height = 0;
  for (int32_t b = 0; b < m->bonds; b++) {
    const khop_bond *s = &m->bond[b];
    if (b == bond || (s->begin != atom && s->end != atom) || !s->stereo) continue;
    int32_t other = s->begin == atom ? s->end : s->begin;
    int here = (s->begin == atom) == s->conjugated ? 2 : 1;
    if (other != first) here = 3 - here;
    if (height && here != height) return 0;
    height = here;
  }
  return first == INT32_MAX ? 0 : height;
}

void khop_i_read_stereo(khop_molecule *m) {
  bool sided = false;
  memset(m->turn, 0, (size_t)m->atoms);
  memset(m->side, 0, (size_t)m->bonds);
  for (int32_t b = 0; b < m->bonds; b++) sided = sided || (m->bond[b].stereo && m->bond[b].order == KHOP_BOND_SINGLE);
  for (int32_t i = 0; i < m->atoms; i++)
    if (m->atom[i].stereo && m->atom[i].hybridisation) m->turn[i] = turn_of(m, i);
  for (int32_t b = 0; b < m->bonds && sided && !m->radicals; b++) {
    if (m->bond[b].order != KHOP_BOND_DOUBLE) continue;
    int begin = height_at(m, b, m->bond[b].begin), end = height_at(m, b, m->bond[b].end);
    m->side[b] = (uint8_t)(!begin || !end ? 0 : begin == end ? 1 : 2);
  }
}

/* --- whether it is one ------------------------------------------------------------------------ */

/* Whether inversion is another molecule: *value is a turn or side, first and second (or -1) are held in place. */
static khop_status makes_two(bool *two, khop_i_canonical *c, const khop_molecule *m, uint8_t *value, int32_t first,
                             int32_t second) {
  int32_t *before = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_canonise(c, m, true, first, second));
  KHOP_TRY(khop_i_copy(&before, c->best, c->form, sizeof *before, "a canonical form"));
  *value = (uint8_t)(3 - *value);
  status = khop_i_canonise(c, m, true, first, second);
  *value = (uint8_t)(3 - *value);
  if (status == KHOP_OK) *two = memcmp(before, c->best, (size_t)c->form * sizeof *before) != 0;
done:
  khop_i_free(before);
  return status;
}

static bool differ_at_once(const khop_atom *a, const khop_atom *b) {
  return a->element != b->element || a->degree != b->degree || a->hydrogens != b->hydrogens ||
         a->charge != b->charge || a->isotope != b->isotope || a->in_ring != b->in_ring;
}

/* Whether all neighbours of an atom but one (or -1) differ by what they are. */
static bool is_plain(const khop_molecule *m, int32_t i, int32_t but) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    for (int32_t f = m->offsets[i]; f < e; f++)
      if (m->neighbour[e] != but && m->neighbour[f] != but &&
          !differ_at_once(&m->atom[m->neighbour[e]], &m->atom[m->neighbour[f]]))
        return false;
  return true;
}

static khop_status check_atoms(bool *changed, khop_i_canonical *c, khop_molecule *m) {
  khop_status status = KHOP_OK;
  for (int32_t i = 0; i < m->atoms && status == KHOP_OK; i++) {
    bool two = true;
    if (!m->turn[i] || !m->atom[i].stereo || is_plain(m, i, -1)) continue;
    status = makes_two(&two, c, m, &m->turn[i], i, -1);
    if (!two) m->turn[i] = 0, m->atom[i].stereo = false, *changed = true;
  }
  return status;
}

static khop_status check_bonds(bool *changed, khop_i_canonical *c, khop_molecule *m) {
  khop_status status = KHOP_OK;
  for (int32_t b = 0; b < m->bonds && status == KHOP_OK; b++) {
    khop_bond *bond = &m->bond[b];
    bool two = true;
    if (!m->side[b] || (is_plain(m, bond->begin, bond->end) && is_plain(m, bond->end, bond->begin))) continue;
    status = makes_two(&two, c, m, &m->side[b], bond->begin, bond->end);
    if (!two) m->side[b] = 0, bond->stereo = false, *changed = true;
  }
  return status;
}

/* What one loss makes senseless goes in the next round. */
khop_status khop_i_check_stereo(khop_molecule *m) {
  khop_i_canonical c = {0};
  khop_status status = KHOP_OK;
  for (int32_t i = 0; i < m->atoms; i++)
    if (!m->atom[i].stereo) m->turn[i] = 0;
  for (int32_t b = 0; b < m->bonds; b++)
    if (!m->bond[b].stereo) m->side[b] = 0;
  for (bool changed = true; changed;) {
    changed = false;
    KHOP_TRY(check_atoms(&changed, &c, m));
    KHOP_TRY(check_bonds(&changed, &c, m));
  }
done:
  khop_i_canonical_clear(&c);
  return status;
}
