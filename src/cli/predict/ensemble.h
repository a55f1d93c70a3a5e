/* ensemble.h: the scores of every graph by each model of an ensemble: their mean and their deviation. */
#ifndef KHOP_CLI_PREDICT_ENSEMBLE_H
#define KHOP_CLI_PREDICT_ENSEMBLE_H

#include <khop/khop.h>

typedef struct ensemble {
  int64_t outputs, count; /* of a model; graphs times outputs */
  int models;
  khop_real *scores;      /* of one model */
  khop_moments *moments;
} ensemble;

/* Scores every graph with all models of an ensemble. model is the first, path its file: it says how many there are,
 * and the other files are named after it. An exit status after a message, or GO_ON. */
int ensemble_score(ensemble *e, khop_model *model, const char *path, const khop_graphs *set, int64_t max_bytes);
/* Over the models, of score i = graph * outputs + output. */
double ensemble_mean(const ensemble *e, int64_t i);
double ensemble_deviation(const ensemble *e, int64_t i);
void ensemble_clear(ensemble *e);

#endif
