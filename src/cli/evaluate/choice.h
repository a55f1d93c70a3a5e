/* choice.h: what khop evaluate was asked for. */
#ifndef KHOP_CLI_EVALUATE_CHOICE_H
#define KHOP_CLI_EVALUATE_CHOICE_H

#include "cli/kept_options.h"

enum { PART_OPEN = -1, PART_ALL = 3 }; /* beside KHOP_TRAIN, KHOP_VAL, KHOP_TEST: not asked for; every row */

typedef struct evaluate_choice {
  data_choice data;
  graph_set_choice set;
  const char *model, *input, *hop_features, *plot;
  int part;  /* as above */
  int split; /* -1: that of the training */
  kept_options kept;
} evaluate_choice;

#endif
