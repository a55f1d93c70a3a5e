/* ring_electrons.h: how many electrons an atom has for an aromatic ring. */
#ifndef KHOP_MOLECULES_RING_ELECTRONS_H
#define KHOP_MOLECULES_RING_ELECTRONS_H

#include "molecules/molecule.h"

/* How many electrons atom i has for the rings that it is in: 0, 1, 2; KHOP_I_ANY of a wildcard, which has 0 to 2;
 * KHOP_I_NONE where it cannot be in an aromatic ring. */
enum { KHOP_I_ANY = 3, KHOP_I_NONE = -1 };
int khop_i_ring_electrons(const khop_molecule *molecule, int32_t i);

#endif
