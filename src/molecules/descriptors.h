/* descriptors.h: the inside of khop_descriptors: which columns there are, and the workspace of one molecule. */
#ifndef KHOP_MOLECULES_DESCRIPTORS_H
#define KHOP_MOLECULES_DESCRIPTORS_H

#include "molecules/molecule.h"
#include "molecules/elements.h"
#include "molecules/fingerprint.h"

#include <khop/descriptors.h>

/* Those of autocorrelations: the tabulated ones and the intrinsic state. */
#define KHOP_I_WEIGHTS (KHOP_I_PROPERTIES + 1)

enum { KHOP_I_COUNTS, KHOP_I_RING, KHOP_I_WIENER, KHOP_I_AUTOCORR, KHOP_I_ATOMPAIR, KHOP_I_CRIPPEN,
       KHOP_I_TPSA, KHOP_I_TYPES, KHOP_I_PROFILE, KHOP_I_ESTATE, KHOP_I_ECFP, KHOP_I_FCFP, KHOP_I_ATOM,
       KHOP_I_SPREAD, KHOP_I_FEATURES };

struct khop_descriptors {
  bool atoms;                        /* a row an atom */
  bool wanted[KHOP_I_FEATURES];
  int64_t start[KHOP_I_FEATURES];    /* the first column of each */
  int hops, bits;
  int fingerprint_bits, radius;
  bool occurrences;
  khop_i_environments environments;
  int hop[KHOP_MAX_DESCRIPTOR_HOP + 1];
  int slot[KHOP_MAX_DESCRIPTOR_HOP + 1]; /* which of the hops, or -1 */
  int last;                          /* the largest hop */
  int64_t columns, named;
  char **name;                       /* (columns) */
  double table[119][KHOP_I_PROPERTIES];

  int64_t capacity;                      /* atoms that the arrays below hold */
  int32_t *distance, *queue;         /* (capacity); distance is -1 between searches */
  double *weight;                    /* (capacity, KHOP_I_WEIGHTS) */
  uint32_t *code;                    /* (capacity) an end of an atom pair */
  float *row;                        /* (capacity, atom columns) */
  int32_t *scratch;                  /* (2 * capacity) */
  uint64_t *codes;                   /* (2 * capacity) */
  double *sums;                      /* (hops, KHOP_I_WEIGHTS) */
  int64_t *pairs;                    /* (hops) */
};

#endif
