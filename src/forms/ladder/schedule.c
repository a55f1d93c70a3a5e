/* schedule.c: see schedule.h. First the rows that are needed are found, depth first; then, in that order, their terms,
 * and whether a row is worth a step of its own (inline.h). */
#include "forms/ladder/schedule.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/ladder/inline.h"

#include <string.h>

/* The sign of a term's 5 bits: the number is subtracted. */
#define SIGN 16
/* The shortest run that is worth a loop of its own, whose end is mispredicted (fitted on an Intel Xeon:
 * docs/notes/2026-11-ladder.md; `sh bench/run forms` measures it anew). */
#define LEAST_RUN 16

const khop_real khop_i_schedule_numbers[KHOP_I_NUMBERS] = {
    1,  2,  3,  4,  5,  6,  8,  11,  16,  32,  64,  128,  256,  1024,  4096,  16384,
    -1, -2, -3, -4, -5, -6, -8, -11, -16, -32, -64, -128, -256, -1024, -4096, -16384};

/* --- which rows, and in which order --------------------------------------------------------- */

static khop_status add_step(khop_i_draft *d, int hop, int64_t i) {
  khop_status status = KHOP_OK;
  if (d->steps == d->capacity) {
    int64_t capacity = 2 * d->capacity + d->ladder->nodes;
    KHOP_TRY(khop_i_grow(&d->row, capacity, sizeof *d->row, "steps of a schedule"));
    KHOP_TRY(khop_i_grow(&d->hop, capacity, sizeof *d->hop, "steps of a schedule"));
    d->capacity = capacity;
  }
  if (d->steps > KHOP_I_MOST_HOMES)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a ladder of more than %lld rows", (long long)KHOP_I_MOST_HOMES);
  d->step[(hop - 1) * d->ladder->nodes + i] = (int32_t)d->steps;
  d->row[d->steps] = (int32_t)i;
  d->hop[d->steps++] = (uint8_t)hop;
done:
  return status;
}

/* Adds a row, after those that it uses. They are of rungs below, so the recursion is no deeper than the ladder is
 * high. */
static khop_status visit_row(khop_i_draft *d, int hop, int64_t i) {
  khop_status status = KHOP_OK;
  int64_t n = d->ladder->nodes;
  const khop_i_rung *rung = &d->ladder->rung[hop - 1];
  if (d->step[(hop - 1) * n + i] >= 0) return status;
  if (hop > 2 && rung->q && rung->q[i] != 0) KHOP_TRY(visit_row(d, hop - 2, i));
  if (hop > 1 && rung->own && rung->own[i] != 0) KHOP_TRY(visit_row(d, hop - 1, i));
  for (int64_t e = khop_i_hop_csr_begin(rung->steps, i, KHOP_I_BASES);
       e < khop_i_hop_csr_end(rung->steps, i, KHOP_I_BASES); e++)
    KHOP_TRY(visit_row(d, hop - 1, rung->steps->columns[e]));
  KHOP_TRY(add_step(d, hop, i));
done:
  return status;
}

static bool is_kept(const khop_i_schedule *schedule, int hop) { return hop > 0 && hop <= schedule->levels; }

static khop_status find_steps(khop_i_draft *d, khop_i_schedule *schedule, int slots, const int *hops) {
  khop_status status = KHOP_OK;
  int64_t n = d->ladder->nodes;
  for (int64_t r = 0; r < schedule->levels * n; r++) d->step[r] = -1;
  for (int64_t i = 0; i < n; i++)
    for (int s = 0; s < slots; s++)
      if (is_kept(schedule, hops[s])) KHOP_TRY(visit_row(d, hops[s], i));
  for (int s = 0; s < slots; s++) {
    schedule->top[s] = is_kept(schedule, hops[s]) ? schedule->homes : -1;
    if (is_kept(schedule, hops[s])) schedule->homes += n;
  }
  if (schedule->homes + d->steps > KHOP_I_MOST_HOMES || n > KHOP_I_MOST_HOMES)
    KHOP_FAIL(KHOP_E_ARGUMENT, "a ladder of %lld rows over %lld nodes: there can be %lld",
              (long long)d->steps, (long long)n, (long long)KHOP_I_MOST_HOMES);
done:
  return status;
}

/* --- what it may take ----------------------------------------------------------------------- */

static khop_status refuse_schedule(const khop_i_draft *d, double bytes, int64_t max_bytes) {
  return khop_i_fail(KHOP_E_BUDGET, "what the products of a ladder of %lld nodes read takes at least %.3g MB, and %.3g "
                     "MB of the budget are left: ask for fewer or nearer hops, or raise the budget",
                     (long long)d->ladder->nodes, bytes / 1e6, (double)max_bytes / 1e6);
}

/* An upper bound of the bytes that are held while steps are found, copies of inlined rows included, terms excluded. */
static double draft_bytes(const khop_i_draft *d) {
  return (double)d->steps * 128 + (double)(d->ladder->rungs * d->ladder->nodes) * sizeof *d->step;
}

/* --- their terms ---------------------------------------------------------------------------- */

/* Packs a source with any number, in as many terms as that takes; returns how many, and only counts where out is
 * NULL. */
static int64_t pack_term(uint32_t *out, uint32_t source, int64_t times) {
  int64_t left = times < 0 ? -times : times, count = 0;
  for (uint32_t code = SIGN; code-- > 0;)
    for (int64_t size = (int64_t)khop_i_schedule_numbers[code]; left >= size; left -= size, count++)
      if (out) out[count] = (times < 0 ? code + SIGN : code) << (KHOP_I_STEP_BITS + 1) | source;
  return count;
}

/* The code of a term's source: a node, or the home of a step. */
static uint32_t code_of(const khop_i_schedule *schedule, const khop_i_terms *terms, int64_t t) {
  int64_t source = terms->source[t];
  return source >= 0 ? (uint32_t)source : (uint32_t)schedule->home[-source - 1] | (uint32_t)1 << KHOP_I_STEP_BITS;
}

/* Which run a term belongs to: one of the first two, where that run exists, else the third. */
static int run_of(const khop_i_terms *terms, int64_t t, const bool *there) {
  int64_t times = terms->times[t];
  int run = terms->source[t] < 0 ? 2 : times == 1 ? 0 : times == -1 ? 1 : 2;
  return run < 2 && there[run] ? run : 2;
}

/* A run exists where it is long enough. */
static void find_runs(bool *there, const khop_i_terms *terms) {
  const bool both[2] = {true, true};
  int64_t count[3] = {0};
  for (int64_t t = 0; t < terms->count; t++) count[run_of(terms, t, both)]++;
  for (int r = 0; r < 2; r++) there[r] = count[r] >= LEAST_RUN;
}

/* Writes the terms of step s, and chooses its home. */
static khop_status write_step(khop_i_schedule *schedule, int64_t *capacity, const khop_i_draft *d,
                              const khop_i_terms *terms, int64_t s, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  bool run[2];
  int64_t count = 0;
  for (int64_t t = 0; t < terms->count; t++) count += pack_term(NULL, 0, terms->times[t]);
  if (schedule->terms + count > *capacity) {
    int64_t most = max_bytes / (int64_t)sizeof *schedule->term;
    *capacity = 2 * *capacity < most ? 2 * *capacity : most;
    if (schedule->terms + count > *capacity) *capacity = schedule->terms + count;
    if (*capacity > most) return refuse_schedule(d, 4.0 * (double)*capacity, max_bytes);
    KHOP_TRY(khop_i_grow(&schedule->term, *capacity, sizeof *schedule->term, "a schedule"));
  }
  find_runs(run, terms);
  for (int r = 0; r < 3; r++) {
    int64_t begin = schedule->terms;
    for (int64_t t = 0; t < terms->count; t++)
      if (run_of(terms, t, run) == r)
        schedule->terms += pack_term(schedule->term + schedule->terms, code_of(schedule, terms, t), terms->times[t]);
    if (r < 2) schedule->run[2 * schedule->steps + r] = (int32_t)(schedule->terms - begin);
  }
  schedule->start[schedule->steps + 1] = schedule->terms;
  schedule->home[s] = (int32_t)(d->asked[d->hop[s]] >= 0 ? d->asked[d->hop[s]] + d->row[s] : schedule->homes++);
done:
  return status;
}

/* Writes all steps in order. schedule->home is indexed by rows of the draft at first, and by steps in the end. */
static khop_status write_steps(khop_i_schedule *schedule, khop_i_draft *d, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  int64_t capacity = 0;
  khop_i_terms terms = {0};
  KHOP_TRY(khop_i_inline_open(d));
  for (int64_t s = 0; s < d->steps; s++) {
    bool inlined;
    KHOP_TRY(khop_i_inline_row(&inlined, &terms, d, s));
    if (inlined) continue;
    KHOP_TRY(write_step(schedule, &capacity, d, &terms, s, max_bytes));
    d->kept[schedule->steps++] = (int32_t)s;
  }
  for (int64_t s = 0; s < schedule->steps; s++) {
    int32_t home = schedule->home[d->kept[s]];
    schedule->home[s] = schedule->run[2 * s] || schedule->run[2 * s + 1] ? -1 - home : home;
    schedule->level[d->hop[d->kept[s]]]++;
  }
  for (int hop = 1; hop <= schedule->levels; hop++) schedule->level[hop] += schedule->level[hop - 1];
  KHOP_TRY(khop_i_alloc_raw(&schedule->ranked, schedule->steps, sizeof *schedule->ranked, "a schedule"));
  for (int64_t s = schedule->steps; s-- > 0;) schedule->ranked[--schedule->level[d->hop[d->kept[s]]]] = (int32_t)s;
  for (int hop = 1; hop < schedule->levels; hop++) schedule->level[hop] = schedule->level[hop + 1];
  if (schedule->levels) schedule->level[schedule->levels] = schedule->steps;
  KHOP_TRY(khop_i_grow(&schedule->term, schedule->terms, sizeof *schedule->term, "a schedule"));
done:
  khop_i_terms_free(&terms);
  return status;
}

/* Finds the steps that one of several rings needs, from the last step back. */
static khop_status find_order(khop_i_schedule *schedule, uint8_t *needed, int slot, int64_t nodes) {
  khop_status status = KHOP_OK;
  int64_t count = 0;
  memset(needed, 0, (size_t)schedule->homes);
  memset(needed + schedule->top[slot], 1, (size_t)nodes);
  for (int64_t s = schedule->steps; s-- > 0;) {
    if (!needed[khop_i_schedule_home(schedule, s)]) continue;
    for (int64_t e = schedule->start[s]; e < schedule->start[s + 1]; e++)
      if (schedule->term[e] >> KHOP_I_STEP_BITS & 1) needed[schedule->term[e] & (KHOP_I_MOST_HOMES - 1)] = 1;
    schedule->cost[slot] += 1 + schedule->start[s + 1] - schedule->start[s];
    count++;
  }
  schedule->ordered[slot] = count;
  if (count == schedule->steps) return status;
  KHOP_TRY(khop_i_alloc_raw(&schedule->order[slot], count, sizeof **schedule->order, "an order of steps"));
  count = 0;
  for (int64_t s = 0; s < schedule->steps; s++)
    if (needed[khop_i_schedule_home(schedule, s)]) schedule->order[slot][count++] = (int32_t)s;
done:
  return status;
}

/* --- all of it ------------------------------------------------------------------------------ */

static khop_status new_schedule(khop_i_schedule **out, int levels, int slots) {
  khop_status status = KHOP_OK;
  khop_i_schedule *schedule = NULL;
  KHOP_TRY(khop_i_alloc(&schedule, 1, sizeof *schedule, "a schedule"));
  schedule->levels = levels;
  schedule->slots = slots;
  KHOP_TRY(khop_i_alloc(&schedule->level, schedule->levels + 1, sizeof *schedule->level, "a schedule"));
  KHOP_TRY(khop_i_alloc(&schedule->top, slots, sizeof *schedule->top, "a schedule"));
  KHOP_TRY(khop_i_alloc(&schedule->cost, slots, sizeof *schedule->cost, "a schedule"));
  KHOP_TRY(khop_i_alloc(&schedule->ordered, slots, sizeof *schedule->ordered, "a schedule"));
  KHOP_TRY(khop_i_alloc(&schedule->order, slots, sizeof *schedule->order, "a schedule"));
  *out = schedule;
  schedule = NULL;
done:
  khop_i_schedule_free(schedule);
  return status;
}

khop_status khop_i_schedule_new(khop_i_schedule **out, const khop_i_ladder *ladder, int slots, const int *hops,
                             int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_i_schedule *schedule = NULL;
  uint8_t *needed = NULL;
  khop_i_draft d = {.ladder = ladder};
  KHOP_TRY(new_schedule(&schedule, ladder->rungs, slots));
  KHOP_TRY(khop_i_alloc_raw(&d.step, ladder->rungs * ladder->nodes, sizeof *d.step, "steps of a schedule"));
  KHOP_TRY(find_steps(&d, schedule, slots, hops));
  if (draft_bytes(&d) > (double)max_bytes) {
    status = refuse_schedule(&d, draft_bytes(&d), max_bytes);
    goto done;
  }
  for (int hop = 0; hop <= KHOP_I_MOST_RUNGS; hop++) d.asked[hop] = -1;
  for (int s = 0; s < slots; s++)
    if (is_kept(schedule, hops[s])) d.asked[hops[s]] = schedule->top[s];
  KHOP_TRY(khop_i_alloc(&schedule->start, d.steps + 1, sizeof *schedule->start, "a schedule"));
  KHOP_TRY(khop_i_alloc_raw(&schedule->run, 2 * d.steps, sizeof *schedule->run, "a schedule"));
  KHOP_TRY(khop_i_alloc_raw(&schedule->home, d.steps, sizeof *schedule->home, "a schedule"));
  KHOP_TRY(write_steps(schedule, &d, max_bytes));
  KHOP_TRY(khop_i_alloc_raw(&needed, schedule->homes, sizeof *needed, "marks of steps"));
  for (int s = 0; s < slots; s++)
    if (is_kept(schedule, hops[s])) KHOP_TRY(find_order(schedule, needed, s, ladder->nodes));
  if ((double)khop_i_schedule_bytes(schedule) > (double)max_bytes) {
    status = refuse_schedule(&d, (double)khop_i_schedule_bytes(schedule), max_bytes);
    goto done;
  }
  *out = schedule;
  schedule = NULL;
done:
  khop_i_free(needed);
  khop_i_draft_close(&d);
  khop_i_schedule_free(schedule);
  return status;
}

void khop_i_schedule_free(khop_i_schedule *schedule) {
  if (!schedule) return;
  for (int s = 0; schedule->order && s < schedule->slots; s++) khop_i_free(schedule->order[s]);
  khop_i_free(schedule->order);
  khop_i_free(schedule->cost);
  khop_i_free(schedule->ordered);
  khop_i_free(schedule->top);
  khop_i_free(schedule->level);
  khop_i_free(schedule->start);
  khop_i_free(schedule->run);
  khop_i_free(schedule->term);
  khop_i_free(schedule->home);
  khop_i_free(schedule->ranked);
  khop_i_free(schedule);
}

size_t khop_i_schedule_bytes(const khop_i_schedule *schedule) {
  size_t total = sizeof *schedule + (size_t)(schedule->levels + schedule->slots * 4) * sizeof *schedule->level;
  size_t step = sizeof *schedule->start + 2 * sizeof *schedule->run + sizeof *schedule->home + sizeof *schedule->ranked;
  total += (size_t)schedule->steps * step + (size_t)schedule->terms * sizeof *schedule->term;
  for (int s = 0; s < schedule->slots; s++)
    if (schedule->order[s]) total += (size_t)schedule->ordered[s] * sizeof **schedule->order;
  return total;
}
