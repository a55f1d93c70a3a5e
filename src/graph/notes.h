/* notes.h: what a reader tells beside the graph. */
#ifndef KHOP_GRAPH_NOTES_H
#define KHOP_GRAPH_NOTES_H

#include <khop/graph.h>

/* Adds a line to khop_graph_note. Errors: MEMORY. */
khop_status khop_i_graph_note(khop_graph *graph, const char *format, ...) KHOP_PRINTF(2, 3);

#endif
