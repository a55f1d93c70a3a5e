/* dl.c: UCINET's DL: a matrix in one of several forms, behind a header of words.
 *
 *   dl n=3 format=fullmatrix      also edgelist1, nodelist1, lowerhalf, upperhalf; nr and nc: two sides
 *   labels:                       one a node; "labels embedded": they stand in the data instead
 *   a,b,c
 *   data:
 *   0 1 0  1 0 1  0 1 0           an entry that is not zero is an arc from its row to its column */
#include "graph/io/dl.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/draft.h"
#include "graph/io/limits.h"
#include "graph/io/lines.h"
#include "graph/io/text.h"
#include "graph/notes.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

typedef enum form { FULL, LOWER, UPPER, EDGES, NODES } form;

typedef struct dl {
  khop_i_draft draft;
  khop_i_line line; /* being read; its start moves behind the fields that have been read */
  int64_t bytes, n, rows, columns, matrices;
  form form;
  bool embedded, no_diagonal, two_sides, weights;
  khop_i_string_table labels; /* row labels, then column labels; or embedded ones as they are met */
} dl;

/* --- words ---------------------------------------------------------------------------------- */

/* The next word of the file, across lines; false at its end. */
static bool next_word(khop_i_field *field, dl *d) {
  for (;;) {
    const char *at = d->line.start;
    while (at && at < d->line.end && strchr(" \t,;=", *at)) at++;
    if (at && at < d->line.end && *at != '!') {
      *field = (khop_i_field){.text = at, .quoted = *at == '"'};
      if (field->quoted) field->text = ++at;
      while (at < d->line.end && (field->quoted ? *at != '"' : !strchr(" \t,;=", *at))) at++;
      field->length = (size_t)(at - field->text);
      d->line.start = at < d->line.end ? at + 1 : at;
      return true;
    }
    if (!khop_i_text_line(&d->line)) return false;
  }
}

static khop_status fail_word(const dl *d, const char *what, const khop_i_field *field) {
  khop_i_excerpt shown = khop_i_excerpt_of(field->text, field->length);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s \"%s\"", (long long)d->line.number, what, shown.text);
}

/* A word of the header, with or without its colon. */
static bool is_word(const khop_i_field *field, const char *word) {
  khop_i_field bare = *field;
  if (bare.length && bare.text[bare.length - 1] == ':') bare.length--;
  return !field->quoted && khop_i_field_is(&bare, word);
}

static khop_status read_count(int64_t *count, dl *d, const char *name) {
  khop_i_field field;
  if (!next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends behind \"%s\"", name);
  char *end;
  long long value = strtoll(field.text, &end, 10);
  if (value < 0 || end != field.text + field.length) return fail_word(d, "not a number:", &field);
  *count = value;
  return khop_i_check_claim(value, d->bytes);
}

static khop_status read_form(dl *d) {
  static const char *const names[] = {"fullmatrix", "lowerhalf", "upperhalf", "edgelist1", "nodelist1",
                                      "fm",         "lh",        "uh",        "el1",       "nl1"};
  khop_i_field field;
  if (!next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends behind \"format\"");
  for (int f = 0; f < 10; f++)
    if (is_word(&field, names[f])) {
      d->form = (form)(f % 5);
      return KHOP_OK;
    }
  return fail_word(d, "a format of DL that khop does not read:", &field);
}

static khop_status add_label(dl *d, const khop_i_field *field, bool must_be_new) {
  int32_t id = 0, before = d->labels.count;
  khop_status status = khop_i_string_table_add(&id, &d->labels, field->text, field->length);
  if (status == KHOP_OK && must_be_new && id < before) return fail_word(d, "a second node with the label", field);
  return status;
}

/* "labels: a b c" or "labels embedded". */
static khop_status read_labels(dl *d, int64_t count) {
  khop_i_field field;
  for (int64_t i = 0; i < count; i++) {
    if (!next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside the labels");
    if (i == 0 && is_word(&field, "embedded")) {
      d->embedded = true;
      return KHOP_OK;
    }
    if (is_word(&field, "data") && !field.quoted) return fail_word(d, "fewer labels than nodes before", &field);
    khop_status status = add_label(d, &field, true);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

static khop_status skip_words(dl *d, int64_t count) {
  khop_i_field field;
  for (int64_t i = 0; i < count; i++)
    if (!next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside the labels");
  return KHOP_OK;
}

static khop_status settle_sizes(dl *d) {
  d->two_sides = d->rows != d->columns;
  if (!d->n && !d->rows) return khop_i_fail(KHOP_E_FORMAT, "no number of nodes (n=) in its header");
  if (d->n) d->rows = d->columns = d->n;
  if (d->two_sides && d->form != FULL)
    return khop_i_fail(KHOP_E_FORMAT, "%lld rows and %lld columns are read of a full matrix alone", (long long)d->rows,
                       (long long)d->columns);
  d->draft.nodes = d->two_sides ? d->rows + d->columns : d->rows;
  return khop_i_check_claim(d->draft.nodes, d->bytes);
}

static khop_status read_header(dl *d) {
  khop_i_field field, before = {0};
  khop_status status = KHOP_OK;
  if (!next_word(&field, d) || !is_word(&field, "dl"))
    return khop_i_fail(KHOP_E_FORMAT, "line 1: a DL file begins with \"dl\"");
  for (; status == KHOP_OK && next_word(&field, d); before = field) {
    bool of_rows = is_word(&before, "row"), of_columns = is_word(&before, "column") || is_word(&before, "col");
    int64_t n = d->n ? d->n : of_columns ? d->columns : of_rows || d->rows == d->columns ? d->rows
                                                                                         : d->rows + d->columns;
    if (is_word(&field, "data")) return settle_sizes(d);
    if (is_word(&field, "n")) status = read_count(&d->n, d, "n");
    if (is_word(&field, "nr")) status = read_count(&d->rows, d, "nr");
    if (is_word(&field, "nc")) status = read_count(&d->columns, d, "nc");
    if (is_word(&field, "nm")) status = read_count(&d->matrices, d, "nm");
    if (is_word(&field, "format")) status = read_form(d);
    if (is_word(&field, "absent")) d->no_diagonal = true;
    if (is_word(&field, "embedded")) d->embedded = true;
    if (!is_word(&field, "labels") && !is_word(&field, "label")) continue;
    if (is_word(&before, "matrix"))
      status = skip_words(d, d->matrices);
    else if (of_columns && d->n) /* the labels of the rows once more */
      status = d->labels.count ? skip_words(d, n) : read_labels(d, n);
    else
      status = read_labels(d, n);
  }
  return status == KHOP_OK ? khop_i_fail(KHOP_E_FORMAT, "no \"data:\" in it") : status;
}

/* --- data ----------------------------------------------------------------------------------- */

static khop_status add_arc(dl *d, int64_t from, int64_t to, bool one_way) {
  return khop_i_draft_edge(&d->draft, from, to, one_way);
}

static khop_status read_cell(bool *entry, dl *d) {
  khop_i_field field;
  if (!next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside its matrix");
  char *end;
  *entry = strtod(field.text, &end) != 0;
  return end == field.text + field.length ? KHOP_OK : fail_word(d, "not a number:", &field);
}

static khop_status read_matrix(dl *d) {
  khop_i_field field;
  khop_status status = KHOP_OK;
  bool entry = false;
  for (int64_t j = 0; d->embedded && j < d->columns && status == KHOP_OK; j++) {
    if (!next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside its matrix");
    status = add_label(d, &field, true);
  }
  for (int64_t i = 0; i < d->rows && status == KHOP_OK; i++) {
    if (d->embedded && !next_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside its matrix");
    int64_t first = d->form == UPPER ? i + d->no_diagonal : 0;
    int64_t end = d->form == LOWER ? i + 1 - d->no_diagonal : d->columns;
    for (int64_t j = first; j < end && status == KHOP_OK; j++) {
      if (d->form == FULL && d->no_diagonal && i == j) continue;
      status = read_cell(&entry, d);
      if (status == KHOP_OK && entry)
        status = add_arc(d, i, d->two_sides ? d->rows + j : j, d->form == FULL && !d->two_sides);
    }
  }
  if (status == KHOP_OK && d->matrices < 2 && next_word(&field, d))
    return fail_word(d, "more than its matrix:", &field);
  return status;
}

static khop_status read_end(int64_t *node, dl *d, const khop_i_field *field) {
  int32_t id = 0;
  char *end;
  khop_status status = KHOP_OK;
  if (d->embedded) {
    status = khop_i_string_table_add(&id, &d->labels, field->text, field->length);
    *node = id;
    if (status == KHOP_OK && *node >= d->rows) return fail_word(d, "more labels than nodes, the last of them", field);
    return status;
  }
  *node = strtoll(field->text, &end, 10) - 1;
  if (end != field->text + field->length) return fail_word(d, "not the number of a node:", field);
  if (*node < 0 || *node >= d->rows)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: node %lld is not between 1 and %lld", (long long)d->line.number,
                       (long long)*node + 1, (long long)d->rows);
  return KHOP_OK;
}

/* A line of edgelist1 is two nodes and perhaps a weight, one of nodelist1 a node and those that it leads to. */
static khop_status read_list_line(dl *d) {
  khop_i_field field;
  khop_i_line behind = d->line;
  int64_t first = 0, other = 0, fields = 0;
  khop_status status = KHOP_OK;
  d->line.next = ""; /* words of this line alone */
  for (; status == KHOP_OK && next_word(&field, d); fields++) {
    if (d->form == EDGES && fields > 1) {
      d->weights = true;
      break;
    }
    status = read_end(fields ? &other : &first, d, &field);
    if (status == KHOP_OK && fields) status = add_arc(d, first, other, true);
  }
  d->line = behind;
  d->line.start = d->line.end;
  if (status == KHOP_OK && d->form == EDGES && fields == 1) return fail_word(d, "an edge needs two nodes:", &field);
  return status;
}

static khop_status read_lists(dl *d) {
  khop_status status = read_list_line(d); /* what stands behind "data:" */
  while (status == KHOP_OK && khop_i_text_line(&d->line)) status = read_list_line(d);
  return status;
}

/* --- the file ------------------------------------------------------------------------------- */

static khop_status name_nodes(dl *d) {
  khop_status status = KHOP_OK;
  for (int32_t i = 0; i < d->labels.count && i < d->draft.nodes && status == KHOP_OK; i++) {
    const char *label = khop_i_string_table_text(&d->labels, i);
    status = khop_i_draft_set(&d->draft, "name", i, label, strlen(label), true);
  }
  return status;
}

static khop_status make_graph(khop_graph **graph, dl *d, bool directed) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  KHOP_TRY(name_nodes(d));
  d->draft.directed = directed;
  KHOP_TRY(khop_i_draft_finish(&made, &d->draft, !directed));
  if (d->weights) KHOP_TRY(khop_i_graph_note(made, "weights of edges are not read"));
  if (d->matrices > 1)
    KHOP_TRY(khop_i_graph_note(made, "%lld matrices in it: the first is read", (long long)d->matrices));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

khop_status khop_i_read_dl(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_text text = {0};
  dl d = {.bytes = source->bytes};
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = (locale_t)0;
  if (!plain) return khop_i_fail(KHOP_E_MEMORY, "no memory for a locale");
  before = uselocale(plain); /* strtod reads 0.5 as 0 where the locale writes 0,5 */
  KHOP_TRY(khop_i_text_read(&text, source));
  d.line.next = text.bytes;
  KHOP_TRY(read_header(&d));
  KHOP_TRY(d.form == EDGES || d.form == NODES ? read_lists(&d) : read_matrix(&d));
  KHOP_TRY(make_graph(graph, &d, source->options.directed));
done:
  uselocale(before);
  freelocale(plain);
  khop_i_draft_free(&d.draft);
  khop_i_string_table_free(&d.labels);
  khop_i_text_free(&text);
  return status;
}
