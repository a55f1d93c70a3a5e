/* option_uses.h: what the options of khop train are for, one row each: who asks for a kind of option asks here. */
#ifndef KHOP_CLI_TRAIN_OPTION_USES_H
#define KHOP_CLI_TRAIN_OPTION_USES_H

#include "cli/data_options.h"

enum {
  OPTION_IS_KEPT = 1,       /* a checkpoint has it, and --resume takes it from there */
  OPTION_OF_MODEL = 2,      /* describes a model and how it is trained: then none is chosen */
  OPTION_OF_RECIPE = 4,     /* a --candidate may change it */
  OPTION_OF_ONE_GRAPH = 8,  /* a set of graphs has no use for it */
  OPTION_OF_SETS = 16       /* one graph has no use for it */
};

bool option_is(const char *option, unsigned use);
/* The first one of a use that was given, in the order of the table; NULL: none. */
const char *first_given_of(const data_choice *choice, unsigned use);

#endif
