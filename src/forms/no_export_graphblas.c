/* no_export_graphblas.c: in the place of export_graphblas.c where khop is built without GraphBLAS, and so without the
 * type of khop/graphblas.h: a GrB_Matrix is a pointer. */
#include "base/error.h"

#include <khop/rings.h>

KHOP_API khop_status khop_rings_to_graphblas(void **matrix, const khop_rings *rings, int slot, khop_norm norm,
                                             bool self_loop);

khop_status khop_rings_to_graphblas(void **matrix, const khop_rings *rings, int slot, khop_norm norm, bool self_loop) {
  (void)rings, (void)slot, (void)norm, (void)self_loop;
  *matrix = NULL;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without GraphBLAS: rings cannot be handed out as its matrices");
}
