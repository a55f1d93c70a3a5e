/* edge_header.h: what the first lines of an edge list say: which columns hold the ends, and which way edges go. */
#ifndef KHOP_GRAPH_IO_EDGE_HEADER_H
#define KHOP_GRAPH_IO_EDGE_HEADER_H

#include "graph/io/lines.h"
#include "graph/io/text.h"

typedef struct khop_i_edge_layout {
  char separator;    /* as khop_i_text_field takes it: any for numbers, blanks once ids are names, or one of , ; tab */
  bool marked_names; /* a node may be called #tag: in ncol, as igraph writes it, below a header, and in a table */
  bool header;       /* the first line names the columns, so many; body is behind it */
  int columns;       /* 0 where nobody knows */
  bool row_names;    /* each row has one field more, its name, before the others; from, to and type count it */
  int from, to;      /* columns of the two ends, from 0 */
  bool unlike;       /* the header's names of the ends are khop's guess, and say two kinds: user and item */
  khop_i_excerpt named[2]; /* these names */
  int type;          /* the column that says directed or undirected; -1: there is none */
  bool directed;     /* a comment says so, or the caller */
  bool bipartite;    /* the two columns count two sets of nodes */
  const char *says;  /* the comment's word for the direction; NULL: no comment has one */
  bool weights;      /* one of the columns that are not read is called as weights are */
  char unused[200];  /* names of the columns that are not read, as a list; "": none or no header */
  khop_i_line body;  /* the line before the first with an edge */
} khop_i_edge_layout;

/* Errors: FORMAT (a header without the two ends; fields that blanks or commas may separate). */
khop_status khop_i_edge_layout_find(khop_i_edge_layout *layout, const khop_i_text *text, const khop_i_source *source);

/* A line without fields, or a comment: one that # or % begins. Where names may begin so, it is one if a blank follows
 * the mark, or not as many fields are there as in columns, or two or three without. */
bool khop_i_edge_line_is_blank(const khop_i_line *line, const khop_i_edge_layout *layout);
/* Goes to the next line that is neither blank nor a comment; false after the last. */
bool khop_i_edge_line_next(khop_i_line *line, const khop_i_edge_layout *layout);
/* A comment that would be an edge without its mark: "#tag b" among lines of as many fields, and below a header of two
 * fields or more. */
bool khop_i_edge_line_is_hidden(const khop_i_line *line, const khop_i_edge_layout *layout, int fields);

#endif
