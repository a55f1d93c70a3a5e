/* features.c: see features.h. */
#include "data/features.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>

void khop_i_features_free(khop_features *features) {
  khop_i_free((void *)(uintptr_t)features->dense);
  khop_i_free((void *)(uintptr_t)features->offsets);
  khop_i_free((void *)(uintptr_t)features->indices);
  khop_i_free((void *)(uintptr_t)features->values);
  *features = (khop_features){0};
}

static khop_status not_finite(int64_t row, int64_t column, khop_real value) {
  return khop_i_fail(KHOP_E_VALUE, "feature %lld of node %lld is %s", (long long)column,
                     (long long)row, isnan(value) ? "NaN" : "infinite");
}

static khop_status check_row(const khop_features *f, int64_t i) {
  int64_t begin = f->offsets[i], end = f->offsets[i + 1];
  if (end < begin)
    return khop_i_fail(KHOP_E_SHAPE,
                       "the offsets of the features fall from %lld to %lld at node "
                       "%lld",
                       (long long)begin, (long long)end, (long long)i);
  for (int64_t e = begin; e < end; e++) {
    int32_t column = f->indices[e];
    if (column < 0 || column >= f->columns || (e > begin && column <= f->indices[e - 1]))
      return khop_i_fail(KHOP_E_SHAPE, "feature %d of node %lld is out of order or not one of %lld",
                         column, (long long)i, (long long)f->columns);
    if (isnan(f->values[e]))
      return khop_i_fail(KHOP_E_VALUE, "feature %d of node %lld is NaN: of sparse features nothing fills it in, of dense "
                         "ones --missing does", column, (long long)i);
    if (!isfinite(f->values[e])) return not_finite(i, column, f->values[e]);
  }
  return KHOP_OK;
}

khop_status khop_i_features_check(const khop_features *f, int64_t nodes) {
  if (f->rows != nodes)
    return khop_i_fail(KHOP_E_SHAPE, "the features have %lld rows and the graph has %lld nodes",
                       (long long)f->rows, (long long)nodes);
  if (f->columns < 1 || f->columns > INT32_MAX)
    return khop_i_fail(KHOP_E_SHAPE, "%lld columns of features, and 1 to %d can be used",
                       (long long)f->columns, INT32_MAX);
  bool sparse = f->offsets && f->indices && f->values;
  if ((f->dense != NULL) == sparse)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "features are either dense, or sparse with offsets, indices "
                       "and values");
  if (sparse && f->offsets[0] != 0)
    return khop_i_fail(KHOP_E_SHAPE, "the offsets of the features begin at %lld, not at 0",
                       (long long)f->offsets[0]);
  for (int64_t i = 0; i < nodes; i++) {
    khop_status status = sparse ? check_row(f, i) : KHOP_OK;
    if (status != KHOP_OK) return status;
    for (int64_t j = 0; !sparse && j < f->columns; j++)
      if (!isfinite(f->dense[i * f->columns + j]))
        return not_finite(i, j, f->dense[i * f->columns + j]);
  }
  return KHOP_OK;
}

/* source has been checked. */
khop_status khop_i_features_copy(khop_features *copy, const khop_features *source) {
  khop_status status = KHOP_OK;
  *copy = (khop_features){.rows = source->rows, .columns = source->columns};
  int64_t cells = 0;
  if (source->rows < 0 || source->columns < 0 ||
      __builtin_mul_overflow(source->rows, source->columns, &cells))
    return khop_i_fail(KHOP_E_SHAPE, "features of shape (%lld, %lld)", (long long)source->rows,
                       (long long)source->columns);
  if (source->dense)
    KHOP_TRY(khop_i_copy(&copy->dense, source->dense, cells, sizeof(khop_real), "features"));
  if (source->offsets && source->indices && source->values) {
    int64_t entries = source->offsets[source->rows];
    KHOP_TRY(khop_i_copy(&copy->offsets, source->offsets, source->rows + 1, sizeof(int64_t),
                         "features"));
    KHOP_TRY(khop_i_copy(&copy->indices, source->indices, entries, sizeof(int32_t), "features"));
    KHOP_TRY(khop_i_copy(&copy->values, source->values, entries, sizeof(khop_real), "features"));
  }
done:
  return status;
}
