/* metadata.c: strings that travel with a model: how its features were prepared, how it was trained. */
#include "base/memory.h"
#include "model/model.h"

#include <string.h>

static int find(const khop_model *model, const char *key) {
  for (int i = 0; i < model->notes; i++)
    if (strcmp(model->note[2 * i], key) == 0) return i;
  return -1;
}

khop_status khop_model_set_note(khop_model *model, const char *key, const char *value) {
  char *new_key = NULL, *new_value = NULL;
  int at = find(model, key);
  khop_status status = khop_i_strdup(&new_value, value);
  if (status != KHOP_OK) return status;
  if (at >= 0) {
    khop_i_free(model->note[2 * at + 1]);
    model->note[2 * at + 1] = new_value;
    return KHOP_OK;
  }
  status = khop_i_strdup(&new_key, key);
  if (status == KHOP_OK)
    status = khop_i_grow(&model->note, 2 * (model->notes + 1), sizeof *model->note, "notes");
  if (status != KHOP_OK) {
    khop_i_free(new_key);
    khop_i_free(new_value);
    return status;
  }
  model->note[2 * model->notes] = new_key;
  model->note[2 * model->notes++ + 1] = new_value;
  return KHOP_OK;
}

const char *khop_model_note(const khop_model *model, const char *key) {
  int at = find(model, key);
  return at < 0 ? NULL : model->note[2 * at + 1];
}
