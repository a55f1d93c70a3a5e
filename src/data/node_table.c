/* node_table.c: see node_table.h. */
#include "data/node_table.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/memory.h"
#include "data/id_table_column.h"
#include "data/names.h"
#include "data/node_table_lone.h"
#include "graph/graph.h"
#include "graph/notes.h"

#include <math.h>
#include <string.h>

enum { MOST_KEYS = 5 };

typedef struct node_keys {
  khop_i_id_names key[MOST_KEYS];
  int count;
} node_keys;

/* --- what the nodes are called ------------------------------------------------------------------- */

static khop_status make_key(khop_i_id_names *key, const khop_column *column, int64_t nodes) {
  char **text = NULL;
  khop_status status = column->strings ? KHOP_OK : khop_i_names_of_numbers(&text, column->numbers, nodes);
  if (status == KHOP_OK)
    status = khop_i_id_names_make(key, "node", column->name, nodes, text ? (const char *const *)text : column->strings);
  khop_i_names_free(text, nodes);
  return status;
}

/* Whether they tell the nodes apart: a label that is a class does not. */
static bool are_names(const khop_i_id_names *key) {
  int64_t alone = 0;
  for (int32_t id = 0; id < key->table.count; id++) alone += key->item[id] >= 0;
  return 2 * alone > key->count;
}

static khop_status make_keys(node_keys *keys, const khop_graph *graph, const char *name) {
  const char *const usual[] = {name, "name", "id", "label"};
  khop_status status = KHOP_OK;
  bool counted = false;
  for (int u = 0; u < 4 && status == KHOP_OK; u++)
    for (int c = 0; c < khop_graph_columns(graph) && status == KHOP_OK; c++) {
      const khop_column *column = khop_graph_column(graph, c);
      if (!usual[u] || khop_i_strcasecmp(column->name, usual[u]) != 0 || keys->count == MOST_KEYS) continue;
      status = make_key(&keys->key[keys->count], column, khop_graph_nodes(graph));
      counted = counted || (status == KHOP_OK && column->strings &&
                            khop_i_names_count(column->strings, khop_graph_nodes(graph)));
      if (status == KHOP_OK && are_names(&keys->key[keys->count])) keys->count++;
      else khop_i_id_names_free(&keys->key[keys->count]);
    }
  /* a table may count from 0 where the file counts from 1; in an edge list 0 is a node of its own */
  if (status == KHOP_OK && (!keys->count || (counted && !graph->lists_edges && keys->count < MOST_KEYS)))
    status = khop_i_id_names_make(&keys->key[keys->count++], "node", NULL, khop_graph_nodes(graph), NULL);
  return status;
}

static void free_keys(node_keys *keys) {
  for (int k = 0; k < keys->count; k++) khop_i_id_names_free(&keys->key[k]);
}

/* --- columns --------------------------------------------------------------------------------------- */

static void remove_column(khop_graph *graph, int c) {
  khop_i_column_free(&graph->column[c]);
  graph->columns--;
  memmove(&graph->column[c], &graph->column[c + 1], (size_t)(graph->columns - c) * sizeof *graph->column);
}

static int find_column(const khop_graph *graph, const char *name) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (strcmp(khop_graph_column(graph, c)->name, name) == 0) return c;
  return -1;
}

static khop_status add_column(khop_graph *graph, khop_i_id_table *t, int column, const khop_i_id_match *m,
                              const char *key) {
  int there = find_column(graph, t->name[column]);
  khop_status status = KHOP_OK;
  if (!*t->name[column])
    return khop_i_id_table_note(t, "column %d has no name, and is not used", column + 1);
  if (key && strcmp(t->name[column], key) == 0)
    return khop_i_id_table_note(t, "its column '%.60s' is not used: that of the graph holds the ids", key);
  if (there >= 0) {
    remove_column(graph, there);
    status = khop_i_id_table_note(t, "its column '%.60s' takes the place of that of the graph", t->name[column]);
  }
  return status == KHOP_OK ? khop_i_id_table_add_column(graph, t, column, m->item) : status;
}

/* A column is spread over all nodes, whatever the rows are, as a double or a pointer, and becomes a feature at least. */
static khop_status check_size(const khop_graph *graph, const khop_i_id_table *t) {
  const int64_t cell = (int64_t)(sizeof(double) + sizeof(khop_real));
  int64_t nodes = khop_graph_nodes(graph), half = khop_i_half_of_memory();
  if (!nodes || t->columns - 1 <= half / cell / nodes) return KHOP_OK;
  return khop_i_fail(KHOP_E_MEMORY, "%d columns for %lld nodes (the table has %lld rows) take %.1f GB, and half of the "
                     "memory is %.1f GB: keep the columns that are needed", t->columns - 1, (long long)nodes,
                     (long long)t->rows, (double)(t->columns - 1) * (double)nodes * (double)cell / 1e9,
                     (double)half / 1e9);
}

static khop_status add_columns(khop_graph *graph, khop_i_id_table *t, const khop_i_id_match *m, const char *key) {
  khop_status status = check_size(graph, t);
  if (t->columns == 1) status = khop_i_id_table_note(t, "it has no column beside the ids");
  for (int c = 0; c < t->columns && status == KHOP_OK; c++)
    if (c != m->column) status = add_column(graph, t, c, m, key);
  return status;
}

/* --- the whole ------------------------------------------------------------------------------------- */

static khop_status settle_strays(khop_graph **graph, khop_i_id_table *t, khop_i_id_match *m) {
  if (!m->strays) return KHOP_OK;
  const char *first = khop_i_id_table_cell(t, m->stray[0], m->column);
  long long line = t->line[m->stray[0]], rows = m->strays;
  if (!(*graph)->lists_edges)
    return khop_i_id_table_note(t, "%lld of %lld rows name%s no node, first '%.60s' in line %lld", rows,
                                (long long)t->rows, rows == 1 ? "s" : "", first, line);
  khop_status status = khop_i_node_table_add_lone(graph, m, t);
  if (status != KHOP_OK) return status;
  return khop_i_id_table_note(t, "%lld of %lld rows name%s a node without an edge, first '%.60s' in line %lld", rows,
                              (long long)t->rows, rows == 1 ? "s" : "", first, line);
}

static khop_status add_table(khop_graph **graph, khop_i_id_table *t, const char *name) {
  khop_status status = KHOP_OK;
  node_keys keys = {0};
  khop_i_id_match match = {0};
  KHOP_TRY(make_keys(&keys, *graph, name));
  KHOP_TRY(khop_i_id_match_rows(&match, t, keys.key, keys.count));
  KHOP_TRY(khop_i_id_match_note(t, &match, &keys.key[match.key]));
  char *key = NULL;
  if (keys.key[match.key].column) KHOP_TRY(khop_i_strdup(&key, keys.key[match.key].column));
  status = settle_strays(graph, t, &match);
  if (status == KHOP_OK) status = add_columns(*graph, t, &match, key);
  khop_i_free(key);
  for (int i = 0; i < t->notes.count && status == KHOP_OK; i++)
    status = khop_i_graph_note(*graph, "%s", khop_i_notes_get(&t->notes, i));
done:
  free_keys(&keys);
  khop_i_id_match_free(&match);
  return status;
}

khop_status khop_i_node_table_add(khop_graph **graph, const char *path, const char *name) {
  khop_i_id_table table = {0};
  khop_status status = khop_i_id_table_open(&table, path);
  if (status == KHOP_OK) status = khop_i_prefix(add_table(graph, &table, name), path);
  khop_i_id_table_close(&table);
  return status;
}
