/* matrix.c: see matrix.h. */
#include "kernels/matrix.h"
#include "kernels/drivers.h"
#include "kernels/gemm.h"

void khop_i_matrix_times(khop_real *y, int64_t ldy, const khop_i_matrix *x, const khop_real *w,
                         int64_t ldw, int64_t g, bool accumulate) {
  if (x->dense)
    khop_i_gemm(y, ldy, x->dense, x->ld, w, ldw,
                (khop_i_gemm_shape){x->rows, g, x->columns, false, false, accumulate});
  else
    khop_i_gather(y, ldy, w, ldw, x->rows, g, 1, &x->by_row, accumulate, x->entries * g);
}

void khop_i_matrix_transposed_times(khop_real *dw, int64_t ldw, const khop_i_matrix *x,
                                    const khop_real *dy, int64_t ldy, int64_t g, bool accumulate) {
  if (x->dense)
    khop_i_gemm(dw, ldw, x->dense, x->ld, dy, ldy,
                (khop_i_gemm_shape){x->columns, g, x->rows, true, false, accumulate});
  else
    khop_i_gather(dw, ldw, dy, ldy, x->columns, g, 1, &x->by_column, accumulate, x->entries * g);
}
