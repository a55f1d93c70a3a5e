/* export.c: rings out, as .mtx and .npz files. */
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "files/npz.h"
#include "files/outfile.h"
#include "files/unicode.h"
#include "forms/rings.h"
#include "forms/slot_csr.h"

#include <stdio.h>
#include <string.h>

static khop_status write_mtx(const khop_i_slot_csr *m, const char *path, bool pattern, bool named) {
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
static khop_status write_npz(const khop_i_slot_csr *m, const char *path, const char *const *names) {
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

khop_status khop_rings_write(const khop_rings *rings, int slot, khop_norm norm, bool self_loop,
                             const char *const *names, const char *path) {
  khop_i_slot_csr m;
  bool mtx = ends_with(path, ".mtx"), npz = ends_with(path, ".npz");
  if (!mtx && !npz && strncmp(path, "/dev/", 5) != 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: rings are written as .mtx or .npz", path);
  khop_status status = khop_i_slot_csr_new(&m, rings, slot, norm, self_loop, "khop_rings_write");
  if (status != KHOP_OK) return status;
  bool pattern = norm == KHOP_NORM_NONE && !rings->csr->values &&
                 !(self_loop && rings->op != KHOP_RING);
  status = npz ? write_npz(&m, path, names) : write_mtx(&m, path, pattern, names != NULL);
  khop_i_slot_csr_free(&m);
  return status;
}
