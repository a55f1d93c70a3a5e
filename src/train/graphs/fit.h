/* fit.h: one training on a set of graphs, from inside: what the protocols are made of. */
#ifndef KHOP_TRAIN_GRAPHS_FIT_H
#define KHOP_TRAIN_GRAPHS_FIT_H

#include "model/run.h"
#include "train/metrics.h"
#include "train/optimizer.h"

#include <khop/learn.h>

/* Room for scores: of G graphs. */
typedef struct khop_i_scorer {
  uint8_t *mask;   /* (G) */
  int32_t *labels; /* (G) of one target, for ROC-AUC */
  void *scratch;   /* of the metric */
} khop_i_scorer;
khop_status khop_i_scorer_open(khop_i_scorer *scorer, khop_metric metric, const khop_graphs *set,
                               int64_t outputs);
void khop_i_scorer_close(khop_i_scorer *scorer);
/* As khop_graphs_score; allocates nothing. */
khop_status khop_i_scorer_score(double *score, khop_i_scorer *scorer, khop_metric metric,
                                const khop_real *scores, int64_t outputs, const khop_graphs *set,
                                const uint8_t *part, khop_part which);
/* Whether a part has a graph. */
bool khop_i_graphs_any(const khop_graphs *set, const uint8_t *part, khop_part which);

/* Mean and deviation of each target, from and into the model's notes: (outputs) 0 and 1 where the model has
 * none. Errors: FORMAT, MEMORY. */
khop_status khop_i_units_read(double *mean, double *deviation, const khop_model *model);
khop_status khop_i_units_write(khop_model *model, const double *mean, const double *deviation);

/* A model at work on a set: some graphs at a time. */
typedef struct khop_i_worker {
  khop_model *model;
  const khop_graphs *set;
  khop_batch *batch;
  khop_run *run;
  int64_t outputs, graphs; /* graphs: at a time */
  int64_t *ids;            /* (graphs) */
  double *mean, *deviation; /* (outputs) */
} khop_i_worker;
khop_status khop_i_worker_open(khop_i_worker *worker, khop_model *model, const khop_graphs *set, int count,
                               khop_rings *const *rings, int64_t graphs, bool training, int64_t max_bytes);
void khop_i_worker_close(khop_i_worker *worker);
/* Writes the rows of scores (G, outputs) of the graphs of a part (part NULL: all); allocates nothing. */
khop_status khop_i_worker_predict(khop_real *scores, khop_i_worker *worker, const uint8_t *part,
                                  khop_part which);

/* As khop_graphs_fit, but it ends after epoch `last`, with its weights, where last > 0: schedules still
 * reckon with recipe->fit.epochs. scores (G, outputs): rows of validation and test graphs are written. */
khop_status khop_i_graphs_fit(khop_fit_result *result, double *curve, khop_real *scores, khop_model *model,
                              const khop_graphs *set, int count, khop_rings *const *rings,
                              const uint8_t *part, const khop_recipe *recipe, int last);

#endif
