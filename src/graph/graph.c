/* graph.c: a graph from arrays, its accessors, and its transpose.
 *
 * Rows come out ascending without a comparison: arcs are dropped into the bucket of their target,
 * and the buckets, emptied in order, fill the rows: two counting sorts.
 *
 *   edges (from, to)  ->  by target  ->  by source, targets ascending  ->  repeats squeezed out
 */
#include "graph/graph.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

khop_status khop_i_graph_new(khop_graph **graph, int64_t nodes, int64_t arcs, bool directed) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  *graph = NULL;
  KHOP_TRY(khop_i_alloc(&made, 1, sizeof *made, "a graph"));
  made->nodes = nodes;
  made->arcs = arcs;
  made->directed = directed;
  KHOP_TRY(khop_i_alloc(&made->offsets, nodes + 1, sizeof *made->offsets, "the rows of a graph"));
  KHOP_TRY(khop_i_alloc_raw(&made->targets, arcs, sizeof *made->targets, "the arcs of a graph"));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(made);
  return status;
}

void khop_i_column_free(khop_column *column) {
  khop_i_free((void *)(uintptr_t)column->name);
  khop_i_free((void *)(uintptr_t)column->numbers);
  khop_i_free((void *)(uintptr_t)column->strings);
}

void khop_graph_free(khop_graph *graph) {
  if (!graph) return;
  for (int i = 0; i < graph->columns; i++) khop_i_column_free(&graph->column[i]);
  khop_i_free(graph->column);
  khop_i_notes_free(&graph->notes);
  khop_i_free(graph->offsets);
  khop_i_free(graph->targets);
  khop_i_free(graph);
}

/* --- counting sort -------------------------------------------------------------------------- */

/* Arcs as the caller has them: pairs, or compressed rows (from is NULL then). */
typedef struct arc_list {
  int64_t nodes, count;
  const int64_t *from, *offsets, *to;
  bool mirrored; /* each arc is stored in both directions */
} arc_list;

/* Counts in offsets[i + 1] become starts in offsets[i]. */
static void accumulate(int64_t *offsets, int64_t nodes) {
  for (int64_t i = 0; i < nodes; i++) offsets[i + 1] += offsets[i];
}

/* Filling a row moves its start to its end, which is the start of the next row: this moves them back. */
static void step_back(int64_t *offsets, int64_t nodes) {
  memmove(offsets + 1, offsets, (size_t)nodes * sizeof *offsets);
  offsets[0] = 0;
}

/* Counts the arcs of each target (fill = false), or writes them to its row. Loops are left out. */
static void bucket_by_target(khop_graph *by_target, const arc_list *list, bool fill) {
  int64_t *offsets = by_target->offsets, row = 0;
  for (int64_t e = 0; e < list->count; e++) {
    if (!list->from)
      while (list->offsets[row + 1] <= e) row++;
    int64_t from = list->from ? list->from[e] : row, to = list->to[e];
    if (from == to) continue;
    if (fill) {
      by_target->targets[offsets[to]++] = (int32_t)from;
      if (list->mirrored) by_target->targets[offsets[from]++] = (int32_t)to;
    } else {
      offsets[to + 1]++;
      if (list->mirrored) offsets[from + 1]++;
    }
  }
}

/* rows becomes the transpose of columns, its rows ascending. rows->offsets is zero on entry. */
static void turn(khop_graph *rows, const khop_graph *columns) {
  int64_t nodes = columns->nodes;
  for (int64_t a = 0; a < columns->arcs; a++) rows->offsets[columns->targets[a] + 1]++;
  accumulate(rows->offsets, nodes);
  for (int64_t j = 0; j < nodes; j++)
    for (int64_t a = columns->offsets[j]; a < columns->offsets[j + 1]; a++)
      rows->targets[rows->offsets[columns->targets[a]]++] = (int32_t)j;
  step_back(rows->offsets, nodes);
}

/* Removes repeated arcs, which are neighbours in ascending rows. Returns how many were removed. */
static int64_t squeeze(khop_graph *graph) {
  int64_t kept = 0, start = 0;
  for (int64_t i = 0; i < graph->nodes; i++) {
    int64_t end = graph->offsets[i + 1];
    for (int64_t a = start; a < end; a++)
      if (a == start || graph->targets[a] != graph->targets[a - 1])
        graph->targets[kept++] = graph->targets[a];
    graph->offsets[i + 1] = kept;
    start = end;
  }
  int64_t gone = graph->arcs - kept;
  graph->arcs = kept;
  return gone;
}

static int64_t count_loops(const arc_list *list) {
  int64_t loops = 0, row = 0;
  for (int64_t e = 0; e < list->count; e++) {
    if (!list->from)
      while (list->offsets[row + 1] <= e) row++;
    loops += (list->from ? list->from[e] : row) == list->to[e];
  }
  return loops;
}

static khop_status build(khop_graph **graph, const arc_list *list) {
  khop_status status = KHOP_OK;
  khop_graph *by_target = NULL, *made = NULL;
  int64_t loops = count_loops(list), arcs = (list->count - loops) * (list->mirrored ? 2 : 1);
  KHOP_TRY(khop_i_graph_new(&by_target, list->nodes, arcs, true));
  bucket_by_target(by_target, list, false);
  accumulate(by_target->offsets, list->nodes);
  bucket_by_target(by_target, list, true);
  step_back(by_target->offsets, list->nodes);

  KHOP_TRY(khop_i_graph_new(&made, list->nodes, arcs, !list->mirrored));
  turn(made, by_target);
  khop_graph_free(by_target);
  by_target = NULL;
  made->loops = loops;
  made->repeats = squeeze(made) / (list->mirrored ? 2 : 1);
  if (made->repeats)
    KHOP_TRY(khop_i_grow(&made->targets, made->arcs, sizeof *made->targets, "the arcs of a graph"));
  *graph = made;
  made = NULL;
done:
  khop_graph_free(by_target);
  khop_graph_free(made);
  return status;
}

/* --- from arrays ---------------------------------------------------------------------------- */

static khop_status check_nodes(int64_t nodes) {
  if (nodes >= 0 && nodes <= KHOP_MAX_NODES) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "a graph: %lld nodes are not between 0 and %lld",
                     (long long)nodes, (long long)KHOP_MAX_NODES);
}

static khop_status check_ids(const int64_t *ids, int64_t count, int64_t nodes, const char *end) {
  for (int64_t e = 0; e < count; e++)
    if (ids[e] < 0 || ids[e] >= nodes)
      return khop_i_fail(KHOP_E_ARGUMENT, "edge %lld: its %s, %lld, is not one of the %lld nodes",
                         (long long)e, end, (long long)ids[e], (long long)nodes);
  return KHOP_OK;
}

khop_status khop_graph_from_coo(khop_graph **graph, int64_t nodes, int64_t edges,
                                const int64_t *from, const int64_t *to, bool directed) {
  khop_status status = KHOP_OK;
  if (!graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_from_coo: no place for the graph");
  *graph = NULL;
  KHOP_TRY(check_nodes(nodes));
  if (edges < 0 || edges > INT64_MAX / 32)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a graph: %lld edges are out of range", (long long)edges);
  if (edges && (!from || !to))
    KHOP_FAIL(KHOP_E_ARGUMENT, "a graph: %lld edges, but an array is missing", (long long)edges);
  KHOP_TRY(check_ids(from, edges, nodes, "source"));
  KHOP_TRY(check_ids(to, edges, nodes, "target"));
  arc_list list = {.nodes = nodes, .count = edges, .from = from, .to = to, .mirrored = !directed};
  /* where there is no edge, from may be NULL, which arc_list takes for compressed rows: none is read then */
  KHOP_TRY(build(graph, &list));
done:
  return status;
}

static khop_status check_offsets(const int64_t *offsets, int64_t nodes) {
  if (!offsets) return khop_i_fail(KHOP_E_ARGUMENT, "a graph: its offsets are missing");
  if (offsets[0] != 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "a graph: offsets[0] is %lld, not 0",
                       (long long)offsets[0]);
  for (int64_t i = 0; i < nodes; i++)
    if (offsets[i + 1] < offsets[i])
      return khop_i_fail(KHOP_E_ARGUMENT, "a graph: offsets fall from %lld to %lld at node %lld",
                         (long long)offsets[i], (long long)offsets[i + 1], (long long)i);
  return KHOP_OK;
}

khop_status khop_graph_from_csr(khop_graph **graph, int64_t nodes, const int64_t *offsets,
                                const int64_t *targets, bool directed) {
  khop_status status = KHOP_OK;
  khop_graph *arcs = NULL;
  if (!graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_from_csr: no place for the graph");
  *graph = NULL;
  KHOP_TRY(check_nodes(nodes));
  KHOP_TRY(check_offsets(offsets, nodes));
  int64_t count = offsets[nodes];
  if (count && !targets) KHOP_FAIL(KHOP_E_ARGUMENT, "a graph: its targets are missing");
  KHOP_TRY(check_ids(targets, count, nodes, "target"));
  arc_list list = {.nodes = nodes, .count = count, .offsets = offsets, .to = targets};
  KHOP_TRY(build(&arcs, &list));
  if (directed) {
    *graph = arcs;
    arcs = NULL;
  } else {
    /* in two steps, so that a mirror that is present does not count as a repeat */
    KHOP_TRY(khop_i_graph_symmetrize(graph, arcs));
  }
done:
  khop_graph_free(arcs);
  return status;
}

/* --- turned round --------------------------------------------------------------------------- */

static void keep_counts(khop_graph *to, const khop_graph *from) {
  to->loops = from->loops;
  to->repeats = from->repeats;
}

khop_status khop_i_graph_transpose(khop_graph **out, const khop_graph *graph) {
  khop_status status = khop_i_graph_new(out, graph->nodes, graph->arcs, graph->directed);
  if (status != KHOP_OK) return status;
  turn(*out, graph);
  keep_counts(*out, graph);
  return KHOP_OK;
}

/* The union of two ascending rows; counts only where out is NULL. */
static int64_t merge(int32_t *out, const int32_t *a, const int32_t *a_end, const int32_t *b,
                     const int32_t *b_end) {
  int64_t count = 0;
  while (a < a_end || b < b_end) {
    int32_t next = b == b_end || (a < a_end && *a <= *b) ? *a : *b;
    if (a < a_end && *a == next) a++;
    if (b < b_end && *b == next) b++;
    if (out) out[count] = next;
    count++;
  }
  return count;
}

static int64_t merge_row(int32_t *out, const khop_graph *a, const khop_graph *b, int64_t i) {
  return merge(out, a->targets + a->offsets[i], a->targets + a->offsets[i + 1],
               b->targets + b->offsets[i], b->targets + b->offsets[i + 1]);
}

khop_status khop_i_graph_symmetrize(khop_graph **out, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  khop_graph *back = NULL, *made = NULL;
  int64_t arcs = 0;
  *out = NULL;
  KHOP_TRY(khop_i_graph_transpose(&back, graph));
  for (int64_t i = 0; i < graph->nodes; i++) arcs += merge_row(NULL, graph, back, i);
  KHOP_TRY(khop_i_graph_new(&made, graph->nodes, arcs, false));
  for (int64_t i = 0; i < graph->nodes; i++)
    made->offsets[i + 1] =
        made->offsets[i] + merge_row(made->targets + made->offsets[i], graph, back, i);
  keep_counts(made, graph);
  *out = made;
done:
  khop_graph_free(back);
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

int64_t khop_graph_nodes(const khop_graph *graph) {
  return graph->nodes;
}
int64_t khop_graph_edges(const khop_graph *graph) {
  return graph->directed ? graph->arcs : graph->arcs / 2;
}
bool khop_graph_is_directed(const khop_graph *graph) {
  return graph->directed;
}
int64_t khop_graph_dropped_loops(const khop_graph *graph) {
  return graph->loops;
}
int64_t khop_graph_dropped_repeats(const khop_graph *graph) {
  return graph->repeats;
}
const int64_t *khop_graph_offsets(const khop_graph *graph) {
  return graph->offsets;
}
const int32_t *khop_graph_targets(const khop_graph *graph) {
  return graph->targets;
}
