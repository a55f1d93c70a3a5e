/* ogb.c: see ogb.h. */
#include "data/ogb.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/arcs_file.h"
#include "data/classes.h"
#include "data/ogb_files.h"
#include "data/ogb_splits.h"
#include "data/sparse_rows.h"
#include "data/tasks.h"

#include <math.h>
#include <string.h>

static const char *const used[] = {"edge", "node-feat", "node-label", "num-node-list", "num-edge-list", NULL};

static bool is_heterogeneous(const char *path) {
  return khop_i_ogb_has(path, "raw/triplet-type-list") || khop_i_ogb_has(path, "raw/nodetype-has-label");
}
static bool is_binary(const char *path) {
  return khop_i_folder_has(path, "raw/data.npz") && khop_i_folder_has(path, "raw/node-label.npz");
}

bool khop_i_is_ogb(const char *path) {
  bool nodes = khop_i_ogb_has(path, "raw/num-node-list") || khop_i_ogb_has(path, "raw/node-feat");
  return nodes || khop_i_ogb_has(path, "raw/edge") || is_heterogeneous(path) || is_binary(path);
}

bool khop_i_is_ogb_set(const char *path) {
  return khop_i_ogb_has(path, "raw/edge") && khop_i_ogb_has(path, "raw/graph-label");
}

/* --- nodes ------------------------------------------------------------------------------------- */

static khop_status read_nodes(int64_t *nodes, const char *path) {
  khop_i_text_file file;
  khop_status status = khop_i_ogb_open(&file, NULL, path, "raw/num-node-list");
  if (status != KHOP_OK) return status;
  const char *at;
  int64_t graphs = khop_i_text_file_lines(&file);
  if (graphs != 1)
    KHOP_FAIL(KHOP_E_UNSUPPORTED, "%s: %lld graphs, and a data set of nodes is one", file.name, (long long)graphs);
  khop_i_text_file_next(&file);
  at = file.line.start;
  status = khop_i_text_file_whole(nodes, &file, &at, ',', 1, INT32_MAX);
done:
  khop_i_text_file_close(&file);
  return status;
}

static khop_status read_row(khop_i_sparse_rows *rows, khop_i_text_file *file, int64_t columns) {
  const char *at = file->line.start;
  khop_status status = KHOP_OK;
  if (khop_i_ogb_count_fields(&file->line) != columns)
    return khop_i_text_file_fail(file, "more or fewer numbers than in the first line:");
  for (int64_t c = 0; c < columns && status == KHOP_OK; c++) {
    double value = 0;
    status = khop_i_text_file_real(&value, file, &at, ',');
    if (status == KHOP_OK && isnan(value)) status = khop_i_text_file_fail(file, "a feature is missing in");
    if (status == KHOP_OK) status = khop_i_sparse_rows_add(rows, c, value);
  }
  return status == KHOP_OK ? khop_i_sparse_rows_end(rows) : status;
}

static khop_status read_features(khop_data *data, const char *path) {
  khop_i_text_file file;
  khop_i_sparse_rows rows = {0};
  khop_features features = {0};
  int64_t nodes = khop_graph_nodes(data->graph), columns = 0;
  bool there;
  khop_status status = khop_i_ogb_open(&file, &there, path, "raw/node-feat");
  if (status != KHOP_OK || !there) return status;
  KHOP_TRY(khop_i_ogb_check_lines(&file, nodes));
  for (int64_t i = 0; i < nodes && khop_i_text_file_next(&file); i++) {
    if (i == 0) columns = khop_i_ogb_count_fields(&file.line);
    KHOP_TRY(read_row(&rows, &file, columns));
  }
  khop_i_text_file_close(&file);
  KHOP_TRY(khop_i_sparse_rows_take(&features, &rows, columns));
  KHOP_TRY(khop_i_data_take_features(data, &features));
done:
  khop_i_features_free(&features);
  khop_i_sparse_rows_free(&rows);
  khop_i_text_file_close(&file);
  return status;
}

/* Several columns: 0 and 1, a yes/no task each, as ogbn-proteins has them. */
static khop_status use_tasks(khop_data *data, const double *table, int64_t columns, const char *name,
                             const khop_data_options *options) {
  int64_t nodes = khop_graph_nodes(data->graph);
  khop_real *answers = NULL;
  khop_status status = khop_i_alloc_raw(&answers, nodes, (size_t)columns * sizeof *answers, "tasks");
  for (int64_t k = 0; status == KHOP_OK && k < nodes * columns; k++) answers[k] = (khop_real)table[k];
  if (status == KHOP_OK) status = khop_i_answers_settle(data, answers, nodes * columns, name);
  if (status == KHOP_OK)
    status = khop_i_prefix(khop_i_tasks_take(data, answers, columns, NULL, name, options), name);
  khop_i_free(answers);
  return status;
}

/* One column: a class a node. */
static khop_status use_labels(khop_data *data, const double *table, const char *name) {
  int64_t nodes = khop_graph_nodes(data->graph), classes = 0;
  int32_t *labels = NULL;
  char **names = NULL;
  khop_status status = khop_i_alloc_raw(&labels, nodes, sizeof *labels, "labels");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) {
    if (isnan(table[i]) || (table[i] == floor(table[i]) && table[i] >= -1 && table[i] < KHOP_I_MAX_CLASSES))
      labels[i] = isnan(table[i]) ? -1 : (int32_t)table[i];
    else
      status = khop_i_fail(KHOP_E_VALUE, "%s: the label of node %lld is %g, and classes are whole numbers from 0 to %d",
                           name, (long long)i, table[i], KHOP_I_MAX_CLASSES - 1);
  }
  if (status == KHOP_OK) status = khop_i_close_gaps(labels, nodes, &names, &classes);
  if (status == KHOP_OK) status = khop_i_data_set_labels(data, labels, classes, (const char *const *)names);
  khop_i_names_free(names, classes);
  khop_i_free(labels);
  return status;
}

static khop_status read_labels(khop_data *data, const char *path, const khop_data_options *options) {
  khop_i_text_file file;
  double *table = NULL;
  int64_t columns = 0;
  bool there;
  khop_status status = khop_i_ogb_open(&file, &there, path, "raw/node-label");
  if (status != KHOP_OK || !there) return status;
  status = khop_i_ogb_table(&table, &columns, &file, khop_graph_nodes(data->graph));
  if (status == KHOP_OK)
    status = columns > 1 ? use_tasks(data, table, columns, file.name, options) : use_labels(data, table, file.name);
  khop_i_free(table);
  khop_i_text_file_close(&file);
  return status;
}

/* --- what is left out -------------------------------------------------------------------------- */

static khop_status note_unused(khop_data *data, const char *path) {
  char text[300];
  khop_status status = khop_i_ogb_unused(text, path, used);
  return *text && status == KHOP_OK ? khop_i_data_note(data, "not used: %s", text) : status;
}

/* --- the whole --------------------------------------------------------------------------------- */

static khop_status check_form(const char *path) {
  if (is_heterogeneous(path))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "nodes and edges of several types (OGB's raw/triplet-type-list): khop reads "
                       "graphs of one type");
  if (is_binary(path))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "OGB's binary form (raw/data.npz): save edge_index, x and y in one .npz");
  if (khop_i_is_ogb_set(path))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "a set of graphs (OGB's raw/graph-label), and not one graph of nodes");
  return KHOP_OK;
}

static khop_status read_rest(khop_data *data, const char *path, const khop_data_options *options) {
  khop_status status = KHOP_OK;
  if (!options->features) KHOP_TRY(read_features(data, path));
  KHOP_TRY(read_labels(data, path, options));
  KHOP_TRY(khop_i_ogb_splits(data, path));
  KHOP_TRY(note_unused(data, path));
done:
  return status;
}

khop_status khop_i_data_from_ogb(khop_data **data, const char *path, const khop_data_options *options) {
  khop_data *made = NULL;
  khop_graph *graph = NULL;
  char name[128];
  int64_t nodes = 0;
  khop_status status = check_form(path);
  if (status != KHOP_OK) return status;
  khop_i_ogb_find(name, path, "raw/edge");
  khop_i_arcs_file arcs = {.name = name, .separator = ','};
  KHOP_TRY(read_nodes(&nodes, path));
  KHOP_TRY(khop_i_arcs_file_read(&graph, &arcs, path, nodes, options->read.directed));
  KHOP_TRY(khop_i_data_make(&made, graph));
  graph = NULL;
  if (arcs.one_way) KHOP_TRY(khop_i_arcs_file_note(made));
  KHOP_TRY(options->graph_only ? khop_i_data_without_features(made) : read_rest(made, path, options));
  *data = made;
  made = NULL;
done:
  khop_data_free(made);
  khop_graph_free(graph);
  return status;
}
