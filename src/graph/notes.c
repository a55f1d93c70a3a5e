/* notes.c: what of a file is not in the graph, or was understood in one way of several, a line each. */
#include "graph/notes.h"
#include "base/memory.h"
#include "graph/graph.h"

#include <stdarg.h>
#include <stdio.h>

khop_status khop_i_graph_note(khop_graph *graph, const char *format, ...) {
  char text[512];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  khop_status status = khop_i_grow(&graph->note, graph->notes + 1, sizeof *graph->note, "notes on a graph");
  if (status == KHOP_OK) status = khop_i_strdup(&graph->note[graph->notes], text);
  if (status == KHOP_OK) graph->notes++;
  return status;
}

int khop_graph_notes(const khop_graph *graph) { return graph->notes; }

const char *khop_graph_note(const khop_graph *graph, int i) {
  return i >= 0 && i < graph->notes ? graph->note[i] : NULL;
}
