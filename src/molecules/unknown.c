/* unknown.c: see unknown.h. */
#include "molecules/unknown.h"
#include "graphsets/set.h"

#include <math.h>

khop_status khop_i_unknown_note(khop_graphs *set, const khop_descriptors *d, const khop_real *rows,
                                const int64_t *line) {
  int64_t columns = khop_descriptors_columns(d), molecules = 0, missing = 0, first = -1, column = -1;
  for (int64_t g = 0; g < set->count; g++) {
    int64_t before = missing;
    for (int64_t c = 0; c < columns; c++) {
      if (!isnan(rows[g * columns + c])) continue;
      if (first < 0) first = g, column = c;
      missing++;
    }
    molecules += missing > before;
  }
  if (first < 0) return KHOP_OK;
  return khop_i_graphs_note(set, "%lld of %lld molecules have descriptors that are not known of their atoms (%lld "
                                 "numbers, the first %s in line %lld): the mean of the training molecules stands for "
                                 "them",
                            (long long)molecules, (long long)set->count, (long long)missing,
                            khop_descriptors_name(d, column), (long long)line[first]);
}
