/* npz_data.c: data sets in NumPy archives. The keys are described in datasets/README.md. */
#include "data/npz_data.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/cells.h"
#include "data/csr.h"
#include "data/npz_graph.h"
#include "data/npz_labels.h"
#include "data/npz_missing.h"
#include "data/npz_names.h"
#include "data/npz_splits.h"
#include "data/split.h"

#include <math.h>
#include <string.h>

static khop_status read_dense(khop_features *features, khop_i_members *members, const char *key) {
  khop_i_array array = {0};
  khop_real *dense = NULL;
  khop_status status = khop_i_members_read(&array, members, key);
  if (status != KHOP_OK) return status;
  if (array.dimensions != 2 || array.dtype == KHOP_I_BYTES)
    KHOP_FAIL(KHOP_E_SHAPE, "%s has %d dimensions, not 2, or holds strings", key, array.dimensions);
  KHOP_TRY(khop_i_alloc_raw(&dense, array.count, sizeof *dense, "features"));
  for (int64_t i = 0; i < array.count; i++) {
    dense[i] = (khop_real)khop_i_array_number(&array, i);
    if (isinf(dense[i]))
      KHOP_FAIL(KHOP_E_VALUE, "%s: feature %lld of node %lld is %s", key, (long long)(i % array.shape[1]),
                (long long)(i / array.shape[1]), khop_i_too_large(khop_i_array_number(&array, i)).text);
  }
  *features = (khop_features){.rows = array.shape[0], .columns = array.shape[1], .dense = dense};
  dense = NULL;
done:
  khop_i_free(dense);
  khop_i_array_free(&array);
  return status;
}

static khop_status read_features(khop_data *data, khop_i_members *members, const khop_data_options *options) {
  static const char *const prefixes[] = {"attr_", "attr_matrix.", NULL};
  static const char *const keys[] = {"attr_matrix", "x", "node_features", "features", NULL};
  khop_features features = {0};
  khop_i_csr csr;
  const char *prefix = khop_i_npz_prefix(members, prefixes), *key = khop_i_members_first(members, keys);
  khop_status status = KHOP_OK;
  if (options->features && strcmp(options->features, "none") == 0) return KHOP_OK;
  if (!prefix && !key && (options->features || options->exclude))
    return khop_i_fail(KHOP_E_NOT_FOUND, "has no features to choose from");
  if (!prefix && !key) return KHOP_OK;
  if (prefix) {
    khop_i_npz_use_prefix(members, prefix);
    status = khop_i_csr_read(&csr, members->npz, prefix, false, "csr");
    if (status == KHOP_OK)
      features = (khop_features){csr.rows, csr.columns, NULL, csr.offsets, csr.indices, csr.values};
  } else {
    status = read_dense(&features, members, key);
  }
  if (status == KHOP_OK && features.rows == khop_graph_nodes(data->graph) && khop_i_npz_lacks_features(&features)) {
    data->features = features; /* finite once they are filled */
    data->has_features = true;
  } else if (status == KHOP_OK) {
    status = khop_i_data_take_features(data, &features);
  }
  if (status == KHOP_OK) status = khop_i_npz_feature_names(data, members, options);
  return status == KHOP_OK ? khop_i_npz_fill_missing(data, options) : status;
}

/* Whether the weights of a list of edges differ; attributes are several numbers an edge. */
static khop_status read_weights(bool *weighted, bool *attributes, khop_i_members *members, const char *key) {
  khop_i_array array = {0};
  khop_status status = khop_i_npz_describe(&array, members->npz, key);
  if (status == KHOP_E_UNSUPPORTED) return KHOP_OK; /* named with what is not used */
  if (status != KHOP_OK) return status;
  khop_i_members_use(members, key);
  if (array.dtype == KHOP_I_BYTES || array.dtype == KHOP_I_UNICODE || (array.dimensions == 2 && array.shape[1] > 1)) {
    *attributes = true;
    return KHOP_OK;
  }
  status = khop_i_members_read(&array, members, key);
  for (int64_t e = 1; status == KHOP_OK && e < array.count && !*weighted; e++)
    *weighted = khop_i_array_number(&array, e) != khop_i_array_number(&array, 0);
  khop_i_array_free(&array);
  return status;
}

static khop_status note_weights(khop_data *data, khop_i_members *members, bool weighted) {
  static const char *const keys[] = {"edge_weight", "edge_weights", "edge_attr", "weights", NULL};
  bool attributes = false;
  khop_status status = KHOP_OK;
  for (int k = 0; keys[k] && status == KHOP_OK; k++)
    if (khop_i_npz_has(members->npz, keys[k])) status = read_weights(&weighted, &attributes, members, keys[k]);
  if (status == KHOP_OK && weighted) status = khop_i_data_note(data, "edge weights are ignored");
  if (status == KHOP_OK && attributes) status = khop_i_data_note(data, "edge attributes are ignored");
  return status;
}

/* What options ask for of vertex attributes, and an archive has otherwise. */
static khop_status check_options(const khop_data_options *options) {
  if (!options->split) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "an archive has no column of splits '%s': --masks chooses among its masks",
                     options->split);
}

static khop_status read_rest(khop_data *data, khop_i_members *members, bool weighted,
                             const khop_data_options *options) {
  khop_status status = check_options(options);
  if (status == KHOP_OK) status = read_features(data, members, options);
  if (status == KHOP_OK) status = khop_i_npz_node_names(data, members, options);
  if (status == KHOP_OK) status = khop_i_npz_splits(data, members, options->mask_prefix ? options->mask_prefix : "");
  if (status == KHOP_OK) status = khop_i_npz_labels(data, members, options); /* masks help to tell what labels are */
  if (status == KHOP_OK) status = khop_i_data_check_splits(data);
  if (status == KHOP_OK) status = note_weights(data, members, weighted);
  return status == KHOP_OK ? khop_i_members_note_unused(data, members) : status;
}

khop_status khop_i_data_from_npz(khop_data **data, const char *path, const khop_data_options *options) {
  *data = NULL;
  khop_i_members members = {0};
  khop_graph *graph = NULL;
  khop_data *made = NULL;
  bool weighted = false;
  khop_status status = khop_i_members_open(&members, path);
  if (status != KHOP_OK) goto done;
  KHOP_TRY(khop_i_npz_graph(&graph, &weighted, &members, options->use_directed));
  KHOP_TRY(khop_i_data_make(&made, graph));
  graph = NULL;
  made->has_directed_links = !options->use_directed && khop_i_npz_has(members.npz, "dir_indptr");
  KHOP_TRY(options->graph_only ? khop_i_data_without_features(made) : read_rest(made, &members, weighted, options));
  *data = made;
  made = NULL;
done:
  khop_data_free(made);
  khop_graph_free(graph);
  khop_i_members_close(&members);
  return status;
}
