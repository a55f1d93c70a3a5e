/* npz_sparse.c: see npz_sparse.h.
 *
 *   coo   row (nnz), col (nnz), data (nnz)                 entry e is at row[e], col[e]
 *   bsr   indptr (N / R + 1), indices (B), data (B, R, C)  block b of a row of blocks begins at column C * indices[b]
 *   dia   offsets (D), data (D, L)                         data[d, j] is at row j - offsets[d], column j
 *
 * Each has shape (2). */
#include "data/npz_sparse.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/limits.h"

#include <string.h>

typedef struct arc_list {
  int64_t nodes, count;
  int64_t *from, *to; /* owns */
  double value;       /* of the first */
  bool weighted;
} arc_list;

static khop_status open_list(arc_list *list, int64_t nodes, int64_t most) {
  list->nodes = nodes;
  khop_status status = khop_i_alloc_raw(&list->from, most, sizeof *list->from, "arcs");
  return status == KHOP_OK ? khop_i_alloc_raw(&list->to, most, sizeof *list->to, "arcs") : status;
}

static void add_entry(arc_list *list, int64_t row, int64_t column, double value) {
  if (value == 0) return;
  if (!list->count) list->value = value;
  list->weighted = list->weighted || value != list->value;
  list->from[list->count] = row;
  list->to[list->count++] = column;
}

/* The members of one matrix. */
typedef struct parts {
  khop_i_array data, first, second;
  int64_t rows;
} parts;

static void parts_free(parts *p) {
  khop_i_array_free(&p->data);
  khop_i_array_free(&p->first);
  khop_i_array_free(&p->second);
}

static khop_status read_shape(int64_t *rows, khop_i_members *members) {
  khop_i_array shape = {0};
  khop_status status = khop_i_members_read(&shape, members, "shape");
  if (status != KHOP_OK) return status;
  if (shape.count != 2 || !khop_i_array_is_integer(&shape)) KHOP_FAIL(KHOP_E_SHAPE, "shape is not two integers");
  int64_t columns = khop_i_array_integer(&shape, 1);
  *rows = khop_i_array_integer(&shape, 0);
  if (*rows != columns)
    KHOP_FAIL(KHOP_E_SHAPE, "the adjacency matrix is %lld x %lld, not square", (long long)*rows, (long long)columns);
  if (*rows < 0 || *rows > INT32_MAX)
    KHOP_FAIL(KHOP_E_SHAPE, "shape says %lld nodes, and 0 to %d are possible", (long long)*rows, INT32_MAX);
done:
  khop_i_array_free(&shape);
  return status;
}

static khop_status read_integers(khop_i_array *array, khop_i_members *members, const char *key) {
  khop_status status = khop_i_members_read(array, members, key);
  if (status == KHOP_OK && (array->dimensions != 1 || !khop_i_array_is_integer(array)))
    status = khop_i_fail(KHOP_E_FORMAT, "%s is not one list of integers", key);
  return status;
}

static khop_status read_values(khop_i_array *array, khop_i_members *members, int dimensions) {
  khop_status status = khop_i_members_read(array, members, "data");
  if (status == KHOP_OK && (array->dimensions != dimensions || array->dtype == KHOP_I_BYTES))
    status = khop_i_fail(KHOP_E_SHAPE, "data has %d dimensions, not %d, or holds strings", array->dimensions,
                         dimensions);
  return status;
}

static khop_status outside(const char *where, int64_t at, int64_t row, int64_t column, int64_t nodes) {
  return khop_i_fail(KHOP_E_SHAPE, "%s %lld is at row %lld and column %lld of %lld", where, (long long)at,
                     (long long)row, (long long)column, (long long)nodes);
}

static khop_status list_entries(arc_list *list, parts *p, khop_i_members *members) {
  khop_status status = KHOP_OK;
  KHOP_TRY(read_integers(&p->first, members, "row"));
  KHOP_TRY(read_integers(&p->second, members, "col"));
  bool valued = khop_i_npz_has(members->npz, "data");
  if (valued) KHOP_TRY(read_values(&p->data, members, 1));
  if (p->first.count != p->second.count || (valued && p->data.count != p->first.count))
    return khop_i_fail(KHOP_E_SHAPE, "row has %lld numbers, col %lld and data %lld", (long long)p->first.count,
                       (long long)p->second.count, (long long)(valued ? p->data.count : p->first.count));
  KHOP_TRY(open_list(list, p->rows < 0 ? 0 : p->rows, p->first.count));
  for (int64_t e = 0; e < p->first.count; e++) {
    int64_t i = khop_i_array_integer(&p->first, e), j = khop_i_array_integer(&p->second, e), most = i < j ? j : i;
    if (p->rows < 0 && most >= list->nodes && most < INT32_MAX) list->nodes = most + 1; /* no shape: the ids say it */
    if (i < 0 || j < 0 || i >= list->nodes || j >= list->nodes) return outside("entry", e, i, j, list->nodes);
    add_entry(list, i, j, valued ? khop_i_array_number(&p->data, e) : 1);
  }
done:
  return status;
}

static void add_block(arc_list *list, const parts *p, int64_t b, int64_t row, int64_t column) {
  int64_t high = p->data.shape[1], wide = p->data.shape[2];
  for (int64_t r = 0; r < high; r++)
    for (int64_t c = 0; c < wide; c++)
      add_entry(list, row + r, column + c, khop_i_array_number(&p->data, (b * high + r) * wide + c));
}

static khop_status list_blocks(arc_list *list, parts *p, khop_i_members *members) {
  khop_status status = KHOP_OK;
  KHOP_TRY(read_integers(&p->first, members, "indptr"));
  KHOP_TRY(read_integers(&p->second, members, "indices"));
  KHOP_TRY(read_values(&p->data, members, 3));
  int64_t high = p->data.shape[1], wide = p->data.shape[2], lines = p->first.count - 1;
  if (high < 1 || wide < 1 || lines < 0 || lines != p->rows / high || p->rows % high || p->rows % wide ||
      p->second.count != p->data.shape[0])
    return khop_i_fail(KHOP_E_SHAPE, "%lld blocks of %lld x %lld with %lld indices and %lld rows of blocks are no "
                       "matrix of %lld nodes", (long long)p->data.shape[0], (long long)high, (long long)wide,
                       (long long)p->second.count, (long long)lines, (long long)p->rows);
  KHOP_TRY(open_list(list, p->rows, p->data.count));
  int64_t b = 0;
  for (int64_t line = 0; line < lines; line++) {
    int64_t end = khop_i_array_integer(&p->first, line + 1);
    if (khop_i_array_integer(&p->first, line) != b || end < b || end > p->second.count)
      return khop_i_fail(KHOP_E_SHAPE, "indptr[%lld] is %lld, after %lld and with %lld indices", (long long)line + 1,
                         (long long)end, (long long)b, (long long)p->second.count);
    for (; b < end; b++) {
      int64_t block = khop_i_array_integer(&p->second, b);
      if (block < 0 || block >= p->rows / wide) return outside("block", b, line, block, p->rows / wide);
      add_block(list, p, b, line * high, block * wide);
    }
  }
  if (b != p->second.count)
    return khop_i_fail(KHOP_E_SHAPE, "indptr ends at %lld, and there are %lld indices", (long long)b,
                       (long long)p->second.count);
done:
  return status;
}

static khop_status list_diagonals(arc_list *list, parts *p, khop_i_members *members) {
  khop_status status = KHOP_OK;
  KHOP_TRY(read_integers(&p->first, members, "offsets"));
  KHOP_TRY(read_values(&p->data, members, 2));
  if (p->data.shape[0] != p->first.count)
    return khop_i_fail(KHOP_E_SHAPE, "data has %lld diagonals and offsets %lld numbers", (long long)p->data.shape[0],
                       (long long)p->first.count);
  int64_t length = p->data.shape[1];
  KHOP_TRY(open_list(list, p->rows, p->data.count));
  for (int64_t d = 0; d < p->first.count; d++) {
    int64_t offset = khop_i_array_integer(&p->first, d);
    if (offset <= -p->rows || offset >= p->rows) continue; /* it lies outside, which SciPy allows */
    for (int64_t j = 0; j < length && j < p->rows; j++)
      if (j - offset >= 0 && j - offset < p->rows)
        add_entry(list, j - offset, j, khop_i_array_number(&p->data, d * length + j));
  }
done:
  return status;
}

static khop_status list_dense(arc_list *list, const khop_i_array *matrix) {
  int64_t nodes = matrix->shape[0], entries = 0;
  for (int64_t e = 0; e < matrix->count; e++) entries += khop_i_array_number(matrix, e) != 0;
  khop_status status = open_list(list, nodes, entries);
  for (int64_t e = 0; status == KHOP_OK && e < matrix->count; e++)
    add_entry(list, e / nodes, e % nodes, khop_i_array_number(matrix, e));
  return status;
}

static khop_status make_graph(khop_graph **graph, bool *weighted, arc_list *list, khop_status status) {
  if (status == KHOP_OK) status = khop_graph_from_coo(graph, list->nodes, list->count, list->from, list->to, true);
  *weighted = list->weighted;
  khop_i_free(list->from);
  khop_i_free(list->to);
  return status;
}

khop_status khop_i_npz_sparse(khop_graph **graph, bool *weighted, khop_i_members *members, const char *format) {
  arc_list list = {0};
  parts p = {.rows = -1};
  khop_status status = KHOP_OK;
  bool entries = strcmp(format, "coo") == 0;
  khop_i_members_use(members, "format");
  if (!entries || khop_i_npz_has(members->npz, "shape")) status = read_shape(&p.rows, members);
  if (status == KHOP_OK)
    status = entries ? list_entries(&list, &p, members) : strcmp(format, "bsr") == 0
                     ? list_blocks(&list, &p, members) : list_diagonals(&list, &p, members);
  if (status == KHOP_OK) status = khop_i_check_claim(list.nodes, khop_i_npz_bytes(members->npz));
  parts_free(&p);
  return make_graph(graph, weighted, &list, status);
}

khop_status khop_i_npz_dense(khop_graph **graph, bool *weighted, khop_i_members *members, const char *key) {
  arc_list list = {0};
  khop_i_array matrix = {0};
  khop_status status = khop_i_members_read(&matrix, members, key);
  if (status != KHOP_OK) return status;
  if (matrix.dimensions != 2 || matrix.shape[0] != matrix.shape[1] || matrix.dtype == KHOP_I_BYTES)
    status = khop_i_fail(KHOP_E_SHAPE, "%s is no square matrix of numbers: it has %d dimensions and %lld rows", key,
                         matrix.dimensions, (long long)(matrix.dimensions ? matrix.shape[0] : 0));
  else
    status = list_dense(&list, &matrix);
  khop_i_array_free(&matrix);
  return make_graph(graph, weighted, &list, status);
}
