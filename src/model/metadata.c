/* metadata.c: strings that travel with a model: how its features were prepared, how it was trained. */
#include "base/memory.h"
#include "model/model.h"

#include <khop/schema.h>
#include <string.h>

static int find_key(const khop_model *model, const char *key) {
  for (int i = 0; i < model->metadata_count; i++)
    if (strcmp(model->metadata[2 * i], key) == 0) return i;
  return -1;
}

khop_status khop_model_set_metadata(khop_model *model, const char *key, const char *value) {
  char *new_key = NULL, *new_value = NULL;
  int at = find_key(model, key);
  khop_status status = khop_i_strdup(&new_value, value);
  if (status != KHOP_OK) return status;
  if (at >= 0) {
    khop_i_free(model->metadata[2 * at + 1]);
    model->metadata[2 * at + 1] = new_value;
    return KHOP_OK;
  }
  status = khop_i_strdup(&new_key, key);
  if (status == KHOP_OK)
    status = khop_i_grow(&model->metadata, 2 * (model->metadata_count + 1), sizeof *model->metadata, "metadata");
  if (status != KHOP_OK) {
    khop_i_free(new_key);
    khop_i_free(new_value);
    return status;
  }
  model->metadata[2 * model->metadata_count] = new_key;
  model->metadata[2 * model->metadata_count++ + 1] = new_value;
  return KHOP_OK;
}

const char *khop_model_metadata(const khop_model *model, const char *key) {
  int at = find_key(model, key);
  return at < 0 ? NULL : model->metadata[2 * at + 1];
}

#define SCHEMA_KEY "schema"

khop_status khop_model_set_schema(khop_model *model, const khop_schema *schema) {
  char *text = NULL;
  khop_status status = khop_schema_write(&text, schema);
  if (status == KHOP_OK) status = khop_model_set_metadata(model, SCHEMA_KEY, text);
  khop_i_free(text);
  return status;
}

khop_status khop_model_schema(khop_schema **schema, const khop_model *model) {
  *schema = NULL;
  const char *text = khop_model_metadata(model, SCHEMA_KEY);
  return text ? khop_schema_read(schema, text) : KHOP_OK;
}
