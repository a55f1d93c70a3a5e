/* json_edges.c: see json_edges.h. */
#include "graph/io/json_edges.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/lines.h"

#include <stdlib.h>
#include <string.h>

/* --- edges ---------------------------------------------------------------------------------- */

static khop_status fail_edge(const khop_i_json_graph *r, const char *what) {
  return khop_i_fail(KHOP_E_FORMAT, "%s[%lld]: %s", r->shape.edges_name, (long long)r->draft.edges, what);
}

/* An end as D3 leaves it after a simulation is the node itself. */
static khop_status read_end(int32_t *end, khop_i_json_graph *r, const char *value) {
  const char *id = value && *value == '{' ? khop_i_json_member(value, "id") : value, *text;
  size_t length;
  if (!khop_i_json_is_id(id)) return fail_edge(r, "an end that is no number and no string");
  r->string_ends = r->string_ends || *id == '"';
  khop_status status = khop_i_json_text(&text, &length, &r->room, id);
  return status == KHOP_OK ? khop_i_string_table_add(end, &r->draft.ends, text, length) : status;
}

static khop_status add_edge(khop_i_json_graph *r, const char *from, const char *to, bool one_way) {
  int32_t a, b;
  khop_status status = read_end(&a, r, from);
  if (status == KHOP_OK) status = read_end(&b, r, to);
  return status == KHOP_OK ? khop_i_draft_edge(&r->draft, a, b, one_way) : status;
}

static bool names_ends(const char *key) {
  static const char *const words[] = {"source", "target", "from", "to", "id", "key", "directed", "undirected"};
  for (size_t w = 0; w < sizeof words / sizeof *words; w++)
    if (khop_i_json_is(key, words[w])) return true;
  return false;
}

static khop_status ignore_members(khop_i_json_graph *r, const char *object) {
  khop_i_json_item member = {0};
  khop_status status = KHOP_OK;
  const char *text;
  size_t length;
  while (status == KHOP_OK && khop_i_json_next(&member, object)) {
    if (!member.key || names_ends(member.key)) continue;
    if (r->shape.inner && *member.value == '{' && khop_i_json_is(member.key, r->shape.inner)) {
      status = ignore_members(r, member.value);
      continue;
    }
    status = khop_i_json_text(&text, &length, &r->room, member.key);
    if (status == KHOP_OK) status = khop_i_ignored_add(&r->ignored, text, length);
  }
  return status;
}

/* ["a", "b", ..] */
static khop_status read_pair(khop_i_json_graph *r, const char *pair) {
  khop_i_json_item from = {0}, to;
  if (!khop_i_json_next(&from, pair)) return fail_edge(r, "an edge needs two ends");
  to = from;
  if (!khop_i_json_next(&to, pair)) return fail_edge(r, "an edge needs two ends");
  khop_i_json_item rest = to;
  r->ignored.weights = khop_i_json_next(&rest, pair) || r->ignored.weights;
  return add_edge(r, from.value, to.value, r->shape.directed == 1);
}

enum { SOURCE, TARGET, FROM, TO, DIRECTED, UNDIRECTED, MEMBERS };
static const char *const members[MEMBERS] = {"source", "target", "from", "to", "directed", "undirected"};

static khop_status read_edge(khop_i_json_graph *r, const char *element) {
  if (*element == '[') return read_pair(r, element);
  if (*element != '{') return fail_edge(r, "no edge");
  const char *data = khop_i_json_data(r, element), *of[MEMBERS];
  int one_way = r->shape.directed == 1, undirected = 0;
  khop_status status = KHOP_OK;
  khop_i_json_members(of, data, members, MEMBERS);
  const char *from = of[SOURCE] ? of[SOURCE] : of[FROM], *to = of[TARGET] ? of[TARGET] : of[TO];
  if (!from || !to) return fail_edge(r, "an edge needs two ends, source and target");
  if (of[DIRECTED]) status = khop_i_json_truth(&one_way, of[DIRECTED], "directed");
  if (status == KHOP_OK && of[UNDIRECTED]) status = khop_i_json_truth(&undirected, of[UNDIRECTED], "undirected");
  if (status == KHOP_OK) status = add_edge(r, from, to, one_way && !undirected);
  return status == KHOP_OK ? ignore_members(r, data) : status;
}

/* A list a node, of those that it leads to. An undirected edge stands at both of its nodes. */
static khop_status read_adjacency(khop_i_json_graph *r) {
  khop_i_json_item list = {0}, other = {0};
  khop_status status = KHOP_OK;
  r->id_key = "id";
  khop_i_json_nodes_begin(r);
  while (status == KHOP_OK && khop_i_json_next(&list, r->shape.edges)) {
    if (!khop_i_json_nodes_next(r))
      return khop_i_fail(KHOP_E_FORMAT, "more lists in adjacency than the %lld nodes", (long long)r->at + 1);
    if (*list.value != '[') return khop_i_fail(KHOP_E_FORMAT, "adjacency[%lld] is no list", (long long)r->at);
    for (other = (khop_i_json_item){0}; status == KHOP_OK && khop_i_json_next(&other, list.value);) {
      if (*other.value != '{')
        return khop_i_fail(KHOP_E_FORMAT, "adjacency[%lld] holds what is no object", (long long)r->at);
      status = add_edge(r, khop_i_json_nodes_id(r), khop_i_json_member(other.value, "id"), true);
      if (status == KHOP_OK) status = ignore_members(r, other.value);
    }
  }
  if (status == KHOP_OK && khop_i_json_nodes_next(r))
    return khop_i_fail(KHOP_E_FORMAT, "fewer lists in adjacency than nodes: %lld", (long long)r->at);
  return status;
}

khop_status khop_i_json_edges_read(khop_i_json_graph *r) {
  khop_i_json_item edge = {0};
  khop_status status = KHOP_OK;
  if (r->shape.adjacency) return read_adjacency(r);
  while (r->shape.edges && status == KHOP_OK && khop_i_json_next(&edge, r->shape.edges))
    if (!r->shape.one_list || khop_i_json_is_edge(r, edge.value)) status = read_edge(r, edge.value);
  return status;
}

/* --- ends to nodes -------------------------------------------------------------------------- */

static int64_t position_of(const khop_i_json_graph *r, const char *text) {
  char *end;
  long long position = *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : -1;
  return position >= 0 && !*end && position < r->draft.nodes ? position : -1;
}

static khop_status refuse_end(const khop_i_json_graph *r, const int64_t *node) {
  int64_t e = 0;
  while (node[r->draft.from[e]] >= 0 && node[r->draft.to[e]] >= 0) e++;
  int64_t bad = node[r->draft.from[e]] < 0 ? r->draft.from[e] : r->draft.to[e];
  const char *text = khop_i_string_table_text(&r->draft.ends, (int32_t)bad);
  khop_i_excerpt shown = khop_i_excerpt_of(text, strlen(text));
  return khop_i_fail(KHOP_E_FORMAT, "%s[%lld] has the end %s, and none of the %lld nodes %s", r->shape.edges_name,
                     (long long)e, shown.text, (long long)r->draft.nodes,
                     r->id_key || r->id_is_node || *r->shape.nodes == '{' ? "has this id" : "stands there");
}

/* Ends are ids. Where not one of them is, and all are positions in the list of nodes, they are these: NetworkX 1 wrote
 * edges so, beside ids. */
khop_status khop_i_json_edges_resolve(khop_i_json_graph *r) {
  khop_status status = KHOP_OK;
  int64_t *node = NULL, *position = NULL, ends = r->draft.ends.count, known = 0, positions = 0;
  int32_t nodes = r->draft.ids.count;
  KHOP_TRY(khop_i_alloc_raw(&node, ends, sizeof *node, "ends of edges"));
  KHOP_TRY(khop_i_alloc_raw(&position, ends, sizeof *position, "ends of edges"));
  for (int32_t e = 0; e < ends; e++) {
    const char *text = khop_i_string_table_text(&r->draft.ends, e);
    int32_t found = nodes;
    if (nodes) KHOP_TRY(khop_i_string_table_add(&found, &r->draft.ids, text, strlen(text)));
    node[e] = found < nodes ? found : -1;
    position[e] = r->string_ends ? -1 : position_of(r, text);
    known += node[e] >= 0;
    positions += position[e] >= 0;
  }
  r->by_position = ends && nodes && !known && positions == ends;
  const int64_t *meant = r->by_position || !nodes ? position : node;
  if ((meant == node ? known : positions) < ends) KHOP_TRY(refuse_end(r, meant));
  for (int64_t e = 0; e < r->draft.edges; e++) {
    r->draft.from[e] = meant[r->draft.from[e]];
    r->draft.to[e] = meant[r->draft.to[e]];
  }
  khop_i_string_table_free(&r->draft.ends);
done:
  khop_i_free(node);
  khop_i_free(position);
  return status;
}
