/* typed_graph.c: a graph a type, all over the same nodes.
 *
 *   type     0         1         2             a type is a whole khop_graph, not a label on an edge:
 *   name     "x+"      "x-"      "bond"        each is searched on its own, and two of them may join
 *   graph    arcs      arcs      arcs          the same pair of nodes
 */
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "graph/grid.h"
#include "graph/typed_graph.h"

#include <stdio.h>
#include <string.h>

typedef struct edge_type {
  char *name;        /* owns */
  khop_graph *graph; /* owns */
  int64_t places;    /* of the axis that a grid's type leads along; else 0 */
  bool closed;       /* that axis wraps */
} edge_type;

struct khop_typed {
  int64_t nodes;
  int types;
  edge_type *type; /* (types) */
};

khop_status khop_typed_new(khop_typed **typed, int64_t nodes) {
  if (!typed) return khop_i_fail(KHOP_E_ARGUMENT, "khop_typed_new: no place for the graph");
  *typed = NULL;
  if (nodes < 0 || nodes > KHOP_MAX_NODES)
    return khop_i_fail(KHOP_E_ARGUMENT, "a typed graph of %lld nodes: 0 to %lld are possible",
                       (long long)nodes, (long long)KHOP_MAX_NODES);
  khop_status status = khop_i_alloc(typed, 1, sizeof **typed, "a typed graph");
  if (status == KHOP_OK) (*typed)->nodes = nodes;
  return status;
}

void khop_typed_free(khop_typed *typed) {
  if (!typed) return;
  for (int t = 0; t < typed->types; t++) {
    khop_i_free(typed->type[t].name);
    khop_graph_free(typed->type[t].graph);
  }
  khop_i_free(typed->type);
  khop_i_free(typed);
}

static int find_relation(const khop_typed *typed, const char *name) {
  for (int t = 0; t < typed->types; t++)
    if (strcmp(typed->type[t].name, name) == 0) return t;
  return -1;
}

khop_status khop_typed_add(khop_typed *typed, const char *name, khop_graph *graph) {
  khop_status status = KHOP_OK;
  if (!graph) KHOP_FAIL(KHOP_E_ARGUMENT, "a type of edges: its graph is missing");
  if (!name || !*name)
    KHOP_FAIL(KHOP_E_ARGUMENT, "type %d of the edges has no name", typed->types);
  if (find_relation(typed, name) >= 0)
    KHOP_FAIL(KHOP_E_ARGUMENT, "there is a type '%s' already, number %d", name, find_relation(typed, name));
  if (graph->nodes != typed->nodes)
    KHOP_FAIL(KHOP_E_ARGUMENT, "type '%s' has a graph of %lld nodes, the typed graph has %lld", name,
              (long long)graph->nodes, (long long)typed->nodes);
  KHOP_TRY(khop_i_grow(&typed->type, typed->types + 1, sizeof *typed->type, "types of edges"));
  KHOP_TRY(khop_i_strdup(&typed->type[typed->types].name, name));
  typed->type[typed->types].places = 0;
  typed->type[typed->types].closed = false;
  typed->type[typed->types++].graph = graph;
  graph = NULL;
done:
  khop_graph_free(graph);
  return status;
}

/* --- from a list of edges ------------------------------------------------------------------- */

/* The edges of one type, gathered into a and b (room for all edges). */
static khop_status add_chosen(khop_typed *typed, int64_t edges, const int64_t *from,
                              const int64_t *to, const int *type, int chosen, const char *name,
                              int64_t *a, int64_t *b) {
  khop_graph *graph;
  int64_t count = 0;
  for (int64_t e = 0; e < edges; e++) {
    if (type[e] != chosen) continue;
    a[count] = from[e];
    b[count++] = to[e];
  }
  khop_status status = khop_graph_from_coo(&graph, typed->nodes, count, a, b, true);
  return status == KHOP_OK ? khop_typed_add(typed, name, graph) : status;
}

khop_status khop_typed_from_coo(khop_typed **out, int64_t nodes, int64_t edges,
                                const int64_t *from, const int64_t *to, const int *type, int types,
                                const char *const *names) {
  khop_status status = KHOP_OK;
  khop_typed *typed = NULL;
  int64_t *a = NULL, *b = NULL;
  if (!out) return khop_i_fail(KHOP_E_ARGUMENT, "khop_typed_from_coo: no place for the graph");
  *out = NULL;
  if (edges < 0 || (edges > 0 && (!from || !to || !type)))
    KHOP_FAIL(KHOP_E_ARGUMENT, "a typed graph of %lld edges: from, to and type are needed",
              (long long)edges);
  for (int64_t e = 0; e < edges; e++)
    if (type[e] < 0 || type[e] >= types)
      KHOP_FAIL(KHOP_E_ARGUMENT, "edge %lld has type %d: there are types 0 to %d", (long long)e,
                type[e], types - 1);
  KHOP_TRY(khop_typed_new(&typed, nodes));
  KHOP_TRY(khop_i_alloc_raw(&a, edges, sizeof *a, "edges of a type"));
  KHOP_TRY(khop_i_alloc_raw(&b, edges, sizeof *b, "edges of a type"));
  for (int t = 0; t < types; t++) {
    char number[16];
    snprintf(number, sizeof number, "%d", t);
    KHOP_TRY(add_chosen(typed, edges, from, to, type, t, names ? names[t] : number, a, b));
  }
  *out = typed;
  typed = NULL;
done:
  khop_i_free(a);
  khop_i_free(b);
  khop_typed_free(typed);
  return status;
}

/* --- grids ---------------------------------------------------------------------------------- */

khop_status khop_typed_grid(khop_typed **out, int dimensions, const int64_t *shape,
                            const bool *periodic) {
  static const char *const names[] = {"x+", "x-", "y+", "y-", "z+", "z-"};
  khop_status status = KHOP_OK;
  khop_typed *typed = NULL;
  khop_graph *graph;
  if (!out) return khop_i_fail(KHOP_E_ARGUMENT, "khop_typed_grid: no place for the graph");
  *out = NULL;
  if (dimensions < 1 || dimensions > 3)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a grid has 1 to 3 dimensions, not %d", dimensions);
  for (int t = 0; t < 2 * dimensions; t++) {
    int axis = dimensions - 1 - t / 2;
    KHOP_TRY(khop_i_graph_grid_step(&graph, dimensions, shape, periodic, axis, t % 2 ? -1 : 1));
    if (!typed) status = khop_typed_new(&typed, graph->nodes);
    if (status != KHOP_OK) khop_graph_free(graph);
    KHOP_TRY(status);
    KHOP_TRY(khop_typed_add(typed, names[t], graph));
    typed->type[t].places = shape[axis];
    typed->type[t].closed = periodic && periodic[axis];
  }
  *out = typed;
  typed = NULL;
done:
  khop_typed_free(typed);
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

int64_t khop_typed_nodes(const khop_typed *typed) { return typed->nodes; }
int khop_typed_types(const khop_typed *typed) { return typed->types; }

static bool has_type(const khop_typed *typed, int type) { return type >= 0 && type < typed->types; }

const char *khop_typed_name(const khop_typed *typed, int type) {
  return has_type(typed, type) ? typed->type[type].name : NULL;
}
const khop_graph *khop_typed_graph(const khop_typed *typed, int type) {
  return has_type(typed, type) ? typed->type[type].graph : NULL;
}

int64_t khop_i_typed_axis(bool *closed, const khop_typed *typed, int type) {
  *closed = has_type(typed, type) && typed->type[type].closed;
  return has_type(typed, type) ? typed->type[type].places : 0;
}

khop_status khop_typed_find(int *type, const khop_typed *typed, const char *name) {
  char list[256] = "";
  size_t used = 0;
  *type = name ? find_relation(typed, name) : -1;
  if (*type >= 0) return KHOP_OK;
  for (int t = 0; t < typed->types && used + 1 < sizeof list; t++) {
    int more = snprintf(list + used, sizeof list - used, "%s%s", t ? ", " : "", typed->type[t].name);
    used += more > 0 ? (size_t)more : 0;
  }
  return khop_i_fail(KHOP_E_NOT_FOUND, "no edge has the type '%s': there are %d types: %s",
                     name ? name : "", typed->types, list);
}
