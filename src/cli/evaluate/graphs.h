/* graphs.h: khop evaluate on a set of graphs. */
#ifndef KHOP_CLI_EVALUATE_GRAPHS_H
#define KHOP_CLI_EVALUATE_GRAPHS_H

#include "cli/evaluate/choice.h"

/* Scores and reports; an exit status. */
int evaluate_graphs(evaluate_choice *choice, khop_model *model);

#endif
