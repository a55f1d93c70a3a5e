/* edge_lines.c: see edge_lines.h. */
#include "graph/io/edge_lines.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/adjacency.h"
#include "graph/io/edge_rows.h"
#include "graph/io/lines.h"

#include <string.h>

/* By position an id allocates all nodes below it: up to this one they take 0.8 GB of offsets. */
#define DEFAULT_MAX_ID 100000000

/* --- one line ------------------------------------------------------------------------------- */

static khop_status check_cap(const khop_i_edge_reader *r, int64_t id, const khop_i_line *line) {
  if (id <= r->max_id) return KHOP_OK;
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: the node id %lld is above the cap of %lld; number the nodes from "
                     "0 on, or raise max_id", (long long)line->number, (long long)id, (long long)r->max_id);
}

/* By position: digits, also with zeros before them. */
static khop_status read_position(int64_t *id, const khop_i_edge_reader *r, const khop_i_field *field,
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
static bool ends_with_mark(const khop_i_edge_reader *r, const khop_i_field *field) {
  char last = field->text[field->length - 1];
  return !r->always_names && r->layout.separator == ' ' && !field->quoted && (last == ',' || last == ';');
}

static khop_status read_id(int64_t *id, khop_i_edge_reader *r, int side, const khop_i_field *field, int column,
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

static khop_status read_type(khop_i_edge_reader *r, const khop_i_field *field, const khop_i_line *line) {
  bool one_way = khop_i_field_is(field, "directed");
  if (!one_way && !khop_i_field_is(field, "undirected") && !khop_i_field_is(field, "mutual"))
    return khop_i_line_fail(line, "its type is not Directed or Undirected:");
  khop_status status = khop_i_room(&r->one_way, r->ends.count + 1, 1, "an edge list");
  if (status != KHOP_OK) return status;
  r->one_way[r->ends.count] = one_way;
  r->directed_edges += one_way;
  return KHOP_OK;
}

khop_status khop_i_edge_lines_too_short(const khop_i_line *line, int fields, int needed) {
  khop_i_excerpt shown = khop_i_excerpt_of(line->start, (size_t)(line->end - line->start));
  if (fields == 1 && needed == 2)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" has one field, and an edge needs two", (long long)line->number,
                       shown.text);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" has %d fields, and the ends of an edge are in the first %d",
                     (long long)line->number, shown.text, fields, needed);
}

/* NetworkX writes {} behind the ends of an edge without attributes. */
static bool ends_with_braces(int fields, const khop_i_field *third) {
  return fields == 3 && khop_i_field_is(third, "{}");
}

static int fields_of(const khop_i_line *line, char separator) {
  khop_i_field field, third = {0};
  const char *at = line->start;
  int fields = 0;
  for (; khop_i_text_field(&field, &at, line->end, separator); fields++)
    if (fields == 2) third = field;
  return fields - ends_with_braces(fields, &third);
}

/* used: fields up to the last that is not empty. */
static khop_status count_fields(khop_i_edge_reader *r, int fields, int used, const khop_i_line *line) {
  if (used > r->widest) r->widest = used;
  if (r->layout.header) {
    r->trailing += fields > r->layout.columns;
    return fields == r->layout.columns || (used <= r->layout.columns && fields > r->layout.columns)
               ? KHOP_OK : khop_i_edge_row_refuse(line, fields, "the header", r->layout.columns);
  }
  if (fields != r->fields && !r->ragged.number) r->ragged = *line;
  return KHOP_OK;
}

static khop_status read_edge(khop_i_edge_reader *r, const khop_i_line *line) {
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
  if (ends_with_braces(fields, &last)) fields--, used--;
  if (fields < needed && layout->header) return khop_i_edge_lines_too_short(line, fields, needed);
  khop_status status = count_fields(r, fields, used, line);
  if (status != KHOP_OK) return status;
  if (fields < needed) return r->ragged.number && !r->edges_alone ? KHOP_OK : khop_i_edge_lines_too_short(line, fields, needed);
  int64_t id[2];
  if (r->ends.by_name && !layout->header && !r->always_names) status = khop_i_edge_row_check(&end[0], &end[1], line);
  if (status == KHOP_OK) status = read_id(&id[0], r, 0, &end[0], layout->from, line);
  if (status == KHOP_OK && !r->restarts) status = read_id(&id[1], r, 1, &end[1], layout->to, line);
  if (status != KHOP_OK || r->restarts) return status;
  if (layout->type >= 0) status = read_type(r, &type, line);
  return status == KHOP_OK ? khop_i_edge_ends_add(&r->ends, id[0], id[1]) : status;
}

static khop_status add_lone(khop_i_edge_reader *r, int64_t id) {
  khop_status status = khop_i_room(&r->lone, r->lone_count + 1, sizeof *r->lone, "an adjacency list");
  if (status != KHOP_OK) return status;
  r->lone[r->lone_count++] = id;
  return KHOP_OK;
}

static khop_status read_neighbours(khop_i_edge_reader *r, const khop_i_line *line) {
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

static khop_status read_line(khop_i_edge_reader *r, const khop_i_line *line) {
  if (memchr(line->start, '\r', (size_t)(line->end - line->start)))
    return khop_i_line_fail(line, "a carriage return inside the line; end lines with a newline:");
  return r->adjacency ? read_neighbours(r, line) : read_edge(r, line);
}

/* A comment that looks like an edge from a node "#tag". */
static void count_hidden(khop_i_edge_reader *r, const khop_i_line *line) {
  if (!khop_i_edge_line_is_hidden(line, &r->layout, r->fields)) return;
  if (!r->hidden++) r->first_hidden = line->number;
}

void khop_i_edge_lines_rewind(khop_i_edge_reader *r) {
  khop_i_line first = r->layout.body;
  r->fields = khop_i_edge_line_next(&first, &r->layout) ? fields_of(&first, r->layout.separator) : 0;
  r->widest = 0;
  r->may_be_lists = r->fields > 2 && !r->layout.says && !r->layout.header && !r->edges_alone;
  r->ragged = (khop_i_line){0};
  r->ends.count = r->lone_count = r->directed_edges = r->hidden = r->trailing = 0;
}

khop_status khop_i_edge_lines_read(khop_i_edge_reader *r, khop_i_line *line) {
  khop_status status = KHOP_OK;
  while (status == KHOP_OK && !r->restarts && khop_i_text_line(line)) {
    bool blank = khop_i_edge_line_is_blank(line, &r->layout);
    if (!blank && r->may_be_lists) r->may_be_lists = khop_i_adjacency_line(line, r->layout.separator);
    if (!blank) status = read_line(r, line);
    else count_hidden(r, line);
  }
  return status;
}

bool khop_i_edge_lines_all_marked(const khop_i_edge_reader *r) {
  return r->layout.header && !r->ends.count && r->hidden && !r->ends.by_name;
}

void khop_i_edge_lines_take_names(khop_i_edge_reader *r) {
  r->restarts = false;
  r->layout.marked_names = r->always_names || r->layout.header || r->source->names_first;
  if (!r->layout.header && !r->always_names) r->layout.columns = r->fields;
  if (r->layout.separator == KHOP_I_ANY_SEPARATOR) r->layout.separator = ' '; /* names may hold commas */
  khop_i_edge_ends_restart(&r->ends);
}

/* --- what is told --------------------------------------------------------------------------- */

static khop_status KHOP_PRINTF(2, 3) note(khop_i_notes *notes, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  khop_status status = khop_i_notes_add(notes, format, arguments);
  va_end(arguments);
  return status;
}

khop_status khop_i_edge_lines_note(khop_i_notes *notes, const khop_i_edge_reader *r, int64_t edges) {
  khop_status status = KHOP_OK;
  const khop_i_edge_layout *layout = &r->layout;
  if (layout->says)
    KHOP_TRY(note(notes, "read as %s: its comment says \"%s\"",
                               layout->bipartite ? "two sets of nodes" : layout->directed ? "directed" : "undirected",
                               layout->says));
  if (r->directed_edges && r->directed_edges < edges && !r->source->options.directed)
    KHOP_TRY(note(notes, "%lld edges are directed: the others are an arc each way",
                               (long long)r->directed_edges));
  if (layout->weights || (!layout->header && !r->adjacency && r->widest > 2 && strcmp(r->source->format, "ncol") == 0))
    KHOP_TRY(note(notes, "edge weights are ignored"));
  if (layout->row_names)
    KHOP_TRY(note(notes, "the header has a field less than the rows: their first is the name of the row, "
                               "as R writes them, and is not read"));
  if (r->trailing)
    KHOP_TRY(note(notes, "rows with separators behind the columns of the header: %lld",
                               (long long)r->trailing));
  if (*layout->unused) KHOP_TRY(note(notes, "columns that are not read: %s", layout->unused));
  if (!layout->header && !r->adjacency && r->widest > 2 && strcmp(r->source->format, "ncol") != 0)
    KHOP_TRY(note(notes, "edge weights are ignored, and all else that follows the two ids of a line"));
  if (r->hidden)
    KHOP_TRY(note(notes, "comments that look like edges are not read: %lld, the first in line %lld "
                               "(a name that begins with # or %% needs quotes)", (long long)r->hidden,
                               (long long)r->first_hidden));
  if (r->adjacency && strcmp(r->source->format, "adjlist") != 0)
    KHOP_TRY(note(notes, "read as an adjacency list: a node a line, then its neighbours"));
  if (r->source->names_first && !layout->header && r->ends.by_name && !r->adjacency)
    KHOP_TRY(note(notes, "no header is known in it: its first line is an edge"));
done:
  return status;
}

/* --- begin and end -------------------------------------------------------------------------- */

khop_status khop_i_edge_lines_open(khop_i_edge_reader *r, const khop_i_source *source, const khop_i_text *text) {
  const khop_read_options *options = &source->options;
  *r = (khop_i_edge_reader){.source = source};
  r->max_id = options->max_id ? options->max_id : options->ids == KHOP_IDS_POSITION ? DEFAULT_MAX_ID : INT64_MAX;
  khop_status status = khop_i_edge_layout_find(&r->layout, text, source);
  if (status == KHOP_OK && r->layout.header) status = khop_i_edge_rows_find_names(&r->layout);
  r->ends.two_sides = r->layout.bipartite;
  r->always_names = r->ends.by_name = strcmp(source->format, "ncol") == 0;
  r->colons = !r->always_names && !r->layout.header && khop_i_edge_rows_have_colons(&r->layout);
  r->edges_alone = r->always_names || (options->format && strcmp(source->format, "edges") == 0);
  r->adjacency = strcmp(source->format, "adjlist") == 0 || r->colons;
  r->ends.braces = r->always_names || source->names_first;
  return status;
}

void khop_i_edge_lines_close(khop_i_edge_reader *r) {
  khop_i_edge_ends_free(&r->ends);
  khop_i_free(r->lone);
  khop_i_free(r->one_way);
}
