/* draft.h: a graph that is being read: nodes by number or by id, edges of either kind, attributes as text.
 *
 *   nodes      0 .. nodes - 1, in the order in which they were first met
 *   edge       from, to, one_way: a graph with one such edge, or one that says so, is directed, and then the others
 *              become an arc each way
 *   column     where the text of each node begins in the pool; numbers, if all of them are, and a double holds each of
 *              those that are integers */
#ifndef KHOP_GRAPH_IO_DRAFT_H
#define KHOP_GRAPH_IO_DRAFT_H

#include "base/string_table.h"

#include <khop/graph.h>

typedef struct khop_i_draft_column {
  int64_t *at; /* (capacity) 1 + place in the pool; 0: none */
  int64_t capacity;
  bool text; /* some value is no number */
  bool real; /* the file says that they are numbers with fractions, which are rounded */
  bool gone; /* joined to another */
} khop_i_draft_column;

typedef enum khop_i_draft_kind { KHOP_I_DRAFT_ANY, KHOP_I_DRAFT_TEXT, KHOP_I_DRAFT_REAL } khop_i_draft_kind;

typedef struct khop_i_draft {
  int64_t nodes;
  khop_i_string_table ids; /* of nodes, where the file has ids */
  int64_t *from, *to, edges, capacity, one_way_edges;
  char *one_way; /* (capacity) */
  khop_i_string_table ends; /* of edges, where these name nodes that may stand further down */
  bool directed;
  khop_i_string_table names; /* of the columns */
  khop_i_draft_column *column;
  char *pool;
  int64_t used;
} khop_i_draft;

void khop_i_draft_free(khop_i_draft *draft);
/* The node of an id, which is made if there is none. */
khop_status khop_i_draft_node(int64_t *node, khop_i_draft *draft, const char *id, size_t length);
khop_status khop_i_draft_edge(khop_i_draft *draft, int64_t from, int64_t to, bool one_way);
/* An edge between the ids of two nodes, which may come later: from, to: zero-terminated. */
khop_status khop_i_draft_link(khop_i_draft *draft, const char *from, const char *to, bool one_way);
/* Makes a column, so that it stands before those that are set later, also where no node has a value. */
khop_status khop_i_draft_declare(khop_i_draft *draft, const char *column, khop_i_draft_kind kind);
/* Sets an attribute of a node; text: it counts as a string, whatever it looks like. */
khop_status khop_i_draft_set(khop_i_draft *draft, const char *column, int64_t node, const char *value, size_t length,
                             bool text);
/* What was set; NULL: nothing. It stands until the next call of khop_i_draft_set. */
const char *khop_i_draft_get(const khop_i_draft *draft, const char *column, int64_t node);
/* Moves the values of a column to another, where both are there; it is none any more. */
khop_status khop_i_draft_join(khop_i_draft *draft, const char *column, const char *into);
/* Whether text is a number to its end, blanks aside, whatever the locale: 1, -0.5e3, nan, inf. */
bool khop_i_is_number(const char *text);
/* The ids as a column of strings, unless they are the numbers of the nodes, 0 .. nodes - 1. Where the file has an
 * attribute of that name, that one stays. */
khop_status khop_i_draft_keep_ids(khop_i_draft *draft, const char *column);
/* Sets an attribute of each node that has none. */
khop_status khop_i_draft_default(khop_i_draft *draft, const char *column, const char *value);
/* The graph. settle: a directed graph whose every arc has its mirror becomes undirected.
 * Errors: FORMAT (an edge to an id that no node has), MEMORY. */
khop_status khop_i_draft_finish(khop_graph **graph, khop_i_draft *draft, bool settle);

#endif
