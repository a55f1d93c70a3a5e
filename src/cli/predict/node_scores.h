/* node_scores.h: the nodes of one graph as a model sees them: what khop predict and khop evaluate have in common. */
#ifndef KHOP_CLI_PREDICT_NODE_SCORES_H
#define KHOP_CLI_PREDICT_NODE_SCORES_H

#include "cli/kept_options.h"

/* Loads data with the kept options of a model, their rows scaled as in its training. hop_features: a file of rows that
 * were made before, then the model has no other input and no features are read; or NULL. An exit status after a
 * message, or GO_ON. */
int load_for_model(khop_data **data, const khop_model *model, const char *name, const data_choice *choice,
                   const char *hop_features, kept_options *kept);
/* What is asked of a model, or of an ensemble, whose first file is at path. */
typedef struct node_question {
  khop_model *model;
  const char *path;
  const khop_data *data;
  const char *hop_features; /* rows of a file in the place of the data's features; NULL: none */
  int64_t count;            /* nodes */
  const int64_t *nodes;     /* (count), at the cost of what they reach; NULL: all */
  int64_t max_bytes;
} node_question;
/* scores (count, outputs): of an ensemble the mean, and in deviations, where it is not NULL, the deviation over its
 * models. An exit status after a message, or GO_ON. */
int score_nodes(khop_real *scores, khop_real *deviations, const node_question *question);

#endif
