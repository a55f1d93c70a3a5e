/* json_shape.c: see json_shape.h. */
#include "graph/io/json_shape.h"
#include "base/error.h"
#include "graph/io/lines.h"

#include <stdio.h>
#include <string.h>

khop_status khop_i_json_truth(int *yes, const char *value, const char *key) {
  khop_i_json_kind kind = khop_i_json_kind_of(value);
  *yes = kind == KHOP_I_JSON_TRUE || *value == '1';
  if (*yes || kind == KHOP_I_JSON_FALSE || *value == '0') return KHOP_OK;
  khop_i_excerpt shown = khop_i_excerpt_of(value, strcspn(value, ",}\n"));
  return khop_i_fail(KHOP_E_FORMAT, "\"%s\" is %s, not true or false", key, shown.text);
}

static bool is_list(const char *value) { return value && *value == '['; }
static bool is_object(const char *value) { return value && *value == '{'; }

static int64_t count_items(const char *container) {
  khop_i_json_item item = {0};
  int64_t count = 0;
  while (container && khop_i_json_next(&item, container)) count++;
  return count;
}

/* --- what is left over ---------------------------------------------------------------------- */

static void append_key(char *list, size_t size, const char *before, const char *key) {
  size_t used = strlen(list);
  khop_i_excerpt shown = khop_i_excerpt_of(key + 1, strcspn(key + 1, "\""));
  if (used + sizeof shown.text + 14 > size) {
    if (used < 3 || strcmp(list + used - 3, " ..") != 0) memcpy(list + used, " ..", 4);
    return;
  }
  snprintf(list + used, size - used, "%s%s%s", used ? ", " : "", before, shown.text);
}

/* Keys that this shape does not have; what is empty says nothing. */
static void list_unread(khop_i_json_shape *shape, const char *object, const char *const *known) {
  khop_i_json_item item = {0};
  while (khop_i_json_next(&item, object)) {
    khop_i_json_item inside = {0};
    bool container = is_object(item.value) || is_list(item.value);
    bool read = *item.value == 'n' || (container && !khop_i_json_next(&inside, item.value));
    for (const char *const *k = known; *k && !read; k++) read = khop_i_json_is(item.key, *k);
    bool graph = !read && is_object(item.value) && khop_i_json_is(item.key, "graph"); /* NetworkX's attributes */
    for (inside = (khop_i_json_item){0}; graph && khop_i_json_next(&inside, item.value);)
      append_key(shape->unread, sizeof shape->unread, "graph.", inside.key);
    if (!read && !graph) append_key(shape->unread, sizeof shape->unread, "", item.key);
  }
}

static khop_status refuse_shape(const char *root) {
  static const char *const readable = "read are node-link (nodes, and links or edges), Cytoscape (elements), "
                                      "JSON Graph (graph), and NetworkX's adjacency (nodes, adjacency)";
  char keys[200] = "";
  khop_i_json_item item = {0};
  if (*root == '[')
    return khop_i_fail(KHOP_E_FORMAT, "a JSON list of %lld, not a graph: %s", (long long)count_items(root), readable);
  if (*root != '{') return khop_i_fail(KHOP_E_FORMAT, "a single JSON value, not a graph: %s", readable);
  while (khop_i_json_next(&item, root)) append_key(keys, sizeof keys, "", item.key);
  return khop_i_fail(KHOP_E_FORMAT, "a JSON object with %s%s, not a graph: %s", *keys ? "the keys " : "no keys", keys,
                     readable);
}

/* --- the shapes ----------------------------------------------------------------------------- */

/* Members of the whole, by which the shapes are told apart. */
enum { NODES, LINKS, EDGES, ADJACENCY, ELEMENTS, GRAPH, GRAPHS, DIRECTED, OPTIONS, MEMBERS };
static const char *const members[MEMBERS] = {"nodes", "links",  "edges",    "adjacency", "elements",
                                             "graph", "graphs", "directed", "options"};

static khop_status read_directed(khop_i_json_shape *shape, const char *says) {
  return says ? khop_i_json_truth(&shape->directed, says, "directed") : KHOP_OK;
}

static khop_status take_cytoscape(khop_i_json_shape *shape, const char *root, const char *elements,
                                  const char *says) {
  static const char *const known[] = {"elements", "directed", "multigraph", NULL};
  shape->data = "data";
  shape->one_list = is_list(elements);
  shape->nodes = shape->one_list ? elements : khop_i_json_member(elements, "nodes");
  shape->edges = shape->one_list ? elements : khop_i_json_member(elements, "edges");
  shape->nodes_name = shape->one_list ? "elements" : "elements.nodes";
  shape->edges_name = shape->one_list ? "edges of elements" : "elements.edges";
  if (!is_list(shape->nodes) || (shape->edges && !is_list(shape->edges))) return refuse_shape(root);
  if (elements == root) return KHOP_OK;
  list_unread(shape, root, known);
  return read_directed(shape, says);
}

/* A graph of JSON Graph Format; its edges are directed where nothing else is said. */
static khop_status take_json_graph(khop_i_json_shape *shape, const char *root, const char *graph) {
  static const char *const known[] = {"nodes", "edges", "directed", "hyperedges", "id", "type", NULL};
  static const char *const beside[] = {"graph", "graphs", NULL};
  shape->inner = "metadata";
  shape->nodes = khop_i_json_member(graph, "nodes");
  shape->edges = khop_i_json_member(graph, "edges");
  shape->nodes_name = "graph.nodes";
  shape->edges_name = "graph.edges";
  shape->hyperedges = count_items(khop_i_json_member(graph, "hyperedges"));
  if ((!is_list(shape->nodes) && !is_object(shape->nodes)) || (shape->edges && !is_list(shape->edges)))
    return refuse_shape(root);
  list_unread(shape, root, beside);
  list_unread(shape, graph, known);
  khop_status status = read_directed(shape, khop_i_json_member(graph, "directed"));
  shape->by_custom = shape->directed < 0;
  if (shape->by_custom) shape->directed = 1;
  return status;
}

static bool is_graphology(const khop_i_json_shape *shape) {
  khop_i_json_item first = {0};
  return khop_i_json_next(&first, shape->nodes) && is_object(first.value) && khop_i_json_member(first.value, "key") &&
         !khop_i_json_member(first.value, "id");
}

/* Graphology's type is mixed where it is not said: then an edge says that it is undirected. */
static khop_status take_graphology(khop_i_json_shape *shape, const char *root, const char *options) {
  static const char *const known[] = {"nodes", "edges", "options", NULL};
  const char *type = options ? khop_i_json_member(options, "type") : NULL;
  shape->inner = "attributes";
  shape->directed = !(type && khop_i_json_is(type, "undirected"));
  shape->by_custom = !type;
  list_unread(shape, root, known);
  return KHOP_OK;
}

static khop_status take_node_link(khop_i_json_shape *shape, const char *root, const char *const top[MEMBERS]) {
  static const char *const known[] = {"nodes", "links", "edges", "adjacency", "directed", "multigraph", NULL};
  const char *links = top[LINKS], *edges = top[EDGES], *adjacency = top[ADJACENCY];
  int lists = (links != NULL) + (edges != NULL) + (adjacency != NULL);
  if (lists > 1)
    return khop_i_fail(KHOP_E_FORMAT, "edges in two places, of links, edges and adjacency: which are meant?");
  shape->nodes = top[NODES];
  shape->edges = links ? links : edges ? edges : adjacency;
  shape->nodes_name = "nodes";
  shape->edges_name = links ? "links" : edges ? "edges" : "adjacency";
  shape->adjacency = adjacency != NULL;
  if (!is_list(shape->nodes) || !is_list(shape->edges)) return refuse_shape(root);
  if (is_graphology(shape)) return take_graphology(shape, root, top[OPTIONS]);
  list_unread(shape, root, known);
  return read_directed(shape, top[DIRECTED]);
}

/* A list of Cytoscape's elements without anything around it. */
static bool is_elements(const char *root) {
  khop_i_json_item first = {0};
  return *root == '[' && khop_i_json_next(&first, root) && is_object(first.value) &&
         is_object(khop_i_json_member(first.value, "data"));
}

khop_status khop_i_json_shape_find(khop_i_json_shape *shape, const char *root) {
  khop_i_json_item first = {0};
  *shape = (khop_i_json_shape){.graphs = 1, .directed = -1};
  const char *top[MEMBERS];
  if (is_elements(root)) return take_cytoscape(shape, root, root, NULL);
  if (*root != '{') return refuse_shape(root);
  khop_i_json_members(top, root, members, MEMBERS);
  if (top[NODES]) return take_node_link(shape, root, top);
  if (is_list(top[ELEMENTS]) || is_object(top[ELEMENTS]))
    return take_cytoscape(shape, root, top[ELEMENTS], top[DIRECTED]);
  if (is_object(top[GRAPH]) && khop_i_json_member(top[GRAPH], "nodes")) return take_json_graph(shape, root, top[GRAPH]);
  if (!is_list(top[GRAPHS]) || !khop_i_json_next(&first, top[GRAPHS]) || !is_object(first.value))
    return refuse_shape(root);
  shape->graphs = count_items(top[GRAPHS]);
  return take_json_graph(shape, root, first.value);
}
