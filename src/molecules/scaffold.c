/* scaffold.c: the framework of Bemis and Murcko, and a number that equal ones share.
 *
 *   C C c1ccccc1 C(=O) N c1ccccc1 C        the molecule
 *       c1ccccc1 C(=O) N c1ccccc1          its framework: ends are taken off until none is left,
 *                                          but for =O, which belongs to the atom it is bound to */
#include "molecules/molecule.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "molecules/refine.h"

#include <string.h>

/* keep: 1 for rings and what joins them, 0 for the rest. */
static void take_off_ends(uint8_t *keep, int32_t *degree, int32_t *queue, const khop_molecule *m) {
  int32_t first = 0, last = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    keep[i] = 1;
    degree[i] = m->offsets[i + 1] - m->offsets[i];
    if (degree[i] < 2) queue[last++] = i, keep[i] = 0;
  }
  while (first < last) {
    int32_t i = queue[first++];
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = m->neighbour[e];
      if (!keep[other] || --degree[other] >= 2) continue;
      keep[other] = 0;
      queue[last++] = other;
    }
  }
}

/* Atoms of element and bonds of order alone: charge and hydrogens change with what was taken off. */
static void keep_double_bonds(uint8_t *keep, const khop_molecule *m) {
  for (int32_t b = 0; b < m->bonds; b++) {
    const khop_bond *bond = &m->bond[b];
    if (bond->order != KHOP_BOND_DOUBLE) continue;
    if (keep[bond->begin] == 1 && !keep[bond->end]) keep[bond->end] = 2;
    if (keep[bond->end] == 1 && !keep[bond->begin]) keep[bond->begin] = 2;
  }
  for (int32_t i = 0; i < m->atoms; i++) keep[i] = keep[i] != 0;
}

static uint64_t key_of(const khop_molecule *m, const uint8_t *keep, uint64_t *colour, uint64_t *fresh) {
  bool any = false;
  for (int32_t i = 0; i < m->atoms; i++) {
    if (!keep[i]) continue;
    colour[i] = khop_i_random_key(khop_i_distance_key(m, keep, i), m->atom[i].element, m->atom[i].aromatic);
    any = true;
  }
  return any ? khop_i_refined_key(m, keep, colour, fresh) | 1 : 0;
}

khop_status khop_molecule_scaffold(uint64_t *key, uint8_t *keep, const khop_molecule *molecule) {
  if (!key || !molecule)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecule_scaffold: a key and a molecule are needed");
  const khop_molecule *m = molecule;
  uint64_t *colour = NULL;
  uint8_t *kept = NULL;
  khop_status status = KHOP_OK;
  *key = 0;
  KHOP_TRY(khop_i_alloc(&colour, 2 * (int64_t)m->atoms, sizeof *colour, "colours of atoms"));
  KHOP_TRY(khop_i_alloc(&kept, m->atoms, 1, "atoms of a scaffold"));
  take_off_ends(kept, m->scratch, m->scratch + m->atoms, m);
  keep_double_bonds(kept, m);
  *key = key_of(m, kept, colour, colour + m->atoms);
  if (keep && m->atoms) memcpy(keep, kept, (size_t)m->atoms);
done:
  khop_i_free(colour);
  khop_i_free(kept);
  return status;
}
