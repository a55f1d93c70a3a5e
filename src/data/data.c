/* data.c: the khop_data object: what it owns, what it checks, what it shows. */
#include "data/data.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/features.h"
#include "data/names.h"
#include "files/npy.h"

#include <math.h>
#include <string.h>

khop_status khop_i_data_make(khop_data **data, khop_graph *graph) {
  *data = NULL;
  khop_data *made = NULL;
  khop_status status = khop_i_alloc(&made, 1, sizeof *made, "a data set");
  if (status != KHOP_OK) return status;
  status = khop_i_strdup(&made->name, "");
  if (status == KHOP_OK) status = khop_i_schema_new(&made->schema);
  if (status != KHOP_OK) {
    khop_data_free(made);
    return status;
  }
  made->graph = graph;
  *data = made;
  return KHOP_OK;
}

/* Of a view all of it is another's. */
static void free_what_is_shared(khop_data *data) {
  khop_graph_free(data->graph);
  khop_i_free(data->labels);
  khop_i_names_free(data->class_names, data->classes);
  khop_i_free(data->targets);
  for (int i = 0; i < data->splits; i++) khop_i_free(data->masks[i]);
  khop_i_free(data->masks);
  khop_i_notes_free(&data->notes);
  khop_i_free(data->own_node_names);
  khop_i_free(data->name);
}

void khop_data_free(khop_data *data) {
  if (!data) return;
  khop_i_features_free(&data->features);
  khop_schema_free(data->schema);
  if (!data->is_view) free_what_is_shared(data);
  khop_i_free(data);
}

/* --- notes ---------------------------------------------------------------------------------- */

khop_status khop_i_data_note(khop_data *data, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  khop_status status = khop_i_notes_add(&data->notes, format, arguments);
  va_end(arguments);
  return status;
}

int khop_data_notes(const khop_data *data) { return data->notes.count; }

const char *khop_data_note(const khop_data *data, int i) { return khop_i_notes_get(&data->notes, i); }

/* --- features ------------------------------------------------------------------------------- */

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

khop_status khop_i_data_without_features(khop_data *data) {
  int64_t nodes = khop_graph_nodes(data->graph);
  data->features = (khop_features){.rows = nodes, .columns = nodes};
  data->has_features = data->identity = true;
  return KHOP_OK;
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
  KHOP_TRY(khop_i_word_list_set(&data->schema->classes, classes, names));
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
  if (status == KHOP_OK) status = khop_i_word_list_set(&data->schema->targets, outputs, NULL);
  if (status != KHOP_OK) {
    khop_i_free(copy);
    return status;
  }
  khop_i_free(data->targets);
  data->targets = copy;
  data->outputs = outputs;
  data->schema->tasks = false;
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
  KHOP_TRY(khop_i_data_describe(made));
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

int64_t khop_i_data_count_part(const khop_data *data, int split, khop_part part) {
  const uint8_t *mask = khop_data_mask(data, split, part);
  int64_t nodes = khop_graph_nodes(data->graph), count = 0;
  for (int64_t i = 0; mask && i < nodes; i++) count += mask[i] != 0;
  return count;
}

bool khop_data_has_directed_links(const khop_data *data) { return data->has_directed_links; }
const char *const *khop_data_node_names(const khop_data *data) {
  return data->node_names;
}

const khop_schema *khop_data_schema(const khop_data *data) {
  return data->schema;
}

khop_status khop_data_set_feature_names(khop_data *data, const char *const *names) {
  if (!data || !names) return khop_i_fail(KHOP_E_ARGUMENT, "a data set and the names of its features are needed");
  khop_schema *made = NULL;
  khop_status status = khop_i_schema_new(&made);
  if (status != KHOP_OK) return status;
  for (int64_t c = 0; c < data->features.columns; c++)
    KHOP_TRY(khop_i_schema_add(made, &(khop_field){.name = names[c], .columns = 1, .mean = (double)NAN}));
  KHOP_TRY(khop_i_word_list_set(&made->classes, data->classes, (const char *const *)data->class_names));
  KHOP_TRY(khop_i_word_list_set(&made->targets, data->outputs, (const char *const *)data->schema->targets.word));
  made->tasks = data->schema->tasks;
  khop_schema_free(data->schema);
  data->schema = made;
  made = NULL;
done:
  khop_schema_free(made);
  return status;
}

khop_status khop_i_data_describe(khop_data *data) {
  if (data->schema->fields) return KHOP_OK;
  int64_t nodes = khop_graph_nodes(data->graph);
  return data->identity ? khop_i_schema_add_identity(data->schema, nodes, data->node_names)
                        : khop_i_schema_add_columns(data->schema, "features", &data->features);
}

const char *const *khop_data_class_names(const khop_data *data) {
  return (const char *const *)data->class_names;
}

khop_status khop_write_npy(const char *path, const khop_real *x, int64_t rows, int64_t columns) {
  return khop_i_npy_write(path, sizeof *x == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32, 2,
                          (int64_t[]){rows, columns}, x);
}
