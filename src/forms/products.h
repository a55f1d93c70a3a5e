/* products.h: the gather over rings that are not stored. taps.c calls them with taps that are ready: the
 * scales, weights and columns set, the entries left out, tap[t].slot saying which ring. */
#ifndef KHOP_FORMS_PRODUCTS_H
#define KHOP_FORMS_PRODUCTS_H

#include "apply/taps.h"

/* One product: what khop_i_taps_gather was asked for. */
typedef struct khop_i_product {
  khop_real *y;
  int64_t ldy;
  const khop_real *x;
  int64_t ldx, f;
  const khop_taps *taps;
  bool transposed, accumulate;
  khop_i_tap *tap; /* (taps->count) */
} khop_i_product;

void khop_i_streamed_gather(const khop_i_product *p);
void khop_i_ladder_gather(const khop_i_product *p);
void khop_i_bitmap_gather(const khop_i_product *p);

#endif
