/* ignored.c: see ignored.h. */
#include "graph/io/ignored.h"
#include "base/letters.h"
#include "graph/io/lines.h"
#include "graph/notes.h"

#include <stdio.h>
#include <string.h>

void khop_i_ignored_free(khop_i_ignored *ignored) {
  khop_i_string_table_free(&ignored->names);
  khop_i_string_table_free(&ignored->of_graph);
  *ignored = (khop_i_ignored){0};
}

bool khop_i_is_weight(const char *name, size_t length) {
  static const char *const words[] = {"weight", "weights", "value", "w", "wt", "wgt", "edge_weight", "edgeweight"};
  for (size_t w = 0; w < sizeof words / sizeof *words; w++)
    if (strlen(words[w]) == length && khop_i_strncasecmp(words[w], name, length) == 0) return true;
  return false;
}

khop_status khop_i_ignored_add(khop_i_ignored *ignored, const char *name, size_t length) {
  int32_t id;
  if (khop_i_is_weight(name, length)) {
    ignored->weights = true;
    return KHOP_OK;
  }
  return khop_i_string_table_add(&id, &ignored->names, name, length);
}

khop_status khop_i_ignored_of_graph(khop_i_ignored *ignored, const char *name, size_t length) {
  static const char *const words[] = {"directed", "multigraph", "creator",     "version", "comment",
                                      "comments", "hierarchic", "description", "id"};
  int32_t id;
  for (size_t w = 0; w < sizeof words / sizeof *words; w++)
    if (strlen(words[w]) == length && khop_i_strncasecmp(words[w], name, length) == 0) return KHOP_OK;
  return length ? khop_i_string_table_add(&id, &ignored->of_graph, name, length) : KHOP_OK;
}

static khop_status tell_names(khop_graph *graph, const char *what, const khop_i_string_table *names) {
  char list[300] = "";
  size_t used = 0;
  if (!names->count) return KHOP_OK;
  for (int32_t i = 0; i < names->count; i++) {
    const char *name = khop_i_string_table_text(names, i);
    khop_i_excerpt shown = khop_i_excerpt_of(name, strlen(name));
    if (used + sizeof shown.text + 8 > sizeof list) {
      memcpy(list + used, " ..", 4);
      break;
    }
    used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", shown.text);
  }
  return khop_i_graph_note(graph, "%s are ignored: %s", what, list);
}

khop_status khop_i_ignored_tell(khop_graph *graph, const khop_i_ignored *ignored) {
  khop_status status = ignored->weights ? khop_i_graph_note(graph, "edge weights are ignored") : KHOP_OK;
  if (status == KHOP_OK) status = tell_names(graph, "edge attributes", &ignored->names);
  return status == KHOP_OK ? tell_names(graph, "attributes of the graph itself", &ignored->of_graph) : status;
}
