/* choice.h: what khop predict was asked for. */
#ifndef KHOP_CLI_PREDICT_CHOICE_H
#define KHOP_CLI_PREDICT_CHOICE_H

#include "cli/kept_options.h"

typedef struct predict_choice {
  data_choice data;
  const char *model, *input, *output, *hop_features, *smiles_column, *rows;
  bool for_spreadsheets;
  kept_options kept;
} predict_choice;

#endif
