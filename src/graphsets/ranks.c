/* ranks.c: see ranks.h. */
#include "graphsets/ranks.h"
#include "base/memory.h"
#include "base/order.h"

#include <stdlib.h>

khop_status khop_i_ranks_new(khop_i_ranks *ranks, int64_t count, const int64_t *values) {
  *ranks = (khop_i_ranks){0};
  khop_status status = khop_i_copy(&ranks->value, values, count, sizeof *values, "distinct numbers");
  if (status != KHOP_OK) return status;
  qsort(ranks->value, (size_t)count, sizeof *values, khop_i_ascending_int64);
  for (int64_t i = 0; i < count; i++)
    if (i == 0 || ranks->value[i] != ranks->value[ranks->count - 1])
      ranks->value[ranks->count++] = ranks->value[i];
  return KHOP_OK;
}

int64_t khop_i_ranks_of(const khop_i_ranks *ranks, int64_t value) {
  const int64_t *found =
      bsearch(&value, ranks->value, (size_t)ranks->count, sizeof value, khop_i_ascending_int64);
  return found ? found - ranks->value : -1;
}

void khop_i_ranks_free(khop_i_ranks *ranks) {
  khop_i_free(ranks->value);
  *ranks = (khop_i_ranks){0};
}
