/* valence.h: hydrogens and unpaired electrons, from bonds. */
#ifndef KHOP_MOLECULES_VALENCE_H
#define KHOP_MOLECULES_VALENCE_H

#include "molecules/molecule.h"

/* The lowest valence, not below bonds, of an element with a charge; bonds itself where any will do; -1 where there is
 * none. An ion has the valences of the neutral atom with as many electrons: N+ those of C, O- those of F. */
int khop_i_valence(int element, int charge, int bonds);
/* The orders of the bonds of an atom; one that is not settled counts as one. */
int khop_i_sum_orders(const khop_molecule *molecule, int32_t atom);
/* Five-valent nitrogen and oxoacids of halogens get the charges that they are written with elsewhere:
 * N(=O)=O is [N+](=O)[O-], N=N#N is N=[N+]=[N-], Cl(=O)(=O)=O is [Cl+3]([O-])([O-])[O-]. */
void khop_i_separate_charges(khop_molecule *molecule);
/* Hydrogens where they are to be added, unpaired electrons where they are not; bonds have Kekule's orders.
 * Errors: FORMAT (a valence that the element does not have). */
khop_status khop_i_fill_valences(khop_molecule *molecule);

#endif
