/* aromaticity.h: lower-case atoms that turn out to be in no aromatic ring. */
#ifndef KHOP_MOLECULES_AROMATICITY_H
#define KHOP_MOLECULES_AROMATICITY_H

#include "molecules/molecule.h"

/* Double bonds for lower-case atoms that are in no aromatic ring; whether there were any. */
bool khop_i_pair_lower_case(khop_molecule *molecule, const char *smiles);

#endif
