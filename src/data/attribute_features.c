/* attribute_features.c: see attribute_features.h.
 *
 *   age     30   -   20          age   age missing   colour=blue   colour=red
 *   colour  red blue -           30        0             0             1
 *                                25        1             1             0        (the mean of 30 and 20)
 *                                20        0             0             0
 */
#include "data/attribute_features.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "data/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Features with fewer nonzeros than this share are kept sparse. A sparse entry takes 8 bytes (4 of them an index), a
 * dense one 4, so that memory breaks even at a half; a fifth is well below. */
#define SPARSE_BELOW 0.2
/* A category of more words was not meant as one, and would be a vocabulary of text in every checkpoint. */
#define MOST_WORDS 100000

/* An attribute as columns of the matrix. */
typedef struct column_plan {
  const khop_column *column;
  double *parsed;       /* (nodes) numbers that stand in strings, or NULL; owns */
  const double *numbers; /* (nodes), or NULL: a category */
  int32_t *code;        /* (nodes) word of a category, -1: none; owns */
  char **word;          /* (words) ascending; owns the list and the words */
  int64_t words, missing, indicator; /* 0 or 1 column that says where it is missing */
  double fill;
  khop_missing treated;
} column_plan;

static int64_t plan_width(const column_plan *p) { return (p->numbers ? 1 : p->words) + p->indicator; }

static void free_plan(column_plan *p) {
  khop_i_free(p->parsed);
  khop_i_free(p->code);
  khop_i_names_free(p->word, p->words);
}

/* --- categories ------------------------------------------------------------------------------ */

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* strings: (nodes), "" where there is none. */
static khop_status plan_category(column_plan *p, const char *const *strings, int64_t nodes) {
  const char **sorted = NULL;
  int64_t count = 0, words = 0;
  khop_status status = khop_i_alloc(&sorted, nodes, sizeof *sorted, "the words of a category");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&p->code, nodes, sizeof *p->code, "a category"));
  for (int64_t i = 0; i < nodes; i++)
    if (*strings[i]) sorted[count++] = strings[i];
  p->missing = nodes - count;
  if (count) qsort(sorted, (size_t)count, sizeof *sorted, by_text);
  for (int64_t c = 0; c < count; c++)
    if (c == 0 || strcmp(sorted[c], sorted[words - 1]) != 0) sorted[words++] = sorted[c];
  if (words > MOST_WORDS)
    KHOP_FAIL(KHOP_E_VALUE, "the feature '%s' has %lld different strings, and at most %d can be a category",
              p->column->name, (long long)words, MOST_WORDS);
  for (int64_t i = 0; i < nodes; i++) {
    const char **at = *strings[i] ? bsearch(&strings[i], sorted, (size_t)words, sizeof *sorted, by_text) : NULL;
    p->code[i] = at ? (int32_t)(at - sorted) : -1;
  }
  KHOP_TRY(khop_i_names_copy(&p->word, sorted, words));
  p->words = words;
done:
  khop_i_free(sorted);
  return status;
}

/* A model that took the attribute for a category has it as strings: 2 and 2.0 are "2". */
static khop_status plan_numbers_as_words(column_plan *p, int64_t nodes) {
  char **text = NULL;
  khop_status status = khop_i_names_of_numbers(&text, p->column->numbers, nodes);
  if (status == KHOP_OK) status = plan_category(p, (const char *const *)text, nodes);
  khop_i_names_free(text, nodes);
  return status;
}

/* --- numbers --------------------------------------------------------------------------------- */

static khop_status parse_strings(column_plan *p, int64_t nodes) {
  khop_status status = khop_i_alloc(&p->parsed, nodes, sizeof *p->parsed, "numbers");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) {
    const char *text = p->column->strings[i];
    char *end;
    p->parsed[i] = *text ? khop_i_read_number(text, &end) : (double)NAN;
    if (*text && *end)
      status = khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is '%.40s', and the model was trained on "
                           "numbers", p->column->name, (long long)i, text);
  }
  p->numbers = p->parsed;
  return status;
}

/* before: the field of a model, whose mean counts; NULL: that of these numbers. */
static khop_status plan_numbers(column_plan *p, int64_t nodes, const khop_field *before,
                                const khop_data_options *options) {
  double sum = 0;
  for (int64_t i = 0; i < nodes; i++) {
    if (isinf((khop_real)p->numbers[i]))
      return khop_i_fail(KHOP_E_VALUE, "the feature '%s' of node %lld is %s", p->column->name, (long long)i,
                         khop_i_too_large(p->numbers[i]).text);
    p->missing += isnan(p->numbers[i]);
    if (!isnan(p->numbers[i])) sum += p->numbers[i];
  }
  double mean = nodes > p->missing ? sum / (double)(nodes - p->missing) : 0;
  if (before && isfinite(before->mean)) mean = before->mean;
  p->fill = options->missing == KHOP_MISSING_ZERO ? 0 : mean;
  if (p->missing) p->treated = options->missing == KHOP_MISSING_ZERO ? KHOP_MISSING_ZERO : KHOP_MISSING_MEAN;
  p->indicator = p->missing > 0;
  return KHOP_OK;
}

static khop_status refuse_missing(const column_plan *p, int64_t nodes) {
  int64_t first = 0;
  while (p->numbers ? !isnan(p->numbers[first]) : p->code[first] >= 0) first++;
  return khop_i_fail(KHOP_E_VALUE, "the feature '%s' of node %lld is missing%s, and of %lld of the %lld nodes: "
                     "--missing mean or zero fills it in, with a column that says where; --exclude leaves it out",
                     p->column->name, (long long)first, p->numbers ? " or NaN" : "", (long long)p->missing,
                     (long long)nodes);
}

/* --- one attribute --------------------------------------------------------------------------- */

static khop_status make_plan(column_plan *p, const khop_column *column, int64_t nodes,
                             const khop_data_options *options) {
  const khop_schema *model = options->schema;
  const khop_field *number = model ? khop_i_schema_find(model, column->name, KHOP_FIELD_NUMBER) : NULL;
  const khop_field *category = model ? khop_i_schema_find(model, column->name, KHOP_FIELD_CATEGORY) : NULL;
  khop_status status = KHOP_OK;
  *p = (column_plan){.column = column, .numbers = category ? NULL : column->numbers};
  if (column->strings && number) status = parse_strings(p, nodes);
  if (status != KHOP_OK) return status;
  if (p->numbers) {
    status = plan_numbers(p, nodes, number, options);
    bool treated = options->missing != KHOP_MISSING_ERROR || (number && number->missing);
    bool refused = p->missing && !treated;
    return status == KHOP_OK && refused ? refuse_missing(p, nodes) : status;
  }
  if (column->strings && !category) status = khop_i_column_check_odd(column, nodes);
  if (status == KHOP_OK)
    status = column->strings ? plan_category(p, column->strings, nodes) : plan_numbers_as_words(p, nodes);
  if (status != KHOP_OK || !p->missing) return status;
  bool old = category && !category->treated; /* of a model that had no indicator */
  if (options->missing == KHOP_MISSING_ERROR && !(category && category->missing)) return refuse_missing(p, nodes);
  p->treated = options->missing == KHOP_MISSING_ERROR ? KHOP_MISSING_ZERO : options->missing;
  p->indicator = !old;
  return KHOP_OK;
}

static khop_status add_fields(khop_schema *schema, const column_plan *p) {
  khop_field field = {.name = p->column->name, .kind = KHOP_FIELD_NUMBER, .columns = 1, .mean = p->fill,
                      .missing = p->missing, .treated = p->treated};
  if (!p->numbers) {
    field.kind = KHOP_FIELD_CATEGORY;
    field.columns = p->words;
    field.vocabulary = (const char *const *)p->word;
    field.mean = (double)NAN;
  }
  khop_status status = khop_i_schema_add(schema, &field);
  if (status == KHOP_OK && p->indicator)
    status = khop_i_schema_add(schema, &(khop_field){.name = p->column->name, .kind = KHOP_FIELD_MISSING,
                                                     .columns = 1, .mean = (double)NAN});
  return status;
}

/* --- the matrix ------------------------------------------------------------------------------ */

static double number_at(const column_plan *p, int64_t i) { return isnan(p->numbers[i]) ? p->fill : p->numbers[i]; }

static int64_t count_entries(const column_plan *plan, int plans, int64_t nodes) {
  int64_t entries = 0;
  for (int c = 0; c < plans; c++) {
    const column_plan *p = &plan[c];
    for (int64_t i = 0; p->numbers && i < nodes; i++) entries += number_at(p, i) != 0;
    entries += p->numbers ? p->missing : p->indicator ? nodes : nodes - p->missing;
  }
  return entries;
}

/* The nonzero entries of the part of a row that a plan stands for; at most 2. */
static int row_entries(int64_t column[2], double value[2], const column_plan *p, int64_t i, int64_t first) {
  int count = 0;
  if (!p->numbers && p->code[i] >= 0) column[count] = first + p->code[i], value[count++] = 1;
  if (!p->numbers && p->code[i] < 0 && p->indicator) column[count] = first + p->words, value[count++] = 1;
  if (p->numbers && number_at(p, i) != 0) column[count] = first, value[count++] = number_at(p, i);
  if (p->numbers && isnan(p->numbers[i])) column[count] = first + 1, value[count++] = 1;
  return count;
}

static khop_status gather(khop_features *features, const column_plan *plan, int plans, int64_t columns, int64_t nodes) {
  int64_t *offsets = NULL, entries = count_entries(plan, plans, nodes), at = 0;
  int32_t *indices = NULL;
  khop_real *values = NULL;
  bool sparse = (double)entries < SPARSE_BELOW * (double)nodes * (double)columns;
  khop_status status = khop_i_alloc(&values, sparse ? entries : nodes, (size_t)(sparse ? 1 : columns) * sizeof *values,
                                    "features");
  if (sparse && status == KHOP_OK) status = khop_i_alloc(&offsets, nodes + 1, sizeof *offsets, "features");
  if (sparse && status == KHOP_OK) status = khop_i_alloc(&indices, entries, sizeof *indices, "features");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) {
    int64_t first = 0, column[2];
    double value[2];
    for (int c = 0; c < plans; first += plan_width(&plan[c++])) {
      int count = row_entries(column, value, &plan[c], i, first);
      for (int e = 0; e < count; e++) {
        if (sparse) indices[at] = (int32_t)column[e];
        values[sparse ? at++ : i * columns + column[e]] = (khop_real)value[e];
      }
    }
    if (sparse) offsets[i + 1] = at;
  }
  *features = (khop_features){nodes, columns, sparse ? NULL : values, offsets, indices, sparse ? values : NULL};
  if (status != KHOP_OK) khop_i_features_free(features);
  return status;
}

/* --- the whole ------------------------------------------------------------------------------- */

/* What a model was not given when it was trained is not wanted now, whatever it lacks. */
static bool is_feature(khop_i_role role, const char *name, const khop_data_options *options) {
  bool ignored = options->schema && !options->by_position && khop_schema_ignores(options->schema, name);
  return role == KHOP_I_ROLE_FEATURE && !ignored;
}

khop_status khop_i_data_use_attributes(khop_data *data, const khop_i_role *role, const khop_data_options *options) {
  int64_t nodes = khop_graph_nodes(data->graph), columns = 0;
  int all = khop_graph_columns(data->graph), plans = 0;
  column_plan *plan = NULL;
  khop_features features = {0};
  khop_status status = khop_i_alloc(&plan, all, sizeof *plan, "columns");
  for (int c = 0; status == KHOP_OK && c < all; c++) {
    const khop_column *column = khop_graph_column(data->graph, c);
    if (!is_feature(role[c], column->name, options)) {
      status = khop_i_word_list_add(&data->schema->ignored, column->name);
      continue;
    }
    status = make_plan(&plan[plans++], column, nodes, options);
    if (status == KHOP_OK) status = add_fields(data->schema, &plan[plans - 1]);
    columns += plan_width(&plan[plans - 1]);
  }
  if (status == KHOP_OK && columns) {
    status = gather(&features, plan, plans, columns, nodes);
    if (status == KHOP_OK) status = khop_i_data_take_features(data, &features);
  }
  for (int c = 0; c < plans; c++) free_plan(&plan[c]);
  khop_i_free(plan);
  return status;
}
