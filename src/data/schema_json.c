/* schema_json.c: a schema as JSON, which travels in the metadata of a checkpoint.
 *
 *   {"format": 2,
 *    "features": [{"name": "age", "kind": "number", "columns": 1, "mean": 31.5},
 *                 {"name": "colour", "kind": "category", "columns": 2, "vocabulary": ["blue", "red"]}],
 *    "classes": ["Mr Hi", "Officer"], "targets": 0, "edge_labels": 0, "ignored": ["x", "y"],
 *    "tasks": false, "row_normalized": false}
 *
 * A list without names is its number. "tasks" says that the targets are yes/no tasks, "row_normalized" that rows of
 * features were divided by their sums; a schema without "format", by an older khop, left out those that are false.
 * "treated": "mean" or "zero" what stands for
 * the missing values of a number; "target_mean" and "target_deviation" are lists of the units of targets. */
#include "data/schema.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/names.h"
#include "files/json_text.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#define FORMAT 2
static const char *const list_keys[] = {"classes", "targets", "edge_labels", "ignored"};
static const char *const unit_keys[] = {"target_mean", "target_deviation"};

/* --- writing --------------------------------------------------------------------------------- */

static void write_words(khop_i_json_text *json, const char *key, int64_t count, const char *const *words) {
  if (!words) {
    khop_i_json_number(json, key, (double)count);
    return;
  }
  khop_i_json_open(json, key, '[');
  for (int64_t i = 0; i < count; i++) khop_i_json_string(json, NULL, words[i]);
  khop_i_json_close(json, ']');
}

static void write_field(khop_i_json_text *json, const khop_field *field) {
  khop_i_json_open(json, NULL, '{');
  khop_i_json_string(json, "name", field->name);
  khop_i_json_string(json, "kind", khop_field_kind_name(field->kind));
  khop_i_json_number(json, "columns", (double)field->columns);
  if (field->vocabulary) write_words(json, "vocabulary", field->columns, field->vocabulary);
  if (field->nodes) khop_i_json_string(json, "nodes", field->nodes);
  if (isfinite(field->mean)) khop_i_json_number(json, "mean", field->mean);
  if (field->missing) khop_i_json_number(json, "missing", (double)field->missing);
  if (field->treated) khop_i_json_string(json, "treated", field->treated == KHOP_MISSING_ZERO ? "zero" : "mean");
  khop_i_json_close(json, '}');
}

static void write_units(khop_i_json_text *json, const char *key, int64_t count, const double *units) {
  khop_i_json_open(json, key, '[');
  for (int64_t i = 0; i < count; i++) khop_i_json_number(json, NULL, units[i]);
  khop_i_json_close(json, ']');
}

khop_status khop_schema_write(char **text, const khop_schema *schema) {
  const khop_i_word_list *lists[] = {&schema->classes, &schema->targets, &schema->edge_labels, &schema->ignored};
  khop_i_json_text json = {0};
  khop_i_json_open(&json, NULL, '{');
  khop_i_json_number(&json, "format", FORMAT);
  khop_i_json_open(&json, "features", '[');
  for (int i = 0; i < schema->fields; i++) write_field(&json, &schema->field[i]);
  khop_i_json_close(&json, ']');
  for (int l = 0; l < 4; l++)
    write_words(&json, list_keys[l], lists[l]->count, (const char *const *)lists[l]->word);
  khop_i_json_flag(&json, "tasks", schema->tasks);
  khop_i_json_flag(&json, "row_normalized", schema->row_normalized);
  if (schema->target_mean) {
    write_units(&json, unit_keys[0], schema->targets.count, schema->target_mean);
    write_units(&json, unit_keys[1], schema->targets.count, schema->target_deviation);
  }
  khop_i_json_close(&json, '}');
  return khop_i_json_take(text, &json);
}

/* --- reading --------------------------------------------------------------------------------- */

static khop_status not_a_schema(const char *what) {
  return khop_i_fail(KHOP_E_FORMAT, "the schema of the features cannot be read: %s", what);
}

/* What counts columns: whole, and no more than a matrix can have. */
static bool read_count(int64_t *count, const cJSON *item) {
  if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= INT32_MAX)) return false;
  *count = (int64_t)item->valuedouble;
  return true;
}

static khop_status read_words(khop_i_word_list *list, const cJSON *item, const char *key) {
  if (!item) return KHOP_OK;
  if (!cJSON_IsArray(item)) return read_count(&list->count, item) ? KHOP_OK : not_a_schema(key);
  int size = cJSON_GetArraySize(item);
  khop_status status = khop_i_alloc(&list->word, size, sizeof *list->word, "names");
  const cJSON *word;
  cJSON_ArrayForEach(word, item) {
    if (status == KHOP_OK && !cJSON_IsString(word)) status = not_a_schema(key);
    if (status == KHOP_OK) status = khop_i_strdup(&list->word[list->count], word->valuestring);
    if (status == KHOP_OK) list->count++;
  }
  return status;
}

static bool read_kind(khop_field_kind *kind, const char *name) {
  for (int k = 0; name && k <= KHOP_FIELD_IDENTITY; k++)
    if (strcmp(khop_field_kind_name((khop_field_kind)k), name) == 0) {
      *kind = (khop_field_kind)k;
      return true;
    }
  return false;
}

static khop_status read_field(khop_schema *schema, const cJSON *json) {
  khop_i_word_list words = {0};
  const cJSON *mean = cJSON_GetObjectItemCaseSensitive(json, "mean");
  khop_field field = {.name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "name")),
                      .nodes = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "nodes")),
                      .mean = cJSON_IsNumber(mean) ? mean->valuedouble : (double)NAN};
  if (!field.name || !read_count(&field.columns, cJSON_GetObjectItemCaseSensitive(json, "columns")) ||
      !read_kind(&field.kind, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "kind"))))
    return not_a_schema("a feature without name, kind or columns");
  read_count(&field.missing, cJSON_GetObjectItemCaseSensitive(json, "missing"));
  const char *treated = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "treated"));
  if (treated) field.treated = strcmp(treated, "zero") == 0 ? KHOP_MISSING_ZERO : KHOP_MISSING_MEAN;
  khop_status status = read_words(&words, cJSON_GetObjectItemCaseSensitive(json, "vocabulary"), "a vocabulary");
  if (status == KHOP_OK && (words.word != NULL) != (field.kind == KHOP_FIELD_CATEGORY))
    status = not_a_schema("a category without its vocabulary");
  if (status == KHOP_OK && words.word && words.count != field.columns)
    status = not_a_schema("a vocabulary of another length");
  field.vocabulary = (const char *const *)words.word;
  if (status == KHOP_OK && field.kind == KHOP_FIELD_IDENTITY && !field.nodes) field.nodes = "";
  if (status == KHOP_OK) status = khop_i_schema_add(schema, &field);
  khop_i_word_list_clear(&words);
  return status;
}

/* Both lists of the units of targets, or neither. */
static khop_status read_units(khop_schema *schema, const cJSON *json) {
  const cJSON *list[2], *item;
  double *number[2] = {NULL, NULL};
  khop_status status = KHOP_OK;
  for (int u = 0; u < 2; u++) list[u] = cJSON_GetObjectItemCaseSensitive(json, unit_keys[u]);
  if (!list[0] && !list[1]) return KHOP_OK;
  for (int u = 0; u < 2; u++) {
    int64_t at = 0;
    if (!cJSON_IsArray(list[u]) || cJSON_GetArraySize(list[u]) != schema->targets.count)
      status = not_a_schema(unit_keys[u]);
    if (status == KHOP_OK) status = khop_i_alloc(&number[u], schema->targets.count, sizeof **number, "units of targets");
    if (status != KHOP_OK) break;
    cJSON_ArrayForEach(item, list[u]) {
      if (!cJSON_IsNumber(item)) status = not_a_schema(unit_keys[u]);
      number[u][at++] = item->valuedouble;
    }
  }
  if (status == KHOP_OK) status = khop_i_schema_set_units(schema, number[0], number[1]);
  khop_i_free(number[0]);
  khop_i_free(number[1]);
  return status;
}

/* Of format 2 all flags are there. */
static khop_status read_flags(khop_schema *schema, const cJSON *json) {
  const cJSON *format = cJSON_GetObjectItemCaseSensitive(json, "format");
  const cJSON *tasks = cJSON_GetObjectItemCaseSensitive(json, "tasks");
  const cJSON *normalized = cJSON_GetObjectItemCaseSensitive(json, "row_normalized");
  if (format && !(cJSON_IsNumber(format) && format->valuedouble == FORMAT)) return not_a_schema("format");
  if (format && !cJSON_IsBool(tasks)) return not_a_schema("tasks");
  if (format && !cJSON_IsBool(normalized)) return not_a_schema("row_normalized");
  schema->tasks = schema->targets.word && cJSON_IsTrue(tasks);
  schema->row_normalized = cJSON_IsTrue(normalized);
  return KHOP_OK;
}

khop_status khop_schema_read(khop_schema **schema, const char *text) {
  *schema = NULL;
  khop_schema *made = NULL;
  cJSON *json = text ? cJSON_Parse(text) : NULL;
  const cJSON *features = cJSON_GetObjectItemCaseSensitive(json, "features"), *feature;
  khop_status status = cJSON_IsArray(features) ? khop_i_schema_new(&made) : not_a_schema("no JSON with 'features'");
  if (status != KHOP_OK) goto done;
  cJSON_ArrayForEach(feature, features) KHOP_TRY(read_field(made, feature));
  khop_i_word_list *lists[] = {&made->classes, &made->targets, &made->edge_labels, &made->ignored};
  for (int l = 0; l < 4; l++)
    KHOP_TRY(read_words(lists[l], cJSON_GetObjectItemCaseSensitive(json, list_keys[l]), list_keys[l]));
  KHOP_TRY(read_flags(made, json));
  KHOP_TRY(read_units(made, json));
  *schema = made;
  made = NULL;
done:
  khop_schema_free(made);
  cJSON_Delete(json);
  return status;
}
