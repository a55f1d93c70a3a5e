/* json_shape.h: which of the shapes of JSON a graph has, and where its nodes and edges stand.
 *
 *   node-link    {"nodes": [{"id": ..}], "links" or "edges": [{"source": .., "target": ..}]}    NetworkX, D3, vis.js
 *   Cytoscape    {"elements": {"nodes": [{"data": {"id": ..}}], "edges": [{"data": ..}]}}       or all in one list
 *   JSON Graph   {"graph": {"nodes": {"a": {"metadata": {..}}}, "edges": [{"source": ..}]}}
 *   adjacency    {"nodes": [{"id": ..}], "adjacency": [[{"id": ..}]]}                           NetworkX
 *   Graphology   {"nodes": [{"key": .., "attributes": {..}}], "edges": [..]} */
#ifndef KHOP_GRAPH_IO_JSON_SHAPE_H
#define KHOP_GRAPH_IO_JSON_SHAPE_H

#include "graph/io/json.h"

typedef struct khop_i_json_shape {
  const char *nodes, *edges; /* edges: NULL where there are none; one_list: the same as nodes */
  const char *nodes_name, *edges_name;
  const char *data;     /* the member of a node or edge that holds what is said of it, or NULL: it says so itself */
  const char *inner;    /* the member whose members count as its own, or NULL */
  bool one_list, adjacency;
  int directed;         /* -1: it does not say */
  bool by_custom;       /* it does not say, and the shape has a default */
  int64_t graphs, hyperedges;
  char unread[200];     /* keys beside them that say something, as a list */
} khop_i_json_shape;

/* Errors: FORMAT (another shape, with the keys that were found). */
khop_status khop_i_json_shape_find(khop_i_json_shape *shape, const char *root);

/* What a JSON value says of a yes or no, "directed" for example. Errors: FORMAT. */
khop_status khop_i_json_truth(int *yes, const char *value, const char *key);

#endif
