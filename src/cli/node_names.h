/* node_names.h: nodes as people write them, by name or by number. */
#ifndef KHOP_CLI_NODE_NAMES_H
#define KHOP_CLI_NODE_NAMES_H

#include "cli/data_options.h"

/* The node that text means, from an option (where: "--node"): the one of this name, else, if text is a number, the one
 * of this number, which is told where the nodes have names. An exit status after a message that offers the nearest
 * names (no such node; several of this name), or GO_ON. */
int find_node(int64_t *node, const khop_data *data, const char *text, const char *where, const data_choice *choice);
/* The name of a node, or its number as text, written to text where it has none. */
const char *node_label(char text[24], const khop_data *data, int64_t node);

/* Says that nodes share a name, where some do: then a name is not enough to find a row. path: the file that has them.
 * Cost: sorts the names. */
void tell_shared_names(const char *path, const khop_data *data, const data_choice *choice);

/* Writes node and name of every node as .csv or .tsv; the numbers are the names where there are no others.
 * for_spreadsheets: as khop_csv_for_spreadsheets. */
khop_status write_node_map(const char *path, const khop_data *data, bool for_spreadsheets);

#endif
