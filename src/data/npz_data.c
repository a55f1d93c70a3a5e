/* npz_data.c: data sets in NumPy archives. The keys are described in datasets/README.md. */
#include "data/npz_data.h"
#include "data/data.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/csr.h"
#include "graph/graph.h"
#include "data/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the graph ------------------------------------------------------------------------------ */

/* Which prefix has the members of a CSR matrix: this project's, SciPy's own, that of older sets. */
static const char *find_prefix(const khop_i_npz *npz, const char *const *prefixes) {
  for (; *prefixes; prefixes++) {
    char key[64];
    snprintf(key, sizeof key, "%sindptr", *prefixes);
    if (khop_i_npz_has(npz, key)) return *prefixes;
  }
  return NULL;
}

static int by_id(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

static bool is_symmetric(const khop_graph *graph) {
  const int64_t *offsets = graph->offsets;
  const int32_t *targets = graph->targets;
  for (int64_t i = 0; i < graph->nodes; i++) {
    int32_t id = (int32_t)i;
    for (int64_t e = offsets[i]; e < offsets[i + 1]; e++) {
      int32_t j = targets[e];
      size_t degree = (size_t)(offsets[j + 1] - offsets[j]);
      if (!degree || !bsearch(&id, targets + offsets[j], degree, sizeof id, by_id)) return false;
    }
  }
  return true;
}

/* An undirected edge is stored as two arcs, so a symmetric directed graph is the undirected one:
 * only the flag changes. */
static khop_status read_graph(khop_graph **graph, khop_i_npz *npz, bool use_directed) {
  static const char *const adjacency[] = {"adj_", "", "adj_matrix.", NULL};
  static const char *const links[] = {"dir_", NULL};
  khop_i_csr csr = {0};
  int64_t *targets = NULL;
  const char *prefix = find_prefix(npz, use_directed ? links : adjacency);
  /* another format of SciPy's has other members: csr_read says which */
  if (!prefix && !use_directed && khop_i_npz_has(npz, "format")) prefix = "";
  if (!prefix && use_directed)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no directed links: no member 'dir_indptr'");
  if (!prefix)
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no graph: no member 'adj_indptr' or 'indptr'");
  khop_status status = khop_i_csr_read(&csr, npz, prefix, true);
  if (status != KHOP_OK) goto done;
  if (csr.rows != csr.columns)
    KHOP_FAIL(KHOP_E_SHAPE, "the adjacency matrix is %lld x %lld, not square", (long long)csr.rows,
              (long long)csr.columns);
  int64_t arcs = csr.offsets[csr.rows];
  KHOP_TRY(khop_i_alloc_raw(&targets, arcs, sizeof *targets, "arcs"));
  for (int64_t e = 0; e < arcs; e++) targets[e] = csr.indices[e];
  KHOP_TRY(khop_graph_from_csr(graph, csr.rows, csr.offsets, targets, true));
  if (!use_directed && is_symmetric(*graph)) (*graph)->directed = false;
done:
  khop_i_free(targets);
  khop_i_csr_free(&csr);
  return status;
}

/* --- features ------------------------------------------------------------------------------- */

static khop_status read_dense(khop_features *features, khop_i_npz *npz) {
  khop_i_array array = {0};
  khop_real *dense = NULL;
  khop_status status = khop_i_npz_read(&array, npz, "attr_matrix");
  if (status != KHOP_OK) return status;
  if (array.dimensions != 2 || array.dtype == KHOP_I_BYTES)
    KHOP_FAIL(KHOP_E_SHAPE, "attr_matrix has %d dimensions, not 2, or holds strings",
              array.dimensions);
  KHOP_TRY(khop_i_alloc_raw(&dense, array.count, sizeof *dense, "features"));
  for (int64_t i = 0; i < array.count; i++) dense[i] = (khop_real)khop_i_array_number(&array, i);
  *features = (khop_features){.rows = array.shape[0], .columns = array.shape[1], .dense = dense};
done:
  khop_i_array_free(&array);
  return status;
}

static khop_status read_features(khop_data *data, khop_i_npz *npz) {
  static const char *const prefixes[] = {"attr_", "attr_matrix.", NULL};
  khop_features features = {0};
  const char *prefix = find_prefix(npz, prefixes);
  if (prefix) {
    khop_i_csr csr;
    khop_status status = khop_i_csr_read(&csr, npz, prefix, false);
    if (status != KHOP_OK) return status;
    features = (khop_features){csr.rows, csr.columns, NULL, csr.offsets, csr.indices, csr.values};
  } else if (khop_i_npz_has(npz, "attr_matrix")) {
    khop_status status = read_dense(&features, npz);
    if (status != KHOP_OK) return status;
  } else {
    return KHOP_OK;
  }
  return khop_i_data_take_features(data, &features);
}

/* --- labels --------------------------------------------------------------------------------- */

/* The strings of class_names, where the archive has them as bytes; strings of another kind, which
 * npy.h does not read, count as none. */
static khop_status read_class_names(char ***names, int64_t *count, khop_i_npz *npz) {
  khop_i_array array = {0};
  *names = NULL;
  *count = 0;
  if (!khop_i_npz_has(npz, "class_names")) return KHOP_OK;
  khop_status status = khop_i_npz_read(&array, npz, "class_names");
  if (status == KHOP_E_UNSUPPORTED) return KHOP_OK;
  if (status != KHOP_OK || array.dtype != KHOP_I_BYTES || array.dimensions != 1) goto done;
  KHOP_TRY(khop_i_alloc(names, array.count, sizeof **names, "class names"));
  for (*count = 0; *count < array.count; ++*count)
    KHOP_TRY(khop_i_sprintf(&(*names)[*count], "%.*s", (int)array.item_size,
                            (const char *)array.data + *count * (int64_t)array.item_size));
done:
  khop_i_array_free(&array);
  return status;
}

static khop_status use_classes(khop_data *data, khop_i_npz *npz, const khop_i_array *array) {
  if (array->count != array->shape[0])
    return khop_i_fail(KHOP_E_UNSUPPORTED,
                       "labels has %lld integers for %lld nodes: khop takes one "
                       "class a node",
                       (long long)array->count, (long long)array->shape[0]);
  int32_t *labels = NULL;
  char **names = NULL;
  int64_t count = 0, largest = -1;
  khop_status status = khop_i_alloc_raw(&labels, array->count, sizeof *labels, "labels");
  for (int64_t i = 0; status == KHOP_OK && i < array->count; i++) {
    int64_t label = khop_i_array_integer(array, i);
    status = khop_i_data_check_label(label, i);
    if (status == KHOP_OK) labels[i] = (int32_t)label;
    if (label > largest) largest = label;
  }
  if (status == KHOP_OK) status = read_class_names(&names, &count, npz);
  if (status == KHOP_OK && names && largest >= count)
    status = khop_i_fail(KHOP_E_SHAPE, "class_names has %lld names, and there is a label %lld",
                         (long long)count, (long long)largest);
  if (status == KHOP_OK)
    status = khop_i_data_set_labels(data, labels, count, (const char *const *)names);
  for (int64_t c = 0; c < count; c++) khop_i_free(names[c]);
  khop_i_free(names);
  khop_i_free(labels);
  return status;
}

static khop_status use_targets(khop_data *data, const khop_i_array *array) {
  khop_real *targets = NULL;
  khop_status status = khop_i_alloc_raw(&targets, array->count, sizeof *targets, "targets");
  for (int64_t i = 0; status == KHOP_OK && i < array->count; i++)
    targets[i] = (khop_real)khop_i_array_number(array, i);
  if (status == KHOP_OK)
    status = khop_data_set_targets(data, targets, array->dimensions == 2 ? array->shape[1] : 1);
  khop_i_free(targets);
  return status;
}

static khop_status read_labels(khop_data *data, khop_i_npz *npz) {
  int64_t nodes = khop_graph_nodes(data->graph);
  khop_i_array array = {0};
  if (!khop_i_npz_has(npz, "labels")) return KHOP_OK;
  khop_status status = khop_i_npz_read(&array, npz, "labels");
  if (status != KHOP_OK) return status;
  if (array.dimensions < 1 || array.dimensions > 2 || array.shape[0] != nodes)
    status = khop_i_fail(KHOP_E_SHAPE,
                         "labels has %lld rows and %d dimensions, and the graph has "
                         "%lld nodes",
                         (long long)(array.dimensions ? array.shape[0] : 0), array.dimensions,
                         (long long)nodes);
  else if (array.dtype == KHOP_I_BYTES)
    status = khop_i_fail(KHOP_E_UNSUPPORTED, "labels holds strings: save classes as integers");
  else
    status =
        khop_i_array_is_integer(&array) ? use_classes(data, npz, &array) : use_targets(data, &array);
  khop_i_array_free(&array);
  return status;
}

/* --- masks ---------------------------------------------------------------------------------- */

/* splits: how many columns it has; a mask (N) goes with any number of columns of the others. */
static khop_status check_mask(int64_t *splits, const khop_i_array *mask, const char *key,
                              int64_t nodes) {
  if (mask->dimensions < 1 || mask->dimensions > 2 || mask->shape[0] != nodes)
    return khop_i_fail(KHOP_E_SHAPE,
                       "%s has %lld rows and %d dimensions, and the graph has %lld "
                       "nodes",
                       key, (long long)(mask->dimensions ? mask->shape[0] : 0), mask->dimensions,
                       (long long)nodes);
  if (!khop_i_array_is_integer(mask))
    return khop_i_fail(KHOP_E_FORMAT, "%s is neither boolean nor of integers", key);
  for (int64_t i = 0; i < mask->count; i++)
    if (khop_i_array_integer(mask, i) >> 1)
      return khop_i_fail(KHOP_E_VALUE, "%s holds %lld, which is neither 0 nor 1", key,
                         (long long)khop_i_array_integer(mask, i));
  int64_t columns = mask->dimensions == 2 ? mask->shape[1] : 1;
  if (columns < 1 || columns > 10000 || (mask->dimensions == 2 && *splits && columns != *splits))
    return khop_i_fail(KHOP_E_SHAPE, "%s has %lld columns, and the mask before it %lld", key,
                       (long long)columns, (long long)*splits);
  if (mask->dimensions == 2) *splits = columns;
  return KHOP_OK;
}

static void mask_column(uint8_t *out, const khop_i_array *mask, int64_t nodes, int64_t split) {
  int64_t columns = mask->dimensions == 2 ? mask->shape[1] : 1;
  for (int64_t i = 0; i < nodes; i++)
    out[i] = khop_i_array_integer(mask, i * columns + (columns > 1 ? split : 0)) != 0;
}

static khop_status add_masks(khop_data *data, const khop_i_array masks[3], int64_t splits) {
  int64_t nodes = khop_graph_nodes(data->graph);
  uint8_t *parts = NULL;
  khop_status status = khop_i_alloc(&parts, 3 * nodes, 1, "masks");
  for (int64_t s = 0; status == KHOP_OK && s < splits; s++) {
    for (int part = 0; part < 3; part++)
      if (masks[part].data) mask_column(parts + part * nodes, &masks[part], nodes, s);
    status = khop_i_data_split_at(data, splits > 1 ? (int)s : -1, parts, parts + nodes,
                                  parts + 2 * nodes);
  }
  khop_i_free(parts);
  return status;
}

/* Without any mask there is nothing to do, unless a prefix was asked for. */
static khop_status read_masks(khop_data *data, khop_i_npz *npz, const char *prefix) {
  static const char *const names[3] = {"train", "val", "test"};
  khop_i_array masks[3] = {{0}, {0}, {0}};
  char keys[3][80];
  int64_t splits = 0, nodes = khop_graph_nodes(data->graph);
  khop_status status = KHOP_OK;
  bool any = false;
  for (int part = 0; part < 3; part++) {
    snprintf(keys[part], sizeof keys[part], "%.40s%s_mask", prefix, names[part]);
    any = any || khop_i_npz_has(npz, keys[part]);
  }
  if (!any && !*prefix) return KHOP_OK;
  for (int part = 0; part < 3; part++) {
    if (part != KHOP_TRAIN && !khop_i_npz_has(npz, keys[part])) continue;
    KHOP_TRY(khop_i_npz_read(&masks[part], npz, keys[part]));
    KHOP_TRY(check_mask(&splits, &masks[part], keys[part], nodes));
  }
  KHOP_TRY(add_masks(data, masks, splits ? splits : 1));
done:
  for (int part = 0; part < 3; part++) khop_i_array_free(&masks[part]);
  return status;
}

khop_status khop_i_data_from_npz(khop_data **data, const char *path,
                                 const khop_data_options *options) {
  *data = NULL;
  khop_i_npz *npz = NULL;
  khop_graph *graph = NULL;
  khop_data *made = NULL;
  khop_status status = khop_i_npz_open(&npz, path);
  if (status != KHOP_OK) return status;
  KHOP_TRY(read_graph(&graph, npz, options->use_directed));
  KHOP_TRY(khop_i_data_make(&made, graph));
  graph = NULL;
  if (options->graph_only) {
    int64_t nodes = khop_graph_nodes(made->graph);
    made->features = (khop_features){.rows = nodes, .columns = nodes};
    made->has_features = made->identity = true;
  }
  if (!options->graph_only) KHOP_TRY(read_features(made, npz));
  if (!options->graph_only) KHOP_TRY(read_labels(made, npz));
  if (!options->graph_only) KHOP_TRY(read_masks(made, npz, options->mask_prefix ? options->mask_prefix : ""));
  *data = made;
  made = NULL;
done:
  khop_data_free(made);
  khop_graph_free(graph);
  khop_i_npz_close(npz);
  return status;
}
