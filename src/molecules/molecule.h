/* molecule.h: the inside of a khop_molecule.
 *
 *   atom        0     1     2     3          what is known of each
 *   bond        0-1   1-2   1-3
 *   offsets     0     1           4   5  6   (atoms + 1): the ends of bonds at each atom
 *   neighbour   1     0  2  3     1   1      the atom at the other end
 *   through     0     0  1  2     1   2      the bond that leads there
 *
 * smiles.c or indigo.c fills atom and bond, perceive.c derives the rest. Until then an atom's aromatic says that it is
 * written in lower case, its hydrogens are those that are written, and its pi is 1 where more follow from its valence.
 * Its hybridisation is 1 where @ is written and 2 where @@ is, a bond's conjugated says that \\ is.
 * A bond's order is 0 where none is written, KHOP_BOND_AROMATIC where a colon is; its stereo says / or \. */
#ifndef KHOP_MOLECULES_MOLECULE_H
#define KHOP_MOLECULES_MOLECULE_H

#include <khop/molecules.h>

struct khop_molecule {
  int32_t atoms, bonds;
  int32_t atom_capacity, bond_capacity;
  khop_atom *atom;
  khop_bond *bond;
  int32_t *offsets, *neighbour, *through;
  uint8_t *turn;           /* (atoms) 1: seen from the first neighbour by number the others turn to the left in that
                              order, a hydrogen or a pair of electrons last; 2: to the right; 0: not known */
  uint8_t *side;           /* (bonds) of double bonds: the first neighbours of both ends are 1 on one side, 2 on two */
  int32_t *written;        /* (2 * bonds) where its text stands in the order of begin's, and of end's, neighbours */
  int32_t *scratch;        /* (10 * (atom_capacity + bond_capacity)) for perception */
  uint64_t *cycles;        /* (cycle_room) of cycles.c */
  int64_t cycle_room;
  bool radicals;           /* unpaired electrons are known already, as in molfiles */
  unsigned long long session; /* of Indigo */
  bool has_session;
};

/* Makes the arrays large enough for so many atoms and bonds, and keeps their content. Errors: MEMORY. */
khop_status khop_i_molecule_reserve(khop_molecule *molecule, int64_t atoms, int64_t bonds);
/* The same for cycles. */
khop_status khop_i_molecule_cycle_room(khop_molecule *molecule, int64_t words);

/* [H] with one plain bond, to an atom that is no hydrogen, is a number of that atom. */
static inline bool khop_i_hydrogen_folds(const khop_molecule *m, int32_t atom, int32_t ends, int32_t other) {
  const khop_atom *a = &m->atom[atom];
  return a->element == 1 && a->charge == 0 && a->isotope == 0 && a->radical == 0 && ends == 1 &&
         m->atom[other].element > 1;
}

#endif
