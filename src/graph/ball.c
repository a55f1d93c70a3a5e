/* ball.c: see ball.h, and khop_graph_ball in khop/graph.h. */
#include "graph/ball.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* --- the nodes -------------------------------------------------------------------------------- */

void khop_i_ball_close(khop_i_ball *ball) {
  khop_i_free(ball->nodes);
  khop_i_free(ball->hops);
  khop_i_free(ball->table);
  *ball = (khop_i_ball){0};
}

/* Where a node stands in the table, or would stand. Neighbouring numbers are spread by the golden ratio (Knuth, "The
 * Art of Computer Programming" vol. 3, 6.4). */
static khop_i_ball_entry *entry_of(const khop_i_ball *ball, int32_t node) {
  uint32_t hash = (uint32_t)node * UINT32_C(0x9e3779b1);
  int64_t at = (int64_t)(hash ^ hash >> 15) & (ball->size - 1);
  while (ball->table[at].node >= 0 && ball->table[at].node != node) at = (at + 1) & (ball->size - 1);
  return &ball->table[at];
}

static khop_status widen(khop_i_ball *ball) {
  khop_i_ball_entry *table, *before = ball->table;
  int64_t size = ball->size, wider = size ? 2 * size : 64;
  khop_status status = khop_i_alloc_raw(&table, wider, sizeof *table, "the nodes of a ball");
  if (status != KHOP_OK) return status;
  memset(table, -1, (size_t)wider * sizeof *table);
  ball->table = table;
  ball->size = wider;
  for (int64_t at = 0; at < size; at++)
    if (before[at].node >= 0) *entry_of(ball, before[at].node) = before[at];
  khop_i_free(before);
  return KHOP_OK;
}

khop_status khop_i_ball_add(khop_i_ball *ball, int64_t node, bool *fresh) {
  khop_status status = KHOP_OK;
  *fresh = false;
  if (2 * (ball->count + 1) > ball->size) KHOP_TRY(widen(ball));
  khop_i_ball_entry *entry = entry_of(ball, (int32_t)node);
  if (entry->node >= 0) return KHOP_OK;
  KHOP_TRY(khop_i_room(&ball->nodes, ball->count + 1, sizeof *ball->nodes, "the nodes of a ball"));
  *entry = (khop_i_ball_entry){(int32_t)node, ball->hop};
  ball->nodes[ball->count++] = (int32_t)node;
  *fresh = true;
done:
  return status;
}

/* Ascending, by counting the values of 11 bits at a time, from the lowest ones on. */
static khop_status sort_nodes(khop_i_ball *ball) {
  enum { BITS = 11, VALUES = 1 << BITS };
  int32_t *other;
  khop_status status = khop_i_alloc_raw(&other, ball->count, sizeof *other, "the nodes of a ball");
  if (status != KHOP_OK) return status;
  for (int shift = 0; shift < 32; shift += BITS) {
    int32_t start[VALUES + 1] = {0}, *swap = ball->nodes;
    for (int64_t i = 0; i < ball->count; i++) start[(ball->nodes[i] >> shift & (VALUES - 1)) + 1]++;
    for (int v = 0; v < VALUES; v++) start[v + 1] += start[v];
    for (int64_t i = 0; i < ball->count; i++) other[start[ball->nodes[i] >> shift & (VALUES - 1)]++] = ball->nodes[i];
    ball->nodes = other;
    other = swap;
  }
  khop_i_free(other);
  return KHOP_OK;
}

/* Sorts the nodes, and writes the place of each into its entry in the stead of its hop. */
static khop_status place_nodes(khop_i_ball *ball) {
  khop_status status = KHOP_OK;
  if (!ball->count) return KHOP_OK;
  KHOP_TRY(sort_nodes(ball));
  KHOP_TRY(khop_i_alloc_raw(&ball->hops, ball->count, sizeof *ball->hops, "the nodes of a ball"));
  for (int64_t i = 0; i < ball->count; i++) {
    khop_i_ball_entry *entry = entry_of(ball, ball->nodes[i]);
    ball->hops[i] = entry->place;
    entry->place = (int32_t)i;
  }
done:
  return status;
}

khop_status khop_i_ball_grow(khop_i_ball *ball, const khop_graph *along, int64_t hops) {
  khop_status status = KHOP_OK;
  bool fresh;
  for (int64_t hop = 0, begin = 0, end = ball->count; hop < hops && begin < end; hop++) {
    ball->hop++;
    for (int64_t i = begin; i < end; i++) {
      int64_t node = ball->nodes[i];
      for (int64_t a = along->offsets[node]; a < along->offsets[node + 1]; a++)
        KHOP_TRY(khop_i_ball_add(ball, along->targets[a], &fresh));
    }
    begin = end;
    end = ball->count;
  }
  KHOP_TRY(place_nodes(ball));
done:
  return status;
}

int64_t khop_i_ball_place(const khop_i_ball *ball, int64_t node) {
  if (!ball->size) return -1;
  const khop_i_ball_entry *entry = entry_of(ball, (int32_t)node);
  return entry->node < 0 ? -1 : entry->place;
}

khop_status khop_i_ball_add_seeds(khop_i_ball *ball, const khop_graph *graph, int64_t count, const int64_t *seeds,
                                  const char *who) {
  if (count < 0 || (count && !seeds))
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: %lld nodes%s", who, (long long)count, seeds ? "" : ", and no list of them");
  for (int64_t i = 0; i < count; i++) {
    bool fresh;
    if (seeds[i] < 0 || seeds[i] >= graph->nodes)
      return khop_i_fail(KHOP_E_ARGUMENT, "%s: node %lld is not one of the %lld nodes", who, (long long)seeds[i],
                         (long long)graph->nodes);
    khop_status status = khop_i_ball_add(ball, seeds[i], &fresh);
    if (status != KHOP_OK) return status;
    if (!fresh) return khop_i_fail(KHOP_E_ARGUMENT, "%s: node %lld is asked for twice", who, (long long)seeds[i]);
  }
  return KHOP_OK;
}

/* --- the graph -------------------------------------------------------------------------------- */

/* The places of the arcs of row i, behind those that are there; the rows of the graph rise, and so do places. */
static khop_status take_row(khop_graph *made, const khop_i_ball *ball, const khop_graph *graph, int64_t i) {
  int64_t node = ball->nodes[i], begin = graph->offsets[node], end = graph->offsets[node + 1];
  int64_t most = made->arcs + end - begin + 1; /* the guest may follow */
  khop_status status = khop_i_room(&made->targets, most, sizeof *made->targets, "the arcs of a ball");
  if (status != KHOP_OK) return status;
  for (int64_t a = begin; a < end; a++) {
    int64_t place = khop_i_ball_place(ball, graph->targets[a]);
    if (place >= 0) made->targets[made->arcs++] = (int32_t)place;
  }
  return KHOP_OK;
}

/* leads[place]: the arc place -> guest is there; room for it has been left by take_row. */
static void mark_arcs(uint8_t *leads, const khop_i_ball *ball, int64_t count, const int64_t *nodes) {
  for (int64_t k = 0; k < count; k++) {
    int64_t place = khop_i_ball_place(ball, nodes[k]);
    if (place >= 0) leads[place] = 1;
  }
}

/* The row of the guest, the last one, ascending. */
static khop_status take_guest_row(khop_graph *made, uint8_t *leads, const khop_i_ball *ball,
                                  const khop_i_guest *guest) {
  int64_t most = made->arcs + guest->out;
  khop_status status = khop_i_room(&made->targets, most, sizeof *made->targets, "the arcs of a ball");
  if (status != KHOP_OK) return status;
  memset(leads, 0, (size_t)ball->count);
  mark_arcs(leads, ball, guest->out, guest->to);
  for (int64_t i = 0; i < ball->count; i++)
    if (leads[i]) made->targets[made->arcs++] = (int32_t)i;
  return KHOP_OK;
}

khop_status khop_i_ball_graph(khop_graph **out, const khop_i_ball *ball, const khop_graph *graph,
                              const khop_i_guest *guest, int64_t furthest) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  uint8_t *leads = NULL;
  int64_t m = ball->count;
  *out = NULL;
  KHOP_TRY(khop_i_graph_new(&made, m + (guest != NULL), 0, graph->directed));
  KHOP_TRY(khop_i_alloc(&leads, m, 1, "the arcs of a ball"));
  if (guest && graph->directed) mark_arcs(leads, ball, guest->in, guest->from);
  if (guest && !graph->directed) mark_arcs(leads, ball, guest->out, guest->to);
  for (int64_t i = 0; i < m; i++) {
    if (furthest < 0 || ball->hops[i] <= furthest) {
      KHOP_TRY(take_row(made, ball, graph, i));
      if (leads[i]) made->targets[made->arcs++] = (int32_t)m;
    }
    made->offsets[i + 1] = made->arcs;
  }
  if (guest) {
    KHOP_TRY(take_guest_row(made, leads, ball, guest));
    made->offsets[m + 1] = made->arcs;
  }
  *out = made;
  made = NULL;
done:
  khop_i_free(leads);
  khop_graph_free(made);
  return status;
}

khop_status khop_i_ball_arcs(const khop_graph **along, khop_graph **made, const khop_graph *graph,
                             khop_direction direction) {
  khop_status status = KHOP_OK;
  *made = NULL;
  if (graph->directed && direction == KHOP_IN) status = khop_i_graph_transpose(made, graph);
  if (graph->directed && direction == KHOP_ALL) status = khop_i_graph_symmetrize(made, graph);
  *along = *made ? *made : graph;
  return status;
}

/* --- the public side -------------------------------------------------------------------------- */

static khop_status take_column(khop_graph *made, const khop_i_ball *ball, const khop_column *column) {
  khop_status status = KHOP_OK;
  double *numbers = NULL;
  const char **strings = NULL;
  if (column->numbers) KHOP_TRY(khop_i_alloc_raw(&numbers, ball->count, sizeof *numbers, "a column of numbers"));
  else KHOP_TRY(khop_i_alloc_raw(&strings, ball->count, sizeof *strings, "a column of strings"));
  for (int64_t i = 0; i < ball->count; i++) {
    if (numbers) numbers[i] = column->numbers[ball->nodes[i]];
    else strings[i] = column->strings[ball->nodes[i]];
  }
  KHOP_TRY(khop_graph_add_column(made, column->name, numbers, strings));
done:
  khop_i_free(numbers);
  khop_i_free(strings);
  return status;
}

static khop_status list_nodes(int64_t **nodes, int64_t *places, const khop_i_ball *ball, int64_t count,
                              const int64_t *seeds) {
  khop_status status = khop_i_alloc_raw(nodes, ball->count, sizeof **nodes, "the nodes of a ball");
  for (int64_t i = 0; status == KHOP_OK && i < ball->count; i++) (*nodes)[i] = ball->nodes[i];
  for (int64_t k = 0; places && k < count; k++) places[k] = khop_i_ball_place(ball, seeds[k]);
  return status;
}

khop_status khop_graph_ball(khop_graph **out, int64_t **nodes, int64_t *places, const khop_graph *graph, int64_t count,
                            const int64_t *seeds, int64_t hops, khop_direction direction) {
  khop_status status = KHOP_OK;
  khop_i_ball ball = {0};
  khop_graph *made = NULL, *turned = NULL;
  const khop_graph *along;
  if (out) *out = NULL;
  if (nodes) *nodes = NULL;
  if (!out || !nodes || !graph)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_ball: the graph or a place for the result is missing");
  if (hops < 0 || direction < KHOP_OUT || direction > KHOP_ALL)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_ball: %lld hops in direction %d", (long long)hops, (int)direction);
  KHOP_TRY(khop_i_ball_add_seeds(&ball, graph, count, seeds, "khop_graph_ball"));
  KHOP_TRY(khop_i_ball_arcs(&along, &turned, graph, direction));
  KHOP_TRY(khop_i_ball_grow(&ball, along, hops));
  KHOP_TRY(khop_i_ball_graph(&made, &ball, graph, NULL, -1));
  for (int c = 0; c < graph->columns; c++) KHOP_TRY(take_column(made, &ball, &graph->column[c]));
  KHOP_TRY(list_nodes(nodes, places, &ball, count, seeds));
  *out = made;
  made = NULL;
done:
  khop_i_ball_close(&ball);
  khop_graph_free(made);
  khop_graph_free(turned);
  return status;
}
