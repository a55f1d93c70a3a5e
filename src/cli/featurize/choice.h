/* choice.h: what khop featurize was asked for. */
#ifndef KHOP_CLI_FEATURIZE_CHOICE_H
#define KHOP_CLI_FEATURIZE_CHOICE_H

#include "cli/data_options.h"

typedef struct featurize_choice {
  data_choice data;
  const char *input, *output, *features, *smiles_column, *model;
  int hops, hop[KHOP_MAX_DESCRIPTOR_HOP + 1];
  int standardise; /* steps of khop_standardise */
  int bits, radius, per, norm, threads; /* per: 0 a molecule, 1 an atom */
  bool strict, hops_given, occurrences;
} featurize_choice;

#endif
