/* msbfs_local.c: see msbfs_local.h. */
#include "search/msbfs_local.h"
#include "base/error.h"
#include "base/memory.h"
#include "search/bitset_dispatch.h"
#include "search/bit_positions.h"

#include <string.h>

khop_status khop_i_msbfs_local_open(khop_i_msbfs_local *p, const khop_i_plan *plan, const khop_graph *graph,
                                    int64_t nodes, int64_t arcs) {
  khop_status status = KHOP_OK;
  int64_t words = (graph->nodes + 63) / 64, blocks = (nodes + 63) / 64;
  *p = (khop_i_msbfs_local){.plan = plan, .graph = graph, .capacity = nodes, .arc_capacity = arcs + nodes + 1};
  KHOP_TRY(khop_i_alloc_raw(&p->index_of, graph->nodes, sizeof *p->index_of, "a search"));
  for (int64_t v = 0; v < graph->nodes; v++) p->index_of[v] = -1;
  KHOP_TRY(khop_i_alloc(&p->met, words, sizeof *p->met, "a search"));
  KHOP_TRY(khop_i_alloc(&p->touched, (words + 63) / 64, sizeof *p->touched, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->found, nodes + 1, sizeof *p->found, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->reach, nodes + 2, sizeof *p->reach, "a search"));
  KHOP_TRY(khop_i_alloc(&p->sorted, 64 * blocks + KHOP_I_SLACK, sizeof *p->sorted, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->sorted_index, 64 * blocks, sizeof *p->sorted_index, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->soonest, blocks, sizeof *p->soonest, "a search"));
  KHOP_TRY(khop_i_alloc(&p->subgraph.offsets, nodes + 1, sizeof *p->subgraph.offsets, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->subgraph.targets, p->arc_capacity, sizeof *p->subgraph.targets, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->now, nodes + 1, sizeof *p->now, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&p->next, nodes + 1, sizeof *p->next, "a search"));
  if (graph->directed || plan->options.op == KHOP_BALL)
    KHOP_TRY(khop_i_alloc_raw(&p->seen, nodes + 1, sizeof *p->seen, "a search"));
done:
  if (status != KHOP_OK) khop_i_msbfs_local_close(p);
  return status;
}

void khop_i_msbfs_local_close(khop_i_msbfs_local *p) {
  khop_i_free(p->index_of);
  khop_i_free(p->met);
  khop_i_free(p->touched);
  khop_i_free(p->found);
  khop_i_free(p->reach);
  khop_i_free(p->sorted);
  khop_i_free(p->sorted_index);
  khop_i_free(p->soonest);
  khop_i_free(p->subgraph.offsets);
  khop_i_free(p->subgraph.targets);
  khop_i_free(p->now);
  khop_i_free(p->next);
  khop_i_free(p->seen);
  *p = (khop_i_msbfs_local){0};
}

/* --- what the sources reach ----------------------------------------------------------------- */

/* Ends the row of node i at `to`. Rows are read two arcs at a time, so a row of odd length repeats its last arc. */
static void end_row(khop_i_msbfs_local *p, int64_t i, int32_t *to) {
  int64_t count = to - p->subgraph.targets;
  if ((count - p->subgraph.offsets[i]) & 1) *to = to[-1], count++;
  p->subgraph.offsets[i + 1] = p->subgraph.arcs = count;
}

/* How many of these nodes have not been met. */
static int64_t count_unmet(const khop_i_msbfs_local *p, const int32_t *nodes, int64_t count) {
  int64_t unmet = 0;
  for (int64_t e = 0; e < count; e++) unmet += p->index_of[nodes[e]] < 0;
  return unmet;
}

/* Adds the arcs of node i and the nodes that they meet first; false where they exceed the capacity. */
static bool expand_node(khop_i_msbfs_local *p, int64_t i) {
  int64_t end = p->graph->offsets[p->found[i] + 1], e = p->graph->offsets[p->found[i]];
  int32_t *to = p->subgraph.targets + p->subgraph.arcs;
  int64_t nodes = p->subgraph.nodes;
  if (end - e >= p->arc_capacity - p->subgraph.arcs) return false;
  int64_t left = p->capacity - nodes;
  if (end - e > left && count_unmet(p, p->graph->targets + e, end - e) > left) return false;
  for (; e < end; e++) { /* no branch: one node in two or three is new, which would be mispredicted */
    int32_t v = p->graph->targets[e], at = p->index_of[v];
    bool fresh = at < 0;
    p->found[nodes] = v;
    at = fresh ? (int32_t)nodes : at;
    p->index_of[v] = *to++ = at;
    nodes += fresh;
  }
  p->subgraph.nodes = nodes;
  end_row(p, i, to);
  return true;
}

/* Of a node of the last hop only arcs to nearer nodes matter, and none where arcs go one way. */
static bool keep_arcs_back(khop_i_msbfs_local *p, int64_t i, int64_t nearer) {
  int64_t end = p->graph->offsets[p->found[i] + 1], e = p->graph->offsets[p->found[i]];
  int32_t *to = p->subgraph.targets + p->subgraph.arcs;
  if (p->graph->directed) end = e;
  if (end - e >= p->arc_capacity - p->subgraph.arcs) return false;
  for (; e < end; e++) {
    int32_t at = p->index_of[p->graph->targets[e]];
    *to = at;
    to += at >= 0 && at < nearer;
  }
  end_row(p, i, to);
  return true;
}

static bool discover(khop_i_msbfs_local *p, int64_t hops) {
  int64_t begin = 0, end = p->rows;
  p->subgraph.nodes = p->subgraph.arcs = p->levels = 0;
  if (p->rows > p->capacity) return false;
  p->subgraph.nodes = p->reach[0] = p->rows;
  for (int64_t r = 0; r < p->rows; r++) p->index_of[p->found[r] = p->sources[r]] = (int32_t)r;
  for (int64_t hop = 1; hop <= hops && begin < end; hop++) {
    for (int64_t i = begin; i < end; i++)
      if (!expand_node(p, i)) return false;
    begin = end;
    p->reach[hop] = end = p->subgraph.nodes;
    if (begin < end) p->levels = hop;
  }
  for (int64_t i = begin; i < end; i++)
    if (!keep_arcs_back(p, i, begin)) return false;
  return true;
}

/* Sorts the found nodes, by a bit a node. */
static void sort_found(khop_i_msbfs_local *p) {
  int64_t first = INT64_MAX, last = -1, count = 0, n = p->subgraph.nodes;
  for (int64_t i = 0; i < n; i++) {
    int64_t v = p->found[i], top = v >> 12;
    p->met[v >> 6] |= UINT64_C(1) << (v & 63);
    p->touched[top] |= UINT64_C(1) << (v >> 6 & 63);
    if (top < first) first = top;
    if (top > last) last = top;
  }
  for (int64_t top = first; top <= last; top++) {
    for (uint64_t left = p->touched[top]; left; left &= left - 1) {
      int64_t word = 64 * top + __builtin_ctzll(left);
      count += khop_i_positions(p->sorted + count, p->met[word], (int32_t)(64 * word));
      p->met[word] = 0;
    }
    p->touched[top] = 0;
  }
  p->words = (n + 63) / 64;
  for (int64_t i = 0; i < n; i++) p->index_of[p->found[i]] = (int32_t)i;
  for (int64_t i = 0; i < n; i++) p->sorted_index[i] = p->index_of[p->sorted[i]];
  for (int64_t i = 0; i < n; i++) p->index_of[p->sorted[i]] = -1;
  for (int64_t i = n; i < 64 * p->words; i++) p->sorted_index[i] = (int32_t)n;
}

static void find_soonest(khop_i_msbfs_local *p) {
  for (int64_t w = 0; w < p->words; w++) {
    int32_t least = INT32_MAX, hop = 0;
    for (int64_t i = 64 * w; i < 64 * w + 64; i++)
      if (p->sorted_index[i] < least) least = p->sorted_index[i];
    while (p->reach[hop] <= least) hop++;
    p->soonest[w] = hop;
  }
}

bool khop_i_msbfs_local_find(khop_i_msbfs_local *p, const int32_t *sources, int64_t rows) {
  p->sources = sources;
  p->rows = rows;
  bool fits = discover(p, p->plan->hops[p->plan->searched - 1]);
  for (int64_t i = 0; i < p->subgraph.nodes; i++) p->index_of[p->found[i]] = -1;
  return fits;
}

/* --- the search ----------------------------------------------------------------------------- */

/* How many nodes can hold anything after so many hops. */
static int64_t within(const khop_i_msbfs_local *p, int64_t hop) { return p->reach[hop < p->levels ? hop : p->levels]; }

static void start_search(khop_i_msbfs_local *p) {
  size_t bytes = (size_t)(p->subgraph.nodes + 1) * sizeof *p->now;
  p->hop = 0;
  memset(p->now, 0, bytes);
  memset(p->next, 0, bytes);
  for (int64_t r = 0; r < p->rows; r++)
    p->now[r].word[r % KHOP_I_MSBFS_WORDS] = UINT64_C(1) << (r / KHOP_I_MSBFS_WORDS);
  if (p->seen) memcpy(p->seen, p->now, bytes);
}

/* Goes one hop further and returns whether it has anything new. A pass covers the nodes that can hold anything. */
static bool search_hop(khop_i_msbfs_local *p) {
  const khop_i_bitset_kernels *kernels = khop_i_bitset_kernels_now();
  khop_i_sources *next = p->next;
  khop_graph before = p->subgraph, after = p->subgraph;
  before.nodes = within(p, p->hop++);
  after.nodes = within(p, p->hop);
  bool more;
  if (p->graph->directed) {
    memset(next, 0, (size_t)after.nodes * sizeof *next);
    kernels->push(next, p->now, &before);
    more = kernels->mask(next, p->seen, after.nodes);
  } else if (p->seen) {
    more = kernels->pull(next, p->seen, p->now, &after);
  } else {
    more = kernels->pull_rings(next, p->now, &after);
  }
  p->next = p->now;
  p->now = next;
  return more;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* Goes on to the hop of a slot; false where it and all later slots are empty. */
static bool go_to(khop_i_msbfs_local *p, bool *more, int slot) {
  while (p->hop < p->plan->hops[slot] && *more) *more = search_hop(p);
  return *more || p->plan->options.op == KHOP_BALL;
}

static bool is_given(const khop_i_msbfs_local *p, int slot) {
  return khop_i_is_given(p->plan->options.op == KHOP_BALL, p->plan->hops[slot]);
}

static const khop_i_sources *rows_of(const khop_i_msbfs_local *p) {
  return p->plan->options.op == KHOP_BALL ? p->seen : p->now;
}

static int64_t degree(const khop_graph *graph, int64_t node) { return graph->offsets[node + 1] - graph->offsets[node]; }

void khop_i_msbfs_local_sizes(int64_t *sizes, khop_i_msbfs_local *p) {
  const khop_i_plan *plan = p->plan;
  int64_t counts[KHOP_I_MSBFS_SOURCES];
  bool more = true;
  start_search(p);
  for (int slot = 0; slot < plan->searched && go_to(p, &more, slot); slot++) {
    int64_t *to = sizes + slot;
    bool given = is_given(p, slot);
    if (!given) khop_i_bitset_kernels_now()->count_nodes(counts, rows_of(p), within(p, p->hop));
    for (int64_t r = 0; r < p->rows; r++)
      to[p->sources[r] * plan->slots] = !given ? counts[r] : plan->hops[slot] ? degree(p->graph, p->sources[r]) : 1;
  }
}

/* Copies a row of hop 0 or 1, which the graph itself holds; returns where it ends. */
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
  start_search(p);
  for (int slot = 0; slot < plan->searched && go_to(p, &more, slot); slot++) {
    if (is_given(p, slot)) {
      for (int64_t r = 0; r < p->rows; r++) to[r] = copy_given(to[r], p->graph, p->sources[r], plan->hops[slot]);
      continue;
    }
    for (int64_t w = 0; w < p->words; w++)
      if (p->soonest[w] <= p->hop)
        khop_i_bitset_kernels_now()->append_rows(to, rows_of(p), p->sorted_index + 64 * w, p->sorted + 64 * w);
  }
}
