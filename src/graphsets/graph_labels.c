/* graph_labels.c: classes, targets and a split of whole graphs from a table beside the set. To judge its columns the
 * graphs are taken for the nodes of a graph without edges, and the columns for their attributes. */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "data/attributes.h"
#include "data/class_notes.h"
#include "data/data.h"
#include "data/id_match.h"
#include "data/id_table_column.h"
#include "data/roles.h"
#include "graphsets/set.h"

#include <stdio.h>
#include <string.h>

/* --- a node a graph -------------------------------------------------------------------------- */

/* graph: (rows of the table), -1: none; what is in the file and became no graph drops out. */
static khop_status find_graphs(int64_t **graph, khop_i_id_table *t, int *column, const khop_graphs *set) {
  khop_status status = KHOP_OK;
  khop_i_id_names names = {0};
  khop_i_id_match m = {0};
  int64_t total;
  const int64_t *rows = khop_graphs_rows(set, &total);
  KHOP_TRY(khop_i_id_names_make(&names, "graph", NULL, total, NULL));
  names.base = 1;
  KHOP_TRY(khop_i_id_match_rows(&m, t, &names, 1));
  KHOP_TRY(khop_i_id_match_note(t, &m, &names));
  if (m.strays)
    KHOP_TRY(khop_i_id_table_note(t, "%lld of %lld rows name%s no graph, first '%.60s' in line %lld",
                                  (long long)m.strays, (long long)t->rows, m.strays == 1 ? "s" : "",
                                  khop_i_id_table_cell(t, m.stray[0], m.column), (long long)t->line[m.stray[0]]));
  KHOP_TRY(khop_i_alloc_raw(graph, t->rows, sizeof **graph, "rows of a table"));
  for (int64_t r = 0; r < t->rows; r++) (*graph)[r] = -1;
  for (int64_t g = 0; g < set->count; g++) {
    int64_t row = m.row[rows ? rows[g] : g];
    if (row >= 0) (*graph)[row] = g;
  }
  *column = m.column;
done:
  khop_i_id_match_free(&m);
  khop_i_id_names_free(&names);
  return status;
}

static khop_status make_graph(khop_graph **graph, khop_i_id_table *t, const khop_graphs *set) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  int64_t *node = NULL, nothing = 0;
  int ids = 0;
  KHOP_TRY(find_graphs(&node, t, &ids, set));
  KHOP_TRY(khop_graph_from_coo(&made, set->count, 0, &nothing, &nothing, false));
  for (int c = 0; c < t->columns; c++) {
    if (c == ids) continue;
    if (*t->name[c]) KHOP_TRY(khop_i_id_table_add_column(made, t, c, node));
    else KHOP_TRY(khop_i_id_table_note(t, "column %d has no name, and is not used", c + 1));
  }
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  khop_i_free(node);
  return status;
}

/* --- what was judged ------------------------------------------------------------------------- */

/* The columns that are for nothing, as a list. */
static khop_status list_unused(char *list, size_t size, khop_graph *graph, const khop_data_options *options) {
  khop_data *probe = NULL;
  khop_i_role *role = NULL;
  khop_status status = khop_i_data_make(&probe, graph);
  if (status != KHOP_OK) return status;
  KHOP_TRY(khop_i_alloc(&role, khop_graph_columns(graph), sizeof *role, "roles of columns"));
  KHOP_TRY(khop_i_roles_find(role, probe, options));
  *list = 0;
  for (int c = 0; c < khop_graph_columns(graph); c++) {
    size_t used = strlen(list);
    if (role[c] == KHOP_I_ROLE_LABEL || role[c] == KHOP_I_ROLE_TARGET || role[c] == KHOP_I_ROLE_SPLIT) continue;
    snprintf(list + used, size - used, "%s%.60s", used ? ", " : "", khop_graph_column(graph, c)->name);
  }
done:
  khop_i_free(role);
  probe->graph = NULL; /* the caller's still */
  khop_data_free(probe);
  return status;
}

static khop_status judge_columns(khop_data **data, khop_i_id_table *t, const khop_graphs *set,
                                 const khop_data_options *options) {
  khop_status status = KHOP_OK;
  khop_graph *graph = NULL;
  char unused[300];
  KHOP_TRY(make_graph(&graph, t, set));
  KHOP_TRY(list_unused(unused, sizeof unused, graph, options));
  KHOP_TRY(khop_i_data_from_attributes(data, graph, options));
  graph = NULL;
  if (!(*data)->labels && !(*data)->targets && !(*data)->splits)
    KHOP_FAIL(KHOP_E_VALUE, "no column is known to hold something to learn: --label or --target names one of %s",
              *unused ? unused : "its columns, and there is none");
  KHOP_TRY(khop_i_data_note_classes(*data, "graph"));
  for (int i = 0; i < khop_data_notes(*data); i++) KHOP_TRY(khop_i_id_table_note(t, "%s", khop_data_note(*data, i)));
  if (*unused) KHOP_TRY(khop_i_id_table_note(t, "columns that are not used: %s", unused));
done:
  khop_graph_free(graph);
  return status;
}

/* --- into the set ---------------------------------------------------------------------------- */

static khop_status take_what_to_learn(khop_graphs *set, khop_i_id_table *t, const khop_data *data) {
  khop_status status = KHOP_OK;
  if (!data->labels && !data->targets) return KHOP_OK;
  if (set->labels || set->targets)
    KHOP_TRY(khop_i_id_table_note(t, "its %s take the place of what the set has", data->labels ? "labels" : "targets"));
  khop_i_graphs_drop_labels(set);
  khop_i_graphs_drop_targets(set);
  if (data->labels)
    KHOP_TRY(khop_graphs_set_labels(set, data->labels, data->classes, (const char *const *)data->class_names));
  if (data->targets)
    KHOP_TRY(khop_graphs_set_targets(set, data->targets, data->outputs,
                                     (const char *const *)data->schema->targets.word));
done:
  return status;
}

static khop_status take_split(khop_graphs *set, const khop_data *data) {
  uint8_t *parts = NULL;
  if (!data->splits) return KHOP_OK;
  khop_status status = khop_i_alloc(&parts, set->count, 1, "a split");
  for (int64_t g = 0; g < set->count && status == KHOP_OK; g++) {
    parts[g] = KHOP_NO_PART;
    for (int p = 0; p < 3; p++)
      if (data->masks[0][p * set->count + g]) parts[g] = (uint8_t)p;
  }
  if (status == KHOP_OK) status = khop_graphs_set_parts(set, parts);
  khop_i_free(parts);
  return status;
}

khop_status khop_graphs_read_labels(khop_graphs *set, const char *path, const khop_graph_labels_options *options) {
  khop_graph_labels_options own;
  khop_i_id_table table = {0};
  khop_data *data = NULL;
  if (!set || !path || !*path)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graphs_read_labels: a set and a path are needed");
  khop_status status = KHOP_I_TAKE(khop_graph_labels_options, &own, options);
  if (status != KHOP_OK) return status;
  khop_data_options judged = {.size = sizeof judged, .features = "none", .label = own.label, .target = own.target,
                              .split = own.split};
  status = khop_i_id_table_open(&table, path);
  if (status != KHOP_OK) return status;
  KHOP_TRY(judge_columns(&data, &table, set, &judged));
  KHOP_TRY(take_what_to_learn(set, &table, data));
  KHOP_TRY(take_split(set, data));
  for (int i = 0; i < table.notes.count; i++)
    KHOP_TRY(khop_i_graphs_note(set, "%s", khop_i_notes_get(&table.notes, i)));
done:
  khop_data_free(data);
  khop_i_id_table_close(&table);
  return khop_i_prefix(status, path);
}
