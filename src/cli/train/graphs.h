/* graphs.h: khop train on a set of graphs. */
#ifndef KHOP_CLI_TRAIN_GRAPHS_H
#define KHOP_CLI_TRAIN_GRAPHS_H

#include "cli/train/auto.h"

/* Trains and reports; an exit status. read: for choosing a recipe (graphs_auto.h); NULL: it is named. */
int train_graphs(train_choice *choice, const char *name, recipe_reader read, void *context);

#endif
