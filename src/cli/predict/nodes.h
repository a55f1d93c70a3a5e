/* nodes.h: khop predict on the nodes of one graph. */
#ifndef KHOP_CLI_PREDICT_NODES_H
#define KHOP_CLI_PREDICT_NODES_H

#include "cli/predict/choice.h"

/* Scores and writes; an exit status. */
int predict_nodes(predict_choice *choice, khop_model *model);

#endif
