/* nodes.h: khop featurize on the nodes of a graph. */
#ifndef KHOP_CLI_FEATURIZE_NODES_H
#define KHOP_CLI_FEATURIZE_NODES_H

#include "cli/featurize/choice.h"

/* An exit status. */
int featurize_nodes(const featurize_choice *choice);

#endif
