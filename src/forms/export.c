/* export.c: rings out: .mtx and .npz files, and GraphBLAS matrices. */
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "files/npz.h"
#include "files/outfile.h"
#include "files/unicode.h"
#include "forms/rings.h"
#include "search/bfs_graphblas.h"

#include <khop/graphblas.h>
#include <stdio.h>
#include <string.h>

/* One normalised slot as a plain CSR matrix; the identity of a self-loop is merged in. */
typedef struct csr {
  int64_t rows;
  int64_t *offsets, *columns;
  khop_real *values;
} csr;

static void csr_free(csr *m) {
  khop_i_free(m->offsets);
  khop_i_free(m->columns);
  khop_i_free(m->values);
}

static void add_entry(csr *m, int64_t *end, int64_t column, double value) {
  m->columns[*end] = column;
  m->values[(*end)++] = (khop_real)value;
}

static void fill_row(csr *m, const khop_rings *rings, int slot, int64_t row, bool loop,
                     const khop_real *left, const khop_real *right) {
  const int32_t *columns;
  const khop_real *values;
  int64_t count = khop_rings_row(rings, slot, row, &columns, &values), end = m->offsets[row];
  for (int64_t e = 0; e < count; e++) {
    int32_t j = columns[e];
    double value = values ? (double)values[e] : 1;
    if (loop && j >= row) {
      if (j == row) value += 1;
      else add_entry(m, &end, row, (double)left[row] * (double)right[row]);
      loop = false;
    }
    add_entry(m, &end, j, (double)left[row] * value * (double)right[j]);
  }
  if (loop) add_entry(m, &end, row, (double)left[row] * (double)right[row]);
  m->offsets[row + 1] = end;
}

static khop_status make_csr(csr *m, const khop_rings *rings, int slot, khop_norm norm,
                            bool self_loop) {
  khop_status status = KHOP_OK;
  khop_real *left = NULL, *right = NULL;
  int64_t n = rings->nodes, capacity = khop_rings_entries(rings, slot) + (self_loop ? n : 0);
  *m = (csr){.rows = n};
  KHOP_TRY(khop_i_alloc_raw(&left, n, sizeof *left, "scales"));
  KHOP_TRY(khop_i_alloc_raw(&right, n, sizeof *right, "scales"));
  KHOP_TRY(khop_rings_scales(left, right, rings, slot, norm, self_loop));
  KHOP_TRY(khop_i_alloc(&m->offsets, n + 1, sizeof *m->offsets, "CSR offsets"));
  KHOP_TRY(khop_i_alloc_raw(&m->columns, capacity, sizeof *m->columns, "CSR columns"));
  KHOP_TRY(khop_i_alloc_raw(&m->values, capacity, sizeof *m->values, "CSR values"));
  bool loop = self_loop && khop_i_rings_takes_loop(rings, slot);
  for (int64_t i = 0; i < n; i++) fill_row(m, rings, slot, i, loop, left, right);
done:
  khop_i_free(left);
  khop_i_free(right);
  if (status != KHOP_OK) csr_free(m);
  return status;
}

/* --- files ---------------------------------------------------------------------------------- */

static khop_status write_mtx(const csr *m, const char *path, bool pattern, bool named) {
  khop_i_outfile out;
  khop_status status = khop_i_outfile_open(&out, path);
  if (status != KHOP_OK) return status;
  long long n = (long long)m->rows;
  char text[KHOP_I_NUMBER_BYTES];
  fprintf(out.stream, "%%%%MatrixMarket matrix coordinate %s general\n", pattern ? "pattern" : "real");
  if (named)
    fputs("% row and column i are node i - 1 of the graph; names: khop info GRAPH --map FILE.csv\n", out.stream);
  fprintf(out.stream, "%lld %lld %lld\n", n, n, (long long)m->offsets[m->rows]);
  for (int64_t i = 0; i < m->rows && !ferror(out.stream); i++)
    for (int64_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      fprintf(out.stream, "%lld %lld", (long long)i + 1, (long long)m->columns[e] + 1);
      if (!pattern) putc(' ', out.stream);
      if (!pattern) fputs(khop_i_write_number(text, sizeof text, 17, (double)m->values[e]), out.stream);
      putc('\n', out.stream);
    }
  return khop_i_outfile_commit(&out);
}

/* The layout of scipy.sparse.save_npz, whose reader passes over further members. */
static khop_status write_npz(const csr *m, const char *path, const char *const *names) {
  uint32_t *characters = NULL;
  size_t width = 0;
  khop_status status = names ? khop_i_unicode_array(&characters, &width, names, m->rows) : KHOP_OK;
  if (status != KHOP_OK) return status;

  int64_t entries = m->offsets[m->rows], shape[2] = {m->rows, m->rows};
  khop_i_dtype real = sizeof(khop_real) == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32;
  const khop_i_member members[] = {
      {"indices", KHOP_I_INT64, 0, 1, {entries}, m->columns},
      {"indptr", KHOP_I_INT64, 0, 1, {m->rows + 1}, m->offsets},
      {"format", KHOP_I_BYTES, 3, 0, {0}, "csr"},
      {"shape", KHOP_I_INT64, 0, 1, {2}, shape},
      {"data", real, 0, 1, {entries}, m->values},
      {"node_names", KHOP_I_UNICODE, width * sizeof *characters, 1, {m->rows}, characters},
  };
  status = khop_i_npz_write(path, (int)(sizeof members / sizeof *members) - !names, members);
  khop_i_free(characters);
  return status;
}

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static khop_status check_slot(const khop_rings *rings, int slot) {
  if (slot >= 0 && slot < rings->slots) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "slot %d: the rings have %d slots", slot, rings->slots);
}

khop_status khop_rings_write(const khop_rings *rings, int slot, khop_norm norm, bool self_loop,
                             const char *const *names, const char *path) {
  csr m;
  bool mtx = ends_with(path, ".mtx"), npz = ends_with(path, ".npz");
  if (!mtx && !npz && strncmp(path, "/dev/", 5) != 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: rings are written as .mtx or .npz", path);
  khop_status status = khop_i_rings_need_rows(rings, "khop_rings_write");
  if (status == KHOP_OK) status = check_slot(rings, slot);
  if (status == KHOP_OK) status = make_csr(&m, rings, slot, norm, self_loop);
  if (status != KHOP_OK) return status;
  bool pattern = norm == KHOP_NORM_NONE && !rings->csr->values &&
                 !(self_loop && rings->op != KHOP_RING);
  status = npz ? write_npz(&m, path, names) : write_mtx(&m, path, pattern, names != NULL);
  csr_free(&m);
  return status;
}

/* --- GraphBLAS ------------------------------------------------------------------------------ */

static GrB_Info import_csr(GrB_Matrix *matrix, const csr *m) {
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
  csr m;
  *matrix = NULL;
  khop_status status = khop_i_rings_need_rows(rings, "khop_rings_to_graphblas");
  if (status == KHOP_OK) status = check_slot(rings, slot);
  if (status == KHOP_OK) status = khop_i_graphblas();
  if (status == KHOP_OK) status = make_csr(&m, rings, slot, norm, self_loop);
  if (status != KHOP_OK) return status;
  status = khop_i_graphblas_check(import_csr(matrix, &m), "GrB_Matrix_import");
  csr_free(&m);
  return status;
}
