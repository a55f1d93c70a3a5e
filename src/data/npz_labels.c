/* npz_labels.c: see npz_labels.h. */
#include "data/npz_labels.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "data/cells.h"
#include "data/classes.h"
#include "data/npz_class_names.h"
#include "data/npz_label_matrix.h"
#include "data/npz_task_members.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Floats without fractions are classes if they have at most so many values, or ten nodes a value; but of few nodes two
 * a value. */
#define FEW_CLASSES 20

/* Takes labels (nodes), which may be changed. key: of the member that they come from. */
static khop_status set_classes(khop_data *data, khop_i_members *members, int32_t *labels, const char *key) {
  int64_t nodes = khop_graph_nodes(data->graph), count = 0, classes = 0;
  char **names = NULL;
  khop_status status = khop_i_npz_class_names(&names, &count, members);
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++)
    if (names && labels[i] >= count)
      status = khop_i_fail(KHOP_E_SHAPE, "class_names has %lld names, and there is a label %d", (long long)count,
                           labels[i]);
  if (status == KHOP_OK && !names) {
    status = khop_i_close_gaps(labels, nodes, &names, &classes);
    count = classes;
    if (status == KHOP_OK && names)
      status = khop_i_data_note(data, "'%s' has %lld classes among its numbers, with gaps: they are numbered anew", key,
                                (long long)count);
  }
  if (status == KHOP_OK) status = khop_i_data_set_labels(data, labels, count, (const char *const *)names);
  khop_i_names_free(names, count);
  return status;
}

/* --- classes ----------------------------------------------------------------------------------- */

static khop_status use_integers(khop_data *data, khop_i_members *members, const khop_i_array *array, const char *key) {
  int32_t *labels = NULL;
  khop_status status = khop_i_alloc_raw(&labels, array->count, sizeof *labels, "labels");
  for (int64_t i = 0; status == KHOP_OK && i < array->count; i++) {
    int64_t label = khop_i_array_integer(array, i);
    status = khop_i_data_check_label(label, i);
    if (status == KHOP_OK) labels[i] = (int32_t)label;
  }
  if (status == KHOP_OK) status = set_classes(data, members, labels, key);
  khop_i_free(labels);
  return status;
}

static khop_status use_strings(khop_data *data, const khop_i_array *array, const char *key) {
  char **words = NULL;
  khop_status status = khop_i_alloc(&words, array->count, sizeof *words, "labels");
  for (int64_t i = 0; status == KHOP_OK && i < array->count; i++) status = khop_i_array_string(&words[i], array, i);
  if (status == KHOP_OK) status = khop_i_data_set_words(data, (const char *const *)words, key);
  khop_i_names_free(words, array->count);
  return status;
}

/* Into labels, -1 for NaN; false where a float is no class. */
static bool read_floats(int32_t *labels, const khop_i_array *array) {
  for (int64_t i = 0; i < array->count; i++) {
    double value = khop_i_array_number(array, i);
    if (!isnan(value) && !(value == floor(value) && value >= -1 && value < KHOP_I_MAX_CLASSES)) return false;
    labels[i] = isnan(value) ? -1 : (int32_t)value;
  }
  return true;
}

static khop_status count_different(int64_t *different, const int32_t *labels, int64_t count) {
  int32_t *sorted = NULL;
  khop_status status = khop_i_copy(&sorted, labels, count, sizeof *sorted, "classes");
  if (status != KHOP_OK) return status;
  qsort(sorted, (size_t)count, sizeof *sorted, khop_i_ascending_int32);
  *different = 0;
  for (int64_t i = 0; i < count; i++) *different += sorted[i] >= 0 && (i == 0 || sorted[i] != sorted[i - 1]);
  khop_i_free(sorted);
  return KHOP_OK;
}

/* *taken is false where the floats are numbers to predict. */
static khop_status use_whole_floats(bool *taken, khop_data *data, khop_i_members *members, const khop_i_array *array,
                                    const char *key) {
  int32_t *labels = NULL;
  int64_t different = 0;
  *taken = false;
  khop_status status = khop_i_alloc(&labels, array->count, sizeof *labels, "labels");
  if (status != KHOP_OK || !read_floats(labels, array)) goto done;
  KHOP_TRY(count_different(&different, labels, array->count));
  bool few = different <= FEW_CLASSES || 10 * different <= array->count;
  if (different < 2 || !few || 2 * different > array->count) goto done; /* the last: nearly all differ */
  *taken = true;
  KHOP_TRY(khop_i_data_note(data, "'%s' holds %lld different floats without fractions: they are taken for classes; "
                            "--target %s predicts them as numbers", key, (long long)different, key));
  KHOP_TRY(set_classes(data, members, labels, key));
done:
  khop_i_free(labels);
  return status;
}

/* --- targets ----------------------------------------------------------------------------------- */

static khop_status use_targets(khop_data *data, const khop_i_array *array, const char *key) {
  khop_real *targets = NULL;
  int64_t outputs = array->dimensions == 2 ? array->shape[1] : 1;
  khop_status status = khop_i_alloc_raw(&targets, array->count, sizeof *targets, "targets");
  for (int64_t i = 0; status == KHOP_OK && i < array->count; i++) {
    targets[i] = (khop_real)khop_i_array_number(array, i);
    if (isinf(targets[i]))
      status = khop_i_fail(KHOP_E_VALUE, "%s: target %lld of node %lld is %s", key, (long long)(i % outputs),
                           (long long)(i / outputs), khop_i_too_large(khop_i_array_number(array, i)).text);
  }
  if (status == KHOP_OK) status = khop_data_set_targets(data, targets, outputs);
  if (status == KHOP_OK && outputs == 1) status = khop_i_word_list_set(&data->schema->targets, 1, &key);
  khop_i_free(targets);
  return status;
}

/* --- which ------------------------------------------------------------------------------------ */

static khop_status use_array(khop_data *data, khop_i_members *members, const khop_i_array *array, const char *key,
                             const khop_data_options *options) {
  bool taken = false;
  bool single = array->count == array->shape[0];
  khop_status status = KHOP_OK;
  if (options->target) return use_targets(data, array, key);
  if (single && khop_i_array_is_integer(array)) return use_integers(data, members, array, key);
  if (array->dimensions == 2 && !single) status = khop_i_npz_label_matrix(&taken, data, members, array, key, options);
  if (status == KHOP_OK && single) status = use_whole_floats(&taken, data, members, array, key);
  if (status != KHOP_OK || taken) return status;
  if (khop_i_array_is_integer(array))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%s has %lld integers for %lld nodes, and they are not all 0, 1 or -1: khop "
                       "takes one class a node, or yes/no tasks", key, (long long)array->count,
                       (long long)array->shape[0]);
  if (options->label)
    return khop_i_fail(KHOP_E_VALUE, "%s holds numbers with fractions, and no classes: --target %s predicts them", key,
                       key);
  return use_targets(data, array, key);
}

khop_status khop_i_npz_labels(khop_data *data, khop_i_members *members, const khop_data_options *options) {
  static const char *const keys[] = {"labels", "y", "node_labels", "label", NULL};
  int64_t nodes = khop_graph_nodes(data->graph);
  khop_i_array array = {0};
  if (options->label && options->target)
    return khop_i_fail(KHOP_E_ARGUMENT, "a label '%s' and a target '%s': one of them is learned", options->label,
                       options->target);
  const char *asked = options->label ? options->label : options->target;
  const char *key = asked ? asked : khop_i_members_first(members, keys);
  if (!key) return KHOP_OK;
  bool there = khop_i_npz_has(members->npz, key);
  if (!there && options->label && strchr(key, ',')) return khop_i_npz_task_members(data, members, key, options);
  if (!there) return khop_i_fail(KHOP_E_NOT_FOUND, "has no member '%s'", key);
  khop_status status = khop_i_members_read(&array, members, key);
  if (status != KHOP_OK) return status;
  if (array.dimensions < 1 || array.dimensions > 2 || array.shape[0] != nodes)
    status = khop_i_fail(KHOP_E_SHAPE, "%s has %lld rows and %d dimensions, and the graph has %lld nodes", key,
                         (long long)(array.dimensions ? array.shape[0] : 0), array.dimensions, (long long)nodes);
  else if (array.dtype == KHOP_I_BYTES && (array.count != nodes || options->target))
    status = khop_i_fail(KHOP_E_UNSUPPORTED, "%s holds %lld strings for %lld nodes: one a node is a class, and none is "
                         "a target", key, (long long)array.count, (long long)nodes);
  else if (array.dtype == KHOP_I_BYTES)
    status = use_strings(data, &array, key);
  else
    status = use_array(data, members, &array, key, options);
  khop_i_array_free(&array);
  return status;
}
