/* hop_features.c: [R_0 x | R_1 x | ..] into a file, a strip of columns at a time.
 *
 *   x (N, F)     | s | s | s |        a strip of c columns, spread out where x is sparse
 *                  |
 *   y (N, T c)   | R_0 s | R_1 s |    one khop_apply, whatever form the taps have
 *                  |       |
 *   file, row i  | . s . | . s . |    T runs of c numbers, each at its own offset
 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/random.h"
#include "files/npy.h"
#include "files/outfile.h"
#include "apply/taps.h"

#include <khop/hops.h>

#include <errno.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

typedef struct writer {
  const khop_taps *taps;
  const khop_features *x;
  const khop_hop_options *options;
  int64_t n, wide, strip; /* columns of x, or of its projection; of a strip */
  khop_real *in, *out;    /* (N, strip), (N, T strip) */
  khop_real *matrix;      /* (F, strip) of the projection, or NULL */
  khop_i_outfile file;
  int64_t begin;          /* bytes of the header */
} writer;

/* --- a strip of columns ---------------------------------------------------------------------- */

/* Columns first .. first + count - 1 of the random matrix; each entry is drawn from its row and column alone. */
static void fill_matrix(writer *w, int64_t first, int64_t count) {
  double size = sqrt(3.0 / (double)w->wide);
  for (int64_t j = 0; j < w->x->columns; j++)
    for (int64_t d = 0; d < count; d++) {
      uint64_t key = khop_i_random_key(w->options->seed, (uint64_t)j, (uint64_t)(first + d));
      uint64_t sixth = (key >> 32) * 6 >> 32; /* 0 .. 5 */
      w->matrix[j * count + d] = (khop_real)(sixth == 0 ? size : sixth == 1 ? -size : 0);
    }
}

/* One number of x, times a row of the matrix or into its own column. */
static void add_entry(writer *w, khop_real *row, int64_t column, khop_real value, int64_t first,
                      int64_t count) {
  if (w->matrix) {
    const khop_real *line = w->matrix + column * count;
    for (int64_t d = 0; d < count; d++) row[d] += value * line[d];
  } else if (column >= first && column < first + count) {
    row[column - first] += value;
  }
}

static void fill_strip(writer *w, int64_t first, int64_t count) {
  const khop_features *x = w->x;
  if (w->matrix) fill_matrix(w, first, count);
  memset(w->in, 0, (size_t)(w->n * count) * sizeof *w->in);
  for (int64_t i = 0; i < w->n; i++) {
    khop_real *row = w->in + i * count;
    if (x->offsets)
      for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
        add_entry(w, row, x->indices[e], x->values[e], first, count);
    else if (w->matrix)
      for (int64_t j = 0; j < x->columns; j++)
        add_entry(w, row, j, x->dense[i * x->columns + j], first, count);
    else
      memcpy(row, x->dense + i * x->columns + first, (size_t)count * sizeof *row);
  }
}

static khop_status write_at(writer *w, const khop_real *from, int64_t count, int64_t first) {
  size_t size = (size_t)count * sizeof *from, done = 0;
  int64_t at = w->begin + first * (int64_t)sizeof *from;
  while (done < size) {
    ssize_t part = pwrite(fileno(w->file.stream), (const char *)from + done, size - done,
                          at + (int64_t)done);
    if (part < 0 && errno == EINTR) continue;
    if (part == 0) errno = EIO; /* of a file no system does so, and none says why */
    if (part <= 0)
      return khop_i_fail(KHOP_E_IO, "%s: cannot write: %s", w->file.path, strerror(errno));
    done += (size_t)part;
  }
  return KHOP_OK;
}

static khop_status write_strip(writer *w, int64_t first, int64_t count) {
  int taps = w->taps->count;
  khop_status status = khop_apply(w->out, taps * count, w->taps, w->in, count, count, KHOP_CONCAT);
  if (status == KHOP_OK && count == w->wide) { /* the whole of it, in order: a pipe will do */
    fwrite(w->out, sizeof *w->out, (size_t)(w->n * taps * count), w->file.stream);
    return KHOP_OK;
  }
  for (int64_t i = 0; status == KHOP_OK && i < w->n; i++)
    for (int t = 0; status == KHOP_OK && t < taps; t++)
      status = write_at(w, w->out + (i * taps + t) * count, count, (i * taps + t) * w->wide + first);
  return status;
}

/* --- the whole ------------------------------------------------------------------------------- */

static khop_status check_sizes(const writer *w) {
  const khop_features *x = w->x;
  if (!x->dense == !x->offsets)
    return khop_i_fail(KHOP_E_ARGUMENT, "features are dense or sparse, one of the two");
  if (x->rows != w->n)
    return khop_i_fail(KHOP_E_SHAPE, "features of %lld nodes and taps of %lld", (long long)x->rows,
                       (long long)w->n);
  if (w->options->project < 0 || w->options->max_bytes < 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "a projection to %lld columns, a budget of %lld bytes",
                       (long long)w->options->project, (long long)w->options->max_bytes);
  if (x->columns < 1 || w->n < 1)
    return khop_i_fail(KHOP_E_SHAPE, "there are no features: %lld nodes with %lld columns",
                       (long long)w->n, (long long)x->columns);
  return KHOP_OK;
}

static khop_status open_writer(writer *w) {
  khop_status status = KHOP_OK;
  int64_t taps = w->taps->count, shape[2] = {w->n, 0};
  int64_t budget = w->options->max_bytes ? w->options->max_bytes : INT64_C(256) << 20;
  int64_t column = w->n * (1 + taps) + (w->options->project ? w->x->columns : 0);
  char *header = NULL;
  size_t size = 0;
  w->strip = budget / (column * (int64_t)sizeof(khop_real));
  if (w->strip < 1) w->strip = 1;
  if (w->strip > w->wide) w->strip = w->wide;
  if (__builtin_mul_overflow(taps, w->wide, &shape[1]) ||
      shape[1] > INT64_MAX / 64 / w->n)
    return khop_i_fail(KHOP_E_SHAPE, "%lld taps of %lld columns", (long long)taps, (long long)w->wide);
  KHOP_TRY(khop_i_alloc_raw(&w->in, w->n * w->strip, sizeof *w->in, "a strip of features"));
  KHOP_TRY(khop_i_alloc_raw(&w->out, w->n * taps * w->strip, sizeof *w->out, "a strip of features"));
  if (w->options->project)
    KHOP_TRY(khop_i_alloc_raw(&w->matrix, w->x->columns * w->strip, sizeof *w->matrix, "a projection"));
  KHOP_TRY(khop_i_npy_header(&header, &size,
                             sizeof(khop_real) == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32, 0, 2, shape));
  KHOP_TRY(khop_i_outfile_open(&w->file, w->file.path));
  if (!khop_i_outfile_is_apart(&w->file) && w->strip < w->wide)
    KHOP_FAIL(KHOP_E_UNSUPPORTED, "%s: %lld columns go through in strips of %lld, and only a file can "
              "take those: raise the budget", w->file.path, (long long)w->wide, (long long)w->strip);
  fwrite(header, 1, size, w->file.stream);
  fflush(w->file.stream); /* an error stays with the stream, and shows at the commit */
  w->begin = (int64_t)size;
done:
  khop_i_free(header);
  return status;
}

khop_status khop_hop_features_write(const char *path, const khop_taps *taps,
                                    const khop_features *features, const khop_hop_options *options) {
  khop_hop_options own;
  khop_status status = KHOP_OK;
  writer w = {.taps = taps, .x = features, .options = &own, .n = taps->nodes,
              .file = {.path = path}};
  KHOP_TRY(KHOP_I_TAKE(khop_hop_options, &own, options));
  KHOP_TRY(check_sizes(&w));
  w.wide = w.options->project ? w.options->project : features->columns;
  KHOP_TRY(open_writer(&w));
  for (int64_t first = 0; first < w.wide; first += w.strip) {
    int64_t count = w.wide - first < w.strip ? w.wide - first : w.strip;
    fill_strip(&w, first, count);
    KHOP_TRY(write_strip(&w, first, count));
    double share = (double)(first + count) / (double)w.wide;
    if (w.options->progress && !w.options->progress(share, w.options->context))
      KHOP_FAIL(KHOP_E_INTERRUPTED, "writing hop features was stopped after %lld of %lld columns",
                (long long)(first + count), (long long)w.wide);
  }
  KHOP_TRY(khop_i_outfile_commit(&w.file));
done:
  khop_i_outfile_abandon(&w.file);
  khop_i_free(w.in);
  khop_i_free(w.out);
  khop_i_free(w.matrix);
  return status;
}
