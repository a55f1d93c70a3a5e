/* attributes.c: data sets in graph files: vertex attributes as labels, splits and features.
 *
 *   label   the named attribute, or the first of label, labels, class, y. Strings are classes in
 *           sorted order ("" is none); whole numbers are classes; other numbers are targets.
 *   split   the named attribute, or "split", with train, val, valid, validation or test; or the
 *           attributes train_mask, val_mask, test_mask.
 *   rest    numbers are features, one column an attribute. Strings, and "id", are left out. */
#include "data/attributes.h"
#include "data/data.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const mask_names[3] = {"train_mask", "val_mask", "test_mask"};

static const khop_column *find_column(const khop_graph *graph, const char *name) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (strcmp(khop_graph_column(graph, c)->name, name) == 0) return khop_graph_column(graph, c);
  return NULL;
}

/* A column that was asked for by name, or the first that goes by one of the usual names. */
static khop_status choose_column(const khop_column **column, const khop_graph *graph,
                                 const char *asked, const char *const *usual) {
  *column = asked ? find_column(graph, asked) : NULL;
  if (asked && !*column)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no vertex attribute '%s' among its %d", asked,
                       khop_graph_columns(graph));
  for (; !asked && !*column && *usual; usual++) *column = find_column(graph, *usual);
  return KHOP_OK;
}

/* --- labels --------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static khop_status too_many(int64_t classes, const char *name) {
  return khop_i_fail(KHOP_E_VALUE,
                     "the attribute '%s' has %lld different values, and at most %d "
                     "classes can be used",
                     name, (long long)classes, KHOP_I_MAX_CLASSES);
}

static khop_status string_labels(khop_data *data, const khop_column *column) {
  int64_t nodes = khop_graph_nodes(data->graph), count = 0, classes = 0;
  const char **names = NULL;
  int32_t *labels = NULL;
  khop_status status = khop_i_alloc(&names, nodes, sizeof *names, "class names");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&labels, nodes, sizeof *labels, "labels"));
  for (int64_t i = 0; i < nodes; i++)
    if (*column->strings[i]) names[count++] = column->strings[i];
  if (count) qsort(names, (size_t)count, sizeof *names, by_text);
  for (int64_t c = 0; c < count; c++)
    if (c == 0 || strcmp(names[c], names[classes - 1]) != 0) names[classes++] = names[c];
  if (classes > KHOP_I_MAX_CLASSES) {
    status = too_many(classes, column->name);
    goto done;
  }
  for (int64_t i = 0; i < nodes; i++) {
    labels[i] = -1;
    if (!*column->strings[i]) continue;
    const char **at = bsearch(&column->strings[i], names, (size_t)classes, sizeof *names, by_text);
    if (at) labels[i] = (int32_t)(at - names);
  }
  KHOP_TRY(khop_i_data_set_labels(data, labels, classes, names));
done:
  khop_i_free(labels);
  khop_i_free(names);
  return status;
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

/* Whole numbers: 0 .. C-1 as they are, others by rank, with the numbers as names. -1 and NaN: none.
 */
static khop_status number_labels(khop_data *data, const khop_column *column) {
  int64_t nodes = khop_graph_nodes(data->graph), count = 0, classes = 0;
  double *values = NULL;
  int32_t *labels = NULL;
  char **names = NULL;
  khop_status status = khop_i_alloc(&values, nodes, sizeof *values, "classes");
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_alloc(&labels, nodes, sizeof *labels, "labels"));
  for (int64_t i = 0; i < nodes; i++) {
    if (column->numbers[i] < -1)
      KHOP_FAIL(KHOP_E_VALUE,
                "the attribute '%s' of node %lld is %.0f, and labels run from -1 "
                "(none)",
                column->name, (long long)i, column->numbers[i]);
    if (column->numbers[i] >= 0) values[count++] = column->numbers[i];
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
    if (column->numbers[i] >= 0)
      at = bsearch(&column->numbers[i], values, (size_t)classes, sizeof *values, by_value);
    labels[i] = at ? (int32_t)(at - values) : -1;
  }
  bool contiguous = classes == 0 || values[classes - 1] == (double)(classes - 1);
  if (!contiguous) KHOP_TRY(number_names(&names, values, classes));
  KHOP_TRY(khop_i_data_set_labels(data, labels, classes, (const char *const *)names));
done:
  for (int64_t c = 0; names && c < classes; c++) khop_i_free(names[c]);
  khop_i_free(names);
  khop_i_free(labels);
  khop_i_free(values);
  return status;
}

static khop_status number_targets(khop_data *data, const khop_column *column) {
  int64_t nodes = khop_graph_nodes(data->graph);
  khop_real *targets = NULL;
  khop_status status = khop_i_alloc_raw(&targets, nodes, sizeof *targets, "targets");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++)
    targets[i] = (khop_real)column->numbers[i];
  if (status == KHOP_OK) status = khop_data_set_targets(data, targets, 1);
  khop_i_free(targets);
  return status;
}

static khop_status use_labels(khop_data *data, const khop_column *column) {
  if (column->strings) return string_labels(data, column);
  for (int64_t i = 0; i < khop_graph_nodes(data->graph); i++) {
    double value = column->numbers[i];
    if (!isnan(value) && value != floor(value)) return number_targets(data, column);
    if (isinf(value))
      return khop_i_fail(KHOP_E_VALUE, "the attribute '%s' of node %lld is infinite", column->name,
                         (long long)i);
  }
  return number_labels(data, column);
}

/* --- splits --------------------------------------------------------------------------------- */

static khop_status string_split(khop_data *data, const khop_column *column) {
  static const struct {
    const char *word;
    khop_part part;
  } words[] = {{"train", KHOP_TRAIN},
               {"val", KHOP_VAL},
               {"valid", KHOP_VAL},
               {"validation", KHOP_VAL},
               {"test", KHOP_TEST}};
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *masks = NULL;
  if (!column->strings)
    return khop_i_fail(KHOP_E_VALUE,
                       "the attribute '%s' holds numbers, and a split is train, val or "
                       "test",
                       column->name);
  khop_status status = khop_i_alloc(&masks, 3 * nodes, 1, "masks");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++) {
    bool known = *column->strings[i] == 0;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
      if (strcmp(column->strings[i], words[w].word) == 0) {
        masks[words[w].part * nodes + i] = 1;
        known = true;
      }
    if (!known)
      KHOP_FAIL(KHOP_E_VALUE,
                "the attribute '%s' of node %lld is '%.40s', and a split is train, val "
                "or test",
                column->name, (long long)i, column->strings[i]);
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
    const khop_column *column = find_column(data->graph, mask_names[part]);
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

/* --- features ------------------------------------------------------------------------------- */

/* Features with fewer nonzeros than this share are kept sparse. A sparse entry takes 8 bytes (4 of them an index), a
 * dense one 4, so that memory breaks even at a half; a fifth is well below. */
#define SPARSE_BELOW 0.2

/* columns: (count), the features; values are read down the columns and written along the rows. */
static khop_status gather(khop_features *features, const khop_column *const *columns, int count,
                          int64_t nodes) {
  int64_t *offsets = NULL, cells = nodes * count, entries = 0;
  int32_t *indices = NULL;
  khop_real *values = NULL;
  for (int c = 0; c < count; c++)
    for (int64_t i = 0; i < nodes; i++) entries += columns[c]->numbers[i] != 0;
  bool sparse = (double)entries < SPARSE_BELOW * (double)cells;
  khop_status status =
      khop_i_alloc_raw(&values, sparse ? entries : cells, sizeof *values, "features");
  if (sparse && status == KHOP_OK)
    status = khop_i_alloc(&offsets, nodes + 1, sizeof *offsets, "features");
  if (sparse && status == KHOP_OK)
    status = khop_i_alloc(&indices, entries, sizeof *indices, "features");
  int64_t at = 0;
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) {
    for (int c = 0; c < count; c++) {
      double value = columns[c]->numbers[i];
      if (sparse && value == 0) continue;
      if (sparse) indices[at] = c;
      values[at++] = (khop_real)value;
    }
    if (sparse) offsets[i + 1] = at;
  }
  *features = (khop_features){nodes,   count,   sparse ? NULL : values,
                              offsets, indices, sparse ? values : NULL};
  if (status != KHOP_OK) khop_i_features_free(features);
  return status;
}

/* A missing number is named by its attribute, which says more than the column of a matrix. */
static khop_status check_numbers(const khop_column *column, int64_t nodes) {
  for (int64_t i = 0; i < nodes; i++)
    if (!isfinite(column->numbers[i]))
      return khop_i_fail(KHOP_E_VALUE, "the feature '%s' of node %lld is %s", column->name,
                         (long long)i, isnan(column->numbers[i]) ? "missing or NaN" : "infinite");
  return KHOP_OK;
}

static khop_status use_features(khop_data *data, const khop_column *label,
                                const khop_column *split) {
  int64_t nodes = khop_graph_nodes(data->graph);
  int all = khop_graph_columns(data->graph), count = 0;
  const khop_column **chosen = NULL;
  khop_features features = {0};
  khop_status status = khop_i_alloc(&chosen, all, sizeof *chosen, "columns");
  if (status != KHOP_OK) return status;
  for (int c = 0; c < all; c++) {
    const khop_column *column = khop_graph_column(data->graph, c);
    bool other = column == label || column == split || strcmp(column->name, "id") == 0;
    for (int part = 0; part < 3; part++)
      other = other || strcmp(column->name, mask_names[part]) == 0;
    if (!column->numbers || other) continue;
    KHOP_TRY(check_numbers(column, nodes));
    chosen[count++] = column;
  }
  if (count) {
    KHOP_TRY(gather(&features, chosen, count, nodes));
    KHOP_TRY(khop_i_data_take_features(data, &features));
  }
done:
  khop_i_free(chosen);
  return status;
}

khop_status khop_i_data_from_attributes(khop_data **data, khop_graph *graph,
                                        const khop_data_options *options) {
  static const char *const label_names[] = {"label", "labels", "class", "y", NULL};
  static const char *const split_names[] = {"split", NULL};
  *data = NULL;
  khop_data *made = NULL;
  const khop_column *label = NULL, *split = NULL;
  khop_status status = khop_i_data_make(&made, graph);
  if (status != KHOP_OK) return status;
  KHOP_TRY(choose_column(&label, graph, options->label, label_names));
  KHOP_TRY(choose_column(&split, graph, options->split, split_names));
  if (label) KHOP_TRY(use_labels(made, label));
  if (split)
    KHOP_TRY(string_split(made, split));
  else if (find_column(graph, mask_names[KHOP_TRAIN]))
    KHOP_TRY(mask_split(made));
  KHOP_TRY(use_features(made, label, split));
  *data = made;
  made = NULL;
done:
  if (made) made->graph = NULL; /* the caller's still */
  khop_data_free(made);
  return status;
}
