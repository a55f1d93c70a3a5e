/* khop/evaluate.h: how good predictions are: more than the one number that a training is steered by.
 *
 *   classes   one of C for each row: confusion matrix, precision and recall a class, calibration
 *   tasks     yes or no to each of T questions, with answers that are missing
 *   targets   numbers: errors and correlations
 *
 * Predictions are the scores that khop_predict and khop_graphs_predict give, one row a node or a graph. mask (n)
 * selects rows; NULL: all. A quantity that is not defined, such as the ROC-AUC of a class that no row has, is NaN, and its
 * comment says when. Every *_clear is legal on a struct of zeros and after a failure.
 */
#ifndef KHOP_EVALUATE_H
#define KHOP_EVALUATE_H

#include <khop/learn.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- classes -------------------------------------------------------------------------------- */

/* Rows of one true and one predicted class. */
typedef struct khop_confused {
  int32_t truth, predicted;
  int64_t count;
} khop_confused;

/* precision = hits / predicted, recall = hits / support, F1 = 2 hits / (support + predicted); 0 where the divisor is 0
 * (zero_division = 0 in scikit-learn): a class that is never predicted has precision 0. */
typedef struct khop_class_score {
  int64_t support, predicted, hits; /* rows that are of the class, that are said to be, both */
  double precision, recall, f1;
  double roc_auc; /* of the class against the rest; NaN where no row, or each, is of the class */
} khop_class_score;

/* Rows whose confidence, the probability of the predicted class, is above bin / bins and at most (bin + 1) / bins. */
typedef struct khop_confidence_bin {
  int64_t count;
  double confidence, accuracy; /* means over the rows; NaN in an empty bin */
} khop_confidence_bin;

typedef struct khop_averages {
  double precision, recall, f1;
} khop_averages;

typedef struct khop_class_report {
  int64_t classes, scored; /* C; selected rows with a label */
  int64_t unlabelled;      /* selected rows without one, which count nowhere */
  khop_class_score *score; /* (classes), owns */
  int64_t pairs;
  khop_confused *pair;     /* (pairs), owns: the entries of the confusion matrix that are not 0, ascending by row */
  double accuracy, accuracy_low, accuracy_high; /* with its 95 % interval */
  double balanced_accuracy; /* mean recall over the classes with a row */
  khop_averages macro;      /* means over the classes that occur as label or prediction */
  khop_averages weighted;   /* over the classes, each by its support */
  double roc_auc;     /* C = 2: of class 1; else the mean over the classes that have one; NaN where none has */
  double log_loss, brier, calibration_error;
  int bins;
  khop_confidence_bin *bin; /* (bins), owns */
} khop_class_report;

/* Scores probability (n, classes), whose rows add up to 1, against labels (n), -1 where unknown. The predicted class is
 * the one of the largest probability, among equals the first: the accuracy is that of khop_score.
 *   interval           Wilson's for a share, at 95 % (JASA 22:209-212, 1927): it stays within 0 and 1
 *   ROC-AUC            the share of pairs in the right order, ties half (Hanley and McNeil, Radiology 143:29-36, 1982)
 *   log loss           - mean log p(true class), p clipped to [eps, 1 - eps], eps that of khop_real, as scikit-learn
 *   Brier score        mean over rows of sum_c (p_c - [c is true])^2: 0 to 2 (Monthly Weather Review 78:1-3, 1950)
 *   calibration error  sum over the bins of count / scored |accuracy - confidence| (Guo et al., ICML 2017, equation 3);
 *                      bins of equal width, 0: 15
 * Errors: ARGUMENT (no class, labels missing, bins below 0), VALUE (no selected row has a label; a label of C or more;
 * a score that is no probability), MEMORY. Cost: O(C n log n) time, O(n + C) memory. */
KHOP_API khop_status khop_class_report_make(khop_class_report *report, const khop_real *probability, int64_t n,
                                            int64_t classes, const int32_t *labels, const uint8_t *mask, int bins);
KHOP_API void khop_class_report_clear(khop_class_report *report);
/* An entry of the confusion matrix. Cost: O(log pairs). */
KHOP_API int64_t khop_class_report_confusion(const khop_class_report *report, int64_t truth, int64_t predicted);

/* --- tasks ---------------------------------------------------------------------------------- */

typedef struct khop_task_score {
  int64_t positives, negatives, missing; /* of the selected rows */
  double roc_auc;                        /* NaN unless there are both */
  double accuracy, precision, recall, f1; /* at a probability above 0.5; precision, recall, F1 as of a class; accuracy
                                           * NaN without an answer */
} khop_task_score;

typedef struct khop_task_report {
  int64_t tasks, known;   /* T; answers in all */
  khop_task_score *score; /* (tasks), owns */
  double roc_auc;         /* mean over the tasks that have both answers, as khop_graphs_score; NaN where none has */
  int64_t ranked;         /* how many these are */
  double accuracy, micro_f1; /* over all answers together */
  double macro_f1;           /* mean over the tasks with a yes, in truth or said; both F1 are NaN where none has */
} khop_task_report;

/* Scores probability (n, tasks) of yes against truth (n, tasks): 1, 0, NaN where missing.
 * Errors: ARGUMENT, VALUE (no answer; another number; a score that is no probability), MEMORY.
 * Cost: O(tasks n log n) time, O(n) memory. */
KHOP_API khop_status khop_task_report_make(khop_task_report *report, const khop_real *probability, int64_t n,
                                           int64_t tasks, const khop_real *truth, const uint8_t *mask);
KHOP_API void khop_task_report_clear(khop_task_report *report);

/* --- targets -------------------------------------------------------------------------------- */

typedef struct khop_target_score {
  int64_t known, missing; /* of the selected rows */
  double rmse, mae;       /* NaN where no value is known */
  double r2;              /* 1 - sum of squared errors / sum of squared deviations from the mean, as scikit-learn; NaN
                           * where the known values do not differ */
  double pearson;         /* NaN where values or predictions do not differ */
  double spearman;        /* Pearson's of the ranks, those of ties averaged */
} khop_target_score;

typedef struct khop_target_report {
  int64_t targets, known;
  khop_target_score *score; /* (targets), owns */
  double rmse, mae;         /* over the known values of all targets, as khop_score */
} khop_target_report;

/* Scores predicted (n, targets) against truth (n, targets), NaN where missing.
 * Errors: ARGUMENT, VALUE (no known value; a prediction that is not finite), MEMORY.
 * Cost: O(targets n log n) time, O(n) memory. */
KHOP_API khop_status khop_target_report_make(khop_target_report *report, const khop_real *predicted, int64_t n,
                                             int64_t targets, const khop_real *truth, const uint8_t *mask);
KHOP_API void khop_target_report_clear(khop_target_report *report);

/* --- what a model was trained on ------------------------------------------------------------ */

/* Where each of the names of other data stands among those of a model: place (count). Names are those of classes or of
 * targets; NULL: the numbers 0, 1, .. stand for them. -1: the model has none of that name.
 * Errors: ARGUMENT, MEMORY. Cost: O((count + wanted) log wanted). */
KHOP_API khop_status khop_names_match(int64_t *place, int64_t wanted, const char *const *wanted_names, int64_t count,
                                      const char *const *names);

/* The split of data that a model was trained on with khop_train. *split is its number; *same is false where the model
 * says that the data, or the split of that number, are others than those of its training.
 * Errors: NOT_FOUND (the model does not say), FORMAT, MEMORY. */
KHOP_API khop_status khop_model_trained_split(int *split, bool *same, const khop_model *model, const khop_data *data);
/* part (G): KHOP_TRAIN, KHOP_VAL or KHOP_TEST of each graph when khop_graphs_train made the model, drawn again as it
 * was then. *same as above; where it is false part is of no use. Errors: NOT_FOUND, FORMAT, those of
 * khop_graphs_split and khop_graphs_folds. */
KHOP_API khop_status khop_model_trained_part(uint8_t *part, bool *same, const khop_model *model,
                                             const khop_graphs *set);

#ifdef __cplusplus
}
#endif
#endif
