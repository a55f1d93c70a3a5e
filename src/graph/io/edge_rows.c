/* edge_rows.c: see edge_rows.h. */
#include "graph/io/edge_rows.h"
#include "base/error.h"
#include "base/string_table.h"
#include "graph/io/edge_names.h"
#include "graph/io/lines.h"

#include <string.h>

khop_status khop_i_edge_row_refuse(const khop_i_line *line, int fields, const char *than, int others) {
  khop_i_excerpt shown = khop_i_excerpt_of(line->start, (size_t)(line->end - line->start));
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: \"%s\" has %d fields, and %s has %d", (long long)line->number,
                     shown.text, fields, than, others);
}

/* --- names of rows -------------------------------------------------------------------------- */

/* The first of columns + 1 fields, of which the last says something. */
static bool take_row_name(khop_i_field *name, const khop_i_line *line, const khop_i_edge_layout *layout) {
  khop_i_field field = {0};
  const char *at = line->start;
  int fields = 0;
  for (; khop_i_text_field(&field, &at, line->end, layout->separator); fields++) {
    if (!fields) *name = field;
    if (fields == layout->columns && !field.length && !field.quoted) return false;
  }
  return fields == layout->columns + 1;
}

khop_status khop_i_edge_rows_find_names(khop_i_edge_layout *layout) {
  khop_status status = KHOP_OK;
  khop_i_string_table known = {0};
  khop_i_line line = layout->body;
  khop_i_field field;
  bool counted = true, quoted = true, longer = true;
  int64_t rows = 0, number;
  while (longer && (counted || quoted) && khop_i_edge_line_next(&line, layout)) {
    int32_t id, before = known.count;
    longer = take_row_name(&field, &line, layout);
    if (!longer) break;
    KHOP_TRY(khop_i_string_table_add(&id, &known, field.text, field.length));
    counted = counted && khop_i_edge_id(&number, &field) && number == ++rows;
    quoted = quoted && field.quoted && known.count > before;
  }
  layout->row_names = longer && (counted || quoted) && known.count > 0;
  if (layout->row_names) layout->columns++, layout->from++, layout->to++, layout->type += layout->type >= 0;
done:
  khop_i_string_table_free(&known);
  return status;
}

/* --- other notations ------------------------------------------------------------------------ */

static bool has_colon(const khop_i_field *field) {
  return field->length > 1 && !field->quoted && field->text[field->length - 1] == ':';
}

bool khop_i_edge_rows_have_colons(const khop_i_edge_layout *layout) {
  khop_i_line line = layout->body;
  khop_i_field field;
  if (!khop_i_edge_line_next(&line, layout)) return false;
  const char *at = line.start;
  return khop_i_text_field(&field, &at, line.end, layout->separator) && has_colon(&field);
}

khop_status khop_i_edge_row_colon(khop_i_field *field, const khop_i_line *line) {
  if (!has_colon(field)) return khop_i_line_fail(line, "no colon behind the node, as in the first line:");
  field->length--;
  return KHOP_OK;
}

static bool is_arrow(const khop_i_field *field) {
  static const char *const arrows[] = {"->", "-->", "--", "---", "<-", "<--", "<->", "=>", "|", ":", "\xe2\x86\x92"};
  for (size_t a = 0; a < sizeof arrows / sizeof *arrows; a++)
    if (!field->quoted && khop_i_field_is(field, arrows[a])) return true;
  return false;
}

/* "(1" of "(1, 2)": a bracket opens in a field and is not closed there. */
static bool opens_bracket(const khop_i_field *field) {
  static const char opening[] = "([{<", closing[] = ")]}>";
  const char *bracket = field->quoted || !field->length ? NULL : strchr(opening, field->text[0]);
  return bracket && *bracket && !memchr(field->text, closing[bracket - opening], field->length);
}

static bool begins_with(const khop_i_field *field, const char *sign) {
  return !field->quoted && field->length >= 2 && memcmp(field->text, sign, 2) == 0;
}

khop_status khop_i_edge_row_check(const khop_i_field *from, const khop_i_field *to, const khop_i_line *line) {
  if (is_arrow(to))
    return khop_i_line_fail(line, "an arrow or sign between two nodes; a blank or a comma alone separates:");
  if (opens_bracket(from))
    return khop_i_line_fail(line, "an edge in brackets; write the two nodes alone (a name that begins so needs "
                                  "quotes):");
  if (begins_with(from, "//") || begins_with(from, "/*"))
    return khop_i_line_fail(line, "comments begin with # or % (a name that begins so needs quotes):");
  return KHOP_OK;
}
