/* graphblas.c: see graphblas.h. */
#include "search/graphblas.h"
#include "base/error.h"

#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static GrB_Info initialised = GrB_SUCCESS;

static void initialise(void) {
  GrB_Info info = GrB_init(GrB_NONBLOCKING);
  if (info != GrB_INVALID_VALUE) initialised = info; /* INVALID_VALUE: somebody did it before us */
}

khop_status khop_i_graphblas_check(GrB_Info info, const char *step) {
  if (info == GrB_SUCCESS) return KHOP_OK;
  if (info == GrB_OUT_OF_MEMORY)
    return khop_i_fail(KHOP_E_MEMORY, "no memory for GraphBLAS in %s", step);
  return khop_i_fail(KHOP_E_INTERNAL, "GraphBLAS answers %d to %s", (int)info, step);
}

khop_status khop_i_graphblas(void) {
  pthread_once(&once, initialise);
  return khop_i_graphblas_check(initialised, "GrB_init");
}

khop_status khop_i_graphblas_lend(GrB_Matrix matrix, bool numbers, int64_t rows, int slot, khop_i_visit visit,
                                  void *context, GrB_Descriptor descriptor) {
  khop_status status = KHOP_OK;
  GrB_Index *offsets = NULL, *columns = NULL, offsets_size = 0, columns_size = 0, values_size = 0;
  void *values = NULL;
  bool iso = false;
  KHOP_GRB(GxB_Matrix_unpack_CSR(matrix, &offsets, &columns, &values, &offsets_size, &columns_size,
                                 &values_size, &iso, NULL, descriptor));
  khop_i_level level = {slot, rows, offsets, columns, numbers ? values : NULL, iso};
  status = visit(&level, context);
  khop_status back = khop_i_graphblas_check(
      GxB_Matrix_pack_CSR(matrix, &offsets, &columns, &values, offsets_size, columns_size,
                          values_size, iso, false, descriptor),
      "GxB_Matrix_pack_CSR");
  if (status == KHOP_OK) status = back;
done:
  return status;
}
