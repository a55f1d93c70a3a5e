/* khop/auto.h: the recipe that suits one graph, chosen by its validation nodes.
 *
 *   khop_auto_report report;
 *   khop_recipe recipe;
 *   khop_auto_choose(&recipe, &report, data, NULL);   which recipe
 *   khop_train(&trained, data, &recipe, NULL);        and the training, as with any recipe
 *   khop_auto_report_free(&report);
 */
#ifndef KHOP_AUTO_H
#define KHOP_AUTO_H

#include <khop/train.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum khop_auto_fate {
  KHOP_AUTO_CHOSEN = 0,
  KHOP_AUTO_FINALIST = 1, /* trained longer, and not chosen */
  KHOP_AUTO_BEHIND = 2,   /* trained shortly, and behind others */
  KHOP_AUTO_LEFT_OUT = 3  /* not trained: why says the reason */
} khop_auto_fate;

typedef struct khop_auto_trial {
  size_t size; /* the library's sizeof */
  const char *recipe; /* its name; static */
  khop_auto_fate fate;
  int epochs, seeds;  /* of its last round; 0: not trained */
  double val;         /* the score of that round: its best epoch by the mean of five around it; the mean of all seeds */
  double deviation;   /* of val over the seeds; 0 for one */
  double seconds;     /* of all its trainings */
  char why[160];      /* empty where there is nothing to say */
  const char *encodings; /* "walk:8,profile:4": what its features had beside them (khop_encodings_read); NULL: nothing; static */
} khop_auto_trial;

typedef struct khop_auto_report {
  size_t size; /* the library's sizeof */
  int split;
  khop_metric metric;
  bool by_imbalance;   /* the metric is ROC-AUC since one of two classes has most of the nodes: share */
  double share;        /* of the largest class among the training nodes; NaN for tasks and targets */
  double majority;     /* what saying that class scores on the validation nodes; NaN where that is no score */
  int64_t validation;  /* nodes that chose */
  int trials, chosen;  /* -1: nothing was trained */
  khop_auto_trial *trial; /* (trials); owned by the report */
  double seconds;
  bool interrupted;
  double propagation;  /* what khop_label_propagation scores on the validation nodes; NaN where that is no score */
} khop_auto_report;

typedef struct khop_auto_options {
  size_t size; /* sizeof, or 0 */
  int split;          /* whose validation nodes choose */
  uint64_t seed;      /* of the first training of each candidate */
  int epochs;         /* the most of a training; 0: what the rounds have */
  double seconds;     /* no candidate, and no round, begins after so many; 0: none is left out for time */
  int64_t max_bytes;  /* for rings and for a run; 0: half of the memory */
  khop_form form;     /* how the rings are kept; 0: stored */
  bool has_metric;    /* metric is what counts; else what khop_recipe_adapt says, or ROC-AUC of two uneven classes */
  khop_metric metric;
  /* After each epoch of a candidate: index of `of` trainings, by the name of its recipe. Return false to stop. May be
   * NULL. */
  bool (*progress)(const khop_epoch *epoch, const char *recipe, int index, int of, void *context);
  void *context;
  bool encodings;     /* the best is tried with encodings too: *recipe is then for khop_data_with_encodings, or for the data
                       * as they are, by the encodings of the trial that is chosen */
} khop_auto_options;

/* Successive halving (Jamieson and Talwalkar, AISTATS 2016) over a portfolio of recipes, one of them for directed graphs
 * alone: each is trained for a short time, the better half for longer; the best validation score is chosen, of equals the
 * first of the portfolio. Where fewer than 500 nodes validate, a score is the mean of two trainings, and of five of the
 * longer ones: the first on the split as it is, each other with its training and validation nodes drawn anew, as many of
 * each class in each part. Test nodes
 * take part in none of this. Recipes whose rings would take far more
 * than the graph itself are left out by estimate, before anything is built, and so is what fails for memory.
 * Where encodings are asked for, the best of all is trained once more as long, with eigenvectors, walks and hop profiles
 * beside the features, and that is a trial of its own, behind the others; it is left out by an estimate of what the columns cost.
 * Time decides nothing unless seconds is given: the same data, split and seed choose the same, with any number of threads.
 * Errors: ARGUMENT (no such split), VALUE (no validation nodes to choose by), those of khop_fit where every recipe
 * fails. *recipe is then untouched; *report is to be freed in any case.
 * Cost: some 1,600 epochs in all, 6,100 of a small graph, one model in memory at a time. */
KHOP_API khop_status khop_auto_choose(khop_recipe *recipe, khop_auto_report *report, const khop_data *data,
                                      const khop_auto_options *options);
KHOP_API void khop_auto_report_free(khop_auto_report *report);

#ifdef __cplusplus
}
#endif
#endif
