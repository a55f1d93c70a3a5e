/* schedule.c: see schedule.h. First the rows that are needed, depth first; then, in that order, their
 * terms, and whether a row is worth a step of its own (ladder_fold.h). */
#include "forms/ladder/schedule.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/ladder/inline.h"

#include <string.h>

#define SIGN 16 /* of the 5 bits: the number is subtracted */
#define LEAST_RUN 16

const khop_real khop_i_climb_numbers[KHOP_I_NUMBERS] = {
    1,  2,  3,  4,  5,  6,  8,  11,  16,  32,  64,  128,  256,  1024,  4096,  16384,
    -1, -2, -3, -4, -5, -6, -8, -11, -16, -32, -64, -128, -256, -1024, -4096, -16384};

/* --- which rows, and in which order --------------------------------------------------------- */

static khop_status add_step(khop_i_draft *d, int hop, int64_t i) {
  khop_status status = KHOP_OK;
  if (d->steps == d->room) {
    int64_t room = 2 * d->room + d->ladder->nodes;
    KHOP_TRY(khop_i_grow(&d->row, room, sizeof *d->row, "steps of a climb"));
    KHOP_TRY(khop_i_grow(&d->hop, room, sizeof *d->hop, "steps of a climb"));
    d->room = room;
  }
  if (d->steps > KHOP_I_MOST_HOMES)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a ladder of more than %lld rows", (long long)KHOP_I_MOST_HOMES);
  d->step[(hop - 1) * d->ladder->nodes + i] = (int32_t)d->steps;
  d->row[d->steps] = (int32_t)i;
  d->hop[d->steps++] = (uint8_t)hop;
done:
  return status;
}

/* The row after those that it takes. All of them are of rungs below: never deeper than the ladder is high. */
static khop_status visit(khop_i_draft *d, int hop, int64_t i) {
  khop_status status = KHOP_OK;
  int64_t n = d->ladder->nodes;
  const khop_i_rung *rung = &d->ladder->rung[hop - 1];
  if (d->step[(hop - 1) * n + i] >= 0) return status;
  if (hop > 2 && rung->q && rung->q[i] != 0) KHOP_TRY(visit(d, hop - 2, i));
  if (hop > 1 && rung->own && rung->own[i] != 0) KHOP_TRY(visit(d, hop - 1, i));
  for (int64_t e = khop_i_hop_csr_begin(rung->steps, i, KHOP_I_BASES);
       e < khop_i_hop_csr_end(rung->steps, i, KHOP_I_BASES); e++)
    KHOP_TRY(visit(d, hop - 1, rung->steps->columns[e]));
  KHOP_TRY(add_step(d, hop, i));
done:
  return status;
}

static bool is_kept(const khop_i_climb *climb, int hop) { return hop > 0 && hop <= climb->levels; }

static khop_status find_steps(khop_i_draft *d, khop_i_climb *climb, int slots, const int *hops) {
  khop_status status = KHOP_OK;
  int64_t n = d->ladder->nodes;
  for (int64_t r = 0; r < climb->levels * n; r++) d->step[r] = -1;
  for (int64_t i = 0; i < n; i++)
    for (int s = 0; s < slots; s++)
      if (is_kept(climb, hops[s])) KHOP_TRY(visit(d, hops[s], i));
  for (int s = 0; s < slots; s++) {
    climb->top[s] = is_kept(climb, hops[s]) ? climb->homes : -1;
    if (is_kept(climb, hops[s])) climb->homes += n;
  }
  if (climb->homes + d->steps > KHOP_I_MOST_HOMES || n > KHOP_I_MOST_HOMES)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a ladder of %lld rows over %lld nodes: there is room for %lld",
              (long long)d->steps, (long long)n, (long long)KHOP_I_MOST_HOMES);
done:
  return status;
}

/* --- what it may take ----------------------------------------------------------------------- */

static khop_status refuse(const khop_i_draft *d, double bytes, int64_t max_bytes) {
  return khop_i_fail(KHOP_E_BUDGET, "what the products of a ladder of %lld nodes read takes at least %.3g MB, and %.3g "
                     "MB of the budget are left: ask for fewer or nearer hops, or raise the budget",
                     (long long)d->ladder->nodes, bytes / 1e6, (double)max_bytes / 1e6);
}

/* Bytes that are held while steps are found, but for the terms: less than this, with copies of folded rows. */
static double draft_bytes(const khop_i_draft *d) {
  return (double)d->steps * 128 + (double)(d->ladder->rungs * d->ladder->nodes) * sizeof *d->step;
}

/* --- their terms ---------------------------------------------------------------------------- */

/* Packs a term of any number of times; returns how many it takes, counts where out is NULL. */
static int64_t put(uint32_t *out, uint32_t place, int64_t times) {
  int64_t left = times < 0 ? -times : times, count = 0;
  for (uint32_t code = SIGN; code-- > 0;)
    for (int64_t size = (int64_t)khop_i_climb_numbers[code]; left >= size; left -= size, count++)
      if (out) out[count] = (times < 0 ? code + SIGN : code) << (KHOP_I_PLACE_BITS + 1) | place;
  return count;
}

/* What has become of a term: a node, or the home of a step. */
static uint32_t place_of(const khop_i_climb *climb, const khop_i_terms *terms, int64_t t) {
  int64_t place = terms->place[t];
  return place >= 0 ? (uint32_t)place : (uint32_t)climb->home[-place - 1] | (uint32_t)1 << KHOP_I_PLACE_BITS;
}

/* Which of the first two runs a term belongs to, if it is there; else the third. */
static int run_of(const khop_i_terms *terms, int64_t t, const bool *there) {
  int64_t times = terms->times[t];
  int run = terms->place[t] < 0 ? 2 : times == 1 ? 0 : times == -1 ? 1 : 2;
  return run < 2 && there[run] ? run : 2;
}

/* A run is there where it is long: a short one is not worth a loop of its own, of which no processor can guess the
 * end (power_grid k = 3, where most rows are short: 112 us, and 122 with runs of every row that has nothing else). */
static void find_runs(bool *there, const khop_i_terms *terms) {
  const bool both[2] = {true, true};
  int64_t count[3] = {0};
  for (int64_t t = 0; t < terms->count; t++) count[run_of(terms, t, both)]++;
  for (int r = 0; r < 2; r++) there[r] = count[r] >= LEAST_RUN;
}

/* Gives step s its home and its terms. */
static khop_status write_step(khop_i_climb *climb, int64_t *room, const khop_i_draft *d, const khop_i_terms *terms,
                              int64_t s, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  bool run[2];
  int64_t count = 0;
  for (int64_t t = 0; t < terms->count; t++) count += put(NULL, 0, terms->times[t]);
  if (climb->terms + count > *room) {
    int64_t most = max_bytes / (int64_t)sizeof *climb->term;
    *room = 2 * *room < most ? 2 * *room : most;
    if (climb->terms + count > *room) *room = climb->terms + count;
    if (*room > most) return refuse(d, 4.0 * (double)*room, max_bytes);
    KHOP_TRY(khop_i_grow(&climb->term, *room, sizeof *climb->term, "a climb"));
  }
  find_runs(run, terms);
  for (int r = 0; r < 3; r++) {
    int64_t begin = climb->terms;
    for (int64_t t = 0; t < terms->count; t++)
      if (run_of(terms, t, run) == r)
        climb->terms += put(climb->term + climb->terms, place_of(climb, terms, t), terms->times[t]);
    if (r < 2) climb->run[2 * climb->steps + r] = (int32_t)(climb->terms - begin);
  }
  climb->start[climb->steps + 1] = climb->terms;
  climb->home[s] = (int32_t)(d->asked[d->hop[s]] >= 0 ? d->asked[d->hop[s]] + d->row[s] : climb->homes++);
done:
  return status;
}

/* All steps in order. `home` is by rows of the draft while they are written, and by steps in the end. */
static khop_status write_steps(khop_i_climb *climb, khop_i_draft *d, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  int64_t room = 0;
  khop_i_terms terms = {0};
  KHOP_TRY(khop_i_fold_open(d));
  for (int64_t s = 0; s < d->steps; s++) {
    bool folds;
    KHOP_TRY(khop_i_fold_row(&folds, &terms, d, s));
    if (folds) continue;
    KHOP_TRY(write_step(climb, &room, d, &terms, s, max_bytes));
    d->kept[climb->steps++] = (int32_t)s;
  }
  for (int64_t s = 0; s < climb->steps; s++) {
    int32_t home = climb->home[d->kept[s]];
    climb->home[s] = climb->run[2 * s] || climb->run[2 * s + 1] ? -1 - home : home;
    climb->level[d->hop[d->kept[s]]]++;
  }
  for (int hop = 1; hop <= climb->levels; hop++) climb->level[hop] += climb->level[hop - 1];
  KHOP_TRY(khop_i_alloc_raw(&climb->ranked, climb->steps, sizeof *climb->ranked, "a climb"));
  for (int64_t s = climb->steps; s-- > 0;) climb->ranked[--climb->level[d->hop[d->kept[s]]]] = (int32_t)s;
  for (int hop = 1; hop < climb->levels; hop++) climb->level[hop] = climb->level[hop + 1];
  if (climb->levels) climb->level[climb->levels] = climb->steps;
  KHOP_TRY(khop_i_grow(&climb->term, climb->terms, sizeof *climb->term, "a climb"));
done:
  khop_i_terms_free(&terms);
  return status;
}

/* The steps that lead to one of several rings: found from the last one back. */
static khop_status find_order(khop_i_climb *climb, uint8_t *needed, int slot, int64_t nodes) {
  khop_status status = KHOP_OK;
  int64_t count = 0;
  memset(needed, 0, (size_t)climb->homes);
  memset(needed + climb->top[slot], 1, (size_t)nodes);
  for (int64_t s = climb->steps; s-- > 0;) {
    if (!needed[khop_i_climb_home(climb, s)]) continue;
    for (int64_t e = climb->start[s]; e < climb->start[s + 1]; e++)
      if (climb->term[e] >> KHOP_I_PLACE_BITS & 1) needed[climb->term[e] & (KHOP_I_MOST_HOMES - 1)] = 1;
    climb->cost[slot] += 1 + climb->start[s + 1] - climb->start[s];
    count++;
  }
  climb->ordered[slot] = count;
  if (count == climb->steps) return status;
  KHOP_TRY(khop_i_alloc_raw(&climb->order[slot], count, sizeof **climb->order, "an order of steps"));
  count = 0;
  for (int64_t s = 0; s < climb->steps; s++)
    if (needed[khop_i_climb_home(climb, s)]) climb->order[slot][count++] = (int32_t)s;
done:
  return status;
}

/* --- all of it ------------------------------------------------------------------------------ */

static khop_status new_climb(khop_i_climb **out, int levels, int slots) {
  khop_status status = KHOP_OK;
  khop_i_climb *climb = NULL;
  KHOP_TRY(khop_i_alloc(&climb, 1, sizeof *climb, "a climb"));
  climb->levels = levels;
  climb->slots = slots;
  KHOP_TRY(khop_i_alloc(&climb->level, climb->levels + 1, sizeof *climb->level, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->top, slots, sizeof *climb->top, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->cost, slots, sizeof *climb->cost, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->ordered, slots, sizeof *climb->ordered, "a climb"));
  KHOP_TRY(khop_i_alloc(&climb->order, slots, sizeof *climb->order, "a climb"));
  *out = climb;
  climb = NULL;
done:
  khop_i_climb_free(climb);
  return status;
}

khop_status khop_i_climb_new(khop_i_climb **out, const khop_i_ladder *ladder, int slots, const int *hops,
                             int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_i_climb *climb = NULL;
  uint8_t *needed = NULL;
  khop_i_draft d = {.ladder = ladder};
  KHOP_TRY(new_climb(&climb, ladder->rungs, slots));
  KHOP_TRY(khop_i_alloc_raw(&d.step, ladder->rungs * ladder->nodes, sizeof *d.step, "steps of a climb"));
  KHOP_TRY(find_steps(&d, climb, slots, hops));
  if (draft_bytes(&d) > (double)max_bytes) {
    status = refuse(&d, draft_bytes(&d), max_bytes);
    goto done;
  }
  for (int hop = 0; hop <= KHOP_I_MOST_RUNGS; hop++) d.asked[hop] = -1;
  for (int s = 0; s < slots; s++)
    if (is_kept(climb, hops[s])) d.asked[hops[s]] = climb->top[s];
  KHOP_TRY(khop_i_alloc(&climb->start, d.steps + 1, sizeof *climb->start, "a climb"));
  KHOP_TRY(khop_i_alloc_raw(&climb->run, 2 * d.steps, sizeof *climb->run, "a climb"));
  KHOP_TRY(khop_i_alloc_raw(&climb->home, d.steps, sizeof *climb->home, "a climb"));
  KHOP_TRY(write_steps(climb, &d, max_bytes));
  KHOP_TRY(khop_i_alloc_raw(&needed, climb->homes, sizeof *needed, "marks of steps"));
  for (int s = 0; s < slots; s++)
    if (is_kept(climb, hops[s])) KHOP_TRY(find_order(climb, needed, s, ladder->nodes));
  if ((double)khop_i_climb_bytes(climb) > (double)max_bytes) {
    status = refuse(&d, (double)khop_i_climb_bytes(climb), max_bytes);
    goto done;
  }
  *out = climb;
  climb = NULL;
done:
  khop_i_free(needed);
  khop_i_draft_close(&d);
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
  khop_i_free(climb->run);
  khop_i_free(climb->term);
  khop_i_free(climb->home);
  khop_i_free(climb->ranked);
  khop_i_free(climb);
}

size_t khop_i_climb_bytes(const khop_i_climb *climb) {
  size_t total = sizeof *climb + (size_t)(climb->levels + climb->slots * 4) * sizeof *climb->level;
  size_t step = sizeof *climb->start + 2 * sizeof *climb->run + sizeof *climb->home + sizeof *climb->ranked;
  total += (size_t)climb->steps * step + (size_t)climb->terms * sizeof *climb->term;
  for (int s = 0; s < climb->slots; s++)
    if (climb->order[s]) total += (size_t)climb->ordered[s] * sizeof **climb->order;
  return total;
}
