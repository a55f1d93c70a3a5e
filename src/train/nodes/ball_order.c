/* ball_order.c: see ball_order.h. */
#include "train/nodes/ball_order.h"
#include "base/error.h"
#include "base/memory.h"

/* --- degrees ------------------------------------------------------------------------------------ */

khop_status khop_i_degrees_open(khop_i_degrees *degrees, const khop_graph *graph, const khop_graph *along) {
  *degrees = (khop_i_degrees){.graph = graph, .along = along};
  if (!graph->directed) return KHOP_OK;
  khop_status status = khop_i_alloc(&degrees->in, graph->nodes, sizeof *degrees->in, "degrees");
  for (int64_t a = 0; status == KHOP_OK && a < graph->arcs; a++) degrees->in[graph->targets[a]]++;
  return status;
}

void khop_i_degrees_close(khop_i_degrees *degrees) {
  khop_i_free(degrees->in);
  *degrees = (khop_i_degrees){0};
}

static int64_t arcs_from(const khop_graph *graph, int64_t node) {
  return graph->offsets[node + 1] - graph->offsets[node];
}

static int64_t degree_of(const khop_i_degrees *d, int64_t node, khop_direction direction) {
  if (d->graph->directed && direction == KHOP_IN) return d->in[node];
  return arcs_from(d->graph->directed && direction == KHOP_ALL ? d->along : d->graph, node);
}

/* A guest's arcs, in the degrees of both ends. Both ways a pair of arcs counts once. */
static khop_status add_guest(khop_i_ball_order *order, const khop_i_ball *ball, const khop_i_guest *guest,
                             bool directed) {
  int64_t n = order->count, *out = order->degrees + KHOP_OUT * n, *in = order->degrees + KHOP_IN * n;
  int64_t *all = order->degrees + KHOP_ALL * n;
  uint8_t *linked;
  khop_status status = khop_i_alloc(&linked, n, 1, "the arcs of a ball");
  if (status != KHOP_OK) return status;
  out[0] = guest->out, in[0] = directed ? guest->in : guest->out, all[0] = guest->out;
  for (int64_t k = 0; k < guest->out; k++) {
    int64_t place = khop_i_ball_place(ball, guest->to[k]);
    if (place < 0) continue;
    int32_t number = order->number[place];
    linked[number] = 1;
    in[number]++, all[number]++, out[number] += !directed;
  }
  for (int64_t k = 0; k < guest->in; k++) {
    int64_t place = khop_i_ball_place(ball, guest->from[k]);
    if (place < 0) continue;
    int32_t number = order->number[place];
    out[number]++;
    if (!linked[number]) all[number]++, all[0]++;
  }
  khop_i_free(linked);
  return KHOP_OK;
}

static khop_status count_degrees(khop_i_ball_order *order, const khop_i_ball *ball, const khop_i_guest *guest,
                                 const khop_i_degrees *degrees) {
  khop_status status = khop_i_alloc(&order->degrees, 3 * order->count, sizeof *order->degrees, "degrees");
  if (status != KHOP_OK) return status;
  for (int d = KHOP_OUT; d <= KHOP_ALL; d++)
    for (int64_t i = guest != NULL; i < order->count; i++)
      order->degrees[d * order->count + i] = degree_of(degrees, order->nodes[i], (khop_direction)d);
  return guest ? add_guest(order, ball, guest, degrees->graph->directed) : KHOP_OK;
}

/* --- the order ----------------------------------------------------------------------------------- */

/* Counts the nodes of each hop, then puts them one behind the other. */
static khop_status put_nodes(khop_i_ball_order *order, const khop_i_ball *ball, bool guest) {
  int64_t *next;
  khop_status status = khop_i_alloc(&next, order->hops + 2, sizeof *next, "the order of a ball");
  if (status != KHOP_OK) return status;
  next[1] = guest;
  for (int64_t i = 0; i < ball->count; i++) next[ball->hops[i] + 1]++;
  for (int64_t hop = 0; hop <= order->hops; hop++) order->within[hop] = next[hop + 1] += next[hop];
  if (guest) order->place[next[0]++] = (int32_t)ball->count;
  for (int64_t i = 0; i < ball->count; i++) order->place[next[ball->hops[i]]++] = (int32_t)i;
  for (int64_t i = 0; i < order->count; i++) {
    int32_t place = order->place[i];
    order->number[place] = (int32_t)i;
    order->nodes[i] = place < ball->count ? ball->nodes[place] : -1;
  }
  khop_i_free(next);
  return KHOP_OK;
}

khop_status khop_i_ball_order_open(khop_i_ball_order *order, const khop_i_ball *ball, int64_t hops,
                                   const khop_i_guest *guest, const khop_i_degrees *degrees) {
  khop_status status = KHOP_OK;
  *order = (khop_i_ball_order){.count = ball->count + (guest != NULL), .hops = hops};
  KHOP_TRY(khop_i_alloc_raw(&order->place, order->count, sizeof *order->place, "the order of a ball"));
  KHOP_TRY(khop_i_alloc_raw(&order->number, order->count, sizeof *order->number, "the order of a ball"));
  KHOP_TRY(khop_i_alloc_raw(&order->nodes, order->count, sizeof *order->nodes, "the order of a ball"));
  KHOP_TRY(khop_i_alloc_raw(&order->within, hops + 1, sizeof *order->within, "the order of a ball"));
  KHOP_TRY(put_nodes(order, ball, guest));
  if (degrees->graph) KHOP_TRY(count_degrees(order, ball, guest, degrees));
done:
  return status;
}

void khop_i_ball_order_close(khop_i_ball_order *order) {
  khop_i_free(order->place);
  khop_i_free(order->number);
  khop_i_free(order->nodes);
  khop_i_free(order->within);
  khop_i_free(order->degrees);
  *order = (khop_i_ball_order){0};
}

int64_t khop_i_ball_order_within(const khop_i_ball_order *order, int64_t hops) {
  return hops < order->hops ? order->within[hops] : order->count;
}

khop_i_inner_rows khop_i_ball_order_rows(const khop_i_ball_order *order, int64_t hops) {
  khop_i_inner_rows rows = {.count = hops < 0 ? order->count : khop_i_ball_order_within(order, hops),
                            .place = order->place, .number = order->number};
  for (int d = KHOP_OUT; order->degrees && d <= KHOP_ALL; d++) rows.degrees[d] = order->degrees + d * order->count;
  return rows;
}
