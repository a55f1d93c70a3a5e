/* khop/graphblas.h: rings as GraphBLAS matrices. Opt-in: khop.h does not include it.
 *
 * khop calls GrB_init only when nobody has yet, and never GrB_finalize: that is the program's. */
#ifndef KHOP_GRAPHBLAS_H
#define KHOP_GRAPHBLAS_H

/* Where it is found on this system; compilers without __has_include look in the first place. */
#if defined(__has_include)
#if __has_include(<suitesparse/GraphBLAS.h>)
#include <suitesparse/GraphBLAS.h>
#else
#include <GraphBLAS.h>
#endif
#else
#include <GraphBLAS.h>
#endif
#include <khop/rings.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One slot, normalised, as an FP32 (khop_real float) or FP64 matrix (N, N). The caller frees it with
 * GrB_Matrix_free. Errors: ARGUMENT, MEMORY, INTERNAL. Cost: O(entries). */
KHOP_API khop_status khop_rings_to_graphblas(GrB_Matrix *matrix, const khop_rings *rings, int slot,
                                             khop_norm norm, bool self_loop);

/* Taps of matrices (N, N) of any built-in type, true counting as 1, as khop_taps_from_csr makes them of arrays. Entries
 * are copied in the type khop_real; the matrices may then go. NULL among them: the identity. Pending work on them is done.
 * Errors: those of khop_taps_from_csr; ARGUMENT (a type of the user's), SHAPE (not square, or of another size). */
struct khop_taps; /* khop/apply.h */
KHOP_API khop_status khop_taps_from_graphblas(struct khop_taps **taps, int count, const GrB_Matrix *matrices,
                                              bool transposed);

#ifdef __cplusplus
}
#endif
#endif
