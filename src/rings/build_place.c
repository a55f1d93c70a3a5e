/* build_place.c: see build_place.h.
 *
 * A block waits its turn, reserves its slice of the columns, and copies itself there while the next one reserves: the
 * peak is the rings and a few blocks a thread. */
#include "rings/build_place.h"
#include "base/error.h"
#include "base/memory.h"
#include "rings/build_block.h"

#include <sched.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* From so many expected entries on, reserve the full estimate, which then gets huge pages: an array of a megabyte is
 * too small for them, and growing it costs less than a wrong guess. */
#define RESERVE_ALL ((double)(1 << 18))
/* Above this many L2 sizes, use non-temporal stores: what is copied would have left the cache before it is read. */
#define STREAM_L2_SIZES 8
/* Spins before a waiting thread yields its core: some microseconds, as long as a block usually takes. */
#define SPINS 4096
/* The first two were fitted on an AMD EPYC (L2 of 1 MB), the third on an Intel Xeon, with two threads each:
 * docs/notes/2026-11-ring-build.md. KHOP_BENCH_THREADS="1 2" sh bench/run rings measures them anew. */

/* From RESERVE_ALL entries on, the full estimate and a sixteenth is reserved at once: pages that are never written
 * to are never mapped, and the others can be huge pages. What is left over in the end is kept where it is less than
 * an eighth, since the next build would ask the system for it again. With fewer entries the array grows by what the
 * blocks done so far predict, and never by more than an eighth, because hubs often come first. */
khop_status khop_i_build_reserve(khop_i_build *b, int64_t entries, int64_t done) {
  khop_status status = KHOP_OK;
  if (b->rings->columns && entries <= b->capacity && b->capacity - entries <= entries / 8) return KHOP_OK;
  int64_t capacity = entries + entries / 8;
  double guess = (double)entries * (double)b->blocks / (double)done * 65 / 64;
  /* A block of 512 rows predicts as well as the probes did. */
  double all = b->msbfs && guess > b->expected ? guess : b->expected;
  all = all * 17 / 16;
  if (guess < (double)capacity) capacity = (int64_t)guess + 1;
  if (b->capacity == 0 && all > RESERVE_ALL && all > (double)capacity &&
      khop_i_plan_bytes(b->plan, all) <= (double)b->plan->max_bytes)
    capacity = (int64_t)all;
  if (done == b->blocks) capacity = entries; /* nothing will be added: give the rest back */
  KHOP_TRY(khop_i_grow(&b->rings->columns, capacity, sizeof *b->rings->columns, "ring columns"));
  if (b->plan->options.op == KHOP_WALK_POWER)
    KHOP_TRY(khop_i_grow(&b->rings->values, capacity, sizeof *b->rings->values, "walk counts"));
  b->capacity = capacity;
done:
  return status;
}

/* Waits until the blocks before this one have reserved their slices; it rarely blocks for long. False: the build has
 * stopped. */
static bool await_turn(const khop_i_build *b, int64_t index) {
  for (int64_t spins = 0; atomic_load(&b->turn) != index; spins++) {
    if (atomic_load(&b->stop)) return false;
    if (spins > SPINS) sched_yield();
  }
  return true;
}

/* Reserves the slice of a block whose turn it is, and passes the turn on. The array of columns is moved only while no
 * thread writes to it. */
static khop_status reserve_slice(khop_i_build *b, int64_t index) {
  int64_t slots = b->plan->slots, *offsets = b->rings->offsets;
  int64_t first = b->plan->first + index * b->rows, end = b->plan->first + b->plan->rows;
  int64_t last = first + b->rows < end ? first + b->rows : end;
  for (int64_t cell = first * slots; cell < last * slots; cell++) offsets[cell + 1] += offsets[cell];
  b->entries = offsets[last * slots];
  if (b->entries > b->capacity) {
    while (atomic_load(&b->writers) > 0) sched_yield();
    khop_status status = khop_i_build_reserve(b, b->entries, index + 1);
    if (status != KHOP_OK) return status;
  }
  atomic_fetch_add(&b->writers, 1);
  atomic_store(&b->turn, index + 1);
  return KHOP_OK;
}

/* Copies by non-temporal stores, which do not read a line before they write it. */
static void copy_non_temporal(int32_t *to, const int32_t *from, int64_t count) {
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

static void copy_chunk(const khop_i_build *b, const khop_i_chunk *c, int64_t start) {
  int32_t *to = b->rings->columns + start;
  if (b->expected * sizeof *to >= STREAM_L2_SIZES * (double)khop_i_cache())
    copy_non_temporal(to, c->columns, c->entries);
  else
    memcpy(to, c->columns, (size_t)c->entries * sizeof *to);
}

static void fill_slice(khop_i_build *b, const khop_i_chunk *c, int64_t index, int thread) {
  const khop_i_hop_csr *rings = b->rings;
  const int64_t *offsets = rings->offsets + (b->plan->first + index * b->rows) * rings->slots;
  if (c->entries && b->msbfs) khop_i_build_read_bits(b, &b->msbfs[thread], offsets);
  if (c->entries && !b->msbfs) copy_chunk(b, c, *offsets);
  if (c->entries && rings->values) memcpy(rings->values + *offsets, c->values, (size_t)c->entries * sizeof *c->values);
  atomic_fetch_sub(&b->writers, 1);
}

khop_status khop_i_build_place(khop_i_build *b, khop_i_build_queue *q, int most) {
  while (q->count > 0 && (q->count > most || atomic_load(&b->turn) == q->block[q->first])) {
    int64_t index = q->block[q->first];
    if (!await_turn(b, index)) return KHOP_OK;
    khop_status status = reserve_slice(b, index);
    if (status != KHOP_OK) return status;
    fill_slice(b, khop_i_build_chunk(b, q, 0), index, q->thread);
    q->first = --q->count ? (q->first + 1) % KHOP_I_BLOCKS_AHEAD : 0;
  }
  return KHOP_OK;
}
