/* shard_costs.c: see shard_costs.h. */
#include "cli/shard_costs.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <stdlib.h>

khop_status predict_shards(shard_costs *costs, const khop_graph *graph, int ranks, int hops, khop_direction direction) {
  *costs = (shard_costs){.ranks = ranks, .hops = hops};
  if (!ranks) return KHOP_OK;
  costs->rank = calloc((size_t)ranks, sizeof *costs->rank);
  return costs->rank ? khop_shard_predict(costs->rank, graph, ranks, hops, direction) : KHOP_E_MEMORY;
}

void close_shard_costs(shard_costs *costs) { free(costs->rank); }

/* The largest of the ranks over their mean; 1 where there is nothing. */
static double imbalance(const shard_costs *costs, double (*of)(const khop_shard_cost *)) {
  double sum = 0, most = 0;
  for (int r = 0; r < costs->ranks; r++) {
    double value = of(&costs->rank[r]);
    sum += value;
    if (value > most) most = value;
  }
  return sum > 0 ? most * costs->ranks / sum : 1;
}

static double arcs_of(const khop_shard_cost *cost) { return (double)cost->arcs; }
static double ghosts_of(const khop_shard_cost *cost) { return (double)cost->ghosts; }

void print_shard_costs(const shard_costs *costs) {
  if (!costs->ranks) return;
  printf("\n  %d rank%s, rings up to hop %d: what each owns, and takes from others\n", costs->ranks,
         costs->ranks == 1 ? "" : "s", costs->hops);
  printf("  rank       rows         arcs     ghosts  of ranks   rows once    a column       graph\n");
  for (int r = 0; r < costs->ranks; r++) {
    const khop_shard_cost *c = &costs->rank[r];
    printf("  %4d %10lld %12lld %10lld %9lld", r, (long long)c->rows, (long long)c->arcs, (long long)c->ghosts,
           (long long)c->neighbours);
    printf(" %11s", bytes_text(c->graph_bytes));
    printf(" %11s", bytes_text(c->product_bytes));
    printf(" %11s\n", bytes_text(c->memory));
  }
  printf("  the largest rank has %.2f times the mean of arcs, and %.2f times that of ghosts\n", imbalance(costs, arcs_of),
         imbalance(costs, ghosts_of));
}

void add_shard_costs_json(cJSON *root, const shard_costs *costs) {
  if (!costs->ranks) return;
  cJSON *list = cJSON_AddArrayToObject(root, "ranks");
  for (int r = 0; r < costs->ranks; r++) {
    const khop_shard_cost *c = &costs->rank[r];
    cJSON *rank = cJSON_CreateObject();
    add_number(rank, "rank", r);
    add_number(rank, "rows", (double)c->rows);
    add_number(rank, "arcs", (double)c->arcs);
    add_number(rank, "ghosts", (double)c->ghosts);
    add_number(rank, "neighbours", (double)c->neighbours);
    add_number(rank, "graph_bytes", c->graph_bytes);
    add_number(rank, "graph_messages", c->graph_messages);
    add_number(rank, "product_bytes", c->product_bytes);
    add_number(rank, "memory", c->memory);
    cJSON_AddItemToArray(list, rank);
  }
}
