/* data.c: the khop_data object: what it owns, what it checks, what it shows. */
#include "data/data.h"
#include "base/error.h"
#include "base/memory.h"
#include "files/npy.h"

#include <float.h>
#include <math.h>
#include <string.h>

khop_status khop_i_data_make(khop_data **data, khop_graph *graph) {
  *data = NULL;
  khop_data *made = NULL;
  khop_status status = khop_i_alloc(&made, 1, sizeof *made, "a data set");
  if (status != KHOP_OK) return status;
  status = khop_i_strdup(&made->name, "");
  if (status != KHOP_OK) {
    khop_i_free(made);
    return status;
  }
  made->graph = graph;
  *data = made;
  return KHOP_OK;
}

void khop_i_names_free(char **names, int64_t count) {
  for (int64_t i = 0; names && i < count; i++) khop_i_free(names[i]);
  khop_i_free(names);
}

khop_status khop_i_names_copy(char ***copy, const char *const *names, int64_t count) {
  char **made = NULL;
  khop_status status = khop_i_alloc(&made, count, sizeof *made, "names");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) status = khop_i_strdup(&made[i], names[i]);
  if (status == KHOP_OK)
    *copy = made;
  else
    khop_i_names_free(made, count);
  return status;
}

void khop_data_free(khop_data *data) {
  if (!data) return;
  khop_graph_free(data->graph);
  khop_i_features_free(&data->features);
  khop_i_free(data->labels);
  khop_i_names_free(data->class_names, data->classes);
  khop_i_free(data->targets);
  for (int i = 0; i < data->splits; i++) khop_i_free(data->masks[i]);
  khop_i_free(data->masks);
  khop_i_free(data->name);
  khop_i_free(data);
}

/* --- features ------------------------------------------------------------------------------- */

void khop_i_features_free(khop_features *features) {
  khop_i_free((void *)(uintptr_t)features->dense);
  khop_i_free((void *)(uintptr_t)features->offsets);
  khop_i_free((void *)(uintptr_t)features->indices);
  khop_i_free((void *)(uintptr_t)features->values);
  *features = (khop_features){0};
}

static khop_status not_finite(int64_t row, int64_t column, khop_real value) {
  return khop_i_fail(KHOP_E_VALUE, "feature %lld of node %lld is %s", (long long)column,
                     (long long)row, isnan(value) ? "NaN" : "infinite");
}

static khop_status check_row(const khop_features *f, int64_t i) {
  int64_t begin = f->offsets[i], end = f->offsets[i + 1];
  if (end < begin)
    return khop_i_fail(KHOP_E_SHAPE,
                       "the offsets of the features fall from %lld to %lld at node "
                       "%lld",
                       (long long)begin, (long long)end, (long long)i);
  for (int64_t e = begin; e < end; e++) {
    int32_t column = f->indices[e];
    if (column < 0 || column >= f->columns || (e > begin && column <= f->indices[e - 1]))
      return khop_i_fail(KHOP_E_SHAPE, "feature %d of node %lld is out of order or not one of %lld",
                         column, (long long)i, (long long)f->columns);
    if (!isfinite(f->values[e])) return not_finite(i, column, f->values[e]);
  }
  return KHOP_OK;
}

khop_status khop_i_features_check(const khop_features *f, int64_t nodes) {
  if (f->rows != nodes)
    return khop_i_fail(KHOP_E_SHAPE, "the features have %lld rows and the graph has %lld nodes",
                       (long long)f->rows, (long long)nodes);
  if (f->columns < 1 || f->columns > INT32_MAX)
    return khop_i_fail(KHOP_E_SHAPE, "%lld columns of features, and 1 to %d can be used",
                       (long long)f->columns, INT32_MAX);
  bool sparse = f->offsets && f->indices && f->values;
  if ((f->dense != NULL) == sparse)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "features are either dense, or sparse with offsets, indices "
                       "and values");
  if (sparse && f->offsets[0] != 0)
    return khop_i_fail(KHOP_E_SHAPE, "the offsets of the features begin at %lld, not at 0",
                       (long long)f->offsets[0]);
  for (int64_t i = 0; i < nodes; i++) {
    khop_status status = sparse ? check_row(f, i) : KHOP_OK;
    if (status != KHOP_OK) return status;
    for (int64_t j = 0; !sparse && j < f->columns; j++)
      if (!isfinite(f->dense[i * f->columns + j]))
        return not_finite(i, j, f->dense[i * f->columns + j]);
  }
  return KHOP_OK;
}

khop_status khop_i_data_take_features(khop_data *data, khop_features *features) {
  khop_status status = khop_i_features_check(features, khop_graph_nodes(data->graph));
  if (status == KHOP_OK) {
    khop_i_features_free(&data->features);
    data->features = *features;
    data->has_features = true;
    *features = (khop_features){0};
  }
  khop_i_features_free(features);
  return status;
}

/* source has been checked. */
khop_status khop_i_features_copy(khop_features *copy, const khop_features *source) {
  khop_status status = KHOP_OK;
  *copy = (khop_features){.rows = source->rows, .columns = source->columns};
  int64_t cells = 0;
  if (source->rows < 0 || source->columns < 0 ||
      __builtin_mul_overflow(source->rows, source->columns, &cells))
    return khop_i_fail(KHOP_E_SHAPE, "features of shape (%lld, %lld)", (long long)source->rows,
                       (long long)source->columns);
  if (source->dense)
    KHOP_TRY(khop_i_copy(&copy->dense, source->dense, cells, sizeof(khop_real), "features"));
  if (source->offsets && source->indices && source->values) {
    int64_t entries = source->offsets[source->rows];
    KHOP_TRY(khop_i_copy(&copy->offsets, source->offsets, source->rows + 1, sizeof(int64_t),
                         "features"));
    KHOP_TRY(khop_i_copy(&copy->indices, source->indices, entries, sizeof(int32_t), "features"));
    KHOP_TRY(khop_i_copy(&copy->values, source->values, entries, sizeof(khop_real), "features"));
  }
done:
  return status;
}

khop_status khop_i_data_identity_features(khop_data *data) {
  int64_t nodes = khop_graph_nodes(data->graph);
  int64_t *offsets = NULL;
  int32_t *indices = NULL;
  khop_real *values = NULL;
  khop_status status = khop_i_alloc_raw(&offsets, nodes + 1, sizeof *offsets, "features");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&indices, nodes, sizeof *indices, "features");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&values, nodes, sizeof *values, "features");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) {
    offsets[i] = i;
    indices[i] = (int32_t)i;
    values[i] = 1;
  }
  if (status == KHOP_OK) offsets[nodes] = nodes;
  data->features = (khop_features){nodes, nodes, NULL, offsets, indices, values};
  data->has_features = data->identity = status == KHOP_OK;
  return status;
}

/* --- labels and targets --------------------------------------------------------------------- */

khop_status khop_i_data_check_label(int64_t label, int64_t node) {
  if (label >= -1 && label < KHOP_I_MAX_CLASSES) return KHOP_OK;
  return khop_i_fail(KHOP_E_VALUE,
                     "the label of node %lld is %lld, and labels run from -1 (none) to "
                     "%d",
                     (long long)node, (long long)label, KHOP_I_MAX_CLASSES - 1);
}

khop_status khop_i_data_set_labels(khop_data *data, const int32_t *labels, int64_t classes,
                                   const char *const *names) {
  int64_t nodes = khop_graph_nodes(data->graph);
  int32_t *copy = NULL;
  char **name_copies = NULL;
  khop_status status = KHOP_OK;
  for (int64_t i = 0; i < nodes; i++) {
    KHOP_TRY(khop_i_data_check_label(labels[i], i));
    if (labels[i] >= classes) classes = labels[i] + 1;
  }
  KHOP_TRY(khop_i_copy(&copy, labels, nodes, sizeof *copy, "labels"));
  if (names) KHOP_TRY(khop_i_names_copy(&name_copies, names, classes));
  data->labels = copy;
  data->class_names = name_copies;
  data->classes = classes;
  copy = NULL;
  name_copies = NULL;
done:
  khop_i_free(copy);
  khop_i_names_free(name_copies, classes);
  return status;
}

khop_status khop_data_set_targets(khop_data *data, const khop_real *targets, int64_t outputs) {
  if (!data || !targets) return khop_i_fail(KHOP_E_ARGUMENT, "a data set and targets are needed");
  int64_t nodes = khop_graph_nodes(data->graph), count = 0;
  if (outputs < 1 || __builtin_mul_overflow(nodes, outputs, &count))
    return khop_i_fail(KHOP_E_SHAPE, "targets with %lld outputs", (long long)outputs);
  for (int64_t i = 0; i < count; i++)
    if (isinf(targets[i]))
      return khop_i_fail(KHOP_E_VALUE, "target %lld of node %lld is infinite",
                         (long long)(i % outputs), (long long)(i / outputs));
  khop_real *copy = NULL;
  khop_status status = khop_i_copy(&copy, targets, count, sizeof *copy, "targets");
  if (status != KHOP_OK) return status;
  khop_i_free(data->targets);
  data->targets = copy;
  data->outputs = outputs;
  return KHOP_OK;
}

/* --- from parts, and what is in it ---------------------------------------------------------- */

khop_status khop_data_new(khop_data **data, khop_graph *graph, const khop_features *features,
                          const int32_t *labels) {
  if (!data) return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_new: data is NULL");
  *data = NULL;
  if (!graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_data_new: graph is NULL");
  khop_features copy = {0};
  khop_data *made = NULL;
  khop_status status = khop_i_data_make(&made, graph);
  if (status != KHOP_OK) return status;
  if (features) {
    KHOP_TRY(khop_i_features_check(features, khop_graph_nodes(graph)));
    KHOP_TRY(khop_i_features_copy(&copy, features));
    KHOP_TRY(khop_i_data_take_features(made, &copy));
  } else {
    KHOP_TRY(khop_i_data_identity_features(made));
  }
  if (labels) KHOP_TRY(khop_i_data_set_labels(made, labels, 0, NULL));
  *data = made;
  made = NULL;
done:
  if (made) made->graph = NULL; /* the caller's still */
  khop_data_free(made);
  khop_i_features_free(&copy);
  return status;
}

const char *khop_data_name(const khop_data *data) {
  return data->name;
}
const khop_graph *khop_data_graph(const khop_data *data) {
  return data->graph;
}
const khop_features *khop_data_features(const khop_data *data) {
  return &data->features;
}
bool khop_data_has_identity_features(const khop_data *data) {
  return data->identity;
}
const int32_t *khop_data_labels(const khop_data *data) {
  return data->labels;
}
int64_t khop_data_classes(const khop_data *data) {
  return data->classes;
}
int khop_data_splits(const khop_data *data) {
  return data->splits;
}
bool khop_data_split_is_random(const khop_data *data) {
  return data->random_split;
}

const khop_real *khop_data_targets(const khop_data *data, int64_t *outputs) {
  if (outputs) *outputs = data->outputs;
  return data->targets;
}

const uint8_t *khop_data_mask(const khop_data *data, int split, khop_part part) {
  if (split < 0 || split >= data->splits || (int)part < KHOP_TRAIN || part > KHOP_TEST) return NULL;
  return data->masks[split] + (int64_t)part * khop_graph_nodes(data->graph);
}

const char *const *khop_data_class_names(const khop_data *data) {
  return (const char *const *)data->class_names;
}

khop_status khop_write_npy(const char *path, const khop_real *x, int64_t rows, int64_t columns) {
  return khop_i_npy_write(path, sizeof *x == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32, 2,
                          (int64_t[]){rows, columns}, x);
}
