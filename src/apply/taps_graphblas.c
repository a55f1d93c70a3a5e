/* taps_graphblas.c: taps of GraphBLAS matrices (khop/graphblas.h): entries as arrays, then as taps_csr.c has them. */
#include "apply/matrices.h"
#include "apply/taps.h"
#include "base/error.h"
#include "base/memory.h"
#include "search/graphblas.h"

/* The entries of a matrix one by one, in any order. */
typedef struct tuples {
  GrB_Index count, *rows, *columns;
  khop_real *values;
} tuples;

static GrB_Info extract(tuples *t, GrB_Matrix matrix) {
#ifdef KHOP_DOUBLE
  return GrB_Matrix_extractTuples_FP64(t->rows, t->columns, t->values, &t->count, matrix);
#else
  return GrB_Matrix_extractTuples_FP32(t->rows, t->columns, t->values, &t->count, matrix);
#endif
}

static khop_status read_tuples(tuples *t, GrB_Matrix matrix, int at) {
  khop_status status = KHOP_OK;
  KHOP_GRB(GrB_Matrix_nvals(&t->count, matrix));
  KHOP_TRY(khop_i_alloc_raw(&t->rows, (int64_t)t->count, sizeof *t->rows, "entries of a matrix"));
  KHOP_TRY(khop_i_alloc_raw(&t->columns, (int64_t)t->count, sizeof *t->columns, "entries of a matrix"));
  KHOP_TRY(khop_i_alloc_raw(&t->values, (int64_t)t->count, sizeof *t->values, "entries of a matrix"));
  GrB_Info info = extract(t, matrix);
  if (info == GrB_DOMAIN_MISMATCH) KHOP_FAIL(KHOP_E_ARGUMENT, "matrix %d is of a type that is no number", at);
  KHOP_TRY(khop_i_graphblas_check(info, "GrB_Matrix_extractTuples"));
done:
  return status;
}

/* Column by column, the rows of each as they come. */
static khop_status sort_by_column(khop_i_hop_csr **out, const tuples *t, int64_t n) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *csr = NULL;
  int64_t entries = (int64_t)t->count;
  KHOP_TRY(khop_i_hop_csr_new(&csr, n, 1));
  KHOP_TRY(khop_i_alloc_raw(&csr->columns, entries, sizeof *csr->columns, "columns of a matrix"));
  KHOP_TRY(khop_i_alloc_raw(&csr->values, entries, sizeof *csr->values, "values of a matrix"));
  for (int64_t e = 0; e < entries; e++) csr->offsets[t->columns[e] + 1]++;
  for (int64_t i = 0; i < n; i++) csr->offsets[i + 1] += csr->offsets[i];
  for (int64_t e = entries; e-- > 0;) { /* from the back: an offset ends where its row begins */
    int64_t place = --csr->offsets[t->columns[e] + 1];
    csr->columns[place] = (int32_t)t->rows[e];
    csr->values[place] = t->values[e];
  }
  for (int64_t i = 0; i < n; i++) csr->offsets[i] = csr->offsets[i + 1];
  csr->offsets[n] = entries;
  *out = csr;
  csr = NULL;
done:
  khop_i_hop_csr_free(csr);
  return status;
}

/* The rows of a matrix, columns ascending: its columns, transposed. */
static khop_status rows_of(khop_i_hop_csr **rows, GrB_Matrix matrix, int at, int64_t n) {
  khop_status status = KHOP_OK;
  tuples t = {0};
  khop_i_hop_csr *columns = NULL;
  GrB_Index height = 0, width = 0;
  KHOP_GRB(GrB_Matrix_nrows(&height, matrix));
  KHOP_GRB(GrB_Matrix_ncols(&width, matrix));
  if (height != (GrB_Index)n || width != (GrB_Index)n)
    KHOP_FAIL(KHOP_E_SHAPE, "matrix %d is (%llu, %llu): all are (%lld, %lld)", at, (unsigned long long)height,
              (unsigned long long)width, (long long)n, (long long)n);
  KHOP_TRY(read_tuples(&t, matrix, at));
  KHOP_TRY(sort_by_column(&columns, &t, n));
  KHOP_TRY(khop_i_hop_csr_transpose(rows, columns));
done:
  khop_i_hop_csr_free(columns);
  khop_i_free(t.rows);
  khop_i_free(t.columns);
  khop_i_free(t.values);
  return status;
}

static khop_status size_of(int64_t *n, int count, const GrB_Matrix *matrices) {
  GrB_Index rows = 0;
  khop_status status = KHOP_OK;
  for (int t = 0; t < count; t++) {
    if (!matrices[t]) continue;
    KHOP_GRB(GrB_Matrix_nrows(&rows, matrices[t]));
    if (rows > INT32_MAX)
      KHOP_FAIL(KHOP_E_SHAPE, "matrix %d has %llu rows: at most %d", t, (unsigned long long)rows, INT32_MAX);
    break;
  }
  *n = (int64_t)rows;
done:
  return status;
}

/* The arrays go over to the taps, which borrowed them. */
static void give_arrays(khop_taps *taps, khop_i_hop_csr **rows) {
  for (int t = 0; t < taps->count; t++) {
    khop_i_held *held = &taps->own->held[t];
    held->offsets = held->columns = held->values = false;
    if (rows[t]) rows[t]->offsets = NULL, rows[t]->columns = NULL, rows[t]->values = NULL;
  }
}

khop_status khop_taps_from_graphblas(khop_taps **out, int count, const GrB_Matrix *matrices, bool transposed) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr **rows = NULL;
  khop_csr *csr = NULL;
  int64_t n = 0;
  *out = NULL;
  if (count < 1 || count > KHOP_MAX_TAPS || !matrices)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d taps: 1 to %d are possible", count, KHOP_MAX_TAPS);
  KHOP_TRY(khop_i_graphblas());
  KHOP_TRY(size_of(&n, count, matrices));
  KHOP_TRY(khop_i_alloc(&rows, count, sizeof *rows, "matrices"));
  KHOP_TRY(khop_i_alloc(&csr, count, sizeof *csr, "matrices"));
  for (int t = 0; t < count; t++) {
    if (matrices[t]) KHOP_TRY(rows_of(&rows[t], matrices[t], t, n));
    csr[t].nodes = n;
    if (rows[t]) csr[t].offsets = rows[t]->offsets, csr[t].columns = rows[t]->columns, csr[t].values = rows[t]->values;
  }
  KHOP_TRY(khop_taps_from_csr(out, count, csr, transposed));
  give_arrays(*out, rows);
done:
  for (int t = 0; rows && t < count; t++) khop_i_hop_csr_free(rows[t]);
  khop_i_free(rows);
  khop_i_free(csr);
  return status;
}
