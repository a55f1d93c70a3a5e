/* pajek.c: Pajek's networks, as Pajek, NetworkX, igraph and people write them.
 *
 *   *Vertices 4             how many; of two-sided ones also how many are on the first side
 *   1 "a" 0.1 0.2 ellipse club x        number, name, up to three coordinates, a shape, pairs of key and value
 *   *Arcs   / *Edges        a pair a line, a weight behind it
 *   *Arcslist / *Edgeslist  a node and all that it leads to
 *   *Matrix                 a row a node
 *   *Partition c            then *Vertices 4 and a number a node: a column; so are *Vector and *Permutation
 *
 * Lines before the first *Network or *Vertices, and those that begin with %, say nothing. */
#include "graph/io/pajek.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"
#include "graph/io/draft.h"
#include "graph/io/ignored.h"
#include "graph/io/limits.h"
#include "graph/io/matrix.h"
#include "graph/io/pajek_word.h"
#include "graph/io/text.h"
#include "graph/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum section { BEFORE, VERTICES, ARCS, EDGES, ARCS_LIST, EDGES_LIST, MATRIX, VALUES, SKIPPED } section;

typedef struct pajek {
  khop_i_draft draft;
  int64_t bytes, left; /* nodes of the first side; 0: there are not two */
  section section;
  bool has_network, has_edges, has_matrix, has_names, in_values;
  int64_t cells, next_value; /* of the matrix; of a partition */
  char values[64];           /* the name of the partition or vector */
  int relations, networks;
  double cell; /* of the matrix, the first that is not zero */
  bool times;
  khop_i_ignored ignored; /* of edges */
} pajek;

static bool is_line_start(const khop_i_line *line, const char *word) {
  size_t length = strlen(word);
  return (size_t)(line->end - line->start) >= length && khop_i_strncasecmp(line->start, word, length) == 0;
}

static bool read_count(int64_t *count, const khop_i_field *field) {
  char *end;
  *count = 0;
  if (!field->length || field->text[0] < '0' || field->text[0] > '9') return false;
  *count = strtoll(field->text, &end, 10);
  return end == field->text + field->length;
}

/* A node by its number, from 1 on. */
static khop_status read_node(int64_t *node, const pajek *p, const khop_i_field *field, const khop_i_line *line) {
  if (!read_count(node, field)) return khop_i_line_fail(line, "not the number of a vertex:");
  if (*node < 1 || *node > p->draft.nodes)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: vertex %lld is not between 1 and %lld", (long long)line->number,
                       (long long)*node, (long long)p->draft.nodes);
  --*node;
  return KHOP_OK;
}

/* --- sections ------------------------------------------------------------------------------- */

static khop_status begin_vertices(pajek *p, const khop_i_line *line) {
  const char *at = line->start + strcspn(line->start, " \t\r\n");
  int64_t count = 0;
  khop_i_field field;
  if (at > line->end || !khop_i_text_field(&field, &at, line->end, KHOP_I_ANY_SEPARATOR) || !read_count(&count, &field))
    return khop_i_line_fail(line, "no number of vertices in");
  if (p->in_values) {
    if (count != p->draft.nodes)
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: values of %lld vertices; the network has %lld",
                         (long long)line->number, (long long)count, (long long)p->draft.nodes);
    p->section = VALUES;
    p->next_value = 0;
    return KHOP_OK;
  }
  if (p->networks++) {
    p->section = SKIPPED;
    return KHOP_OK;
  }
  khop_status status = khop_i_check_claim(count, p->bytes);
  if (status != KHOP_OK) return status;
  p->draft.nodes = count;
  bool sides = khop_i_text_field(&field, &at, line->end, KHOP_I_ANY_SEPARATOR) && read_count(&p->left, &field);
  if (sides && p->left > count)
    return khop_i_line_fail(line, "more vertices on the first side than there are:");
  p->section = VERTICES;
  return KHOP_OK;
}

static void name_values(pajek *p, const khop_i_line *line) {
  const char *at = line->start + strcspn(line->start, " \t\r\n");
  while (at < line->end && (*at == ' ' || *at == '\t')) at++;
  int length = at < line->end ? (int)(line->end - at) : 0;
  if (length)
    snprintf(p->values, sizeof p->values, "%.*s", length, at);
  else
    snprintf(p->values, sizeof p->values, "%s", is_line_start(line, "*partition") ? "partition" : "vector");
  p->in_values = true;
  p->section = BEFORE;
}

/* Several relations, "*Arcs :2 "likes"", are one graph. */
static khop_status begin_edges(pajek *p, section wanted, const khop_i_line *line) {
  if (!p->networks) return khop_i_line_fail(line, "edges before *Vertices:");
  bool skipped = p->networks > 1 || p->in_values;
  p->section = skipped ? SKIPPED : wanted;
  if (skipped) return KHOP_OK;
  p->has_edges = p->has_edges || wanted != MATRIX;
  if (wanted == MATRIX && p->has_matrix) p->section = SKIPPED;
  p->relations += wanted == MATRIX || memchr(line->start, ':', (size_t)(line->end - line->start)) != NULL;
  p->has_matrix = p->has_matrix || wanted == MATRIX;
  return KHOP_OK;
}

/* Something stands behind the first word. */
static bool has_more(const khop_i_line *line) {
  const char *at = line->start;
  while (at < line->end && *at != ' ' && *at != '\t') at++;
  while (at < line->end && (*at == ' ' || *at == '\t')) at++;
  return at < line->end;
}

static khop_status begin_section(pajek *p, const khop_i_line *line) {
  static const struct {
    const char *word;
    section wanted;
  } kinds[] = {{"*arcslist", ARCS_LIST}, {"*edgeslist", EDGES_LIST}, {"*arcs", ARCS}, {"*edges", EDGES},
               {"*matrix", MATRIX}};
  if (is_line_start(line, "*vertices")) return begin_vertices(p, line);
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    if (is_line_start(line, kinds[k].word)) return begin_edges(p, kinds[k].wanted, line);
  if (is_line_start(line, "*partition") || is_line_start(line, "*vector")) {
    name_values(p, line);
    return KHOP_OK;
  }
  p->in_values = is_line_start(line, "*permutation") || is_line_start(line, "*cluster");
  p->section = p->in_values ? SKIPPED : BEFORE;
  if (is_line_start(line, "*network"))
    return p->networks ? KHOP_OK : khop_i_ignored_of_graph(&p->ignored, "network name", has_more(line) ? 12 : 0);
  if (p->in_values) return KHOP_OK;
  return p->networks ? khop_i_line_fail(line, "an unknown section") : KHOP_OK;
}

/* --- lines ---------------------------------------------------------------------------------- */

static bool is_number(const khop_i_field *field) {
  size_t digits = strspn(field->text, "+-.0123456789eE");
  return !field->quoted && field->length && digits >= field->length && strpbrk(field->text, "0123456789") &&
         strpbrk(field->text, "0123456789") < field->text + field->length;
}

static khop_status set_field(pajek *p, const char *name, int64_t node, const khop_i_field *field, bool text) {
  return khop_i_draft_set(&p->draft, name, node, field->text, field->length, text);
}

/* When a vertex or an edge is there: [1-3]. */
static bool is_time(const khop_i_field *field) {
  return field->length && !field->quoted && field->text[0] == '[' &&
         strspn(field->text, "[]0123456789-,*") >= field->length;
}

#define MOST_FIELDS 64

/* What stands behind the name: coordinates, a shape, pairs. */
static khop_status read_attributes(pajek *p, int64_t node, const khop_i_field *field, int fields) {
  static const char *const axes[] = {"x", "y", "z"};
  khop_status status = KHOP_OK;
  char key[64];
  int f = 0;
  for (; f < fields && f < 3 && is_number(&field[f]); f++) KHOP_TRY(set_field(p, axes[f], node, &field[f], false));
  if ((fields - f) % 2) KHOP_TRY(set_field(p, "shape", node, &field[f++], true));
  for (; f + 1 < fields; f += 2) {
    snprintf(key, sizeof key, "%.*s", (int)(field[f].length < 60 ? field[f].length : 60), field[f].text);
    KHOP_TRY(
        set_field(p, khop_i_strcasecmp(key, "name") == 0 ? "name_" : key, node, &field[f + 1], field[f + 1].quoted));
  }
done:
  return status;
}

static khop_status read_vertex(pajek *p, const khop_i_line *line) {
  khop_i_field field[MOST_FIELDS];
  int fields = 0;
  int64_t node;
  const char *at = line->start;
  while (fields < MOST_FIELDS && khop_i_pajek_word(&field[fields], &at, line->end)) {
    if (fields > 1 && is_time(&field[fields])) {
      p->times = true;
      break;
    }
    fields++;
  }
  if (!fields) return KHOP_OK;
  khop_status status = read_node(&node, p, &field[0], line);
  if (status != KHOP_OK || fields < 2) return status;
  p->has_names = true;
  status = set_field(p, "name", node, &field[1], true);
  return status == KHOP_OK ? read_attributes(p, node, field + 2, fields - 2) : status;
}

/* Behind its two vertices an edge has a weight, and then keys with values. */
static khop_status ignore_rest(pajek *p, int place, const khop_i_field *field) {
  if (place == 2) p->ignored.weights = true;
  return place % 2 ? khop_i_ignored_add(&p->ignored, field->text, field->length) : KHOP_OK;
}

static khop_status read_pairs(pajek *p, const khop_i_line *line) {
  bool list = p->section == ARCS_LIST || p->section == EDGES_LIST;
  bool one_way = p->section == ARCS || p->section == ARCS_LIST;
  int64_t first = -1, other = -1;
  khop_i_field field;
  const char *at = line->start;
  int fields = 0;
  khop_status status = KHOP_OK;
  for (; status == KHOP_OK && khop_i_text_field(&field, &at, line->end, KHOP_I_ANY_SEPARATOR); fields++) {
    if (is_time(&field)) {
      p->times = true;
      break;
    }
    if (fields > 1 && !list) {
      status = ignore_rest(p, fields, &field);
      continue;
    }
    status = read_node(fields ? &other : &first, p, &field, line);
    if (status == KHOP_OK && fields) status = khop_i_draft_edge(&p->draft, first, other, one_way);
  }
  if (status == KHOP_OK && fields == 1 && !list) return khop_i_line_fail(line, "an edge needs two vertices:");
  return status;
}

static khop_status read_cells(pajek *p, const khop_i_line *line) {
  int64_t rows = p->left ? p->left : p->draft.nodes, columns = p->left ? p->draft.nodes - p->left : rows;
  khop_i_field field;
  const char *at = line->start;
  while (khop_i_text_field(&field, &at, line->end, KHOP_I_ANY_SEPARATOR)) {
    if (!is_number(&field)) return khop_i_line_fail(line, "not a row of numbers:");
    if (p->cells == rows * columns)
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: more than the %lld by %lld numbers of its matrix",
                         (long long)line->number, (long long)rows, (long long)columns);
    int64_t i = p->cells / columns, j = p->left + p->cells % columns;
    p->cells++;
    double value = khop_i_read_number(field.text, NULL);
    if (value == 0) continue;
    if (p->cell == 0) p->cell = value;
    p->ignored.weights = p->ignored.weights || value != p->cell;
    khop_status status = khop_i_draft_edge(&p->draft, i, j, !p->left);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

static khop_status read_value(pajek *p, const khop_i_line *line) {
  khop_i_field field;
  const char *at = line->start;
  if (!khop_i_text_field(&field, &at, line->end, KHOP_I_ANY_SEPARATOR)) return KHOP_OK;
  if (!is_number(&field) || p->next_value == p->draft.nodes)
    return khop_i_line_fail(line, "not a number for each vertex:");
  return set_field(p, p->values, p->next_value++, &field, false);
}

static khop_status read_line(pajek *p, const khop_i_line *line) {
  switch (p->section) {
  case VERTICES:
    return read_vertex(p, line);
  case ARCS:
  case EDGES:
  case ARCS_LIST:
  case EDGES_LIST:
    return read_pairs(p, line);
  case MATRIX:
    return read_cells(p, line);
  case VALUES:
    return read_value(p, line);
  default:
    return KHOP_OK;
  }
}

/* --- the file ------------------------------------------------------------------------------- */

static khop_status read_sections(pajek *p, const khop_i_text *text) {
  khop_i_line line = {.next = text->bytes};
  khop_status status = KHOP_OK;
  while (status == KHOP_OK && khop_i_text_line(&line)) {
    while (line.start < line.end && (*line.start == ' ' || *line.start == '\t')) line.start++;
    if (line.start == line.end || *line.start == '%') continue;
    status = *line.start == '*' ? begin_section(p, &line) : read_line(p, &line);
  }
  if (status != KHOP_OK) return status;
  if (!p->networks) return khop_i_fail(KHOP_E_FORMAT, "no *Vertices in its %lld lines", (long long)line.number);
  int64_t n = p->draft.nodes, wanted = p->left ? p->left * (n - p->left) : n * n;
  if (p->has_matrix && p->cells != wanted)
    return khop_i_fail(KHOP_E_FORMAT, "its matrix has %lld numbers, not %lld", (long long)p->cells, (long long)wanted);
  return KHOP_OK;
}

/* A vertex whose line is missing goes by its number. */
static khop_status name_the_rest(pajek *p) {
  khop_status status = KHOP_OK;
  char number[24];
  for (int64_t i = 0; p->has_names && i < p->draft.nodes && status == KHOP_OK; i++)
    if (!khop_i_draft_get(&p->draft, "name", i)) {
      int length = snprintf(number, sizeof number, "%lld", (long long)i + 1);
      status = khop_i_draft_set(&p->draft, "name", i, number, (size_t)length, true);
    }
  for (int64_t i = 0; p->left && i < p->draft.nodes && status == KHOP_OK; i++)
    status = khop_i_draft_set(&p->draft, "side", i, i < p->left ? "left" : "right", i < p->left ? 4 : 5, true);
  return status;
}

static khop_status note_rest(khop_graph *graph, const pajek *p) {
  khop_status status = KHOP_OK;
  if (p->networks > 1)
    KHOP_TRY(khop_i_graph_note(graph, "%d networks in it: the first is read", p->networks));
  if (p->relations > 1) KHOP_TRY(khop_i_graph_note(graph, "%d relations in it: all are read as one", p->relations));
  if (p->times) KHOP_TRY(khop_i_graph_note(graph, "times are not read: all vertices and edges count"));
  KHOP_TRY(khop_i_ignored_tell(graph, &p->ignored));
done:
  return status;
}

khop_status khop_i_read_pajek(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_text text = {0};
  khop_graph *made = NULL;
  pajek p = {.bytes = source->bytes};
  KHOP_TRY(khop_i_text_read(&text, source));
  if (p.bytes < 0) p.bytes = text.length;
  KHOP_TRY(read_sections(&p, &text));
  KHOP_TRY(name_the_rest(&p));
  KHOP_TRY(khop_i_draft_finish(&made, &p.draft, p.has_matrix && !p.has_edges));
  if (!p.has_names) KHOP_TRY(khop_i_matrix_ids(made, 0));
  KHOP_TRY(note_rest(made, &p));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  khop_i_draft_free(&p.draft);
  khop_i_ignored_free(&p.ignored);
  khop_i_text_free(&text);
  return status;
}
