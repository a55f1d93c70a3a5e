/* aromaticity.h: which rings are aromatic, from Kekule's bonds. */
#ifndef KHOP_MOLECULES_AROMATICITY_H
#define KHOP_MOLECULES_AROMATICITY_H

#include "molecules/molecule.h"

/* Makes the bonds of aromatic rings KHOP_BOND_AROMATIC. Needs neighbours, in_ring, Kekule's orders, hydrogens and
 * unpaired electrons. The answer depends on the graph alone, not on the order of atoms or on how a text was written.
 * Errors: MEMORY. */
khop_status khop_i_aromatise(khop_molecule *molecule);

/* How many electrons atom i has for the rings that it is in: 0, 1, 2; KHOP_I_ANY of a wildcard, which has 0 to 2;
 * KHOP_I_NONE where it cannot be in an aromatic ring. */
enum { KHOP_I_ANY = 3, KHOP_I_NONE = -1 };
int khop_i_ring_electrons(const khop_molecule *molecule, int32_t i);

#endif
