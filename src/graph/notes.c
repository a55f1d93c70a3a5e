/* notes.c: what of a file is not in the graph, or was understood in one way of several, a line each. */
#include "graph/notes.h"
#include "graph/graph.h"

khop_status khop_i_graph_note(khop_graph *graph, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  khop_status status = khop_i_notes_add(&graph->notes, format, arguments);
  va_end(arguments);
  return status;
}

int khop_graph_notes(const khop_graph *graph) { return graph->notes.count; }

const char *khop_graph_note(const khop_graph *graph, int i) { return khop_i_notes_get(&graph->notes, i); }
