/* ladder_row.c: see ladder_row.h. A greedy choice, exact in what it counts.
 *
 * The cost of a row is bases + [q != 0] + sum |missing|. Adding a base lowers `missing` by 1 on its
 * ring: each positive entry there saves one, every other costs one. Without ring k-2 what a base can
 * save only falls as others are added, so a heap of gains that are brought up to date when they come
 * to the top finds the best next base without looking at all of them (Minoux's lazy greedy). On ring
 * k-2 the number q may move by one at the same time, if that is cheaper. */
#include "rings/ladder_row.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static int64_t largest_degree(const khop_graph *arcs) {
  int64_t most = 0;
  for (int64_t i = 0; i < arcs->nodes; i++)
    if (arcs->offsets[i + 1] - arcs->offsets[i] > most) most = arcs->offsets[i + 1] - arcs->offsets[i];
  return most;
}

double khop_i_bench_bytes(const khop_graph *arcs, int hop) {
  return 2 * khop_i_walk_bytes(arcs->nodes, hop) + (double)arcs->nodes * (4 + 4.0 / 8) +
         16.0 * (double)largest_degree(arcs) + 4.0 * (double)arcs->nodes;
}

khop_status khop_i_bench_open(khop_i_bench *b, const khop_i_bases *source) {
  khop_status status = KHOP_OK;
  const khop_graph *arcs = source->arcs;
  int64_t degree = largest_degree(arcs);
  *b = (khop_i_bench){.source = source, .words = source->words};
  KHOP_TRY(khop_i_walk_open(&b->walk, arcs, source->hop + 1));
  KHOP_TRY(khop_i_walk_open(&b->other, arcs, source->hop));
  KHOP_TRY(khop_i_alloc(&b->missing, arcs->nodes, sizeof *b->missing, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->above, b->words, sizeof *b->above, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->below, b->words, sizeof *b->below, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->near, b->words, sizeof *b->near, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->touched, b->words / 64 + 1, sizeof *b->touched, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc_raw(&b->gain, degree, sizeof *b->gain, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc_raw(&b->heap, degree, sizeof *b->heap, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc_raw(&b->chosen, degree, sizeof *b->chosen, "a row of a ladder"));
done:
  if (status != KHOP_OK) khop_i_bench_close(b);
  return status;
}

void khop_i_bench_close(khop_i_bench *b) {
  khop_i_walk_close(&b->walk);
  khop_i_walk_close(&b->other);
  khop_i_free(b->missing);
  khop_i_free(b->above);
  khop_i_free(b->below);
  khop_i_free(b->near);
  khop_i_free(b->touched);
  khop_i_free(b->gain);
  khop_i_free(b->heap);
  khop_i_free(b->chosen);
  khop_i_free(b->out);
  *b = (khop_i_bench){0};
}

/* --- what is missing ------------------------------------------------------------------------ */

static inline void change(khop_i_bench *b, int64_t j, int32_t by) {
  int64_t word = j / 64, top = word / 64;
  uint64_t bit = (uint64_t)1 << j % 64;
  int32_t now = b->missing[j] += by;
  b->above[word] = now > 0 ? b->above[word] | bit : b->above[word] & ~bit;
  b->below[word] = now < 0 ? b->below[word] | bit : b->below[word] & ~bit;
  b->touched[top] |= (uint64_t)1 << word % 64;
  if (top < b->first) b->first = top;
  if (top > b->last) b->last = top;
}

static void change_base(khop_i_bench *b, const khop_i_base *base, int32_t by) {
  if (base->columns) {
    for (int64_t c = 0; c < base->size; c++) change(b, base->columns[c], by);
    return;
  }
  for (int64_t w = 0; w < b->words; w++)
    for (uint64_t bits = base->bits[w]; bits; bits &= bits - 1)
      change(b, w * 64 + __builtin_ctzll(bits), by);
}

/* q moves by `by`, and what is missing on ring k-2 against it. */
static void move_q(khop_i_bench *b, int32_t by) {
  b->q += by;
  for (int64_t c = 0; c < b->near_count; c++) change(b, b->near_list[c], -by);
}

/* How a set of nodes meets what is missing. */
typedef struct meeting {
  int64_t above, below;                       /* of the whole set */
  int64_t near, near_above, near_below;       /* of its part in ring k-2 */
} meeting;

static inline void count_one(meeting *m, const khop_i_bench *b, int64_t j) {
  int32_t missing = b->missing[j];
  int64_t near = b->near[j / 64] >> j % 64 & 1;
  m->above += missing > 0;
  m->below += missing < 0;
  m->near += near;
  m->near_above += near & (missing > 0);
  m->near_below += near & (missing < 0);
}

static meeting meet(const khop_i_bench *b, const khop_i_base *base) {
  meeting m = {0};
  if (base->columns) {
    for (int64_t c = 0; c < base->size; c++) count_one(&m, b, base->columns[c]);
    return m;
  }
  for (int64_t w = 0; w < b->words; w++) {
    m.above += __builtin_popcountll(base->bits[w] & b->above[w]);
    m.below += __builtin_popcountll(base->bits[w] & b->below[w]);
  }
  if (b->near_count > b->words) {
    for (int64_t w = 0; w < b->words; w++) {
      uint64_t both = base->bits[w] & b->near[w];
      if (!both) continue;
      m.near += __builtin_popcountll(both);
      m.near_above += __builtin_popcountll(both & b->above[w]);
      m.near_below += __builtin_popcountll(both & b->below[w]);
    }
    return m;
  }
  for (int64_t c = 0; c < b->near_count; c++) {
    int64_t j = b->near_list[c], in = base->bits[j / 64] >> j % 64 & 1;
    m.near += in;
    m.near_above += in & (b->missing[j] > 0);
    m.near_below += in & (b->missing[j] < 0);
  }
  return m;
}

static meeting meet_near(const khop_i_bench *b) {
  meeting m = {.near = b->near_count};
  for (int64_t c = 0; c < b->near_count; c++) {
    m.near_above += b->missing[b->near_list[c]] > 0;
    m.near_below += b->missing[b->near_list[c]] < 0;
  }
  return m;
}

/* What the cost falls by if a base is added (taken away: signs exchanged), with or without a move
 * of q by one; *moves: the move is better. */
static int64_t gain_of(bool *moves, const khop_i_base *base, meeting m, meeting near, bool add) {
  int64_t good = add ? m.above : m.below, near_good = add ? m.near_above : m.near_below;
  int64_t other_good = add ? near.near_below - m.near_below : near.near_above - m.near_above;
  int64_t outside = 2 * (good - near_good) - (base->size - m.near);
  int64_t stay = 2 * near_good - m.near, move = 2 * other_good - (near.near - m.near);
  *moves = move > stay;
  return outside + (*moves ? move : stay) + (add ? -1 : 1);
}

/* --- the choice ----------------------------------------------------------------------------- */

/* Larger gains first, then smaller nodes. */
static bool before(const khop_i_bench *b, int64_t x, int64_t y) {
  return b->gain[x] != b->gain[y] ? b->gain[x] > b->gain[y] : b->heap[x] < b->heap[y];
}

static void exchange(khop_i_bench *b, int64_t x, int64_t y) {
  int64_t gain = b->gain[x];
  int32_t node = b->heap[x];
  b->gain[x] = b->gain[y], b->heap[x] = b->heap[y];
  b->gain[y] = gain, b->heap[y] = node;
}

static void sink(khop_i_bench *b, int64_t at, int64_t count) {
  for (int64_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && before(b, child + 1, child)) child++;
    if (!before(b, child, at)) return;
    exchange(b, at, child);
  }
}

static int64_t fill_heap(khop_i_bench *b, int64_t i, int64_t ring) {
  const khop_graph *arcs = b->source->arcs;
  int64_t count = 0;
  meeting near = meet_near(b);
  bool moves;
  for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++) {
    int64_t size = b->source->size[arcs->targets[a]];
    if (size < 2 || size >= 2 * ring + b->near_count) continue; /* it can save nothing */
    khop_i_base base = khop_i_bases_row(b->source, arcs->targets[a], &b->other);
    int64_t gain = gain_of(&moves, &base, meet(b, &base), near, true);
    if (gain <= 0) continue;
    b->gain[count] = gain;
    b->heap[count++] = arcs->targets[a];
  }
  for (int64_t at = count / 2; at-- > 0;) sink(b, at, count);
  return count;
}

static void choose_bases(khop_i_bench *b, int64_t i, int64_t ring) {
  int64_t count = fill_heap(b, i, ring);
  meeting near = meet_near(b);
  while (count > 0) {
    khop_i_base base = khop_i_bases_row(b->source, b->heap[0], &b->other);
    bool moves;
    int64_t gain = gain_of(&moves, &base, meet(b, &base), near, true);
    if (gain < b->gain[0]) {
      b->gain[0] = gain;
      if (gain <= 0) exchange(b, 0, --count);
      sink(b, 0, count);
      continue;
    }
    change_base(b, &base, -1);
    if (moves) move_q(b, -1);
    near = meet_near(b);
    b->chosen[b->chosen_count++] = b->heap[0];
    exchange(b, 0, --count);
    sink(b, 0, count);
  }
}

/* Bases that later ones have made superfluous. */
static void drop_bases(khop_i_bench *b) {
  int64_t kept = 0;
  for (int64_t c = 0; c < b->chosen_count; c++) {
    khop_i_base base = khop_i_bases_row(b->source, b->chosen[c], &b->other);
    bool moves;
    if (gain_of(&moves, &base, meet(b, &base), meet_near(b), false) > 0) {
      change_base(b, &base, 1);
      if (moves) move_q(b, 1);
    } else {
      b->chosen[kept++] = b->chosen[c];
    }
  }
  b->chosen_count = kept;
}

/* q to the median of what ring k-2 asks for: the cost is convex in it. */
static void settle_q(khop_i_bench *b) {
  for (;;) {
    meeting m = meet_near(b);
    int32_t by = 2 * m.near_above > m.near ? 1 : 2 * m.near_below > m.near ? -1 : 0;
    if (!by) return;
    move_q(b, by);
  }
}

/* --- the row -------------------------------------------------------------------------------- */

static void begin_row(khop_i_bench *b, int64_t i) {
  const int32_t *columns = NULL;
  int hop = b->source->hop + 1;
  khop_i_walk_from(&b->walk, i, hop);
  b->first = b->words;
  b->last = -1;
  b->q = 0;
  b->chosen_count = 0;
  b->near_list = NULL;
  b->near_count = khop_i_walk_ring(&b->walk, hop - 2, &b->near_list);
  for (int64_t c = 0; c < b->near_count; c++)
    b->near[b->near_list[c] / 64] |= (uint64_t)1 << b->near_list[c] % 64;
  int64_t count = khop_i_walk_ring(&b->walk, hop, &columns);
  for (int64_t c = 0; c < count; c++) change(b, columns[c], 1);
}

static int64_t correction(const khop_i_bench *b) {
  int64_t sum = 0;
  for (int64_t top = b->first; top <= b->last; top++)
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      for (uint64_t bits = b->above[w] | b->below[w]; bits; bits &= bits - 1)
        sum += abs(b->missing[w * 64 + __builtin_ctzll(bits)]);
    }
  return sum;
}

/* The columns of one sign, each as often as it is missing. */
static int64_t write_signed(int32_t *out, const khop_i_bench *b, const uint64_t *set) {
  int64_t count = 0;
  for (int64_t top = b->first; top <= b->last; top++)
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      for (uint64_t bits = set[w]; bits; bits &= bits - 1) {
        int64_t j = w * 64 + __builtin_ctzll(bits);
        for (int32_t times = abs(b->missing[j]); times > 0; times--) out[count++] = (int32_t)j;
      }
    }
  return count;
}

static int ascending(const void *x, const void *y) {
  int32_t a = *(const int32_t *)x, c = *(const int32_t *)y;
  return (a > c) - (a < c);
}

static khop_status make_room(khop_i_bench *b, int64_t count) {
  if (count <= b->room) return KHOP_OK;
  khop_status status = khop_i_grow(&b->out, 2 * count, sizeof *b->out, "a row of a ladder");
  if (status == KHOP_OK) b->room = 2 * count;
  return status;
}

static khop_status write_row(khop_i_row *row, khop_i_bench *b, int64_t ring, const int32_t *columns) {
  int64_t fix = correction(b), cost = b->chosen_count + (b->q != 0) + fix;
  bool pays = cost < ring;
  khop_status status = make_room(b, pays ? cost : ring);
  if (status != KHOP_OK) return status;
  *row = (khop_i_row){.plus = ring};
  if (!pays) {
    if (ring) memcpy(b->out, columns, (size_t)ring * sizeof *columns);
    return KHOP_OK;
  }
  *row = (khop_i_row){.bases = b->chosen_count, .q = b->q};
  qsort(b->chosen, (size_t)b->chosen_count, sizeof *b->chosen, ascending);
  memcpy(b->out, b->chosen, (size_t)b->chosen_count * sizeof *b->chosen);
  row->plus = write_signed(b->out + row->bases, b, b->above);
  row->minus = write_signed(b->out + row->bases + row->plus, b, b->below);
  return KHOP_OK;
}

static void end_row(khop_i_bench *b) {
  for (int64_t top = b->first; top <= b->last; top++) {
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      for (uint64_t bits = b->above[w] | b->below[w]; bits; bits &= bits - 1)
        b->missing[w * 64 + __builtin_ctzll(bits)] = 0;
      b->above[w] = b->below[w] = 0;
    }
    b->touched[top] = 0;
  }
  for (int64_t c = 0; c < b->near_count; c++) b->near[b->near_list[c] / 64] = 0;
}

khop_status khop_i_bench_row(khop_i_row *row, int64_t *ring, khop_i_bench *b, int64_t i) {
  const int32_t *columns = NULL;
  begin_row(b, i);
  *ring = khop_i_walk_ring(&b->walk, b->source->hop + 1, &columns);
  if (*ring > 1) {
    choose_bases(b, i, *ring);
    drop_bases(b);
    settle_q(b);
  }
  khop_status status = write_row(row, b, *ring, columns);
  end_row(b);
  return status;
}
