/* apply.c: products of owned rows (khop/distributed.h): the ghosts' rows of x, then the gather of
 * one process over the owned rows, packed where it packs. */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/apply.h"
#include "distributed/ladder_apply.h"

#include <string.h>

static khop_status check_call(const khop_shard_taps *taps, int64_t ldy, int64_t ldx, int64_t f,
                              int64_t in, int64_t out, unsigned flags) {
  const unsigned known = KHOP_CONCAT | KHOP_TRANSPOSE | KHOP_ACCUMULATE;
  if (flags & ~known)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_apply: flags %#x are unknown", flags & ~known);
  if (f < 0 || ldx < in || ldy < out)
    return khop_i_fail(KHOP_E_SHAPE,
                       "khop_shard_apply: strides %lld (x) and %lld (y) hold rows of %lld and %lld",
                       (long long)ldx, (long long)ldy, (long long)in, (long long)out);
  if (flags & KHOP_TRANSPOSE && !taps->way[1])
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "khop_shard_apply with KHOP_TRANSPOSE needs the transposes of the taps, and "
                       "these were made without");
  return KHOP_OK;
}

/* The owned rows of x without gaps: x itself where it has none, else a copy, *made. */
static khop_status close_gaps(const khop_real **rows, khop_real **made, const khop_real *x,
                              int64_t ldx, int64_t count, int64_t wide) {
  *rows = x;
  if (ldx == wide) return KHOP_OK;
  khop_status status = khop_i_alloc_raw(made, count * wide, sizeof **made, "rows of features");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < count; i++)
    memcpy(*made + i * wide, x + i * ldx, (size_t)wide * sizeof *x);
  *rows = *made;
  return KHOP_OK;
}

/* Columns of x and of y, and from tap to tap. */
typedef struct shape {
  int64_t in, out, in_step, out_step;
} shape;

static shape shape_of(const khop_shard_taps *taps, int64_t f, unsigned flags) {
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t in_step = concat && transposed ? f : 0, out_step = concat && !transposed ? f : 0;
  return (shape){in_step ? f * taps->count : f, out_step ? f * taps->count : f, in_step, out_step};
}

khop_status khop_i_shard_apply(khop_real *y, int64_t ldy, const khop_shard_taps *taps, const khop_real *x, int64_t ldx,
                               int64_t f, unsigned flags, const khop_real *weight) {
  khop_status status = KHOP_OK;
  bool transposed = flags & KHOP_TRANSPOSE;
  shape s = shape_of(taps, f, flags);
  const khop_exchange *e = &taps->rings->shard->owners.exchange;
  const khop_i_shard_way *way = &taps->rings->way[transposed && !taps->rings->symmetric];
  const khop_i_halo *halo = &way->halo;
  const khop_real *own;
  khop_real *gapless = NULL, *local = NULL, *packed = NULL;
  khop_i_tap tap[KHOP_MAX_TAPS];
  status = check_call(taps, ldy, ldx, f, s.in, s.out, flags);
  KHOP_TRY(
      khop_i_agree_on(e, status, 2, (khop_i_agreed[]){{"number of columns", f}, {"flags", flags}}));
  if (f == 0) goto done;
  bool packs = !s.in_step && khop_i_packed_suits(&taps->sizes, f);
  bool climbs = way->ladder != NULL; /* it fetches itself */
  if (!climbs) status = close_gaps(&own, &gapless, x, ldx, halo->rows, s.in);
  if (status == KHOP_OK && !climbs)
    status = khop_i_alloc_raw(&local, halo->nodes * s.in, sizeof *local, "features of ghosts");
  if (status == KHOP_OK && packs)
    status = khop_i_alloc_raw(&packed, halo->nodes * KHOP_I_PACKED_COLUMNS, sizeof *packed, "packed columns");
  if (!climbs) KHOP_TRY(khop_i_fetch(e, status, local, own, halo->pattern, (size_t)s.in * sizeof *local));
  if (!climbs && halo->rows == 0) goto done;
  const khop_taps *used = taps->way[transposed];
  bool accumulate = flags & KHOP_ACCUMULATE;
  khop_i_taps_spread(tap, used, false, f,
                     (khop_i_spread){.weight = weight,
                                     .in_step = s.in_step,
                                     .out_step = s.out_step,
                                     .non_temporal = packs && !accumulate});
  khop_i_product product = {.y = y,
                            .ldy = ldy,
                            .x = climbs ? x : local,
                            .ldx = climbs ? ldx : s.in,
                            .f = f,
                            .first = halo->own,
                            .rows = halo->rows,
                            .rings = way->rings,
                            .count = used->count,
                            .tap = tap,
                            .entries = used->entries,
                            .accumulate = accumulate};
  if (climbs)
    status = khop_i_shard_ladder_apply(&product, way->ladder, e);
  else if (packs)
    khop_i_packed_gather_rows(&product, taps->most[transposed], packed);
  else
    way->rings->form->apply(&product);
done:
  khop_i_free(gapless);
  khop_i_free(local);
  khop_i_free(packed);
  return status;
}

khop_status khop_shard_apply(khop_real *y, int64_t ldy, const khop_shard_taps *taps, const khop_real *x, int64_t ldx,
                             int64_t f, unsigned flags) {
  return khop_i_shard_apply(y, ldy, taps, x, ldx, f, flags, NULL);
}
