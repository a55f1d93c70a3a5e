/* kept_options.h: what the model was told of its data in training, where the command line says nothing else. */
#ifndef KHOP_CLI_KEPT_OPTIONS_H
#define KHOP_CLI_KEPT_OPTIONS_H

#include "cli/data_use.h"

#define MOST_KEPT 16
typedef struct kept_options {
  int count;
  const char *name[MOST_KEPT];
  char *value[MOST_KEPT]; /* owns; the options that were applied point into them */
  bool needs_truth;       /* the command is nothing without labels or targets */
  bool without_truth;     /* set by load_with_kept: the data lack what the model learned */
} kept_options;

/* Sets in choice what the model, of the file at path, was trained with: of labels and targets, of the split, of the
 * reading of a graph. Not what the command line gives, nor what data of the kind of `name` have no use for. Which
 * attributes are features is in the model's schema. set, how: as in kind_of_data. An exit status after a message, or
 * GO_ON. */
int apply_kept_options(kept_options *kept, data_choice *choice, const khop_model *model, const char *path,
                       const char *name, bool set, const graph_set_choice *how);
/* load_data; where it fails, without those kept options that name what other data need not have. That is told. */
int load_with_kept(khop_data **data, const char *name, const data_choice *choice, kept_options *kept);
void free_kept_options(kept_options *kept);

#endif
