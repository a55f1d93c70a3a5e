/* fingerprint.h: circular environments of atoms, as numbers. */
#ifndef KHOP_MOLECULES_FINGERPRINT_H
#define KHOP_MOLECULES_FINGERPRINT_H

#include "molecules/molecule.h"

#include <khop/descriptors.h>

/* A workspace that grows; {0} is empty. */
typedef struct khop_i_environments {
  int64_t atoms, words, most;     /* rooms: atoms, 64-bit words of bonds, environments */
  uint32_t *now, *next;           /* (atoms) invariants */
  uint64_t *reached, *reaching;   /* (atoms, words) bonds within the environment of each atom */
  uint8_t *dead;                  /* (atoms) its environment grows no more, or another atom has it too */
  uint64_t *key;                  /* (slots) bonds of the environments that are known, 0: none */
  int32_t *owner;                 /* (slots) the place of its environment in code, this round; -1 in earlier ones */
  int64_t slots;                  /* a power of two */
  int64_t count;
  uint32_t *code;                 /* (count) the environments found, in no order that means anything */
  int32_t *atom;                  /* (count) the atom in the middle of each */
} khop_i_environments;

/* Finds the environments of a molecule up to a radius of bonds, by invariants of atoms in e->now. */
void khop_i_environments_find(khop_i_environments *e, const khop_molecule *molecule, int radius);
/* Room for a molecule; then e->now may be filled. Errors: MEMORY. */
khop_status khop_i_environments_reserve(khop_i_environments *e, const khop_molecule *molecule, int radius);
/* Sorts codes, and leaves each once; how many they are then. */
int64_t khop_i_codes_sort(uint32_t *codes, int64_t count);
void khop_i_environments_clear(khop_i_environments *e);
/* RDKit's invariants of the atoms, by connectivity or by feature. invariant: (atoms). */
void khop_i_invariants(uint32_t *invariant, const khop_molecule *molecule, khop_fingerprint kind);
/* RDKit's hash_combine over 32 bits. */
static inline uint32_t khop_i_combine(uint32_t seed, uint32_t value) {
  return seed ^ (value + 0x9e3779b9u + (seed << 6) + (seed >> 2));
}

#endif
