/* aromaticity.h: which rings are aromatic, from Kekule's bonds. */
#ifndef KHOP_MOLECULES_AROMATICITY_H
#define KHOP_MOLECULES_AROMATICITY_H

#include "molecules/molecule.h"

/* Makes the bonds of aromatic rings KHOP_BOND_AROMATIC. Needs neighbours, in_ring, Kekule's orders, hydrogens and
 * unpaired electrons. The answer depends on the graph alone, not on the order of atoms or on how a text was written.
 * Errors: MEMORY. */
khop_status khop_i_aromatise(khop_molecule *molecule);

#endif
