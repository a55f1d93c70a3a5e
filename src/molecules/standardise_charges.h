/* standardise_charges.h: charges taken away by hydrogens. */
#ifndef KHOP_MOLECULES_STANDARDISE_CHARGES_H
#define KHOP_MOLECULES_STANDARDISE_CHARGES_H

#include "molecules/molecule.h"

/* Takes charges away, by the rules of khop_molecule_standardise. The molecule has Kekule's orders, and the rest is as it
 * was perceived. rank (atoms): a numbering that all writings of the molecule share. Errors: MEMORY.
 * Cost: O(atoms * charges). */
khop_status khop_i_neutralise(bool *changed, khop_molecule *molecule, const int32_t *rank);

/* part (atoms): which component an atom is of, from 0; how many there are. queue: (atoms), scratch. */
int32_t khop_i_molecule_parts(int32_t *part, int32_t *queue, const khop_molecule *molecule);

#endif
