/* standardise.h: the option --standardise. */
#ifndef KHOP_CLI_STANDARDISE_H
#define KHOP_CLI_STANDARDISE_H

#include <khop/khop.h>

#define STANDARDISE_OPTION_ROW(set)                                                                                    \
  {"standardise", 0, "LIST", "molecules: largest-fragment, neutral, isotopes, stereo, or all (none)", set}

/* "neutral,stereo" as steps; false after a message that begins with where, with the word that was meant. */
bool read_standardise(int *steps, const char *value, const char *where);
/* The steps that a model was trained with; 0: none, -1: some that this khop does not know. */
int trained_steps(const khop_model *model);
/* Refuses other steps than those of the model at path. An exit status after a message, or GO_ON. */
int check_trained_steps(const khop_model *model, const char *path, int steps);

#endif
