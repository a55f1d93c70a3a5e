/* choice.h: what khop evaluate was asked for. */
#ifndef KHOP_CLI_EVALUATE_CHOICE_H
#define KHOP_CLI_EVALUATE_CHOICE_H

#include "cli/data_options.h"
#include "cli/graph_sets.h"

enum { PART_OPEN = -1, PART_ALL = 3 }; /* beside KHOP_TRAIN, KHOP_VAL, KHOP_TEST: not asked for; every row */
#define MOST_KEPT 16

typedef struct evaluate_choice {
  data_choice data;
  graph_set_choice set;
  const char *model, *input, *hop_features, *plot;
  int part;  /* as above */
  int split; /* -1: that of the training */
  int kept;
  char *kept_value[MOST_KEPT]; /* owns: options that the model was trained with, which data.options points into */
} evaluate_choice;

#endif
