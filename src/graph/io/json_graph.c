/* json_graph.c: a graph in JSON: its shape, its edges, its nodes, and what is told of the rest. */
#include "graph/io/json_graph.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/json_edges.h"
#include "graph/io/lines.h"
#include "graph/notes.h"

#include <string.h>

static khop_status note_rest(khop_graph *graph, const khop_i_json_graph *r) {
  khop_status status = KHOP_OK;
  const khop_i_json_shape *shape = &r->shape;
  if (shape->directed < 0)
    KHOP_TRY(khop_i_graph_note(graph, "read as undirected: it does not say whether its edges have a direction"));
  if (shape->by_custom)
    KHOP_TRY(khop_i_graph_note(graph, "read as directed: it does not say so, but its format does"));
  if (r->by_position)
    KHOP_TRY(khop_i_graph_note(graph, "the ends of edges are no ids, and are read as positions among the nodes"));
  if (shape->graphs > 1)
    KHOP_TRY(khop_i_graph_note(graph, "%lld graphs in it: the first is read", (long long)shape->graphs));
  if (shape->hyperedges)
    KHOP_TRY(khop_i_graph_note(graph, "%lld hyperedges are not read", (long long)shape->hyperedges));
  if (*shape->unread) KHOP_TRY(khop_i_graph_note(graph, "keys that are not read: %s", shape->unread));
  for (int32_t i = 0; i < r->unread.count; i++) {
    const char *key = khop_i_string_table_text(&r->unread, i);
    khop_i_excerpt shown = khop_i_excerpt_of(key, strlen(key));
    KHOP_TRY(khop_i_graph_note(graph, "\"%s\" of nodes is not read", shown.text));
  }
  KHOP_TRY(khop_i_ignored_tell(graph, &r->ignored));
done:
  return status;
}

static khop_status make_graph(khop_graph **graph, khop_i_json_graph *r) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  int64_t nodes = r->draft.nodes;
  bool named = r->id_key && strcmp(r->id_key, "name") == 0, directed = r->shape.directed == 1;
  if (!named) KHOP_TRY(khop_i_draft_keep_ids(&r->draft, "id"));
  KHOP_TRY(khop_i_json_edges_resolve(r));
  r->draft.nodes = nodes;
  r->draft.directed = directed || r->shape.adjacency;
  KHOP_TRY(khop_i_draft_finish(&made, &r->draft, r->shape.adjacency && !directed));
  if (r->shape.adjacency && !directed && khop_graph_is_directed(made))
    KHOP_FAIL(KHOP_E_FORMAT, "an undirected graph, and an edge in its adjacency stands at one of its nodes alone");
  KHOP_TRY(note_rest(made, r));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

khop_status khop_i_read_json(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_text text = {0};
  khop_i_json_graph r = {0};
  const char *root;
  KHOP_TRY(khop_i_text_read(&text, source));
  KHOP_TRY(khop_i_json_check(&root, &text));
  KHOP_TRY(khop_i_json_shape_find(&r.shape, root));
  if (source->options.directed && r.shape.directed < 0) r.shape.directed = 1;
  KHOP_TRY(khop_i_json_edges_read(&r));
  KHOP_TRY(khop_i_json_nodes_read(&r));
  KHOP_TRY(make_graph(graph, &r));
done:
  khop_i_draft_free(&r.draft);
  khop_i_ignored_free(&r.ignored);
  khop_i_string_table_free(&r.unread);
  khop_i_free(r.room.bytes);
  khop_i_text_free(&text);
  return status;
}
