/* edge_names.h: the ids of an edge list, and the nodes they become. */
#ifndef KHOP_GRAPH_IO_EDGE_NAMES_H
#define KHOP_GRAPH_IO_EDGE_NAMES_H

#include "base/string_table.h"
#include "graph/io/text.h"

typedef struct khop_i_edge_ends {
  int64_t *from, *to;   /* (capacity): numbers as in the file, or ids of the tables */
  int64_t count, capacity;
  bool by_name;         /* ids are strings */
  bool braces;          /* names may begin with { : no Python dictionary can stand in their place */
  bool two_sides;       /* from and to count two sets of nodes */
  int64_t left;         /* nodes of the first side, once they are numbered */
  khop_i_string_table names[2]; /* of both ends, or one a side */
} khop_i_edge_ends;

khop_status khop_i_edge_ends_add(khop_i_edge_ends *ends, int64_t from, int64_t to);
/* Forgets the edges, and takes ids for strings from now on. */
void khop_i_edge_ends_restart(khop_i_edge_ends *ends);
void khop_i_edge_ends_free(khop_i_edge_ends *ends);

/* The digits of a field as a number. False where it is none, begins with a needless 0, or has more than 18 digits. */
bool khop_i_edge_id(int64_t *id, const khop_i_field *field);
/* The string of a field, its doubled quotes taken apart in place. side: 0 or 1. Errors: FORMAT (an empty field, a
 * number that is no id such as -1 or 1.5, "nan", bytes that are no text), with line and field; MEMORY. */
khop_status khop_i_edge_name(int64_t *id, khop_i_edge_ends *ends, int side, const khop_i_field *field, int column,
                             const khop_i_line *line);

/* Turns ids into nodes 0 .. nodes-1. Numbers: in ascending order, by position: as they are. Strings: in the order of
 * first mention. The second side follows the first. */
khop_status khop_i_edge_ends_number(int64_t *nodes, char **names, khop_i_edge_ends *ends, khop_ids ids);

/* Adds the column "name", and "side" where there are two. names: (nodes) zero-terminated, one behind another;
 * NULL: none. */
khop_status khop_i_edge_ends_columns(khop_graph *graph, const khop_i_edge_ends *ends, const char *names);

#endif
