/* refine.h: numbers of atoms, and of whole molecules, that do not depend on the order of the atoms. */
#ifndef KHOP_MOLECULES_REFINE_H
#define KHOP_MOLECULES_REFINE_H

#include "molecules/molecule.h"

/* What stands at which distance from an atom, among the atoms of keep (atoms), as a number. Uses the scratch of the
 * molecule. Cost: O(atoms). */
uint64_t khop_i_distance_key(const khop_molecule *molecule, const uint8_t *keep, int32_t from);

/* Weisfeiler and Lehman's refinement: the colour (atoms) of each atom of keep takes in those of its neighbours and the
 * orders of its bonds, eight times; the sum over the atoms. fresh: (atoms), scratch. */
uint64_t khop_i_refined_key(const khop_molecule *molecule, const uint8_t *keep, uint64_t *colour, uint64_t *fresh);

/* A number that all writings of a molecule share: elements, charges, hydrogens, isotopes, unpaired electrons, orders of
 * bonds and distances. Configurations are not looked at: stereoisomers are one graph, and one input of a model.
 * colour: (2 * atoms), keep: (atoms), scratch. Cost: O(atoms^2). */
uint64_t khop_i_molecule_key(const khop_molecule *molecule, uint8_t *keep, uint64_t *colour);

#endif
