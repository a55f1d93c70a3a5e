/* finish.c: what a loader does last: features, normalisation and a split where the file brought none. */
#include "data/finish.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/class_notes.h"
#include "data/data.h"
#include "data/encodings.h"
#include "data/match.h"
#include "data/split.h"

#include <float.h>
#include <math.h>

/* The first columns, those that are no encodings. A row without a sum stays as it is. The arrays belong to data, so that
 * they may be changed. */
static void normalize_rows(khop_features *f, int64_t columns) {
  const khop_real *all = f->dense ? f->dense : f->values;
  for (int64_t i = 0; i < f->rows; i++) {
    int64_t begin = f->dense ? i * f->columns : f->offsets[i];
    int64_t end = f->dense ? begin + columns : f->offsets[i + 1];
    while (!f->dense && end > begin && f->indices[end - 1] >= columns) end--;
    khop_real *values = (khop_real *)(uintptr_t)all;
    double sum = 0;
    for (int64_t e = begin; e < end; e++) sum += (double)values[e];
    if (!(fabs(sum) > DBL_MIN)) continue;
    for (int64_t e = begin; e < end; e++) values[e] = (khop_real)((double)values[e] / sum);
  }
}

/* Whether the features of a model were attributes that the data do not have. */
static bool lacks_attributes(const khop_schema *there, const khop_schema *wanted) {
  for (int i = 0; i < khop_schema_fields(wanted); i++) {
    const khop_field *f = khop_schema_field(wanted, i);
    bool attribute = f->kind == KHOP_FIELD_NUMBER || f->kind == KHOP_FIELD_CATEGORY;
    if (attribute && !khop_i_schema_find(there, f->name, KHOP_FIELD_NUMBER) &&
        !khop_i_schema_find(there, f->name, KHOP_FIELD_CATEGORY))
      return true;
  }
  return false;
}

/* A model that was trained with a table beside the graph needs it again. */
static khop_status match_model(khop_data *data, const khop_data_options *options) {
  char *text = NULL;
  khop_status status = khop_data_match(data, options->schema);
  if (status == KHOP_OK || options->nodes || !lacks_attributes(data->schema, options->schema)) return status;
  if (khop_i_strdup(&text, khop_message()) == KHOP_OK)
    khop_i_fail(status, "%s (--nodes TABLE adds the columns of a table beside the graph)", text);
  khop_i_free(text);
  return status;
}

khop_status khop_i_data_finish(khop_data *data, const khop_data_options *options) {
  khop_status status = data->has_features ? KHOP_OK : khop_i_data_identity_features(data);
  if (status == KHOP_OK) status = khop_i_data_describe(data);
  if (status == KHOP_OK && options->encodings) status = khop_data_add_encodings(data, options->encodings);
  if (status == KHOP_OK && options->schema)
    status = options->by_position ? khop_i_data_take_schema(data, options->schema)
                                  : match_model(data, options);
  if (status == KHOP_OK && options->row_normalize) {
    normalize_rows(&data->features, data->features.columns - khop_i_encodings_columns(options->encodings));
    data->schema->row_normalized = true;
    status = khop_i_features_check(&data->features, khop_graph_nodes(data->graph));
  }
  if (status == KHOP_OK && data->splits == 0 && (data->labels || data->targets))
    status = khop_i_data_split_random(data, options->split_seed);
  return status == KHOP_OK ? khop_i_data_note_classes(data, "node") : status;
}
