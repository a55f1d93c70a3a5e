/* indigo.h: any text that Indigo reads; without Indigo no_indigo.c answers. */
#ifndef KHOP_MOLECULES_INDIGO_H
#define KHOP_MOLECULES_INDIGO_H

#include "molecules/molecule.h"

/* Fills atoms and bonds from any text that Indigo reads; explicit hydrogens are atoms, and are counted in the
 * hydrogens of their neighbours as well. Errors: FORMAT, UNSUPPORTED (built without Indigo), MEMORY. */
khop_status khop_i_molecule_load(khop_molecule *molecule, const char *text);
void khop_i_molecule_unload(khop_molecule *molecule);

#endif
