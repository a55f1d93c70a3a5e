/* nodes.h: khop evaluate on the nodes of one graph. */
#ifndef KHOP_CLI_EVALUATE_NODES_H
#define KHOP_CLI_EVALUATE_NODES_H

#include "cli/evaluate/choice.h"

/* Scores and reports; an exit status. */
int evaluate_nodes(evaluate_choice *choice, khop_model *model);

#endif
