/* canonical.h: a numbering of the atoms that does not depend on how a molecule is written. */
#ifndef KHOP_MOLECULES_CANONICAL_H
#define KHOP_MOLECULES_CANONICAL_H

#include "molecules/molecule.h"

/* A workspace that grows; {0} is empty. */
typedef struct khop_i_canonical {
  const khop_molecule *m;
  bool stereo;
  int64_t atoms, bonds, levels; /* rooms */
  uint64_t *key;                /* (atoms) */
  int32_t *order, *count;       /* (atoms) */
  int32_t *classes;             /* (levels, atoms): of each atom the number of those before its class */
  int32_t *now, *best, *first;  /* (2 * atoms + 2 * bonds) forms: of the leaf at hand, the smallest, the first one */
  int32_t *rank, *first_rank;   /* (atoms) numberings of best and first */
  int32_t *orbit;               /* (atoms) atoms that symmetries exchange have one root */
  int32_t form;                 /* numbers in a form */
  int64_t leaves;
} khop_i_canonical;

/* Numbers the atoms: c->rank. c->best is the molecule in this numbering, which all writings of it share; with stereo
 * configurations are part of it. first and second (or -1) are held in place: forms are equal where a symmetry keeps
 * them, or exchanges the two. Errors: MEMORY.
 *
 * Classes of atoms are refined by their neighbours until none splits (Weininger, Weininger and Weininger, J. Chem. Inf.
 * Comput. Sci. 1989); a class that is left is split at each of its atoms in turn, and the smallest form wins, but for
 * atoms that a symmetry found on the way exchanges (McKay, "Practical graph isomorphism", 1981). Cost: about
 * O(atoms * rounds * ties), some 20 microseconds for thirty atoms; after 5,000 forms (none of the molecules tried) the
 * smallest so far is taken. */
khop_status khop_i_canonise(khop_i_canonical *c, const khop_molecule *molecule, bool stereo, int32_t first,
                            int32_t second);
void khop_i_canonical_clear(khop_i_canonical *c);

#endif
