/* json_nodes.c: see json_nodes.h. */
#include "graph/io/json_nodes.h"
#include "base/error.h"
#include "graph/io/json_columns.h"
#include "graph/io/lines.h"

#include <string.h>

/* --- the walk over the nodes ---------------------------------------------------------------- */

/* What is said of a node or an edge. */
const char *khop_i_json_data(const khop_i_json_graph *r, const char *element) {
  const char *data = r->shape.data && *element == '{' ? khop_i_json_member(element, r->shape.data) : NULL;
  return data && *data == '{' ? data : element;
}

/* In a list that holds both. */
bool khop_i_json_is_edge(const khop_i_json_graph *r, const char *element) {
  const char *group = *element == '{' ? khop_i_json_member(element, "group") : NULL;
  if (group) return khop_i_json_is(group, "edges");
  return khop_i_json_member(khop_i_json_data(r, element), "source") != NULL;
}

void khop_i_json_nodes_begin(khop_i_json_graph *r) {
  r->node = (khop_i_json_item){0};
  r->at = -1;
}

bool khop_i_json_nodes_next(khop_i_json_graph *r) {
  while (khop_i_json_next(&r->node, r->shape.nodes))
    if (!r->shape.one_list || !khop_i_json_is_edge(r, r->node.value)) {
      r->at++;
      return true;
    }
  return false;
}

/* NULL: it has none. */
const char *khop_i_json_nodes_id(const khop_i_json_graph *r) {
  if (r->node.key) return r->node.key;
  if (r->id_is_node) return r->node.value;
  return r->id_key ? khop_i_json_member(khop_i_json_data(r, r->node.value), r->id_key) : NULL;
}

bool khop_i_json_is_id(const char *value) {
  return value && (*value == '"' || *value == '[' || *value == '-' || (*value >= '0' && *value <= '9'));
}

/* --- nodes ---------------------------------------------------------------------------------- */

static khop_status fail_node(const khop_i_json_graph *r, const char *what, const char *value) {
  khop_i_excerpt shown = khop_i_excerpt_of(value, strcspn(value, ",}]\n"));
  return khop_i_fail(KHOP_E_FORMAT, "%s[%lld]: %s%s%s", r->shape.nodes_name, (long long)r->at, what, *value ? " " : "",
                     shown.text);
}

/* Which member is the id of all nodes. */
static khop_status find_id_key(khop_i_json_graph *r) {
  static const char *const keys[] = {"id", "key", "name"};
  int64_t with[3] = {0}, plain = 0, count = 0;
  if (*r->shape.nodes == '{') return KHOP_OK;
  for (khop_i_json_nodes_begin(r); khop_i_json_nodes_next(r); count++) {
    plain += *r->node.value != '{';
    for (int k = 0; k < 3 && *r->node.value == '{'; k++)
      with[k] += khop_i_json_member(khop_i_json_data(r, r->node.value), keys[k]) != NULL;
  }
  r->id_is_node = plain == count;
  if (plain && plain < count) return khop_i_fail(KHOP_E_FORMAT, "%lld of the %lld %s are no objects", (long long)plain,
                                                 (long long)count, r->shape.nodes_name);
  if (r->id_is_node) return KHOP_OK;
  bool keyed = r->shape.inner && !with[0];
  r->id_key = with[0] ? "id" : keyed ? "key" : r->string_ends ? "name" : NULL;
  int64_t found = with[0] ? with[0] : keyed ? with[1] : with[2];
  if (!r->id_key || found == count) return KHOP_OK;
  for (khop_i_json_nodes_begin(r); khop_i_json_nodes_next(r);)
    if (!khop_i_json_nodes_id(r)) return fail_node(r, "no id", "");
  return KHOP_OK;
}

static khop_status note_unread(khop_i_json_graph *r, const char *key) {
  int32_t id;
  const char *text;
  size_t length;
  khop_status status = khop_i_json_text(&text, &length, &r->room, key);
  return status == KHOP_OK ? khop_i_string_table_add(&id, &r->unread, text, length) : status;
}

/* The columns of a node; the members of its inner object count as its own. */
static khop_status set_columns(khop_i_json_graph *r, int64_t node, const char *object, bool inner) {
  khop_i_json_item member = {0};
  khop_status status = KHOP_OK;
  bool named = r->id_key && strcmp(r->id_key, "name") == 0; /* then the id is the column "name" */
  while (*object == '{' && status == KHOP_OK && khop_i_json_next(&member, object)) {
    if (!inner && r->id_key && !named && khop_i_json_is(member.key, r->id_key)) continue;
    if (!inner && r->shape.inner && *member.value == '{' && khop_i_json_is(member.key, r->shape.inner))
      status = set_columns(r, node, member.value, true);
    else
      status = khop_i_json_columns_set(&r->draft, &r->room, node, &member);
  }
  return status;
}

static khop_status read_node(khop_i_json_graph *r) {
  const char *id = khop_i_json_nodes_id(r), *data = khop_i_json_data(r, r->node.value), *text;
  khop_i_json_item member = {0};
  khop_status status = KHOP_OK;
  int64_t node = r->at, before = r->draft.ids.count;
  size_t length;
  if (id) {
    if (!khop_i_json_is_id(id)) return fail_node(r, "its id is no number and no string but", id);
    KHOP_TRY(khop_i_json_text(&text, &length, &r->room, id));
    KHOP_TRY(khop_i_draft_node(&node, &r->draft, text, length));
    if (node < before) return fail_node(r, "a second node with the id", id);
  }
  r->draft.nodes = r->at + 1;
  KHOP_TRY(set_columns(r, node, data, false));
  while (data != r->node.value && khop_i_json_next(&member, r->node.value))
    if (!khop_i_json_is(member.key, r->shape.data) && !khop_i_json_is(member.key, "group"))
      KHOP_TRY(note_unread(r, member.key));
done:
  return status;
}

khop_status khop_i_json_nodes_read(khop_i_json_graph *r) {
  khop_status status = find_id_key(r);
  for (khop_i_json_nodes_begin(r); status == KHOP_OK && khop_i_json_nodes_next(r);) status = read_node(r);
  return status;
}
