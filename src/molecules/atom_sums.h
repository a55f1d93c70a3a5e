/* atom_sums.h: sums over the atoms of a molecule: log P, refractivity, types, polar surface. */
#ifndef KHOP_MOLECULES_ATOM_SUMS_H
#define KHOP_MOLECULES_ATOM_SUMS_H

#include "molecules/molecule.h"

/* log P and refractivity, NaN where an atom is of none of the types; counts of the types (added to row); the polar
 * surface, in which all but nitrogen and oxygen have no part. */
void khop_i_crippen_row(float *row, const khop_molecule *molecule);
void khop_i_type_row(float *row, const khop_molecule *molecule);
float khop_i_polar_sum(const khop_molecule *molecule);

#endif
