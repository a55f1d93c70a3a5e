/* order.h: the orders that qsort is asked for most. */
#ifndef KHOP_BASE_ORDER_H
#define KHOP_BASE_ORDER_H

#include <stdint.h>

static inline int khop_i_ascending_int32(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static inline int khop_i_ascending_int64(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

#endif
