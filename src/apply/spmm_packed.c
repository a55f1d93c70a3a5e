/* spmm_packed.c: see spmm_packed.h. */
#include "apply/spmm_packed.h"
#include "base/memory.h"
#include "base/threads.h"
#include "rings/shifted_rows.h"
#include "kernels/drivers.h"
#include "kernels/dispatch.h"

#include <omp.h>
#include <string.h>

enum { STRIP = KHOP_I_STRIP };

int64_t khop_i_packed_row_span(const khop_i_hop_csr *csr, int64_t i, int count, const int *slot, const int64_t *node) {
  int64_t first = INT64_MAX, last = 0;
  for (int t = 0; t < count; t++) {
    if (slot[t] < 0) continue;
    const int64_t *offset = csr->offsets + i * csr->slots + slot[t];
    if (offset[0] == offset[1]) continue;
    int64_t begin = csr->columns[offset[0]], end = csr->columns[offset[1] - 1];
    if (node) begin = node[begin], end = node[end];
    if (begin < first) first = begin;
    if (end > last) last = end;
  }
  return last > first ? last - first : 0;
}

/* The numbers of this file were fitted on an Intel Xeon, those of bands and LEAST_LINES on an AMD EPYC: see
 * docs/notes/2026-11-gather-kernels.md and 2026-11-shifted-rows.md. `sh bench/run spmm` measures them anew. */

/* Entries a row from which packing pays: each row of x is then read so often that copying it once is little. */
#define LEAST_ENTRIES_A_ROW 16

/* It pays where rows of x are read often, and where those that one row reads are spread over more than L2 holds. */
bool khop_i_packed_suits(const khop_i_packed_sizes *z, int64_t f) {
  int64_t row = f * (int64_t)sizeof(khop_real);
  return f >= 2 * STRIP && z->entries >= LEAST_ENTRIES_A_ROW * z->nodes && z->nodes * row >= z->cache && z->sampled &&
         z->span / z->sampled * row >= z->cache;
}

bool khop_i_packed_pays(const khop_rings *rings, int64_t entries, int count, const int *slot, int64_t f) {
  khop_i_packed_sizes sizes = {.nodes = rings->nodes, .entries = entries, .cache = khop_i_cache()};
  int64_t step = khop_i_packed_sample_step(rings->nodes);
  if (!rings->csr || f < 2 * STRIP) return false;
  for (int64_t i = 0; i < rings->nodes; i += step, sizes.sampled++)
    sizes.span += khop_i_packed_row_span(rings->csr, i, count, slot, NULL);
  return khop_i_packed_suits(&sizes, f);
}

/* The tap with most entries; -1: none has any. */
static int most_entries(const khop_i_tap *tap, int count, int64_t n) {
  int most = -1;
  int64_t entries = 0;
  for (int t = 0; t < count; t++) {
    if (!tap[t].offsets || tap[t].offsets[(n - 1) * tap[t].stride + 1] - tap[t].offsets[0] <= entries) continue;
    entries = tap[t].offsets[(n - 1) * tap[t].stride + 1] - tap[t].offsets[0];
    most = t;
  }
  return most;
}

/* Rows that are prefetched ahead of the copy: from row to row is a longer step than a processor prefetches by
 * itself. */
enum { AHEAD = 16 };

/* Copies rows begin to end - 1 of x, f columns: row i to line + i * STRIP, the next line `apart` numbers further. */
static void copy_rows(khop_real *line, int64_t apart, const khop_real *x, int64_t ldx, int64_t begin, int64_t end,
                      int64_t f, const khop_real *scale) {
  for (int64_t i = begin; i < end; i++)
    for (int64_t c = 0; c < f; c += STRIP) {
      khop_real *to = line + c / STRIP * apart + i * STRIP;
      const khop_real *from = x + i * ldx + c;
      int64_t width = c + STRIP <= f ? STRIP : f - c;
      __builtin_prefetch(from + (i + AHEAD < end ? AHEAD * ldx : 0));
      if (scale)
        for (int64_t u = 0; u < width; u++) to[u] = from[u] * scale[i];
      else
        memcpy(to, from, (size_t)width * sizeof *to);
    }
}

/* One product from packed columns. Where one tap's rows are scaled in the copy, the other taps read x itself. */
typedef struct product {
  khop_real *y, *packed;
  int64_t ldy;
  const khop_real *x;
  int64_t ldx, n, f;   /* x (n, f) */
  int64_t first, rows; /* of y */
  int taps;
  khop_i_tap *tap; /* (taps) */
  const khop_i_tap *most;
  const khop_real *scale; /* of the copy; NULL: none, and most is NULL too */
  bool accumulate;
  int64_t entries;
} product;

/* --- all rows at once ------------------------------------------------------------------------- */

/* Copies columns p to end - 1 of x, at most KHOP_I_PACKED_COLUMNS: a line of all nodes, then the next one. */
static void copy_panel(const product *s, int64_t p, int64_t end) {
  enum { ROWS = 64 };
  int threads = khop_i_threads_for(s->n * KHOP_I_PACKED_COLUMNS);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t i = 0; i < s->n; i += ROWS)
    copy_rows(s->packed, s->n * STRIP, s->x + p, s->ldx, i, i + ROWS < s->n ? i + ROWS : s->n, end - p, s->scale);
}

/* Points the taps that read x itself to column c. */
static void point_taps(khop_i_tap *tap, const product *s, int64_t c) {
  for (int t = 0; s->scale && t < s->taps; t++)
    if (&s->tap[t] != s->most) tap[t].x = s->x + c, tap[t].ldx = s->ldx;
}

static void gather_by_panels(const product *s) {
  for (int64_t p = 0; p < s->f; p += KHOP_I_PACKED_COLUMNS) {
    int64_t end = p + KHOP_I_PACKED_COLUMNS < s->f ? p + KHOP_I_PACKED_COLUMNS : s->f;
    copy_panel(s, p, end);
    for (int64_t c = p; c < end; c += STRIP) {
      int64_t width = c + STRIP < end ? STRIP : end - c;
      point_taps(s->tap, s, c);
      khop_i_gather_rows(s->y + c, s->ldy, s->packed + (c - p) * s->n, STRIP, s->first, s->first + s->rows, width,
                         s->taps, s->tap, s->accumulate, s->entries * width);
    }
  }
}

/* --- lines of a thread's own -------------------------------------------------------------------- */

/* Lines a thread from which each takes lines of its own, without waiting for the others: by panels, threads wait for
 * one another after each copy and each product. */
#define LEAST_LINES 4

static bool takes_columns(int *threads, const product *s) {
  int64_t lines = s->f / STRIP;
  *threads = khop_i_threads_for(s->entries * s->f);
  return *threads > 1 && *threads <= KHOP_I_PACKED_COLUMNS / STRIP && lines >= LEAST_LINES * *threads;
}

/* Columns p to end - 1 of all rows, by one thread. */
static void gather_columns(const product *s, khop_real *lines, int64_t p, int64_t end) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  khop_i_tap tap[KHOP_MAX_TAPS];
  memcpy(tap, s->tap, (size_t)s->taps * sizeof *tap);
  copy_rows(lines, s->n * STRIP, s->x + p, s->ldx, 0, s->n, end - p, s->scale);
  for (int64_t c = p; c < end; c += STRIP) {
    point_taps(tap, s, c);
    kernels->gather(s->y + c, s->ldy, lines + (c - p) * s->n, STRIP, c + STRIP < end ? STRIP : end - c, s->taps, tap,
                    s->first, s->first + s->rows, s->accumulate);
  }
}

static void gather_by_columns(const product *s, int threads) {
  int64_t wide = KHOP_I_PACKED_COLUMNS / threads / STRIP * STRIP;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
  for (int64_t p = 0; p < s->f; p += wide)
    gather_columns(s, s->packed + omp_get_thread_num() * wide * s->n, p, p + wide < s->f ? p + wide : s->f);
}

/* --- a band of rows ---------------------------------------------------------------------------- */

/* Where rows that follow one another read close rows of x (rings/shifted_rows.h), a thread packs only the band of x
 * that its next BAND_ROWS rows read, and moves it on: x goes through the caches once, for as many columns as the
 * workspace holds. BAND_ROWS is a multiple of the 64 rows that khop_i_shifted_rows describes; the fewer, the more
 * often the band is moved. A thread takes SHARES shares of the rows, to even out their times. A band may take
 * L2_SIZES times L2: more would only leave the caches. */
enum { BAND_ROWS = 2048, SHARES = 2, L2_SIZES = 8 };

typedef struct band {
  int64_t capacity; /* rows of x that the lines of a thread hold */
  int64_t wide;     /* columns at once: whole lines */
  int threads;
} band;

typedef struct reach {
  int64_t first, after;
} reach;

/* Which rows of x the rows i to end - 1 read. */
static reach reach_of(const product *s, int64_t i, int64_t end) {
  reach all = {i, end};
  for (int t = 0; t < s->taps; t++) {
    if (!s->tap[t].offsets) continue;
    for (int64_t w = i / 64; w <= (end - 1) / 64; w++) {
      const khop_i_shifted_rows *rows = &s->tap[t].shifted[w];
      if (rows->first < all.first) all.first = rows->first;
      if (rows->after > all.after) all.after = rows->after;
    }
  }
  return all;
}

static int64_t band_end(int64_t i, int64_t end) { return i + BAND_ROWS < end ? i + BAND_ROWS : end; }

/* Whether a thread's part of the workspace holds the largest band, and a quarter more, so that it is rarely moved. The
 * columns are cut into as few passes as the workspace allows, of equal width. */
static bool fits_band(band *b, const product *s) {
  int64_t most = 0;
  for (int t = 0; t < s->taps; t++)
    if (s->tap[t].offsets && !s->tap[t].shifted) return false;
  b->threads = khop_i_threads_for(s->entries * s->f);
  int64_t after = s->first + s->rows, step = b->threads > 1 ? 64 : BAND_ROWS; /* shares of threads begin at any 64 */
  for (int64_t i = s->first; i < after; i += step) {
    reach r = reach_of(s, i, band_end(i, after));
    if (r.after - r.first > most) most = r.after - r.first;
  }
  int64_t numbers = s->n * KHOP_I_PACKED_COLUMNS / b->threads;
  int64_t least = most + most / 4, lines = numbers / (least * STRIP);
  if (lines < 1 || (lines * STRIP < KHOP_I_PACKED_COLUMNS && lines * STRIP < s->f)) return false;
  int64_t passes = khop_i_ceil_div(s->f, lines * STRIP);
  b->wide = khop_i_ceil_div(s->f, passes * STRIP) * STRIP;
  b->capacity = numbers / b->wide;
  int64_t enough = L2_SIZES * khop_i_cache() / (b->wide * (int64_t)sizeof(khop_real));
  if (enough < least) enough = least;
  if (b->capacity > enough) b->capacity = enough;
  return true;
}

/* Rows begin to end - 1, columns p to p + wide - 1, by one thread, whose lines hold its band. */
static void gather_share(const product *s, const band *b, khop_real *lines, int64_t begin, int64_t end, int64_t p,
                         int64_t wide) {
  const khop_i_kernels *kernels = khop_i_kernels_now();
  int64_t base = 0, held = 0, apart = b->capacity * STRIP; /* the lines hold rows base to held - 1 of x */
  khop_i_tap tap[KHOP_MAX_TAPS];
  memcpy(tap, s->tap, (size_t)s->taps * sizeof *tap);
  for (int64_t i = begin, next; i < end; i = next) {
    next = band_end(i, end);
    reach r = reach_of(s, i, next);
    if (r.first < base || r.first >= held) base = held = r.first;
    if (r.after - base > b->capacity) {
      for (int64_t c = 0; c < wide; c += STRIP)
        memmove(lines + c / STRIP * apart, lines + c / STRIP * apart + (r.first - base) * STRIP,
                (size_t)((held - r.first) * STRIP) * sizeof *lines);
      base = r.first;
    }
    khop_real *row_0 = lines - base * STRIP;
    if (r.after > held) copy_rows(row_0, apart, s->x + p, s->ldx, held, r.after, wide, s->scale), held = r.after;
    for (int64_t c = 0; c < wide; c += STRIP) {
      point_taps(tap, s, p + c);
      kernels->gather(s->y + (i - s->first) * s->ldy + p + c, s->ldy, row_0 + c / STRIP * apart, STRIP,
                      c + STRIP < wide ? STRIP : wide - c, s->taps, tap, i, next, s->accumulate);
    }
  }
}

static void gather_by_bands(const product *s, const band *b) {
  int64_t words = (s->rows + 63) / 64, shares = b->threads > 1 ? (int64_t)b->threads * SHARES : 1;
  for (int64_t p = 0; p < s->f; p += b->wide) {
    int64_t wide = p + b->wide < s->f ? b->wide : s->f - p;
#pragma omp parallel for schedule(dynamic, 1) num_threads(b->threads)
    for (int64_t q = 0; q < shares; q++) {
      int64_t begin = words * q / shares * 64, end = words * (q + 1) / shares * 64;
      if (end > s->rows) end = s->rows;
      khop_real *lines = s->packed + omp_get_thread_num() * b->capacity * b->wide;
      gather_share(s, b, lines, s->first + begin, s->first + end, p, wide);
    }
  }
}

/* Taps of x (n, f), ready; tap `most` has most entries. */
static void gather_packed(product *s, int most) {
  bool scales = most >= 0 && s->tap[most].right && !s->tap[most].values;
  band b;
  int threads;
  if (scales) {
    s->most = &s->tap[most];
    s->scale = s->most->right;
    s->tap[most].right = NULL;
  }
  if (fits_band(&b, s))
    gather_by_bands(s, &b);
  else if (takes_columns(&threads, s))
    gather_by_columns(s, threads);
  else
    gather_by_panels(s);
}

void khop_i_packed_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed, const khop_real *x,
                          int64_t ldx, int64_t f, khop_i_spread spread, khop_real *packed) {
  khop_i_tap tap[KHOP_MAX_TAPS];
  spread.non_temporal = !spread.accumulate;
  khop_i_taps_spread(tap, taps, transposed, f, spread);
  product s = {.y = y, .packed = packed, .ldy = ldy, .x = x, .ldx = ldx, .n = taps->nodes, .f = f,
               .rows = taps->nodes, .taps = taps->count, .tap = tap, .accumulate = spread.accumulate,
               .entries = taps->entries};
  gather_packed(&s, most_entries(tap, taps->count, taps->nodes));
}

void khop_i_packed_gather_rows(const khop_i_product *p, int most, khop_real *packed) {
  product s = {.y = p->y, .packed = packed, .ldy = p->ldy, .x = p->x, .ldx = p->ldx, .n = p->rings->nodes, .f = p->f,
               .first = p->first, .rows = p->rows, .taps = p->count, .tap = p->tap, .accumulate = p->accumulate,
               .entries = p->entries};
  gather_packed(&s, most);
}
