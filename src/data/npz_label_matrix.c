/* npz_label_matrix.c: see npz_label_matrix.h. */
#include "data/npz_label_matrix.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/answers.h"
#include "data/npz_class_names.h"
#include "data/tasks.h"

#include <math.h>

/* What all rows together say. */
typedef struct matrix_rows {
  int64_t empty, single, several; /* rows of known answers alone: with no 1, one, more */
  int64_t unknown, gappy;         /* rows without any answer, and with some */
  bool empty_in_mask;             /* a row without a 1 is one to learn from, or to be scored on */
} matrix_rows;

/* *good becomes false for what is no answer. */
static khop_real answer_at(bool *good, const khop_i_array *array, int64_t at) {
  double value = khop_i_array_number(array, at);
  *good = *good && (isnan(value) || value == 0 || value == 1 || value == -1);
  return (khop_real)value;
}

static bool is_selected(const khop_data *data, int64_t node) {
  int64_t nodes = khop_graph_nodes(data->graph);
  for (int s = 0; s < data->splits; s++)
    for (int part = 0; part < 3; part++)
      if (data->masks[s][part * nodes + node]) return true;
  return false;
}

static void count_row(matrix_rows *rows, const khop_data *data, int64_t node, int64_t tasks, khop_i_answers row) {
  bool whole = row.missing == 0;
  rows->unknown += row.missing == tasks;
  rows->gappy += !whole && row.missing < tasks;
  rows->empty += whole && row.yes == 0;
  rows->single += whole && row.yes == 1;
  rows->several += row.yes > 1;
  if (whole && row.yes == 0 && is_selected(data, node)) rows->empty_in_mask = true;
}

/* *answers (nodes, tasks) stays NULL where the matrix holds other numbers than answers. */
static khop_status read_answers(khop_real **answers, khop_data *data, const khop_i_array *array, const char *key) {
  bool good = true;
  khop_real *made = NULL;
  khop_status status = khop_i_alloc_raw(&made, array->count, sizeof *made, "labels");
  for (int64_t i = 0; status == KHOP_OK && good && i < array->count; i++) made[i] = answer_at(&good, array, i);
  if (status == KHOP_OK && good) status = khop_i_answers_settle(data, made, array->count, key);
  if (status == KHOP_OK && good)
    *answers = made;
  else
    khop_i_free(made);
  return status;
}

static matrix_rows count_rows(const khop_data *data, const khop_real *answers, int64_t tasks) {
  matrix_rows rows = {0};
  for (int64_t i = 0; i < khop_graph_nodes(data->graph); i++)
    count_row(&rows, data, i, tasks, khop_i_answers_count(answers + i * tasks, tasks));
  return rows;
}

static bool is_one_hot(const matrix_rows *rows) {
  return rows->single && !rows->several && !rows->gappy && !rows->empty_in_mask;
}

static khop_status use_one_hot(khop_data *data, const khop_real *answers, const matrix_rows *rows, int64_t classes,
                               const char *const *names, const char *key) {
  int32_t *labels = NULL;
  int64_t nodes = khop_graph_nodes(data->graph), without = rows->empty + rows->unknown;
  khop_status status = khop_i_alloc(&labels, nodes, sizeof *labels, "labels");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++) {
    labels[i] = -1;
    for (int64_t c = 0; c < classes; c++)
      if (answers[i * classes + c] == 1) labels[i] = (int32_t)c;
  }
  KHOP_TRY(khop_i_data_set_labels(data, labels, classes, names));
  KHOP_TRY(without ? khop_i_data_note(data, "'%s' is one-hot: %lld classes; the %lld rows without a 1 are nodes "
                                      "without a class; --target %s --metric roc-auc takes the columns for yes/no "
                                      "tasks", key, (long long)classes, (long long)without, key)
                   : khop_i_data_note(data, "'%s' is one-hot: %lld classes", key, (long long)classes));
done:
  khop_i_free(labels);
  return status;
}

khop_status khop_i_npz_label_matrix(bool *taken, khop_data *data, khop_i_members *members, const khop_i_array *array,
                                    const char *key, const khop_data_options *options) {
  khop_real *answers = NULL;
  char **all_names = NULL;
  int64_t count = 0, columns = array->shape[1];
  *taken = false;
  if (columns < 2 || columns > KHOP_I_MAX_CLASSES) return KHOP_OK;
  khop_status status = read_answers(&answers, data, array, key);
  if (status != KHOP_OK || !answers) return status;
  matrix_rows rows = count_rows(data, answers, columns);
  *taken = true;
  KHOP_TRY(khop_i_npz_class_names(&all_names, &count, members));
  const char *const *names = count == columns ? (const char *const *)all_names : NULL;
  KHOP_TRY(is_one_hot(&rows) ? use_one_hot(data, answers, &rows, columns, names, key)
                             : khop_i_tasks_take(data, answers, columns, names, key, options));
done:
  khop_i_names_free(all_names, count);
  khop_i_free(answers);
  return status;
}
