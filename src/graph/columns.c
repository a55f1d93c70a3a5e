/* columns.c: vertex attributes, kept beside the arcs. */
#include "graph/graph.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* The pointers and the text they point to, in one block. */
static khop_status copy_strings(const char *const **copy, const char *const *strings,
                                int64_t count) {
  int64_t bytes = count * (int64_t)sizeof(char *);
  for (int64_t i = 0; i < count; i++) bytes += strings[i] ? (int64_t)strlen(strings[i]) + 1 : 1;
  const char **pointers = NULL;
  khop_status status = khop_i_alloc(&pointers, bytes, 1, "a column of strings");
  if (status != KHOP_OK) return status;
  char *text = (char *)(pointers + count);
  for (int64_t i = 0; i < count; i++) {
    size_t length = strings[i] ? strlen(strings[i]) : 0;
    if (length) memcpy(text, strings[i], length);
    pointers[i] = text;
    text += length + 1;
  }
  *copy = pointers;
  return KHOP_OK;
}

khop_status khop_graph_add_column(khop_graph *graph, const char *name, const double *numbers,
                                  const char *const *strings) {
  khop_status status = KHOP_OK;
  khop_column fresh = {0};
  char *copied_name = NULL;
  double *copied = NULL;
  if (!graph || !name) return khop_i_fail(KHOP_E_ARGUMENT, "a column needs a graph and a name");
  if (!numbers == !strings)
    KHOP_FAIL(KHOP_E_ARGUMENT, "column \"%.60s\": give numbers or strings, and not both", name);
  for (int i = 0; i < graph->columns; i++)
    if (strcmp(graph->column[i].name, name) == 0)
      KHOP_FAIL(KHOP_E_ARGUMENT, "column \"%.60s\": the graph has one of this name", name);
  KHOP_TRY(khop_i_strdup(&copied_name, name));
  fresh.name = copied_name;
  if (numbers) {
    KHOP_TRY(khop_i_copy(&copied, numbers, graph->nodes, sizeof *numbers, "a column of numbers"));
    fresh.numbers = copied;
  } else {
    KHOP_TRY(copy_strings(&fresh.strings, strings, graph->nodes));
  }
  KHOP_TRY(khop_i_room(&graph->column, graph->columns + 1, sizeof fresh, "the columns of a graph"));
  graph->column[graph->columns++] = fresh;
  fresh = (khop_column){0};
done:
  khop_i_column_free(&fresh);
  return status;
}

int khop_graph_columns(const khop_graph *graph) {
  return graph->columns;
}

const khop_column *khop_graph_column(const khop_graph *graph, int i) {
  return i >= 0 && i < graph->columns ? &graph->column[i] : NULL;
}
