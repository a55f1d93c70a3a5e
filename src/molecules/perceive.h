/* perceive.h: what follows from atoms and bonds. */
#ifndef KHOP_MOLECULES_PERCEIVE_H
#define KHOP_MOLECULES_PERCEIVE_H

#include "molecules/molecule.h"

/* From atoms and bonds, as molecule.h says, to the rest: hydrogens folded, neighbours, rings, charges of nitro groups,
 * Kekule's bonds, hydrogens, aromaticity, conjugation, hybridisation, pi electrons. Errors: FORMAT (no Kekule
 * structure, a valence that cannot be), MEMORY. */
khop_status khop_i_molecule_perceive(khop_molecule *molecule);
/* Its parts, for a molecule that changes after it was perceived. Configurations are read before all of them.
 * fold: hydrogens that are atoms of the graph become numbers of their neighbours. */
void khop_i_molecule_fold(khop_molecule *molecule);
/* Neighbours, rings, charges of nitro groups, Kekule's orders. Errors: FORMAT. */
khop_status khop_i_molecule_settle(khop_molecule *molecule);
/* From Kekule's orders to the end. Errors: FORMAT, MEMORY. */
khop_status khop_i_molecule_conclude(khop_molecule *molecule);
/* Offsets, neighbours and degrees, from the bonds. */
void khop_i_molecule_connect(khop_molecule *molecule);
/* in_ring of bonds and atoms, from the neighbours. */
void khop_i_molecule_find_rings(khop_molecule *molecule);

#endif
