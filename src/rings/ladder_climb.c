/* ladder_climb.c: see ladder_climb.h. */
#include "rings/ladder_climb.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#define NO_STEP (-1)
#define SIGN 16 /* of the 5 bits: the number is subtracted */

const khop_real khop_i_climb_numbers[KHOP_I_NUMBERS] = {
    1,  2,  3,  4,  5,  6,  8,  11,  16,  32,  64,  128,  256,  1024,  4096,  16384,
    -1, -2, -3, -4, -5, -6, -8, -11, -16, -32, -64, -128, -256, -1024, -4096, -16384};

typedef struct maker {
  const khop_i_ladder *ladder;
  khop_i_climb *climb;
  int32_t *home;     /* (rungs, nodes); -1: no step */
  uint8_t *needed;   /* (rungs, nodes): it is a step; later, of one ring */
  int32_t *row;      /* (steps) */
  uint8_t *hop;      /* (steps) */
  int64_t room;      /* of both */
} maker;

/* --- a row's terms -------------------------------------------------------------------------- */

/* Writes a term of `times` to out, or counts where out is NULL. */
static int64_t put(uint32_t *out, uint32_t place, int64_t times) {
  int64_t left = times < 0 ? -times : times, count = 0;
  for (uint32_t code = SIGN; code-- > 0;)
    for (int64_t size = (int64_t)khop_i_climb_numbers[code]; left >= size; left -= size, count++)
      if (out) out[count] = (times < 0 ? code + SIGN : code) << (KHOP_I_PLACE_BITS + 1) | place;
  return count;
}

/* The home of row i of a rung as a term's place; of rung 0, the node itself. */
static uint32_t place_of(const maker *m, int hop, int64_t i) {
  if (hop == 0) return (uint32_t)i;
  return (uint32_t)m->home[(hop - 1) * m->ladder->nodes + i] | (uint32_t)1 << KHOP_I_PLACE_BITS;
}

static int64_t write_part(uint32_t *out, const maker *m, const khop_rings *part, int slot, int64_t i, int hop,
                          int64_t times) {
  int64_t count = 0;
  for (int64_t e = khop_i_rings_begin(part, i, slot); e < khop_i_rings_end(part, i, slot); e++)
    count += put(out ? out + count : NULL, place_of(m, hop, part->columns[e]),
                 part->values ? (int64_t)part->values[e] : times);
  return count;
}

/* The terms of row i of a rung. */
static int64_t write_row(uint32_t *out, const maker *m, int hop, int64_t i) {
  const khop_i_rung *rung = &m->ladder->rung[hop - 1];
  int64_t count = 0;
  if (rung->q) count += put(out, place_of(m, hop - 2, i), (int64_t)rung->q[i]);
  if (rung->own) count += put(out ? out + count : NULL, place_of(m, hop - 1, i), (int64_t)rung->own[i]);
  count += write_part(out ? out + count : NULL, m, rung->steps, KHOP_I_BASES, i, hop - 1, 1);
  count += write_part(out ? out + count : NULL, m, rung->steps, KHOP_I_PLUS, i, 0, 1);
  count += write_part(out ? out + count : NULL, m, rung->steps, KHOP_I_MINUS, i, 0, -1);
  if (rung->large) count += write_part(out ? out + count : NULL, m, rung->large, 0, i, 0, 1);
  return count;
}

/* --- which rows, and in which order --------------------------------------------------------- */

/* Number `at` of the rows that row i of a rung may take from rungs below, *to_hop 0 where it does not; false:
 * there are no more. */
static bool below(int *to_hop, int64_t *to, const maker *m, int hop, int64_t i, int64_t at) {
  const khop_i_rung *rung = &m->ladder->rung[hop - 1];
  const khop_real *times = at ? rung->own : rung->q;
  if (at > 1) {
    int64_t e = khop_i_rings_begin(rung->steps, i, KHOP_I_BASES) + at - 2;
    if (e >= khop_i_rings_end(rung->steps, i, KHOP_I_BASES)) return false;
    *to = rung->steps->columns[e];
    *to_hop = hop - 1;
    return true;
  }
  *to = i;
  *to_hop = times && times[i] != 0 ? hop - 2 + (int)at : 0;
  return true;
}

static khop_status add_step(maker *m, int hop, int64_t i) {
  khop_status status = KHOP_OK;
  khop_i_climb *climb = m->climb;
  int32_t *home = &m->home[(hop - 1) * m->ladder->nodes + i];
  if (climb->steps == m->room) {
    int64_t room = 2 * m->room + m->ladder->nodes;
    KHOP_TRY(khop_i_grow(&m->row, room, sizeof *m->row, "steps of a climb"));
    KHOP_TRY(khop_i_grow(&m->hop, room, sizeof *m->hop, "steps of a climb"));
    m->room = room;
  }
  if (*home == NO_STEP) *home = (int32_t)climb->homes++;
  m->row[climb->steps] = (int32_t)i;
  m->hop[climb->steps++] = (uint8_t)hop;
  m->needed[(hop - 1) * m->ladder->nodes + i] = 1;
done:
  return status;
}

/* The row after those that it takes. All of them are of rungs below: never deeper than the ladder is high. */
static khop_status visit(maker *m, int hop, int64_t i) {
  khop_status status = KHOP_OK;
  int64_t to;
  int to_hop;
  if (m->needed[(hop - 1) * m->ladder->nodes + i]) return status;
  for (int64_t at = 0; below(&to_hop, &to, m, hop, i, at); at++)
    if (to_hop > 0) KHOP_TRY(visit(m, to_hop, to));
  KHOP_TRY(add_step(m, hop, i));
done:
  return status;
}

static bool is_kept(const khop_i_climb *climb, int hop) { return hop > 0 && hop <= climb->levels; }

/* All steps, and their homes: those of the rings that were asked for are moved behind the others. */
static khop_status find_steps(maker *m, int slots, const int *hops) {
  khop_status status = KHOP_OK;
  khop_i_climb *climb = m->climb;
  int64_t n = m->ladder->nodes;
  for (int64_t r = 0; r < climb->levels * n; r++) m->home[r] = NO_STEP;
  for (int s = 0; s < slots; s++)
    for (int64_t i = 0; is_kept(climb, hops[s]) && i < n; i++) m->home[(hops[s] - 1) * n + i] = (int32_t)i;
  for (int64_t i = 0; i < n; i++)
    for (int s = 0; s < slots; s++)
      if (is_kept(climb, hops[s])) KHOP_TRY(visit(m, hops[s], i));
  for (int s = 0; s < slots; s++) {
    climb->top[s] = is_kept(climb, hops[s]) ? climb->homes : -1;
    if (!is_kept(climb, hops[s])) continue;
    for (int64_t i = 0; climb->homes + n <= KHOP_I_MOST_HOMES && i < n; i++)
      m->home[(hops[s] - 1) * n + i] += (int32_t)climb->homes;
    climb->homes += n;
  }
  for (int64_t s = 0; climb->homes <= KHOP_I_MOST_HOMES && s < climb->steps; s++)
    climb->terms += write_row(NULL, m, m->hop[s], m->row[s]);
done:
  return status;
}

static void write_steps(maker *m) {
  khop_i_climb *climb = m->climb;
  for (int64_t s = 0; s < climb->steps; s++) {
    climb->home[s] = m->home[(m->hop[s] - 1) * m->ladder->nodes + m->row[s]];
    climb->start[s + 1] = climb->start[s] + write_row(climb->term + climb->start[s], m, m->hop[s], m->row[s]);
    climb->level[m->hop[s]]++;
  }
  for (int hop = 1; hop <= climb->levels; hop++) climb->level[hop] += climb->level[hop - 1];
  for (int64_t s = climb->steps; s-- > 0;) climb->ranked[--climb->level[m->hop[s]]] = (int32_t)s;
  for (int hop = 1; hop < climb->levels; hop++) climb->level[hop] = climb->level[hop + 1];
  if (climb->levels) climb->level[climb->levels] = climb->steps;
}

/* The steps that lead to one of several rings: marked from the top down. */
static khop_status find_order(maker *m, int slot, int top) {
  khop_i_climb *climb = m->climb;
  khop_status status = KHOP_OK;
  int64_t n = m->ladder->nodes, to, count = 0;
  int to_hop;
  memset(m->needed, 0, (size_t)(climb->levels * n));
  memset(m->needed + (top - 1) * n, 1, (size_t)n);
  for (int hop = top; hop > 1; hop--)
    for (int64_t i = 0; i < n; i++)
      for (int64_t at = 0; m->needed[(hop - 1) * n + i] && below(&to_hop, &to, m, hop, i, at); at++)
        if (to_hop > 0) m->needed[(to_hop - 1) * n + to] = 1;
  for (int64_t s = 0; s < climb->steps; s++) {
    if (!m->needed[(m->hop[s] - 1) * n + m->row[s]]) continue;
    climb->cost[slot] += 1 + climb->start[s + 1] - climb->start[s];
    count++;
  }
  climb->ordered[slot] = count;
  if (count == climb->steps) return status;
  KHOP_TRY(khop_i_alloc_raw(&climb->order[slot], count, sizeof **climb->order, "an order of steps"));
  count = 0;
  for (int64_t s = 0; s < climb->steps; s++)
    if (m->needed[(m->hop[s] - 1) * n + m->row[s]]) climb->order[slot][count++] = (int32_t)s;
done:
  return status;
}

/* --- all of it ------------------------------------------------------------------------------ */

static khop_status check(const khop_i_climb *climb, int64_t nodes, int64_t max_bytes) {
  double bytes = (double)khop_i_climb_bytes(climb);
  if (climb->slots > 1) bytes += 4.0 * (double)climb->steps * climb->slots;
  if (climb->homes > KHOP_I_MOST_HOMES || nodes > KHOP_I_MOST_HOMES)
    return khop_i_fail(KHOP_E_ARGUMENT, "a ladder of %lld rows over %lld nodes: there is room for %lld",
                       (long long)climb->homes, (long long)nodes, (long long)KHOP_I_MOST_HOMES);
  if (bytes > (double)max_bytes)
    return khop_i_fail(KHOP_E_BUDGET, "the ladder of %lld nodes takes %.3g MB more than the budget: ask for fewer "
                       "or nearer hops, or raise the budget", (long long)nodes, (bytes - (double)max_bytes) / 1e6);
  return KHOP_OK;
}

khop_status khop_i_climb_new(khop_i_climb **out, const khop_i_ladder *ladder, int slots, const int *hops,
                             int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_i_climb *climb = NULL;
  maker m = {.ladder = ladder};
  int64_t rows = ladder->rungs * ladder->nodes;
  KHOP_TRY(khop_i_alloc(&climb, 1, sizeof *climb, "a climb"));
  m.climb = climb;
  climb->levels = ladder->rungs;
  climb->slots = slots;
  KHOP_TRY(khop_i_alloc(&climb->level, climb->levels + 1, sizeof *climb->level, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->top, slots, sizeof *climb->top, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->cost, slots, sizeof *climb->cost, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->ordered, slots, sizeof *climb->ordered, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->order, slots, sizeof *climb->order, "a climb"));
  KHOP_TRY(khop_i_alloc(&m.needed, rows, sizeof *m.needed, "marks of rows"));
  KHOP_TRY(khop_i_alloc_raw(&m.home, rows, sizeof *m.home, "homes of rows"));
  KHOP_TRY(find_steps(&m, slots, hops));
  KHOP_TRY(check(climb, ladder->nodes, max_bytes));
  KHOP_TRY(khop_i_alloc(&climb->start, climb->steps + 1, sizeof *climb->start, "a climb"));
  KHOP_TRY(khop_i_alloc_raw(&climb->term, climb->terms, sizeof *climb->term, "a climb"));
  KHOP_TRY(khop_i_alloc_raw(&climb->home, climb->steps, sizeof *climb->home, "a climb"));
  KHOP_TRY(khop_i_alloc_raw(&climb->ranked, climb->steps, sizeof *climb->ranked, "a climb"));
  write_steps(&m);
  for (int s = 0; s < slots; s++)
    if (is_kept(climb, hops[s])) KHOP_TRY(find_order(&m, s, hops[s]));
  *out = climb;
  climb = NULL;
done:
  khop_i_free(m.needed);
  khop_i_free(m.home);
  khop_i_free(m.row);
  khop_i_free(m.hop);
  khop_i_climb_free(climb);
  return status;
}

void khop_i_climb_free(khop_i_climb *climb) {
  if (!climb) return;
  for (int s = 0; climb->order && s < climb->slots; s++) khop_i_free(climb->order[s]);
  khop_i_free(climb->order);
  khop_i_free(climb->cost);
  khop_i_free(climb->ordered);
  khop_i_free(climb->top);
  khop_i_free(climb->level);
  khop_i_free(climb->start);
  khop_i_free(climb->term);
  khop_i_free(climb->home);
  khop_i_free(climb->ranked);
  khop_i_free(climb);
}

size_t khop_i_climb_bytes(const khop_i_climb *climb) {
  size_t total = sizeof *climb + (size_t)(climb->levels + climb->slots * 4) * sizeof *climb->level;
  total += (size_t)climb->steps * (sizeof *climb->start + sizeof *climb->home + sizeof *climb->ranked) +
           (size_t)climb->terms * sizeof *climb->term;
  for (int s = 0; s < climb->slots; s++)
    if (climb->order[s]) total += (size_t)climb->ordered[s] * sizeof **climb->order;
  return total;
}
