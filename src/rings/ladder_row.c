/* ladder_row.c: see ladder_row.h. A greedy choice, exact in what it counts.
 *
 * The cost of a row is bases + [q != 0] + the nodes where `missing` is not 0: each is one row of
 * numbers that the product reads. A base lowers `missing` by 1 on its ring. That saves an entry at
 * each 1, costs one at each 0, and changes nothing elsewhere. On ring k-2 the number q may move by
 * one at the same time, if that is cheaper. Gains are kept in a heap and brought up to date when they
 * come to the top, as in Minoux's lazy greedy algorithm (1978), so that few of them are counted twice. */
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
  KHOP_TRY(khop_i_alloc(&b->wrong, b->words, sizeof *b->wrong, "a row of a ladder"));
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
  khop_i_free(b->wrong);
  khop_i_free(b->near);
  khop_i_free(b->touched);
  khop_i_free(b->gain);
  khop_i_free(b->heap);
  khop_i_free(b->chosen);
  khop_i_free(b->out);
  khop_i_free(b->values);
  *b = (khop_i_bench){0};
}

/* --- what is missing ------------------------------------------------------------------------ */

static inline void change(khop_i_bench *b, int64_t j, int32_t by) {
  int64_t word = j / 64, top = word / 64;
  uint64_t bit = (uint64_t)1 << j % 64;
  int32_t now = b->missing[j] += by;
  b->above[word] = now == 1 ? b->above[word] | bit : b->above[word] & ~bit;
  b->below[word] = now == -1 ? b->below[word] | bit : b->below[word] & ~bit;
  b->wrong[word] = now ? b->wrong[word] | bit : b->wrong[word] & ~bit;
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

/* How many nodes of a set lack 1, have 1 too much, and are not right. */
typedef struct tally {
  int64_t nodes, above, below, wrong;
} tally;

/* How a base meets what is missing: its whole ring, and the part of it in ring k-2. */
typedef struct meeting {
  tally all, near;
} meeting;

static inline void count_one(tally *t, int32_t missing, int64_t in) {
  t->nodes += in;
  t->above += in & (missing == 1);
  t->below += in & (missing == -1);
  t->wrong += in & (missing != 0);
}

static inline int64_t has(const uint64_t *set, int64_t j) {
  return (int64_t)(set[j / 64] >> j % 64 & 1);
}

static inline void count_word(tally *t, const khop_i_bench *b, int64_t w, uint64_t set) {
  t->nodes += __builtin_popcountll(set);
  t->above += __builtin_popcountll(set & b->above[w]);
  t->below += __builtin_popcountll(set & b->below[w]);
  t->wrong += __builtin_popcountll(set & b->wrong[w]);
}

static meeting meet(const khop_i_bench *b, const khop_i_base *base) {
  meeting m = {0};
  if (base->columns) {
    for (int64_t c = 0; c < base->size; c++) {
      int32_t j = base->columns[c], missing = b->missing[j];
      count_one(&m.all, missing, 1);
      count_one(&m.near, missing, has(b->near, j));
    }
    return m;
  }
  for (int64_t w = 0; w < b->words; w++) count_word(&m.all, b, w, base->bits[w]);
  if (b->near_count > b->words) {
    for (int64_t w = 0; w < b->words; w++)
      if (b->near[w]) count_word(&m.near, b, w, base->bits[w] & b->near[w]);
  } else {
    for (int64_t c = 0; c < b->near_count; c++)
      count_one(&m.near, b->missing[b->near_list[c]], has(base->bits, b->near_list[c]));
  }
  return m;
}

static tally tally_near(const khop_i_bench *b) {
  tally t = {0};
  for (int64_t c = 0; c < b->near_count; c++) count_one(&t, b->missing[b->near_list[c]], 1);
  return t;
}

/* Entries that are saved where missing falls, or grows, by 1. */
static int64_t fall(tally t) { return t.above - (t.nodes - t.wrong); }
static int64_t grow(tally t) { return t.below - (t.nodes - t.wrong); }
static tally less(tally a, tally b) {
  return (tally){a.nodes - b.nodes, a.above - b.above, a.below - b.below, a.wrong - b.wrong};
}

/* What the cost falls by if a base is added, or taken away, with or without a move of q by one;
 * *moves: the move is better. */
static int64_t gain_of(bool *moves, meeting m, tally near, bool add) {
  tally outside = less(m.all, m.near), others = less(near, m.near);
  int64_t stay = add ? fall(m.near) : grow(m.near), move = add ? grow(others) : fall(others);
  *moves = move > stay;
  return (add ? fall(outside) - 1 : grow(outside) + 1) + (*moves ? move : stay);
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
  tally near = tally_near(b);
  bool moves;
  for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++) {
    int64_t size = b->source->size[arcs->targets[a]];
    if (size < 2 || size >= 2 * ring + b->near_count) continue; /* it can save nothing */
    khop_i_base base = khop_i_bases_row(b->source, arcs->targets[a], &b->other);
    int64_t gain = gain_of(&moves, meet(b, &base), near, true);
    if (gain <= 0) continue;
    b->gain[count] = gain;
    b->heap[count++] = arcs->targets[a];
  }
  for (int64_t at = count / 2; at-- > 0;) sink(b, at, count);
  return count;
}

static void choose_bases(khop_i_bench *b, int64_t i, int64_t ring) {
  int64_t count = fill_heap(b, i, ring);
  tally near = tally_near(b);
  while (count > 0) {
    khop_i_base base = khop_i_bases_row(b->source, b->heap[0], &b->other);
    bool moves;
    int64_t gain = gain_of(&moves, meet(b, &base), near, true);
    if (gain < b->gain[0]) {
      b->gain[0] = gain;
      if (gain <= 0) exchange(b, 0, --count);
      sink(b, 0, count);
      continue;
    }
    change_base(b, &base, -1);
    if (moves) move_q(b, -1);
    near = tally_near(b);
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
    if (gain_of(&moves, meet(b, &base), tally_near(b), false) > 0) {
      change_base(b, &base, 1);
      if (moves) move_q(b, 1);
    } else {
      b->chosen[kept++] = b->chosen[c];
    }
  }
  b->chosen_count = kept;
}

/* q to what most of ring k-2 asks for, if a majority does (Boyer and Moore's vote). */
static void settle_q(khop_i_bench *b) {
  int64_t votes = 0, right = 0, wanted = 0;
  int32_t leader = 0;
  for (int64_t c = 0; c < b->near_count; c++) {
    int32_t missing = b->missing[b->near_list[c]];
    if (votes == 0) leader = missing;
    votes += missing == leader ? 1 : -1;
  }
  for (int64_t c = 0; c < b->near_count; c++) {
    right += b->missing[b->near_list[c]] == 0;
    wanted += b->missing[b->near_list[c]] == leader;
  }
  if (wanted > right) move_q(b, leader);
}

/* The nodes that are not right, and those of them that lack or exceed more than 1. */
static int64_t count_wrong(int64_t *large, const khop_i_bench *b) {
  int64_t sum = 0;
  *large = 0;
  for (int64_t top = b->first; top <= b->last; top++)
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      sum += __builtin_popcountll(b->wrong[w]);
      *large += __builtin_popcountll(b->wrong[w] & ~b->above[w] & ~b->below[w]);
    }
  return sum;
}

static int64_t cost_of(const khop_i_bench *b) {
  int64_t large;
  return b->chosen_count + (b->q != 0) + count_wrong(&large, b);
}

/* --- all neighbours ------------------------------------------------------------------------- */

static void add_chosen(khop_i_bench *b, int32_t by) {
  for (int64_t c = 0; c < b->chosen_count; c++) {
    khop_i_base base = khop_i_bases_row(b->source, b->chosen[c], &b->other);
    change_base(b, &base, by);
  }
}

static void exchange_choice(khop_i_bench *b, const int32_t *chosen, int64_t count) {
  add_chosen(b, 1);
  move_q(b, -b->q);
  if (count) memcpy(b->chosen, chosen, (size_t)count * sizeof *chosen);
  b->chosen_count = count;
  add_chosen(b, -1);
  settle_q(b);
}

/* On a tree the rings of all neighbours together make ring k, and ring k-2 degree - 1 times; no single
 * one may pay. Tried only where the sizes allow it. */
static void try_all(khop_i_bench *b, int64_t i, int64_t ring) {
  const khop_graph *arcs = b->source->arcs;
  const int32_t *neighbours = arcs->targets + arcs->offsets[i];
  int64_t degree = arcs->offsets[i + 1] - arcs->offsets[i], sum = 0, cost = cost_of(b), count = b->chosen_count;
  if (degree + 1 >= cost || degree == count) return;
  for (int64_t h = 0; h < degree; h++) sum += b->source->size[neighbours[h]];
  if (sum > ring + ring / 2 + degree * b->near_count) return;
  if (count) memcpy(b->heap, b->chosen, (size_t)count * sizeof *b->heap);
  exchange_choice(b, neighbours, degree);
  if (cost_of(b) > cost) exchange_choice(b, b->heap, count);
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

/* The nodes of a set, ascending; of those that are wrong by more than 1 where set is NULL, with how
 * much is missing of each. */
static int64_t write_set(int32_t *out, khop_real *values, const khop_i_bench *b, const uint64_t *set) {
  int64_t count = 0;
  for (int64_t top = b->first; top <= b->last; top++)
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      uint64_t bits = set ? set[w] : b->wrong[w] & ~b->above[w] & ~b->below[w];
      for (; bits; bits &= bits - 1, count++) {
        out[count] = (int32_t)(w * 64 + __builtin_ctzll(bits));
        if (values) values[count] = (khop_real)b->missing[out[count]];
      }
    }
  return count;
}

static int ascending(const void *x, const void *y) {
  int32_t a = *(const int32_t *)x, c = *(const int32_t *)y;
  return (a > c) - (a < c);
}

static khop_status make_room(khop_i_bench *b, int64_t count, int64_t large) {
  khop_status status = KHOP_OK;
  if (count > b->room) {
    KHOP_TRY(khop_i_grow(&b->out, 2 * count, sizeof *b->out, "a row of a ladder"));
    b->room = 2 * count;
  }
  if (large > b->values_room) {
    KHOP_TRY(khop_i_grow(&b->values, 2 * large, sizeof *b->values, "a row of a ladder"));
    b->values_room = 2 * large;
  }
done:
  return status;
}

/* A row that does not pay is the ring itself. */
static khop_status write_row(khop_i_row *row, khop_i_bench *b, int64_t ring, const int32_t *columns) {
  int64_t large, wrong = count_wrong(&large, b), cost = b->chosen_count + (b->q != 0) + wrong;
  bool pays = cost < ring;
  khop_status status = make_room(b, pays ? cost : ring, pays ? large : 0);
  if (status != KHOP_OK) return status;
  *row = (khop_i_row){.plus = ring};
  if (!pays) {
    if (ring) memcpy(b->out, columns, (size_t)ring * sizeof *columns);
    return KHOP_OK;
  }
  int32_t *at = b->out;
  qsort(b->chosen, (size_t)b->chosen_count, sizeof *b->chosen, ascending);
  if (b->chosen_count) memcpy(at, b->chosen, (size_t)b->chosen_count * sizeof *b->chosen);
  *row = (khop_i_row){.bases = b->chosen_count, .q = b->q};
  row->plus = write_set(at += row->bases, NULL, b, b->above);
  row->minus = write_set(at += row->plus, NULL, b, b->below);
  row->large = write_set(at += row->minus, b->values, b, NULL);
  return KHOP_OK;
}

static void end_row(khop_i_bench *b) {
  for (int64_t top = b->first; top <= b->last; top++) {
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      for (uint64_t bits = b->wrong[w]; bits; bits &= bits - 1)
        b->missing[w * 64 + __builtin_ctzll(bits)] = 0;
      b->above[w] = b->below[w] = b->wrong[w] = 0;
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
    try_all(b, i, *ring);
  }
  khop_status status = write_row(row, b, *ring, columns);
  end_row(b);
  return status;
}
