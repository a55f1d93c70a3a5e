/* choice.h: what khop explain was asked for. */
#ifndef KHOP_CLI_EXPLAIN_CHOICE_H
#define KHOP_CLI_EXPLAIN_CHOICE_H

#include "cli/kept_options.h"

typedef struct explain_choice {
  data_choice data;
  const char *model, *input, *node, *of, *smiles_column, *output, *plot;
  int64_t row; /* of a set of graphs, from 1; 0: none */
  int baseline, top;
  double tolerance;
  bool for_spreadsheets;
  kept_options kept;
} explain_choice;

#endif
