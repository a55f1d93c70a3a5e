/* matrix.c: see matrix.h. */
#include "kernels/matrix.h"
#include "base/threads.h"
#include "kernels/drivers.h"
#include "kernels/gemm.h"

void khop_i_matrix_times(khop_real *y, int64_t ldy, const khop_i_matrix *x, const khop_real *w,
                         int64_t ldw, int64_t g, bool accumulate) {
  if (x->dense && x->row_by_row && !accumulate)
    khop_i_rows_times(y, ldy, x->dense, x->ld, x->rows, x->columns, w, ldw, g);
  else if (x->dense)
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

void khop_i_matrix_gradient(khop_real *dx, const khop_i_matrix *x, const khop_real *dy, int64_t ldy,
                            const khop_real *w, int64_t ldw, int64_t g, bool accumulate) {
  const khop_i_tap *rows = &x->by_row;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(x->entries * g))
  for (int64_t i = 0; i < x->rows; i++)
    for (int64_t e = rows->offsets[i * rows->stride]; e < rows->offsets[i * rows->stride + 1]; e++) {
      const khop_real *a = dy + i * ldy, *b = w + rows->columns[e] * ldw;
      khop_real sum = accumulate ? dx[e] : 0;
      for (int64_t c = 0; c < g; c++) sum += a[c] * b[c];
      dx[e] = sum;
    }
}
