/* dl_header.c: see dl_header.h.
 *
 *   dl n=3 nm=1 format=edgelist1 diagonal=absent       nr and nc in place of n: rows and columns
 *   labels: a,b,c                                      row labels, column labels, matrix labels
 *   labels embedded                                    they stand in the data instead
 *   data: */
#include "graph/io/dl_header.h"
#include "base/error.h"
#include "graph/io/limits.h"
#include "graph/io/lines.h"

#include <stdlib.h>
#include <string.h>

/* --- words ---------------------------------------------------------------------------------- */

bool khop_i_dl_word(khop_i_field *field, khop_i_dl *d) {
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

khop_status khop_i_dl_fail(const khop_i_dl *d, const char *what, const khop_i_field *field) {
  khop_i_excerpt shown = khop_i_excerpt_of(field->text, field->length);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s \"%s\"", (long long)d->line.number, what, shown.text);
}

/* A word of the header, with or without its colon. */
static bool is_word(const khop_i_field *field, const char *word) {
  khop_i_field bare = *field;
  if (bare.length && bare.text[bare.length - 1] == ':') bare.length--;
  return !field->quoted && khop_i_field_is(&bare, word);
}

static bool is_any(const khop_i_field *field, const char *const *words) {
  while (*words && !is_word(field, *words)) words++;
  return *words;
}

static khop_status read_count(int64_t *count, khop_i_dl *d, const char *name) {
  khop_i_field field;
  if (!khop_i_dl_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends behind \"%s\"", name);
  char *end;
  long long value = strtoll(field.text, &end, 10);
  if (value < 0 || end != field.text + field.length) return khop_i_dl_fail(d, "not a number:", &field);
  *count = value;
  return khop_i_check_claim(value, d->bytes);
}

/* Forms that end with 2 are those of two sides. */
static khop_status read_form(khop_i_dl *d) {
  static const struct {
    const char *name, *letters;
    khop_i_dl_form form;
    bool two_sides;
  } forms[] = {{"fullmatrix", "fm", KHOP_I_DL_FULL, false},
               {"lowerhalf", "lh", KHOP_I_DL_LOWER, false},
               {"upperhalf", "uh", KHOP_I_DL_UPPER, false},
               {"edgelist1", "el1", KHOP_I_DL_EDGES, false},
               {"edgelist", "el", KHOP_I_DL_EDGES, false},
               {"edgelist2", "el2", KHOP_I_DL_EDGES, true},
               {"nodelist1", "nl1", KHOP_I_DL_NODES, false},
               {"nodelist", "nl", KHOP_I_DL_NODES, false},
               {"nodelist2", "nl2", KHOP_I_DL_NODES, true},
               {"nodelist1b", "nl1b", KHOP_I_DL_COUNTED_NODES, false},
               {"nodelist2b", "nl2b", KHOP_I_DL_COUNTED_NODES, true}};
  khop_i_field field;
  if (!khop_i_dl_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends behind \"format\"");
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
    if (is_word(&field, forms[f].name) || is_word(&field, forms[f].letters)) {
      d->form = forms[f].form;
      d->two_sides = forms[f].two_sides;
      return KHOP_OK;
    }
  return khop_i_dl_fail(d, "a format of DL that khop does not read:", &field);
}

/* --- labels --------------------------------------------------------------------------------- */

khop_status khop_i_dl_label(int64_t *id, khop_i_dl *d, int side, const khop_i_field *field, bool must_be_new) {
  int32_t found = 0, before = d->labels[side].count;
  khop_status status = khop_i_string_table_add(&found, &d->labels[side], field->text, field->length);
  *id = found;
  if (status == KHOP_OK && must_be_new && found < before)
    return khop_i_dl_fail(d, "a second node with the label", field);
  return status;
}

/* "labels: a b c" or "labels embedded". */
static khop_status read_labels(khop_i_dl *d, int side, int64_t count) {
  khop_i_field field;
  int64_t ignored;
  for (int64_t i = 0; i < count || i == 0; i++) {
    khop_i_line before = d->line;
    if (!khop_i_dl_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside the labels");
    if (i == 0 && is_word(&field, "embedded")) {
      d->embedded[side] = true;
      return KHOP_OK;
    }
    if (!count) { /* nothing to label: the word is that of the header again */
      d->line = before;
      return KHOP_OK;
    }
    if (is_word(&field, "data")) return khop_i_dl_fail(d, "fewer labels than nodes before", &field);
    khop_status status = khop_i_dl_label(&ignored, d, side, &field, true);
    if (status != KHOP_OK) return status;
  }
  return KHOP_OK;
}

static khop_status skip_words(khop_i_dl *d, int64_t count) {
  khop_i_field field;
  for (int64_t i = 0; i < count; i++)
    if (!khop_i_dl_word(&field, d)) return khop_i_fail(KHOP_E_FORMAT, "the file ends inside the labels");
  return KHOP_OK;
}

/* Labels without a word before them are those of both sides, the rows first. */
static khop_status read_labels_behind(khop_i_dl *d, const khop_i_field *before) {
  static const char *const of_columns[] = {"column", "columns", "col", "cols", NULL};
  bool columns = is_any(before, of_columns), rows = is_word(before, "row") || is_word(before, "rows");
  if (is_word(before, "matrix") || is_word(before, "level")) return skip_words(d, d->matrices ? d->matrices : 1);
  if (d->n || (d->rows == d->columns && !d->two_sides)) {
    int64_t n = d->n ? d->n : d->rows;
    if (columns && d->labels[0].count) return skip_words(d, n); /* the labels of the rows once more */
    return d->embedded[0] && columns ? read_labels(d, 1, n) : read_labels(d, 0, n);
  }
  if (columns) return read_labels(d, 1, d->columns);
  khop_status status = read_labels(d, 0, d->rows);
  if (status != KHOP_OK || rows) return status;
  if (d->embedded[0]) d->embedded[1] = true;
  return d->embedded[0] ? KHOP_OK : read_labels(d, 1, d->columns);
}

/* --- the header ----------------------------------------------------------------------------- */

static khop_status settle_sizes(khop_i_dl *d) {
  if (!d->n && !d->rows) return khop_i_fail(KHOP_E_FORMAT, "no number of nodes (n=) in its header");
  if (d->n) d->rows = d->columns = d->n;
  if (!d->columns) return khop_i_fail(KHOP_E_FORMAT, "rows (nr=) without columns (nc=) in its header");
  d->two_sides = d->two_sides || d->rows != d->columns;
  if (d->two_sides && (d->form == KHOP_I_DL_LOWER || d->form == KHOP_I_DL_UPPER))
    return khop_i_fail(KHOP_E_FORMAT, "%lld rows and %lld columns; half a matrix is square", (long long)d->rows,
                       (long long)d->columns);
  if (d->embedded[0] && !d->two_sides) d->embedded[1] = true;
  return khop_i_check_claim(d->two_sides ? d->rows + d->columns : d->rows, d->bytes);
}

/* The number or the labels behind a word. */
static khop_status read_phrase(khop_i_dl *d, const khop_i_field *field, const khop_i_field *before) {
  static const char *const said[] = {"row",      "rows",    "column", "columns", "col",      "cols", "matrix", "level",
                                     "diagonal", "present", "absent", "embedded", "title", NULL};
  if (is_word(field, "n")) return read_count(&d->n, d, "n");
  if (is_word(field, "nr")) return read_count(&d->rows, d, "nr");
  if (is_word(field, "nc")) return read_count(&d->columns, d, "nc");
  if (is_word(field, "nm")) return read_count(&d->matrices, d, "nm");
  if (is_word(field, "format")) return read_form(d);
  if (is_word(field, "labels") || is_word(field, "label")) return read_labels_behind(d, before);
  if (is_word(field, "absent")) d->no_diagonal = true;
  if (is_word(field, "title") && !khop_i_dl_word(&(khop_i_field){0}, d))
    return khop_i_fail(KHOP_E_FORMAT, "the file ends behind \"title\"");
  return is_any(field, said) ? KHOP_OK : khop_i_dl_fail(d, "an unknown word in the header of a DL file:", field);
}

khop_status khop_i_dl_header(khop_i_dl *d) {
  khop_i_field field, before = {0};
  khop_status status = KHOP_OK;
  if (!khop_i_dl_word(&field, d) || !is_word(&field, "dl"))
    return khop_i_fail(KHOP_E_FORMAT, "line 1: a DL file begins with \"dl\"");
  for (; status == KHOP_OK && khop_i_dl_word(&field, d); before = field) {
    if (is_word(&field, "data")) return settle_sizes(d);
    status = read_phrase(d, &field, &before);
  }
  return status == KHOP_OK ? khop_i_fail(KHOP_E_FORMAT, "no \"data:\" in it") : status;
}
