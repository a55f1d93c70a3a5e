/* smiles_fast.h: plain SMILES, read without Indigo. */
#ifndef KHOP_MOLECULES_SMILES_FAST_H
#define KHOP_MOLECULES_SMILES_FAST_H

#include "molecules/molecule.h"

/* Fills atoms and bonds from a plain SMILES; *plain is false where the text is not, or may not be, one,
 * and nothing is filled. Errors: MEMORY. */
khop_status khop_i_smiles_fast_read(bool *plain, khop_molecule *molecule, const char *text);

#endif
