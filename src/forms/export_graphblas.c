/* export_graphblas.c: rings out, as GraphBLAS matrices. */
#include "base/error.h"
#include "forms/rings.h"
#include "forms/slot_csr.h"
#include "search/graphblas.h"

static GrB_Info import_csr(GrB_Matrix *matrix, const khop_i_slot_csr *m) {
  GrB_Index n = (GrB_Index)m->rows, entries = (GrB_Index)m->offsets[m->rows];
  const GrB_Index *offsets = (const GrB_Index *)m->offsets, *columns = (const GrB_Index *)m->columns;
#ifdef KHOP_DOUBLE
  return GrB_Matrix_import_FP64(matrix, GrB_FP64, n, n, offsets, columns, m->values, n + 1, entries,
                                entries, GrB_CSR_FORMAT);
#else
  return GrB_Matrix_import_FP32(matrix, GrB_FP32, n, n, offsets, columns, m->values, n + 1, entries,
                                entries, GrB_CSR_FORMAT);
#endif
}

khop_status khop_rings_to_graphblas(GrB_Matrix *matrix, const khop_rings *rings, int slot,
                                    khop_norm norm, bool self_loop) {
  khop_i_slot_csr m;
  *matrix = NULL;
  khop_status status = khop_i_slot_csr_new(&m, rings, slot, norm, self_loop, "khop_rings_to_graphblas");
  if (status != KHOP_OK) return status;
  status = khop_i_graphblas();
  if (status == KHOP_OK) status = khop_i_graphblas_check(import_csr(matrix, &m), "GrB_Matrix_import");
  khop_i_slot_csr_free(&m);
  return status;
}
