/* shard_costs.h: of khop info --ranks: what a graph would cost on several ranks. */
#ifndef KHOP_CLI_SHARD_COSTS_H
#define KHOP_CLI_SHARD_COSTS_H

#include "cli/json.h"

#include <khop/khop.h>

typedef struct shard_costs {
  int ranks; /* 0: not asked for */
  int hops;  /* the furthest */
  khop_shard_cost *rank; /* (ranks) owns */
} shard_costs;

/* Errors: those of khop_shard_predict. To be closed. */
khop_status predict_shards(shard_costs *costs, const khop_graph *graph, int ranks, int hops, khop_direction direction);
void close_shard_costs(shard_costs *costs);

void print_shard_costs(const shard_costs *costs);
void add_shard_costs_json(cJSON *root, const shard_costs *costs);

#endif
