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
#include "graph/io/edge_names.h"
#include "graph/io/edge_rows.h"
#include "graph/io/lines.h"
#include "graph/notes.h"

#include <string.h>

/* By position an id allocates all nodes below it: up to this one they take 0.8 GB of offsets. */
#define DEFAULT_MAX_ID 100000000

typedef struct edge_reader {
  const khop_i_source *source;
  khop_i_text text;
  khop_i_edge_layout layout;
  khop_i_edge_ends ends;
  int64_t max_id;
  bool always_names;        /* ncol */
  bool adjacency, restarts; /* the lines are adjacency lists; all is to be read once more, with ids as strings */
  bool colons;              /* of an adjacency list: "1: 2 3" */
  int fields, widest;       /* of the first line; of all, without empty ones behind */
  int64_t trailing;         /* rows that end with separators alone behind what the header names */
  int64_t hidden, first_hidden; /* comments that would be edges without their mark; the line of the first */
  khop_i_line ragged;       /* the first of another number of fields; number 0: none */
  int64_t *lone;            /* (lone_count) nodes of an adjacency list, with or without neighbours */
  int64_t lone_count;
  char *one_way;            /* (capacity of ends) whether an edge is directed, where a column says so */
  int64_t directed_edges;
} edge_reader;

/* --- one line ------------------------------------------------------------------------------- */

static khop_status check_cap(const edge_reader *r, int64_t id, const khop_i_line *line) {
  if (id <= r->max_id) return KHOP_OK;
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: the node id %lld is above the cap of %lld; number the nodes from "
                     "0 on, or raise max_id", (long long)line->number, (long long)id, (long long)r->max_id);
}

/* By position: digits, also with zeros before them. */
static khop_status read_position(int64_t *id, const edge_reader *r, const khop_i_field *field,
                                 const khop_i_line *line) {
  khop_i_field bare = *field;
  while (bare.length > 1 && bare.text[0] == '0') bare.text++, bare.length--;
  if (khop_i_edge_id(id, &bare)) return check_cap(r, *id, line);
  khop_i_excerpt shown = khop_i_excerpt_of(field->text, field->length);
  bool negative = field->length > 1 && field->text[0] == '-', digits = true;
  for (size_t i = negative; i < field->length; i++)
    digits = digits && field->text[i] >= '0' && field->text[i] <= '9';
  if (!digits)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" is not a node id (an integer from 0 on)",
                       (long long)line->number, shown.text);
  if (negative)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: the node id %s is negative", (long long)line->number, shown.text);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: the node id %s is above the cap of %lld; number the nodes from 0 on, "
                     "or raise max_id", (long long)line->number, shown.text, (long long)r->max_id);
}

/* "1," in a list whose first line has blanks alone. */
static bool ends_with_mark(const edge_reader *r, const khop_i_field *field) {
  char last = field->text[field->length - 1];
  return !r->always_names && r->layout.separator == ' ' && !field->quoted && (last == ',' || last == ';');
}

static khop_status read_id(int64_t *id, edge_reader *r, int side, const khop_i_field *field, int column,
                           const khop_i_line *line) {
  if (!field->length)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: field %d is empty, and an edge needs two ends",
                       (long long)line->number, column + 1);
  if (r->ends.by_name && ends_with_mark(r, field))
    return khop_i_line_fail(line, "a comma or semicolon behind a node, and the first line has blanks alone (--format "
                                  "ncol reads names that end so):");
  if (r->ends.by_name) return khop_i_edge_name(id, &r->ends, side, field, column, line);
  if (r->source->options.ids == KHOP_IDS_POSITION) return read_position(id, r, field, line);
  if (khop_i_edge_id(id, field)) return check_cap(r, *id, line);
  r->restarts = true;
  return KHOP_OK;
}

static khop_status read_type(edge_reader *r, const khop_i_field *field, const khop_i_line *line) {
  bool one_way = khop_i_field_is(field, "directed");
  if (!one_way && !khop_i_field_is(field, "undirected") && !khop_i_field_is(field, "mutual"))
    return khop_i_line_fail(line, "its type is not Directed or Undirected:");
  khop_status status = khop_i_room(&r->one_way, r->ends.count + 1, 1, "an edge list");
  if (status != KHOP_OK) return status;
  r->one_way[r->ends.count] = one_way;
  r->directed_edges += one_way;
  return KHOP_OK;
}

static khop_status too_short(const khop_i_line *line, int fields, int needed) {
  khop_i_excerpt shown = khop_i_excerpt_of(line->start, (size_t)(line->end - line->start));
  if (fields == 1 && needed == 2)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" has one field, and an edge needs two", (long long)line->number,
                       shown.text);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" has %d fields, and the ends of an edge are in the first %d",
                     (long long)line->number, shown.text, fields, needed);
}

/* used: fields up to the last that is not empty. */
static khop_status count_fields(edge_reader *r, int fields, int used, const khop_i_line *line) {
  if (!r->fields) r->fields = fields;
  if (used > r->widest) r->widest = used;
  if (r->layout.header) {
    r->trailing += fields > r->layout.columns;
    return fields == r->layout.columns || (used <= r->layout.columns && fields > r->layout.columns)
               ? KHOP_OK : khop_i_edge_row_refuse(line, fields, "the header", r->layout.columns);
  }
  if (fields != r->fields && !r->ragged.number) r->ragged = *line;
  return KHOP_OK;
}

static khop_status read_edge(edge_reader *r, const khop_i_line *line) {
  const khop_i_edge_layout *layout = &r->layout;
  int needed = (layout->from > layout->to ? layout->from : layout->to) + 1, fields = 0, used = 0;
  khop_i_field field, end[2] = {{0}}, type = {0}, last = {0};
  const char *at = line->start;
  for (; khop_i_text_field(&field, &at, line->end, layout->separator); fields++) {
    if (fields == layout->from) end[0] = field;
    if (fields == layout->to) end[1] = field;
    if (fields == layout->type) type = field;
    if (fields == 2) last = field;
    if (field.length || field.quoted) used = fields + 1;
  }
  if (fields == 3 && khop_i_field_is(&last, "{}")) fields--, used--; /* NetworkX, of an edge without attributes */
  if (fields < needed && layout->header) return too_short(line, fields, needed);
  khop_status status = count_fields(r, fields, used, line);
  if (status != KHOP_OK) return status;
  if (fields < needed) return r->ragged.number ? KHOP_OK : too_short(line, fields, needed);
  int64_t id[2];
  if (r->ends.by_name && !layout->header && !r->always_names) status = khop_i_edge_row_check(&end[0], &end[1], line);
  if (status == KHOP_OK) status = read_id(&id[0], r, 0, &end[0], layout->from, line);
  if (status == KHOP_OK && !r->restarts) status = read_id(&id[1], r, 1, &end[1], layout->to, line);
  if (status != KHOP_OK || r->restarts) return status;
  if (layout->type >= 0) status = read_type(r, &type, line);
  return status == KHOP_OK ? khop_i_edge_ends_add(&r->ends, id[0], id[1]) : status;
}

static khop_status add_lone(edge_reader *r, int64_t id) {
  khop_status status = khop_i_room(&r->lone, r->lone_count + 1, sizeof *r->lone, "an adjacency list");
  if (status != KHOP_OK) return status;
  r->lone[r->lone_count++] = id;
  return KHOP_OK;
}

static khop_status read_neighbours(edge_reader *r, const khop_i_line *line) {
  khop_i_field field;
  const char *at = line->start;
  int64_t first = 0, other;
  khop_status status = KHOP_OK;
  for (int f = 0; status == KHOP_OK && khop_i_text_field(&field, &at, line->end, r->layout.separator); f++) {
    if (!f && r->colons) status = khop_i_edge_row_colon(&field, line);
    if (status == KHOP_OK) status = read_id(f ? &other : &first, r, 0, &field, f, line);
    if (r->restarts) return status;
    if (status == KHOP_OK) status = f ? khop_i_edge_ends_add(&r->ends, first, other) : add_lone(r, first);
  }
  return status;
}

/* --- all lines ------------------------------------------------------------------------------ */

static khop_status read_line(edge_reader *r, const khop_i_line *line) {
  if (memchr(line->start, '\r', (size_t)(line->end - line->start)))
    return khop_i_line_fail(line, "a carriage return inside the line; end lines with a newline:");
  return r->adjacency ? read_neighbours(r, line) : read_edge(r, line);
}

/* A comment that looks like an edge from a node "#tag". */
static void count_hidden(edge_reader *r, const khop_i_line *line) {
  if (!khop_i_edge_line_is_hidden(line, &r->layout, r->fields)) return;
  if (!r->hidden++) r->first_hidden = line->number;
}

static khop_status read_lines(edge_reader *r, int64_t *lines) {
  khop_i_line line = r->layout.body;
  khop_status status = KHOP_OK;
  r->fields = r->widest = 0;
  r->ragged = (khop_i_line){0};
  r->lone_count = r->directed_edges = r->hidden = r->trailing = 0;
  while (status == KHOP_OK && !r->restarts && khop_i_text_line(&line)) {
    if (!khop_i_edge_line_is_blank(&line, &r->layout)) status = read_line(r, &line);
    else count_hidden(r, &line);
  }
  *lines = line.number;
  /* all names are marked */
  if (r->layout.header && !r->ends.count && r->hidden && !r->ends.by_name) r->restarts = true;
  return status;
}

/* Lines of one length: what follows the ends may be weights, or more neighbours. */
static khop_status may_be_edges(const edge_reader *r) {
  return r->widest > 2 && !r->layout.says ? khop_i_adjacency_doubt(&r->layout, r->widest) : KHOP_OK;
}

/* Once for edge lists of numbers; again where an id is a string, and again where it is an adjacency list. */
static khop_status read_until_settled(edge_reader *r, int64_t *lines) {
  bool asked = r->source->options.format && strcmp(r->source->format, "edges") == 0;
  for (;;) {
    khop_status status = read_lines(r, lines);
    if (status != KHOP_OK) return status;
    if (r->restarts) {
      r->restarts = false;
      r->layout.marked_names = r->always_names || r->layout.header || r->source->names_first;
      if (!r->layout.header && !r->always_names) r->layout.columns = r->fields;
      if (r->layout.separator == KHOP_I_ANY_SEPARATOR) r->layout.separator = ' '; /* names may hold commas */
      khop_i_edge_ends_restart(&r->ends);
    } else if (!r->adjacency && !asked && !r->always_names && !r->layout.header) {
      if (!r->ragged.number) return may_be_edges(r);
      status = khop_i_adjacency_find(&r->adjacency, &r->layout, &r->ragged);
      if (status != KHOP_OK || !r->adjacency) return status;
      r->ends.count = 0;
    } else {
      return KHOP_OK;
    }
  }
}

/* Where lines are edges after all, one of one field is an error, and so is one of another length in a table. */
static khop_status check_lengths(const edge_reader *r) {
  khop_i_line line = r->layout.body;
  khop_i_field field;
  bool table = r->source->names_first && r->source->options.format == NULL;
  if (r->adjacency || !r->ragged.number) return KHOP_OK;
  while (khop_i_text_line(&line)) {
    int fields = 0;
    const char *at = line.start;
    if (khop_i_edge_line_is_blank(&line, &r->layout)) continue;
    while (fields < 2 && khop_i_text_field(&field, &at, line.end, r->layout.separator)) fields++;
    if (fields < 2) return too_short(&line, fields, 2);
  }
  line = r->ragged;
  int fields = khop_i_text_fields(&line, r->layout.separator);
  if (table && r->widest > 2 && !r->layout.header)
    return khop_i_edge_row_refuse(&line, fields, "the first line", r->fields);
  return KHOP_OK;
}

/* --- the graph ------------------------------------------------------------------------------ */

/* In a list that has directed edges, the others count in both directions. */
static khop_status mirror_undirected(edge_reader *r) {
  khop_status status = KHOP_OK;
  if (!r->directed_edges || r->layout.directed) return KHOP_OK;
  r->layout.directed = true;
  for (int64_t e = 0, count = r->ends.count; e < count && status == KHOP_OK; e++)
    if (!r->one_way[e] && r->ends.from[e] != r->ends.to[e])
      status = khop_i_edge_ends_add(&r->ends, r->ends.to[e], r->ends.from[e]);
  return status;
}

static khop_status note_layout(khop_graph *graph, const edge_reader *r) {
  khop_status status = KHOP_OK;
  const khop_i_edge_layout *layout = &r->layout;
  if (layout->says)
    KHOP_TRY(khop_i_graph_note(graph, "read as %s: its comment says \"%s\"",
                               layout->bipartite ? "two sets of nodes" : layout->directed ? "directed" : "undirected",
                               layout->says));
  if (r->directed_edges && r->directed_edges < r->ends.count && !r->source->options.directed)
    KHOP_TRY(khop_i_graph_note(graph, "%lld edges are directed: the others are an arc each way",
                               (long long)r->directed_edges));
  if (layout->weights || (!layout->header && !r->adjacency && r->widest > 2 && strcmp(r->source->format, "ncol") == 0))
    KHOP_TRY(khop_i_graph_note(graph, "edge weights are ignored"));
  if (layout->row_names)
    KHOP_TRY(khop_i_graph_note(graph, "the header has a field less than the rows: their first is the name of the row, "
                               "as R writes them, and is not read"));
  if (r->trailing)
    KHOP_TRY(khop_i_graph_note(graph, "rows with separators behind the columns of the header: %lld",
                               (long long)r->trailing));
  if (*layout->unused) KHOP_TRY(khop_i_graph_note(graph, "columns that are not read: %s", layout->unused));
  if (!layout->header && !r->adjacency && r->widest > 2 && strcmp(r->source->format, "ncol") != 0)
    KHOP_TRY(khop_i_graph_note(graph, "edge weights are ignored, and all else that follows the two ids of a line"));
  if (r->hidden)
    KHOP_TRY(khop_i_graph_note(graph, "comments that look like edges are not read: %lld, the first in line %lld "
                               "(a name that begins with # or %% needs quotes)", (long long)r->hidden,
                               (long long)r->first_hidden));
  if (r->adjacency && strcmp(r->source->format, "adjlist") != 0)
    KHOP_TRY(khop_i_graph_note(graph, "read as an adjacency list: a node a line, then its neighbours"));
  if (r->source->names_first && !layout->header && r->ends.by_name && !r->adjacency)
    KHOP_TRY(khop_i_graph_note(graph, "no header is known in it: its first line is an edge"));
done:
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
static khop_status note_unlike_ends(khop_graph *graph, const edge_reader *r, int64_t edges) {
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

static khop_status make_graph(khop_graph **graph, edge_reader *r) {
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
  KHOP_TRY(note_layout(made, r));
  KHOP_TRY(note_unlike_ends(made, r, edges));
  if (names && !r->ends.by_name) KHOP_TRY(note_names(made, names));
  *graph = made;
  made = NULL;
done:
  khop_i_free(names);
  khop_graph_free(made);
  return status;
}

static khop_status find_layout(edge_reader *r) {
  khop_status status = khop_i_edge_layout_find(&r->layout, &r->text, r->source);
  if (status == KHOP_OK && r->layout.header) status = khop_i_edge_rows_find_names(&r->layout);
  r->ends.two_sides = r->layout.bipartite;
  r->always_names = r->ends.by_name = strcmp(r->source->format, "ncol") == 0;
  r->colons = !r->always_names && !r->layout.header && khop_i_edge_rows_have_colons(&r->layout);
  r->adjacency = strcmp(r->source->format, "adjlist") == 0 || r->colons;
  r->ends.braces = r->always_names || r->source->names_first;
  return status;
}

khop_status khop_i_read_edges(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  const khop_read_options *options = &source->options;
  edge_reader r = {.source = source};
  int64_t lines = 0;
  r.max_id = options->max_id ? options->max_id : options->ids == KHOP_IDS_POSITION ? DEFAULT_MAX_ID : INT64_MAX;
  KHOP_TRY(khop_i_text_read(&r.text, source));
  KHOP_TRY(find_layout(&r));
  KHOP_TRY(read_until_settled(&r, &lines));
  KHOP_TRY(check_lengths(&r));
  if (!r.ends.count && !r.lone_count) KHOP_FAIL(KHOP_E_FORMAT, "no edges in its %lld lines", (long long)lines);
  khop_i_text_free(&r.text); /* before the graph takes its memory */
  KHOP_TRY(make_graph(graph, &r));
done:
  khop_i_text_free(&r.text);
  khop_i_edge_ends_free(&r.ends);
  khop_i_free(r.lone);
  khop_i_free(r.one_way);
  return status;
}
