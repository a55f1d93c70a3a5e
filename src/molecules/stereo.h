/* stereo.h: configurations: which way the neighbours of an atom turn, on which sides of a double bond they are. */
#ifndef KHOP_MOLECULES_STEREO_H
#define KHOP_MOLECULES_STEREO_H

#include "molecules/molecule.h"

/* From what is written (molecule.h) to turn and side, which the numbers of atoms alone give a sense. Called before
 * hydrogens are folded. */
void khop_i_read_stereo(khop_molecule *molecule);
/* Takes away what has no sense: a turn of an atom, or sides of a bond, whose inversion gives the same molecule.
 * Errors: MEMORY. Cost: O(1) an atom whose neighbours differ at once; else two canonical forms. */
khop_status khop_i_check_stereo(khop_molecule *molecule);

#endif
