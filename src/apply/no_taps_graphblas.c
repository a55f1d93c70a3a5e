/* no_taps_graphblas.c: in the place of taps_graphblas.c where khop is built without GraphBLAS, and so without the type
 * of khop/graphblas.h: a GrB_Matrix is a pointer. */
#include "base/error.h"

#include <khop/apply.h>

KHOP_API khop_status khop_taps_from_graphblas(khop_taps **taps, int count, void *const *matrices, bool transposed);

khop_status khop_taps_from_graphblas(khop_taps **taps, int count, void *const *matrices, bool transposed) {
  (void)count, (void)matrices, (void)transposed;
  *taps = NULL;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without GraphBLAS: taps cannot be made of its matrices");
}
