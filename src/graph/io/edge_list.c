/* edge_list.c: edge lists, the format that everybody writes and nobody specified.
 *
 *   # Directed graph        comments may say the direction (SNAP, KONECT)
 *   id,source,target,w      a header may say where the two ends stand
 *   0,5,1,0.5               else the first two fields are ids, numbers or names; what follows is not read
 *
 * igraph's own reader refuses comments and weights, and lets one id ask for petabytes. */
#include "graph/io/edge_list.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "graph/io/adjacency.h"
#include "graph/io/edge_lines.h"
#include "graph/io/edge_rows.h"
#include "graph/io/lines.h"
#include "graph/notes.h"

#include <string.h>

/* Lines of one length: what follows the ends may be weights, or more neighbours. */
static khop_status may_be_edges(const khop_i_edge_reader *r) {
  return r->widest > 2 && !r->layout.says ? khop_i_adjacency_doubt(&r->layout, r->widest) : KHOP_OK;
}

/* Once for edge lists of numbers; again where an id is a string, and again where it is an adjacency list. */
static khop_status read_until_settled(khop_i_edge_reader *r, int64_t *lines) {
  for (;;) {
    khop_i_line line = r->layout.body;
    khop_i_edge_lines_rewind(r);
    khop_status status = khop_i_edge_lines_read(r, &line);
    *lines = line.number;
    if (status != KHOP_OK) return status;
    if (r->restarts || khop_i_edge_lines_all_marked(r)) {
      khop_i_edge_lines_take_names(r);
    } else if (!r->adjacency && !r->edges_alone && !r->layout.header) {
      if (!r->ragged.number) return may_be_edges(r);
      status = khop_i_adjacency_find(&r->adjacency, &r->layout, &r->ragged);
      if (status != KHOP_OK || !r->adjacency) return status;
    } else {
      return KHOP_OK;
    }
  }
}

/* Where lines are edges after all, one of one field is an error, and so is one of another length in a table. */
static khop_status check_lengths(const khop_i_edge_reader *r) {
  khop_i_line line = r->layout.body;
  khop_i_field field;
  bool table = r->source->names_first && r->source->options.format == NULL;
  if (r->adjacency || !r->ragged.number) return KHOP_OK;
  while (khop_i_text_line(&line)) {
    int fields = 0;
    const char *at = line.start;
    if (khop_i_edge_line_is_blank(&line, &r->layout)) continue;
    while (fields < 2 && khop_i_text_field(&field, &at, line.end, r->layout.separator)) fields++;
    if (fields < 2) return khop_i_edge_lines_too_short(&line, fields, 2);
  }
  line = r->ragged;
  int fields = khop_i_text_fields(&line, r->layout.separator);
  if (table && r->widest > 2 && !r->layout.header)
    return khop_i_edge_row_refuse(&line, fields, "the first line", r->fields);
  return KHOP_OK;
}

/* --- the graph ------------------------------------------------------------------------------ */

/* In a list that has directed edges, the others count in both directions. */
static khop_status mirror_undirected(khop_i_edge_reader *r) {
  khop_status status = KHOP_OK;
  if (!r->directed_edges || r->layout.directed) return KHOP_OK;
  r->layout.directed = true;
  for (int64_t e = 0, count = r->ends.count; e < count && status == KHOP_OK; e++)
    if (!r->one_way[e] && r->ends.from[e] != r->ends.to[e])
      status = khop_i_edge_ends_add(&r->ends, r->ends.to[e], r->ends.from[e]);
  return status;
}

static khop_status note_names(khop_graph *graph, const char *names) {
  int64_t nodes = khop_graph_nodes(graph);
  const char *last = names;
  for (int64_t i = 1; i < nodes; i++) last += strlen(last) + 1;
  khop_i_excerpt from = khop_i_excerpt_of(names, strlen(names)), to = khop_i_excerpt_of(last, strlen(last));
  return khop_i_graph_note(graph, "%lld nodes, named %s %s %s in the file", (long long)nodes, from.text,
                           nodes == 2 ? "and" : "to", to.text);
}

/* Users and items that count from 1 both are the same nodes, as far as a list of edges says. */
static khop_status note_unlike_ends(khop_graph *graph, const khop_i_edge_reader *r, int64_t edges) {
  const khop_i_edge_layout *layout = &r->layout;
  int64_t nodes = khop_graph_nodes(graph), both = 0;
  char *sides = NULL;
  if (!layout->unlike || r->ends.two_sides) return KHOP_OK;
  khop_status status = khop_i_alloc(&sides, nodes, 1, "sides of nodes");
  if (status != KHOP_OK) return status;
  for (int64_t e = 0; e < edges; e++) {
    sides[r->ends.from[e]] |= 1;
    sides[r->ends.to[e]] |= 2;
  }
  for (int64_t i = 0; i < nodes; i++) both += sides[i] == 3;
  khop_i_free(sides);
  if (!both) return KHOP_OK;
  return khop_i_graph_note(graph, "\"%s\" and \"%s\" with one id are one node, as %lld of %lld are (\"%% bip\" as the "
                           "first line makes them two sets of nodes)", layout->named[0].text, layout->named[1].text,
                           (long long)both, (long long)nodes);
}

static khop_status make_graph(khop_graph **graph, khop_i_edge_reader *r) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  char *names = NULL;
  int64_t nodes, edges = r->ends.count;
  /* nodes without neighbours are known by a loop, which is taken away once they have a number */
  for (int64_t i = 0; i < r->lone_count; i++) KHOP_TRY(khop_i_edge_ends_add(&r->ends, r->lone[i], r->lone[i]));
  KHOP_TRY(khop_i_edge_ends_number(&nodes, &names, &r->ends, r->source->options.ids));
  r->ends.count = edges;
  KHOP_TRY(mirror_undirected(r));
  KHOP_TRY(khop_graph_from_coo(&made, nodes, r->ends.count, r->ends.from, r->ends.to, r->layout.directed));
  made->lists_edges = !r->ends.two_sides && (r->ends.by_name || r->source->options.ids == KHOP_IDS_COMPACT);
  if (names || r->ends.two_sides) KHOP_TRY(khop_i_edge_ends_columns(made, &r->ends, names));
  KHOP_TRY(khop_i_edge_lines_note(&made->notes, r, edges));
  KHOP_TRY(note_unlike_ends(made, r, edges));
  if (names && !r->ends.by_name) KHOP_TRY(note_names(made, names));
  *graph = made;
  made = NULL;
done:
  khop_i_free(names);
  khop_graph_free(made);
  return status;
}

khop_status khop_i_read_edges(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_edge_reader r = {0};
  khop_i_text text = {0};
  int64_t lines = 0;
  KHOP_TRY(khop_i_text_read(&text, source));
  KHOP_TRY(khop_i_edge_lines_open(&r, source, &text));
  KHOP_TRY(read_until_settled(&r, &lines));
  KHOP_TRY(check_lengths(&r));
  if (!r.ends.count && !r.lone_count) KHOP_FAIL(KHOP_E_FORMAT, "no edges in its %lld lines", (long long)lines);
  khop_i_text_free(&text); /* before the graph takes its memory */
  KHOP_TRY(make_graph(graph, &r));
done:
  khop_i_text_free(&text);
  khop_i_edge_lines_close(&r);
  return status;
}
