/* ensemble.h: the scores of every graph by each model of an ensemble: their mean and their deviation. */
#ifndef KHOP_CLI_PREDICT_ENSEMBLE_H
#define KHOP_CLI_PREDICT_ENSEMBLE_H

#include <khop/khop.h>

typedef struct ensemble {
  int64_t outputs, count; /* of a model; graphs times outputs */
  int models;
  khop_real *scores;      /* of one model */
  double *sum, *squares;
} ensemble;

/* model is the first of as many as it says, and path its file: those of the others are named after it. An exit
 * status after a message, or GO_ON. */
int ensemble_score(ensemble *e, khop_model *model, const char *path, const khop_graphs *set, int64_t max_bytes);
/* Of score i, graph by graph: over the models. */
double ensemble_mean(const ensemble *e, int64_t i);
double ensemble_deviation(const ensemble *e, int64_t i);
void ensemble_clear(ensemble *e);

#endif
