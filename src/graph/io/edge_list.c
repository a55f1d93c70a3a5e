/* edge_list.c: edge lists, the format that everybody writes and nobody specified.
 *
 *   # a comment             two node ids a line; what follows them (a weight, a time) is ignored;
 *   0 1                     blanks, tabs, commas and semicolons between fields
 *   1,2,0.5
 *
 * igraph's own reader refuses comments and weights, and lets one id ask for petabytes.
 */
#include "graph/io/edge_list.h"
#include "graph/io/lines.h"
#include "graph/io/source.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* An id allocates all nodes below it: up to this one they take 0.8 GB of offsets. Who has more says so (max_id). */
#define DEFAULT_MAX_ID 100000000

typedef struct edge_list {
  int64_t *from, *to, count, capacity, largest;
} edge_list;

static khop_status add_edge(edge_list *list, int64_t from, int64_t to) {
  if (list->count == list->capacity) {
    int64_t capacity = list->capacity ? 2 * list->capacity : 1024;
    khop_status status = khop_i_grow(&list->from, capacity, sizeof *list->from, "an edge list");
    if (status == KHOP_OK) status = khop_i_grow(&list->to, capacity, sizeof *list->to, "an edge list");
    if (status != KHOP_OK) return status;
    list->capacity = capacity;
  }
  list->from[list->count] = from;
  list->to[list->count++] = to;
  if (from > list->largest) list->largest = from;
  if (to > list->largest) list->largest = to;
  return KHOP_OK;
}

/* --- one line ------------------------------------------------------------------------------- */

static bool separates(char c) {
  return c == ' ' || c == '\t' || c == ',' || c == ';';
}
static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The next field from *at on: its start, with *at moved behind it. NULL at the end of the line. */
static const char *next_field(const char **at, size_t *length) {
  const char *start = *at;
  while (separates(*start)) start++;
  const char *end = start;
  while (*end && !separates(*end)) end++;
  *at = end;
  *length = (size_t)(end - start);
  return *length ? start : NULL;
}

static khop_status read_id(int64_t *id, const char *field, size_t length, int64_t max_id,
                           int64_t line) {
  int64_t value = 0;
  size_t digits = field[0] == '-';
  bool too_large = false;
  for (; digits < length && is_digit(field[digits]); digits++) {
    if (!too_large) value = 10 * value + (field[digits] - '0');
    too_large = too_large || value > max_id;
  }
  khop_i_excerpt shown = khop_i_excerpt_of(field, length);
  if (digits < length || (field[0] == '-' && length == 1))
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" is not a node id (an integer from 0 on)",
                       (long long)line, shown.text);
  if (field[0] == '-')
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: the node id %s is negative", (long long)line,
                       shown.text);
  if (too_large)
    return khop_i_fail(KHOP_E_FORMAT,
                       "line %lld: the node id %s is above the cap of %lld; number the nodes from "
                       "0 on, or raise max_id",
                       (long long)line, shown.text, (long long)max_id);
  *id = value;
  return KHOP_OK;
}

/* Whether a line is a header: none of its fields, quoted or not, begins like a number. */
static bool holds_names(const char *text) {
  size_t length;
  const char *field;
  int fields = 0;
  while ((field = next_field(&text, &length))) {
    while (*field == '"' || *field == '\'' || *field == '-' || *field == '+' || *field == '.')
      field++;
    if (is_digit(*field)) return false;
    fields++;
  }
  return fields >= 2;
}

static khop_status read_line(edge_list *list, const khop_i_lines *lines, int64_t max_id) {
  const char *at = lines->text, *field[2];
  size_t length[2];
  int64_t id[2];
  khop_i_excerpt shown = khop_i_excerpt_of(lines->text, lines->length);
  for (int f = 0; f < 2; f++) {
    field[f] = next_field(&at, &length[f]);
    if (lines->cut && !*at)
      return khop_i_fail(KHOP_E_FORMAT,
                         "line %lld: no two node ids in the first %d bytes of \"%s\"",
                         (long long)lines->number, KHOP_I_LINE, shown.text);
    if (!field[f])
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" has one field, and an edge needs two",
                         (long long)lines->number, shown.text);
    khop_status status = read_id(&id[f], field[f], length[f], max_id, lines->number);
    if (status != KHOP_OK) return status;
  }
  if (memchr(lines->text, '\r', lines->length))
    return khop_i_fail(KHOP_E_FORMAT,
                       "line %lld: a carriage return inside \"%s\"; end lines with a newline",
                       (long long)lines->number, shown.text);
  return add_edge(list, id[0], id[1]);
}

/* --- the file ------------------------------------------------------------------------------- */

static bool is_blank_or_comment(const char *text) {
  while (separates(*text)) text++;
  return !*text || *text == '#' || *text == '%';
}

khop_status khop_i_read_edges(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_lines *lines = NULL;
  edge_list list = {.largest = -1};
  bool more = true, first = true;
  int64_t max_id = source->options.max_id ? source->options.max_id : DEFAULT_MAX_ID;
  KHOP_TRY(khop_i_alloc_raw(&lines, 1, sizeof *lines, "a reader"));
  khop_i_lines_start(lines, source->file);
  for (;;) {
    KHOP_TRY(khop_i_lines_next(&more, lines));
    if (!more) break;
    if (is_blank_or_comment(lines->text)) continue;
    bool names = first && source->names_first && holds_names(lines->text);
    first = false;
    if (!names) KHOP_TRY(read_line(&list, lines, max_id));
  }
  if (!list.count) KHOP_FAIL(KHOP_E_FORMAT, "no edges in its %lld lines", (long long)lines->number);
  KHOP_TRY(khop_graph_from_coo(graph, list.largest + 1, list.count, list.from, list.to,
                               source->options.directed));
done:
  khop_i_free(lines);
  khop_i_free(list.from);
  khop_i_free(list.to);
  return status;
}
