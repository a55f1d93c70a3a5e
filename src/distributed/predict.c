/* predict.c: what ranks would exchange and keep, by a search of one process from the rows of each
 * (khop/distributed.h). It follows what halo.c does, hop by hop. */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/owners.h"
#include "graph/graph.h"
#include "search/arcs.h"

#include <string.h>

/* What a rank may ask of another; each is one message a hop, but for GHOSTS, which count once. */
enum { GHOSTS, ROWS, ARCS, KINDS };

typedef struct search {
  khop_i_owners owners;
  const khop_graph *along; /* the arcs of the direction */
  int32_t *seen;           /* (nodes) 1 + the last rank that has seen the node; owns */
  int32_t *node;           /* (nodes) own ones, then ghosts, hop by hop; owns */
  uint8_t *asked;          /* (ranks, KINDS) owns */
} search;

/* The ends of the arcs of node[begin .. end - 1] that the rank has not seen; returns where they
 * end. */
static int64_t find_fresh(const search *s, int rank, int64_t begin, int64_t end) {
  int64_t found = end;
  for (int64_t i = begin; i < end; i++)
    for (int64_t a = s->along->offsets[s->node[i]]; a < s->along->offsets[s->node[i] + 1]; a++) {
      int32_t to = s->along->targets[a];
      if (s->seen[to] == rank + 1) continue;
      s->seen[to] = rank + 1;
      s->node[found++] = to;
    }
  return found;
}

/* 1 where this kind was not yet asked of the owner, else 0. */
static int asks(const search *s, int owner, int kind) {
  uint8_t *asked = s->asked + KINDS * owner + kind, before = *asked;
  *asked = 1;
  return !before;
}

/* The ghosts of one hop; rows: theirs are fetched. */
static void count_hop(khop_shard_cost *cost, const search *s, int64_t begin, int64_t end,
                      bool rows) {
  for (int r = 0; r < s->owners.exchange.ranks; r++)
    memset(s->asked + KINDS * r + ROWS, 0, KINDS - ROWS);
  for (int64_t i = begin; i < end; i++) {
    int owner = khop_i_owner_of(&s->owners, s->node[i]);
    double arcs = (double)(s->along->offsets[s->node[i] + 1] - s->along->offsets[s->node[i]]);
    cost->ghosts++;
    cost->neighbours += asks(s, owner, GHOSTS);
    cost->memory += 16; /* its number, and its row in the local graph */
    if (!rows) continue;
    cost->graph_messages += asks(s, owner, ROWS) + (arcs > 0 && asks(s, owner, ARCS));
    cost->graph_bytes += 16 + 8 * arcs;
    cost->memory += 8 + 12 * arcs; /* fetched, and in the local graph */
  }
}

static void count_rank(khop_shard_cost *cost, search *s, int rank, int hops) {
  const int64_t *starts = s->owners.starts, *offsets = s->along->offsets;
  int64_t begin = 0, end = starts[rank + 1] - starts[rank];
  memset(s->asked, 0, (size_t)(KINDS * s->owners.exchange.ranks));
  cost->rows = end;
  cost->arcs = offsets[starts[rank + 1]] - offsets[starts[rank]];
  cost->memory = 24 * (double)cost->rows + 12 * (double)cost->arcs;
  for (int64_t i = 0; i < end; i++) {
    s->node[i] = (int32_t)(starts[rank] + i);
    s->seen[s->node[i]] = rank + 1;
  }
  for (int hop = 1; hop <= hops && begin < end; hop++) {
    int64_t found = find_fresh(s, rank, begin, end);
    count_hop(cost, s, end, found, hop < hops);
    begin = end;
    end = found;
  }
  cost->product_bytes = (double)cost->ghosts * sizeof(khop_real);
  cost->product_messages = (double)cost->neighbours;
}

khop_status khop_shard_predict(khop_shard_cost *costs, const khop_graph *graph, int ranks, int hops,
                               khop_direction direction) {
  khop_status status = KHOP_OK;
  search s = {.owners.exchange.ranks = ranks};
  khop_graph *made = NULL;
  if (!costs || !graph)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "khop_shard_predict: the graph or a place for costs is missing");
  if (hops < 0 || direction < KHOP_OUT || direction > KHOP_ALL)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_predict: %d hops in direction %d", hops,
                       (int)direction);
  int64_t n = graph->nodes;
  if (ranks < 1 || ranks > n)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d ranks of a graph of %lld nodes: 1 to %lld are possible",
                       ranks, (long long)n, (long long)n);
  KHOP_TRY(khop_i_arcs(&s.along, &made, graph, direction));
  KHOP_TRY(khop_i_alloc(&s.owners.starts, (int64_t)ranks + 1, sizeof *s.owners.starts, "ranks"));
  KHOP_TRY(khop_i_alloc(&s.seen, n, sizeof *s.seen, "nodes"));
  KHOP_TRY(khop_i_alloc_raw(&s.node, n, sizeof *s.node, "nodes"));
  KHOP_TRY(khop_i_alloc(&s.asked, (int64_t)ranks * KINDS, 1, "ranks"));
  for (int r = 0; r <= ranks; r++) s.owners.starts[r] = n * r / ranks;
  for (int r = 0; r < ranks; r++) {
    costs[r] = (khop_shard_cost){0};
    count_rank(&costs[r], &s, r, hops);
  }
done:
  khop_i_free(s.owners.starts);
  khop_i_free(s.seen);
  khop_i_free(s.node);
  khop_i_free(s.asked);
  khop_graph_free(made);
  return status;
}
