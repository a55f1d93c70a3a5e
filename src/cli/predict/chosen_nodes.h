/* chosen_nodes.h: the nodes that khop predict --rows asks for: a,b,c or @FILE, names or numbers. */
#ifndef KHOP_CLI_PREDICT_CHOSEN_NODES_H
#define KHOP_CLI_PREDICT_CHOSEN_NODES_H

#include "cli/data_options.h"

typedef struct chosen_nodes {
  int64_t count;
  int64_t *nodes; /* (count) owns; NULL: all of them, 0 .. count - 1 */
} chosen_nodes;

/* The number of the node of a row. */
static inline int64_t chosen_node(const chosen_nodes *chosen, int64_t row) {
  return chosen->nodes ? chosen->nodes[row] : row;
}
/* What --rows takes: a list without empty places, or @FILE. Says why where it is not. */
bool is_node_list(const char *text, const char *where);
/* Finds the nodes of a list; text NULL: all. An exit status after a message that names the node that is not there, or
 * that is there twice; or GO_ON. */
int choose_nodes(chosen_nodes *chosen, const khop_data *data, const char *text, const data_choice *choice);
void chosen_nodes_clear(chosen_nodes *chosen);

#endif
