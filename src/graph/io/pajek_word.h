/* pajek_word.h: the words of a line of *Vertices.
 *
 *   3 a,b;c 0.1 0.2        between blanks; commas and semicolons are part of a word
 *   4 "say "x"" 0.1 0.2    a quotation mark closes where a blank or the end follows (NetworkX doubles none)
 *   5 "say &#34;x&#34;"    characters by their codes, in quotes (igraph, Pajek) */
#ifndef KHOP_GRAPH_IO_PAJEK_WORD_H
#define KHOP_GRAPH_IO_PAJEK_WORD_H

#include "graph/io/text.h"

/* The next word between *at and end, with *at moved behind it; false where none is left. Codes are decoded in place:
 * the text lies in memory that the reader may write. A quotation mark that nothing closes is part of its word. */
bool khop_i_pajek_word(khop_i_field *word, const char **at, const char *end);

#endif
