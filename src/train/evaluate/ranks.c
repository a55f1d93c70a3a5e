/* ranks.c: see ranks.h. */
#include "train/evaluate/ranks.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>

typedef struct khop_i_ranked_row {
  double value;
  int64_t row;
} ranked_row;

khop_status khop_i_ranking_open(khop_i_ranking *r, int64_t capacity) {
  khop_status status = khop_i_alloc_raw(&r->sorted, capacity, sizeof *r->sorted, "ranks");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&r->rank, capacity, sizeof *r->rank, "ranks");
  return status;
}

void khop_i_ranking_close(khop_i_ranking *r) {
  khop_i_free(r->sorted);
  khop_i_free(r->rank);
  *r = (khop_i_ranking){0};
}

static int by_value(const void *a, const void *b) {
  double x = ((const ranked_row *)a)->value, y = ((const ranked_row *)b)->value;
  return (x > y) - (x < y);
}

void khop_i_ranking_sort(khop_i_ranking *r, const double *value, int64_t count) {
  for (int64_t i = 0; i < count; i++) r->sorted[i] = (ranked_row){value[i], i};
  qsort(r->sorted, (size_t)count, sizeof *r->sorted, by_value);
  for (int64_t i = 0, j; i < count; i = j) {
    for (j = i; j < count && r->sorted[j].value <= r->sorted[i].value;) j++;
    for (int64_t k = i; k < j; k++) r->rank[r->sorted[k].row] = (double)(i + 1 + j) / 2;
  }
}

double khop_i_ranking_auc(const khop_i_ranking *r, const uint8_t *positive, int64_t count) {
  int64_t positives = 0;
  double ranks = 0;
  for (int64_t i = 0; i < count; i++) {
    if (!positive[i]) continue;
    positives++;
    ranks += r->rank[i];
  }
  double p = (double)positives, q = (double)(count - positives);
  return positives && positives < count ? (ranks - p * (p + 1) / 2) / (p * q) : (double)NAN;
}
