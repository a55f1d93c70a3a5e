/* dl.c: UCINET's DL: a matrix in one of several forms, behind a header of words (dl_header.c).
 *
 *   fullmatrix, lowerhalf, upperhalf      data: 0 1 0  1 0 1  0 1 0     an entry that is not zero is an arc
 *   edgelist1                             data: 1 2 0.5                 an arc a line, a weight behind it
 *   nodelist1                             data: 1 2 3                   a node, and all that it leads to
 *   nodelist1b                            data: 2 2 3                   row by row, how many, and which
 *   edgelist2, nodelist2, nr and nc       rows and columns are two sets of nodes
 *
 * A line that begins with ! stands between two matrices, as sna writes them. */
#include "graph/io/dl.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "graph/io/dl_header.h"
#include "graph/io/draft.h"
#include "graph/io/ignored.h"
#include "graph/io/matrix.h"
#include "graph/notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct dl {
  khop_i_dl head;
  khop_i_draft draft;
  double value; /* of the first entry that is not zero */
  bool weights; /* others differ from it, or there is a column of them */
  bool directed; /* the caller says so: between two sides the arcs lead from rows to columns */
} dl;

/* --- matrices ------------------------------------------------------------------------------- */

static int64_t column_node(const dl *d, int64_t column) { return d->head.two_sides ? d->head.rows + column : column; }

static khop_status read_cell(bool *entry, dl *d) {
  khop_i_field field;
  if (!khop_i_dl_word(&field, &d->head)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside its matrix");
  char *end;
  double value = khop_i_read_number(field.text, &end);
  *entry = value != 0;
  if (*entry && d->value == 0) d->value = value;
  d->weights = d->weights || (*entry && value != d->value);
  return end == field.text + field.length ? KHOP_OK : khop_i_dl_fail(&d->head, "not a number:", &field);
}

/* The labels of the columns above the matrix. */
static khop_status read_column_labels(dl *d) {
  khop_i_field field;
  khop_status status = KHOP_OK;
  int64_t ignored;
  for (int64_t j = 0; d->head.embedded[1] && j < d->head.columns && status == KHOP_OK; j++) {
    if (!khop_i_dl_word(&field, &d->head)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside its matrix");
    status = khop_i_dl_label(&ignored, &d->head, d->head.two_sides, &field, true);
  }
  return status;
}

/* The label before a row, which a square matrix has above it too. */
static khop_status read_row_label(dl *d, int64_t i) {
  khop_i_field field;
  int64_t id = i;
  if (!d->head.embedded[0]) return KHOP_OK;
  if (!khop_i_dl_word(&field, &d->head)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside its matrix");
  bool fresh = d->head.two_sides || !d->head.embedded[1];
  khop_status status = khop_i_dl_label(&id, &d->head, 0, &field, fresh);
  if (status == KHOP_OK && id != i) return khop_i_dl_fail(&d->head, "a row in another place than its column:", &field);
  return status;
}

static khop_status read_matrix(dl *d) {
  const khop_i_dl *head = &d->head;
  khop_i_field field;
  khop_status status = read_column_labels(d);
  bool entry = false, square = !head->two_sides, arcs = head->form == KHOP_I_DL_FULL && (square || d->directed);
  for (int64_t i = 0; i < head->rows && status == KHOP_OK; i++) {
    int64_t first = head->form == KHOP_I_DL_UPPER ? i + head->no_diagonal : 0;
    int64_t end = head->form == KHOP_I_DL_LOWER ? i + 1 - head->no_diagonal : head->columns;
    status = read_row_label(d, i);
    for (int64_t j = first; j < end && status == KHOP_OK; j++) {
      if (head->form == KHOP_I_DL_FULL && head->no_diagonal && square && i == j) continue;
      status = read_cell(&entry, d);
      if (status == KHOP_OK && entry) status = khop_i_draft_edge(&d->draft, i, column_node(d, j), arcs);
    }
  }
  if (status == KHOP_OK && head->matrices < 2 && khop_i_dl_word(&field, &d->head))
    return khop_i_dl_fail(head, "more than its matrix:", &field);
  return status;
}

/* --- lists ---------------------------------------------------------------------------------- */

static bool is_label(const dl *d, int side, const khop_i_field *field) {
  return d->head.embedded[side] || field->quoted;
}

/* A node of a side, by its number from 1 on or by its label. */
static khop_status read_end(int64_t *node, dl *d, int side, const khop_i_field *field) {
  khop_i_dl *head = &d->head;
  int64_t most = side ? head->columns : head->rows;
  int table = head->two_sides ? side : 0;
  char *end;
  khop_status status = KHOP_OK;
  if (is_label(d, side, field)) {
    status = khop_i_dl_label(node, head, table, field, false);
    if (status == KHOP_OK && *node >= most)
      return khop_i_dl_fail(head, "more labels than nodes, the last of them", field);
  } else {
    *node = strtoll(field->text, &end, 10) - 1;
    if (end != field->text + field->length) return khop_i_dl_fail(head, "not the number of a node:", field);
    if (*node < 0 || *node >= most)
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: node %lld is not between 1 and %lld", (long long)head->line.number,
                         (long long)*node + 1, (long long)most);
  }
  if (side) *node = column_node(d, *node);
  return status;
}

/* The number of nodes that follow in a line of nodelist1b. */
static khop_status check_length(const dl *d, const khop_i_field *field, int64_t found) {
  if (strtoll(field->text, NULL, 10) == found) return KHOP_OK;
  return khop_i_dl_fail(&d->head, "not as many nodes in the line as its first number says:", field);
}

static khop_status read_list_line(dl *d, int64_t *row) {
  khop_i_field field, leading = {0};
  khop_i_line behind = d->head.line;
  bool counted = d->head.form == KHOP_I_DL_COUNTED_NODES, edges = d->head.form == KHOP_I_DL_EDGES;
  bool arcs = d->directed || !d->head.two_sides;
  int64_t first = *row, other = 0, fields = 0;
  khop_status status = KHOP_OK;
  d->head.line.next = ""; /* words of this line alone */
  for (; status == KHOP_OK && khop_i_dl_word(&field, &d->head); fields++) {
    if (edges && fields > 1) {
      d->weights = true;
      break;
    }
    if (!fields) leading = field;
    if (!fields && counted && *row >= d->head.rows)
      status = khop_i_dl_fail(&d->head, "more rows than promised:", &field);
    if (!fields && !counted) status = read_end(&first, d, 0, &field);
    if (fields) status = read_end(&other, d, 1, &field);
    if (status == KHOP_OK && fields) status = khop_i_draft_edge(&d->draft, first, other, arcs);
  }
  d->head.line = behind;
  d->head.line.start = d->head.line.end;
  if (status != KHOP_OK || !fields) return status;
  ++*row;
  if (edges && fields == 1) return khop_i_dl_fail(&d->head, "an edge needs two nodes:", &field);
  return counted ? check_length(d, &leading, fields - 1) : KHOP_OK;
}

static bool ends_matrix(const dl *d) {
  const char *at = d->head.line.start;
  return d->head.matrices > 1 && at < d->head.line.end && *at == '!';
}

static khop_status read_lists(dl *d) {
  int64_t row = 0;
  khop_status status = read_list_line(d, &row); /* what stands behind "data:" */
  while (status == KHOP_OK && khop_i_text_line(&d->head.line) && !ends_matrix(d)) status = read_list_line(d, &row);
  return status;
}

/* --- the file ------------------------------------------------------------------------------- */

/* Whether a label names a row and a column, which are two nodes. */
static khop_status find_shared_labels(bool *shared, const dl *d) {
  khop_status status = KHOP_OK;
  khop_i_string_table both = {0};
  const khop_i_string_table *labels = d->head.labels;
  for (int side = 0; side < 2 && status == KHOP_OK; side++)
    for (int32_t i = 0, id; i < labels[side].count && status == KHOP_OK; i++) {
      const char *label = khop_i_string_table_text(&labels[side], i);
      status = khop_i_string_table_add(&id, &both, label, strlen(label));
    }
  *shared = both.count < labels[0].count + labels[1].count;
  khop_i_string_table_free(&both);
  return status;
}

static khop_status name_nodes(dl *d) {
  khop_status status = KHOP_OK;
  char *name = NULL;
  bool shared = false;
  KHOP_TRY(find_shared_labels(&shared, d));
  for (int side = 0; side < 2; side++)
    for (int32_t i = 0; i < d->head.labels[side].count; i++) {
      const char *label = khop_i_string_table_text(&d->head.labels[side], i);
      khop_i_free(name);
      name = NULL;
      KHOP_TRY(khop_i_sprintf(&name, "%s%s", !shared ? "" : side ? "right " : "left ", label));
      KHOP_TRY(khop_i_draft_set(&d->draft, "name", side ? column_node(d, i) : i, name, strlen(name), true));
    }
done:
  khop_i_free(name);
  return status;
}

static khop_status make_graph(khop_graph **graph, dl *d) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  d->draft.nodes = d->head.two_sides ? d->head.rows + d->head.columns : d->head.rows;
  KHOP_TRY(name_nodes(d));
  d->draft.directed = d->directed;
  KHOP_TRY(khop_i_draft_finish(&made, &d->draft, !d->directed));
  if (!d->head.labels[0].count && !d->head.labels[1].count)
    KHOP_TRY(khop_i_matrix_ids(made, d->head.two_sides ? d->head.rows : 0));
  if (d->head.two_sides) KHOP_TRY(khop_i_matrix_sides(made, d->head.rows, d->head.columns));
  KHOP_TRY(khop_i_ignored_tell(made, &(khop_i_ignored){.weights = d->weights}));
  if (d->head.matrices > 1)
    KHOP_TRY(khop_i_graph_note(made, "%lld matrices in it: the first is read", (long long)d->head.matrices));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

khop_status khop_i_read_dl(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_text text = {0};
  dl d = {.head.bytes = source->bytes, .directed = source->options.directed};
  KHOP_TRY(khop_i_text_read(&text, source));
  d.head.line.next = text.bytes;
  KHOP_TRY(khop_i_dl_header(&d.head));
  KHOP_TRY(d.head.form >= KHOP_I_DL_EDGES ? read_lists(&d) : read_matrix(&d));
  KHOP_TRY(make_graph(graph, &d));
done:
  khop_i_draft_free(&d.draft);
  khop_i_string_table_free(&d.head.labels[0]);
  khop_i_string_table_free(&d.head.labels[1]);
  khop_i_text_free(&text);
  return status;
}
