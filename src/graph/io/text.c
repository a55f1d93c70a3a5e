/* text.c: see text.h. */
#include "graph/io/text.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "graph/io/lines.h"

#include <errno.h>
#include <string.h>

static khop_status read_all(khop_i_text *text, const khop_i_source *source) {
  int64_t capacity = source->bytes > 0 ? source->bytes + 2 : 1 << 16;
  for (;;) {
    khop_status status = khop_i_grow(&text->bytes, capacity, 1, "the text of a file");
    if (status != KHOP_OK) return status;
    size_t got = fread(text->bytes + text->length, 1, (size_t)(capacity - 1 - text->length), source->file);
    text->length += (int64_t)got;
    if (ferror(source->file)) return khop_i_fail(KHOP_E_IO, "cannot read: %s", strerror(errno));
    if (text->length < capacity - 1) break;
    capacity *= 2;
  }
  text->bytes[text->length] = 0;
  return KHOP_OK;
}

static khop_status check_no_nul(const khop_i_text *text) {
  const char *nul = memchr(text->bytes, 0, (size_t)text->length);
  int64_t line = 1;
  if (!nul) return KHOP_OK;
  for (const char *at = text->bytes; at < nul; at++) line += *at == '\n';
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: a NUL byte; this is not UTF-8 or ASCII text", (long long)line);
}

khop_status khop_i_text_read(khop_i_text *text, const khop_i_source *source) {
  *text = (khop_i_text){0};
  khop_status status = read_all(text, source);
  if (status != KHOP_OK) return status;
  if (text->length >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0) {
    text->length -= 3;
    memmove(text->bytes, text->bytes + 3, (size_t)text->length + 1);
  }
  return check_no_nul(text);
}

void khop_i_text_free(khop_i_text *text) {
  khop_i_free(text->bytes);
  *text = (khop_i_text){0};
}

bool khop_i_text_line(khop_i_line *line) {
  if (!*line->next) return false;
  line->start = line->next;
  line->end = strchr(line->start, '\n');
  if (!line->end) line->end = line->start + strlen(line->start);
  line->next = *line->end ? line->end + 1 : line->end;
  if (line->end > line->start && line->end[-1] == '\r') line->end--;
  line->number++;
  return true;
}

/* --- fields --------------------------------------------------------------------------------- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static const char *skip_blanks(const char *at, const char *end, char separator) {
  bool blanks = separator == ' ' || separator == KHOP_I_ANY_SEPARATOR;
  while (at < end && is_blank(*at) && (blanks || *at != separator)) at++;
  return at;
}

static bool is_mark(char c) { return c == ',' || c == ';'; }

static bool separates(char c, char separator) {
  if (separator == ' ') return is_blank(c);
  return separator == KHOP_I_ANY_SEPARATOR ? is_blank(c) || is_mark(c) : c == separator;
}

static const char *take_quoted(khop_i_field *field, const char *at, const char *end) {
  field->quoted = true;
  field->text = ++at;
  for (; at < end && (*at != '"' || (at + 1 < end && at[1] == '"')); at++)
    if (*at == '"') {
      field->doubled = true;
      at++;
    }
  field->length = (size_t)(at - field->text);
  return at < end ? at + 1 : at;
}

static const char *take_plain(khop_i_field *field, const char *at, const char *end, char separator) {
  field->text = at;
  while (at < end && !separates(*at, separator)) at++;
  field->length = (size_t)(at - field->text);
  while (field->length && is_blank(field->text[field->length - 1])) field->length--;
  return at;
}

bool khop_i_text_field(khop_i_field *field, const char **at, const char *end, char separator) {
  const char *here = skip_blanks(*at, end, separator);
  *field = (khop_i_field){0};
  if (here >= end) {
    /* a separator that ends a line is followed by one more, empty field */
    bool empty = separator != ' ' && separator != KHOP_I_ANY_SEPARATOR && *at == end && end[-1] == separator;
    *at = end + 1;
    field->text = end;
    return empty;
  }
  here = *here == '"' ? take_quoted(field, here, end) : take_plain(field, here, end, separator);
  here = skip_blanks(here, end, separator);
  if (here < end && separator != ' ' && separates(*here, separator)) here++;
  *at = here;
  return true;
}

int khop_i_text_fields(const khop_i_line *line, char separator) {
  khop_i_field field;
  const char *at = line->start;
  int fields = 0;
  while (khop_i_text_field(&field, &at, line->end, separator)) fields++;
  return fields;
}

bool khop_i_field_is(const khop_i_field *field, const char *word) {
  return strlen(word) == field->length && khop_i_strncasecmp(field->text, word, field->length) == 0;
}

khop_status khop_i_line_fail(const khop_i_line *line, const char *what) {
  khop_i_excerpt shown = khop_i_excerpt_of(line->start, (size_t)(line->end - line->start));
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s \"%s\"", (long long)line->number, what, shown.text);
}
