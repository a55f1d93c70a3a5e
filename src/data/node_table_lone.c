/* node_table_lone.c: see node_table_lone.h.
 *
 *   nodes   2   5   9          place of the nodes   0   2   4
 *   rows          3   7        place of the rows      1   3          */
#include "data/node_table_lone.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"

#include <stdlib.h>
#include <string.h>

typedef struct lone_nodes {
  const khop_graph *graph;
  const khop_i_id_match *match;
  const khop_i_id_table *table;
  const char *const *old_name; /* (nodes) or NULL: numbers */
  int64_t nodes, all;
  int64_t *place;              /* (all): of the nodes, then of the strays */
  char (*digits)[24];          /* (all) names that are numbers, by place */
  const char **name;           /* (all), by place */
  int64_t *row;                /* (all), by place */
} lone_nodes;

static const char *const *find_names(const khop_graph *graph) {
  for (int c = 0; c < khop_graph_columns(graph); c++)
    if (strcmp(khop_graph_column(graph, c)->name, "name") == 0) return khop_graph_column(graph, c)->strings;
  return NULL;
}

static const char *stray_id(const lone_nodes *l, int64_t stray) {
  return khop_i_id_table_cell(l->table, l->match->stray[stray], l->match->column);
}

/* --- places -------------------------------------------------------------------------------------- */

typedef struct numbered_stray {
  int64_t number, stray;
} numbered_stray;

static int by_number(const void *a, const void *b) {
  int64_t x = ((const numbered_stray *)a)->number, y = ((const numbered_stray *)b)->number;
  return (x > y) - (x < y);
}

/* The number of a node; false where it has none above the one before it. */
static bool node_number(int64_t *number, const lone_nodes *l, int64_t node, int64_t before) {
  *number = node;
  return !l->old_name || (khop_i_id_whole(number, l->old_name[node]) && *number > before);
}

/* All in ascending order; *done is false where some id is no number. */
static khop_status place_by_number(bool *done, lone_nodes *l) {
  numbered_stray *sorted = NULL;
  int64_t strays = l->match->strays, at = 0, number = -1;
  khop_status status = khop_i_alloc(&sorted, strays, sizeof *sorted, "nodes");
  *done = status == KHOP_OK;
  for (int64_t s = 0; s < strays && *done; s++) {
    sorted[s].stray = s;
    *done = khop_i_id_whole(&sorted[s].number, stray_id(l, s));
  }
  if (*done) qsort(sorted, (size_t)strays, sizeof *sorted, by_number);
  for (int64_t i = 0; i < l->nodes && *done; i++) {
    *done = node_number(&number, l, i, number);
    while (at < strays && sorted[at].number < number) at++;
    l->place[i] = i + at;
  }
  at = 0;
  for (int64_t s = 0; s < strays && *done; s++) {
    while (at < l->nodes && node_number(&number, l, at, -1) && number < sorted[s].number) at++;
    l->place[l->nodes + sorted[s].stray] = at + s;
  }
  khop_i_free(sorted);
  return status;
}

static khop_status find_places(lone_nodes *l) {
  bool done;
  khop_status status = place_by_number(&done, l);
  for (int64_t i = 0; status == KHOP_OK && !done && i < l->all; i++) l->place[i] = i;
  return status;
}

/* --- names and rows ---------------------------------------------------------------------------- */

static void put_name(lone_nodes *l, int64_t place, const char *text, int64_t number) {
  if (!text || khop_i_id_whole(&number, text)) {
    snprintf(l->digits[place], sizeof *l->digits, "%lld", (long long)number);
    text = l->digits[place];
  }
  l->name[place] = text;
}

static void put_names(lone_nodes *l) {
  for (int64_t i = 0; i < l->nodes; i++) {
    l->row[l->place[i]] = l->match->row[i];
    put_name(l, l->place[i], l->old_name ? l->old_name[i] : NULL, i);
  }
  for (int64_t s = 0; s < l->match->strays; s++) {
    l->row[l->place[l->nodes + s]] = l->match->stray[s];
    put_name(l, l->place[l->nodes + s], stray_id(l, s), 0);
  }
}

static bool are_positions(const lone_nodes *l) {
  for (int64_t i = 0; i < l->all; i++) {
    int64_t number;
    if (!khop_i_id_whole(&number, l->name[i]) || number != i) return false;
  }
  return true;
}

/* --- the graph ----------------------------------------------------------------------------------- */

static void fill_arcs(khop_graph *made, const lone_nodes *l) {
  const khop_graph *old = l->graph;
  for (int64_t i = 0; i < l->nodes; i++) made->offsets[l->place[i] + 1] = old->offsets[i + 1] - old->offsets[i];
  for (int64_t i = 0; i < l->all; i++) made->offsets[i + 1] += made->offsets[i];
  for (int64_t i = 0; i < l->nodes; i++) /* places ascend with the nodes, and so do the targets of a row */
    for (int64_t a = old->offsets[i]; a < old->offsets[i + 1]; a++)
      made->targets[made->offsets[l->place[i]] + a - old->offsets[i]] = (int32_t)l->place[old->targets[a]];
}

static khop_status make_graph(khop_graph **graph, const lone_nodes *l) {
  khop_graph *made = NULL;
  khop_status status = khop_i_graph_new(&made, l->all, l->graph->arcs, l->graph->directed);
  if (status != KHOP_OK) return status;
  memset(made->offsets, 0, (size_t)(l->all + 1) * sizeof *made->offsets);
  made->loops = l->graph->loops;
  made->repeats = l->graph->repeats;
  fill_arcs(made, l);
  if (!are_positions(l)) KHOP_TRY(khop_graph_add_column(made, "name", NULL, l->name));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

static void take_notes(khop_graph *made, khop_graph *old) {
  made->notes = old->notes;
  old->notes = (khop_i_notes){0};
}

khop_status khop_i_node_table_add_lone(khop_graph **graph, khop_i_id_match *match, const khop_i_id_table *table) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  lone_nodes l = {.graph = *graph, .match = match, .table = table, .old_name = find_names(*graph),
                  .nodes = (*graph)->nodes, .all = (*graph)->nodes + match->strays};
  if (l.all > KHOP_MAX_NODES) KHOP_FAIL(KHOP_E_VALUE, "%lld nodes with those without an edge", (long long)l.all);
  KHOP_TRY(khop_i_alloc_raw(&l.place, l.all, sizeof *l.place, "nodes"));
  KHOP_TRY(khop_i_alloc_raw(&l.digits, l.all, sizeof *l.digits, "names of nodes"));
  KHOP_TRY(khop_i_alloc_raw(&l.name, l.all, sizeof *l.name, "names of nodes"));
  KHOP_TRY(khop_i_alloc_raw(&l.row, l.all, sizeof *l.row, "rows of a table"));
  KHOP_TRY(find_places(&l));
  put_names(&l);
  KHOP_TRY(make_graph(&made, &l));
  take_notes(made, *graph);
  khop_graph_free(*graph);
  *graph = made;
  for (int64_t i = 0; i < l.all; i++)
    if (l.row[i] >= 0) match->item[l.row[i]] = i;
  khop_i_free(match->row);
  match->row = l.row;
  match->strays = 0;
  l.row = NULL;
done:
  khop_i_free(l.place);
  khop_i_free(l.digits);
  khop_i_free(l.name);
  khop_i_free(l.row);
  return status;
}
