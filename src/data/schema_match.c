/* schema_match.c: the columns of one schema among those of another, and features brought into that order. */
#include "data/schema_match.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/string_table.h"
#include "data/entries.h"
#include "data/features.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- lists in messages ----------------------------------------------------------------------- */

#define LIST_ROOM 300

/* "a, b, c", cut where there is no more space for it; "none" where it is empty. */
typedef struct name_list {
  char text[LIST_ROOM];
  size_t length;
  int64_t count, left_out;
} name_list;

static void append_name(name_list *list, const char *name) {
  size_t length = strlen(name);
  list->count++;
  if (list->left_out || list->length + length + 24 > LIST_ROOM) {
    list->left_out++;
    snprintf(list->text + list->length, LIST_ROOM - list->length, " and %lld more", (long long)list->left_out);
    return;
  }
  int written = snprintf(list->text + list->length, LIST_ROOM - list->length, "%s%s", list->length ? ", " : "", name);
  list->length += (size_t)written;
}

static void list_fields(name_list *list, const khop_schema *schema, const khop_schema *ignoring) {
  for (int i = 0; i < schema->fields; i++) {
    const khop_field *f = &schema->field[i];
    bool ignored = ignoring && khop_schema_ignores(ignoring, f->name);
    if (f->kind != KHOP_FIELD_MISSING && !ignored) append_name(list, f->name);
  }
  if (!list->count) append_name(list, "none");
}

/* --- fields ---------------------------------------------------------------------------------- */

static bool is_unnamed(const khop_field *f) { return f->kind == KHOP_FIELD_COLUMNS || f->kind == KHOP_FIELD_WORDS; }

static bool same_kind(const khop_field *a, const khop_field *b) {
  return a->kind == b->kind || (is_unnamed(a) && is_unnamed(b));
}

/* The fields of a schema by their names, and what it ignores: a look-up an attribute, of which there can be 50,000. */
typedef struct field_index {
  const khop_schema *schema;
  khop_i_string_table names; /* of fields, then of what is ignored */
  int *field[2];             /* (fields) of a name the first field, and the first indicator; -1: none */
  int64_t *first;            /* (fields) where its columns begin */
} field_index;

static void free_index(field_index *x) {
  khop_i_string_table_free(&x->names);
  khop_i_free(x->field[0]);
  khop_i_free(x->field[1]);
  khop_i_free(x->first);
}

static bool is_indicator(const khop_field *f) { return f->kind == KHOP_FIELD_MISSING; }

static khop_status make_index(field_index *x, const khop_schema *schema) {
  khop_status status = KHOP_OK;
  int64_t column = 0, all = schema->fields + schema->ignored.count;
  int32_t id = 0;
  *x = (field_index){.schema = schema};
  KHOP_TRY(khop_i_string_table_reserve(&x->names, all));
  KHOP_TRY(khop_i_alloc(&x->first, schema->fields, sizeof *x->first, "names of features"));
  for (int k = 0; k < 2; k++) {
    KHOP_TRY(khop_i_alloc(&x->field[k], all, sizeof *x->field[k], "names of features"));
    for (int64_t i = 0; i < all; i++) x->field[k][i] = -1;
  }
  for (int i = 0; i < schema->fields; column += schema->field[i++].columns) {
    const khop_field *f = &schema->field[i];
    KHOP_TRY(khop_i_string_table_add(&id, &x->names, f->name, strlen(f->name)));
    int *at = &x->field[is_indicator(f)][id];
    if (*at < 0) *at = i;
    x->first[i] = column;
  }
  for (int64_t w = 0; w < schema->ignored.count; w++)
    KHOP_TRY(khop_i_string_table_add(&id, &x->names, schema->ignored.word[w], strlen(schema->ignored.word[w])));
done:
  return status;
}

/* The field of the same name, an indicator apart from its number; its first column in *first. */
static const khop_field *find_field(int64_t *first, const field_index *x, const khop_field *like) {
  int32_t id = khop_i_string_table_find(&x->names, like->name, strlen(like->name));
  int at = id < 0 ? -1 : x->field[is_indicator(like)][id];
  *first = at < 0 ? 0 : x->first[at];
  return at < 0 ? NULL : &x->schema->field[at];
}

/* Of a name that is no field. */
static bool is_ignored(const field_index *x, const khop_field *f) {
  return khop_i_string_table_find(&x->names, f->name, strlen(f->name)) >= 0;
}

/* The fields of `these` that `others` has none of; an indicator is no field of its own, and what is ignored is none. */
static void list_lone_fields(name_list *list, const field_index *these, const field_index *others, bool ignoring) {
  int64_t first;
  for (int i = 0; i < these->schema->fields; i++) {
    const khop_field *f = &these->schema->field[i];
    if (is_indicator(f) || find_field(&first, others, f) || (ignoring && is_ignored(others, f))) continue;
    append_name(list, f->name);
  }
}

static khop_status names_differ(const field_index *wanted, const field_index *there) {
  name_list lacking = {0}, unknown = {0};
  list_lone_fields(&lacking, wanted, there, false);
  list_lone_fields(&unknown, there, wanted, true);
  if (!unknown.count)
    return khop_i_fail(KHOP_E_VALUE, "the model was trained on %s, which the data lack", lacking.text);
  if (!lacking.count)
    return khop_i_fail(KHOP_E_VALUE, "the data have %s, which the model was not trained on", unknown.text);
  return khop_i_fail(KHOP_E_VALUE, "the model was trained on %s, which the data lack; they have %s, which it was not "
                     "trained on", lacking.text, unknown.text);
}

typedef struct ranked_word {
  const char *word;
  int64_t rank;
} ranked_word;

static int by_word(const void *a, const void *b) {
  return strcmp(((const ranked_word *)a)->word, ((const ranked_word *)b)->word);
}

static khop_status word_unseen(const khop_field *wanted, const khop_field *there, const name_list *unseen) {
  name_list known = {0}, absent = {0};
  for (int64_t w = 0; w < wanted->columns; w++) {
    bool found = false;
    append_name(&known, wanted->vocabulary[w]);
    for (int64_t t = 0; t < there->columns && !found; t++)
      found = strcmp(wanted->vocabulary[w], there->vocabulary[t]) == 0;
    if (!found) append_name(&absent, wanted->vocabulary[w]);
  }
  return khop_i_fail(KHOP_E_VALUE, "%s: %s was never seen in training%s%s: the model knows %s", wanted->name,
                     unseen->text, absent.count ? "; missing: " : "", absent.text, known.text);
}

/* The columns of a category, for each word of the wanted vocabulary. */
static khop_status match_words(int64_t *column, const khop_field *wanted, const khop_field *there, int64_t first) {
  name_list unseen = {0};
  ranked_word *sorted = NULL;
  khop_status status = khop_i_alloc(&sorted, wanted->columns, sizeof *sorted, "a vocabulary");
  if (status != KHOP_OK) return status;
  for (int64_t w = 0; w < wanted->columns; w++) {
    column[w] = -1;
    sorted[w] = (ranked_word){wanted->vocabulary[w], w};
  }
  qsort(sorted, (size_t)wanted->columns, sizeof *sorted, by_word);
  for (int64_t t = 0; t < there->columns; t++) {
    ranked_word key = {there->vocabulary[t], 0};
    const ranked_word *at = bsearch(&key, sorted, (size_t)wanted->columns, sizeof *sorted, by_word);
    if (at)
      column[at->rank] = first + t;
    else
      append_name(&unseen, key.word);
  }
  if (unseen.count) status = word_unseen(wanted, there, &unseen);
  khop_i_free(sorted);
  return status;
}

static khop_status kinds_differ(const khop_field *wanted, const khop_field *there) {
  return khop_i_fail(KHOP_E_VALUE, "the feature '%s' is of kind %s, and the model was trained on it as %s",
                     wanted->name, khop_field_kind_name(there->kind), khop_field_kind_name(wanted->kind));
}

static khop_status match_field(int64_t *column, const khop_field *wanted, const khop_field *there, int64_t first) {
  if (!same_kind(wanted, there)) return kinds_differ(wanted, there);
  if (wanted->kind == KHOP_FIELD_CATEGORY) return match_words(column, wanted, there, first);
  if (wanted->columns != there->columns && wanted->kind == KHOP_FIELD_IDENTITY)
    return khop_i_fail(KHOP_E_VALUE, "%lld nodes without features, and the model was trained on %lld others: its "
                       "features are those nodes", (long long)there->columns, (long long)wanted->columns);
  if (wanted->columns != there->columns)
    return khop_i_fail(KHOP_E_SHAPE, "'%s' has %lld features a node, and the model was trained on %lld", there->name,
                       (long long)there->columns, (long long)wanted->columns);
  if (wanted->kind == KHOP_FIELD_IDENTITY && strcmp(wanted->nodes, there->nodes) != 0)
    return khop_i_fail(KHOP_E_VALUE, "the model was trained on %lld other nodes, or in another order, and knows "
                       "nothing of a node but which one it is", (long long)wanted->columns);
  for (int64_t c = 0; c < wanted->columns; c++) column[c] = first + c;
  return KHOP_OK;
}

static bool is_single(const khop_schema *s, bool (*kind)(const khop_field *)) {
  return s->fields == 1 && kind(&s->field[0]);
}
static bool is_identity(const khop_field *f) { return f->kind == KHOP_FIELD_IDENTITY; }

/* Data without any feature, or without names, against a model of the other kind. */
static khop_status match_forms(const khop_schema *wanted, const khop_schema *there) {
  int64_t mine = khop_schema_columns(wanted), theirs = khop_schema_columns(there);
  if (is_single(there, is_identity) && !is_single(wanted, is_identity)) {
    name_list names = {0};
    list_fields(&names, wanted, NULL);
    return khop_i_fail(KHOP_E_VALUE, "the data have no features (%lld features, one for each node), and the model was "
                       "trained on %lld: %s", (long long)theirs, (long long)mine, names.text);
  }
  if (is_single(wanted, is_identity) && !is_single(there, is_identity))
    return khop_i_fail(KHOP_E_VALUE, "%lld features a node, and the model was trained on %lld nodes without any: its "
                       "features are those nodes", (long long)theirs, (long long)mine);
  return KHOP_OK;
}

/* Every field of the data is one of the model's, or one that it ignores. */
static khop_status match_names(const field_index *wanted, const field_index *there) {
  int64_t first;
  for (int i = 0; i < there->schema->fields; i++) {
    const khop_field *f = &there->schema->field[i];
    if (!is_indicator(f) && !find_field(&first, wanted, f) && !is_ignored(wanted, f)) return names_differ(wanted, there);
  }
  return KHOP_OK;
}

static khop_status match_fields(int64_t *column, const field_index *wanted, const field_index *there) {
  int64_t first, at = 0;
  khop_status status = match_names(wanted, there);
  for (int i = 0; status == KHOP_OK && i < wanted->schema->fields; i++) {
    const khop_field *f = &wanted->schema->field[i], *found = find_field(&first, there, f);
    if (found)
      status = match_field(column + at, f, found, first);
    else if (f->kind == KHOP_FIELD_MISSING)
      column[at] = -1;
    else
      status = names_differ(wanted, there);
    at += f->columns;
  }
  return status;
}

khop_status khop_schema_match(int64_t *column, const khop_schema *wanted, const khop_schema *there) {
  field_index mine = {0}, theirs = {0};
  khop_status status = match_forms(wanted, there);
  if (status == KHOP_OK) status = make_index(&mine, wanted);
  if (status == KHOP_OK) status = make_index(&theirs, there);
  if (status == KHOP_OK) status = match_fields(column, &mine, &theirs);
  free_index(&mine);
  free_index(&theirs);
  return status;
}

/* --- features -------------------------------------------------------------------------------- */

static bool is_same_order(const khop_features *x, int64_t columns, const int64_t *column) {
  bool same = columns == x->columns;
  for (int64_t c = 0; same && c < columns; c++) same = column[c] == c;
  return same;
}

static khop_status select_dense(khop_features *made, const khop_features *x, int64_t columns, const int64_t *column) {
  khop_real *dense = NULL;
  khop_status status = khop_i_alloc(&dense, x->rows, (size_t)columns * sizeof *dense, "features");
  for (int64_t i = 0; status == KHOP_OK && i < x->rows; i++)
    for (int64_t c = 0; c < columns; c++)
      if (column[c] >= 0) dense[i * columns + c] = x->dense[i * x->columns + column[c]];
  *made = (khop_features){.rows = x->rows, .columns = columns, .dense = dense};
  return status;
}

/* place: (x->columns) where a column goes, -1: nowhere. line: as long as the longest row. */
static void move_row(khop_features *made, const khop_features *x, int64_t i, const int32_t *place,
                     khop_i_entry *line) {
  int64_t *offsets = (int64_t *)(uintptr_t)made->offsets, count = 0;
  int32_t *indices = (int32_t *)(uintptr_t)made->indices;
  khop_real *values = (khop_real *)(uintptr_t)made->values;
  for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
    if (place[x->indices[e]] >= 0) line[count++] = (khop_i_entry){place[x->indices[e]], x->values[e]};
  khop_i_entries_sort(line, count);
  for (int64_t k = 0; k < count; k++) {
    indices[offsets[i] + k] = line[k].column;
    values[offsets[i] + k] = (khop_real)line[k].value;
  }
  offsets[i + 1] = offsets[i] + count;
}

static khop_status select_sparse(khop_features *made, const khop_features *x, int64_t columns, const int64_t *column) {
  khop_status status = KHOP_OK;
  int64_t entries = x->offsets[x->rows];
  int32_t *place = NULL;
  khop_i_entry *line = NULL;
  *made = (khop_features){.rows = x->rows, .columns = columns};
  KHOP_TRY(khop_i_alloc(&made->offsets, x->rows + 1, sizeof *made->offsets, "features"));
  KHOP_TRY(khop_i_alloc(&made->indices, entries, sizeof *made->indices, "features"));
  KHOP_TRY(khop_i_alloc(&made->values, entries, sizeof *made->values, "features"));
  KHOP_TRY(khop_i_alloc(&line, x->columns + 1, sizeof *line, "features"));
  KHOP_TRY(khop_i_alloc(&place, x->columns, sizeof *place, "features"));
  for (int64_t c = 0; c < x->columns; c++) place[c] = -1;
  for (int64_t c = 0; c < columns; c++)
    if (column[c] >= 0) place[column[c]] = (int32_t)c;
  for (int64_t i = 0; i < x->rows; i++) move_row(made, x, i, place, line);
done:
  khop_i_free(place);
  khop_i_free(line);
  return status;
}

khop_status khop_i_features_select(khop_features *features, int64_t columns, const int64_t *column) {
  if (is_same_order(features, columns, column)) return KHOP_OK;
  khop_features made = {0};
  khop_status status = features->dense ? select_dense(&made, features, columns, column)
                                       : select_sparse(&made, features, columns, column);
  khop_i_features_free(status == KHOP_OK ? features : &made);
  if (status == KHOP_OK) *features = made;
  return status;
}

khop_status khop_i_features_match(khop_features *features, const khop_schema *wanted, const khop_schema *there) {
  int64_t *column = NULL, columns = khop_schema_columns(wanted);
  khop_status status = khop_i_alloc(&column, columns, sizeof *column, "columns");
  if (status == KHOP_OK) status = khop_schema_match(column, wanted, there);
  if (status == KHOP_OK) status = khop_i_features_select(features, columns, column);
  khop_i_free(column);
  return status;
}
