/* matrices.h: matrices of the caller's, each held by a handle like that of stored rings: every product takes it.
 *
 *   khop_taps   | tap 0 .. | own ---> | rings 0 | rings 1 | ..    NULL: the identity
 *                                       csr: the caller's arrays, or copies in khop's own types */
#ifndef KHOP_APPLY_MATRICES_H
#define KHOP_APPLY_MATRICES_H

#include "forms/rings.h"

#include <khop/apply.h>

typedef struct khop_i_held {
  khop_rings *rings;             /* of one slot, whose csr is the matrix; owns */
  bool offsets, columns, values; /* which arrays of the csr are borrowed */
} khop_i_held;

typedef struct khop_i_matrices {
  int count;
  khop_i_held *held; /* (count) */
} khop_i_matrices;

/* Number i of an array of the caller's. */
static inline int64_t khop_i_csr_integer(const void *array, int bits, int64_t i) {
  return bits == 32 ? ((const int32_t *)array)[i] : ((const int64_t *)array)[i];
}
static inline double khop_i_csr_number(const void *array, int bits, int64_t i) {
  return bits == 32 ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

/* Holds a matrix that has been checked, whose bits are 32 or 64. On failure the caller frees what is held.
 * Errors: MEMORY. */
khop_status khop_i_matrix_hold(khop_i_held *held, const khop_csr *matrix);
void khop_i_matrices_free(khop_i_matrices *matrices);

#endif
