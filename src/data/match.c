/* match.c: the columns of a data set in the order of a schema, such as that of a model. */
#include "data/match.h"
#include "base/error.h"
#include "data/schema_match.h"
#include "data/tasks.h"

khop_status khop_data_match(khop_data *data, const khop_schema *schema) {
  if (!data || !schema) return khop_i_fail(KHOP_E_ARGUMENT, "a data set and a schema are needed");
  khop_status status = khop_i_features_match(&data->features, schema, data->schema);
  if (status == KHOP_OK) status = khop_i_tasks_match(data, schema);
  return status == KHOP_OK ? khop_i_schema_take_fields(&data->schema, schema) : status;
}

khop_status khop_i_data_take_schema(khop_data *data, const khop_schema *schema) {
  int64_t columns = khop_schema_columns(schema);
  if (data->features.columns != columns)
    return khop_i_fail(KHOP_E_SHAPE, "%lld features a node, and the model was trained on %lld",
                       (long long)data->features.columns, (long long)columns);
  return khop_i_schema_take_fields(&data->schema, schema);
}
