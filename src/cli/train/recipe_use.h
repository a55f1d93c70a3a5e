/* recipe_use.h: which options of the command line a recipe reads. The others are refused: nothing that was asked for is
 * silently left out. Options of a checkpoint are not looked at, which is what a recipe once was. */
#ifndef KHOP_CLI_TRAIN_RECIPE_USE_H
#define KHOP_CLI_TRAIN_RECIPE_USE_H

#include "cli/train/choice.h"

/* Whether the recipe reads all options that were given; else a sentence that says which it does not, and why. */
#define USE_SENTENCE 320
bool reads_all(char sentence[USE_SENTENCE], const train_choice *choice);

#endif
