/* fit.h: one training on a set of graphs, from inside: what the protocols are made of. */
#ifndef KHOP_TRAIN_GRAPHS_FIT_H
#define KHOP_TRAIN_GRAPHS_FIT_H

#include "train/loop.h"

#include <khop/learn.h>

/* Files of a training: saved while it goes on, and when it is interrupted; and begun from one, or, where that is of a
 * training that is over, scored alone. */
typedef struct khop_i_fit_files {
  khop_i_keeping keeping;
  const char *resume; /* NULL: from the start */
  bool is_over;       /* resume holds weights, and no training */
} khop_i_fit_files;

/* As khop_graphs_fit, but it ends after epoch `end`, with its weights, where end > 0: schedules still reckon
 * with recipe->fit.epochs. scores (G, outputs): rows of validation and test graphs are written.
 * files may be NULL. */
khop_status khop_i_graphs_fit(khop_fit_result *result, double *curve, khop_real *scores, khop_model *model,
                              const khop_graphs *set, int count, khop_rings *const *rings,
                              const uint8_t *part, const khop_recipe *recipe, int end,
                              const khop_i_fit_files *files);

#endif
