/* msbfs_local.c: see msbfs_local.h. */
#include "search/msbfs_local.h"
#include "base/error.h"
#include "base/memory.h"
#include "search/bitset_dispatch.h"
#include "search/bit_positions.h"

#include <string.h>

khop_status khop_i_msbfs_local_open(khop_i_msbfs_local *p, const khop_i_plan *plan, const khop_graph *graph, int64_t nodes,
                              int64_t arcs) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64, blocks = (nodes + 63) / 64;
  *p = (khop_i_msbfs_local){.plan = plan, .graph = graph, .room = nodes, .arc_room = arcs + nodes + 1};
  KHOP_TRY(khop_i_alloc_raw(&p->local, graph->nodes, sizeof *p->local, "a search"));
  for (int64_t v = 0; v < graph->nodes; v++) p->local[v] = -1;
  KHOP_TRY(khop_i_alloc(&p->met, words, sizeof *p->met, "a search"));
  KHOP_TRY(khop_i_alloc(&p->touched, (words + 63) / 64, sizeof *p->touched, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->found, nodes + 1, sizeof *p->found, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->reach, nodes + 2, sizeof *p->reach, "a search"));
  KHOP_TRY(khop_i_alloc(&p->sorted, 64 * blocks + KHOP_I_SLACK, sizeof *p->sorted, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->place, 64 * blocks, sizeof *p->place, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->soonest, blocks, sizeof *p->soonest, "a search"));
  KHOP_TRY(khop_i_alloc(&p->near.offsets, nodes + 1, sizeof *p->near.offsets, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->near.targets, p->arc_room, sizeof *p->near.targets, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->now, nodes + 1, sizeof *p->now, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->next, nodes + 1, sizeof *p->next, "a search"));
  if (graph->directed || plan->options.op == KHOP_BALL)
    KHOP_TRY(khop_i_alloc_raw(&p->seen, nodes + 1, sizeof *p->seen, "a search"));
done:
  if (status != KHOP_OK) khop_i_msbfs_local_close(p);
  return status;
}

void khop_i_msbfs_local_close(khop_i_msbfs_local *p) {
  khop_i_free(p->local);
  khop_i_free(p->met);
  khop_i_free(p->touched);
  khop_i_free(p->found);
  khop_i_free(p->reach);
  khop_i_free(p->sorted);
  khop_i_free(p->place);
  khop_i_free(p->soonest);
  khop_i_free(p->near.offsets);
  khop_i_free(p->near.targets);
  khop_i_free(p->now);
  khop_i_free(p->next);
  khop_i_free(p->seen);
  *p = (khop_i_msbfs_local){0};
}

/* --- what the sources reach ----------------------------------------------------------------- */

/* The row of node i ends here, or after its last arc once more: rows are read two arcs at a time. */
static void end_row(khop_i_msbfs_local *p, int64_t i, int32_t *to) {
  int64_t count = to - p->near.targets;
  if ((count - p->near.offsets[i]) & 1) *to = to[-1], count++;
  p->near.offsets[i + 1] = p->near.arcs = count;
}

/* How many of these nodes have no place yet. */
static int64_t without_place(const khop_i_msbfs_local *p, const int32_t *nodes, int64_t count) {
  int64_t without = 0;
  for (int64_t e = 0; e < count; e++) without += p->local[nodes[e]] < 0;
  return without;
}

/* The arcs of node i, and what they lead to that was not met before; whether there is room. */
static bool expand(khop_i_msbfs_local *p, int64_t i) {
  int64_t end = p->graph->offsets[p->found[i] + 1], e = p->graph->offsets[p->found[i]];
  int32_t *to = p->near.targets + p->near.arcs;
  int64_t nodes = p->near.nodes;
  if (end - e >= p->arc_room - p->near.arcs) return false;
  if (end - e > p->room - nodes && without_place(p, p->graph->targets + e, end - e) > p->room - nodes) return false;
  for (; e < end; e++) { /* one in two or three was not met before, which no branch guesses */
    int32_t v = p->graph->targets[e], at = p->local[v];
    bool fresh = at < 0;
    p->found[nodes] = v;
    at = fresh ? (int32_t)nodes : at;
    p->local[v] = *to++ = at;
    nodes += fresh;
  }
  p->near.nodes = nodes;
  end_row(p, i, to);
  return true;
}

/* Of the furthest nodes only arcs to nearer ones count, where an arc goes both ways, and none where it does not. */
static bool turn_back(khop_i_msbfs_local *p, int64_t i, int64_t nearer) {
  int64_t end = p->graph->offsets[p->found[i] + 1], e = p->graph->offsets[p->found[i]];
  int32_t *to = p->near.targets + p->near.arcs;
  if (p->graph->directed) end = e;
  if (end - e >= p->arc_room - p->near.arcs) return false;
  for (; e < end; e++) {
    int32_t at = p->local[p->graph->targets[e]];
    *to = at;
    to += at >= 0 && at < nearer;
  }
  end_row(p, i, to);
  return true;
}

static bool discover(khop_i_msbfs_local *p, int64_t hops) {
  int64_t begin = 0, end = p->rows;
  p->near.nodes = p->near.arcs = p->levels = 0;
  if (p->rows > p->room) return false;
  p->near.nodes = p->reach[0] = p->rows;
  for (int64_t r = 0; r < p->rows; r++) p->local[p->found[r] = p->sources[r]] = (int32_t)r;
  for (int64_t hop = 1; hop <= hops && begin < end; hop++) {
    for (int64_t i = begin; i < end; i++)
      if (!expand(p, i)) return false;
    begin = end;
    p->reach[hop] = end = p->near.nodes;
    if (begin < end) p->levels = hop;
  }
  for (int64_t i = begin; i < end; i++)
    if (!turn_back(p, i, begin)) return false;
  return true;
}

/* found in ascending order, by a bit a node. */
static void sort_found(khop_i_msbfs_local *p) {
  int64_t first = INT64_MAX, last = -1, count = 0, n = p->near.nodes;
  for (int64_t i = 0; i < n; i++) {
    int64_t v = p->found[i], group = v >> 12;
    p->met[v >> 6] |= UINT64_C(1) << (v & 63);
    p->touched[group] |= UINT64_C(1) << (v >> 6 & 63);
    if (group < first) first = group;
    if (group > last) last = group;
  }
  for (int64_t group = first; group <= last; group++) {
    for (uint64_t left = p->touched[group]; left; left &= left - 1) {
      int64_t word = 64 * group + __builtin_ctzll(left);
      count += khop_i_positions(p->sorted + count, p->met[word], (int32_t)(64 * word));
      p->met[word] = 0;
    }
    p->touched[group] = 0;
  }
  p->words = (n + 63) / 64;
  for (int64_t i = 0; i < n; i++) p->local[p->found[i]] = (int32_t)i;
  for (int64_t i = 0; i < n; i++) p->place[i] = p->local[p->sorted[i]];
  for (int64_t i = 0; i < n; i++) p->local[p->sorted[i]] = -1;
  for (int64_t i = n; i < 64 * p->words; i++) p->place[i] = (int32_t)n;
}

static void find_soonest(khop_i_msbfs_local *p) {
  for (int64_t w = 0; w < p->words; w++) {
    int32_t least = INT32_MAX, hop = 0;
    for (int64_t i = 64 * w; i < 64 * w + 64; i++)
      if (p->place[i] < least) least = p->place[i];
    while (p->reach[hop] <= least) hop++;
    p->soonest[w] = hop;
  }
}

bool khop_i_msbfs_local_find(khop_i_msbfs_local *p, const int32_t *sources, int64_t rows) {
  p->sources = sources;
  p->rows = rows;
  bool fits = discover(p, p->plan->hops[p->plan->searched - 1]);
  for (int64_t i = 0; i < p->near.nodes; i++) p->local[p->found[i]] = -1;
  return fits;
}

/* --- the search ----------------------------------------------------------------------------- */

static int64_t within(const khop_i_msbfs_local *p, int64_t hop) { return p->reach[hop < p->levels ? hop : p->levels]; }

static void start(khop_i_msbfs_local *p) {
  size_t bytes = (size_t)(p->near.nodes + 1) * sizeof *p->now;
  p->hop = 0;
  memset(p->now, 0, bytes);
  memset(p->next, 0, bytes);
  for (int64_t r = 0; r < p->rows; r++)
    p->now[r].word[r % KHOP_I_MSBFS_WORDS] = UINT64_C(1) << (r / KHOP_I_MSBFS_WORDS);
  if (p->seen) memcpy(p->seen, p->now, bytes);
}

/* One hop more; whether it has anything new. */
static bool step(khop_i_msbfs_local *p) {
  const khop_i_bitset_kernels *kernels = khop_i_bitset_kernels_now();
  khop_i_sources *next = p->next;
  khop_graph before = p->near, near = p->near; /* as far as there can be anything */
  before.nodes = within(p, p->hop++);
  near.nodes = within(p, p->hop);
  bool more;
  if (p->graph->directed) {
    memset(next, 0, (size_t)near.nodes * sizeof *next);
    kernels->push(next, p->now, &before);
    more = kernels->mask(next, p->seen, near.nodes);
  } else if (p->seen) {
    more = kernels->pull(next, p->seen, p->now, &near);
  } else {
    more = kernels->pull_rings(next, p->now, &near);
  }
  p->next = p->now;
  p->now = next;
  return more;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* Goes on to the hop of a slot; whether it and what is behind it can hold anything. */
static bool go_to(khop_i_msbfs_local *p, bool *more, int slot) {
  while (p->hop < p->plan->hops[slot] && *more) *more = step(p);
  return *more || p->plan->options.op == KHOP_BALL;
}

static bool is_given(const khop_i_msbfs_local *p, int slot) {
  return khop_i_is_given(p->plan->options.op == KHOP_BALL, p->plan->hops[slot]);
}

static const khop_i_sources *held(const khop_i_msbfs_local *p) {
  return p->plan->options.op == KHOP_BALL ? p->seen : p->now;
}

static int64_t degree(const khop_graph *graph, int64_t node) { return graph->offsets[node + 1] - graph->offsets[node]; }

void khop_i_msbfs_local_sizes(int64_t *sizes, khop_i_msbfs_local *p) {
  const khop_i_plan *plan = p->plan;
  int64_t counts[KHOP_I_MSBFS_SOURCES];
  bool more = true;
  start(p);
  for (int slot = 0; slot < plan->searched && go_to(p, &more, slot); slot++) {
    int64_t *to = sizes + slot;
    bool given = is_given(p, slot);
    if (!given) khop_i_bitset_kernels_now()->tally(counts, held(p), within(p, p->hop));
    for (int64_t r = 0; r < p->rows; r++)
      to[p->sources[r] * plan->slots] = !given ? counts[r] : plan->hops[slot] ? degree(p->graph, p->sources[r]) : 1;
  }
}

/* Returns where it ends. */
static int32_t *copy_given(int32_t *to, const khop_graph *graph, int64_t node, int hop) {
  if (hop == 0) *to++ = (int32_t)node;
  for (int64_t e = graph->offsets[node]; hop == 1 && e < graph->offsets[node + 1]; e++) *to++ = graph->targets[e];
  return to;
}

void khop_i_msbfs_local_rows(int32_t *columns, const int64_t *offsets, khop_i_msbfs_local *p) {
  const khop_i_plan *plan = p->plan;
  int32_t *to[KHOP_I_MSBFS_SOURCES];
  bool more = true;
  sort_found(p);
  find_soonest(p);
  for (int64_t r = 0; r < p->rows; r++) to[r] = columns + offsets[p->sources[r] * plan->slots];
  start(p);
  for (int slot = 0; slot < plan->searched && go_to(p, &more, slot); slot++) {
    if (is_given(p, slot)) {
      for (int64_t r = 0; r < p->rows; r++) to[r] = copy_given(to[r], p->graph, p->sources[r], plan->hops[slot]);
      continue;
    }
    for (int64_t w = 0; w < p->words; w++)
      if (p->soonest[w] <= p->hop)
        khop_i_bitset_kernels_now()->pour(to, held(p), p->place + 64 * w, p->sorted + 64 * w);
  }
}
