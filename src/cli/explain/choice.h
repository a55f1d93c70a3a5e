/* choice.h: what khop explain was asked for. */
#ifndef KHOP_CLI_EXPLAIN_CHOICE_H
#define KHOP_CLI_EXPLAIN_CHOICE_H

#include "cli/kept_options.h"

typedef struct explain_choice {
  data_choice data;
  const char *model, *input, *node, *of, *output, *plot;
  int baseline, top;
  double tolerance;
  bool for_spreadsheets;
  kept_options kept;
} explain_choice;

#endif
