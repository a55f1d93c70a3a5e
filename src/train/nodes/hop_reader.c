/* hop_reader.c: rows of a NumPy array on disk, read when they are asked for: what is held is the number of
 * the open file. */
#include "base/error.h"
#include "base/memory.h"
#include "files/npy.h"
#include "files/pipes.h"

#include <khop/hops.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct khop_rows {
  int file;
  char *path; /* owns; for messages */
  int64_t count, columns, begin; /* where the data begin */
  khop_i_dtype dtype;
  size_t item_size;
};

static khop_status read_at(void *bytes, size_t size, size_t *got, const khop_rows *rows, int64_t at) {
  ssize_t part = 1;
  for (*got = 0; *got < size && part > 0; *got += part > 0 ? (size_t)part : 0)
    do part = pread(rows->file, (char *)bytes + *got, size - *got, at + (int64_t)*got);
    while (part < 0 && errno == EINTR);
  if (part >= 0) return KHOP_OK;
  return khop_i_fail(KHOP_E_IO, "%s: cannot be read: %s", rows->path, strerror(errno));
}

static khop_status check_array(khop_rows *rows, const khop_i_array *array, bool fortran, size_t wanted,
                               int64_t size) {
  const char *path = rows->path;
  if (array->dtype != KHOP_I_FLOAT32 && array->dtype != KHOP_I_FLOAT64)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: rows are of float32 or float64", path);
  if (array->dimensions != 2 || array->shape[0] < 1 || array->shape[1] < 1)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: rows are an array of two dimensions, neither of them 0",
                       path);
  if (fortran)
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: is stored by column: save numpy.ascontiguousarray of it",
                       path);
  if (size - rows->begin != (int64_t)wanted)
    return khop_i_fail(KHOP_E_FORMAT, "%s: holds %lld bytes of data where its shape asks for %zu", path,
                       (long long)(size - rows->begin), wanted);
  rows->count = array->shape[0];
  rows->columns = array->shape[1];
  rows->dtype = array->dtype;
  rows->item_size = array->item_size;
  return KHOP_OK;
}

static khop_status read_header(khop_rows *rows) {
  khop_status status = KHOP_OK;
  khop_i_array array;
  struct stat seen;
  char *bytes = NULL;
  size_t size = 0, begin = 0, wanted = 0;
  bool fortran = false;
  if (fstat(rows->file, &seen) != 0)
    KHOP_FAIL(KHOP_E_IO, "%s: cannot be read: %s", rows->path, strerror(errno));
  KHOP_TRY(khop_i_alloc_raw(&bytes, KHOP_I_NPY_HEADER, 1, "an array header"));
  KHOP_TRY(read_at(bytes, KHOP_I_NPY_HEADER, &size, rows, 0));
  KHOP_TRY(khop_i_npy_describe(&array, &fortran, &begin, &wanted, bytes, size, rows->path));
  rows->begin = (int64_t)begin;
  KHOP_TRY(check_array(rows, &array, fortran, wanted, (int64_t)seen.st_size));
done:
  khop_i_free(bytes);
  return status;
}

khop_status khop_rows_open(khop_rows **out, const char *path) {
  khop_status status = KHOP_OK;
  khop_rows *rows = NULL;
  const char *place;
  char buffer[KHOP_I_PLACE];
  struct stat seen;
  *out = NULL;
  KHOP_TRY(khop_i_pipe_place(&place, buffer, path));
  if (stat(place, &seen) == 0 && !S_ISREG(seen.st_mode)) /* opening a pipe waits for a writer */
    KHOP_FAIL(KHOP_E_IO, "%s: is no regular file: rows are read in any order", path);
  KHOP_TRY(khop_i_alloc(&rows, 1, sizeof *rows, "rows of a file"));
  rows->file = open(place, O_RDONLY | O_CLOEXEC);
  if (rows->file < 0)
    KHOP_FAIL(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "%s: cannot be read: %s", path,
              strerror(errno));
  KHOP_TRY(khop_i_strdup(&rows->path, path));
  KHOP_TRY(read_header(rows));
  *out = rows;
  rows = NULL;
done:
  khop_rows_close(rows);
  return status;
}

void khop_rows_close(khop_rows *rows) {
  if (!rows) return;
  if (rows->file >= 0) close(rows->file);
  khop_i_free(rows->path);
  khop_i_free(rows);
}

int64_t khop_rows_count(const khop_rows *rows) { return rows->count; }
int64_t khop_rows_columns(const khop_rows *rows) { return rows->columns; }

/* Numbers of the other precision are read 256 at a time and converted. */
static khop_status read_row(khop_real *out, const khop_rows *rows, int64_t id) {
  size_t got = 0, size = (size_t)rows->columns * rows->item_size;
  int64_t at = rows->begin + id * (int64_t)size;
  if (rows->item_size == sizeof *out) {
    khop_status status = read_at(out, size, &got, rows, at);
    if (status != KHOP_OK) return status;
  }
  for (int64_t c = 0; rows->item_size != sizeof *out && c < rows->columns;) {
    union {
      float narrow[256];
      double wide[256];
    } part;
    int64_t count = rows->columns - c < 256 ? rows->columns - c : 256;
    size_t some = 0;
    khop_status status = read_at(&part, (size_t)count * rows->item_size, &some, rows,
                                 at + c * (int64_t)rows->item_size);
    if (status != KHOP_OK) return status;
    got += some;
    for (int64_t e = 0; e < count; e++, c++)
      out[c] = rows->dtype == KHOP_I_FLOAT32 ? (khop_real)part.narrow[e] : (khop_real)part.wide[e];
  }
  if (got != size)
    return khop_i_fail(KHOP_E_IO, "%s: ends inside row %lld", rows->path, (long long)id);
  for (int64_t c = 0; c < rows->columns; c++)
    if (!isfinite(out[c]))
      return khop_i_fail(KHOP_E_VALUE, "%s: column %lld of row %lld is not finite", rows->path,
                         (long long)c, (long long)id);
  return KHOP_OK;
}

khop_status khop_rows_read(khop_real *out, const khop_rows *rows, int64_t count, const int64_t *ids) {
  for (int64_t i = 0; i < count; i++) {
    if (ids[i] < 0 || ids[i] >= rows->count)
      return khop_i_fail(KHOP_E_ARGUMENT, "%s: there is no row %lld: it has %lld", rows->path,
                         (long long)ids[i], (long long)rows->count);
    khop_status status = read_row(out + i * rows->columns, rows, ids[i]);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}
