/* class_weights.c: see class_weights.h. */
#include "train/class_weights.h"
#include "base/memory.h"

khop_status khop_i_balanced_weights(khop_real **weights, const khop_i_truth *truth, int64_t classes) {
  int64_t *counts = NULL, rows = 0, found = 0;
  khop_status status = khop_i_alloc(&counts, classes, sizeof *counts, "counts of classes");
  if (status == KHOP_OK) status = khop_i_alloc(weights, classes, sizeof **weights, "weights of classes");
  for (int64_t i = 0; status == KHOP_OK && i < truth->rows; i++) {
    if (truth->part[i] != truth->trains || truth->labels[i] < 0 || truth->labels[i] >= classes) continue;
    found += counts[truth->labels[i]]++ == 0;
    rows++;
  }
  for (int64_t c = 0; status == KHOP_OK && c < classes; c++)
    if (counts[c]) (*weights)[c] = (khop_real)((double)rows / ((double)found * (double)counts[c]));
  khop_i_free(counts);
  return status;
}
