/* apply.c: products with rings that are kept as a ladder (forms/ladder/ladder.h).
 *
 *   climb     Z_0 = X,  Z_k = P_k Z_{k-1} + Q_k Z_{k-2} + Delta_k X       all rings of one X
 *   descend   B_k = G_k + P_{k+1}^T B_{k+1} + Q_{k+2} B_{k+2},
 *             B_0 += sum_k Delta_k^T B_k = sum_k R_k^T G_k                one sum over all rings
 *
 * in strips of columns. A climb holds X and a row for each sum; a descent has four panels, B_0 and three that are used
 * in turn.
 *
 *   climbing     | X (nodes) | homes of steps (schedule.h) |                     rows of `ld`
 *   descending   | B_0 | B_3, B_6 .. | B_1, B_4 .. | B_2, B_5 .. |    (nodes) each   rows of `width`
 *
 * A climb of one strip reads x itself, without a copy, if x is not scaled and its rows are as wide as those of the
 * panels; a climb to one ring writes its sums straight into y.
 *
 * One climb serves all taps that read the same columns with the same right scale, one descent all taps that add to
 * the same columns with the same left scale. The cheaper of the two is taken: the descent runs on the ladder of the
 * transposed rings, which for symmetric rings is the ladder itself. docs/derivations/ladder.md derives both. */
#include "forms/ladder/apply.h"
#include "base/threads.h"
#include "forms/ladder/panels.h"
#include "forms/ladder/schedule.h"
#include "kernels/drivers.h"
#include "kernels/dispatch.h"

#include <string.h>

/* One pass: the taps `member` of p, over the columns from c on. */
typedef struct pass {
  const khop_i_product *p;
  const khop_i_ladder *ladder;
  const int *hops;
  khop_i_ladder_panels *panels;
  int member[KHOP_MAX_TAPS], members;
  int64_t c, width, ld;
  bool accumulate; /* add to y */
  bool direct;     /* climbing: Z_0 is x itself, not a copy */
} pass;

static int64_t panel(const pass *s, int hop) {
  return (hop == 0 ? 0 : 1 + hop % 3) * s->p->rings->nodes * s->width;
}

static int hop_of(const pass *s, int member) {
  int slot = s->p->tap[s->member[member]].slot;
  return slot < 0 ? 0 : s->hops[slot];
}

static int furthest(const pass *s) {
  int most = 0;
  for (int m = 0; m < s->members; m++) most = hop_of(s, m) > most ? hop_of(s, m) : most;
  return most < s->ladder->rungs ? most : s->ladder->rungs; /* rings beyond are empty */
}

/* A tap's weight, moved to this strip. */
static const khop_real *weight_of(const pass *s, const khop_i_tap *tap) {
  return tap->weight && tap->weight_per_channel ? tap->weight + s->c : tap->weight;
}

static void gather_panels(const pass *s, int count, const khop_i_tap *tap, bool accumulate, int64_t work) {
  khop_i_gather(s->panels->data, s->width, s->panels->data, s->width, s->p->rings->nodes, s->width,
                count, tap, accumulate, work);
}

static khop_i_tap tap_of_part(const khop_i_hop_csr *steps, int slot, int64_t in, int64_t out) {
  return (khop_i_tap){.offsets = steps->offsets + slot, .stride = steps->slots,
                      .columns = steps->columns, .values = steps->values, .in = in, .out = out};
}

static int64_t work_of(const khop_i_rung *rung) {
  int64_t n = rung->steps->nodes, large = rung->large ? rung->large->offsets[n] : 0;
  return rung->steps->offsets[n * KHOP_I_PARTS] + large + n;
}

/* Delta_k of panel `in`, or its transpose. Returns how many taps it takes. */
static int corrections(khop_i_tap *tap, const khop_i_rung *rung, bool transposed, int64_t in, int64_t out) {
  const khop_i_hop_csr *steps = transposed ? rung->steps_transposed : rung->steps;
  int count = 0;
  if (rung->entries[KHOP_I_PLUS]) tap[count++] = tap_of_part(steps, KHOP_I_PLUS, in, out);
  if (rung->entries[KHOP_I_MINUS]) {
    tap[count] = tap_of_part(steps, KHOP_I_MINUS, in, out);
    tap[count++].minus = true;
  }
  if (rung->large) tap[count++] = tap_of_part(transposed ? rung->large_transposed : rung->large, 0, in, out);
  return count;
}

/* --- climbing ------------------------------------------------------------------------------- */

/* Copies X into the panels, scaled, with zeros up to a whole vector. */
static void copy_x(const pass *s) {
  const khop_i_tap *from = &s->p->tap[s->member[0]];
  int64_t n = s->p->rings->nodes;
#pragma omp parallel for num_threads(khop_i_threads_for(n * s->ld))
  for (int64_t i = 0; i < n; i++) {
    const khop_real *x = s->p->x + i * s->p->ldx + from->in + s->c;
    khop_real *to = s->panels->data + i * s->ld, right = from->right ? from->right[i] : 1;
    for (int64_t u = 0; u < s->width; u++) to[u] = x[u] * right;
    for (int64_t u = s->width; u < s->ld; u++) to[u] = 0;
  }
}

static khop_i_steps steps_of(const pass *s) {
  const khop_i_schedule *schedule = s->ladder->schedule;
  const khop_i_product *p = s->p;
  khop_real *sums = s->panels->data + p->rings->nodes * s->ld;
  const khop_real *x = s->direct ? p->x + s->c + p->tap[s->member[0]].in : s->panels->data;
  return (khop_i_steps){.start = schedule->start, .term = schedule->term, .home = schedule->home, .run = schedule->run,
                        .number = khop_i_schedule_numbers, .from = {x, sums}, .ld = s->ld, .sums = sums,
                        .width = s->ld, .f = s->width};
}

/* Takes the steps that a ring needs, or all of them (slot -1): one thread in depth-first order, several rung by
 * rung, up to `top`. */
static void take_steps(const khop_i_steps *steps, const pass *s, int slot, int top) {
  const khop_i_schedule *schedule = s->ladder->schedule;
  int threads = khop_i_threads_for((schedule->terms + schedule->steps) * s->ld);
  if (threads == 1)
    khop_i_kernels_now()->steps(steps, slot < 0 ? NULL : schedule->order[slot], 0,
                                slot < 0 ? schedule->steps : schedule->ordered[slot]);
  for (int hop = 1; threads > 1 && hop <= top; hop++)
    khop_i_steps_level(steps, schedule->ranked, schedule->level[hop - 1], schedule->level[hop], threads);
}

/* Writes a tap from its sums into y, with its self-loop; zeros where its ring is beyond the ladder. */
static void write_tap(const pass *s, int member, bool accumulate) {
  const khop_i_product *p = s->p;
  const khop_i_tap *from = &p->tap[s->member[member]];
  khop_i_tap tap[2], x = {.ldx = p->ldx};
  int count = 0, hop = hop_of(s, member), slot = from->slot;
  if (s->direct) x.x = p->x + s->c + p->tap[s->member[0]].in;
  tap[0] = tap[1] = (khop_i_tap){.left = from->left, .weight = weight_of(s, from), .out = from->out,
                                 .weight_per_channel = from->weight_per_channel, .loop = true};
  if (hop == 0) tap[count].x = x.x, tap[count++].ldx = x.ldx;
  else if (hop <= s->ladder->rungs) tap[count++].in = (p->rings->nodes + s->ladder->schedule->top[slot]) * s->ld;
  if (from->loop && from->slot >= 0) tap[count].x = x.x, tap[count++].ldx = x.ldx;
  if (!count) tap[count++].loop = false;
  khop_i_gather(p->y + s->c, p->ldy, s->panels->data, s->ld, p->rings->nodes, s->width, count, tap,
                accumulate, 2 * p->rings->nodes * s->width);
}

/* The one tap that needs steps, if there is one. */
static int only_member(const pass *s) {
  int only = -1;
  for (int m = 0; m < s->members; m++) {
    if (hop_of(s, m) == 0) continue;
    if (only >= 0 || hop_of(s, m) > s->ladder->rungs) return -1;
    only = m;
  }
  return only;
}

/* A climb to one ring, straight into y. */
static void climb_out(const pass *s, int member, bool accumulate) {
  const khop_i_product *p = s->p;
  khop_i_steps steps = steps_of(s);
  khop_i_tap out = p->tap[s->member[member]];
  out.weight = weight_of(s, &out);
  steps.top = s->ladder->schedule->top[out.slot];
  steps.rows = p->rings->nodes;
  steps.out = &out;
  steps.y = p->y + s->c + out.out;
  steps.ldy = p->ldy;
  steps.accumulate = accumulate;
  take_steps(&steps, s, out.slot, hop_of(s, member));
}

static void climb(pass *s) {
  const khop_i_product *p = s->p;
  bool summed = p->count > 1 && p->tap[0].out == p->tap[1].out, written = false;
  int only = only_member(s), top = furthest(s);
  s->ld = (s->width + KHOP_I_STRIP - 1) / KHOP_I_STRIP * KHOP_I_STRIP;
  s->direct = !p->tap[s->member[0]].right && p->f == s->ld && p->ldx == s->ld;
  if (!s->direct) copy_x(s);
  if (only < 0 && top > 0) {
    khop_i_steps steps = steps_of(s);
    take_steps(&steps, s, -1, top);
  }
  for (int m = 0; m < s->members; m++) {
    if (m == only) continue;
    write_tap(s, m, s->accumulate || (summed && written));
    written = true;
  }
  if (only >= 0) climb_out(s, only, s->accumulate || (summed && written));
}

/* --- descending ----------------------------------------------------------------------------- */

/* Writes G_k, the inputs of the taps of a hop; for hop 0 those of self-loops too. Returns how many taps they are. */
static int write_inputs(const pass *s, int hop) {
  const khop_i_product *p = s->p;
  khop_i_tap tap[KHOP_MAX_TAPS];
  int count = 0;
  for (int m = 0; m < s->members; m++) {
    const khop_i_tap *from = &p->tap[s->member[m]];
    if (hop_of(s, m) != hop && !(hop == 0 && from->loop)) continue;
    tap[count++] = (khop_i_tap){.loop = true, .right = from->right, .in = from->in,
                                .weight = weight_of(s, from), .out = panel(s, hop),
                                .weight_per_channel = from->weight_per_channel};
  }
  if (!count && hop == 0) tap[0] = (khop_i_tap){.out = 0};
  if (count || hop == 0)
    khop_i_gather(s->panels->data, s->width, p->x + s->c, p->ldx, p->rings->nodes, s->width,
                  count ? count : 1, tap, false, (count + 1) * p->rings->nodes * s->width);
  return count;
}

static void descend_one(const pass *s, int hop, int top) {
  const khop_i_rung *here = &s->ladder->rung[hop - 1], *above = here + 1;
  khop_i_tap tap[5];
  int count = 0, inputs = write_inputs(s, hop);
  if (hop < top) {
    tap[count++] = tap_of_part(above->steps_transposed, KHOP_I_BASES, panel(s, hop + 1), panel(s, hop));
    if (above->own)
      tap[count++] = (khop_i_tap){.loop = true, .left = above->own, .in = panel(s, hop + 1),
                                  .out = panel(s, hop)};
    if (hop + 2 <= top && above[1].q)
      tap[count++] = (khop_i_tap){.loop = true, .left = above[1].q, .in = panel(s, hop + 2),
                                  .out = panel(s, hop)};
    gather_panels(s, count, tap, inputs > 0, work_of(above) * s->width);
  }
  count = corrections(tap, here, true, panel(s, hop), 0);
  if (hop == 2 && here->q)
    tap[count++] = (khop_i_tap){.loop = true, .left = here->q, .in = panel(s, 2), .out = 0};
  if (count) gather_panels(s, count, tap, true, work_of(here) * s->width);
}

/* A row that no tap has an entry in is an exact zero, not what rounding leaves. */
static void clear_empty_rows(const pass *s) {
  const khop_i_product *p = s->p;
  const khop_rings *rings = p->rings;
  for (int m = 0; m < s->members; m++)
    if (p->tap[s->member[m]].loop) return;
  for (int64_t i = 0; i < p->rings->nodes; i++) {
    int64_t entries = 0;
    for (int m = 0; m < s->members; m++)
      entries += khop_i_rings_count(rings, i, p->tap[s->member[m]].slot);
    if (!entries) memset(s->panels->data + i * s->width, 0, (size_t)s->width * sizeof *p->x);
  }
}

static void descend(const pass *s) {
  const khop_i_product *p = s->p;
  const khop_i_tap *from = &p->tap[s->member[0]];
  khop_i_tap y = {.loop = true, .left = from->left, .out = from->out};
  int top = furthest(s);
  write_inputs(s, 0);
  for (int hop = top; hop > 0; hop--) descend_one(s, hop, top);
  clear_empty_rows(s);
  khop_i_gather(p->y + s->c, p->ldy, s->panels->data, s->width, p->rings->nodes, s->width, 1, &y,
                s->accumulate, p->rings->nodes * s->width);
}

/* --- climb or descent, in which passes ------------------------------------------------------ */

/* Whether two taps go into one pass. */
static bool share_pass(const khop_i_tap *a, const khop_i_tap *b, bool down) {
  return down ? a->left == b->left && a->out == b->out : a->right == b->right && a->in == b->in;
}

/* Collects the taps that go with the first one that is not done, and marks them. False: all are done. */
static bool next_pass(pass *s, bool *done, bool down) {
  const khop_i_product *p = s->p;
  s->members = 0;
  for (int t = 0; t < p->count; t++) {
    if (done[t] || (s->members && !share_pass(&p->tap[s->member[0]], &p->tap[t], down))) continue;
    done[t] = true;
    s->member[s->members++] = t;
  }
  return s->members > 0;
}

/* What a row of a descent costs, in rows of a climb: a descent passes over every rung in several taps. Fitted on an
 * Intel Xeon (docs/notes/2026-11-ladder.md, "Which way"); `sh bench/run forms` measures it anew. */
#define DESCENT_ROW 2

/* Rows that are read and written; of a climb to several rings, those of all. */
static int64_t cost_of(pass *s, bool down) {
  bool done[KHOP_MAX_TAPS] = {false};
  const khop_i_schedule *schedule = s->ladder->schedule;
  int64_t cost = 0;
  while (next_pass(s, done, down)) {
    int only = only_member(s), slot = only < 0 ? -1 : s->p->tap[s->member[only]].slot;
    for (int hop = 1; down && hop <= furthest(s); hop++) cost += DESCENT_ROW * work_of(&s->ladder->rung[hop - 1]);
    if (!down && furthest(s) > 0) cost += khop_i_schedule_cost(schedule, slot);
  }
  return cost;
}

void khop_i_ladder_apply(const khop_i_product *p) {
  pass up = {.p = p, .ladder = p->rings->state, .hops = p->rings->hops,
             .panels = khop_i_rings_workspace(p->rings)};
  pass down = up;
  down.ladder = p->rings->symmetric ? up.ladder : p->rings->transposed->state;
  bool descends = cost_of(&down, true) < cost_of(&up, false);
  pass *s = descends ? &down : &up;
  pthread_mutex_lock(&s->panels->lock);
  for (s->c = 0; s->c < p->f; s->c += s->width) {
    bool done[KHOP_MAX_TAPS] = {false};
    bool summed = p->count > 1 && p->tap[0].out == p->tap[1].out;
    s->width = p->f - s->c < s->panels->width ? p->f - s->c : s->panels->width;
    s->accumulate = p->accumulate;
    while (next_pass(s, done, descends)) {
      if (descends) descend(s);
      else climb(s);
      s->accumulate = s->accumulate || summed;
    }
  }
  pthread_mutex_unlock(&s->panels->lock);
}
