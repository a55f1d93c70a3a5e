/* aromaticity.h: lower-case atoms that turn out to be in no aromatic ring. */
#ifndef KHOP_MOLECULES_AROMATICITY_H
#define KHOP_MOLECULES_AROMATICITY_H

#include "molecules/molecule.h"

/* Pairs the lower-case atoms that are in no aromatic ring: each pair gets a double bond. Returns whether there was a
 * pair. */
bool khop_i_pair_lower_case(khop_molecule *molecule, const char *smiles);

#endif
