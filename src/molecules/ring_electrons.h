/* ring_electrons.h: how many electrons an atom has for an aromatic ring. */
#ifndef KHOP_MOLECULES_RING_ELECTRONS_H
#define KHOP_MOLECULES_RING_ELECTRONS_H

#include "molecules/molecule.h"

/* How many electrons atom i has for the rings that it is in: 0, 1, 2; KHOP_I_ANY of a wildcard, which has 0 to 2;
 * KHOP_I_NONE where it cannot be in an aromatic ring. */
enum { KHOP_I_ANY = 3, KHOP_I_NONE = -1 };
int khop_i_ring_electrons(const khop_molecule *molecule, int32_t i);

/* The same as a range. */
static inline int32_t khop_i_least_electrons(int32_t electrons) { return electrons == KHOP_I_ANY ? 0 : electrons; }
static inline int32_t khop_i_most_electrons(int32_t electrons) { return electrons == KHOP_I_ANY ? 2 : electrons; }

/* Whether a ring with so many electrons is aromatic: 4n + 2, and two where there cannot be more. */
static inline bool khop_i_is_aromatic(int32_t least, int32_t most) {
  if (most == 2) return true;
  for (int32_t electrons = least; electrons <= most && most >= 6; electrons++)
    if (electrons % 4 == 2) return true;
  return false;
}

/* Triple bonds stay what they are. */
static inline void khop_i_make_aromatic(khop_bond *bond) {
  if (bond->order == KHOP_BOND_SINGLE || bond->order == KHOP_BOND_DOUBLE) bond->order = KHOP_BOND_AROMATIC;
}

#endif
