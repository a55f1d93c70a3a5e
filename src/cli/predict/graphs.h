/* graphs.h: khop predict on a set of graphs. */
#ifndef KHOP_CLI_PREDICT_GRAPHS_H
#define KHOP_CLI_PREDICT_GRAPHS_H

#include "cli/predict/choice.h"

/* Scores and writes; an exit status. */
int predict_graphs(const predict_choice *choice, khop_model *model);

#endif
