/* smiles.h: atoms and bonds from SMILES. */
#ifndef KHOP_MOLECULES_SMILES_H
#define KHOP_MOLECULES_SMILES_H

#include "molecules/molecule.h"

/* Fills atoms and bonds as the text writes them; khop_i_molecule_perceive goes on from there. All of OpenSMILES 1.0
 * (Daylight's language, opensmiles.org) is read, and rings are numbered up to %(99999). A dative bond (->) is
 * named and refused. Errors: FORMAT, with the character at which the text goes wrong; MEMORY. Cost: O(length). */
khop_status khop_i_smiles_read(khop_molecule *molecule, const char *text);

#endif
