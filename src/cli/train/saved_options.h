/* saved_options.h: the options that travel with a model as "name=value" lines, so that --resume needs no
 * repeating of them: what changes the training, and is neither a file nor an output. */
#ifndef KHOP_CLI_TRAIN_SAVED_OPTIONS_H
#define KHOP_CLI_TRAIN_SAVED_OPTIONS_H

#include "cli/train/choice.h"

/* Those of a checkpoint, each once: the last one counts. Names and values point into text. */
#define MOST_SAVED 96
typedef struct saved_options {
  char *text; /* owns */
  int count;
  const char *name[MOST_SAVED], *value[MOST_SAVED];
} saved_options;

/* Adds an option to those that the model of context, a train_choice, will keep, where it is one of them. */
void keep_option(void *context, const char *name, const char *value);
/* Adds all of a checkpoint. */
void keep_saved_options(train_choice *choice, const saved_options *saved);

/* Reads those of the checkpoint at path, and its schema into data: GO_ON, or an exit status after a message. */
int read_saved_options(saved_options *saved, data_choice *data, const char *path);
/* Sets them in choice, by the options of command c; only: this one alone (NULL: all). False after a message. */
bool apply_saved_options(train_choice *choice, const command *c, const saved_options *saved, const char *only);

#endif
