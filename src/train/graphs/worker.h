/* worker.h: a model at work on a set of graphs, some at a time: training and prediction are made of it. */
#ifndef KHOP_TRAIN_GRAPHS_WORKER_H
#define KHOP_TRAIN_GRAPHS_WORKER_H

#include "model/run.h"
#include "train/units.h"

#include <khop/learn.h>

typedef struct khop_i_worker {
  khop_model *model;
  const khop_graphs *set;
  khop_batch *batch;
  khop_run *run;
  int64_t outputs, graphs; /* graphs: at a time */
  int64_t *ids;            /* (graphs) */
  khop_i_units units;
  int32_t *labels;         /* (graphs), of a training */
  khop_real *targets;      /* (graphs, outputs), of a training: in units of the deviation */
} khop_i_worker;

/* Whether the model can work on the set. Errors: ARGUMENT (a model with a row a node), SHAPE. */
khop_status khop_i_worker_check(const khop_model *model, const khop_graphs *set);
/* Errors: those, MEMORY. A worker that is {0} can be closed. */
khop_status khop_i_worker_open(khop_i_worker *worker, khop_model *model, const khop_graphs *set, int count,
                               khop_rings *const *rings, int64_t graphs, bool training, int64_t max_bytes);
void khop_i_worker_close(khop_i_worker *worker);

/* What follows allocates nothing. Makes the graphs ids (count) the ones that the run sees. */
khop_status khop_i_worker_load(khop_i_worker *worker, int64_t count, const int64_t *ids);
/* Binds what the loss of loaded graphs compares with. *weight: how many numbers it is the mean of. */
khop_status khop_i_worker_bind_truth(double *weight, khop_i_worker *worker, int64_t count, const int64_t *ids);
/* Writes the rows of scores (G, outputs) of the graphs of a part (part NULL: all), and their loss where it is
 * not NULL, which is for trainings. */
khop_status khop_i_worker_predict(khop_real *scores, double *loss, khop_i_worker *worker, const uint8_t *part,
                                  khop_part which);

#endif
