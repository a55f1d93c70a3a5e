/* edge_lines.h: the lines of an edge list, whose text may come in pieces: each line an edge, by what the first lines say
 * of all (edge_header.h). */
#ifndef KHOP_GRAPH_IO_EDGE_LINES_H
#define KHOP_GRAPH_IO_EDGE_LINES_H

#include "base/notes.h"
#include "graph/io/edge_header.h"
#include "graph/io/edge_names.h"

typedef struct khop_i_edge_reader {
  const khop_i_source *source;
  khop_i_edge_layout layout;
  khop_i_edge_ends ends;
  int64_t max_id;
  bool always_names;        /* ncol */
  bool edges_alone;         /* the format says so: lines of different length are no adjacency list */
  bool adjacency, restarts; /* the lines are adjacency lists; all is to be read once more, with ids as strings */
  bool colons;              /* of an adjacency list: "1: 2 3" */
  int fields, widest;       /* of the first line; of all, without empty ones behind */
  int64_t trailing;         /* rows that end with separators alone behind what the header names */
  int64_t hidden, first_hidden; /* comments that would be edges without their mark; the line of the first */
  khop_i_line ragged;       /* the first of another number of fields; number 0: none */
  bool may_be_lists;        /* so far all lines are nodes, three at least, that differ: neighbours of their first? */
  int64_t *lone;            /* (lone_count) nodes of an adjacency list, with or without neighbours */
  int64_t lone_count;
  char *one_way;            /* (capacity of ends) whether an edge is directed, where a column says so */
  int64_t directed_edges;
} khop_i_edge_reader;

/* Begins with the first lines, as text, of which the layout keeps where they stand. Errors: FORMAT, MEMORY. */
khop_status khop_i_edge_lines_open(khop_i_edge_reader *reader, const khop_i_source *source, const khop_i_text *text);
/* Forgets the edges, to read all lines from the first on. */
void khop_i_edge_lines_rewind(khop_i_edge_reader *reader);
/* Reads the lines behind *line; it is the last then. With restarts, an id is a string: what was read is to be forgotten,
 * and read anew. Errors: FORMAT, with the line; MEMORY. */
khop_status khop_i_edge_lines_read(khop_i_edge_reader *reader, khop_i_line *line);
/* Whether the lines below a header are comments alone that would be edges: all names are marked, "#tag". */
bool khop_i_edge_lines_all_marked(const khop_i_edge_reader *reader);
/* Takes ids for strings from now on, after one of these two said so. */
void khop_i_edge_lines_take_names(khop_i_edge_reader *reader);
/* A line of fewer fields than its ends need. */
khop_status khop_i_edge_lines_too_short(const khop_i_line *line, int fields, int needed);
/* What is told of all lines. edges: of which directed_edges are some, before any was mirrored. Errors: MEMORY. */
khop_status khop_i_edge_lines_note(khop_i_notes *notes, const khop_i_edge_reader *reader, int64_t edges);
void khop_i_edge_lines_close(khop_i_edge_reader *reader);

#endif
