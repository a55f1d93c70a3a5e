/* match.c: the columns of a data set in the order of a schema, such as that of a model. */
#include "data/match.h"
#include "base/error.h"
#include "data/schema_match.h"
#include "data/tasks.h"

/* The fields of schema, with the classes and targets of the data. */
static khop_status take_fields(khop_data *data, const khop_schema *schema) {
  khop_schema *made = NULL;
  khop_status status = khop_i_schema_copy(&made, schema);
  if (status != KHOP_OK) return status;
  khop_i_word_list classes = made->classes, targets = made->targets;
  made->tasks = data->schema->tasks;
  made->classes = data->schema->classes;
  made->targets = data->schema->targets;
  data->schema->classes = classes;
  data->schema->targets = targets;
  made->row_normalized = data->schema->row_normalized;
  khop_i_schema_drop_units(made); /* those of the model's targets */
  khop_schema_free(data->schema);
  data->schema = made;
  return KHOP_OK;
}

khop_status khop_data_match(khop_data *data, const khop_schema *schema) {
  if (!data || !schema) return khop_i_fail(KHOP_E_ARGUMENT, "a data set and a schema are needed");
  khop_status status = khop_i_features_match(&data->features, schema, data->schema);
  if (status == KHOP_OK) status = khop_i_tasks_match(data, schema);
  return status == KHOP_OK ? take_fields(data, schema) : status;
}

khop_status khop_i_data_take_schema(khop_data *data, const khop_schema *schema) {
  int64_t columns = khop_schema_columns(schema);
  if (data->features.columns != columns)
    return khop_i_fail(KHOP_E_SHAPE, "%lld features a node, and the model was trained on %lld",
                       (long long)data->features.columns, (long long)columns);
  return take_fields(data, schema);
}
