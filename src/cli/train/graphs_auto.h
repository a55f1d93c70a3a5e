/* graphs_auto.h: khop train on a set of graphs where no recipe is named: one is chosen for each split or fold. */
#ifndef KHOP_CLI_TRAIN_GRAPHS_AUTO_H
#define KHOP_CLI_TRAIN_GRAPHS_AUTO_H

#include "cli/train/auto.h"

/* auto where no recipe is named and no option describes a model; *wanted: whether to choose. An exit status, or GO_ON. */
int settle_graphs_auto(bool *wanted, const train_choice *choice, bool resumed);
/* *wanted becomes false where nothing validates in a split that is wanted, and auto was not asked for by name. An exit
 * status, or GO_ON. */
int settle_graphs_choice(bool *wanted, const train_choice *choice, const khop_graphs *set);
/* Makes the portfolio for the set the candidates, each with the options of the command line: read forgets what was put into
 * choice, but for the metric. An exit status, or GO_ON. */
int read_portfolio(train_choice *choice, const khop_graphs *set, recipe_reader read, void *context);

#endif
