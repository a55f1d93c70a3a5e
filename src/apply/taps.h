/* taps.h: normalised rings as the taps that the gather kernel takes, forward and transposed.
 *
 *   forward[t]    rows of R_t, scaled left[i] .. right[j]
 *   transposed[t] rows of R_t^T, with the two scales exchanged
 *
 * A user's khop_taps owns its memory; a run places the same struct inside its one allocation. */
#ifndef KHOP_APPLY_TAPS_H
#define KHOP_APPLY_TAPS_H

#include "forms/rings.h"
#include "kernels/kernels.h"

#include <khop/apply.h>

struct khop_taps {
  int64_t nodes; /* rows that are computed: those of the rings, or in runs that need fewer the first of them */
  int count;
  int64_t entries; /* of all taps, the identity's included */
  const khop_rings *rings, *transposed_rings; /* borrows; the same where symmetric; NULL: forward only */
  khop_i_tap *forward, *transposed; /* (count) each, one behind the other */
  struct khop_i_matrices *own;      /* owns: matrices.h; NULL: the rings are the caller's */
};

/* Numbers (khop_real) that the scales of the taps need. */
int64_t khop_i_taps_scales(int64_t nodes, int count, khop_norm norm);
/* Fills taps. taps->forward: (2 * count); scales: khop_i_taps_scales numbers. All hops must be in rings. */
void khop_i_taps_fill(khop_taps *taps, khop_real *scales, const khop_rings *rings,
                      const khop_rings *transposed, int count, const int *hops, khop_norm norm,
                      bool self_loop);
/* ARGUMENT where there are too many taps, or a hop that the rings do not keep. */
khop_status khop_i_taps_check(const khop_rings *rings, int count, const int *hops);

/* ARGUMENT where there are no transposed taps; who: the function that needs them. */
khop_status khop_i_taps_need_transposed(const khop_taps *taps, const char *who);

/* slot (count): which ring each tap is; -1: the identity. */
void khop_i_taps_slots(int *slot, const khop_taps *taps);
/* How many entries all taps have in row i, the node itself included. */
int64_t khop_i_taps_row_entries(const khop_taps *taps, int64_t i);

/* The taps over blocks of columns. Block t of the input starts at column t * in_step of x, and goes
 * to column t * out_step of y: steps of 0 read one block for all, or sum into one. weight (T, f) or
 * (T) multiplies a tap's sum. */
typedef struct khop_i_spread {
  int64_t in_step, out_step;
  const khop_real *weight;
  bool per_channel;
  bool accumulate;
  bool non_temporal; /* see khop_i_tap */
} khop_i_spread;
/* Writes the taps (count) for the kernel, for stored rings alone. */
void khop_i_taps_spread(khop_i_tap *tap, const khop_taps *taps, bool transposed, int64_t f,
                        khop_i_spread spread);
void khop_i_taps_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed,
                        const khop_real *x, int64_t ldx, int64_t f, khop_i_spread spread);

#endif
