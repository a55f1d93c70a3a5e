/* divider.c: see divider.h. */
#include "train/auto/divider.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static bool takes_part(uint8_t part) { return part == KHOP_TRAIN || part == KHOP_VAL; }

khop_status khop_i_divider_open(khop_i_divider *d, const uint8_t *was, const int32_t *labels, int64_t n, int64_t classes,
                                uint64_t seed) {
  khop_status status = KHOP_OK;
  *d = (khop_i_divider){.was = was, .labels = labels, .n = n};
  khop_i_random_seed(&d->random, seed);
  KHOP_TRY(khop_i_alloc(&d->order, n, sizeof *d->order, "an order"));
  KHOP_TRY(khop_i_alloc(&d->left, classes > 1 ? classes : 1, sizeof *d->left, "classes"));
  for (int64_t i = 0; i < n; i++)
    if (takes_part(was[i])) d->order[d->count++] = i;
done:
  if (status != KHOP_OK) khop_i_divider_close(d);
  return status;
}

/* Where its class is counted: 0 where there are no classes. */
static int64_t class_of(const khop_i_divider *d, int64_t i) {
  return d->labels && d->labels[i] >= 0 ? d->labels[i] : 0;
}

/* Deals out in the order at hand: to the training part while it lacks of that class. */
static void deal(uint8_t *part, khop_i_divider *d) {
  for (int64_t k = 0; k < d->count; k++)
    if (d->was[d->order[k]] == KHOP_TRAIN) d->left[class_of(d, d->order[k])]++;
  for (int64_t k = 0; k < d->count; k++) {
    int64_t *lacks = &d->left[class_of(d, d->order[k])];
    part[d->order[k]] = *lacks > 0 ? KHOP_TRAIN : KHOP_VAL;
    if (*lacks > 0) --*lacks;
  }
}

void khop_i_divider_next(uint8_t *part, khop_i_divider *d) {
  for (int64_t i = 0; i < d->n; i++) part[i] = takes_part(d->was[i]) ? d->was[i] : KHOP_I_TAKES_NO_PART;
  if (d->begun) deal(part, d);
  d->begun = true;
  khop_i_random_shuffle(&d->random, d->order, d->count);
}

void khop_i_divider_close(khop_i_divider *d) {
  khop_i_free(d->order);
  khop_i_free(d->left);
  *d = (khop_i_divider){0};
}
