/* divider.h: more to validate by than a split has: what trains and what validates, divided anew again and again.
 *
 *   0   as it is    trains  a c d    validates  b e    tests  f
 *   1   drawn       trains  b c e    validates  a d     as many of each class in each part; f takes part in nothing
 */
#ifndef KHOP_TRAIN_AUTO_DIVIDER_H
#define KHOP_TRAIN_AUTO_DIVIDER_H

#include "base/random.h"

#include <khop/data.h>

#define KHOP_I_TAKES_NO_PART 3 /* beside the parts of khop_part: neither learned from nor scored */

typedef struct khop_i_divider {
  const uint8_t *was;    /* (n) the part of each; borrowed */
  const int32_t *labels; /* (n) or NULL; borrowed */
  int64_t n, count;
  int64_t *order;        /* (count) of what trains or validates */
  int64_t *left;         /* (classes) */
  khop_i_random random;
  bool begun;
} khop_i_divider;

/* was and labels must outlive it. Errors: MEMORY. One that is {0} can be closed. */
khop_status khop_i_divider_open(khop_i_divider *divider, const uint8_t *was, const int32_t *labels, int64_t n,
                                int64_t classes, uint64_t seed);
/* part (n) of the next division, KHOP_I_TAKES_NO_PART of what tests; the first is as it was. */
void khop_i_divider_next(uint8_t *part, khop_i_divider *divider);
void khop_i_divider_close(khop_i_divider *divider);

#endif
