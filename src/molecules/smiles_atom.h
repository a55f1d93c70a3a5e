/* smiles_atom.h: one atom of a SMILES. */
#ifndef KHOP_MOLECULES_SMILES_ATOM_H
#define KHOP_MOLECULES_SMILES_ATOM_H

#include "molecules/molecule.h"

/* Reads the atom that begins at *at, which is moved behind it; text is the whole, to count characters by. The atom is
 * as molecule.h says of atoms that are not perceived yet. Errors: FORMAT. */
khop_status khop_i_smiles_atom(khop_atom *atom, const char **at, const char *text);
/* Refuses the character at a place: why, then the character and its number. */
khop_status khop_i_smiles_refuse(const char *why, const char *at, const char *text);

#endif
