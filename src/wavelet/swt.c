/* swt.c: the stationary (a-trous) wavelet transform as fixed convolutions over rings of a cycle.
 *
 * A filter of L taps at dilation d reads x[i + o_k], o_k = (L/2 - k) d, of a periodic signal. On
 * the directed cycle the ring of hop o is the sample o further on, and its transpose the sample o
 * back; so the taps split in two, those ahead and those behind, each by at most half a round:
 *
 *   offsets   -2d  -d  |  0   d   2d        behind: rings {d, 2d}, transposed
 *                      |                    ahead:  rings {0, d, 2d}
 *
 * Synthesis reads the mirrored offsets: the same rings, the other way round:
 *
 *   a'[i] = sum_k dec_low[k] a[i + o_k]       d'[i] = sum_k dec_high[k] a[i + o_k]
 *   a[i]  = 1/2 sum_k rec_low[L-1-k] a'[i - o_k] + rec_high[L-1-k] d'[i - o_k]
 *
 * The last line inverts for any length of the cycle: in polynomials of the shift z it says that
 * rec_low(z) dec_low(z) + rec_high(z) dec_high(z) = 2 at the right delay, which holds for every
 * z. */
#include "base/error.h"
#include "base/memory.h"
#include "apply/taps.h"

#include <khop/wavelet.h>
#include <math.h>

#define MOST_LEVELS 24

/* Weights of one filter on the taps of a side. */
typedef enum role { DEC_LOW, DEC_HIGH, REC_LOW, REC_HIGH, ROLES } role;

/* The taps of one level on one side. count 0: none, and no taps. */
typedef struct side {
  khop_taps *taps;
  int count, hops[KHOP_FILTER_TAPS];
  khop_real weight[ROLES][KHOP_FILTER_TAPS];
} side;

struct khop_swt {
  int64_t n;
  int levels;
  khop_rings *rings; /* of the directed cycle, every hop of every level */
  struct { side ahead, behind; } level[MOST_LEVELS];
};

/* --- the plan ------------------------------------------------------------------------------- */

static khop_status check_arguments(int64_t n, int levels, const khop_filters *f, bool any_length) {
  if (levels < 1 || levels > MOST_LEVELS)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d levels of wavelets: 1 to %d are possible", levels,
                       MOST_LEVELS);
  if (!f || f->length < 2 || f->length > KHOP_FILTER_TAPS || f->length % 2)
    return khop_i_fail(KHOP_E_ARGUMENT, "a filter of %d taps: an even number from 2 to %d is taken",
                       f ? f->length : 0, KHOP_FILTER_TAPS);
  for (int k = 0; k < f->length; k++)
    if (!isfinite(f->dec_low[k] + f->dec_high[k] + f->rec_low[k] + f->rec_high[k]))
      return khop_i_fail(KHOP_E_ARGUMENT, "tap %d of the filters is not a number", k);
  if (n < 2 || n > KHOP_MAX_NODES)
    return khop_i_fail(KHOP_E_SHAPE, "a signal of %lld samples: 2 to %lld are possible",
                       (long long)n, (long long)KHOP_MAX_NODES);
  int64_t unit = (int64_t)1 << levels;
  if (n % unit && !any_length)
    return khop_i_fail(KHOP_E_SHAPE, "%lld samples do not divide by 2^%d = %lld: take %lld or %lld "
                       "of them, or fewer levels", (long long)n, levels, (long long)unit,
                       (long long)(n / unit * unit), (long long)((n / unit + 1) * unit));
  return KHOP_OK;
}

/* Adds tap k of the filters at this hop; taps that a short cycle brings to one sample are added
 * up. */
static void add_tap(side *s, int hop, const khop_filters *f, int k) {
  int t = 0;
  while (t < s->count && s->hops[t] != hop) t++;
  if (t == s->count) s->hops[s->count++] = hop;
  s->weight[DEC_LOW][t] += (khop_real)f->dec_low[k];
  s->weight[DEC_HIGH][t] += (khop_real)f->dec_high[k];
  s->weight[REC_LOW][t] += (khop_real)(f->rec_low[f->length - 1 - k] / 2);
  s->weight[REC_HIGH][t] += (khop_real)(f->rec_high[f->length - 1 - k] / 2);
}

static void place_taps(khop_swt *w, int l, const khop_filters *f) {
  for (int k = 0; k < f->length; k++) {
    int64_t offset = (int64_t)(f->length / 2 - k) * ((int64_t)1 << l) % w->n;
    if (offset < 0) offset += w->n;
    if (offset <= w->n / 2)
      add_tap(&w->level[l].ahead, (int)offset, f, k);
    else
      add_tap(&w->level[l].behind, (int)(w->n - offset), f, k);
  }
}

static khop_status build_rings(khop_swt *w) {
  khop_status status = KHOP_OK;
  khop_graph *cycle = NULL;
  int64_t *offsets = NULL, *next = NULL;
  int hops[MOST_LEVELS * KHOP_FILTER_TAPS], count = 0;
  for (int l = 0; l < w->levels; l++) {
    const side *a = &w->level[l].ahead, *b = &w->level[l].behind;
    for (int t = 0; t < a->count; t++) hops[count++] = a->hops[t];
    for (int t = 0; t < b->count; t++) hops[count++] = b->hops[t];
  }
  KHOP_TRY(khop_i_alloc_raw(&offsets, w->n + 1, sizeof *offsets, "a cycle"));
  KHOP_TRY(khop_i_alloc_raw(&next, w->n, sizeof *next, "a cycle"));
  for (int64_t i = 0; i <= w->n; i++) offsets[i] = i;
  for (int64_t i = 0; i < w->n; i++) next[i] = (i + 1) % w->n;
  KHOP_TRY(khop_graph_from_csr(&cycle, w->n, offsets, next, true));
  KHOP_TRY(khop_rings_build(&w->rings, cycle, count, hops, NULL));
done:
  khop_graph_free(cycle);
  khop_i_free(offsets);
  khop_i_free(next);
  return status;
}

static khop_status make_taps(side *s, const khop_rings *rings) {
  if (s->count == 0) return KHOP_OK;
  return khop_taps_new(&s->taps, rings, s->count, s->hops, KHOP_NORM_NONE, false);
}

khop_status khop_swt_new(khop_swt **out, int64_t n, int levels, const khop_filters *filters,
                         bool any_length) {
  khop_swt *w = NULL;
  *out = NULL;
  khop_status status = check_arguments(n, levels, filters, any_length);
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_alloc(&w, 1, sizeof *w, "a wavelet transform"));
  w->n = n;
  w->levels = levels;
  for (int l = 0; l < levels; l++) place_taps(w, l, filters);
  KHOP_TRY(build_rings(w));
  for (int l = 0; l < levels; l++) {
    KHOP_TRY(make_taps(&w->level[l].ahead, w->rings));
    KHOP_TRY(make_taps(&w->level[l].behind, w->rings));
  }
  *out = w;
  w = NULL;
done:
  khop_swt_free(w);
  return status;
}

void khop_swt_free(khop_swt *w) {
  if (!w) return;
  for (int l = 0; l < w->levels; l++) {
    khop_taps_free(w->level[l].ahead.taps);
    khop_taps_free(w->level[l].behind.taps);
  }
  khop_rings_free(w->rings);
  khop_i_free(w);
}

int64_t khop_swt_numbers(const khop_swt *w) { return w->n * (w->levels + 1); }
double khop_swt_redundancy(const khop_swt *w) { return w->levels + 1; }
size_t khop_swt_bytes(const khop_swt *w) { return khop_rings_bytes(w->rings); }

/* --- the transform -------------------------------------------------------------------------- */

/* y = or += one filter of level l on x; mirrored reads i - o_k for i + o_k. */
static void filter(khop_real *y, const khop_swt *w, int l, role which, const khop_real *x,
                   int64_t f, bool accumulate) {
  bool mirrored = which == REC_LOW || which == REC_HIGH;
  const side *ahead = &w->level[l].ahead, *behind = &w->level[l].behind;
  khop_i_taps_gather(y, f, ahead->taps, mirrored, x, f, f,
                     (khop_i_spread){.weight = ahead->weight[which], .accumulate = accumulate});
  if (behind->count)
    khop_i_taps_gather(y, f, behind->taps, !mirrored, x, f, f,
                       (khop_i_spread){.weight = behind->weight[which], .accumulate = true});
}

static khop_status check_columns(int64_t columns) {
  if (columns >= 1) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "a signal of %lld columns", (long long)columns);
}

khop_status khop_swt_forward(khop_real *approximations, khop_real *details, const khop_swt *w,
                             const khop_real *x, int64_t columns) {
  khop_status status = check_columns(columns);
  if (status != KHOP_OK) return status;
  for (int l = 0; l < w->levels; l++) {
    khop_real *a = approximations + l * w->n * columns;
    filter(details + l * w->n * columns, w, l, DEC_HIGH, x, columns, false);
    filter(a, w, l, DEC_LOW, x, columns, false);
    x = a;
  }
  return KHOP_OK;
}

/* Levels write to x and to a spare array in turns, so that the finest writes to x. */
khop_status khop_swt_inverse(khop_real *x, const khop_swt *w, const khop_real *approximation,
                             const khop_real *details, int64_t columns) {
  khop_real *spare = NULL;
  const khop_real *a = approximation;
  khop_status status = check_columns(columns);
  if (status == KHOP_OK && w->levels > 1)
    status = khop_i_alloc_raw(&spare, w->n * columns, sizeof *spare, "an approximation");
  if (status != KHOP_OK) return status;
  for (int l = w->levels - 1; l >= 0; l--) {
    khop_real *y = l % 2 ? spare : x;
    filter(y, w, l, REC_LOW, a, columns, false);
    filter(y, w, l, REC_HIGH, details + l * w->n * columns, columns, true);
    a = y;
  }
  khop_i_free(spare);
  return KHOP_OK;
}
