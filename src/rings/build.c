/* build.c: rings from a graph: a few searches choose the fastest search, then all threads take blocks of rows until
 * none is left (build_state.h). Clusters of nodes (search/bfs_clusters.h) are not in the order of rows: a first pass
 * finds the sizes of their rows, and a second one their columns, which it writes where they belong. */
#include "rings/build.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "rings/build_block.h"
#include "rings/build_place.h"
#include "rings/path_graphs.h"
#include "search/arcs.h"
#include "search/bfs_clusters.h"
#include "search/bfs_graphblas.h"

#include <omp.h>
#include <string.h>

/* Rows of a block that is searched by bits, one source at a time: few, so that its chunk is still in the cache when
 * it is copied, since a block has no cost of its own. Products take KHOP_I_BLOCK_ROWS (search/bfs_graphblas.h).
 * Fitted on an AMD EPYC (docs/notes/2026-11-ring-build.md); `sh bench/run rings` measures it anew. */
#define BITS_ROWS 32
/* How many multiply-adds an entry counts as when the size of the thread team is chosen (base/threads.h): an entry takes
 * 1 to 4 ns to search, to copy and to clear its page for (docs/notes/2026-11-search.md, Intel Xeon), as long as about 8
 * of them. `sh bench/run rings` with KHOP_BENCH_THREADS="1 2" shows whether small graphs gain from a team. */
#define OPERATIONS_AN_ENTRY 8

/* --- threads and blocks --------------------------------------------------------------------- */

/* Messages belong to a thread: that of the first failure is carried over to the thread of the caller. */
static void note_failure(khop_i_build *b, khop_status status) {
#pragma omp critical(khop_rings_build)
  if (b->status == KHOP_OK) {
    b->status = status;
    strncpy(b->message, khop_message(), sizeof b->message - 1);
    atomic_store(&b->stop, true);
  }
}

static void report_progress(khop_i_build *b) {
  const khop_rings_options *o = &b->plan->options;
  int64_t done = 0;
  bool go_on = true;
  if (!o->progress) return;
  /* Blocks are counted inside the critical section, so that the reported share never falls. */
#pragma omp critical(khop_rings_progress)
  if (!atomic_load(&b->stop)) { /* the callback is not called again once it has returned false */
    done = ++b->done;
    go_on = o->progress((double)done / (double)b->blocks, o->context);
    if (!go_on) atomic_store(&b->stop, true);
  }
  if (!go_on)
    note_failure(b, khop_i_fail(KHOP_E_INTERRUPTED, "building the rings was stopped after %lld of "
                                "%lld blocks", (long long)done, (long long)b->blocks));
}

/* The size of the thread team for so many entries: small graphs do not need one. */
static int threads_for(const khop_i_build *b, double entries) {
  int threads = khop_i_threads_for((int64_t)(entries * OPERATIONS_AN_ENTRY));
  return threads < b->threads ? threads : b->threads;
}

/* Only chunks of lists are queued. A search of 512 sources keeps its bits until they are read, and a block of
 * products is large: these wait for their turn at once. */
static khop_status take_block(khop_i_build *b, khop_i_build_queue *q, int64_t index) {
  khop_status status = khop_i_build_block(b, khop_i_build_chunk(b, q, q->count), index, q->thread);
  if (status != KHOP_OK) return status;
  q->block[(q->first + q->count++) % KHOP_I_BLOCKS_AHEAD] = index;
  return khop_i_build_place(b, q, b->msbfs || b->adjacency ? 0 : KHOP_I_BLOCKS_AHEAD - 1);
}

static void take_while(khop_i_build *b, int64_t end) {
  khop_i_build_queue q = {.thread = omp_get_thread_num()};
  khop_status status = khop_i_build_open_search(b, q.thread);
  if (status != KHOP_OK) note_failure(b, status);
  while (!atomic_load(&b->stop)) {
    int64_t i = atomic_fetch_add(&b->next, 1);
    if (i >= end) break;
    status = b->clusters ? khop_i_build_cluster(b, i, q.thread) : take_block(b, &q, i);
    if (status != KHOP_OK) note_failure(b, status);
    else report_progress(b);
  }
  status = khop_i_build_place(b, &q, 0);
  if (status != KHOP_OK) note_failure(b, status);
}

/* Takes the blocks b->next .. end - 1; or makes one pass over all clusters. */
static khop_status take_blocks(khop_i_build *b, int64_t end, int threads) {
#pragma omp parallel num_threads(threads)
  take_while(b, end);
  atomic_store(&b->next, end);
  return b->status == KHOP_OK ? KHOP_OK : khop_i_fail(b->status, "%s", b->message);
}

/* Takes all blocks. Where products search, nothing is known of the entries beforehand: the first block says how large a
 * thread team is worth it. */
static khop_status run_blocks(khop_i_build *b) {
  khop_status status = KHOP_OK;
  double entries = b->expected;
  if (b->adjacency) {
    KHOP_TRY(take_blocks(b, 1, 1));
    entries = (double)b->entries * (double)(b->blocks - 1);
  }
  KHOP_TRY(take_blocks(b, b->blocks, threads_for(b, entries)));
  KHOP_TRY(khop_i_build_reserve(b, b->entries, b->blocks));
  int64_t last = (b->plan->first + b->plan->rows) * b->plan->slots, cells = b->rings->nodes * b->plan->slots;
  for (int64_t cell = last; cell < cells; cell++) b->rings->offsets[cell + 1] = b->entries; /* the rows behind */
done:
  return status;
}

/* Takes all clusters twice: for the sizes of their rows, and for the columns, which go where they belong. */
static khop_status run_clusters(khop_i_build *b) {
  khop_status status = KHOP_OK;
  int64_t clusters = b->blocks / 2, cells = b->rings->nodes * b->rings->slots, *offsets = b->rings->offsets;
  int threads = threads_for(b, b->expected);
  KHOP_TRY(take_blocks(b, clusters, threads));
  for (int64_t cell = 0; cell < cells; cell++) offsets[cell + 1] += offsets[cell];
  KHOP_TRY(khop_i_alloc_raw(&b->rings->columns, offsets[cells], sizeof *b->rings->columns, "ring columns"));
  atomic_store(&b->next, 0);
  KHOP_TRY(take_blocks(b, clusters, threads));
done:
  return status;
}

/* The estimate costs a few hundred searches, so it is made only where the worst case would not fit. */
static khop_status check_budget(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, copies = plan->options.op == KHOP_RING ? 1 : plan->slots;
  if (khop_i_plan_bytes(plan, (double)plan->rows * n * copies) <= (double)plan->max_bytes) return KHOP_OK;
  if (!khop_i_plan_is_whole(plan)) return KHOP_OK; /* a sample of all nodes says nothing of these: blocks are counted */
  khop_estimate estimate;
  khop_status status = khop_rings_estimate(&estimate, NULL, NULL, plan->graph, plan->slots,
                                           plan->hops, &plan->options, 0, 1);
  if (status != KHOP_OK || estimate.bytes <= (double)plan->max_bytes) return status;
  return khop_i_plan_refuse(plan, estimate.bytes, "about ");
}

static khop_status new_csr(khop_i_hop_csr **csr, const khop_i_plan *plan) {
  double least = khop_i_plan_bytes(plan, 0); /* the offsets alone */
  if (least > (double)plan->max_bytes) return khop_i_plan_refuse(plan, least, "at least ");
  return khop_i_hop_csr_new(csr, plan->graph->nodes, plan->slots);
}

static void set_blocks(khop_i_build *b, int rows) {
  b->rows = rows;
  b->blocks = (b->plan->rows + rows - 1) / rows;
  b->threads = khop_threads() < b->blocks ? khop_threads() : (int)b->blocks;
}

/* A block is a cluster of rows, and counts twice: for their sizes and for their columns. */
static khop_status open_clusters(khop_i_build *b) {
  set_blocks(b, KHOP_I_MSBFS_SOURCES);
  b->blocks *= 2;
  khop_status status = khop_i_bfs_clusters_new(&b->clusters, b->arcs, KHOP_I_MSBFS_SOURCES);
  return status == KHOP_OK ? khop_i_alloc(&b->local, b->searches, sizeof *b->local, "searches") : status;
}

/* The first search probes a few sources, and so chooses which of the three searches all threads use. */
static khop_status open_bits(khop_i_build *b) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = b->plan;
  KHOP_TRY(khop_i_arcs(&b->arcs, &b->made, plan->graph, plan->options.direction));
  set_blocks(b, BITS_ROWS);
  b->searches = b->threads;
  KHOP_TRY(khop_i_alloc(&b->bfs, b->searches, sizeof *b->bfs, "searches"));
  KHOP_TRY(khop_i_bfs_open(&b->bfs[0], b->arcs));
  b->choice = khop_i_bfs_choose(plan, &b->bfs[0], khop_i_plan_is_whole(plan));
  b->expected = b->choice.entries;
  if (b->choice.way == KHOP_I_MSBFS_LOCAL) KHOP_TRY(open_clusters(b));
  if (b->choice.way == KHOP_I_MSBFS) {
    set_blocks(b, KHOP_I_MSBFS_SOURCES);
    KHOP_TRY(khop_i_alloc(&b->msbfs, b->searches, sizeof *b->msbfs, "searches"));
  }
done:
  return status;
}

static khop_status open_products(khop_i_build *b) {
  set_blocks(b, KHOP_I_BLOCK_ROWS);
  return khop_i_adjacency_new(&b->adjacency, b->plan->graph, b->plan->options.direction, b->plan->options.op);
}

static void close_searches(khop_i_build *b) {
  for (int i = 0; b->chunk && i < b->threads * KHOP_I_BLOCKS_AHEAD; i++) khop_i_chunk_free(&b->chunk[i]);
  for (int t = 0; b->bfs && t < b->searches; t++) khop_i_bfs_close(&b->bfs[t]);
  for (int t = 0; b->local && t < b->searches; t++) khop_i_msbfs_local_close(&b->local[t]);
  for (int t = 0; b->msbfs && t < b->searches; t++) khop_i_msbfs_close(&b->msbfs[t]);
  khop_i_free(b->chunk);
  khop_i_free(b->bfs);
  khop_i_free(b->msbfs);
  khop_i_free(b->local);
  khop_i_free(b->clusters);
  khop_graph_free(b->made);
  khop_i_adjacency_free(b->adjacency);
}

static khop_status search_all(khop_i_build *b) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = b->plan;
  KHOP_TRY(check_budget(plan));
  if (plan->searched > 0 && plan->rows > 0) {
    KHOP_TRY(khop_i_plan_by_products(plan) ? open_products(b) : open_bits(b));
    KHOP_TRY(khop_i_alloc(&b->chunk, b->threads * KHOP_I_BLOCKS_AHEAD, sizeof *b->chunk, "blocks"));
    KHOP_TRY(b->clusters ? run_clusters(b) : run_blocks(b));
  } else {
    KHOP_TRY(khop_i_alloc(&b->rings->columns, 0, sizeof *b->rings->columns, "ring columns"));
  }
done:
  close_searches(b);
  return status;
}

khop_status khop_i_hop_csr_build(khop_i_hop_csr **out, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  khop_i_build b = {.plan = plan, .status = KHOP_OK};
  bool filled = false;
  *out = NULL;
  KHOP_TRY(new_csr(&b.rings, plan));
  if (khop_i_plan_is_whole(plan)) KHOP_TRY(khop_i_path_graphs_fill(&filled, b.rings, plan));
  if (!filled) KHOP_TRY(search_all(&b));
  *out = b.rings;
  b.rings = NULL;
done:
  khop_i_hop_csr_free(b.rings);
  return status;
}
