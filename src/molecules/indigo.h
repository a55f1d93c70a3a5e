/* indigo.h: molfiles, and where atoms stand on paper; without Indigo no_indigo.c answers. */
#ifndef KHOP_MOLECULES_INDIGO_H
#define KHOP_MOLECULES_INDIGO_H

#include "molecules/molecule.h"

/* Fills atoms and bonds from a molfile, as molecule.h says, with the bonds that are written and Indigo's count of
 * hydrogens. Errors: FORMAT, UNSUPPORTED (built without Indigo), MEMORY. */
khop_status khop_i_molecule_load(khop_molecule *molecule, const char *text);
void khop_i_molecule_unload(khop_molecule *molecule);

/* x, y (atoms): where the atoms stand on paper, upwards, in a unit of its own. Without Indigo a layout of the graph
 * alone. Errors: MEMORY, INTERNAL, UNSUPPORTED (built without igraph too). */
khop_status khop_i_molecule_layout(double *x, double *y, const khop_molecule *molecule);

#endif
