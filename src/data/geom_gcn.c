/* geom_gcn.c: see geom_gcn.h. */
#include "data/geom_gcn.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/arcs_file.h"
#include "data/classes.h"
#include "data/geom_gcn_splits.h"
#include "data/sparse_rows.h"
#include "data/text_file.h"

#include <math.h>
#include <string.h>

/* One of its files is enough: the other is then named as missing. */
bool khop_i_is_geom_gcn(const char *path) {
  return khop_i_folder_has(path, GEOM_GCN_EDGES) || khop_i_folder_has(path, GEOM_GCN_NODES);
}

/* --- nodes ------------------------------------------------------------------------------------- */

/* The table of nodes, with what a first look at its lists of features says. */
typedef struct node_table {
  khop_i_text_file file;
  int64_t nodes, shortest, longest; /* numbers in a list */
  const char **list;                /* (nodes) where each begins, and ends */
  const char **end;
  int32_t *label;                   /* (nodes) */
  int64_t *line;                    /* (nodes) in the file */
} node_table;

static void close_table(node_table *t) {
  khop_i_free(t->list);
  khop_i_free(t->end);
  khop_i_free(t->label);
  khop_i_free(t->line);
  khop_i_text_file_close(&t->file);
}

static int64_t count_numbers(const char *at, const char *end) {
  int64_t numbers = at < end;
  for (; at < end; at++) numbers += *at == ',';
  return numbers;
}

/* A line of the table, into the place of its node. */
static khop_status read_node(node_table *t) {
  khop_i_text_file *file = &t->file;
  const char *at = file->line.start, *end = file->line.end;
  int64_t node = 0, label = 0;
  khop_status status = khop_i_text_file_whole(&node, file, &at, '\t', 0, t->nodes - 1);
  if (status != KHOP_OK) return status;
  if (t->list[node]) return khop_i_text_file_fail(file, "a node comes twice:");
  const char *tab = memchr(at, '\t', (size_t)(end - at));
  if (!tab) return khop_i_text_file_fail(file, "no node, list of features and label between tabs:");
  t->list[node] = at;
  t->end[node] = tab;
  t->line[node] = file->line.number;
  at = tab + 1;
  status = khop_i_text_file_whole(&label, file, &at, '\t', -1, KHOP_I_MAX_CLASSES - 1);
  t->label[node] = (int32_t)label;
  int64_t numbers = count_numbers(t->list[node], t->end[node]);
  if (numbers > t->longest) t->longest = numbers;
  if (numbers < t->shortest) t->shortest = numbers;
  return status;
}

static khop_status read_nodes(node_table *t, const char *path) {
  khop_status status = khop_i_text_file_open(&t->file, path, GEOM_GCN_NODES);
  if (status != KHOP_OK) return status;
  t->nodes = khop_i_text_file_lines(&t->file) - 1;
  if (t->nodes < 1) return khop_i_fail(KHOP_E_FORMAT, GEOM_GCN_NODES ": has no nodes below its header");
  t->shortest = INT64_MAX;
  KHOP_TRY(khop_i_alloc(&t->list, t->nodes, sizeof *t->list, "nodes"));
  KHOP_TRY(khop_i_alloc(&t->end, t->nodes, sizeof *t->end, "nodes"));
  KHOP_TRY(khop_i_alloc(&t->label, t->nodes, sizeof *t->label, "labels"));
  KHOP_TRY(khop_i_alloc(&t->line, t->nodes, sizeof *t->line, "nodes"));
  khop_i_text_file_next(&t->file); /* the header */
  while (khop_i_text_file_next(&t->file)) KHOP_TRY(read_node(t));
done:
  return status;
}

/* The numbers of a node's list as entries of its row, or as the columns of its ones. */
static khop_status read_list(khop_i_sparse_rows *rows, node_table *t, int64_t node, bool indices) {
  khop_i_text_file *file = &t->file;
  const char *at = t->list[node];
  char where[40];
  khop_status status = KHOP_OK;
  file->line = (khop_i_line){.start = at, .end = t->end[node], .number = t->line[node]};
  for (int64_t c = 0; status == KHOP_OK && at < file->line.end; c++) {
    int64_t column = c;
    double value = 1;
    status = indices ? khop_i_text_file_whole(&column, file, &at, ',', 0, INT32_MAX - 1)
                     : khop_i_text_file_real(&value, file, &at, ',');
    if (status == KHOP_OK && isnan(value)) status = khop_i_text_file_fail(file, "a feature is missing in");
    if (status == KHOP_OK) status = khop_i_sparse_rows_add(rows, column, value);
  }
  if (status == KHOP_OK) return khop_i_sparse_rows_end(rows);
  snprintf(where, sizeof where, "node %lld", (long long)node);
  return status == KHOP_E_FORMAT ? khop_i_prefix(status, where) : status;
}

static khop_status read_features(khop_data *data, node_table *t) {
  khop_i_sparse_rows rows = {0};
  khop_features features = {0};
  bool indices = t->shortest < t->longest;
  khop_status status = KHOP_OK;
  for (int64_t i = 0; i < t->nodes; i++) KHOP_TRY(read_list(&rows, t, i, indices));
  KHOP_TRY(khop_i_sparse_rows_take(&features, &rows, indices ? 0 : t->longest));
  if (indices)
    KHOP_TRY(khop_i_data_note(data, "lists of %lld to %lld features: they are read as columns, of which there are %lld",
                              (long long)t->shortest, (long long)t->longest, (long long)features.columns));
  KHOP_TRY(khop_i_data_take_features(data, &features));
done:
  khop_i_features_free(&features);
  khop_i_sparse_rows_free(&rows);
  return status;
}

static khop_status set_labels(khop_data *data, node_table *t) {
  int64_t classes = 0;
  char **names = NULL;
  khop_status status = khop_i_close_gaps(t->label, t->nodes, &names, &classes);
  if (status == KHOP_OK) status = khop_i_data_set_labels(data, t->label, classes, (const char *const *)names);
  khop_i_names_free(names, classes);
  return status;
}

/* --- the whole --------------------------------------------------------------------------------- */

khop_status khop_i_data_from_geom_gcn(khop_data **data, const char *path, const khop_data_options *options) {
  node_table table = {0};
  khop_data *made = NULL;
  khop_graph *graph = NULL;
  bool none = options->features || options->graph_only;
  khop_i_arcs_file arcs = {.name = GEOM_GCN_EDGES, .separator = '\t', .header = true};
  khop_status status = KHOP_OK;
  KHOP_TRY(read_nodes(&table, path));
  KHOP_TRY(khop_i_arcs_file_read(&graph, &arcs, path, table.nodes, options->read.directed));
  KHOP_TRY(khop_i_data_make(&made, graph));
  graph = NULL;
  if (arcs.one_way) KHOP_TRY(khop_i_arcs_file_note(made));
  if (options->graph_only) KHOP_TRY(khop_i_data_without_features(made));
  if (!none && table.longest) KHOP_TRY(read_features(made, &table));
  if (!options->graph_only) {
    KHOP_TRY(set_labels(made, &table));
    KHOP_TRY(khop_i_geom_gcn_splits(made, path));
  }
  *data = made;
  made = NULL;
done:
  khop_data_free(made);
  khop_graph_free(graph);
  close_table(&table);
  return status;
}
