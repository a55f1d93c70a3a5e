/* tpsa.h: the polar surface of an atom. */
#ifndef KHOP_MOLECULES_TPSA_H
#define KHOP_MOLECULES_TPSA_H

#include "molecules/molecule.h"

/* The polar surface of an atom in square angstroms, after Ertl, Rohde and Selzer, "Fast calculation of molecular
 * polar surface area" (J. Med. Chem. 2000): nitrogen and oxygen, 0 elsewhere. */
double khop_i_polar_surface(const khop_molecule *molecule, int32_t atom);

#endif
