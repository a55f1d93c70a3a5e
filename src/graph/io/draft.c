/* draft.c: see draft.h. */
#include "graph/io/draft.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"
#include "graph/graph.h"
#include "graph/io/lines.h"
#include "graph/io/matrix.h"
#include "graph/notes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void khop_i_draft_free(khop_i_draft *draft) {
  for (int32_t c = 0; draft->column && c < draft->names.count; c++) khop_i_free(draft->column[c].at);
  khop_i_free(draft->column);
  khop_i_free(draft->from);
  khop_i_free(draft->to);
  khop_i_free(draft->one_way);
  khop_i_free(draft->pool);
  khop_i_string_table_free(&draft->ids);
  khop_i_string_table_free(&draft->ends);
  khop_i_string_table_free(&draft->names);
  *draft = (khop_i_draft){0};
}

khop_status khop_i_draft_node(int64_t *node, khop_i_draft *draft, const char *id, size_t length) {
  int32_t found = 0;
  khop_status status = khop_i_string_table_add(&found, &draft->ids, id, length);
  *node = found;
  if (draft->ids.count > draft->nodes) draft->nodes = draft->ids.count;
  return status;
}

khop_status khop_i_draft_edge(khop_i_draft *draft, int64_t from, int64_t to, bool one_way) {
  khop_status status = KHOP_OK;
  if (draft->edges == draft->capacity) {
    int64_t capacity = draft->capacity ? 2 * draft->capacity : 256;
    KHOP_TRY(khop_i_grow(&draft->from, capacity, sizeof *draft->from, "edges"));
    KHOP_TRY(khop_i_grow(&draft->to, capacity, sizeof *draft->to, "edges"));
    KHOP_TRY(khop_i_grow(&draft->one_way, capacity, 1, "edges"));
    draft->capacity = capacity;
  }
  draft->from[draft->edges] = from;
  draft->to[draft->edges] = to;
  draft->one_way[draft->edges++] = one_way;
  draft->one_way_edges += one_way;
done:
  return status;
}

khop_status khop_i_draft_link(khop_i_draft *draft, const char *from, const char *to, bool one_way) {
  int32_t a = 0, b = 0;
  khop_status status = khop_i_string_table_add(&a, &draft->ends, from, strlen(from));
  if (status == KHOP_OK) status = khop_i_string_table_add(&b, &draft->ends, to, strlen(to));
  return status == KHOP_OK ? khop_i_draft_edge(draft, a, b, one_way) : status;
}

/* The ids that edges name become nodes. */
static khop_status resolve_links(khop_i_draft *draft) {
  khop_status status = KHOP_OK;
  int64_t *node = NULL;
  if (!draft->ends.count) return KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&node, draft->ends.count, sizeof *node, "ends of edges"));
  for (int32_t e = 0; e < draft->ends.count; e++) {
    const char *id = khop_i_string_table_text(&draft->ends, e);
    int32_t before = draft->ids.count, found = 0;
    KHOP_TRY(khop_i_string_table_add(&found, &draft->ids, id, strlen(id)));
    if (found == before) {
      khop_i_excerpt shown = khop_i_excerpt_of(id, strlen(id));
      KHOP_FAIL(KHOP_E_FORMAT, "an edge leads to \"%s\", and no node has this id", shown.text);
    }
    node[e] = found;
  }
  for (int64_t e = 0; e < draft->edges; e++) {
    draft->from[e] = node[draft->from[e]];
    draft->to[e] = node[draft->to[e]];
  }
done:
  khop_i_free(node);
  return status;
}

/* --- attributes ----------------------------------------------------------------------------- */

static khop_status find_or_add(khop_i_draft_column **column, khop_i_draft *draft, const char *name) {
  int32_t before = draft->names.count, c = 0;
  /* room first, so that each name has its column also where memory runs out */
  khop_status status = khop_i_room(&draft->column, before + 1, sizeof *draft->column, "attributes");
  if (status != KHOP_OK) return status;
  draft->column[before] = (khop_i_draft_column){0};
  status = khop_i_string_table_add(&c, &draft->names, name, strlen(name));
  *column = &draft->column[c];
  return status;
}

static khop_status reserve_cell(khop_i_draft_column *column, int64_t node) {
  if (node < column->capacity) return KHOP_OK;
  int64_t capacity = 2 * node + 64;
  khop_status status = khop_i_grow(&column->at, capacity, sizeof *column->at, "an attribute");
  if (status != KHOP_OK) return status;
  memset(column->at + column->capacity, 0, (size_t)(capacity - column->capacity) * sizeof *column->at);
  column->capacity = capacity;
  return KHOP_OK;
}

#define DIGITS "0123456789"

bool khop_i_is_number(const char *text) {
  static const char *const words[] = {"nan", "infinity", "inf"};
  const char *at = text + strspn(text, " \t\r\n"), *end = at;
  at += *at == '-' || *at == '+';
  size_t whole = strspn(at, DIGITS), part = at[whole] == '.' ? strspn(at + whole + 1, DIGITS) : 0;
  if (whole + part) {
    end = at + whole + (at[whole] == '.') + part;
    const char *power = end + 1 + (*end && (end[1] == '-' || end[1] == '+'));
    if ((*end == 'e' || *end == 'E') && strspn(power, DIGITS)) end = power + strspn(power, DIGITS);
  }
  for (int w = 0; w < 3 && end <= at && !(whole + part); w++)
    if (khop_i_strncasecmp(at, words[w], strlen(words[w])) == 0) end = at + strlen(words[w]);
  return end > at && !end[strspn(end, " \t\r\n")];
}

/* An integer that a double rounds to another: 2^53 + 1. */
static bool is_rounded(const char *text) {
  char exact[400];
  const char *digits = text + (*text == '-' || *text == '+');
  digits += strspn(digits, "0");
  size_t count = strspn(digits, DIGITS);
  if (count < 16 || count > 300 || digits[count]) return count > 300;
  snprintf(exact, sizeof exact, "%.0f", khop_i_read_number(digits, NULL));
  return strcmp(exact, digits) != 0;
}

khop_status khop_i_draft_set(khop_i_draft *draft, const char *name, int64_t node, const char *value, size_t length,
                             bool text) {
  khop_status status = KHOP_OK;
  khop_i_draft_column *column = NULL;
  KHOP_TRY(find_or_add(&column, draft, name));
  KHOP_TRY(reserve_cell(column, node));
  KHOP_TRY(khop_i_room(&draft->pool, draft->used + (int64_t)length + 1, 1, "attributes"));
  char *put = draft->pool + draft->used;
  if (length) memcpy(put, value, length);
  put[length] = 0;
  column->at[node] = draft->used + 1;
  column->text = column->text || text;
  draft->used += (int64_t)length + 1;
done:
  return status;
}

static const char *text_at(const khop_i_draft *draft, const khop_i_draft_column *column, int64_t node) {
  return node < column->capacity && column->at[node] ? draft->pool + column->at[node] - 1 : NULL;
}

static int32_t find_name(const khop_i_draft *draft, const char *name) {
  for (int32_t c = 0; c < draft->names.count; c++)
    if (strcmp(khop_i_string_table_text(&draft->names, c), name) == 0) return c;
  return -1;
}

const char *khop_i_draft_get(const khop_i_draft *draft, const char *name, int64_t node) {
  int32_t c = find_name(draft, name);
  return c < 0 ? NULL : text_at(draft, &draft->column[c], node);
}

khop_status khop_i_draft_declare(khop_i_draft *draft, const char *name, khop_i_draft_kind kind) {
  khop_i_draft_column *column = NULL;
  khop_status status = find_or_add(&column, draft, name);
  if (status != KHOP_OK) return status;
  column->text = column->text || kind == KHOP_I_DRAFT_TEXT;
  column->real = column->real || kind == KHOP_I_DRAFT_REAL;
  return KHOP_OK;
}

khop_status khop_i_draft_join(khop_i_draft *draft, const char *name, const char *into) {
  int32_t from = find_name(draft, name), to = find_name(draft, into);
  khop_status status = KHOP_OK;
  if (from < 0 || to < 0) return KHOP_OK;
  for (int64_t i = 0; i < draft->nodes && status == KHOP_OK; i++) {
    khop_i_draft_column *source = &draft->column[from], *target = &draft->column[to];
    if (i >= source->capacity || !source->at[i]) continue;
    status = reserve_cell(target, i);
    if (status == KHOP_OK && !target->at[i]) target->at[i] = source->at[i];
  }
  draft->column[to].text = draft->column[to].text || draft->column[from].text;
  draft->column[from].gone = true;
  return status;
}

khop_status khop_i_draft_default(khop_i_draft *draft, const char *name, const char *value) {
  khop_status status = KHOP_OK;
  for (int64_t i = 0; i < draft->nodes && status == KHOP_OK; i++)
    if (!khop_i_draft_get(draft, name, i)) status = khop_i_draft_set(draft, name, i, value, strlen(value), false);
  return status;
}

khop_status khop_i_draft_keep_ids(khop_i_draft *draft, const char *name) {
  char counted[32];
  bool counts = true;
  khop_status status = KHOP_OK;
  if (find_name(draft, name) >= 0) return KHOP_OK;
  for (int32_t i = 0; counts && i < draft->ids.count; i++) {
    const char *id = khop_i_string_table_text(&draft->ids, i);
    snprintf(counted, sizeof counted, "%lld", (long long)i);
    counts = strcmp(id, counted) == 0;
  }
  for (int32_t i = 0; !counts && i < draft->ids.count && status == KHOP_OK; i++) {
    const char *id = khop_i_string_table_text(&draft->ids, i);
    status = khop_i_draft_set(draft, name, i, id, strlen(id), true);
  }
  return status;
}

/* --- the graph ------------------------------------------------------------------------------ */

static khop_status add_numbers(khop_graph *graph, const khop_i_draft *draft, int32_t c) {
  double *numbers = NULL;
  khop_status status = khop_i_alloc_raw(&numbers, graph->nodes, sizeof *numbers, "a column");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < graph->nodes; i++) {
    const char *text = text_at(draft, &draft->column[c], i);
    numbers[i] = text && *text ? khop_i_read_number(text, NULL) : NAN;
  }
  status = khop_graph_add_column(graph, khop_i_string_table_text(&draft->names, c), numbers, NULL);
  khop_i_free(numbers);
  return status;
}

static khop_status add_strings(khop_graph *graph, const khop_i_draft *draft, int32_t c) {
  const char **strings = NULL;
  khop_status status = khop_i_alloc_raw(&strings, graph->nodes, sizeof *strings, "a column");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < graph->nodes; i++) strings[i] = text_at(draft, &draft->column[c], i);
  status = khop_graph_add_column(graph, khop_i_string_table_text(&draft->names, c), NULL, strings);
  khop_i_free(strings);
  return status;
}

/* large: for an integer that a double does not hold. */
static bool is_text(bool *large, const khop_i_draft *draft, const khop_i_draft_column *column) {
  bool text = column->text;
  *large = false;
  for (int64_t i = 0; !text && i < draft->nodes; i++) {
    const char *value = text_at(draft, column, i);
    text = value && *value && !khop_i_is_number(value);
    *large = *large || (value && !column->real && is_rounded(value));
  }
  *large = *large && !text;
  return text || *large;
}

static khop_status add_column(khop_graph *graph, const khop_i_draft *draft, int32_t c) {
  bool large;
  if (draft->column[c].gone) return KHOP_OK;
  if (!is_text(&large, draft, &draft->column[c])) return add_numbers(graph, draft, c);
  khop_status status = add_strings(graph, draft, c);
  if (!large || status != KHOP_OK) return status;
  const char *name = khop_i_string_table_text(&draft->names, c);
  khop_i_excerpt shown = khop_i_excerpt_of(name, strlen(name));
  return khop_i_graph_note(graph, "\"%s\" is text: it has integers that a double rounds (beyond 2^53)", shown.text);
}

static khop_status add_columns(khop_graph *graph, const khop_i_draft *draft) {
  khop_status status = KHOP_OK;
  for (int32_t c = 0; c < draft->names.count && status == KHOP_OK; c++)
    status = add_column(graph, draft, c);
  return status;
}

/* In a graph that is directed, an edge that is not becomes an arc each way. */
static khop_status mirror_edges(khop_i_draft *draft) {
  khop_status status = KHOP_OK;
  for (int64_t e = 0, edges = draft->edges; e < edges && status == KHOP_OK; e++)
    if (!draft->one_way[e] && draft->from[e] != draft->to[e])
      status = khop_i_draft_edge(draft, draft->to[e], draft->from[e], true);
  return status;
}

khop_status khop_i_draft_finish(khop_graph **graph, khop_i_draft *draft, bool settle) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  int64_t one_way = draft->one_way_edges, edges = draft->edges;
  bool directed = draft->directed || one_way > 0;
  KHOP_TRY(resolve_links(draft));
  if (directed) KHOP_TRY(mirror_edges(draft));
  KHOP_TRY(khop_graph_from_coo(&made, draft->nodes, draft->edges, draft->from, draft->to, directed));
  if (settle && directed) KHOP_TRY(khop_i_matrix_settle(made));
  KHOP_TRY(add_columns(made, draft));
  if (directed && one_way < edges)
    KHOP_TRY(khop_i_graph_note(made, "%lld of %lld edges are directed: the others are an arc each way",
                               (long long)one_way, (long long)edges));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}
