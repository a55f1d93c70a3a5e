/* indigo.h: any text that Indigo reads; without Indigo no_indigo.c answers. */
#ifndef KHOP_MOLECULES_INDIGO_H
#define KHOP_MOLECULES_INDIGO_H

#include "molecules/molecule.h"

/* Fills them by Indigo from any text, hydrogens as Indigo counts them, explicit ones as atoms too. */
khop_status khop_i_molecule_load(khop_molecule *molecule, const char *text);
void khop_i_molecule_unload(khop_molecule *molecule);

#endif
