/* atom_pairs.h: atom pairs: two ends and the bonds between them, as one number. */
#ifndef KHOP_MOLECULES_ATOM_PAIRS_H
#define KHOP_MOLECULES_ATOM_PAIRS_H

#include <khop/molecules.h>

/* An end of an atom pair: degree, pi electrons, element. */
uint32_t khop_i_pair_end(const khop_atom *atom);
/* The pair. */
static inline uint32_t khop_i_pair_code(uint32_t a, uint32_t b, int distance) {
  return (uint32_t)distance | (a < b ? a : b) << 5 | (a < b ? b : a) << 14;
}

#endif
