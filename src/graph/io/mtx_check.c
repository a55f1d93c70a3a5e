/* mtx_check.c: CHOLMOD accepts row 0, and allocates as many entries as the size line claims: so all lines are checked
 * and counted before it reads them.
 *
 *   %%MatrixMarket matrix coordinate pattern symmetric
 *   % comment
 *   34 34 78            rows, columns, entries     (array: rows, columns)
 *   2 1                 row, column, from 1, and a value unless pattern   (array: a value) */
#include "graph/io/mtx_check.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/number.h"
#include "graph/io/limits.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The limit of the format, and of CHOLMOD, which reads the rest of a longer line as another line. */
#define LONGEST_LINE 1024

static khop_status fail_line(const khop_i_lines *lines, const char *what) {
  khop_i_excerpt shown = khop_i_excerpt_of(lines->text, lines->length);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s: \"%s\"", (long long)lines->number, what,
                     shown.text);
}

static khop_status check_length(const khop_i_lines *lines) {
  if (lines->length < LONGEST_LINE && !lines->cut) return KHOP_OK;
  return fail_line(lines, "longer than the 1,024 characters of Matrix Market");
}

static khop_status next_line(bool *more, khop_i_lines *lines) {
  khop_status status = khop_i_lines_next(more, lines);
  return status == KHOP_OK && *more ? check_length(lines) : status;
}

static bool is_data(const khop_i_lines *lines) {
  return strspn(lines->text, " \t\r") < lines->length && lines->text[0] != '%';
}

khop_status khop_i_mtx_line(bool *data, const khop_i_lines *lines) {
  *data = is_data(lines);
  return check_length(lines);
}

/* The next line that is neither blank nor a comment. */
static khop_status next_data(bool *more, khop_i_lines *lines) {
  khop_status status;
  do status = next_line(more, lines);
  while (status == KHOP_OK && *more && !is_data(lines));
  return status;
}

static bool one_of(const char *word, int *which, const char *const *words) {
  for (*which = 0; words[*which]; ++*which)
    if (khop_i_strcasecmp(word, words[*which]) == 0) return true;
  return false;
}

static khop_status read_header(khop_i_mtx *m, khop_i_lines *lines) {
  static const char *const kinds[] = {"coordinate", "array", NULL};
  static const char *const types[] = {"pattern", "real", "integer", "complex", NULL};
  static const char *const symmetries[] = {"general", "symmetric", "hermitian", "skew-symmetric",
                                           NULL};
  char mark[32], object[32], kind[32], type[32], symmetry[32];
  int k, t, s;
  bool more;
  khop_status status = next_line(&more, lines);
  if (status != KHOP_OK) return status;
  int fields = sscanf(lines->text, "%31s %31s %31s %31s %31s", mark, object, kind, type, symmetry);
  if (fields < 1 || khop_i_strcasecmp(mark, "%%MatrixMarket") != 0)
    return fail_line(lines, "a Matrix Market file begins with %%MatrixMarket, not with");
  if (fields < 5 || khop_i_strcasecmp(object, "matrix") != 0 || !one_of(kind, &k, kinds) ||
      !one_of(type, &t, types) || !one_of(symmetry, &s, symmetries) || (k == 1 && t == 0))
    return fail_line(lines, "not \"matrix\", coordinate or array, a type and a symmetry");
  m->array = k == 1;
  m->values = t == 3 ? 2 : t > 0;
  m->symmetric = s > 0;
  m->skew = s == 3;
  return KHOP_OK;
}

/* Reads count integers from 0 on; *rest is what follows them. */
static bool read_integers(int64_t *out, int count, const char *text, const char **rest) {
  for (int i = 0; i < count; i++) {
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || errno || (*end && !strchr(" \t\r", *end))) return false;
    out[i] = value;
    text = end;
  }
  *rest = text;
  return true;
}

/* An entry of zero is none in an array. Values that are all equal say no more than the pattern. */
static void compare_values(khop_i_mtx *m, const double *value) {
  if (!m->values || (m->array && value[0] == 0 && value[1] == 0)) return;
  m->zeros += value[0] == 0 && value[1] == 0;
  if (!m->valued) memcpy(m->value, value, sizeof m->value);
  m->valued = true;
  m->weighted = m->weighted || value[0] != m->value[0] || value[1] != m->value[1];
}

/* Fortran writes the exponent of a double with a D: 1.0D+05. */
static bool read_values(khop_i_mtx *m, const char *text) {
  double value[2] = {0};
  for (int i = 0; i < m->values; i++) {
    char *end;
    value[i] = khop_i_read_number(text, &end);
    if (end > text && (*end == 'D' || *end == 'd')) {
      char *digits = end + 1 + (end[1] == '+' || end[1] == '-'), *behind = digits + strspn(digits, "0123456789");
      if (behind == digits) return false;
      value[i] *= pow(10, (double)strtol(end + 1, NULL, 10));
      end = behind;
      m->fortran = true;
    }
    if (end == text || (*end && !strchr(" \t\r", *end))) return false;
    text = end;
  }
  compare_values(m, value);
  return true;
}

static khop_status read_size(khop_i_mtx *m, khop_i_lines *lines, int64_t bytes) {
  bool more;
  int64_t size[3] = {0};
  const char *rest = NULL;
  khop_status status = next_data(&more, lines);
  if (status != KHOP_OK) return status;
  if (!more) return khop_i_fail(KHOP_E_FORMAT, "ends before the line with the sizes");
  if (!read_integers(size, m->array ? 2 : 3, lines->text, &rest) || rest[strspn(rest, " \t\r")])
    return fail_line(lines, m->array ? "not rows and columns" : "not rows, columns and entries");
  m->rows = size[0], m->columns = size[1], m->entries = size[2];
  if (m->rows < 0 || m->columns < 0 || m->entries < 0) return fail_line(lines, "a negative size");
  m->two_sides = m->rows != m->columns;
  if (m->two_sides && m->symmetric)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: %lld rows and %lld columns; a symmetric matrix is square",
                       (long long)lines->number, (long long)m->rows, (long long)m->columns);
  status = khop_i_check_claim(m->rows, bytes); /* each below 2^31 before they are added */
  if (status == KHOP_OK) status = khop_i_check_claim(m->columns, bytes);
  m->nodes = m->two_sides ? m->rows + m->columns : m->rows;
  if (status == KHOP_OK) status = khop_i_check_claim(m->nodes, bytes);
  if (status != KHOP_OK) return status;
  int64_t n = m->rows; /* below 2^31: its square fits */
  if (m->array) m->entries = !m->symmetric ? n * m->columns : m->skew ? n * (n - 1) / 2 : n * (n + 1) / 2;
  /* an entry takes two bytes at least, a digit and the end of its line */
  if (m->entries > bytes / 2 + 1)
    return khop_i_fail(KHOP_E_FORMAT, "line %lld: %lld entries cannot stand in %lld bytes",
                       (long long)lines->number, (long long)m->entries, (long long)bytes);
  return KHOP_OK;
}

khop_status khop_i_mtx_entry(int64_t at[2], khop_i_mtx *m, const khop_i_lines *lines) {
  at[0] = at[1] = 1;
  const char *rest = lines->text;
  if (!m->array && !read_integers(at, 2, rest, &rest))
    return fail_line(lines, "not a row and a column");
  for (int end = 0; end < 2; end++)
    if (at[end] < 1 || at[end] > (end ? m->columns : m->rows))
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s %lld is not between 1 and %lld",
                         (long long)lines->number, end ? "column" : "row", (long long)at[end],
                         (long long)(end ? m->columns : m->rows));
  if (!read_values(m, rest)) return fail_line(lines, "a value is missing or no number");
  return KHOP_OK;
}

khop_status khop_i_mtx_head(khop_i_mtx *m, khop_i_lines *lines, int64_t bytes) {
  khop_status status = read_header(m, lines);
  return status == KHOP_OK ? read_size(m, lines, bytes) : status;
}

khop_status khop_i_mtx_count(const khop_i_mtx *m, int64_t found) {
  if (found == m->entries) return KHOP_OK;
  return khop_i_fail(KHOP_E_FORMAT, "the header promises %lld entries, and there are %lld", (long long)m->entries,
                     (long long)found);
}

khop_status khop_i_mtx_check(khop_i_mtx *m, khop_i_lines *lines, int64_t bytes) {
  khop_status status = khop_i_mtx_head(m, lines, bytes);
  int64_t found = 0, at[2];
  for (bool more = true; status == KHOP_OK;) {
    status = next_data(&more, lines);
    if (status != KHOP_OK || !more) break;
    status = khop_i_mtx_entry(at, m, lines);
    found++;
  }
  return status == KHOP_OK ? khop_i_mtx_count(m, found) : status;
}
