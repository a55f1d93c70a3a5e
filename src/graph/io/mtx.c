/* mtx.c: Matrix Market, read with CHOLMOD. The only file of this folder that knows CHOLMOD.
 *
 *   %%MatrixMarket matrix coordinate pattern symmetric
 *   % comment
 *   34 34 78            rows, columns, entries     (array: rows, columns)
 *   2 1                 row, column, from 1, and a value unless pattern   (array: a value)
 *
 * CHOLMOD accepts row 0, and allocates as many entries as the size line claims: so all lines are checked and counted
 * before it reads them.
 */
#include "graph/io/mtx.h"
#include "graph/graph.h"
#include "graph/io/ignored.h"
#include "graph/io/lines.h"
#include "graph/io/matrix.h"
#include "graph/io/text.h"
#include "graph/io/source.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/limits.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <suitesparse/cholmod.h>

/* The limit of the format, and of CHOLMOD, which reads the rest of a longer line as another line. */
#define LONGEST_LINE 1024

typedef struct mtx {
  bool array, symmetric; /* symmetric: one triangle is stored */
  bool skew;
  int values; /* a line: 0 pattern, 1 real or integer, 2 complex */
  int64_t rows, columns, entries;
  bool directed;  /* entries are read as arcs */
  bool two_sides; /* rows and columns are not the same nodes, but stand one behind the other */
  int64_t nodes;
  bool fortran; /* an exponent is written with D */
  double value[2]; /* of the first entry that counts */
  bool valued, weighted; /* there is one; the others differ from it */
} mtx;

/* --- checks --------------------------------------------------------------------------------- */

static khop_status fail_line(const khop_i_lines *lines, const char *what) {
  khop_i_excerpt shown = khop_i_excerpt_of(lines->text, lines->length);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: %s: \"%s\"", (long long)lines->number, what,
                     shown.text);
}

static khop_status next_line(bool *more, khop_i_lines *lines) {
  khop_status status = khop_i_lines_next(more, lines);
  if (status != KHOP_OK || !*more || (lines->length < LONGEST_LINE && !lines->cut)) return status;
  return fail_line(lines, "longer than the 1,024 characters of Matrix Market");
}

/* The next line that is neither blank nor a comment. */
static khop_status next_data(bool *more, khop_i_lines *lines) {
  for (;;) {
    khop_status status = next_line(more, lines);
    if (status != KHOP_OK || !*more) return status;
    size_t blanks = strspn(lines->text, " \t\r");
    if (blanks < lines->length && lines->text[0] != '%') return KHOP_OK;
  }
}

static bool one_of(const char *word, int *which, const char *const *words) {
  for (*which = 0; words[*which]; ++*which)
    if (strcasecmp(word, words[*which]) == 0) return true;
  return false;
}

static khop_status read_header(mtx *m, khop_i_lines *lines) {
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
  if (fields < 1 || strcasecmp(mark, "%%MatrixMarket") != 0)
    return fail_line(lines, "a Matrix Market file begins with %%MatrixMarket, not with");
  if (fields < 5 || strcasecmp(object, "matrix") != 0 || !one_of(kind, &k, kinds) ||
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
static void compare_values(mtx *m, const double *value) {
  if (!m->values || (m->array && value[0] == 0 && value[1] == 0)) return;
  if (!m->valued) memcpy(m->value, value, sizeof m->value);
  m->valued = true;
  m->weighted = m->weighted || value[0] != m->value[0] || value[1] != m->value[1];
}

/* Fortran writes the exponent of a double with a D: 1.0D+05. */
static bool read_values(mtx *m, const char *text) {
  double value[2] = {0};
  for (int i = 0; i < m->values; i++) {
    char *end;
    value[i] = strtod(text, &end);
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

static khop_status read_size(mtx *m, khop_i_lines *lines, int64_t bytes) {
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

static khop_status check_entry(mtx *m, const khop_i_lines *lines) {
  int64_t at[2] = {1, 1};
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

static khop_status check_file(mtx *m, khop_i_lines *lines, int64_t bytes) {
  khop_status status = read_header(m, lines);
  if (status == KHOP_OK) status = read_size(m, lines, bytes);
  int64_t found = 0;
  for (bool more = true; status == KHOP_OK;) {
    status = next_data(&more, lines);
    if (status != KHOP_OK || !more) break;
    status = check_entry(m, lines);
    found++;
  }
  if (status == KHOP_OK && found != m->entries)
    status = khop_i_fail(KHOP_E_FORMAT, "the header promises %lld entries, and there are %lld",
                         (long long)m->entries, (long long)found);
  return status;
}

/* --- reading -------------------------------------------------------------------------------- */

static khop_status fail_cholmod(const cholmod_common *common) {
  return khop_i_fail(common->status == CHOLMOD_OUT_OF_MEMORY ? KHOP_E_MEMORY : KHOP_E_FORMAT,
                     "CHOLMOD cannot read it (status %d)", common->status);
}

static khop_status read_coordinates(khop_graph **graph, const mtx *m, FILE *file,
                                    cholmod_common *common) {
  khop_status status = KHOP_OK;
  khop_graph *arcs = NULL;
  int64_t *from = NULL, *to = NULL, count = 0;
  cholmod_triplet *triplet = cholmod_l_read_triplet(file, common);
  if (!triplet) KHOP_TRY(fail_cholmod(common));
  count = (int64_t)triplet->nnz;
  KHOP_TRY(khop_i_alloc_raw(&from, count, sizeof *from, "entries"));
  KHOP_TRY(khop_i_alloc_raw(&to, count, sizeof *to, "entries"));
  for (int64_t e = 0; e < count; e++) {
    from[e] = ((const SuiteSparse_long *)triplet->i)[e];
    to[e] = ((const SuiteSparse_long *)triplet->j)[e] + (m->two_sides ? m->rows : 0);
  }
  KHOP_TRY(khop_graph_from_coo(&arcs, m->nodes, count, from, to, m->directed));
  if (m->symmetric) { /* CHOLMOD has added the mirrored entries of some symmetries, not of others */
    KHOP_TRY(khop_i_graph_symmetrize(graph, arcs));
  } else {
    *graph = arcs;
    arcs = NULL;
  }
done:
  cholmod_l_free_triplet(&triplet, common);
  khop_graph_free(arcs);
  khop_i_free(from);
  khop_i_free(to);
  return status;
}

/* The array is column-major, and CHOLMOD has filled in both triangles: its rows are those of the graph. */
static khop_status read_array(khop_graph **graph, const mtx *m, FILE *file,
                              cholmod_common *common) {
  khop_status status = KHOP_OK;
  int64_t *offsets = NULL, *targets = NULL, count = 0, n = m->rows, first = m->two_sides ? m->rows : 0;
  cholmod_dense *dense = cholmod_l_read_dense(file, common);
  if (!dense) KHOP_TRY(fail_cholmod(common));
  const double *x = dense->x;
  int64_t wide = dense->xtype == CHOLMOD_COMPLEX ? 2 : 1, ld = (int64_t)dense->d;
  for (int64_t j = 0; j < m->columns; j++)
    for (int64_t i = 0; i < wide * n; i += wide)
      count += x[wide * j * ld + i] != 0 || (wide == 2 && x[wide * j * ld + i + 1] != 0);
  KHOP_TRY(khop_i_alloc(&offsets, m->nodes + 1, sizeof *offsets, "rows"));
  KHOP_TRY(khop_i_alloc_raw(&targets, count, sizeof *targets, "entries"));
  count = 0;
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < m->columns; j++) {
      const double *value = x + wide * (j * ld + i);
      if (value[0] != 0 || (wide == 2 && value[1] != 0)) targets[count++] = first + j;
    }
    offsets[i + 1] = count;
  }
  for (int64_t i = n; i < m->nodes; i++) offsets[i + 1] = count;
  KHOP_TRY(khop_graph_from_csr(graph, m->nodes, offsets, targets, m->directed && !m->symmetric));
done:
  cholmod_l_free_dense(&dense, common);
  khop_i_free(offsets);
  khop_i_free(targets);
  return status;
}

static khop_status read_with_cholmod(khop_graph **graph, const mtx *m, FILE *file) {
  cholmod_common common;
  cholmod_l_start(&common);
  common.print = 0;
  common.prefer_binary = 1; /* else CHOLMOD gives symmetric patterns the values n and -1 */
  khop_status status =
      m->array ? read_array(graph, m, file, &common) : read_coordinates(graph, m, file, &common);
  cholmod_l_finish(&common);
  return status;
}

/* The same with D as E, which CHOLMOD reads. In the banner and in comments nothing changes. */
static khop_status read_fortran(khop_graph **graph, const mtx *m, const khop_i_source *source) {
  khop_i_text text = {0};
  khop_i_line line;
  FILE *file = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_text_read(&text, source));
  line = (khop_i_line){.next = text.bytes};
  while (khop_i_text_line(&line))
    for (char *at = text.bytes + (line.start - text.bytes); at < line.end && *line.start != '%'; at++)
      if (*at == 'D' || *at == 'd') *at = 'E';
  file = fmemopen(text.bytes, (size_t)text.length, "rb");
  if (!file) KHOP_FAIL(KHOP_E_MEMORY, "no memory for %lld bytes of text", (long long)text.length);
  KHOP_TRY(read_with_cholmod(graph, m, file));
done:
  if (file) fclose(file);
  khop_i_text_free(&text);
  return status;
}

khop_status khop_i_read_mtx(khop_graph **graph, const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_lines *lines = NULL;
  khop_graph *made = NULL;
  mtx m = {0};
  /* strtod here and sscanf in CHOLMOD read 0.5 as 0 where the locale writes 0,5 */
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = (locale_t)0;
  if (!plain) return khop_i_fail(KHOP_E_MEMORY, "no memory for a locale");
  before = uselocale(plain);
  KHOP_TRY(khop_i_alloc_raw(&lines, 1, sizeof *lines, "a reader"));
  khop_i_lines_start(lines, source->file);
  KHOP_TRY(check_file(&m, lines, source->bytes));
  m.directed = !m.two_sides || source->options.directed; /* two sides have no direction unless somebody says so */
  if (fseeko(source->file, 0, SEEK_SET) != 0)
    KHOP_FAIL(KHOP_E_IO, "cannot read: %s", strerror(errno));
  KHOP_TRY(m.fortran ? read_fortran(&made, &m, source) : read_with_cholmod(&made, &m, source->file));
  if (!m.symmetric && !m.two_sides && !source->options.directed) KHOP_TRY(khop_i_matrix_settle(made));
  if (m.two_sides) KHOP_TRY(khop_i_matrix_sides(made, m.rows, m.columns));
  KHOP_TRY(khop_i_ignored_tell(made, &(khop_i_ignored){.weights = m.weighted}));
  *graph = made;
  made = NULL;
done:
  uselocale(before);
  freelocale(plain);
  khop_graph_free(made);
  khop_i_free(lines);
  return status;
}
