/* csr.c: see csr.h. */
#include "data/csr.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/entries.h"

#include <string.h>

/* The members as they stand in the archive. */
typedef struct parts {
  const char *prefix;
  khop_i_array offsets, indices, values, shape;
} parts;

static void parts_free(parts *p) {
  khop_i_array_free(&p->offsets);
  khop_i_array_free(&p->indices);
  khop_i_array_free(&p->values);
  khop_i_array_free(&p->shape);
}

static khop_status read_part(khop_i_array *array, khop_i_npz *npz, const char *prefix,
                             const char *name, bool optional) {
  char key[64];
  snprintf(key, sizeof key, "%s%s", prefix, name);
  if (optional && !khop_i_npz_has(npz, key)) return KHOP_OK;
  khop_status status = khop_i_npz_read(array, npz, key);
  if (status == KHOP_OK && array->dimensions != 1)
    status = khop_i_fail(KHOP_E_SHAPE, "%s has %d dimensions, not 1", key, array->dimensions);
  return status;
}

/* scipy.sparse.save_npz writes which of its formats the members belong to. */
static khop_status check_format(khop_i_npz *npz, const char *prefix, const char *wanted) {
  khop_i_array format = {0};
  if (*prefix || !khop_i_npz_has(npz, "format")) return KHOP_OK;
  khop_status status = khop_i_npz_read(&format, npz, "format");
  if (status == KHOP_OK && (format.dtype != KHOP_I_BYTES || format.count != 1 || format.item_size < 3 ||
                            strnlen(format.data, format.item_size) != 3 || memcmp(format.data, wanted, 3) != 0)) {
    int length = format.dtype == KHOP_I_BYTES && format.count == 1 && format.item_size < 50
                     ? (int)format.item_size
                     : 0;
    status = khop_i_fail(KHOP_E_UNSUPPORTED,
                         "the sparse matrix has the format '%.*s', and khop reads "
                         "'csr', 'csc', 'coo', 'bsr' and 'dia': save matrix.tocsr()",
                         length, (const char *)format.data);
  }
  khop_i_array_free(&format);
  return status;
}

static khop_status check_shape(khop_i_csr *csr, const parts *p, bool pattern) {
  csr->rows = csr->columns = p->offsets.count - 1;
  if (!p->shape.data && !pattern)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no member '%sshape'", p->prefix);
  if (p->shape.data) {
    if (p->shape.count != 2 || !khop_i_array_is_integer(&p->shape))
      return khop_i_fail(KHOP_E_SHAPE, "%sshape is not two integers", p->prefix);
    csr->rows = khop_i_array_integer(&p->shape, 0);
    csr->columns = khop_i_array_integer(&p->shape, 1);
  }
  if (csr->rows < 0 || csr->columns < 0 || csr->rows > INT32_MAX || csr->columns > INT32_MAX)
    return khop_i_fail(KHOP_E_SHAPE, "%sshape is (%lld, %lld), and sizes run from 0 to %d",
                       p->prefix, (long long)csr->rows, (long long)csr->columns, INT32_MAX);
  if (p->offsets.count != csr->rows + 1)
    return khop_i_fail(KHOP_E_SHAPE, "%sindptr has %lld numbers for %lld rows", p->prefix,
                       (long long)p->offsets.count, (long long)csr->rows);
  if (p->values.data && p->values.count != p->indices.count)
    return khop_i_fail(KHOP_E_SHAPE, "%sdata has %lld numbers for %lld indices", p->prefix,
                       (long long)p->values.count, (long long)p->indices.count);
  if (!khop_i_array_is_integer(&p->offsets) || !khop_i_array_is_integer(&p->indices))
    return khop_i_fail(KHOP_E_FORMAT, "%sindptr or %sindices is not of integers", p->prefix,
                       p->prefix);
  if (p->values.dtype == KHOP_I_BYTES)
    return khop_i_fail(KHOP_E_FORMAT, "%sdata holds strings", p->prefix);
  return KHOP_OK;
}

/* Offsets must start at 0, rise and end at the number of indices; indices must be columns. */
static khop_status check_content(const khop_i_csr *csr, const parts *p) {
  int64_t last = 0;
  for (int64_t i = 0; i <= csr->rows; i++) {
    int64_t offset = khop_i_array_integer(&p->offsets, i);
    if (offset < last || (i == 0 && offset != 0) || (i == csr->rows && offset != p->indices.count))
      return khop_i_fail(KHOP_E_SHAPE, "%sindptr[%lld] is %lld, after %lld and with %lld indices",
                         p->prefix, (long long)i, (long long)offset, (long long)last,
                         (long long)p->indices.count);
    last = offset;
  }
  for (int64_t e = 0; e < p->indices.count; e++) {
    int64_t column = khop_i_array_integer(&p->indices, e);
    if (column < 0 || column >= csr->columns)
      return khop_i_fail(KHOP_E_SHAPE, "%sindices[%lld] is %lld, and there are %lld columns",
                         p->prefix, (long long)e, (long long)column, (long long)csr->columns);
  }
  return KHOP_OK;
}

/* Sorts a row, sums what repeats and drops zeros; returns how many entries are left. */
static int64_t tidy_row(khop_i_entry *row, int64_t count) {
  int64_t kept = 0;
  khop_i_entries_sort(row, count);
  for (int64_t e = 0; e < count;) {
    khop_i_entry sum = row[e++];
    while (e < count && row[e].column == sum.column) sum.value += row[e++].value;
    if (!(sum.value == 0)) row[kept++] = sum; /* NaN is kept, to be found later */
  }
  return kept;
}

/* Compacts in place: what is written never overtakes what is read. */
static khop_status fill(khop_i_csr *csr, const parts *p, bool pattern) {
  khop_i_entry *row = NULL;
  int64_t longest = 0, kept = 0;
  for (int64_t i = 0; i < csr->rows; i++) {
    int64_t length =
        khop_i_array_integer(&p->offsets, i + 1) - khop_i_array_integer(&p->offsets, i);
    if (length > longest) longest = length;
  }
  khop_status status = khop_i_alloc_raw(&row, longest, sizeof *row, "a row of a matrix");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&csr->offsets, csr->rows + 1, sizeof *csr->offsets, "offsets"));
  KHOP_TRY(khop_i_alloc_raw(&csr->indices, p->indices.count, sizeof *csr->indices, "indices"));
  if (!pattern)
    KHOP_TRY(khop_i_alloc_raw(&csr->values, p->indices.count, sizeof *csr->values, "values"));
  for (int64_t i = 0; i < csr->rows; i++) {
    int64_t begin = khop_i_array_integer(&p->offsets, i);
    int64_t count = khop_i_array_integer(&p->offsets, i + 1) - begin;
    for (int64_t e = 0; e < count; e++)
      row[e] = (khop_i_entry){(int32_t)khop_i_array_integer(&p->indices, begin + e),
                              p->values.data ? khop_i_array_number(&p->values, begin + e) : 1};
    count = tidy_row(row, count);
    for (int64_t e = 0; e < count; e++, kept++) {
      csr->indices[kept] = row[e].column;
      if (!pattern) csr->values[kept] = (khop_real)row[e].value;
    }
    csr->offsets[i + 1] = kept;
  }
done:
  khop_i_free(row);
  return status;
}

khop_status khop_i_csr_read(khop_i_csr *csr, khop_i_npz *npz, const char *prefix, bool pattern, const char *format) {
  parts p = {.prefix = prefix};
  *csr = (khop_i_csr){0};
  khop_status status = check_format(npz, prefix, format);
  if (status != KHOP_OK) return status;
  KHOP_TRY(read_part(&p.offsets, npz, prefix, "indptr", false));
  KHOP_TRY(read_part(&p.indices, npz, prefix, "indices", false));
  KHOP_TRY(read_part(&p.values, npz, prefix, "data", pattern));
  KHOP_TRY(read_part(&p.shape, npz, prefix, "shape", true));
  KHOP_TRY(check_shape(csr, &p, pattern));
  KHOP_TRY(check_content(csr, &p));
  for (int64_t e = 1; p.values.data && e < p.values.count && !csr->weighted; e++)
    csr->weighted = khop_i_array_number(&p.values, e) != khop_i_array_number(&p.values, 0);
  KHOP_TRY(fill(csr, &p, pattern));
done:
  parts_free(&p);
  if (status != KHOP_OK) khop_i_csr_free(csr);
  return status;
}

void khop_i_csr_free(khop_i_csr *csr) {
  khop_i_free(csr->offsets);
  khop_i_free(csr->indices);
  khop_i_free(csr->values);
  *csr = (khop_i_csr){0};
}
