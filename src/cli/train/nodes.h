/* nodes.h: khop train on the nodes of one graph. */
#ifndef KHOP_CLI_TRAIN_NODES_H
#define KHOP_CLI_TRAIN_NODES_H

#include "cli/train/choice.h"

/* Trains and reports; an exit status. */
int train_nodes(train_choice *choice, khop_data *data);

#endif
