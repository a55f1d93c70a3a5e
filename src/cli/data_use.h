/* data_use.h: which options the data at hand have a use for. The others are refused: nothing that was asked for is
 * silently left out. */
#ifndef KHOP_CLI_DATA_USE_H
#define KHOP_CLI_DATA_USE_H

#include "cli/data_options.h"
#include "cli/graph_sets.h"

typedef enum data_kind {
  DATA_LIST = 1,      /* an edge or adjacency list */
  DATA_OPEN = 2,      /* a graph of a format that may not say whether it is directed */
  DATA_SAID = 4,      /* of one that says it */
  DATA_NPZ = 8,
  DATA_FOLDER = 16,   /* one graph in several files */
  DATA_SET = 32,      /* of graphs */
  DATA_MOLECULES = 64
} data_kind;

/* Of what is called name; set: whether it is a set of graphs, whose choice is how. */
data_kind kind_of_data(const char *name, const data_choice *choice, bool set, const graph_set_choice *how);
/* Whether data of that kind have a use for an option. */
bool has_use(const data_choice *choice, data_kind kind, const char *option);
/* Refuses the first option of the command line that data of that kind have no use for. An exit status after a message,
 * or GO_ON. */
int refuse_unused(const data_choice *choice, const char *name, data_kind kind);
/* The same of a command that takes one graph; a set is left to the loader, which says what it is not. */
int check_one_graph(const data_choice *choice, const char *name);
/* Refuses --direction out and in of links that were read without a direction, where the file has others that have one.
 * An exit status after a message, or GO_ON. */
int check_direction(const data_choice *choice, const char *name, const khop_data *data, khop_direction direction);

#endif
