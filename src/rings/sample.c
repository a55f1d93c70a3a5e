/* sample.c: see sample.h. */
#include "rings/sample.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/threads.h"
#include "search/arcs.h"
#include "search/bfs.h"

#include <stdatomic.h>
#include <string.h>

typedef struct sampler {
  const khop_i_plan *plan;
  const khop_graph *arcs;
  khop_i_ring_sample sample;
  int64_t per_row;
  uint64_t seed;
  int32_t *draft;    /* (N, slots, per_row) what was kept, before the rows are moved together */
  int threads;
  khop_i_bfs *bfs;   /* (threads) */
  int32_t *inward;   /* (threads, N, slots) in how many rings a node is; NULL on undirected graphs */
  atomic_int_fast64_t done;
  atomic_bool stop;
} sampler;

/* m of the n nodes, ascending, each set as likely as any other (Knuth, "The Art of Computer
 * Programming" vol. 2, 3.4.2, algorithm S). Returns how many: m, or n where there are no more. */
static int64_t draw_nodes(int32_t *kept, const int32_t *nodes, int64_t n, int64_t m, khop_i_random *r) {
  int64_t count = 0;
  if (n <= m) {
    memcpy(kept, nodes, (size_t)n * sizeof *kept);
    return n;
  }
  for (int64_t i = 0; count < m; i++)
    if (khop_i_random_below(r, n - i) < m - count) kept[count++] = nodes[i];
  return count;
}

/* The generator is seeded by (seed, node, hop) alone: the sample is the same for every number of threads. */
static void sample_row(sampler *s, int64_t row, int thread) {
  const khop_i_plan *plan = s->plan;
  khop_i_bfs *bfs = &s->bfs[thread];
  int64_t n = s->plan->graph->nodes;
  int slots = plan->slots;
  khop_i_bfs_start(bfs, row);
  for (int slot = 0, hop = 0; slot < plan->searched; slot++) {
    int64_t count = bfs->end - bfs->begin, cell = row * slots + slot;
    for (; hop < plan->hops[slot] && count > 0; hop++) count = khop_i_bfs_step(bfs);
    if (count == 0) return;
    const int32_t *nodes = bfs->nodes + bfs->begin;
    khop_i_random r;
    khop_i_random_seed(&r, khop_i_random_key(s->seed, (uint64_t)row, (uint64_t)plan->hops[slot]));
    s->sample.row_sums[cell] = count;
    s->sample.csr->offsets[cell + 1] = draw_nodes(s->draft + cell * s->per_row, nodes, count, s->per_row, &r);
    if (!s->inward) continue;
    int32_t *met = s->inward + thread * n * slots + slot;
    for (int64_t e = 0; e < count; e++) met[nodes[e] * slots]++;
  }
}

/* Every 256 rows; the callback is called by the main thread alone. */
static void report_progress(sampler *s, int64_t row, int thread) {
  const khop_rings_options *o = &s->plan->options;
  if (row % 256 != 0) return;
  int64_t done = atomic_fetch_add(&s->done, 256);
  double share = (double)done / (double)s->plan->graph->nodes;
  if (thread == 0 && o->progress && !o->progress(share < 1 ? share : 1, o->context))
    atomic_store(&s->stop, true);
}

static khop_status sample_rows(sampler *s) {
  int64_t n = s->plan->graph->nodes;
#pragma omp parallel num_threads(s->threads)
  {
    int thread = khop_i_thread();
#pragma omp for schedule(dynamic, 64)
    for (int64_t row = 0; row < n; row++) {
      if (atomic_load(&s->stop)) continue;
      sample_row(s, row, thread);
      report_progress(s, row, thread);
    }
  }
  return atomic_load(&s->stop) ? khop_i_fail(KHOP_E_INTERRUPTED, "sampling the rings was stopped")
                               : KHOP_OK;
}

/* Moves the rows of the draft together, and computes their values. */
static khop_status join_rows(sampler *s) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *rings = s->sample.csr;
  int64_t cells = rings->nodes * rings->slots;
  for (int64_t c = 0; c < cells; c++) rings->offsets[c + 1] += rings->offsets[c];
  int64_t entries = rings->offsets[cells];
  KHOP_TRY(khop_i_alloc_raw(&rings->columns, entries, sizeof *rings->columns, "ring columns"));
  KHOP_TRY(khop_i_alloc_raw(&rings->values, entries, sizeof *rings->values, "ring values"));
  for (int64_t c = 0; c < cells; c++) {
    int64_t begin = rings->offsets[c], count = rings->offsets[c + 1] - begin;
    for (int64_t e = 0; e < count; e++) {
      rings->columns[begin + e] = s->draft[c * s->per_row + e];
      rings->values[begin + e] = (khop_real)((double)s->sample.row_sums[c] / (double)count);
    }
  }
done:
  return status;
}

static void sum_columns(sampler *s) {
  int64_t cells = s->plan->graph->nodes * s->plan->slots;
  if (!s->inward) { /* exact rings are their own transposes */
    memcpy(s->sample.column_sums, s->sample.row_sums, (size_t)cells * sizeof *s->sample.column_sums);
    return;
  }
  for (int t = 0; t < s->threads; t++)
    for (int64_t c = 0; c < cells; c++) s->sample.column_sums[c] += s->inward[t * cells + c];
}

/* Counts what is held at the end, and beside it while rows are moved together. */
static khop_status check_sample_budget(const sampler *s) {
  const khop_i_plan *plan = s->plan;
  double cells = (double)plan->graph->nodes * plan->slots, kept = cells * (double)s->per_row;
  double bytes = cells * 24 + kept * (8 + sizeof(khop_real)) +
                 (plan->symmetric ? 0 : 4 * cells * s->threads);
  if (bytes <= (double)plan->max_bytes) return KHOP_OK;
  return khop_i_fail(KHOP_E_BUDGET, "samples of %lld a row and hop, %d hops of %lld nodes, take up to "
                     "%.3g MB and the budget is %.3g MB: draw fewer", (long long)s->per_row,
                     plan->slots, (long long)plan->graph->nodes, bytes / 1e6,
                     (double)plan->max_bytes / 1e6);
}

static khop_status open_sampler(sampler *s) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = s->plan;
  int64_t n = plan->graph->nodes, cells = n * plan->slots;
  KHOP_TRY(check_sample_budget(s));
  KHOP_TRY(khop_i_hop_csr_new(&s->sample.csr, n, plan->slots));
  KHOP_TRY(khop_i_alloc(&s->sample.row_sums, cells, sizeof *s->sample.row_sums, "ring degrees"));
  KHOP_TRY(khop_i_alloc(&s->sample.column_sums, cells, sizeof *s->sample.column_sums, "ring degrees"));
  KHOP_TRY(khop_i_alloc_raw(&s->draft, cells, (size_t)s->per_row * sizeof *s->draft, "samples"));
  if (!plan->symmetric)
    KHOP_TRY(khop_i_alloc(&s->inward, cells * s->threads, sizeof *s->inward, "ring degrees"));
  KHOP_TRY(khop_i_alloc(&s->bfs, s->threads, sizeof *s->bfs, "searches"));
  for (int t = 0; t < s->threads; t++) KHOP_TRY(khop_i_bfs_open(&s->bfs[t], s->arcs));
done:
  return status;
}

khop_status khop_i_ring_sample_draw(khop_i_ring_sample *out, const khop_i_plan *plan, int64_t per_row, uint64_t seed) {
  khop_status status = KHOP_OK;
  khop_graph *made = NULL;
  int64_t nodes = plan->graph->nodes;
  sampler s = {.plan = plan, .per_row = per_row, .seed = seed};
  *out = (khop_i_ring_sample){0};
  if (plan->options.op != KHOP_RING)
    KHOP_FAIL(KHOP_E_UNSUPPORTED, "samples are drawn from rings, not from balls, walks or metapaths");
  if (per_row < 1) KHOP_FAIL(KHOP_E_ARGUMENT, "a sample of %lld a row: at least 1", (long long)per_row);
  if (s.per_row > nodes) s.per_row = nodes > 0 ? nodes : 1;
  s.threads = khop_i_threads_for(nodes * 1000);
  KHOP_TRY(khop_i_arcs(&s.arcs, &made, plan->graph, plan->options.direction));
  KHOP_TRY(open_sampler(&s));
  KHOP_TRY(sample_rows(&s));
  KHOP_TRY(join_rows(&s));
  sum_columns(&s);
  *out = s.sample;
  s.sample = (khop_i_ring_sample){0};
done:
  for (int t = 0; s.bfs && t < s.threads; t++) khop_i_bfs_close(&s.bfs[t]);
  khop_i_free(s.bfs);
  khop_i_free(s.inward);
  khop_i_free(s.draft);
  khop_i_ring_sample_clear(&s.sample);
  khop_graph_free(made);
  return status;
}

void khop_i_ring_sample_clear(khop_i_ring_sample *sample) {
  khop_i_hop_csr_free(sample->csr);
  khop_i_free(sample->row_sums);
  khop_i_free(sample->column_sums);
  *sample = (khop_i_ring_sample){0};
}
