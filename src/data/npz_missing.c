/* npz_missing.c: see npz_missing.h.
 *
 *   x   1  NaN        feature 0   feature 1   feature 1 missing
 *       2   4             1           4               1
 *                         2           4               0          */
#include "data/npz_missing.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/features.h"
#include "data/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool khop_i_npz_lacks_features(const khop_features *features) {
  int64_t cells = features->dense ? features->rows * features->columns : 0;
  for (int64_t k = 0; k < cells; k++)
    if (isnan(features->dense[k])) return true;
  return false;
}

typedef struct filling {
  const khop_features *x;
  const khop_data_options *options;
  char **name;      /* (columns) */
  int64_t *missing; /* (columns) */
  double *fill;     /* (columns) */
} filling;

static khop_status name_columns(filling *f, const khop_schema *schema) {
  khop_status status = khop_i_alloc(&f->name, f->x->columns, sizeof *f->name, "names of features");
  for (int64_t c = 0; status == KHOP_OK && c < f->x->columns; c++)
    status = schema->fields == f->x->columns ? khop_i_strdup(&f->name[c], schema->field[c].name)
                                             : khop_i_sprintf(&f->name[c], "feature %lld", (long long)c);
  return status;
}

static khop_status refuse(const filling *f, int64_t column) {
  int64_t node = 0;
  while (!isnan(f->x->dense[node * f->x->columns + column])) node++;
  return khop_i_fail(KHOP_E_VALUE, "the feature '%s' of node %lld is missing or NaN, and of %lld of the %lld nodes: "
                     "--missing mean or zero fills it in, with a column that says where", f->name[column],
                     (long long)node, (long long)f->missing[column], (long long)f->x->rows);
}

/* What stands for a missing value: the mean of a model's training, or that of the values that are there. */
static khop_status plan_column(filling *f, int64_t column) {
  const khop_schema *model = f->options->schema;
  const khop_field *before = model ? khop_i_schema_find(model, f->name[column], KHOP_FIELD_NUMBER) : NULL;
  int64_t nodes = f->x->rows;
  double sum = 0;
  for (int64_t i = 0; i < nodes; i++) {
    double value = (double)f->x->dense[i * f->x->columns + column];
    if (isnan(value)) f->missing[column]++;
    else sum += value;
  }
  if (!f->missing[column]) return KHOP_OK;
  if (f->options->missing == KHOP_MISSING_ERROR && !(before && before->missing)) return refuse(f, column);
  if (f->options->missing == KHOP_MISSING_ZERO) return KHOP_OK;
  if (before && isfinite(before->mean)) f->fill[column] = before->mean;
  else if (nodes > f->missing[column]) f->fill[column] = sum / (double)(nodes - f->missing[column]);
  return KHOP_OK;
}

static khop_status describe(khop_schema *schema, const filling *f) {
  khop_status status = KHOP_OK;
  bool zero = f->options->missing == KHOP_MISSING_ZERO;
  for (int64_t c = 0; status == KHOP_OK && c < f->x->columns; c++) {
    khop_field field = {.name = f->name[c], .kind = KHOP_FIELD_NUMBER, .columns = 1, .mean = (double)NAN};
    if (f->missing[c]) {
      field.mean = f->fill[c];
      field.missing = f->missing[c];
      field.treated = zero ? KHOP_MISSING_ZERO : KHOP_MISSING_MEAN;
    }
    status = khop_i_schema_add(schema, &field);
    if (status == KHOP_OK && f->missing[c])
      status = khop_i_schema_add(schema, &(khop_field){.name = f->name[c], .kind = KHOP_FIELD_MISSING, .columns = 1,
                                                       .mean = (double)NAN});
  }
  return status;
}

static khop_status fill(khop_features *made, const filling *f, int64_t columns) {
  khop_real *dense = NULL;
  int64_t at = 0;
  khop_status status = khop_i_alloc_raw(&dense, f->x->rows, (size_t)columns * sizeof *dense, "features");
  for (int64_t i = 0; status == KHOP_OK && i < f->x->rows; i++)
    for (int64_t c = 0; c < f->x->columns; c++) {
      khop_real value = f->x->dense[i * f->x->columns + c];
      dense[at++] = isnan(value) ? (khop_real)f->fill[c] : value;
      if (f->missing[c]) dense[at++] = (khop_real)(isnan(value) ? 1 : 0);
    }
  *made = (khop_features){.rows = f->x->rows, .columns = columns, .dense = dense};
  return status;
}

/* Whether a model was trained on features that were named here. */
static bool was_named_here(const khop_data_options *options) {
  return options->schema && !options->by_position &&
         khop_i_schema_find(options->schema, "feature 0", KHOP_FIELD_NUMBER) != NULL;
}

khop_status khop_i_npz_fill_missing(khop_data *data, const khop_data_options *options) {
  filling f = {.x = &data->features, .options = options};
  khop_features made = {0};
  khop_schema *schema = NULL;
  khop_status status = KHOP_OK;
  int64_t before = f.x->columns, columns = before;
  bool missing = khop_i_npz_lacks_features(f.x);
  if (!missing && (!f.x->dense || data->schema->fields || !was_named_here(options))) return KHOP_OK;
  KHOP_TRY(name_columns(&f, data->schema));
  KHOP_TRY(khop_i_alloc(&f.missing, columns, sizeof *f.missing, "missing features"));
  KHOP_TRY(khop_i_alloc(&f.fill, columns, sizeof *f.fill, "missing features"));
  for (int64_t c = 0; c < before; c++) {
    KHOP_TRY(plan_column(&f, c));
    columns += f.missing[c] > 0;
  }
  KHOP_TRY(khop_i_schema_new(&schema));
  KHOP_TRY(describe(schema, &f));
  KHOP_TRY(fill(&made, &f, columns));
  KHOP_TRY(khop_i_data_take_features(data, &made));
  khop_schema_free(data->schema);
  data->schema = schema;
  schema = NULL;
done:
  khop_schema_free(schema);
  khop_i_names_free(f.name, before);
  khop_i_free(f.missing);
  khop_i_free(f.fill);
  return status;
}
