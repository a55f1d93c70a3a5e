/* schema.c: the khop_schema object. */
#include "data/schema.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- lists of words -------------------------------------------------------------------------- */

void khop_i_word_list_clear(khop_i_word_list *list) {
  khop_i_names_free(list->word, list->count);
  *list = (khop_i_word_list){0};
}

void khop_i_word_list_move(khop_i_word_list *to, khop_i_word_list *from) {
  khop_i_word_list_clear(to);
  *to = *from;
  *from = (khop_i_word_list){0};
}

khop_status khop_i_word_list_set(khop_i_word_list *list, int64_t count, const char *const *words) {
  char **copy = NULL;
  khop_status status = words ? khop_i_names_copy(&copy, words, count) : KHOP_OK;
  if (status != KHOP_OK) return status;
  khop_i_word_list_clear(list);
  *list = (khop_i_word_list){count, copy};
  return KHOP_OK;
}

khop_status khop_i_word_list_add(khop_i_word_list *list, const char *word) {
  khop_status status = khop_i_room(&list->word, list->count + 1, sizeof *list->word, "names");
  if (status == KHOP_OK) status = khop_i_strdup(&list->word[list->count], word);
  if (status == KHOP_OK) list->count++;
  return status;
}

/* --- the object ------------------------------------------------------------------------------ */

khop_status khop_i_schema_new(khop_schema **schema) {
  return khop_i_alloc(schema, 1, sizeof **schema, "a schema");
}

static void free_field(khop_field *field) {
  khop_i_free((void *)(uintptr_t)field->name);
  khop_i_names_free((char **)(uintptr_t)field->vocabulary, field->columns);
  khop_i_free((void *)(uintptr_t)field->nodes);
}

void khop_i_schema_drop_units(khop_schema *schema) {
  khop_i_free(schema->target_mean);
  khop_i_free(schema->target_deviation);
  schema->target_mean = schema->target_deviation = NULL;
}

void khop_schema_free(khop_schema *schema) {
  if (!schema) return;
  for (int i = 0; i < schema->fields; i++) free_field(&schema->field[i]);
  khop_i_free(schema->field);
  khop_i_word_list_clear(&schema->classes);
  khop_i_word_list_clear(&schema->targets);
  khop_i_word_list_clear(&schema->edge_labels);
  khop_i_word_list_clear(&schema->ignored);
  khop_i_schema_drop_units(schema);
  khop_i_free(schema);
}

khop_status khop_i_schema_add(khop_schema *schema, const khop_field *field) {
  khop_status status = KHOP_OK;
  khop_field made = *field;
  char *name = NULL, *nodes = NULL, **vocabulary = NULL;
  KHOP_TRY(khop_i_strdup(&name, field->name));
  if (field->nodes) KHOP_TRY(khop_i_strdup(&nodes, field->nodes));
  if (field->vocabulary) KHOP_TRY(khop_i_names_copy(&vocabulary, field->vocabulary, field->columns));
  KHOP_TRY(khop_i_room(&schema->field, schema->fields + 1, sizeof *schema->field, "a schema"));
  made.name = name;
  made.nodes = nodes;
  made.vocabulary = (const char *const *)vocabulary;
  schema->field[schema->fields++] = made;
  return KHOP_OK;
done:
  khop_i_free(name);
  khop_i_free(nodes);
  khop_i_names_free(vocabulary, field->columns);
  return status;
}

khop_status khop_i_schema_copy(khop_schema **copy, const khop_schema *schema) {
  khop_schema *made = NULL;
  khop_status status = khop_i_schema_new(&made);
  if (status != KHOP_OK) return status;
  for (int i = 0; i < schema->fields; i++) KHOP_TRY(khop_i_schema_add(made, &schema->field[i]));
  const khop_i_word_list *from[] = {&schema->classes, &schema->targets, &schema->edge_labels, &schema->ignored};
  khop_i_word_list *to[] = {&made->classes, &made->targets, &made->edge_labels, &made->ignored};
  for (int l = 0; l < 4; l++)
    KHOP_TRY(khop_i_word_list_set(to[l], from[l]->count, (const char *const *)from[l]->word));
  made->tasks = schema->tasks;
  made->row_normalized = schema->row_normalized;
  if (schema->target_mean) KHOP_TRY(khop_i_schema_set_units(made, schema->target_mean, schema->target_deviation));
  *copy = made;
  made = NULL;
done:
  khop_schema_free(made);
  return status;
}

khop_status khop_i_schema_take_fields(khop_schema **schema, const khop_schema *from) {
  khop_schema *own = *schema, *made = NULL;
  khop_status status = khop_i_schema_copy(&made, from);
  if (status != KHOP_OK) return status;
  khop_i_word_list_move(&made->classes, &own->classes);
  khop_i_word_list_move(&made->targets, &own->targets);
  khop_i_word_list_move(&made->edge_labels, &own->edge_labels);
  made->tasks = own->tasks;
  made->row_normalized = own->row_normalized;
  khop_i_schema_drop_units(made); /* those of the model's targets */
  khop_schema_free(own);
  *schema = made;
  return KHOP_OK;
}

khop_status khop_i_schema_set_units(khop_schema *schema, const double *mean, const double *deviation) {
  double *means = NULL, *deviations = NULL;
  int64_t count = schema->targets.count;
  khop_status status = khop_i_copy(&means, mean, count, sizeof *mean, "units of targets");
  if (status == KHOP_OK) status = khop_i_copy(&deviations, deviation, count, sizeof *deviation, "units of targets");
  if (status != KHOP_OK) {
    khop_i_free(means);
    return status;
  }
  khop_i_schema_drop_units(schema);
  schema->target_mean = means;
  schema->target_deviation = deviations;
  return KHOP_OK;
}

/* --- fields without names -------------------------------------------------------------------- */

static bool is_bag_of_words(const khop_features *x) {
  for (int64_t e = 0; x->offsets && e < x->offsets[x->rows]; e++)
    if (x->values[e] != 1) return false;
  return x->offsets;
}

khop_status khop_i_schema_add_columns(khop_schema *schema, const char *name, const khop_features *x) {
  return khop_i_schema_add(schema, &(khop_field){.name = name, .columns = x->columns, .mean = (double)NAN,
      .kind = is_bag_of_words(x) ? KHOP_FIELD_WORDS : KHOP_FIELD_COLUMNS});
}

/* FNV-1a (Fowler, Noll and Vo) over the names in their order, their ends included. */
static void mark_names(char mark[17], int64_t nodes, const char *const *names) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (int64_t i = 0; i < nodes; i++)
    for (size_t c = 0, length = strlen(names[i]); c <= length; c++)
      hash = (hash ^ (unsigned char)names[i][c]) * 0x100000001b3u;
  snprintf(mark, 17, "%016llx", (unsigned long long)hash);
}

khop_status khop_i_schema_add_identity(khop_schema *schema, int64_t nodes, const char *const *names) {
  char mark[17] = "";
  if (names && !khop_i_names_count(names, nodes)) mark_names(mark, nodes, names);
  return khop_i_schema_add(schema, &(khop_field){.name = "nodes", .kind = KHOP_FIELD_IDENTITY, .columns = nodes,
                                                 .nodes = mark, .mean = (double)NAN});
}

/* --- what is in it --------------------------------------------------------------------------- */

int khop_schema_fields(const khop_schema *schema) { return schema->fields; }

const khop_field *khop_schema_field(const khop_schema *schema, int i) {
  return i < 0 || i >= schema->fields ? NULL : &schema->field[i];
}

int64_t khop_schema_columns(const khop_schema *schema) {
  int64_t columns = 0;
  for (int i = 0; i < schema->fields; i++) columns += schema->field[i].columns;
  return columns;
}

static const char *const *show_list(const khop_i_word_list *list, int64_t *count) {
  if (count) *count = list->count;
  return (const char *const *)list->word;
}

const char *const *khop_schema_classes(const khop_schema *schema, int64_t *count) {
  return show_list(&schema->classes, count);
}
const char *const *khop_schema_targets(const khop_schema *schema, int64_t *count) {
  return show_list(&schema->targets, count);
}
bool khop_schema_has_tasks(const khop_schema *schema) { return schema->tasks; }
bool khop_schema_target_unit(double *mean, double *deviation, const khop_schema *schema, int64_t i) {
  if (!schema->target_mean || i < 0 || i >= schema->targets.count) return false;
  *mean = schema->target_mean[i];
  *deviation = schema->target_deviation[i];
  return true;
}
bool khop_schema_row_normalized(const khop_schema *schema) { return schema->row_normalized; }
const char *const *khop_schema_edge_labels(const khop_schema *schema, int64_t *count) {
  return show_list(&schema->edge_labels, count);
}

bool khop_schema_ignores(const khop_schema *schema, const char *name) {
  for (int64_t i = 0; i < schema->ignored.count; i++)
    if (strcmp(schema->ignored.word[i], name) == 0) return true;
  return false;
}

const char *khop_field_kind_name(khop_field_kind kind) {
  static const char *const names[] = {"number", "indicator", "category", "columns", "words", "identity"};
  return (int)kind < 0 || kind > KHOP_FIELD_IDENTITY ? "" : names[kind];
}

const khop_field *khop_i_schema_find(const khop_schema *schema, const char *name, khop_field_kind kind) {
  for (int i = 0; i < schema->fields; i++)
    if (schema->field[i].kind == kind && strcmp(schema->field[i].name, name) == 0) return &schema->field[i];
  return NULL;
}
