/* lines.c: see lines.h. */
#include "kernels/lines.h"
#include "base/memory.h"
#include "base/threads.h"

#include <string.h>

enum { STRIP = KHOP_I_STRIP };

/* Over how many rows of x the entries of a row are spread: the mean of some rows. */
static int64_t span_of(const khop_rings *rings, int count, const int *slot) {
  int64_t n = rings->nodes, sum = 0, rows = 0;
  for (int64_t i = 0; i < n; i += n / 64 + 1, rows++) {
    int64_t first = n, last = 0;
    for (int t = 0; t < count; t++) {
      if (slot[t] < 0) continue;
      const int64_t *offset = rings->offsets + i * rings->slots + slot[t];
      if (offset[0] == offset[1]) continue;
      if (rings->columns[offset[0]] < first) first = rings->columns[offset[0]];
      if (rings->columns[offset[1] - 1] > last) last = rings->columns[offset[1] - 1];
    }
    if (last > first) sum += last - first;
  }
  return sum / rows;
}

/* It pays where rows are read often, from further apart than a cache holds. Milliseconds in one pass / in
 * blocks of 256 bytes / so, 64 and 256 columns: facebook, ring 2, 276 entries a row: 35, 281 / 35, 151 / 16,
 * 76; preferential attachment, 181 entries: 24, 166 / 24, 102 / 9.2, 39; a grid's ring 8, 31 entries, 256
 * columns: 64 / 68 / 47; slashdot, ring 2, whose line of 82,000 rows no second-level cache holds, 64 columns:
 * 767 / 805 / 508. (Blocks of the uncopied rows gain nothing: their lines share a sixteenth of a cache's
 * sets.) */
bool khop_i_lines_pay(const khop_rings *rings, int64_t entries, int count, const int *slot, int64_t f) {
  const khop_rings *listed = khop_i_rings_listed(rings);
  int64_t n = rings->nodes, row = f * (int64_t)sizeof(khop_real);
  return listed && f >= 2 * STRIP && entries >= 16 * n && n * row >= KHOP_I_CACHE &&
         span_of(listed, count, slot) * row >= KHOP_I_CACHE;
}

/* The tap with most entries, if its rows of x are scaled; else NULL. */
static const khop_i_tap *scaled_once(const khop_i_tap *tap, int count, int64_t n) {
  const khop_i_tap *most = NULL;
  int64_t entries = 0;
  for (int t = 0; t < count; t++) {
    if (!tap[t].offsets || tap[t].offsets[(n - 1) * tap[t].stride + 1] - tap[t].offsets[0] <= entries) continue;
    entries = tap[t].offsets[(n - 1) * tap[t].stride + 1] - tap[t].offsets[0];
    most = &tap[t];
  }
  return most && most->right && !most->values ? most : NULL;
}

/* Rows that are asked for ahead of the copy: from one to the next is further than a processor asks by itself (a
 * grid's ring 8, 256 columns: 50 ms and 44, on two threads 26 and 23). */
enum { AHEAD = 16 };

/* Columns p to end of x, at most KHOP_I_PANEL: a line of all nodes, then the next one. */
static void copy_panel(khop_real *block, const khop_real *x, int64_t ldx, int64_t n, int64_t p, int64_t end,
                       const khop_real *scale) {
  int threads = khop_i_threads_for(n * KHOP_I_PANEL);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t i = 0; i < n; i++)
    for (int64_t c = p; c < end; c += STRIP) {
      khop_real *to = block + (c - p) * n + i * STRIP;
      __builtin_prefetch(x + (i + AHEAD < n ? i + AHEAD : i) * ldx + c);
      int64_t width = c + STRIP <= end ? STRIP : end - c;
      if (scale)
        for (int64_t u = 0; u < width; u++) to[u] = x[i * ldx + c + u] * scale[i];
      else
        memcpy(to, x + i * ldx + c, (size_t)width * sizeof *to);
    }
}

void khop_i_lines_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed, const khop_real *x,
                         int64_t ldx, int64_t f, khop_i_spread spread, khop_real *block) {
  int64_t n = taps->nodes;
  khop_i_tap tap[KHOP_MAX_TAPS];
  spread.aside = !spread.accumulate;
  khop_i_taps_spread(tap, taps, transposed, f, spread);
  const khop_i_tap *most = scaled_once(tap, taps->count, n);
  const khop_real *scale = most ? most->right : NULL;
  for (int t = 0; t < taps->count; t++) tap[t].right = &tap[t] == most ? NULL : tap[t].right;
  for (int64_t p = 0; p < f; p += KHOP_I_PANEL) {
    int64_t end = p + KHOP_I_PANEL < f ? p + KHOP_I_PANEL : f;
    copy_panel(block, x, ldx, n, p, end, scale);
    for (int64_t c = p; c < end; c += STRIP) {
      for (int t = 0; scale && t < taps->count; t++)
        if (&tap[t] != most) tap[t].x = x + c, tap[t].ldx = ldx;
      int64_t width = c + STRIP < end ? STRIP : end - c;
      khop_i_gather(y + c, ldy, block + (c - p) * n, STRIP, n, width, taps->count, tap, spread.accumulate,
                    taps->entries * width);
    }
  }
}
