/* graphs.h: khop train on a set of graphs. */
#ifndef KHOP_CLI_TRAIN_GRAPHS_H
#define KHOP_CLI_TRAIN_GRAPHS_H

#include "cli/train/choice.h"

/* Trains and reports; an exit status. */
int train_graphs(train_choice *choice, const char *name);

#endif
