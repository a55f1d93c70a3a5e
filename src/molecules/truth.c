/* truth.c: see truth.h. Columns are judged in truth_give.c. */
#include "molecules/truth.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* Cuts "a,b" into names, in place; how many. */
static int cut_names(const char **name, char *list) {
  int count = 0;
  for (char *at = list; at && *at;) {
    char *comma = strchr(at, ',');
    if (comma) *comma = 0;
    if (*at) name[count++] = at;
    at = comma ? comma + 1 : NULL;
  }
  return count;
}

khop_status khop_i_truth_open(khop_i_truth *t, const char *path, const khop_molecules_options *options) {
  khop_status status = KHOP_OK;
  const char *label = options->label;
  *t = (khop_i_truth){.path = path, .targets = options->records.columns, .optional = options->optional};
  int most = t->targets + 2 + (label ? (int)strlen(label) : 0);
  if (label && t->targets)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: targets and a label, and a model learns one of them", path);
  KHOP_TRY(khop_i_alloc(&t->name, most, sizeof *t->name, "names of columns"));
  for (int c = 0; c < t->targets; c++) t->name[c] = options->records.column[c];
  if (label) KHOP_TRY(khop_i_strdup(&t->label_names, label));
  t->labels = cut_names(t->name + t->targets, t->label_names);
  t->columns = t->targets + t->labels;
  t->split = options->split != NULL;
  if (t->split) t->name[t->columns++] = options->split;
  KHOP_TRY(khop_i_alloc(&t->column, t->columns, sizeof *t->column, "columns"));
  for (int c = 0; c < t->columns; c++) t->column[c].name = t->name[c];
done:
  return status;
}

void khop_i_truth_close(khop_i_truth *t) {
  for (int c = 0; t->column && c < t->columns; c++) {
    khop_i_free(t->column[c].values);
    khop_i_free(t->column[c].word);
  }
  khop_i_free(t->column);
  khop_i_free(t->name);
  khop_i_free(t->label_names);
  khop_i_string_table_free(&t->words);
  *t = (khop_i_truth){0};
}

static khop_status reserve(khop_i_truth *t) {
  int64_t capacity = 2 * t->capacity + 64;
  khop_status status = KHOP_OK;
  if (t->count < t->capacity) return KHOP_OK;
  for (int c = 0; c < t->columns; c++) {
    KHOP_TRY(khop_i_grow(&t->column[c].values, capacity, sizeof(double), "values of columns"));
    KHOP_TRY(khop_i_grow(&t->column[c].word, capacity, sizeof(int32_t), "words of columns"));
  }
  t->capacity = capacity;
done:
  return status;
}

static khop_status add_cell(khop_i_truth *t, int c, const char *text, int64_t line) {
  khop_i_truth_column *column = &t->column[c];
  khop_status status = KHOP_OK;
  double value;
  khop_i_cell cell = khop_i_cell_read(&value, text);
  bool number = cell == KHOP_I_CELL_NUMBER, all_words = c >= t->targets;
  int32_t word = -1;
  if (cell != KHOP_I_CELL_MISSING && (all_words || !number))
    status = khop_i_string_table_add(&word, &t->words, text, strlen(text));
  column->count[cell]++;
  column->others += number && value != 0 && value != 1 && value != -1;
  if (word >= 0 && !number && !column->strange_line) column->strange_line = line, column->strange = word;
  column->values[t->count] = value;
  column->word[t->count] = word;
  return status;
}

khop_status khop_i_truth_add(khop_i_truth *t, const khop_record *record) {
  khop_status status = reserve(t);
  for (int c = 0; c < t->columns && status == KHOP_OK; c++) status = add_cell(t, c, record->texts[c], record->line);
  if (status == KHOP_OK) t->count++;
  return status;
}
