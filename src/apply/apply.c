/* apply.c: normalised rings times a matrix of the caller's (khop/apply.h). */
#include "apply/spmm_packed.h"
#include "apply/taps.h"
#include "base/error.h"
#include "base/memory.h"

static bool pays_packed(const khop_taps *taps, int64_t f) {
  int slot[KHOP_MAX_TAPS];
  khop_i_taps_slots(slot, taps);
  return khop_i_packed_pays(taps->rings, taps->entries, taps->count, slot, f);
}

khop_status khop_apply(khop_real *y, int64_t ldy, const khop_taps *taps, const khop_real *x,
                       int64_t ldx, int64_t f, unsigned flags) {
  const unsigned known = KHOP_CONCAT | KHOP_TRANSPOSE | KHOP_ACCUMULATE;
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t wide = f * taps->count, in = concat && transposed ? wide : f, out = concat && !transposed ? wide : f;
  if (flags & ~known) return khop_i_fail(KHOP_E_ARGUMENT, "khop_apply: flags %#x are unknown", flags & ~known);
  if (f < 0 || ldx < in || ldy < out)
    return khop_i_fail(KHOP_E_SHAPE, "khop_apply: strides %lld (x) and %lld (y) hold rows of %lld and %lld",
                       (long long)ldx, (long long)ldy, (long long)in, (long long)out);
  khop_status status = transposed ? khop_i_taps_need_transposed(taps, "khop_apply with KHOP_TRANSPOSE") : KHOP_OK;
  if (status != KHOP_OK) return status;
  khop_i_spread spread = {.in_step = concat && transposed ? f : 0,
                          .out_step = concat && !transposed ? f : 0,
                          .accumulate = flags & KHOP_ACCUMULATE};
  khop_real *packed = NULL; /* where it cannot be allocated, x is read where it stands */
  if (!spread.in_step && pays_packed(taps, f))
    (void)khop_i_alloc_raw(&packed, taps->nodes * KHOP_I_PACKED_COLUMNS, sizeof *packed, "packed columns");
  if (packed)
    khop_i_packed_gather(y, ldy, taps, transposed, x, ldx, f, spread, packed);
  else
    khop_i_taps_gather(y, ldy, taps, transposed, x, ldx, f, spread);
  khop_i_free(packed);
  return KHOP_OK;
}
