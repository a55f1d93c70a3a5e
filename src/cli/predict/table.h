/* table.h: predictions with the names that belong to them, and the files they are written to.
 *
 *   .csv .tsv   node,name,predicted,probability of Mr Hi,probability of Officer,label       a model of classes
 *               node,name,predicted toxic,probability of toxic,label toxic                  one of yes/no tasks
 *               node,name,predicted weight,target weight                                    any other
 *               row,id,smiles,predicted log P,deviation of log P,low log P,high log P,..    molecules, an ensemble
 *               row,smiles,predicted log P,target log P,outside,reason                      molecules, one model
 *   .npz        node, node_names, classes, probabilities, predicted, label                  arrays under these names
 *               node, node_names, outputs, predictions, targets
 *               row, id, smiles, outputs, predictions, deviations, lows, highs, .., outside, reason
 *   .npy        the probabilities or predictions alone
 *
 * What is not known has no column, and where only a row lacks it its field is empty: NaN, and "". */
#ifndef KHOP_CLI_PREDICT_TABLE_H
#define KHOP_CLI_PREDICT_TABLE_H

#include <khop/khop.h>

typedef struct prediction_table {
  const char *kind;         /* what a row is: "node", counted from 0, or "row", from 1 */
  int64_t rows, outputs;
  const int64_t *numbers;   /* (rows) of the nodes, NULL: 0, 1, ..; borrowed */
  khop_real *scores;        /* (rows, outputs), owns */
  khop_real *deviations;    /* (rows, outputs) or NULL, owns */
  khop_real *lows, *highs;  /* (rows, outputs) or NULL, own: a calibrated interval, NaN where there is none */
  khop_real *targets;       /* (rows, outputs), NaN where unknown, or NULL; owns */
  const char **labels;      /* (rows) of names that the data own or class_names does; NULL: unknown; or NULL; owns */
  bool classes;             /* the scores of a row are probabilities of classes, which add up to 1 */
  bool tasks;               /* each is the probability of a yes, by itself */
  char **output_names;      /* (outputs), owns */
  char **class_names;       /* (known_classes) of the data; owns */
  int64_t known_classes;
  char **outside;           /* (rows) why a molecule lies outside what was trained on, NULL: inside; or NULL; owns */
  const char *const *names, *const *ids, *const *smiles, *const *reasons; /* (rows) or NULL; borrowed */
} prediction_table;

/* What the outputs of a model are called: by its schema (NULL: it has none), else as `otherwise` says, else by
 * number. Sets classes, tasks, outputs and output_names. False when memory ends. */
bool name_outputs(prediction_table *table, const khop_model *model, const khop_schema *schema,
                  const char *const *otherwise);
/* The column of known targets that each output predicts: by name where they have names (columns), by place where they
 * have none and are as many; -1: none. column: (outputs). Whether there is any. */
bool match_targets(int64_t *column, const prediction_table *table, const char *const *names, int64_t columns);
/* The true class of each row: labels (count), -1 unknown, of `classes` with names or NULL; row_of (count): the row of
 * each, NULL: the same. False when memory ends. */
bool name_labels(prediction_table *table, const int32_t *labels, int64_t count, const int64_t *row_of, int64_t classes,
                 const char *const *names);

/* Whether path is one that write_predictions can write: .csv, .tsv, .npz, .npy, or a device, which gets a .npy. */
bool is_prediction_file(const char *path);
/* Whether what is written at path has names: it is no .npy. */
bool takes_names(const char *path);
/* Whether path is written as text: .csv or .tsv. */
bool is_text_table(const char *path);
/* for_spreadsheets: as khop_csv_for_spreadsheets, of a text table. An exit status, after a message where it is not
 * EXIT_OK. */
int write_predictions(const char *path, const prediction_table *table, bool for_spreadsheets);
void prediction_table_clear(prediction_table *table);

#endif
