/* cycles.h: the smallest rings of a ring system. */
#ifndef KHOP_MOLECULES_CYCLES_H
#define KHOP_MOLECULES_CYCLES_H

#include "molecules/molecule.h"

/* Rings of a system, each by its bonds: bit b of a ring is bond bond[b] of the molecule. */
typedef struct khop_i_cycles {
  int32_t atoms, bonds, words; /* of the system; 64-bit words a ring */
  int32_t count;               /* rings */
  int64_t first, stride;       /* ring c at molecule->cycles + first + c * stride: its length, then its words */
  int32_t *atom, *bond;        /* (atoms), (bonds), in the molecule's scratch */
} khop_i_cycles;

/* The relevant rings (P. Vismara, "Union of all the minimum cycle bases of a graph", Electronic J. Comb. 1997) of the
 * system of rings that atom start is in: those that are no sum of smaller ones. These are the rings of a smallest set
 * and all that could stand in their place, whatever the order of the atoms. In a system with more than 4,000 candidates
 * of one length (paracyclophanes) those beyond are left out.
 *
 * place (atoms of the molecule): -1 everywhere, and again afterwards but for the atoms of the system, which are
 * numbered. scratch: (5 * atoms + 3 * bonds) of the molecule. Errors: MEMORY. Cost: about O(atoms) while no
 * ring is larger than 7, else O(atoms^2), and the elimination of the candidates. */
khop_status khop_i_cycles_find(khop_i_cycles *cycles, khop_molecule *molecule, int32_t start, int32_t *place,
                               int32_t *scratch);

static inline const uint64_t *khop_i_cycle(const khop_i_cycles *c, const khop_molecule *m, int32_t index) {
  return m->cycles + c->first + index * c->stride;
}

#endif
