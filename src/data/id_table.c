/* id_table.c: see id_table.h. */
#include "data/id_table.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/string_table.h"
#include "data/cells.h"
#include "files/pipes.h"
#include "graph/io/lines.h"
#include "graph/io/unpack.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

/* --- the bytes ------------------------------------------------------------------------------- */

static khop_status read_stream(khop_i_text *text, FILE *stream, const char *path) {
  size_t length = strlen(path);
  khop_i_unpacked unpacked = {0};
  khop_i_source source = {.file = stream, .bytes = -1};
  bool packed = length > 3 && khop_i_strcasecmp(path + length - 3, ".gz") == 0;
  khop_status status = packed ? khop_i_unpack(&unpacked, stream, true) : KHOP_OK;
  if (status == KHOP_OK && packed) source = (khop_i_source){.file = unpacked.file, .bytes = unpacked.length};
  if (status == KHOP_OK) status = khop_i_text_read(text, &source);
  khop_i_unpacked_free(&unpacked);
  return status;
}

static khop_status read_bytes(khop_i_text *text, const char *path) {
  const char *place;
  char buffer[KHOP_I_PLACE];
  khop_status status = khop_i_pipe_place(&place, buffer, path);
  if (status != KHOP_OK) return status;
  FILE *stream = fopen(place, "rbe");
  if (!stream) return khop_i_fail(errno == ENOENT ? KHOP_E_NOT_FOUND : KHOP_E_IO, "cannot open: %s", strerror(errno));
  status = read_stream(text, stream, path);
  fclose(stream);
  return status;
}

/* --- fields ---------------------------------------------------------------------------------- */

typedef struct row_reader {
  char *at;           /* the next byte */
  char separator;
  int64_t line;       /* of at, from 1 */
  int64_t row_line;   /* where the row began */
  const char **field; /* (fields) of the row */
  int64_t fields;
} row_reader;

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_line_end(char c) { return c == '\n' || c == '\r' || c == 0; }

static void skip_blanks(row_reader *r) {
  while (is_blank(*r->at) && (r->separator == ' ' || *r->at != r->separator)) r->at++;
}

/* Two quotes within are one; the text moves to the left over them. */
static khop_status take_quoted(char **text, char **end, row_reader *r) {
  int64_t opened = r->line;
  char *to = ++r->at;
  *text = to;
  for (; *r->at && (*r->at != '"' || r->at[1] == '"'); r->at++) {
    if (*r->at == '"') r->at++;
    r->line += *r->at == '\n';
    *to++ = *r->at;
  }
  if (!*r->at)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: a quotation mark is not closed: the table is cut, or one is too many",
                       (long long)opened);
  r->at++;
  *end = to;
  return KHOP_OK;
}

static void take_plain(char **text, char **end, row_reader *r) {
  *text = r->at;
  while (!is_line_end(*r->at) && (r->separator == ' ' ? !is_blank(*r->at) : *r->at != r->separator)) r->at++;
  *end = r->at;
  while (*end > *text && is_blank((*end)[-1])) (*end)--;
}

static khop_status keep_field(row_reader *r, const char *text) {
  khop_status status = khop_i_room(&r->field, r->fields + 1, sizeof *r->field, "the fields of a row");
  if (status != KHOP_OK) return status;
  r->field[r->fields++] = text;
  return KHOP_OK;
}

/* The next field; *more: another follows in this row. What ends it is overwritten with a zero. */
static khop_status take_field(bool *more, row_reader *r) {
  khop_status status = KHOP_OK;
  char *text = r->at, *end = r->at;
  skip_blanks(r);
  if (*r->at == '"') KHOP_TRY(take_quoted(&text, &end, r));
  else take_plain(&text, &end, r);
  skip_blanks(r);
  bool separated = r->separator == ' ' ? !is_line_end(*r->at) : *r->at == r->separator;
  if (!separated && !is_line_end(*r->at))
    KHOP_FAIL(KHOP_E_FORMAT, "line %lld: something follows the quotation mark that closes a field",
              (long long)r->line);
  *more = separated;
  if (separated) {
    if (r->separator != ' ') r->at++;
  } else {
    if (*r->at == '\r') r->at++;
    if (*r->at == '\n') r->at++;
    r->line++;
  }
  *end = 0;
  KHOP_TRY(keep_field(r, text));
done:
  return status;
}

/* The next row that has a text; *more is false after the last. */
static khop_status take_row(bool *more, row_reader *r) {
  khop_status status = KHOP_OK;
  bool empty = true, goes_on;
  while (empty && *r->at) {
    r->fields = 0;
    r->row_line = r->line;
    do {
      KHOP_TRY(take_field(&goes_on, r));
      empty = empty && !*r->field[r->fields - 1];
    } while (goes_on);
  }
  *more = !empty;
done:
  return status;
}

/* --- the header ------------------------------------------------------------------------------ */

/* How often a character stands outside quotes, in one line. */
static int64_t count_in_line(const char *line, char c) {
  int64_t count = 0;
  bool quoted = false;
  for (; *line && (quoted || !is_line_end(*line)); line++) {
    quoted = quoted != (*line == '"');
    count += !quoted && *line == c;
  }
  return count;
}

static char find_separator(const char *header) {
  const char candidates[] = {'\t', ';', ','};
  char found = ' ';
  int64_t most = 0;
  for (int i = 0; i < 3; i++) {
    int64_t count = count_in_line(header, candidates[i]);
    if (count > most) most = count, found = candidates[i];
  }
  return found;
}

/* Whether a line that # begins is the header of the line below it, and no comment. */
static bool is_marked_header(const char *line) {
  const char *next = strchr(line, '\n');
  char separator = next ? find_separator(next + 1) : ' ';
  return separator != ' ' && count_in_line(line, separator) == count_in_line(next + 1, separator);
}

/* Passes comments and Excel's "sep=;". */
static void find_header(row_reader *r) {
  while ((*r->at == '#' && !is_marked_header(r->at)) || *r->at == '\n' || *r->at == '\r') {
    r->at += strcspn(r->at, "\n");
    if (*r->at) r->at++, r->line++;
  }
  if (*r->at == '#') r->at++;
  r->separator = find_separator(r->at);
  if (khop_i_strncasecmp(r->at, "sep=", 4) == 0 && r->at[4] && is_line_end(r->at[5])) {
    r->separator = r->at[4];
    r->at += strcspn(r->at, "\n");
    if (*r->at) r->at++, r->line++;
  }
}

static bool is_number(const char *text) {
  return *text && strspn(text, "0123456789+-.eE") == strlen(text) && strpbrk(text, "0123456789");
}

static khop_status check_header(const khop_i_id_table *t, int64_t line) {
  khop_status status = KHOP_OK;
  khop_i_string_table seen = {0};
  bool numbers = true;
  for (int c = 0; c < t->columns; c++) {
    int32_t id, before = seen.count;
    numbers = numbers && is_number(t->name[c]);
    if (!*t->name[c]) continue;
    KHOP_TRY(khop_i_string_table_add(&id, &seen, t->name[c], strlen(t->name[c])));
    if (seen.count == before)
      KHOP_FAIL(KHOP_E_FORMAT, "line %lld: two columns are called '%.60s'", (long long)line, t->name[c]);
  }
  if (numbers)
    KHOP_FAIL(KHOP_E_FORMAT, "line %lld: its first line holds numbers alone ('%.20s' ..), and a header with the names "
              "of the columns is needed", (long long)line, t->name[0]);
done:
  khop_i_string_table_free(&seen);
  return status;
}

static khop_status take_header(khop_i_id_table *t, row_reader *r, int64_t *line) {
  bool more;
  find_header(r);
  khop_status status = take_row(&more, r);
  if (status != KHOP_OK) return status;
  if (!more) return khop_i_fail(KHOP_E_FORMAT, "there is nothing in it: a header and rows are needed");
  if (r->fields > 1000000) return khop_i_fail(KHOP_E_FORMAT, "%lld columns", (long long)r->fields);
  *line = r->row_line;
  t->separator = r->separator;
  t->columns = (int)r->fields;
  status = khop_i_alloc(&t->name, r->fields + 1, sizeof *t->name, "columns of a table");
  if (status == KHOP_OK) memcpy(t->name, r->field, (size_t)r->fields * sizeof *t->name);
  return status;
}

/* R's write.table gives the names of rows no header: the first row has one field more. */
static void name_row_names(khop_i_id_table *t, const row_reader *r) {
  if (r->fields != t->columns + 1 || !is_blank(t->separator)) return;
  memmove(t->name + 1, t->name, (size_t)t->columns++ * sizeof *t->name);
  t->name[0] = "";
}

/* --- the rows -------------------------------------------------------------------------------- */

static khop_status keep_row(khop_i_id_table *t, const row_reader *r) {
  khop_status status = KHOP_OK;
  if (r->fields != t->columns)
    KHOP_FAIL(KHOP_E_FORMAT, "line %lld has %lld field%s, and the header %d%s", (long long)r->row_line,
              (long long)r->fields, r->fields == 1 ? "" : "s", t->columns, *r->at ? "" : ": the table may be cut");
  KHOP_TRY(khop_i_room(&t->line, t->rows + 1, sizeof *t->line, "the rows of a table"));
  KHOP_TRY(khop_i_room(&t->cell, t->rows + 1, (size_t)t->columns * sizeof *t->cell, "the fields of a table"));
  memcpy(t->cell + t->rows * t->columns, r->field, (size_t)t->columns * sizeof *t->cell);
  t->line[t->rows++] = r->row_line;
done:
  return status;
}

static khop_status take_rows(khop_i_id_table *t) {
  khop_status status = KHOP_OK;
  row_reader r = {.at = t->text.bytes, .line = 1};
  int64_t header = 1;
  bool more = true;
  KHOP_TRY(take_header(t, &r, &header));
  KHOP_TRY(take_row(&more, &r));
  if (!more) KHOP_FAIL(KHOP_E_FORMAT, "it has a header of %d columns and no row", t->columns);
  name_row_names(t, &r);
  KHOP_TRY(check_header(t, header));
  for (; more && status == KHOP_OK;) {
    KHOP_TRY(keep_row(t, &r));
    KHOP_TRY(take_row(&more, &r));
  }
done:
  khop_i_free(r.field);
  return status;
}

khop_status khop_i_id_table_open(khop_i_id_table *table, const char *path) {
  const char *slash = strrchr(path, '/');
  *table = (khop_i_id_table){.file = slash ? slash + 1 : path};
  khop_status status = read_bytes(&table->text, path);
  if (status == KHOP_OK) status = take_rows(table);
  return khop_i_prefix(status, path);
}

void khop_i_id_table_close(khop_i_id_table *table) {
  khop_i_text_free(&table->text);
  khop_i_free(table->name);
  khop_i_free(table->cell);
  khop_i_free(table->line);
  khop_i_notes_free(&table->notes);
  *table = (khop_i_id_table){0};
}

/* --- small things ---------------------------------------------------------------------------- */

static khop_status add_note(khop_i_notes *notes, const char *format, ...) {
  va_list list;
  va_start(list, format);
  khop_status status = khop_i_notes_add(notes, format, list);
  va_end(list);
  return status;
}

khop_status khop_i_id_table_note(khop_i_id_table *table, const char *format, ...) {
  char text[1024];
  va_list list;
  va_start(list, format);
  khop_i_vsnprintf(text, sizeof text, format, list);
  va_end(list);
  return add_note(&table->notes, "%s: %s", table->file, text);
}

/* The byte before a field is its quotation mark, if it has one: only the first field of the header has none. */
bool khop_i_id_table_says_missing(const char *cell) {
  if (!khop_i_cell_says_missing(cell)) return false;
  return cell[-1] != '"';
}
