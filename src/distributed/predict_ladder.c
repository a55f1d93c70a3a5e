/* predict_ladder.c: what products with a ladder of several ranks exchange (khop/distributed.h): the rows of each rank are
 * covered in one process, as ladder.c does it in a halo. */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/ladder_rows.h"
#include "distributed/owners.h"
#include "search/arcs.h"

#include <string.h>

typedef struct count {
  khop_i_owners owners;
  khop_i_plan plan;
  int furthest;
  khop_i_rung *rung; /* (furthest) of one rank at a time; owns */
  int32_t *counts;   /* (nodes) owns */
  uint8_t *marks;    /* (nodes) owns */
} count;

/* Rows of other ranks in a space; *messages: of how many. */
static int64_t count_space(int *messages, const count *c, int rank, int space) {
  const int64_t *starts = c->owners.starts;
  int64_t rows = 0;
  memset(c->marks, 0, (size_t)c->plan.graph->nodes);
  khop_i_ladder_rows_mark(c->marks, c->rung, c->furthest, space);
  for (int r = 0; r < c->owners.exchange.ranks; r++) {
    int64_t here = 0;
    for (int64_t i = starts[r]; r != rank && i < starts[r + 1]; i++) here += c->marks[i];
    rows += here;
    *messages += here > 0;
  }
  return rows;
}

static khop_status count_rank(khop_shard_cost *cost, count *c, int rank) {
  int64_t first = c->owners.starts[rank], rows = 0;
  int messages = 0;
  khop_i_plan_take_rows(&c->plan, first, c->owners.starts[rank + 1] - first);
  khop_status status = khop_i_ladder_rows_find(c->rung, c->counts, c->furthest, &c->plan);
  for (int space = 0; status == KHOP_OK && space < c->furthest; space++)
    rows += count_space(&messages, c, rank, space);
  khop_i_ladder_rows_close(c->rung, c->furthest);
  cost->product_bytes = (double)rows * sizeof(khop_real);
  cost->product_messages = messages;
  return status;
}

khop_status khop_shard_predict_ladder(khop_shard_cost *costs, const khop_graph *graph, int ranks, int hops,
                                      khop_direction direction) {
  khop_status status = KHOP_OK;
  count c = {.owners.exchange.ranks = ranks, .furthest = hops};
  const khop_graph *along;
  khop_graph *made = NULL;
  if (hops > KHOP_I_MOST_RUNGS)
    return khop_i_fail(KHOP_E_ARGUMENT, "a ladder up to hop %d: it goes up to %d", hops, KHOP_I_MOST_RUNGS);
  KHOP_TRY(khop_shard_predict(costs, graph, ranks, hops, direction));
  KHOP_TRY(khop_i_arcs(&along, &made, graph, direction));
  KHOP_TRY(khop_i_plan_open(&c.plan, along, 1, &hops, NULL));
  KHOP_TRY(khop_i_alloc(&c.owners.starts, (int64_t)ranks + 1, sizeof *c.owners.starts, "ranks"));
  KHOP_TRY(khop_i_alloc(&c.rung, hops, sizeof *c.rung, "rungs"));
  KHOP_TRY(khop_i_alloc(&c.counts, graph->nodes, sizeof *c.counts, "ring sizes"));
  KHOP_TRY(khop_i_alloc(&c.marks, graph->nodes, sizeof *c.marks, "marks of ghosts"));
  for (int r = 0; r <= ranks; r++) c.owners.starts[r] = graph->nodes * r / ranks;
  for (int r = 0; r < ranks; r++) KHOP_TRY(count_rank(&costs[r], &c, r));
done:
  khop_i_plan_close(&c.plan);
  khop_i_free(c.owners.starts);
  khop_i_free(c.rung);
  khop_i_free(c.counts);
  khop_i_free(c.marks);
  khop_graph_free(made);
  return status;
}
