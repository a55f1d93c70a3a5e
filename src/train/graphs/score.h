/* score.h: scores of a part of a set of graphs, without allocation, for the training loop. */
#ifndef KHOP_TRAIN_GRAPHS_SCORE_H
#define KHOP_TRAIN_GRAPHS_SCORE_H

#include "train/metrics.h"

#include <khop/learn.h>

/* Room for scores: of G graphs. */
typedef struct khop_i_scorer {
  uint8_t *mask; /* (G) */
  void *scratch; /* of the metric */
} khop_i_scorer;
khop_status khop_i_scorer_open(khop_i_scorer *scorer, khop_metric metric, const khop_graphs *set,
                               int64_t outputs);
void khop_i_scorer_close(khop_i_scorer *scorer);
/* As khop_graphs_score; allocates nothing. */
khop_status khop_i_scorer_score(double *score, khop_i_scorer *scorer, khop_metric metric,
                                const khop_real *scores, int64_t outputs, const khop_graphs *set,
                                const uint8_t *part, khop_part which);

#endif
