/* estimate.c: what a build would cost, from the searches of a sample of sources. */
#include "base/error.h"
#include "base/memory.h"
#include "search/arcs.h"
#include "search/bfs.h"
#include "search/plan.h"
#include "search/bfs_graphblas.h"
#include "search/source_sample.h"

/* One block of products: fewer samples would cost as much (KHOP_I_BLOCK_ROWS). */
#define DEFAULT_SAMPLES 256

typedef struct tally {
  int64_t *entries, *filled; /* (slots): entries found, rows that have one */
} tally;

static khop_status count_level(const khop_i_level *level, void *context) {
  tally *t = context;
  t->entries[level->slot] += (int64_t)level->offsets[level->rows];
  for (int64_t r = 0; r < level->rows; r++)
    t->filled[level->slot] += level->offsets[r + 1] > level->offsets[r];
  return KHOP_OK;
}

static khop_status sample_products(tally *t, const khop_i_plan *plan, const int64_t *chosen,
                                   int64_t samples) {
  khop_status status = KHOP_OK;
  khop_i_adjacency *adjacency = NULL;
  KHOP_TRY(khop_i_adjacency_new(&adjacency, plan->graph, plan->options.direction, plan->options.op));
  for (int64_t first = 0; first < samples; first += KHOP_I_BLOCK_ROWS) {
    int64_t rows = samples - first < KHOP_I_BLOCK_ROWS ? samples - first : KHOP_I_BLOCK_ROWS;
    KHOP_TRY(khop_i_bfs_graphblas(adjacency, plan->options.op, plan->symmetric, rows, chosen + first,
                           plan->searched, plan->hops, count_level, t));
  }
done:
  khop_i_adjacency_free(adjacency);
  return status;
}

static void count_source(tally *t, const khop_i_plan *plan, khop_i_bfs *bfs, int64_t source) {
  int64_t found = 1;
  khop_i_bfs_start(bfs, source);
  for (int slot = 0, hop = 0; slot < plan->searched; slot++) {
    for (; hop < plan->hops[slot] && found > 0; hop++) found = khop_i_bfs_step(bfs);
    int64_t entries = plan->options.op == KHOP_BALL ? bfs->end : found;
    t->entries[slot] += entries;
    t->filled[slot] += entries > 0;
  }
}

static khop_status sample_bits(tally *t, const khop_i_plan *plan, const int64_t *chosen,
                               int64_t samples) {
  khop_status status = KHOP_OK;
  const khop_graph *arcs;
  khop_graph *made = NULL;
  khop_i_bfs bfs = {0};
  KHOP_TRY(khop_i_arcs(&arcs, &made, plan->graph, plan->options.direction));
  KHOP_TRY(khop_i_bfs_open(&bfs, arcs));
  for (int64_t i = 0; i < samples; i++) count_source(t, plan, &bfs, chosen[i]);
done:
  khop_i_bfs_close(&bfs);
  khop_graph_free(made);
  return status;
}

khop_status khop_rings_estimate(khop_estimate *estimate, double *entries, double *empty_rows,
                                const khop_graph *graph, int count, const int *hops,
                                const khop_rings_options *options, int64_t samples, uint64_t seed) {
  khop_status status = KHOP_OK;
  khop_i_plan plan;
  tally t = {0};
  int64_t *chosen = NULL, n = graph->nodes;
  *estimate = (khop_estimate){0};
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, options));
  if (samples < 0) KHOP_FAIL(KHOP_E_ARGUMENT, "%lld samples", (long long)samples);
  if (samples == 0) samples = DEFAULT_SAMPLES;
  if (samples > n) samples = n;
  KHOP_TRY(khop_i_alloc(&t.entries, plan.slots, sizeof *t.entries, "tallies"));
  KHOP_TRY(khop_i_alloc(&t.filled, plan.slots, sizeof *t.filled, "tallies"));
  KHOP_TRY(khop_i_source_sample(&chosen, n, samples, seed));
  if (plan.searched > 0 && samples > 0)
    KHOP_TRY(khop_i_plan_by_products(&plan) ? sample_products(&t, &plan, chosen, samples)
                                            : sample_bits(&t, &plan, chosen, samples));
  double scale = samples ? (double)n / (double)samples : 0, total = 0;
  for (int s = 0; s < plan.slots; s++) total += (double)t.entries[s] * scale;
  for (int i = 0; i < count; i++)
    for (int s = 0; s < plan.slots; s++)
      if (plan.hops[s] == hops[i]) {
        if (entries) entries[i] = (double)t.entries[s] * scale;
        if (empty_rows) empty_rows[i] = (double)(samples - t.filled[s]) * scale;
      }
  *estimate = (khop_estimate){khop_i_plan_bytes(&plan, total), samples, samples == n};
done:
  khop_i_free(t.entries);
  khop_i_free(t.filled);
  khop_i_free(chosen);
  khop_i_plan_close(&plan);
  return status;
}
