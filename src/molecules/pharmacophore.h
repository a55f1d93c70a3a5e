/* pharmacophore.h: what an atom can do in binding, as bits: the invariants of FCFP. */
#ifndef KHOP_MOLECULES_PHARMACOPHORE_H
#define KHOP_MOLECULES_PHARMACOPHORE_H

#include "molecules/molecule.h"

enum {
  KHOP_I_DONOR = 1,     /* has a hydrogen to give */
  KHOP_I_ACCEPTOR = 2,  /* has a pair of electrons to give */
  KHOP_I_AROMATIC = 4,
  KHOP_I_HALOGEN = 8,
  KHOP_I_BASIC = 16,
  KHOP_I_ACIDIC = 32    /* the middle of an acid */
};

/* The bits of each atom: the six classes of Gobbi and Poppinger, Biotech. Bioeng. 1998, as RDKit's
 * GetMorganFeatureAtomInvGen has them. invariant: (atoms). */
void khop_i_feature_invariants(uint32_t *invariant, const khop_molecule *molecule);

#endif
