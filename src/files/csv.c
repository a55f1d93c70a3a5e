/* csv.c: see khop/table.h. Fields go to the output as they come; what is wrong with a row, and a write that
 * failed, is kept until the commit. */
#include <khop/table.h>

#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "base/number.h"
#include "files/outfile.h"

#include <math.h>
#include <string.h>

struct khop_csv {
  khop_i_outfile out;
  char *path;
  char separator;
  int64_t rows;
  int64_t fields, expected; /* of this row so far; of the first row */
  int64_t uneven_row;       /* the first row, from 1 on, that has another number of fields; 0: none */
  int64_t uneven_fields;
  bool first_is_empty, committed;
  bool for_spreadsheets;
};

khop_status khop_csv_new(khop_csv **csv, const char *path) {
  khop_csv *made = NULL;
  khop_status status = KHOP_OK;
  if (!csv || !path) return khop_i_fail(KHOP_E_ARGUMENT, "khop_csv_new: a table and a path are needed");
  *csv = NULL;
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "a table"));
  const char *dot = strrchr(path, '.');
  made->separator = dot && khop_i_strcasecmp(dot, ".tsv") == 0 ? '\t' : ',';
  KHOP_TRY(khop_i_strdup(&made->path, path));
  KHOP_TRY(khop_i_outfile_open(&made->out, made->path));
  *csv = made;
  made = NULL;
done:
  khop_csv_free(made);
  return status;
}

void khop_csv_free(khop_csv *csv) {
  if (!csv) return;
  if (csv->out.path) khop_i_outfile_abandon(&csv->out);
  khop_i_free(csv->path);
  khop_i_free(csv);
}

void khop_csv_for_spreadsheets(khop_csv *csv) {
  if (csv) csv->for_spreadsheets = true;
}

static void begin_field(khop_csv *csv, bool is_empty) {
  if (csv->fields++)
    putc(csv->separator, csv->out.stream);
  else
    csv->first_is_empty = is_empty;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool needs_quotes(const char *text, char separator) {
  const char reserved[] = {separator, '"', '\r', '\n', 0};
  size_t length = strlen(text);
  return length && (text[strcspn(text, reserved)] || is_blank(text[0]) || is_blank(text[length - 1]));
}

/* How OWASP lists what a spreadsheet takes for the beginning of a formula ("CSV Injection"), the four signs in full
 * width as well. */
static bool begins_formula(const char *text) {
  static const char *const wide[] = {"\uff1d", "\uff0b", "\uff0d", "\uff20"}; /* = + - @ */
  if (*text && strchr("=+-@\t\r\n", *text)) return true;
  for (int w = 0; w < 4; w++)
    if (strncmp(text, wide[w], strlen(wide[w])) == 0) return true;
  return false;
}

void khop_csv_text(khop_csv *csv, const char *text) {
  if (!csv || csv->committed) return;
  if (!text) text = "";
  bool quoted = needs_quotes(text, csv->separator);
  begin_field(csv, !*text);
  if (quoted) putc('"', csv->out.stream);
  if (csv->for_spreadsheets && begins_formula(text)) putc('\'', csv->out.stream);
  for (; *text; text++) {
    if (*text == '"') putc('"', csv->out.stream);
    putc(*text, csv->out.stream);
  }
  if (quoted) putc('"', csv->out.stream);
}

void khop_csv_integer(khop_csv *csv, int64_t number) {
  if (!csv || csv->committed) return;
  begin_field(csv, false);
  fprintf(csv->out.stream, "%lld", (long long)number);
}

void khop_csv_number(khop_csv *csv, double number, int digits) {
  if (!csv || csv->committed) return;
  begin_field(csv, isnan(number));
  char text[KHOP_I_NUMBER_BYTES];
  if (!isnan(number)) fputs(khop_i_write_number(text, sizeof text, digits, number), csv->out.stream);
}

void khop_csv_end_row(khop_csv *csv) {
  if (!csv || csv->committed) return;
  /* A line without a character would be no row to most readers. */
  if (csv->fields == 1 && csv->first_is_empty) fputs("\"\"", csv->out.stream);
  putc('\n', csv->out.stream);
  if (csv->rows++ == 0) csv->expected = csv->fields;
  if (csv->fields != csv->expected && !csv->uneven_row) {
    csv->uneven_row = csv->rows;
    csv->uneven_fields = csv->fields;
  }
  csv->fields = 0;
}

khop_status khop_csv_commit(khop_csv *csv) {
  if (!csv || csv->committed) return khop_i_fail(KHOP_E_ARGUMENT, "khop_csv_commit: it was committed before");
  if (csv->fields)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: row %lld was not ended", csv->path, (long long)csv->rows + 1);
  if (csv->uneven_row)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: row %lld has %lld fields, and the first has %lld", csv->path,
                       (long long)csv->uneven_row, (long long)csv->uneven_fields, (long long)csv->expected);
  csv->committed = true;
  return khop_i_outfile_commit(&csv->out);
}
