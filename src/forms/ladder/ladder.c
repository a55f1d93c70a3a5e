/* ladder.c: see ladder.h. Rungs are built one after another, each in blocks of rows on all threads, which are then
 * joined into one CSR.
 *
 * What is held while rung k is built: the rungs so far, the blocks of this one, the ring sizes of
 * hops k-1 and k, and as many rows of ring k-1 as a share of the budget allows. Never a ring. */
#include "forms/ladder/ladder.h"
#include "forms/ladder/schedule.h"
#include "forms/ladder/row_cover.h"
#include "forms/ladder/twins.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

#include <omp.h>
#include <stdatomic.h>
#include <string.h>

/* Rows that a thread takes at a time. */
#define BLOCK_ROWS 256

/* The entries of a block: those of bases, plus and minus, and the large ones apart. */
typedef struct chunk {
  int64_t count, capacity, large, large_capacity;
  int32_t *columns, *large_columns;
  khop_real *values;
} chunk;

typedef struct builder {
  const khop_rings_options *options;
  khop_i_ladder *ladder;
  khop_i_bases bases;
  int64_t blocks, max_bytes, done;
  double share_done, share; /* of the whole, before this rung and of it */
  chunk *chunk;          /* (blocks) */
  khop_i_row_cover *cover;   /* (threads) */
  int threads;
  int32_t *size, *next;  /* (nodes) of rings k-1 and k */
  int32_t *first;        /* (nodes) of twins, whose row is found for all of them; or NULL: there are none */
  khop_i_hop_csr *steps, *large;
  int32_t *q, *own;      /* (nodes) */
  atomic_int_fast64_t held; /* bytes */
  atomic_bool stop;
  khop_status status;
  char message[512];
} builder;

/* --- rows ----------------------------------------------------------------------------------- */

static khop_status refuse_ladder(const builder *b, double bytes) {
  return khop_i_fail(KHOP_E_BUDGET, "the ladder up to hop %d of %lld nodes takes at least %.3g MB and "
                     "the budget is %.3g MB: ask for fewer or nearer hops, or raise the budget",
                     b->bases.hop + 1, (long long)b->ladder->nodes, bytes / 1e6,
                     (double)b->max_bytes / 1e6);
}

static khop_status claim_bytes(builder *b, int64_t bytes) {
  int64_t held = atomic_fetch_add(&b->held, bytes) + bytes;
  return held <= b->max_bytes ? KHOP_OK : refuse_ladder(b, (double)held);
}

/* Grows an array to `count` entries, and claims twice as many bytes: the blocks are copied when they are joined, and
 * the transpose is as large again. */
static khop_status reserve_entries(builder *b, void *array, int64_t *capacity, int64_t count, size_t size) {
  if (count <= *capacity) return KHOP_OK;
  int64_t wider = 2 * *capacity > count ? 2 * *capacity : count;
  khop_status status = claim_bytes(b, 2 * (wider - *capacity) * (int64_t)size);
  if (status == KHOP_OK) status = khop_i_grow(array, wider, size, "a block of a rung");
  if (status == KHOP_OK) *capacity = wider;
  return status;
}

static khop_status keep_row(builder *b, chunk *to, const khop_i_row_cover *cover, const khop_i_rung_row *row) {
  khop_status status = KHOP_OK;
  int64_t count = row->bases + row->plus + row->minus, capacity = to->large_capacity;
  KHOP_TRY(reserve_entries(b, &to->columns, &to->capacity, to->count + count, sizeof *to->columns));
  KHOP_TRY(reserve_entries(b, &to->values, &capacity, to->large + row->large, sizeof *to->values));
  KHOP_TRY(reserve_entries(b, &to->large_columns, &to->large_capacity, to->large + row->large,
                     sizeof *to->large_columns));
  if (count) memcpy(to->columns + to->count, cover->out, (size_t)count * sizeof *to->columns);
  if (row->large) {
    memcpy(to->large_columns + to->large, cover->out + count, (size_t)row->large * sizeof *cover->out);
    memcpy(to->values + to->large, cover->values, (size_t)row->large * sizeof *to->values);
  }
  to->count += count;
  to->large += row->large;
done:
  return status;
}

static bool is_first(const builder *b, int64_t i) { return !b->first || b->first[i] == i; }

static khop_status build_block(builder *b, int64_t index, khop_i_row_cover *cover) {
  int64_t end = (index + 1) * BLOCK_ROWS < b->ladder->nodes ? (index + 1) * BLOCK_ROWS : b->ladder->nodes;
  for (int64_t i = index * BLOCK_ROWS; i < end; i++) {
    khop_i_rung_row row;
    int64_t ring;
    if (!is_first(b, i)) continue;
    khop_status status = khop_i_row_cover_find(&row, &ring, cover, i);
    if (status == KHOP_OK) status = keep_row(b, &b->chunk[index], cover, &row);
    if (status != KHOP_OK) return status;
    int64_t *sizes = b->steps->offsets + i * KHOP_I_PARTS + 1;
    sizes[KHOP_I_BASES] = row.bases;
    sizes[KHOP_I_PLUS] = row.plus;
    sizes[KHOP_I_MINUS] = row.minus;
    b->large->offsets[i + 1] = row.large;
    b->q[i] = row.q;
    b->own[i] = row.own;
    b->next[i] = (int32_t)ring;
  }
  return KHOP_OK;
}

/* Messages belong to a thread: that of the first failure is carried over to the thread of the caller. */
static void note_failure(builder *b, khop_status status) {
#pragma omp critical(khop_ladder_build)
  if (b->status == KHOP_OK) {
    b->status = status;
    strncpy(b->message, khop_message(), sizeof b->message - 1);
    atomic_store(&b->stop, true);
  }
}

static void report_progress(builder *b) {
  if (!b->options->progress) return;
  bool go_on;
#pragma omp critical(khop_ladder_progress)
  {
    b->done++;
    go_on = atomic_load(&b->stop) ||
            b->options->progress(b->share_done + b->share * (double)b->done / (double)b->blocks,
                                 b->options->context);
  }
  if (!go_on) note_failure(b, khop_i_fail(KHOP_E_INTERRUPTED, "the build of the ladder was stopped"));
}

static khop_status build_rows(builder *b) {
#pragma omp parallel for schedule(dynamic, 1) num_threads(b->threads)
  for (int64_t index = 0; index < b->blocks; index++) {
    if (atomic_load(&b->stop)) continue;
    khop_status status = build_block(b, index, &b->cover[omp_get_thread_num()]);
    if (status != KHOP_OK)
      note_failure(b, status);
    else
      report_progress(b);
  }
  return b->status == KHOP_OK ? KHOP_OK : khop_i_fail(b->status, "%s", b->message);
}

/* --- rungs ---------------------------------------------------------------------------------- */

static void sum_up(khop_i_hop_csr *part) {
  int64_t cells = part->nodes * part->slots;
  for (int64_t cell = 0; cell < cells; cell++) part->offsets[cell + 1] += part->offsets[cell];
}

/* Rows of twins are as long as that of the first of them. */
static khop_status measure_twins(builder *b) {
  khop_status status = KHOP_OK;
  for (int64_t i = 0; b->first && i < b->ladder->nodes; i++) {
    int64_t f = b->first[i], count = 0, *to = b->steps->offsets + i * KHOP_I_PARTS + 1;
    if (f == i) continue;
    for (int part = 0; part < KHOP_I_PARTS; part++)
      count += to[part] = b->steps->offsets[f * KHOP_I_PARTS + 1 + part];
    b->large->offsets[i + 1] = b->large->offsets[f + 1];
    b->q[i] = b->q[f];
    b->own[i] = b->own[f];
    b->next[i] = b->next[f];
    int64_t each = (int64_t)(sizeof *b->large->columns + sizeof *b->large->values);
    KHOP_TRY(claim_bytes(b, 2 * (count * (int64_t)sizeof *b->steps->columns + b->large->offsets[f + 1] * each)));
  }
done:
  return status;
}

/* Copies row i of a part from the first of its twins, with the two exchanged. */
static void copy_twin(khop_i_hop_csr *part, int64_t i, int64_t f) {
  for (int slot = 0; slot < part->slots; slot++) {
    int64_t from = part->offsets[f * part->slots + slot], to = part->offsets[i * part->slots + slot];
    int64_t count = part->offsets[i * part->slots + slot + 1] - to;
    if (count) memcpy(part->columns + to, part->columns + from, (size_t)count * sizeof *part->columns);
    if (count && part->values) memcpy(part->values + to, part->values + from, (size_t)count * sizeof *part->values);
    khop_i_twins_exchange(part->columns + to, part->values ? part->values + to : NULL, count, (int32_t)f, (int32_t)i);
  }
}

/* Copies the columns of one block to their rows. */
static void place_block(builder *b, int64_t index) {
  int64_t end = (index + 1) * BLOCK_ROWS < b->ladder->nodes ? (index + 1) * BLOCK_ROWS : b->ladder->nodes;
  int64_t place = 0, other = 0;
  const chunk *c = &b->chunk[index];
  for (int64_t i = index * BLOCK_ROWS; i < end; i++) {
    if (!is_first(b, i)) continue;
    int64_t at = b->steps->offsets[i * KHOP_I_PARTS], count = b->steps->offsets[(i + 1) * KHOP_I_PARTS] - at;
    int64_t to = b->large->offsets[i], large = b->large->offsets[i + 1] - to;
    if (count) memcpy(b->steps->columns + at, c->columns + place, (size_t)count * sizeof *c->columns);
    if (large) {
      memcpy(b->large->columns + to, c->large_columns + other, (size_t)large * sizeof *c->large_columns);
      memcpy(b->large->values + to, c->values + other, (size_t)large * sizeof *c->values);
    }
    place += count;
    other += large;
  }
}

/* Copies the columns of the blocks into one array, and those of twins from the first of them. */
static khop_status join_blocks(builder *b) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *steps = b->steps, *large = b->large;
  int64_t n = steps->nodes;
  KHOP_TRY(measure_twins(b));
  sum_up(steps);
  sum_up(large);
  KHOP_TRY(khop_i_alloc_raw(&steps->columns, steps->offsets[n * KHOP_I_PARTS], sizeof *steps->columns, "a rung"));
  KHOP_TRY(khop_i_alloc_raw(&large->columns, large->offsets[n], sizeof *large->columns, "a rung"));
  KHOP_TRY(khop_i_alloc_raw(&large->values, large->offsets[n], sizeof *large->values, "a rung"));
  for (int64_t i = 0; i < b->blocks; i++) place_block(b, i);
  for (int64_t i = 0; i < n; i++) {
    if (is_first(b, i)) continue;
    copy_twin(steps, i, b->first[i]);
    copy_twin(large, i, b->first[i]);
  }
done:
  return status;
}

static khop_status keep_diagonal(khop_real **out, const int32_t *from, int64_t nodes) {
  bool any = false;
  for (int64_t i = 0; i < nodes; i++) any = any || from[i];
  if (!any) return KHOP_OK;
  khop_status status = khop_i_alloc_raw(out, nodes, sizeof **out, "a rung's diagonal");
  for (int64_t i = 0; status == KHOP_OK && i < nodes; i++) (*out)[i] = (khop_real)from[i];
  return status;
}

/* Gives the rung to the ladder, with its transpose. */
static khop_status add_rung(builder *b) {
  khop_status status = KHOP_OK;
  khop_i_rung *rung = &b->ladder->rung[b->ladder->rungs++];
  rung->steps = b->steps;
  if (b->large && b->large->offsets[b->ladder->nodes] > 0)
    rung->large = b->large;
  else
    khop_i_hop_csr_free(b->large);
  b->steps = b->large = NULL;
  for (int64_t cell = 0; cell < b->ladder->nodes * KHOP_I_PARTS; cell++)
    rung->entries[cell % KHOP_I_PARTS] += rung->steps->offsets[cell + 1] - rung->steps->offsets[cell];
  KHOP_TRY(khop_i_hop_csr_transpose(&rung->steps_transposed, rung->steps));
  if (rung->large) KHOP_TRY(khop_i_hop_csr_transpose(&rung->large_transposed, rung->large));
  if (b->q) KHOP_TRY(keep_diagonal(&rung->q, b->q, b->ladder->nodes));
  if (b->own) KHOP_TRY(keep_diagonal(&rung->own, b->own, b->ladder->nodes));
done:
  return status;
}

/* R_1 is the graph itself. */
static khop_status first_rung(builder *b, const khop_graph *arcs) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_hop_csr_new(&b->steps, arcs->nodes, KHOP_I_PARTS));
  KHOP_TRY(khop_i_copy(&b->steps->columns, arcs->targets, arcs->arcs, sizeof *arcs->targets, "rung 1"));
  for (int64_t i = 0; i < arcs->nodes; i++) {
    int64_t *end = b->steps->offsets + i * KHOP_I_PARTS + 1;
    end[KHOP_I_BASES] = arcs->offsets[i];
    end[KHOP_I_PLUS] = end[KHOP_I_MINUS] = arcs->offsets[i + 1];
    b->next[i] = (int32_t)(arcs->offsets[i + 1] - arcs->offsets[i]);
  }
  KHOP_TRY(add_rung(b));
done:
  return status;
}

static khop_status open_covers(builder *b) {
  khop_status status = KHOP_OK;
  b->threads = khop_i_threads_for(b->ladder->nodes * 64);
  KHOP_TRY(khop_i_alloc(&b->cover, b->threads, sizeof *b->cover, "row covers"));
  for (int t = 0; t < b->threads; t++) KHOP_TRY(khop_i_row_cover_open(&b->cover[t], &b->bases));
done:
  return status;
}

static void close_rung(builder *b) {
  for (int t = 0; b->cover && t < b->threads; t++) khop_i_row_cover_close(&b->cover[t]);
  for (int64_t i = 0; b->chunk && i < b->blocks; i++) {
    khop_i_free(b->chunk[i].columns);
    khop_i_free(b->chunk[i].large_columns);
    khop_i_free(b->chunk[i].values);
  }
  khop_i_free(b->cover);
  khop_i_free(b->chunk);
  khop_i_free(b->q);
  khop_i_free(b->own);
  khop_i_hop_csr_free(b->steps);
  khop_i_hop_csr_free(b->large);
  khop_i_bases_close(&b->bases);
  b->cover = NULL;
  b->chunk = NULL;
  b->q = b->own = NULL;
  b->steps = b->large = NULL;
}

/* Bytes of a rung without its columns: the offsets both ways, the diagonals, the ring sizes. */
static int64_t fixed_bytes(int64_t nodes) {
  return nodes * (int64_t)(2 * (KHOP_I_PARTS + 1) * sizeof(int64_t) + 2 * sizeof(khop_real) + 4 * sizeof(int32_t));
}

static khop_status next_rung(builder *b, const khop_graph *arcs, int hop) {
  khop_status status = KHOP_OK;
  int64_t n = arcs->nodes;
  int32_t *held = b->size;
  b->size = b->next;
  b->next = held;
  b->bases = (khop_i_bases){.hop = hop - 1};
  b->blocks = (n + BLOCK_ROWS - 1) / BLOCK_ROWS;
  b->done = 0;
  double work = khop_i_row_cover_bytes(arcs, hop) * khop_i_threads_for(n * 64);
  KHOP_TRY(claim_bytes(b, fixed_bytes(n) + (work < 1e18 ? (int64_t)work : INT64_MAX / 4)));
  int64_t spare = (b->max_bytes - atomic_load(&b->held)) / 2;
  KHOP_TRY(khop_i_bases_open(&b->bases, arcs, hop - 1, b->size, b->first, spare));
  KHOP_TRY(khop_i_hop_csr_new(&b->steps, n, KHOP_I_PARTS));
  KHOP_TRY(khop_i_hop_csr_new(&b->large, n, 1));
  KHOP_TRY(khop_i_alloc(&b->q, n, sizeof *b->q, "a rung's diagonal"));
  KHOP_TRY(khop_i_alloc(&b->own, n, sizeof *b->own, "a rung's diagonal"));
  KHOP_TRY(khop_i_alloc(&b->chunk, b->blocks, sizeof *b->chunk, "blocks of a rung"));
  KHOP_TRY(open_covers(b));
  KHOP_TRY(build_rows(b));
  KHOP_TRY(join_blocks(b));
  KHOP_TRY(add_rung(b));
  atomic_fetch_sub(&b->held, (int64_t)work);
done:
  close_rung(b);
  return status;
}

static void count_rings(int32_t *counts, const builder *b, int slots, const int *hops, int hop) {
  for (int s = 0; s < slots; s++)
    for (int64_t i = 0; hops[s] == hop && i < b->ladder->nodes; i++)
      counts[i * slots + s] = hop ? b->next[i] : 1;
}

static bool any_ring(const int32_t *size, int64_t nodes) {
  for (int64_t i = 0; i < nodes; i++)
    if (size[i]) return true;
  return false;
}

khop_status khop_i_ladder_build(khop_i_ladder **out, int32_t *counts, const khop_graph *arcs,
                                int slots, const int *hops, const khop_rings_options *options,
                                int64_t max_bytes) {
  khop_status status = KHOP_OK;
  builder b = {.options = options, .max_bytes = max_bytes, .status = KHOP_OK};
  int64_t n = arcs->nodes;
  int furthest = hops[slots - 1];
  *out = NULL;
  KHOP_TRY(khop_i_alloc(&b.ladder, 1, sizeof *b.ladder, "a ladder"));
  b.ladder->nodes = n;
  KHOP_TRY(khop_i_alloc(&b.ladder->rung, KHOP_I_MOST_RUNGS, sizeof *b.ladder->rung, "rungs"));
  KHOP_TRY(khop_i_alloc(&b.size, n, sizeof *b.size, "ring sizes"));
  KHOP_TRY(khop_i_alloc(&b.next, n, sizeof *b.next, "ring sizes"));
  if (furthest > 1) KHOP_TRY(khop_i_twins_find(&b.first, arcs));
  KHOP_TRY(claim_bytes(&b, fixed_bytes(n) + 2 * arcs->arcs * (int64_t)sizeof *arcs->targets));
  count_rings(counts, &b, slots, hops, 0);
  for (int hop = 1; hop <= furthest; hop++) {
    if (hop > KHOP_I_MOST_RUNGS)
      KHOP_FAIL(KHOP_E_ARGUMENT, "a ladder up to hop %d: it goes up to %d", furthest, KHOP_I_MOST_RUNGS);
    b.share_done = (double)(hop - 1) / furthest;
    b.share = 1.0 / furthest;
    KHOP_TRY(hop == 1 ? first_rung(&b, arcs) : next_rung(&b, arcs, hop));
    count_rings(counts, &b, slots, hops, hop);
    if (!any_ring(b.next, n)) break; /* all rings beyond are empty, too */
  }
  KHOP_TRY(khop_i_schedule_new(&b.ladder->schedule, b.ladder, slots, hops, max_bytes - atomic_load(&b.held)));
  *out = b.ladder;
  b.ladder = NULL;
done:
  khop_i_hop_csr_free(b.steps);
  khop_i_free(b.size);
  khop_i_free(b.next);
  khop_i_free(b.first);
  khop_i_ladder_free(b.ladder);
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

void khop_i_ladder_free(khop_i_ladder *ladder) {
  if (!ladder) return;
  for (int r = 0; ladder->rung && r < ladder->rungs; r++) {
    khop_i_hop_csr_free(ladder->rung[r].steps);
    khop_i_hop_csr_free(ladder->rung[r].steps_transposed);
    khop_i_hop_csr_free(ladder->rung[r].large);
    khop_i_hop_csr_free(ladder->rung[r].large_transposed);
    khop_i_free(ladder->rung[r].q);
    khop_i_free(ladder->rung[r].own);
  }
  khop_i_free(ladder->rung);
  khop_i_schedule_free(ladder->schedule);
  khop_i_free(ladder);
}

int64_t khop_i_ladder_entries(const khop_i_ladder *ladder, int hop) {
  if (hop < 1 || hop > ladder->rungs) return 0;
  const khop_i_rung *rung = &ladder->rung[hop - 1];
  int64_t total = rung->steps->offsets[ladder->nodes * KHOP_I_PARTS];
  if (rung->large) total += rung->large->offsets[ladder->nodes];
  for (int64_t i = 0; rung->q && i < ladder->nodes; i++) total += rung->q[i] != 0;
  for (int64_t i = 0; rung->own && i < ladder->nodes; i++) total += rung->own[i] != 0;
  return total;
}

size_t khop_i_ladder_bytes(const khop_i_ladder *ladder) {
  size_t total = sizeof *ladder + (ladder->schedule ? khop_i_schedule_bytes(ladder->schedule) : 0);
  for (int r = 0; r < ladder->rungs; r++) {
    const khop_i_rung *rung = &ladder->rung[r];
    total += 2 * khop_i_hop_csr_bytes(rung->steps) + 2 * khop_i_hop_csr_bytes(rung->large);
    total += (size_t)ladder->nodes * ((rung->q ? sizeof *rung->q : 0) + (rung->own ? sizeof *rung->own : 0));
  }
  return total;
}
