/* attributes.c: data sets in graph files: vertex attributes as labels, targets, splits and features.
 *
 *   label   strings are classes in sorted order ("" is none); whole numbers are classes
 *   split   train, val, test, or training, valid, validation, dev, testing; or the attributes train_mask, val_mask,
 *           test_mask
 *
 * Which attribute is what: roles.h. */
#include "data/attributes.h"
#include "data/attribute_features.h"
#include "data/attribute_tasks.h"
#include "data/cells.h"
#include "data/data.h"
#include "data/node_names.h"
#include "data/roles.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/classes.h"
#include "data/split_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From here on neighbouring whole numbers are the same double. */
#define EXACT_BELOW 9007199254740992.0

static const khop_column *find_column(const khop_graph *graph, const char *name) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (khop_i_strcasecmp(khop_graph_column(graph, c)->name, name) == 0) return khop_graph_column(graph, c);
  return NULL;
}

/* --- labels --------------------------------------------------------------------------------- */

static khop_status too_many(int64_t classes, const char *name) {
  return khop_i_fail(KHOP_E_VALUE,
                     "the attribute '%s' has %lld different values, and at most %d "
                     "classes can be used",
                     name, (long long)classes, KHOP_I_MAX_CLASSES);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The names of classes that are numbers other than 0 .. classes-1. */
static khop_status number_names(char ***names, const double *values, int64_t classes) {
  khop_status status = khop_i_alloc(names, classes, sizeof **names, "class names");
  for (int64_t c = 0; status == KHOP_OK && c < classes; c++)
    status = khop_i_sprintf(&(*names)[c], "%.0f", values[c]);
  return status;
}

/* Two classes that are told apart by a sign: then -1 is one of them. */
static bool are_signs(const double *numbers, int64_t nodes) {
  bool minus = false, plus = false;
  for (int64_t i = 0; i < nodes; i++) {
    if (!isnan(numbers[i]) && numbers[i] != -1 && numbers[i] != 1) return false;
    minus = minus || numbers[i] == -1;
    plus = plus || numbers[i] == 1;
  }
  return minus && plus;
}

/* Whole numbers: 0 .. C-1 as they are, others by rank, with the numbers as names. NaN: none, and so is -1, unless all
 * are -1 and 1. */
static khop_status number_labels(khop_data *data, const khop_column *column) {
  int64_t nodes = khop_graph_nodes(data->graph), count = 0, classes = 0;
  double *values = NULL;
  int32_t *labels = NULL;
  char **names = NULL;
  double least = are_signs(column->numbers, nodes) ? -1 : 0;
  khop_status status = khop_i_alloc(&values, nodes, sizeof *values, "classes");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&labels, nodes, sizeof *labels, "labels"));
  for (int64_t i = 0; i < nodes; i++) {
    if (column->numbers[i] < -1)
      KHOP_FAIL(KHOP_E_VALUE,
                "the attribute '%s' of node %lld is %.0f, and labels run from -1 "
                "(none)",
                column->name, (long long)i, column->numbers[i]);
    if (column->numbers[i] >= least) values[count++] = column->numbers[i];
  }
  if (count) qsort(values, (size_t)count, sizeof *values, by_value);
  for (int64_t c = 0; c < count; c++)
    if (c == 0 || values[c] != values[classes - 1]) values[classes++] = values[c];
  if (classes > KHOP_I_MAX_CLASSES) {
    status = too_many(classes, column->name);
    goto done;
  }
  for (int64_t i = 0; i < nodes; i++) {
    const double *at = NULL;
    if (column->numbers[i] >= least)
      at = bsearch(&column->numbers[i], values, (size_t)classes, sizeof *values, by_value);
    labels[i] = at ? (int32_t)(at - values) : -1;
  }
  bool contiguous = classes == 0 || (values[0] == 0 && values[classes - 1] == (double)(classes - 1));
  if (!contiguous) KHOP_TRY(number_names(&names, values, classes));
  KHOP_TRY(khop_i_data_set_labels(data, labels, classes, (const char *const *)names));
done:
  for (int64_t c = 0; names && c < classes; c++) khop_i_free(names[c]);
  khop_i_free(names);
  khop_i_free(labels);
  khop_i_free(values);
  return status;
}

/* The columns of targets beside each other. */
static khop_status number_targets(khop_data *data, const khop_i_role *role) {
  int64_t nodes = khop_graph_nodes(data->graph), outputs = 0, at = 0;
  int all = khop_graph_columns(data->graph);
  khop_real *targets = NULL;
  const char **names = NULL;
  khop_status status = khop_i_alloc(&names, all, sizeof *names, "names of targets");
  if (status != KHOP_OK) return status;
  for (int c = 0; c < all; c++)
    if (role[c] == KHOP_I_ROLE_TARGET) names[outputs++] = khop_graph_column(data->graph, c)->name;
  KHOP_TRY(khop_i_alloc_raw(&targets, nodes, (size_t)outputs * sizeof *targets, "targets"));
  for (int c = 0; c < all; c++) {
    if (role[c] != KHOP_I_ROLE_TARGET) continue;
    const double *numbers = khop_graph_column(data->graph, c)->numbers;
    for (int64_t i = 0; i < nodes; i++) {
      targets[i * outputs + at] = (khop_real)numbers[i];
      if (isinf(targets[i * outputs + at]))
        KHOP_FAIL(KHOP_E_VALUE, "the target '%s' of node %lld is %s", names[at], (long long)i,
                  khop_i_too_large(numbers[i]).text);
    }
    at++;
  }
  KHOP_TRY(khop_data_set_targets(data, targets, outputs));
  KHOP_TRY(khop_i_word_list_set(&data->schema->targets, outputs, names));
done:
  khop_i_free(targets);
  khop_i_free(names);
  return status;
}

static khop_status use_labels(khop_data *data, const khop_column *column) {
  if (column->strings) {
    khop_status status = khop_i_column_check_odd(column, khop_graph_nodes(data->graph));
    return status == KHOP_OK ? khop_i_data_set_words(data, column->strings, column->name) : status;
  }
  for (int64_t i = 0; i < khop_graph_nodes(data->graph); i++) {
    double value = column->numbers[i];
    if (isfinite(value) && fabs(value) >= EXACT_BELOW)
      return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is %.0f, and numbers from 2^53 on are not told "
                         "apart as classes: declare it as text", column->name, (long long)i, value);
    if (isinf(value))
      return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is infinite", column->name, (long long)i);
    if (!isnan(value) && value != floor(value))
      return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is %g, and a class is a whole number or a "
                         "string: --target %s predicts numbers", column->name, (long long)i, value, column->name);
  }
  return number_labels(data, column);
}

/* Lists of words are tasks where they are asked for. */
static khop_status use_labels_or_lists(khop_data *data, const khop_column *column, const khop_data_options *options) {
  bool lists = false;
  khop_status status = KHOP_OK;
  if (!column->strings) return use_labels(data, column);
  if (options->label) {
    status = khop_i_data_word_tasks(&lists, data, column, options);
    return status != KHOP_OK || lists ? status : use_labels(data, column);
  }
  status = khop_i_holds_lists(&lists, column, khop_graph_nodes(data->graph));
  if (status == KHOP_OK && lists)
    status = khop_i_data_note(data, "'%s' looks like lists of words: --label %s takes the words for yes/no tasks",
                              column->name, column->name);
  return status == KHOP_OK ? use_labels(data, column) : status;
}

/* --- splits --------------------------------------------------------------------------------- */

/* All words that are there say more than the first that is wrong. */
static khop_status refuse_words(const khop_column *column, int64_t nodes, int64_t wrong) {
  const char *word[4];
  char list[200] = "";
  int words = 0;
  for (int64_t i = 0; i < nodes && words < 4; i++) {
    bool known = *column->strings[i] == 0;
    for (int w = 0; w < words && !known; w++) known = strcmp(word[w], column->strings[i]) == 0;
    if (!known) word[words++] = column->strings[i];
  }
  for (int w = 0; w < words; w++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%s'%.40s'", w ? ", " : "", word[w]);
  return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is '%.40s', and a split is train, val or test: it "
                     "holds %s%s", column->name, (long long)wrong, column->strings[wrong], list,
                     words == 4 ? " .." : "");
}

static khop_status string_split(khop_data *data, const khop_column *column) {
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *masks = NULL;
  if (!column->strings)
    return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' holds numbers, and a split is train, val or test",
                       column->name);
  khop_status status = khop_i_alloc(&masks, 3 * nodes, 1, "masks");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++) {
    int part = khop_i_split_word(column->strings[i]);
    if (part >= 0) masks[part * nodes + i] = 1;
    else if (*column->strings[i]) KHOP_TRY(refuse_words(column, nodes, i));
  }
  KHOP_TRY(khop_data_add_split(data, masks, masks + nodes, masks + 2 * nodes));
done:
  khop_i_free(masks);
  return status;
}

static khop_status mask_split(khop_data *data) {
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *masks = NULL;
  khop_status status = khop_i_alloc(&masks, 3 * nodes, 1, "masks");
  for (int part = 0; status == KHOP_OK && part < 3; part++) {
    const khop_column *column = find_column(data->graph, khop_i_mask_names[part]);
    if (column && !column->numbers)
      status =
          khop_i_fail(KHOP_E_VALUE, "the attribute '%s' holds strings, not 0 and 1", column->name);
    for (int64_t i = 0; column && status == KHOP_OK && i < nodes; i++) {
      double value = column->numbers[i];
      masks[part * nodes + i] = value == 1;
      if (value < 0 || (value > 0 && value != 1))
        status = khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is %g, neither 0 nor 1",
                             column->name, (long long)i, value);
    }
  }
  if (status == KHOP_OK)
    status = khop_data_add_split(data, masks, masks + nodes, masks + 2 * nodes);
  khop_i_free(masks);
  return status;
}

/* --- the whole ------------------------------------------------------------------------------ */

static const khop_column *column_of_role(const khop_graph *graph, const khop_i_role *role, khop_i_role wanted) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (role[c] == wanted) return khop_graph_column(graph, c);
  return NULL;
}

/* Other strings that differ at nearly every node are text that nothing is learned from. */
static khop_status note_text(khop_data *data, const khop_i_role *role) {
  int64_t nodes = khop_graph_nodes(data->graph);
  khop_status status = KHOP_OK;
  for (int c = 0; status == KHOP_OK && c < khop_graph_columns(data->graph); c++) {
    const khop_column *column = khop_graph_column(data->graph, c);
    int64_t i = 0;
    if (role[c] != KHOP_I_ROLE_NAME) continue;
    while (i < nodes && strcmp(column->strings[i], data->node_names[i]) == 0) i++;
    bool called = khop_i_strcasecmp(column->name, "name") == 0 || khop_i_strcasecmp(column->name, "label") == 0;
    if (column->strings == data->node_names && !called)
      status = khop_i_data_note(data, "'%s' differs at nearly every node, and names them", column->name);
    if (i < nodes) /* names that are there twice go without saying */
      status = khop_i_data_note(data, "'%s' is text that differs at nearly every node, and is not used", column->name);
  }
  return status;
}

static khop_status use_splits(khop_data *data, const khop_i_role *role, const khop_data_options *options) {
  const khop_column *split = find_column(data->graph, options->split ? options->split : "split");
  for (int c = 0; split && c < khop_graph_columns(data->graph); c++)
    if (khop_graph_column(data->graph, c) == split && role[c] != KHOP_I_ROLE_SPLIT) split = NULL;
  if (split) return string_split(data, split);
  return find_column(data->graph, khop_i_mask_names[KHOP_TRAIN]) ? mask_split(data) : KHOP_OK;
}

khop_status khop_i_data_from_attributes(khop_data **data, khop_graph *graph, const khop_data_options *options) {
  *data = NULL;
  khop_data *made = NULL;
  khop_i_role *role = NULL;
  khop_status status = khop_i_data_make(&made, graph);
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_alloc(&role, khop_graph_columns(graph), sizeof *role, "roles of attributes"));
  KHOP_TRY(khop_i_roles_find(role, made, options));
  const khop_column *label = column_of_role(graph, role, KHOP_I_ROLE_LABEL);
  if (label) KHOP_TRY(use_labels_or_lists(made, label, options));
  if (column_of_role(graph, role, KHOP_I_ROLE_TASK)) KHOP_TRY(khop_i_data_attribute_tasks(made, role, options));
  if (column_of_role(graph, role, KHOP_I_ROLE_TARGET)) KHOP_TRY(number_targets(made, role));
  KHOP_TRY(khop_i_data_use_names(made, role, options));
  if (made->node_names) KHOP_TRY(note_text(made, role));
  KHOP_TRY(use_splits(made, role, options));
  KHOP_TRY(khop_i_data_use_attributes(made, role, options));
  *data = made;
  made = NULL;
done:
  khop_i_free(role);
  if (made) made->graph = NULL; /* the caller's still */
  khop_data_free(made);
  return status;
}
