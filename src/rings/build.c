/* build.c: rings from a graph: blocks of rows on all threads, laid behind one another.
 *
 *   searched   block 17, a thread | block 18, another one | ..      into a chunk each, or as bits
 *                   v                   v
 *   columns    | .. | block 16 | 17 | 18 |                          places in turn, filled by all
 *
 * A thread that has found a block waits until those before it have their places, which is seldom, takes its own and
 * copies its columns there: the peak is the rings and a few blocks a thread. Groups of near rows (patch.h) are not in the
 * order of rows: their sizes are found first, and then their columns, each in its place. */
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"
#include "rings/block.h"
#include "rings/path_graphs.h"
#include "search/bfs_cost_model.h"
#include "forms/forms.h"
#include "search/bfs_clusters.h"
#include "search/msbfs_local.h"
#include "search/bfs_graphblas.h"
#include "search/msbfs.h"

#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Rows of a block by bits: few, so that its chunk is still in the cache when it is copied; its costs are all by the
 * row. By products: plan.h says why. */
#define BITS_ROWS 32
/* Operations that an entry stands for, where a team is to be worth its waking. */
#define OPERATIONS_AN_ENTRY 8
/* So many entries are given room for all that are expected, at once. */
#define MANY ((double)(1 << 18))
/* Columns that fill so many second-level caches are written past them. */
#define MANY_CACHES 8
/* How often a thread that waits looks before it gives way to others. */
#define LOOKS 4096
/* Blocks of lists that a thread may have found and not placed, while a slower one before them is at work. (Facebook
 * on two threads: 13.4 ms, and 14.4 without.) */
enum { AHEAD = 4 };

typedef struct build {
  const khop_i_plan *plan;
  GrB_Matrix adjacency;  /* by products */
  const khop_graph *arcs; /* by bits */
  khop_graph *made;
  khop_i_choice choice;  /* by bits: which of the searches, and what it needs */
  int searches;          /* at most, one a thread, each opened by its own */
  khop_i_bfs *bfs;       /* (searches) */
  khop_i_wide *wide;     /* (searches), where that search pays */
  int32_t *near;         /* (N): groups of near nodes, where that search pays */
  khop_i_patch *patch;   /* (searches) */
  khop_rings *rings;     /* columns has room for `room` entries */
  int64_t entries, room;
  double expected;       /* entries, by a few searches; 0: nobody knows */
  int64_t rows, blocks;  /* rows a block */
  int threads;
  khop_i_chunk *chunk;   /* (threads, AHEAD) */
  atomic_int_fast64_t found; /* entries, those that have no place yet too */
  atomic_int_fast64_t next, turn; /* the block to be searched next, and to be given its place */
  atomic_int writers;    /* threads that are at the columns */
  int64_t done;          /* blocks reported, in the critical section of the callback */
  atomic_bool stop;      /* some block has failed */
  khop_status status;
  char message[512];
} build;

/* --- one block ------------------------------------------------------------------------------ */

static khop_status open_alone(build *b, int thread) {
  return b->bfs[thread].nodes ? KHOP_OK : khop_i_bfs_open(&b->bfs[thread], b->arcs);
}

/* A thread's search, by the thread itself: its pages are cleared beside those of the others. (ba20000 to hop 3 on two
 * threads: 2 ms of 52.) Nothing for products. */
static khop_status open_search(build *b, int thread) {
  if (b->wide) {
    khop_i_wide *wide = &b->wide[thread];
    return wide->graph ? KHOP_OK : khop_i_wide_open(wide, b->arcs, b->plan->searched);
  }
  if (b->patch) {
    khop_i_patch *patch = &b->patch[thread];
    return patch->plan ? KHOP_OK : khop_i_patch_open(patch, b->plan, b->arcs, b->choice.nodes, b->choice.arcs);
  }
  return b->bfs ? open_alone(b, thread) : KHOP_OK;
}

static khop_status within_budget(build *b, int64_t entries) {
  int64_t total = atomic_fetch_add(&b->found, entries) + entries;
  double bytes = khop_i_plan_bytes(b->plan, (double)total);
  return bytes <= (double)b->plan->max_bytes ? KHOP_OK
                                             : khop_i_plan_refuse(b->plan, bytes, "at least ");
}

static void search_wide(build *b, khop_i_wide *wide, int64_t *sizes, int64_t first, int64_t rows) {
  const khop_i_plan *plan = b->plan;
  khop_i_wide_search(wide, first, rows, plan->searched, plan->hops, plan->options.op == KHOP_BALL);
  for (int slot = 0; slot < wide->found; slot++) khop_i_wide_sizes(sizes + slot, plan->slots, wide, slot);
}

/* From the bits of a block straight to its place. */
static void read_wide(const build *b, const khop_i_wide *wide, const int64_t *offsets) {
  int32_t *columns = b->rings->columns;
  int64_t slots = b->plan->slots, last = offsets[wide->rows * slots];
  for (int64_t r = 0; r < wide->rows; r++)
    for (int slot = 0; slot < wide->found; slot++) {
      const int64_t *cell = offsets + r * slots + slot;
      khop_i_wide_row(columns + cell[0], columns + last, cell[1] - cell[0], wide, slot, r);
    }
}

/* The sizes of its rows and slots go to offsets[cell + 1], to be added up when it is its turn. */
static khop_status build_block(build *b, khop_i_chunk *chunk, int64_t index, int thread) {
  khop_status status = KHOP_OK;
  int64_t first = index * b->rows, rows = b->rings->nodes - first;
  int64_t *sizes = b->rings->offsets + first * b->plan->slots + 1;
  if (rows > b->rows) rows = b->rows;
  if (b->adjacency) {
    KHOP_TRY(khop_i_block_products(chunk, sizes, b->plan, b->adjacency, first, rows));
  } else if (b->wide) { /* its bits wait in the search itself */
    search_wide(b, &b->wide[thread], sizes, first, rows);
    chunk->entries = 0;
    for (int64_t cell = 0; cell < rows * b->plan->slots; cell++) chunk->entries += sizes[cell];
  } else {
    KHOP_TRY(khop_i_block_bits(chunk, sizes, b->plan, &b->bfs[thread], first, rows));
  }
  KHOP_TRY(within_budget(b, chunk->entries));
done:
  return status;
}

/* --- one group of near nodes ---------------------------------------------------------------- */

/* Rows of a group, a search each: its patch has grown too large. Sizes where there are no columns yet. */
static khop_status rows_alone(build *b, const int32_t *sources, int64_t rows, int thread) {
  khop_status status = KHOP_OK;
  int64_t *sizes = NULL, slots = b->plan->slots;
  khop_i_chunk *chunk = &b->chunk[thread * AHEAD];
  KHOP_TRY(open_alone(b, thread));
  KHOP_TRY(khop_i_alloc(&sizes, slots, sizeof *sizes, "sizes"));
  for (int64_t r = 0; r < rows; r++) {
    int64_t *cell = b->rings->offsets + sources[r] * slots;
    KHOP_TRY(khop_i_block_bits(chunk, b->rings->columns ? sizes : cell + 1, b->plan, &b->bfs[thread], sources[r], 1));
    if (b->rings->columns && chunk->entries)
      memcpy(b->rings->columns + cell[0], chunk->columns, (size_t)chunk->entries * sizeof *chunk->columns);
  }
done:
  khop_i_free(sizes);
  return status;
}

static int64_t entries_of(const build *b, const int32_t *sources, int64_t rows) {
  int64_t entries = 0, slots = b->plan->slots;
  for (int64_t r = 0; r < rows; r++)
    for (int64_t slot = 0; slot < slots; slot++) entries += b->rings->offsets[sources[r] * slots + slot + 1];
  return entries;
}

/* Sizes, or where there are columns these. */
static khop_status build_group(build *b, int64_t index, int thread) {
  khop_status status = KHOP_OK;
  const int32_t *sources = b->near + index * KHOP_I_WIDE;
  int64_t rows = b->rings->nodes - index * KHOP_I_WIDE;
  if (rows > KHOP_I_WIDE) rows = KHOP_I_WIDE;
  khop_i_patch *patch = &b->patch[thread];
  bool write = b->rings->columns != NULL;
  if (!khop_i_patch_find(patch, sources, rows))
    KHOP_TRY(rows_alone(b, sources, rows, thread));
  else if (write)
    khop_i_patch_rows(b->rings->columns, b->rings->offsets, patch);
  else
    khop_i_patch_sizes(b->rings->offsets + 1, patch);
  if (!write) KHOP_TRY(within_budget(b, entries_of(b, sources, rows)));
done:
  return status;
}

/* --- all blocks ----------------------------------------------------------------------------- */

/* Messages belong to a thread: the first failure's is carried to the caller's. */
static void note_failure(build *b, khop_status status) {
#pragma omp critical(khop_rings_build)
  if (b->status == KHOP_OK) {
    b->status = status;
    strncpy(b->message, khop_message(), sizeof b->message - 1);
    atomic_store(&b->stop, true);
  }
}

static void report_progress(build *b) {
  const khop_rings_options *o = &b->plan->options;
  int64_t done = 0;
  bool go_on = true;
  if (!o->progress) return;
  /* Counted where it is reported, so that the share never falls. */
#pragma omp critical(khop_rings_progress)
  if (!atomic_load(&b->stop)) { /* not asked again once it has said no */
    done = ++b->done;
    go_on = o->progress((double)done / (double)b->blocks, o->context);
    if (!go_on) atomic_store(&b->stop, true);
  }
  if (!go_on)
    note_failure(b, khop_i_fail(KHOP_E_INTERRUPTED, "building the rings was stopped after %lld of "
                                "%lld blocks", (long long)done, (long long)b->blocks));
}

/* Threads for so many entries: small graphs need no team. */
static int threads_for(const build *b, double entries) {
  int threads = khop_i_threads_for((int64_t)(entries * OPERATIONS_AN_ENTRY));
  return threads < b->threads ? threads : b->threads;
}

/* Room for the entries there are now. Many are given room at once, as many as are expected and a sixteenth:
 * pages that are not written to are never there, and the others can be big ones; what is too much in the end is
 * kept where it is less than an eighth. (Given back, the next block of this size would be asked of the system
 * again: cora to hop 8, built again and again, 3.6 ms and 13.) What is left of fewer is guessed from what is done,
 * and never more than an eighth is put on top: hubs often come first. */
static khop_status reserve(build *b, int64_t entries, int64_t done) {
  khop_status status = KHOP_OK;
  if (b->rings->columns && entries <= b->room && b->room - entries <= entries / 8) return KHOP_OK;
  int64_t room = entries + entries / 8;
  double guess = (double)entries * (double)b->blocks / (double)done * 65 / 64;
  double all = b->wide && guess > b->expected ? guess : b->expected; /* a block of it says as much as a few searches */
  all = all * 17 / 16;
  if (guess < (double)room) room = (int64_t)guess + 1;
  if (b->room == 0 && all > MANY && all > (double)room && khop_i_plan_bytes(b->plan, all) <= (double)b->plan->max_bytes)
    room = (int64_t)all;
  if (done == b->blocks) room = entries; /* the last block: exactly, but for little */
  KHOP_TRY(khop_i_grow(&b->rings->columns, room, sizeof *b->rings->columns, "ring columns"));
  if (b->plan->options.op == KHOP_WALK_POWER)
    KHOP_TRY(khop_i_grow(&b->rings->values, room, sizeof *b->rings->values, "walk counts"));
  b->room = room;
done:
  return status;
}

/* Whether it is a block's turn: the blocks before it have their places. False: the build has stopped. */
static bool await_turn(const build *b, int64_t index) {
  for (int64_t looks = 0; atomic_load(&b->turn) != index; looks++) {
    if (atomic_load(&b->stop)) return false;
    if (looks > LOOKS) sched_yield();
  }
  return true;
}

/* Gives a block, whose turn it is, its place, and lets the next one have its turn. Columns are moved only while
 * nobody is at them; then its thread is. */
static khop_status place_block(build *b, int64_t index) {
  int64_t slots = b->plan->slots, *offsets = b->rings->offsets;
  int64_t first = index * b->rows, last = first + b->rows < b->rings->nodes ? first + b->rows : b->rings->nodes;
  for (int64_t cell = first * slots; cell < last * slots; cell++) offsets[cell + 1] += offsets[cell];
  b->entries = offsets[last * slots];
  if (b->entries > b->room) {
    while (atomic_load(&b->writers) > 0) sched_yield();
    khop_status status = reserve(b, b->entries, index + 1);
    if (status != KHOP_OK) return status;
  }
  atomic_fetch_add(&b->writers, 1);
  atomic_store(&b->turn, index + 1);
  return KHOP_OK;
}

/* A copy past the caches, which many entries would leave anyway: their lines are not read before they are written.
 * (Facebook to hop 2, 26 MB: 25.3 ms, and 24.2; the first product after it takes no longer.) */
static void copy_aside(int32_t *to, const int32_t *from, int64_t count) {
#if defined(__SSE2__)
  int64_t done = 0;
  for (; done < count && (uintptr_t)(to + done) % sizeof(__m128i); done++) to[done] = from[done];
  for (; done + 4 <= count; done += 4)
    _mm_stream_si128((__m128i *)(void *)(to + done), _mm_loadu_si128((const __m128i *)(const void *)(from + done)));
  for (; done < count; done++) to[done] = from[done];
  _mm_sfence();
#else
  memcpy(to, from, (size_t)count * sizeof *to);
#endif
}

static void copy_chunk(const build *b, const khop_i_chunk *c, int64_t place) {
  int32_t *to = b->rings->columns + place;
  if (b->expected * sizeof *to >= MANY_CACHES * (double)khop_i_cache()) copy_aside(to, c->columns, c->entries);
  else memcpy(to, c->columns, (size_t)c->entries * sizeof *to);
}

static void fill_block(build *b, const khop_i_chunk *c, int64_t index, int thread) {
  const khop_rings *rings = b->rings;
  const int64_t *place = rings->offsets + index * b->rows * rings->slots;
  if (c->entries && b->wide) read_wide(b, &b->wide[thread], place);
  if (c->entries && !b->wide) copy_chunk(b, c, *place);
  if (c->entries && rings->values) memcpy(rings->values + *place, c->values, (size_t)c->entries * sizeof *c->values);
  atomic_fetch_sub(&b->writers, 1);
}

/* What a thread has found and not placed: block[k % AHEAD] in that chunk of its own, k = first .. first + count - 1. */
typedef struct waiting {
  int thread, first, count;
  int64_t block[AHEAD];
} waiting;

static khop_i_chunk *chunk_of(const build *b, const waiting *w, int k) {
  return &b->chunk[w->thread * AHEAD + (w->first + k) % AHEAD];
}

/* Places those whose turn has come, and others, for which it waits, until no more than `most` are left. */
static khop_status place_some(build *b, waiting *w, int most) {
  while (w->count > 0 && (w->count > most || atomic_load(&b->turn) == w->block[w->first])) {
    int64_t index = w->block[w->first];
    if (!await_turn(b, index)) return KHOP_OK;
    khop_status status = place_block(b, index);
    if (status != KHOP_OK) return status;
    fill_block(b, chunk_of(b, w, 0), index, w->thread);
    w->first = --w->count ? (w->first + 1) % AHEAD : 0;
  }
  return KHOP_OK;
}

/* A search keeps its bits itself until they are read, and a block of products is a large one: they wait. */
static khop_status take_block(build *b, waiting *w, int64_t index) {
  khop_status status = build_block(b, chunk_of(b, w, w->count), index, w->thread);
  if (status != KHOP_OK) return status;
  w->block[(w->first + w->count++) % AHEAD] = index;
  return place_some(b, w, b->wide || b->adjacency ? 0 : AHEAD - 1);
}

static void take_while(build *b, int64_t end) {
  waiting w = {.thread = omp_get_thread_num()};
  khop_status status = open_search(b, w.thread);
  if (status != KHOP_OK) note_failure(b, status);
  while (!atomic_load(&b->stop)) {
    int64_t i = atomic_fetch_add(&b->next, 1);
    if (i >= end) break;
    status = b->near ? build_group(b, i, w.thread) : take_block(b, &w, i);
    if (status != KHOP_OK) note_failure(b, status);
    else report_progress(b);
  }
  status = place_some(b, &w, 0);
  if (status != KHOP_OK) note_failure(b, status);
}

/* The blocks up to `end`, from those on that have been taken; or one pass over groups. */
static khop_status take_blocks(build *b, int64_t end, int threads) {
#pragma omp parallel num_threads(threads)
  take_while(b, end);
  atomic_store(&b->next, end);
  return b->status == KHOP_OK ? KHOP_OK : khop_i_fail(b->status, "%s", b->message);
}

/* Of products one block alone shows whether more threads are worth it. */
static khop_status run_blocks(build *b) {
  khop_status status = KHOP_OK;
  double entries = b->expected;
  if (b->adjacency) {
    KHOP_TRY(take_blocks(b, 1, 1));
    entries = (double)b->entries * (double)(b->blocks - 1);
  }
  KHOP_TRY(take_blocks(b, b->blocks, threads_for(b, entries)));
  KHOP_TRY(reserve(b, b->entries, b->blocks));
done:
  return status;
}

/* Groups are not in the order of rows: first all sizes, and then all columns, each to its place. */
static khop_status run_groups(build *b) {
  khop_status status = KHOP_OK;
  int64_t groups = b->blocks / 2, cells = b->rings->nodes * b->rings->slots, *offsets = b->rings->offsets;
  int threads = threads_for(b, b->expected);
  KHOP_TRY(take_blocks(b, groups, threads));
  for (int64_t cell = 0; cell < cells; cell++) offsets[cell + 1] += offsets[cell];
  KHOP_TRY(khop_i_alloc_raw(&b->rings->columns, offsets[cells], sizeof *b->rings->columns, "ring columns"));
  atomic_store(&b->next, 0);
  KHOP_TRY(take_blocks(b, groups, threads));
done:
  return status;
}

/* The estimate costs a few hundred searches: it is taken only where the worst case would not fit. */
static khop_status check_budget(const khop_i_plan *plan) {
  double n = (double)plan->graph->nodes, copies = plan->options.op == KHOP_RING ? 1 : plan->slots;
  if (khop_i_plan_bytes(plan, n * n * copies) <= (double)plan->max_bytes) return KHOP_OK;
  khop_estimate estimate;
  khop_status status = khop_rings_estimate(&estimate, NULL, NULL, plan->graph, plan->slots,
                                           plan->hops, &plan->options, 0, 1);
  if (status != KHOP_OK || estimate.bytes <= (double)plan->max_bytes) return status;
  return khop_i_plan_refuse(plan, estimate.bytes, "about ");
}

static khop_status new_rings(khop_rings **rings, const khop_i_plan *plan) {
  double least = khop_i_plan_bytes(plan, 0); /* the offsets alone */
  if (least > (double)plan->max_bytes) return khop_i_plan_refuse(plan, least, "at least ");
  khop_status status = khop_i_rings_new(rings, plan->graph->nodes, plan->slots, plan->hops);
  if (status != KHOP_OK) return status;
  (*rings)->direction = plan->options.direction;
  (*rings)->op = plan->options.op;
  (*rings)->symmetric = plan->symmetric;
  return KHOP_OK;
}

static void set_blocks(build *b, int rows) {
  b->rows = rows;
  b->blocks = (b->plan->graph->nodes + rows - 1) / rows;
  b->threads = khop_threads() < b->blocks ? khop_threads() : (int)b->blocks;
}

/* A block is a group of near rows, and is there twice: for their sizes and for their columns. */
static khop_status open_groups(build *b) {
  set_blocks(b, KHOP_I_WIDE);
  b->blocks *= 2;
  khop_status status = khop_i_groups_new(&b->near, b->arcs, KHOP_I_WIDE);
  return status == KHOP_OK ? khop_i_alloc(&b->patch, b->searches, sizeof *b->patch, "searches") : status;
}

/* One search tries a few sources, and says which of the three ways the others take. */
static khop_status open_bits(build *b) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = b->plan;
  KHOP_TRY(khop_i_arcs(&b->arcs, &b->made, plan->graph, plan->options.direction));
  set_blocks(b, BITS_ROWS);
  b->searches = b->threads;
  KHOP_TRY(khop_i_alloc(&b->bfs, b->searches, sizeof *b->bfs, "searches"));
  KHOP_TRY(khop_i_bfs_open(&b->bfs[0], b->arcs));
  b->choice = khop_i_choose(plan, &b->bfs[0], true);
  b->expected = b->choice.entries;
  if (b->choice.way == KHOP_I_NEAR) KHOP_TRY(open_groups(b));
  if (b->choice.way == KHOP_I_WHOLE) {
    set_blocks(b, KHOP_I_WIDE);
    KHOP_TRY(khop_i_alloc(&b->wide, b->searches, sizeof *b->wide, "searches"));
  }
done:
  return status;
}

static khop_status open_products(build *b) {
  set_blocks(b, KHOP_I_BLOCK_ROWS);
  return khop_i_adjacency(&b->adjacency, b->plan->graph, b->plan->options.direction,
                          b->plan->options.op);
}

static void close_searches(build *b) {
  for (int i = 0; b->chunk && i < b->threads * AHEAD; i++) khop_i_chunk_free(&b->chunk[i]);
  for (int t = 0; b->bfs && t < b->searches; t++) khop_i_bfs_close(&b->bfs[t]);
  for (int t = 0; b->patch && t < b->searches; t++) khop_i_patch_close(&b->patch[t]);
  for (int t = 0; b->wide && t < b->searches; t++) khop_i_wide_close(&b->wide[t]);
  khop_i_free(b->chunk);
  khop_i_free(b->bfs);
  khop_i_free(b->wide);
  khop_i_free(b->patch);
  khop_i_free(b->near);
  khop_graph_free(b->made);
  if (b->adjacency) GrB_Matrix_free(&b->adjacency);
}

static khop_status search_all(build *b) {
  khop_status status = KHOP_OK;
  const khop_i_plan *plan = b->plan;
  KHOP_TRY(check_budget(plan));
  if (plan->searched > 0 && plan->graph->nodes > 0) {
    KHOP_TRY(khop_i_plan_by_products(plan) ? open_products(b) : open_bits(b));
    KHOP_TRY(khop_i_alloc(&b->chunk, b->threads * AHEAD, sizeof *b->chunk, "blocks"));
    KHOP_TRY(b->near ? run_groups(b) : run_blocks(b));
  } else {
    KHOP_TRY(khop_i_alloc(&b->rings->columns, 0, sizeof *b->rings->columns, "ring columns"));
  }
done:
  close_searches(b);
  return status;
}

khop_status khop_rings_build(khop_rings **out, const khop_graph *graph, int count, const int *hops,
                             const khop_rings_options *options) {
  khop_status status = KHOP_OK;
  khop_i_plan plan;
  build b = {.plan = &plan, .status = KHOP_OK};
  bool filled = false;
  *out = NULL;
  if (options && options->form != KHOP_STORED)
    return khop_i_form_build(out, graph, count, hops, options);
  KHOP_TRY(khop_i_plan_open(&plan, graph, count, hops, options));
  KHOP_TRY(new_rings(&b.rings, &plan));
  KHOP_TRY(khop_i_chain_fill(&filled, b.rings, &plan));
  if (!filled) KHOP_TRY(search_all(&b));
  *out = b.rings;
  b.rings = NULL;
done:
  khop_rings_free(b.rings);
  khop_i_plan_close(&plan);
  return status;
}
