/* majority.c: see majority.h. */
#include "train/auto/majority.h"
#include "base/memory.h"

#include <math.h>

khop_status khop_i_majority(double *share, double *majority, const uint8_t *part, const int32_t *labels, int64_t n,
                            int64_t classes) {
  int64_t *count, largest = 0, trains = 0, validate = 0, hits = 0;
  *share = *majority = NAN;
  khop_status status = khop_i_alloc(&count, classes, sizeof *count, "classes");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < n; i++)
    if (part[i] == KHOP_TRAIN && labels[i] >= 0) count[labels[i]]++, trains++;
  for (int64_t c = 0; c < classes; c++)
    if (count[c] > count[largest]) largest = c;
  for (int64_t i = 0; i < n; i++) {
    validate += part[i] == KHOP_VAL;
    hits += part[i] == KHOP_VAL && labels[i] == largest;
  }
  if (trains > 0) *share = (double)count[largest] / (double)trains;
  if (validate > 0) *majority = (double)hits / (double)validate;
  khop_i_free(count);
  return status;
}
