/* khop/learn.h: learning on sets of graphs: splits, one training, protocols of many, predictions.
 *
 *   khop_graphs *set;
 *   khop_graphs_read(&set, "mutag");
 *   khop_recipe recipe;
 *   khop_recipe_find(&recipe, "molecule");
 *   khop_graph_report report;
 *   khop_graphs_train(&report, set, &recipe, &(khop_graph_options){.protocol = KHOP_NESTED, .folds = 10});
 */
#ifndef KHOP_LEARN_H
#define KHOP_LEARN_H

#include <khop/auto.h>
#include <khop/batch.h>
#include <khop/train.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- splits --------------------------------------------------------------------------------- */

/* At random, class by class where the set has labels; or whole groups (scaffolds), by falling size, so that the large
 * ones train:
 *   groups            groups of one size in an order that the seed draws
 *   groups in order   no seed: of groups of one size the one whose first graph stands last in the file comes first,
 *                     and a group validates where it and what was dealt out to training and validation fit into the
 *                     shares of both: the scaffold split of MoleculeNet (Wu et al., Chem. Sci. 2018), as DeepChem
 *                     computes it, but that the first group always trains
 * Copies (khop_graphs_set_copies) go with their first. */
typedef enum khop_split_by {
  KHOP_SPLIT_RANDOM = 0,
  KHOP_SPLIT_GROUPS = 1,
  KHOP_SPLIT_GROUPS_IN_ORDER = 2
} khop_split_by;

/* part (G): KHOP_TRAIN, KHOP_VAL or KHOP_TEST of each graph, with the shares val and test of them.
 * Errors: ARGUMENT (shares that leave none to train; groups that the set does not have), MEMORY. */
KHOP_API khop_status khop_graphs_split(uint8_t *part, const khop_graphs *set, khop_split_by by, double val,
                                       double test, uint64_t seed);
/* fold (G): 0 .. folds - 1; every class is dealt out evenly; a group goes to the smallest fold as a whole.
 * Errors: ARGUMENT, MEMORY. */
KHOP_API khop_status khop_graphs_folds(int32_t *fold, const khop_graphs *set, khop_split_by by, int folds,
                                       uint64_t seed);

/* --- one training --------------------------------------------------------------------------- */

/* The model of a recipe of body KHOP_GRAPHS: softmax cross-entropy over the classes, or for targets mean
 * squared error; binary cross-entropy where they are yes/no tasks (khop_graphs_set_tasks), or where fit.metric is
 * ROC-AUC, micro-F1 or macro-F1. Which rings it takes is kept in notes.
 * Errors: ARGUMENT (nothing to learn, hops that do not ascend), those of khop_model_init. */
KHOP_API khop_status khop_graphs_model(khop_model **model, const khop_recipe *recipe, const khop_graphs *set);
/* The rings of the whole set that such a model takes, as khop_model_rings. Errors: also SHAPE (a set of
 * another number of types). */
KHOP_API khop_status khop_graphs_rings(khop_rings **rings, int *count, const khop_model *model,
                                       const khop_graphs *set, int64_t max_bytes);

/* Trains on the graphs of part KHOP_TRAIN in batches of recipe->batch, shuffled from the seed. Targets, and
 * the extras of the set, are standardised by the mean and deviation of the training part (kept in the model,
 * which predicts in the original unit). Selection, schedules, patience and defaults are those of khop_trainer:
 * the weights kept are those of the epoch that validates best, among equals of the lowest loss; without
 * validation graphs, and with recipe->keep_last, those of the last. Missing targets (NaN) count nowhere.
 *   result: as khop_fit's; val and test are NAN where nothing is selected
 *   curve (recipe->fit.epochs, which is then not 0) or NULL: the validation score of each epoch, NAN beyond the last
 * Errors: those of the parts; VALUE (a loss that is not finite, no training graph). */
KHOP_API khop_status khop_graphs_fit(khop_fit_result *result, double *curve, khop_model *model,
                                     const khop_graphs *set, int count, khop_rings *const *rings,
                                     const uint8_t *part, const khop_recipe *recipe);

/* scores (G, outputs): probabilities of the classes, or targets in their unit. The set may be another one,
 * with as many features, types and extras. Errors: SHAPE, VALUE (a score that is not finite), those of
 * khop_graphs_rings. */
KHOP_API khop_status khop_graphs_predict(khop_real *scores, khop_model *model, const khop_graphs *set,
                                         int64_t max_bytes);
/* Learned features: rows (G, hidden columns), what the last linear op of the model reads of each graph; of a
 * model that does not end with one behind a readout, its output. The last op makes the scores from them, in
 * the unit that the targets were standardised to. Errors: those of khop_graphs_predict. */
KHOP_API khop_status khop_graphs_hidden(khop_real *rows, khop_model *model, const khop_graphs *set,
                                        int64_t max_bytes);
KHOP_API int64_t khop_graphs_hidden_columns(const khop_model *model);
/* The score of predictions (G, outputs) on the graphs of a part; errors those of khop_score. Targets are scored by
 * ROC-AUC and F1 as yes/no tasks, of which scores are the probabilities: yes is said above 0.5. */
KHOP_API khop_status khop_graphs_score(double *score, khop_metric metric, const khop_real *scores,
                                       const khop_graphs *set, const uint8_t *part, khop_part which);

/* --- intervals ------------------------------------------------------------------------------ */

/* An interval around the mean of an ensemble of models that predict numbers, by split conformal prediction (Vovk,
 * Gammerman and Shafer, Algorithmic Learning in a Random World, 2005; Lei et al., Distribution-free predictive
 * inference for regression, JASA 2018, section 5.2 for the division by a deviation):
 *   score of a molecule of the validation part   |target - mean| / (deviation of the models + floor)
 *   interval of a new one                        mean +- quantile (deviation + floor)
 * It holds a new target with a probability of at least share where molecules are drawn alike, over validation parts and
 * new molecules together; where validation chose the epoch it is somewhat narrow, so that the share of the test part
 * that lies within is kept beside it. Under a split by scaffold, molecules are not drawn alike. */
#define KHOP_INTERVAL_SHARE 0.9
typedef struct khop_interval {
  double share, quantile, floor; /* floor: a tenth of the deviation of the target in training */
  int64_t known;                 /* values of the validation part */
  int64_t tested, covered;       /* values of the test part, and those within */
} khop_interval;

/* The value of rank ceil((count + 1) share) of scores (count), which are sorted; NaN where that is beyond the last: of
 * a share of 0.9 at least 9 are needed. */
KHOP_API double khop_conformal_quantile(double *scores, int64_t count, double share);
/* That of an output of a model which khop_graphs_train saved as the first of an ensemble. Errors: NOT_FOUND (one model
 * alone, classes, tasks, a validation part that is too small, or none), FORMAT. */
KHOP_API khop_status khop_model_interval(khop_interval *interval, const khop_model *model, int64_t output);

/* --- protocols ------------------------------------------------------------------------------ */

/*   splits   80/10/10 again and again: seed, seed + 1, ..
 *   folds    each fold tests once, the next one validates, the others train
 *   nested   each fold tests once; the others are cut into `inner` folds, each of which validates once; the
 *            candidate and the epoch of the best mean inner curve are what all of them together are then
 *            trained with
 *   shared   one epoch number for all folds: that of the best mean curve on the *test* folds (Xu et al. 2019).
 *            The choice has seen the test data: for comparison with published figures alone
 *
 * A recipe of open length (khop_recipe.open_length: property) is trained for
 *   up to 1,000 training graphs    fit.epochs
 *   more                           as many steps as those are for 1,000, but at least an eighth of the epochs
 * and with splits and folds, where 200 graphs or more validate, that is the start of a race of the first model: this
 * length with the decay as it is, and (open_decay) with a quarter of it in all layers but the first; then the better
 * decay twice as long, and twice again, while the validation score gains and up to fit.epochs. The best of them is that
 * of the whole ensemble. Test parts are not looked at. Going on from the file of a race that was cut takes the best that
 * had ended as what was chosen.
 *
 * Candidates of splits and folds are chosen from as khop_auto_choose chooses, by what validates in each: a quarter of their
 * epochs, then all of them for the better half (with an open length the first of its race); where fewer than 500 graphs
 * validate, by the mean of two trainings and of three, each but the first with its training and validation graphs divided
 * anew (copies together; not with splits by group). Test graphs take no part in it. Cost: of five some 11 trainings, 4 where
 * many validate. */
typedef enum khop_protocol {
  KHOP_SPLITS = 0,
  KHOP_FOLDS = 1,
  KHOP_NESTED = 2,
  KHOP_SHARED_EPOCH = 3
} khop_protocol;

typedef struct khop_graph_options {
  size_t size; /* sizeof, or 0 */
  khop_protocol protocol;
  khop_split_by by;
  int splits;         /* of KHOP_SPLITS [1] */
  int folds, inner;   /* [10, 5] */
  int only;           /* this split or fold alone, counted from 1: a process each; 0: all. Not with shared */
  int candidates;     /* recipes to choose from, but for shared; 0: the given one alone */
  const khop_recipe *candidate; /* (candidates) */
  uint64_t split_seed;
  double val, test;   /* shares of KHOP_SPLITS [0.1, 0.1] */
  int ensemble;       /* models of seeds fit.seed, fit.seed + 1, .. whose predictions are averaged [1] */
  const char *save;   /* the models of the last split, or fold: FILE, FILE-2, ..; NULL: none */
  double save_every;  /* seconds between two checkpoints of the model in training, in its place; 0: none. Also after long
                       * epochs: khop_train_options */
  const char *resume; /* goes on from such files, with the split or fold that they are of, and with no other: models
                       * that are done are scored, the one in training goes on, those that lack are trained. Of splits
                       * and folds alone. NULL: from the start */
  const char *notes;  /* stored in them as the note "options" */
  int64_t max_bytes;
  /* Called before each training with what has been done of all. May be NULL. */
  void (*progress)(int done, int of, void *context);
  void *context;
  void (*kept)(void *context); /* called when save has been written. May be NULL */
  double seconds;     /* splits and folds: no candidate, and no round, begins after so many of a choice; 0: no end */
  /* (splits or folds), {0}: how a candidate was chosen for each that was run, in that order; split counts from 0, validation
   * is of graphs. Each is to be freed in any case, also after an error. NULL: not wanted. */
  khop_auto_report *chosen;
} khop_graph_options;

/* What was tried, and the validation score of the first model with it. */
#define KHOP_RACE_ENTRIES 8
typedef struct khop_race_entry {
  int epochs;
  double decay; /* of all layers but the first */
  double val;
} khop_race_entry;

/* One split, or fold. */
typedef struct khop_graph_result {
  double val, test;   /* means over the models of the ensemble */
  double together;    /* the score of the averaged prediction on the test graphs */
  int epoch;          /* of the kept weights (of the first model) */
  int candidate;      /* which was chosen */
  int epochs;         /* of a training, at most */
  int raced;          /* lengths that were tried for it; 0: no race */
  khop_race_entry race[KHOP_RACE_ENTRIES];
} khop_graph_result;

typedef struct khop_graph_report {
  khop_metric metric;
  int runs;
  khop_graph_result *run; /* (runs); owned by the report */
  double test_mean, test_std, together_mean, together_std, val_mean;
  double seconds_per_epoch;
  int64_t parameters;
  int shared_epoch;       /* of KHOP_SHARED_EPOCH */
  khop_real *predictions; /* (G, outputs), owned: of each graph when it was last tested; NAN: never */
  khop_real *deviations;  /* (G, outputs), owned: over the models of the ensemble */
  double *curve;          /* (curve_epochs), owned: validation scores by epoch of the first model of the last split or
                           * fold; NAN beyond its last epoch */
  int curve_epochs;       /* 0: nothing validated */
  khop_interval *interval; /* (outputs), owned: of the last split or fold, tested and covered of all; NULL: none */
  int saved;              /* models in options.save, save-2, ..: of the last split or fold; an interrupted training
                           * leaves the best weights that it had, and can be gone on with */
  bool interrupted;
} khop_graph_report;

/* The recipes that are worth trying on a set, in the order in which equals win; NULL out of range. What khop train chooses
 * from where none is named. */
KHOP_API const char *khop_graphs_portfolio(const khop_graphs *set, int i);

/* Errors: those of the parts. *report is to be freed in any case. */
KHOP_API khop_status khop_graphs_train(khop_graph_report *report, const khop_graphs *set,
                                       const khop_recipe *recipe, const khop_graph_options *options);
KHOP_API void khop_graph_report_free(khop_graph_report *report);

#ifdef __cplusplus
}
#endif
#endif
