/* row_cover.c: see row_cover.h. A greedy choice, exact in what it counts.
 *
 * The cost of a row is bases + [q != 0] + [own != 0] + the nodes where `missing` is not 0: each is one row of
 * numbers that the product reads. A base lowers `missing` by 1 on its ring. That saves an entry at
 * each 1, costs one at each 0, and changes nothing elsewhere. On ring k-2 the number q, and on ring k-1 the
 * number own, may move by one at the same time, if that is cheaper. Gains are kept in a heap, and a gain is recomputed
 * only when it comes to the top, as in Minoux's lazy greedy algorithm (1978). */
#include "forms/ladder/row_cover.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "forms/ladder/exact_cover.h"

#include <stdlib.h>
#include <string.h>

static int64_t largest_degree(const khop_graph *arcs) {
  int64_t most = 0;
  for (int64_t i = 0; i < arcs->nodes; i++)
    if (arcs->offsets[i + 1] - arcs->offsets[i] > most) most = arcs->offsets[i + 1] - arcs->offsets[i];
  return most;
}

double khop_i_row_cover_bytes(const khop_graph *arcs, int hop) {
  return 2 * khop_i_bfs_levels_bytes(arcs->nodes, hop) + (double)arcs->nodes * (5 + 5.0 / 8) +
         16.0 * (double)largest_degree(arcs) + 4.0 * (double)arcs->nodes;
}

khop_status khop_i_row_cover_open(khop_i_row_cover *b, const khop_i_bases *source) {
  khop_status status = KHOP_OK;
  const khop_graph *arcs = source->arcs;
  int64_t degree = largest_degree(arcs);
  *b = (khop_i_row_cover){.source = source, .words = source->words};
  KHOP_TRY(khop_i_bfs_levels_open(&b->levels, arcs, source->hop + 1));
  KHOP_TRY(khop_i_bfs_levels_open(&b->other, arcs, source->hop));
  KHOP_TRY(khop_i_alloc(&b->missing, arcs->nodes, sizeof *b->missing, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->state, arcs->nodes, sizeof *b->state, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->above, b->words, sizeof *b->above, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->below, b->words, sizeof *b->below, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->wrong, b->words, sizeof *b->wrong, "a row of a ladder"));
  for (int d = 0; d < 2; d++)
    KHOP_TRY(khop_i_alloc(&b->own_ring[d].set, b->words, sizeof *b->own_ring[d].set, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc(&b->touched, b->words / 64 + 1, sizeof *b->touched, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc_raw(&b->gain, degree, sizeof *b->gain, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc_raw(&b->heap, degree, sizeof *b->heap, "a row of a ladder"));
  KHOP_TRY(khop_i_alloc_raw(&b->chosen, degree, sizeof *b->chosen, "a row of a ladder"));
done:
  if (status != KHOP_OK) khop_i_row_cover_close(b);
  return status;
}

void khop_i_row_cover_close(khop_i_row_cover *b) {
  khop_i_bfs_levels_close(&b->levels);
  khop_i_bfs_levels_close(&b->other);
  khop_i_free(b->missing);
  khop_i_free(b->state);
  khop_i_free(b->above);
  khop_i_free(b->below);
  khop_i_free(b->wrong);
  for (int d = 0; d < 2; d++) khop_i_free(b->own_ring[d].set);
  khop_i_free(b->touched);
  khop_i_free(b->gain);
  khop_i_free(b->heap);
  khop_i_free(b->chosen);
  khop_i_free(b->out);
  khop_i_free(b->values);
  *b = (khop_i_row_cover){0};
}

/* Rounds of adding and dropping bases: a second one makes rows shorter by some per cent, further ones by less than a
 * half (docs/notes/2026-11-ladder.md; `sh bench/run forms` prints the ratios). */
#define MOST_ROUNDS 2

/* What is missing at a node, the lower two bits of its state: 0, 1, -1, or more. The bits 4 and 8 beside them: the
 * node is on its own ring k-2, or k-1. */
enum { RIGHT, ABOVE, BELOW, FAR_OFF };

/* --- what is missing ------------------------------------------------------------------------ */

static inline void change_missing(khop_i_row_cover *b, int64_t j, int32_t by) {
  int64_t word = j / 64, top = word / 64;
  uint64_t bit = (uint64_t)1 << j % 64;
  int32_t now = b->missing[j] += by;
  b->above[word] = now == 1 ? b->above[word] | bit : b->above[word] & ~bit;
  b->below[word] = now == -1 ? b->below[word] | bit : b->below[word] & ~bit;
  b->wrong[word] = now ? b->wrong[word] | bit : b->wrong[word] & ~bit;
  b->state[j] = (uint8_t)((b->state[j] & ~3) | (now == 0 ? RIGHT : now == 1 ? ABOVE : now == -1 ? BELOW : FAR_OFF));
  b->touched[top] |= (uint64_t)1 << word % 64;
  if (top < b->first) b->first = top;
  if (top > b->last) b->last = top;
}

static void change_base(khop_i_row_cover *b, const khop_i_base *base, int32_t by) {
  if (base->columns) {
    for (int64_t c = 0; c < base->size; c++) change_missing(b, base->columns[c], by);
    return;
  }
  for (int64_t w = 0; w < b->words; w++)
    for (uint64_t bits = base->bits[w]; bits; bits &= bits - 1)
      change_missing(b, w * 64 + __builtin_ctzll(bits), by);
}

/* Moves the number of an own ring by `by`; what is missing on that ring moves the other way. */
static void move_number(khop_i_row_cover *b, khop_i_own_ring *own_ring, int32_t by) {
  own_ring->times += by;
  for (int64_t c = 0; c < own_ring->count; c++) change_missing(b, own_ring->list[c], -by);
}

/* Of a set: its nodes, and those where 1 is missing, where 1 is too much, and where anything is wrong. */
typedef struct tally {
  int64_t nodes, above, below, wrong;
} tally;

/* What is missing on a base: on its whole ring, and on the parts of it that lie in the own rings. */
typedef struct meeting {
  tally all, own_ring[2];
} meeting;

static inline int64_t has_bit(const uint64_t *set, int64_t j) {
  return (int64_t)(set[j / 64] >> j % 64 & 1);
}

/* The number of ones, in arithmetic that compilers vectorise: without -march, __builtin_popcountll is a call a word. */
static inline int64_t count_bits(uint64_t set) {
  set -= set >> 1 & UINT64_C(0x5555555555555555);
  set = (set & UINT64_C(0x3333333333333333)) + (set >> 2 & UINT64_C(0x3333333333333333));
  set = (set + (set >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
  return (int64_t)(set * UINT64_C(0x0101010101010101) >> 56);
}

static inline void count_word(tally *t, const khop_i_row_cover *b, int64_t w, uint64_t set) {
  t->nodes += count_bits(set);
  t->above += count_bits(set & b->above[w]);
  t->below += count_bits(set & b->below[w]);
  t->wrong += count_bits(set & b->wrong[w]);
}

/* The tally of a set with so many nodes of each state. */
static tally of_states(const int64_t states[4]) {
  int64_t wrong = states[ABOVE] + states[BELOW] + states[FAR_OFF];
  return (tally){states[RIGHT] + wrong, states[ABOVE], states[BELOW], wrong};
}

static tally add_tallies(tally a, tally b) {
  return (tally){a.nodes + b.nodes, a.above + b.above, a.below + b.below, a.wrong + b.wrong};
}

/* Counts the states of the nodes listed, in two histograms in turn, so that an increment does not wait for the one
 * before it. */
static meeting meet_listed(const khop_i_row_cover *b, const int32_t *columns, int64_t size) {
  int64_t one[3 * 4] = {0}, other[3 * 4] = {0}, c = 0;
  for (; c + 1 < size; c += 2) {
    one[b->state[columns[c]]]++;
    other[b->state[columns[c + 1]]]++;
  }
  if (c < size) one[b->state[columns[c]]]++;
  for (int k = 0; k < 3 * 4; k++) one[k] += other[k];
  meeting m = {.own_ring = {of_states(one + 4), of_states(one + 8)}};
  m.all = add_tallies(of_states(one), add_tallies(m.own_ring[0], m.own_ring[1]));
  return m;
}

static meeting meet_base(const khop_i_row_cover *b, const khop_i_base *base) {
  meeting m = {0};
  if (base->columns) return meet_listed(b, base->columns, base->size);
  for (int64_t w = 0; w < b->words; w++) count_word(&m.all, b, w, base->bits[w]);
  for (int d = 0; d < 2; d++) {
    const khop_i_own_ring *own_ring = &b->own_ring[d];
    int64_t states[4] = {0};
    if (own_ring->count > b->words) {
      for (int64_t w = 0; w < b->words; w++)
        if (own_ring->set[w]) count_word(&m.own_ring[d], b, w, base->bits[w] & own_ring->set[w]);
      continue;
    }
    for (int64_t c = 0; c < own_ring->count; c++)
      states[b->state[own_ring->list[c]] & 3] += has_bit(base->bits, own_ring->list[c]);
    m.own_ring[d] = of_states(states);
  }
  return m;
}

static void tally_own_rings(tally own_ring[2], const khop_i_row_cover *b) {
  for (int d = 0; d < 2; d++) {
    const khop_i_own_ring *from = &b->own_ring[d];
    if (from->count > b->words) {
      own_ring[d] = (tally){0};
      for (int64_t w = 0; w < b->words; w++)
        if (from->set[w]) count_word(&own_ring[d], b, w, from->set[w]);
    } else {
      own_ring[d] = meet_listed(b, from->list, from->count).own_ring[d];
    }
  }
}

/* Entries that are saved where `missing` falls, or rises, by 1. */
static int64_t saved_by_fall(tally t) { return t.above - (t.nodes - t.wrong); }
static int64_t saved_by_rise(tally t) { return t.below - (t.nodes - t.wrong); }
static tally subtract_tallies(tally a, tally b) {
  return (tally){a.nodes - b.nodes, a.above - b.above, a.below - b.below, a.wrong - b.wrong};
}

/* By how much the cost falls if a base is added, or taken away. moves[d]: it falls by more if the number of that own
 * ring moves by one as well. */
static int64_t gain_of(bool moves[2], const meeting *m, const tally own_ring[2], bool add) {
  tally outside = subtract_tallies(subtract_tallies(m->all, m->own_ring[0]), m->own_ring[1]);
  int64_t gain = add ? saved_by_fall(outside) - 1 : saved_by_rise(outside) + 1;
  for (int d = 0; d < 2; d++) {
    tally others = subtract_tallies(own_ring[d], m->own_ring[d]);
    int64_t stay = add ? saved_by_fall(m->own_ring[d]) : saved_by_rise(m->own_ring[d]);
    int64_t move = add ? saved_by_rise(others) : saved_by_fall(others);
    moves[d] = move > stay;
    gain += moves[d] ? move : stay;
  }
  return gain;
}

/* Adds (by = -1) or takes away (by = 1) a base, and moves the numbers with it. */
static void apply_base(khop_i_row_cover *b, const khop_i_base *base, const bool moves[2], int32_t by) {
  change_base(b, base, by);
  for (int d = 0; d < 2; d++)
    if (moves[d]) move_number(b, &b->own_ring[d], by);
}

/* --- the choice ----------------------------------------------------------------------------- */

/* Larger gains first, then smaller nodes. */
static bool ranks_before(const khop_i_row_cover *b, int64_t x, int64_t y) {
  return b->gain[x] != b->gain[y] ? b->gain[x] > b->gain[y] : b->heap[x] < b->heap[y];
}

static void swap_heap(khop_i_row_cover *b, int64_t x, int64_t y) {
  int64_t gain = b->gain[x];
  int32_t node = b->heap[x];
  b->gain[x] = b->gain[y], b->heap[x] = b->heap[y];
  b->gain[y] = gain, b->heap[y] = node;
}

static void sink_heap(khop_i_row_cover *b, int64_t at, int64_t count) {
  for (int64_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && ranks_before(b, child + 1, child)) child++;
    if (!ranks_before(b, child, at)) return;
    swap_heap(b, at, child);
  }
}

static bool is_chosen(const khop_i_row_cover *b, int32_t h) {
  for (int64_t c = 0; c < b->chosen_count; c++)
    if (b->chosen[c] == h) return true;
  return false;
}

static int64_t fill_heap(khop_i_row_cover *b, int64_t i, int64_t ring) {
  const khop_graph *arcs = b->source->arcs;
  int64_t count = 0;
  tally own_ring[2];
  bool moves[2];
  tally_own_rings(own_ring, b);
  for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++) {
    int64_t size = b->source->size[arcs->targets[a]];
    if (!khop_i_bases_serves(b->source, arcs->targets[a]) || is_chosen(b, arcs->targets[a])) continue;
    if (size < 2 || size >= 2 * ring + b->own_ring[0].count + b->own_ring[1].count) continue; /* it can save nothing */
    khop_i_base base = khop_i_bases_row(b->source, arcs->targets[a], &b->other);
    meeting m = meet_base(b, &base);
    int64_t gain = gain_of(moves, &m, own_ring, true);
    if (gain <= 0) continue;
    b->gain[count] = gain;
    b->heap[count++] = arcs->targets[a];
  }
  for (int64_t at = count / 2; at-- > 0;) sink_heap(b, at, count);
  return count;
}

static void choose_bases(khop_i_row_cover *b, int64_t i, int64_t ring) {
  int64_t count = fill_heap(b, i, ring);
  tally own_ring[2];
  tally_own_rings(own_ring, b);
  while (count > 0) {
    khop_i_base base = khop_i_bases_row(b->source, b->heap[0], &b->other);
    bool moves[2];
    meeting m = meet_base(b, &base);
    int64_t gain = gain_of(moves, &m, own_ring, true);
    if (gain < b->gain[0]) {
      b->gain[0] = gain;
      if (gain <= 0) swap_heap(b, 0, --count);
      sink_heap(b, 0, count);
      continue;
    }
    apply_base(b, &base, moves, -1);
    tally_own_rings(own_ring, b);
    b->chosen[b->chosen_count++] = b->heap[0];
    swap_heap(b, 0, --count);
    sink_heap(b, 0, count);
  }
}

/* Takes away the bases that later ones have made superfluous. */
static void drop_bases(khop_i_row_cover *b) {
  int64_t kept = 0;
  for (int64_t c = 0; c < b->chosen_count; c++) {
    khop_i_base base = khop_i_bases_row(b->source, b->chosen[c], &b->other);
    bool moves[2];
    tally own_ring[2];
    meeting m = meet_base(b, &base);
    tally_own_rings(own_ring, b);
    if (gain_of(moves, &m, own_ring, false) > 0) {
      apply_base(b, &base, moves, 1);
    } else {
      b->chosen[kept++] = b->chosen[c];
    }
  }
  b->chosen_count = kept;
}

/* Moves the number of an own ring by what is missing at most of its nodes, if it is the same at a majority of them
 * (Boyer and Moore's vote). */
static void settle_number(khop_i_row_cover *b, khop_i_own_ring *own_ring) {
  int64_t votes = 0, right = 0, wanted = 0;
  int32_t leader = 0;
  for (int64_t c = 0; c < own_ring->count; c++) {
    int32_t missing = b->missing[own_ring->list[c]];
    if (votes == 0) leader = missing;
    votes += missing == leader ? 1 : -1;
  }
  for (int64_t c = 0; c < own_ring->count; c++) {
    right += b->missing[own_ring->list[c]] == 0;
    wanted += b->missing[own_ring->list[c]] == leader;
  }
  int64_t price = (own_ring->times + leader != 0) - (own_ring->times != 0);
  if (leader && wanted > right + price) move_number(b, own_ring, leader);
}

static void settle_numbers(khop_i_row_cover *b) {
  for (int d = 0; d < 2; d++) settle_number(b, &b->own_ring[d]);
}

/* Counts the nodes where anything is missing or too much; *large: those where it is more than 1. */
static int64_t count_wrong(int64_t *large, const khop_i_row_cover *b) {
  int64_t sum = 0;
  *large = 0;
  for (int64_t top = b->first; top <= b->last; top++)
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      sum += count_bits(b->wrong[w]);
      *large += count_bits(b->wrong[w] & ~b->above[w] & ~b->below[w]);
    }
  return sum;
}

static int64_t cost_of(const khop_i_row_cover *b) {
  int64_t large;
  return b->chosen_count + (b->own_ring[0].times != 0) + (b->own_ring[1].times != 0) + count_wrong(&large, b);
}

/* --- all neighbours ------------------------------------------------------------------------- */

static void add_chosen(khop_i_row_cover *b, int32_t by) {
  for (int64_t c = 0; c < b->chosen_count; c++) {
    khop_i_base base = khop_i_bases_row(b->source, b->chosen[c], &b->other);
    change_base(b, &base, by);
  }
}

static void exchange_choice(khop_i_row_cover *b, const int32_t *chosen, int64_t count) {
  add_chosen(b, 1);
  for (int d = 0; d < 2; d++) move_number(b, &b->own_ring[d], -b->own_ring[d].times);
  if (count) memcpy(b->chosen, chosen, (size_t)count * sizeof *chosen);
  b->chosen_count = count;
  add_chosen(b, -1);
  settle_numbers(b);
}

/* Tries all neighbours as bases. On a tree their rings sum up to ring k and degree - 1 times ring k-2, while no
 * single one may pay. It is tried only where the sizes of the rings allow it to pay. */
static bool try_all(khop_i_row_cover *b, int64_t i, int64_t ring) {
  const khop_graph *arcs = b->source->arcs;
  const int32_t *neighbours = arcs->targets + arcs->offsets[i];
  int64_t degree = arcs->offsets[i + 1] - arcs->offsets[i], sum = 0, cost = cost_of(b), count = b->chosen_count;
  if (degree + 1 >= cost || degree == count) return false;
  for (int64_t h = 0; h < degree; h++) {
    if (!khop_i_bases_serves(b->source, neighbours[h])) return false;
    sum += b->source->size[neighbours[h]];
  }
  if (sum > ring + ring / 2 + degree * b->own_ring[0].count) return false;
  if (count) memcpy(b->heap, b->chosen, (size_t)count * sizeof *b->heap);
  exchange_choice(b, neighbours, degree);
  if (cost_of(b) < cost) return true;
  exchange_choice(b, b->heap, count);
  return false;
}

/* --- few neighbours -------------------------------------------------------------------------- */

static void list_base(int32_t *to, const khop_i_row_cover *b, const khop_i_base *base) {
  if (base->columns && base->size) memcpy(to, base->columns, (size_t)base->size * sizeof *to);
  for (int64_t w = 0; !base->columns && w < b->words; w++)
    for (uint64_t bits = base->bits[w]; bits; bits &= bits - 1) *to++ = (int32_t)(w * 64 + __builtin_ctzll(bits));
}

/* Lists all neighbours and their rings; false: they are too many. */
static bool gather_few(khop_i_exact_cover *cover, khop_i_row_cover *b, int64_t i) {
  const khop_graph *arcs = b->source->arcs;
  int64_t entries = 0;
  cover->count = 0;
  cover->start[0] = 0;
  if (arcs->offsets[i + 1] - arcs->offsets[i] > KHOP_I_COVER_BASES) return false;
  for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++) {
    khop_i_base base = khop_i_bases_row(b->source, arcs->targets[a], &b->other);
    if (entries + base.size > KHOP_I_COVER_ENTRIES) return false;
    list_base(cover->columns + entries, b, &base);
    cover->node[cover->count++] = arcs->targets[a];
    cover->start[cover->count] = entries += base.size;
  }
  for (int d = 0; d < 2; d++) cover->own_ring[d] = b->own_ring[d].count;
  return cover->count > 0;
}

static void choose_of_few(khop_i_row_cover *b, const khop_i_exact_cover *cover, const khop_i_exact_choice *choice) {
  b->chosen_count = 0;
  for (int h = 0; h < cover->count; h++)
    if (choice->set >> h & 1) b->chosen[b->chosen_count++] = cover->node[h];
  add_chosen(b, -1);
  for (int d = 0; d < 2; d++) move_number(b, &b->own_ring[d], choice->times[d]);
}

/* Tries every set of neighbours, where they are few: several bases may pay together where no single one does. */
static void try_few(khop_i_row_cover *b, int64_t i, int64_t ring) {
  khop_i_exact_cover few;
  khop_i_exact_choice old = {.times = {b->own_ring[0].times, b->own_ring[1].times}, .cost = cost_of(b)};
  if (!gather_few(&few, b, i)) return;
  for (int h = 0; h < few.count; h++) old.set |= (unsigned)is_chosen(b, few.node[h]) << h;
  add_chosen(b, 1);
  for (int d = 0; d < 2; d++) move_number(b, &b->own_ring[d], -b->own_ring[d].times);
  khop_i_exact_choice best = khop_i_exact_cover_find(&few, ring, b->missing, b->state);
  choose_of_few(b, &few, best.cost < old.cost ? &best : &old);
}

/* Adds and drops bases, in rounds, while that gains anything. */
static void improve_row(khop_i_row_cover *b, int64_t i, int64_t ring) {
  int64_t before = INT64_MAX, cost = cost_of(b);
  for (int round = 0; round < MOST_ROUNDS && cost < before; round++) {
    before = cost;
    choose_bases(b, i, ring);
    drop_bases(b);
    settle_numbers(b);
    cost = cost_of(b);
  }
}

/* --- the row -------------------------------------------------------------------------------- */

static void begin_row(khop_i_row_cover *b, int64_t i) {
  const int32_t *columns = NULL;
  int hop = b->source->hop + 1;
  khop_i_bfs_levels_search(&b->levels, i, hop);
  b->first = b->words;
  b->last = -1;
  b->chosen_count = 0;
  for (int d = 0; d < 2; d++) {
    khop_i_own_ring *own_ring = &b->own_ring[d];
    own_ring->times = 0;
    own_ring->list = NULL;
    own_ring->count = khop_i_bfs_levels_ring(&b->levels, hop - 2 + d, &own_ring->list);
    for (int64_t c = 0; c < own_ring->count; c++) {
      own_ring->set[own_ring->list[c] / 64] |= (uint64_t)1 << own_ring->list[c] % 64;
      b->state[own_ring->list[c]] = (uint8_t)(4 << d);
    }
  }
  int64_t count = khop_i_bfs_levels_ring(&b->levels, hop, &columns);
  for (int64_t c = 0; c < count; c++) change_missing(b, columns[c], 1);
}

/* Writes the nodes of a set, ascending, and returns how many there are. set NULL: the nodes that are wrong by more
 * than 1, with how much is missing at each. */
static int64_t write_set(int32_t *out, khop_real *values, const khop_i_row_cover *b, const uint64_t *set) {
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

static khop_status reserve_output(khop_i_row_cover *b, int64_t count, int64_t large) {
  khop_status status = KHOP_OK;
  if (count > b->capacity) {
    KHOP_TRY(khop_i_grow(&b->out, 2 * count, sizeof *b->out, "a row of a ladder"));
    b->capacity = 2 * count;
  }
  if (large > b->values_capacity) {
    KHOP_TRY(khop_i_grow(&b->values, 2 * large, sizeof *b->values, "a row of a ladder"));
    b->values_capacity = 2 * large;
  }
done:
  return status;
}

/* Writes the row; where it would cost as much as the ring, the ring itself. */
static khop_status write_row(khop_i_rung_row *row, khop_i_row_cover *b, int64_t ring, const int32_t *columns) {
  int64_t large, wrong = count_wrong(&large, b);
  int64_t cost = b->chosen_count + (b->own_ring[0].times != 0) + (b->own_ring[1].times != 0) + wrong;
  bool pays = cost < ring;
  khop_status status = reserve_output(b, pays ? cost : ring, pays ? large : 0);
  if (status != KHOP_OK) return status;
  *row = (khop_i_rung_row){.plus = ring};
  if (!pays) {
    if (ring) memcpy(b->out, columns, (size_t)ring * sizeof *columns);
    return KHOP_OK;
  }
  int32_t *at = b->out;
  qsort(b->chosen, (size_t)b->chosen_count, sizeof *b->chosen, khop_i_ascending_int32);
  if (b->chosen_count) memcpy(at, b->chosen, (size_t)b->chosen_count * sizeof *b->chosen);
  *row = (khop_i_rung_row){.bases = b->chosen_count, .q = b->own_ring[0].times, .own = b->own_ring[1].times};
  row->plus = write_set(at += row->bases, NULL, b, b->above);
  row->minus = write_set(at += row->plus, NULL, b, b->below);
  row->large = write_set(at += row->minus, b->values, b, NULL);
  return KHOP_OK;
}

static void end_row(khop_i_row_cover *b) {
  for (int64_t top = b->first; top <= b->last; top++) {
    for (uint64_t words = b->touched[top]; words; words &= words - 1) {
      int64_t w = top * 64 + __builtin_ctzll(words);
      for (uint64_t bits = b->wrong[w]; bits; bits &= bits - 1)
        b->missing[w * 64 + __builtin_ctzll(bits)] = 0, b->state[w * 64 + __builtin_ctzll(bits)] = 0;
      b->above[w] = b->below[w] = b->wrong[w] = 0;
    }
    b->touched[top] = 0;
  }
  for (int d = 0; d < 2; d++)
    for (int64_t c = 0; c < b->own_ring[d].count; c++) {
      b->own_ring[d].set[b->own_ring[d].list[c] / 64] = 0;
      b->state[b->own_ring[d].list[c]] = 0;
    }
}

khop_status khop_i_row_cover_find(khop_i_rung_row *row, int64_t *ring, khop_i_row_cover *b, int64_t i) {
  const int32_t *columns = NULL;
  begin_row(b, i);
  *ring = khop_i_bfs_levels_ring(&b->levels, b->source->hop + 1, &columns);
  if (*ring > 1) {
    improve_row(b, i, *ring);
    if (try_all(b, i, *ring)) improve_row(b, i, *ring);
    try_few(b, i, *ring);
  }
  khop_status status = write_row(row, b, *ring, columns);
  end_row(b);
  return status;
}
