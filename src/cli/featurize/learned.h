/* learned.h: khop featurize --model: what a model has learned of molecules, or of any set of graphs. */
#ifndef KHOP_CLI_FEATURIZE_LEARNED_H
#define KHOP_CLI_FEATURIZE_LEARNED_H

#include "cli/featurize/choice.h"

/* An exit status. */
int featurize_learned(const featurize_choice *choice);

#endif
