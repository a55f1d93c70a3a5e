/* json_nodes.h: a graph in JSON that is being read, and its nodes.
 *
 *   by "id", or Graphology's "key"; without, by "name" where the ends of edges are strings; else by their positions */
#ifndef KHOP_GRAPH_IO_JSON_NODES_H
#define KHOP_GRAPH_IO_JSON_NODES_H

#include "graph/io/draft.h"
#include "graph/io/ignored.h"
#include "graph/io/json_shape.h"

typedef struct khop_i_json_graph {
  khop_i_json_shape shape;
  khop_i_draft draft;
  khop_i_ignored ignored;         /* of edges */
  khop_i_string_table unread;     /* members of nodes */
  khop_i_json_room room;
  const char *id_key;             /* NULL: nodes have no ids */
  bool id_is_node;                /* a node is nothing but its id */
  bool string_ends, by_position;  /* some end is a string; ids are there, and ends are positions all the same */
  khop_i_json_item node;          /* where the walk over the nodes stands, and how many came before */
  int64_t at;
} khop_i_json_graph;

/* What is said of a node or an edge. */
const char *khop_i_json_data(const khop_i_json_graph *r, const char *element);
/* In a list that holds both. */
bool khop_i_json_is_edge(const khop_i_json_graph *r, const char *element);
/* The walk over the nodes: r->node and r->at. */
void khop_i_json_nodes_begin(khop_i_json_graph *r);
bool khop_i_json_nodes_next(khop_i_json_graph *r);
/* The id of the node that was walked to; NULL: it has none. And whether a value can be one. */
const char *khop_i_json_nodes_id(const khop_i_json_graph *r);
bool khop_i_json_is_id(const char *value);

/* Reads the nodes with their columns, once string_ends is known. Errors: FORMAT (with the index), MEMORY. */
khop_status khop_i_json_nodes_read(khop_i_json_graph *r);

#endif
