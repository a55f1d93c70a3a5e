/* crippen.h: an atom's part of the partition between octanol and water, and of the polar surface. */
#ifndef KHOP_MOLECULES_CRIPPEN_H
#define KHOP_MOLECULES_CRIPPEN_H

#include "molecules/molecule.h"

enum { KHOP_I_CRIPPEN_TYPES = 72 };

/* The type of an atom (0 .. KHOP_I_CRIPPEN_TYPES - 1), and that of the hydrogens it counts, after Wildman and
 * Crippen, "Prediction of physicochemical parameters by atomic contributions" (J. Chem. Inf. Comput. Sci. 1999). */
int khop_i_crippen_type(const khop_molecule *molecule, int32_t atom);
int khop_i_crippen_hydrogen(const khop_molecule *molecule, int32_t atom);
const char *khop_i_crippen_name(int type);
/* log P and molar refractivity of an atom with the hydrogens that it counts. */
void khop_i_crippen_atom(double *logp, double *refractivity, const khop_molecule *molecule, int32_t atom);

#endif
