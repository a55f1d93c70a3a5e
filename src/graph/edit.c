/* edit.c: see edit.h, and khop_graph_edit in khop/graph.h. */
#include "graph/edit.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"

#include <math.h>
#include <stdlib.h>

/* --- arcs that come or go -------------------------------------------------------------------- */

typedef struct edited_arc {
  int32_t from, to;
  int64_t edge; /* its place in the caller's list */
} edited_arc;

/* One of the two lists, by rows: an undirected edge is two arcs. */
typedef struct arc_changes {
  int64_t count, next; /* next: the first one that the rows so far have not taken */
  edited_arc *arc;     /* (count) owns */
} arc_changes;

static int by_row(const void *a, const void *b) {
  const edited_arc *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  return (x->edge > y->edge) - (x->edge < y->edge);
}

static khop_status check_edge(int64_t edge, int64_t from, int64_t to, int64_t nodes, const char *what) {
  if (from < 0 || from >= nodes || to < 0 || to >= nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "edge %lld to %s: %lld or %lld is not one of the %lld nodes", (long long)edge,
                       what, (long long)from, (long long)to, (long long)nodes);
  if (from != to) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "edge %lld to %s: it leads from node %lld to itself, and loops are not kept",
                     (long long)edge, what, (long long)from);
}

/* Sorts the edges (count) into arcs. what: "add" or "remove". */
static khop_status list_arcs(arc_changes *list, bool directed, int64_t nodes, int64_t count, const int64_t *from,
                             const int64_t *to, const char *what) {
  khop_status status = KHOP_OK;
  if (count < 0 || count > INT64_MAX / 64 || (count && (!from || !to)))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_edit: %lld edges to %s%s", (long long)count, what,
                       count > 0 ? ", but an array is missing" : "");
  for (int64_t e = 0; e < count; e++) KHOP_TRY(check_edge(e, from[e], to[e], nodes, what));
  KHOP_TRY(khop_i_alloc_raw(&list->arc, directed ? count : 2 * count, sizeof *list->arc, "edits"));
  for (int64_t e = 0; e < count; e++) {
    list->arc[list->count++] = (edited_arc){(int32_t)from[e], (int32_t)to[e], e};
    if (!directed) list->arc[list->count++] = (edited_arc){(int32_t)to[e], (int32_t)from[e], e};
  }
  if (list->count) qsort(list->arc, (size_t)list->count, sizeof *list->arc, by_row);
  for (int64_t k = 1; k < list->count; k++) {
    const edited_arc *a = &list->arc[k - 1], *b = &list->arc[k];
    if (a->from == b->from && a->to == b->to)
      KHOP_FAIL(KHOP_E_ARGUMENT, "edges %lld and %lld to %s are the same: %lld to %lld", (long long)a->edge,
                (long long)b->edge, what, (long long)a->from, (long long)a->to);
  }
done:
  return status;
}

/* The arc that comes next, where it leaves row i. */
static const edited_arc *arc_of_row(const arc_changes *list, int64_t i) {
  return list->next < list->count && list->arc[list->next].from == i ? &list->arc[list->next] : NULL;
}

/* --- nodes that come or go ------------------------------------------------------------------- */

static khop_status check_counts(const khop_graph *before, const khop_graph_edits *edits) {
  if (edits->added_nodes < 0 || edits->added_nodes > KHOP_MAX_NODES - before->nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_edit: %lld nodes to add to %lld: there can be %lld",
                       (long long)edits->added_nodes, (long long)before->nodes, (long long)KHOP_MAX_NODES);
  if (edits->removed_nodes < 0 || (edits->removed_nodes && !edits->removed))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_edit: %lld nodes to remove%s", (long long)edits->removed_nodes,
                       edits->removed ? "" : ", and no list of them");
  return KHOP_OK;
}

/* now: the numbers afterwards. Only nodes that are there can go. */
static khop_status number_nodes(int32_t *now, int64_t *left, const khop_graph *before, const khop_graph_edits *edits) {
  int64_t all = before->nodes + edits->added_nodes;
  for (int64_t k = 0; k < edits->removed_nodes; k++) {
    int64_t node = edits->removed[k];
    if (node < 0 || node >= before->nodes)
      return khop_i_fail(KHOP_E_ARGUMENT, "node %lld to remove is not one of the %lld nodes", (long long)node,
                         (long long)before->nodes);
    if (now[node] < 0) return khop_i_fail(KHOP_E_ARGUMENT, "node %lld is to be removed twice", (long long)node);
    now[node] = -1;
  }

  for (int64_t i = 0; i < all; i++)
    if (now[i] == 0) now[i] = (int32_t)(*left)++;
  return KHOP_OK;
}

static khop_status check_ends(const arc_changes *added, const int32_t *now) {
  for (int64_t k = 0; k < added->count; k++) {
    const edited_arc *a = &added->arc[k];
    int64_t gone = now[a->from] < 0 ? a->from : now[a->to] < 0 ? a->to : -1;
    if (gone >= 0)
      return khop_i_fail(KHOP_E_ARGUMENT, "edge %lld to add ends at node %lld, which is to be removed",
                         (long long)a->edge, (long long)gone);
  }
  return KHOP_OK;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void put(khop_graph *made, const khop_i_edited *edited, int64_t target) {
  if (edited->now[target] >= 0) made->targets[made->arcs++] = edited->now[target];
}

/* Row i of the graph before, without the arcs that go and with those that come, behind the rows that are there. */
static khop_status edit_row(khop_graph *made, const khop_i_edited *edited, const khop_graph *before, int64_t i,
                            arc_changes *added, arc_changes *removed) {
  const int32_t *row = before->targets + (i < before->nodes ? before->offsets[i] : 0);
  int64_t degree = i < before->nodes ? before->offsets[i + 1] - before->offsets[i] : 0;
  const edited_arc *comes, *goes = NULL;
  for (int64_t a = 0; a < degree; a++) {
    for (; (comes = arc_of_row(added, i)) && comes->to < row[a]; added->next++) put(made, edited, comes->to);
    goes = arc_of_row(removed, i);
    bool gone = goes && goes->to == row[a];
    if (goes && goes->to < row[a]) break; /* it is not there */
    removed->next += gone;
    if (comes && comes->to == row[a] && !gone)
      return khop_i_fail(KHOP_E_ARGUMENT, "edge %lld to add is there already: %lld to %lld", (long long)comes->edge,
                         (long long)i, (long long)comes->to);
    if (!gone) put(made, edited, row[a]);
  }
  for (; (comes = arc_of_row(added, i)); added->next++) put(made, edited, comes->to);
  goes = arc_of_row(removed, i);
  if (!goes) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "edge %lld to remove is not there: %lld to %lld", (long long)goes->edge,
                     (long long)i, (long long)goes->to);
}

static khop_status edit_rows(khop_i_edited *edited, const khop_graph *before, int64_t left, arc_changes *added,
                             arc_changes *removed, int64_t all) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  KHOP_TRY(khop_i_graph_new(&made, left, before->arcs + added->count, before->directed));
  made->arcs = 0;
  for (int64_t i = 0; i < all; i++) {
    int64_t begin = made->arcs;
    KHOP_TRY(edit_row(made, edited, before, i, added, removed));
    if (edited->now[i] < 0) made->arcs = begin;
    else made->offsets[edited->now[i] + 1] = made->arcs;
  }
  KHOP_TRY(khop_i_grow(&made->targets, made->arcs, sizeof *made->targets, "the arcs of a graph"));
  edited->graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

khop_status khop_i_edit_open(khop_i_edited *edited, const khop_graph *before, const khop_graph_edits *edits) {
  khop_status status = KHOP_OK;
  arc_changes added = {0}, removed = {0};
  int64_t left = 0;
  *edited = (khop_i_edited){0};
  KHOP_TRY(check_counts(before, edits));
  int64_t all = before->nodes + edits->added_nodes;
  KHOP_TRY(khop_i_alloc(&edited->now, all, sizeof *edited->now, "the numbers of edited nodes"));
  KHOP_TRY(number_nodes(edited->now, &left, before, edits));
  KHOP_TRY(list_arcs(&removed, before->directed, before->nodes, edits->removed_edges, edits->removed_from,
                     edits->removed_to, "remove"));
  KHOP_TRY(list_arcs(&added, before->directed, all, edits->added_edges, edits->added_from, edits->added_to, "add"));
  KHOP_TRY(check_ends(&added, edited->now));
  KHOP_TRY(edit_rows(edited, before, left, &added, &removed, all));
done:
  khop_i_free(added.arc);
  khop_i_free(removed.arc);
  if (status != KHOP_OK) khop_i_edit_close(edited);
  return status;
}

void khop_i_edit_close(khop_i_edited *edited) {
  khop_graph_free(edited->graph);
  khop_i_free(edited->now);
  *edited = (khop_i_edited){0};
}

/* --- which rows of rings ---------------------------------------------------------------------- */

static khop_status add_tail(khop_i_ball *ball, const khop_i_edited *edited, int64_t node) {
  bool fresh;
  return edited->now[node] < 0 ? KHOP_OK : khop_i_ball_add(ball, edited->now[node], &fresh);
}

static khop_status add_tails(khop_i_ball *ball, const khop_i_edited *edited, int64_t count, const int64_t *nodes) {
  khop_status status = KHOP_OK;
  for (int64_t e = 0; status == KHOP_OK && e < count; e++) status = add_tail(ball, edited, nodes[e]);
  return status;
}

/* Nodes that are left and had an arc to, or from, one that is not. */
static khop_status add_bereft(khop_i_ball *ball, const khop_i_edited *edited, const khop_graph *before, bool out,
                              bool in) {
  for (int64_t i = 0; i < before->nodes; i++)
    for (int64_t a = before->offsets[i]; a < before->offsets[i + 1]; a++) {
      int64_t target = before->targets[a];
      khop_status status = KHOP_OK;
      if (out && edited->now[target] < 0) status = add_tail(ball, edited, i);
      if (status == KHOP_OK && in && edited->now[i] < 0) status = add_tail(ball, edited, target);
      if (status != KHOP_OK) return status;
    }
  return KHOP_OK;
}

khop_status khop_i_edit_tails(khop_i_ball *ball, const khop_i_edited *edited, const khop_graph *before,
                              const khop_graph_edits *edits, khop_direction direction) {
  khop_status status = KHOP_OK;
  bool out = !before->directed || direction != KHOP_IN, in = !before->directed || direction != KHOP_OUT;
  if (out) KHOP_TRY(add_tails(ball, edited, edits->added_edges, edits->added_from));
  if (in) KHOP_TRY(add_tails(ball, edited, edits->added_edges, edits->added_to));
  if (out) KHOP_TRY(add_tails(ball, edited, edits->removed_edges, edits->removed_from));
  if (in) KHOP_TRY(add_tails(ball, edited, edits->removed_edges, edits->removed_to));
  if (edits->removed_nodes) KHOP_TRY(add_bereft(ball, edited, before, out, in));
done:
  return status;
}

/* --- the public side -------------------------------------------------------------------------- */

/* A column of the nodes that are left, and of new ones, which have no values. */
static khop_status edit_column(khop_graph *made, const khop_i_edited *edited, int64_t before,
                               const khop_column *column) {
  khop_status status = KHOP_OK;
  double *numbers = NULL;
  const char **strings = NULL;
  int64_t nodes = made->nodes;
  if (column->numbers) KHOP_TRY(khop_i_alloc_raw(&numbers, nodes, sizeof *numbers, "a column of numbers"));
  else KHOP_TRY(khop_i_alloc(&strings, nodes, sizeof *strings, "a column of strings"));
  for (int64_t i = 0; numbers && i < nodes; i++) numbers[i] = NAN;
  for (int64_t i = 0; i < before; i++) {
    if (edited->now[i] < 0) continue;
    if (numbers) numbers[edited->now[i]] = column->numbers[i];
    else strings[edited->now[i]] = column->strings[i];
  }
  KHOP_TRY(khop_graph_add_column(made, column->name, numbers, strings));
done:
  khop_i_free(numbers);
  khop_i_free(strings);
  return status;
}

khop_status khop_graph_edit(khop_graph **out, const khop_graph *graph, const khop_graph_edits *given) {
  khop_graph_edits edits;
  khop_status status = KHOP_OK;
  khop_i_edited edited = {0};
  if (out) *out = NULL;
  if (!out || !graph || !given)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_edit: the graph, the edits or a place for the result is missing");
  KHOP_TRY(KHOP_I_TAKE(khop_graph_edits, &edits, given));
  KHOP_TRY(khop_i_edit_open(&edited, graph, &edits));
  for (int c = 0; c < graph->columns; c++)
    KHOP_TRY(edit_column(edited.graph, &edited, graph->nodes, &graph->column[c]));
  *out = edited.graph;
  edited.graph = NULL;
done:
  khop_i_edit_close(&edited);
  return status;
}
