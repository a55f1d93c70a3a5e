/* sample.c: see sample.h. */
#include "train/sample.h"

#include <stdlib.h>

static int by_score(const void *a, const void *b) {
  double x = ((const khop_i_ranked *)a)->score, y = ((const khop_i_ranked *)b)->score;
  return (x > y) - (x < y);
}

double khop_i_rank_auc(khop_i_ranked *ranked, int64_t count, int64_t positives) {
  double ranks = 0, p = (double)positives, q = (double)(count - positives);
  qsort(ranked, (size_t)count, sizeof *ranked, by_score);
  for (int64_t i = 0, j; i < count; i = j) { /* ranks averaged over ties */
    int64_t here = 0;
    for (j = i; j < count && ranked[j].score <= ranked[i].score; j++) here += ranked[j].label == 1;
    ranks += (double)here * (double)(i + 1 + j) / 2;
  }
  return (ranks - p * (p + 1) / 2) / (p * q);
}

bool khop_i_rank_mean_auc(double *mean, int64_t columns, khop_i_ranked *ranked, khop_i_rank_lister list,
                          const void *context) {
  double sum = 0;
  int64_t both = 0;
  for (int64_t c = 0; c < columns; c++) {
    int64_t count = list(ranked, context, c), positives = 0;
    for (int64_t i = 0; i < count; i++) positives += ranked[i].label;
    if (positives == 0 || positives == count) continue;
    sum += khop_i_rank_auc(ranked, count, positives);
    both++;
  }
  if (both) *mean = sum / (double)both;
  return both > 0;
}
