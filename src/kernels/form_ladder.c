/* form_ladder.c: products with rings that are kept as a ladder (rings/ladder.h).
 *
 *   climb     Z_0 = X,  Z_k = P_k Z_{k-1} + Q_k Z_{k-2} + Delta_k X       all rings of one X
 *   descend   B_k = G_k + P_{k+1}^T B_{k+1} + Q_{k+2} B_{k+2},
 *             B_0 += sum_k Delta_k^T B_k = sum_k R_k^T G_k                one sum over all rings
 *
 * in strips of columns, in four panels: panel 0 is Z_0 (B_0), and three take turns.
 *
 *   panel    0: X    1: Z_3, Z_6 ..    2: Z_1, Z_4 ..    3: Z_2, Z_5 ..      (nodes, width) each
 *
 * A climb of one strip reads x where it stands if it is not scaled, and the last rung of every climb
 * goes straight into y.
 *
 * One climb serves all taps that read the same columns with the same right scale, one descent all
 * taps that add to the same columns with the same left scale. Whichever needs fewer passes is taken:
 * the descent runs on the ladder of the transposed rings, which a symmetric ladder is itself.
 * docs/derivations/ladder.md derives both. */
#include "kernels/forms.h"
#include "rings/forms.h"

#include <string.h>

/* One pass: the taps `member` of p, over the columns from c on. */
typedef struct pass {
  const khop_i_product *p;
  const khop_i_ladder *ladder;
  const int *hops;
  khop_i_room *room;
  int member[KHOP_MAX_TAPS], members;
  int64_t c, width;
  bool accumulate; /* add to y */
  bool direct;     /* climbing: Z_0 is x itself, where it stands */
} pass;

static int64_t panel(const pass *s, int hop) {
  return (hop == 0 ? 0 : 1 + hop % 3) * s->p->taps->nodes * s->width;
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

static void panels(const pass *s, int count, const khop_i_tap *tap, bool accumulate, int64_t work) {
  khop_i_gather(s->room->panels, s->width, s->room->panels, s->width, s->p->taps->nodes, s->width,
                count, tap, accumulate, work);
}

static khop_i_tap part(const khop_rings *steps, int slot, int64_t in, int64_t out) {
  return (khop_i_tap){.offsets = steps->offsets + slot, .stride = steps->slots,
                      .columns = steps->columns, .values = steps->values, .in = in, .out = out};
}

static int64_t work_of(const khop_i_rung *rung) {
  int64_t n = rung->steps->nodes, large = rung->large ? rung->large->offsets[n] : 0;
  return rung->steps->offsets[n * KHOP_I_PARTS] + large + n;
}

/* Delta_k of panel `in`, or its transpose (turned). Returns how many taps it takes. */
static int corrections(khop_i_tap *tap, const khop_i_rung *rung, bool turned, int64_t in, int64_t out) {
  const khop_rings *steps = turned ? rung->steps->turned : rung->steps;
  int count = 0;
  if (rung->entries[KHOP_I_PLUS]) tap[count++] = part(steps, KHOP_I_PLUS, in, out);
  if (rung->entries[KHOP_I_MINUS]) {
    tap[count] = part(steps, KHOP_I_MINUS, in, out);
    tap[count++].minus = true;
  }
  if (rung->large) tap[count++] = part(turned ? rung->large->turned : rung->large, 0, in, out);
  return count;
}

/* --- climbing ------------------------------------------------------------------------------- */

/* Taps that read panel 0 read x instead, where that is Z_0. */
static void read_x(const pass *s, int count, khop_i_tap *tap) {
  for (int t = 0; s->direct && t < count; t++)
    if (tap[t].in == 0) {
      tap[t].x = s->p->x + s->c + s->p->tap[s->member[0]].in;
      tap[t].ldx = s->p->ldx;
    }
}

/* The taps of a rung; P reads nothing in the first one. */
static int rung_taps(khop_i_tap *tap, const pass *s, int hop, int64_t out) {
  const khop_i_rung *rung = &s->ladder->rung[hop - 1];
  int count = corrections(tap, rung, false, 0, out);
  if (rung->entries[KHOP_I_BASES] && hop > 1)
    tap[count++] = part(rung->steps, KHOP_I_BASES, panel(s, hop - 1), out);
  if (rung->own)
    tap[count++] = (khop_i_tap){.loop = true, .right = rung->own, .in = panel(s, hop - 1), .out = out};
  if (rung->q)
    tap[count++] = (khop_i_tap){.loop = true, .right = rung->q, .in = panel(s, hop - 2), .out = out};
  if (!count) tap[count++].out = out;
  read_x(s, count, tap);
  return count;
}

static void climb_one(const pass *s, int hop) {
  khop_i_tap tap[6] = {{0}};
  int count = rung_taps(tap, s, hop, panel(s, hop));
  panels(s, count, tap, false, work_of(&s->ladder->rung[hop - 1]) * s->width);
}

/* The last rung of a climb straight into y, scaled, with the self-loop: no panel between. */
static void climb_out(const pass *s, int hop, int member, bool accumulate) {
  const khop_i_product *p = s->p;
  const khop_i_tap *from = &p->tap[s->member[member]];
  khop_i_tap tap[7] = {{0}};
  int count = rung_taps(tap, s, hop, from->out);
  if (from->loop) {
    tap[count] = (khop_i_tap){.loop = true, .out = from->out};
    read_x(s, 1, &tap[count++]);
  }
  for (int t = 0; t < count; t++) {
    tap[t].left = from->left;
    tap[t].weight = weight_of(s, from);
    tap[t].weight_per_channel = from->weight_per_channel;
  }
  khop_i_gather(p->y + s->c, p->ldy, s->room->panels, s->width, p->taps->nodes, s->width, count, tap,
                accumulate, work_of(&s->ladder->rung[hop - 1]) * s->width);
}

/* A tap from its panel into y, with its self-loop; zeros where its ring is beyond the ladder. */
static void emit(const pass *s, int member, bool accumulate) {
  const khop_i_product *p = s->p;
  const khop_i_tap *from = &p->tap[s->member[member]];
  khop_i_tap tap[2];
  int count = 0, hop = hop_of(s, member);
  tap[0] = tap[1] = (khop_i_tap){.left = from->left, .weight = weight_of(s, from), .out = from->out,
                                 .weight_per_channel = from->weight_per_channel, .loop = true};
  if (hop <= s->ladder->rungs) tap[count++].in = panel(s, hop);
  if (from->loop && from->slot >= 0) tap[count++].in = 0;
  if (!count) tap[count++].loop = false;
  else read_x(s, count, tap);
  khop_i_gather(p->y + s->c, p->ldy, s->room->panels, s->width, p->taps->nodes, s->width, count, tap,
                accumulate, 2 * p->taps->nodes * s->width);
}

/* The one member whose ring is the last of the climb; -1: there are none or several. */
static int only_member(const pass *s, int top) {
  int only = -1;
  for (int m = 0; m < s->members; m++) {
    if (hop_of(s, m) < top) continue;
    if (only >= 0 || hop_of(s, m) > top) return -1;
    only = m;
  }
  return top > 0 ? only : -1;
}

static void climb(pass *s) {
  const khop_i_product *p = s->p;
  const khop_i_tap *from = &p->tap[s->member[0]];
  bool summed = p->taps->count > 1 && p->tap[0].out == p->tap[1].out, written = false;
  khop_i_tap x = {.loop = true, .right = from->right, .in = from->in};
  int top = furthest(s), last = only_member(s, top);
  s->direct = !from->right && p->f <= s->width; /* in one strip: rows of more columns are too far apart */
  if (!s->direct)
    khop_i_gather(s->room->panels, s->width, p->x + s->c, p->ldx, p->taps->nodes, s->width, 1, &x, false,
                  p->taps->nodes * s->width);
  for (int hop = 0; hop <= top; hop++) {
    if (hop > 0 && !(hop == top && last >= 0)) climb_one(s, hop);
    for (int m = 0; m < s->members; m++) {
      if (hop_of(s, m) != hop && !(hop == top && hop_of(s, m) > top)) continue;
      bool accumulate = s->accumulate || (summed && written);
      if (m == last) climb_out(s, hop, m, accumulate);
      else emit(s, m, accumulate);
      written = true;
    }
  }
}

/* --- descending ----------------------------------------------------------------------------- */

/* G_k: what the taps of a hop bring in; for hop 0 the self-loops too. Returns how many they are. */
static int bring_in(const pass *s, int hop) {
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
    khop_i_gather(s->room->panels, s->width, p->x + s->c, p->ldx, p->taps->nodes, s->width,
                  count ? count : 1, tap, false, (count + 1) * p->taps->nodes * s->width);
  return count;
}

static void descend_one(const pass *s, int hop, int top) {
  const khop_i_rung *here = &s->ladder->rung[hop - 1], *above = here + 1;
  khop_i_tap tap[5];
  int count = 0, brought = bring_in(s, hop);
  if (hop < top) {
    tap[count++] = part(above->steps->turned, KHOP_I_BASES, panel(s, hop + 1), panel(s, hop));
    if (above->own)
      tap[count++] = (khop_i_tap){.loop = true, .left = above->own, .in = panel(s, hop + 1),
                                  .out = panel(s, hop)};
    if (hop + 2 <= top && above[1].q)
      tap[count++] = (khop_i_tap){.loop = true, .left = above[1].q, .in = panel(s, hop + 2),
                                  .out = panel(s, hop)};
    panels(s, count, tap, brought > 0, work_of(above) * s->width);
  }
  count = corrections(tap, here, true, panel(s, hop), 0);
  if (hop == 2 && here->q)
    tap[count++] = (khop_i_tap){.loop = true, .left = here->q, .in = panel(s, 2), .out = 0};
  if (count) panels(s, count, tap, true, work_of(here) * s->width);
}

/* A row that no tap has an entry in is an exact zero, not what rounding leaves. */
static void clear_empty_rows(const pass *s) {
  const khop_i_product *p = s->p;
  const khop_rings *rings = p->transposed ? p->taps->turned : p->taps->rings;
  for (int m = 0; m < s->members; m++)
    if (p->tap[s->member[m]].loop) return;
  for (int64_t i = 0; i < p->taps->nodes; i++) {
    int64_t entries = 0;
    for (int m = 0; m < s->members; m++)
      entries += khop_i_rings_count(rings, i, p->tap[s->member[m]].slot);
    if (!entries) memset(s->room->panels + i * s->width, 0, (size_t)s->width * sizeof *p->x);
  }
}

static void descend(const pass *s) {
  const khop_i_product *p = s->p;
  const khop_i_tap *from = &p->tap[s->member[0]];
  khop_i_tap y = {.loop = true, .left = from->left, .out = from->out};
  int top = furthest(s);
  bring_in(s, 0);
  for (int hop = top; hop > 0; hop--) descend_one(s, hop, top);
  clear_empty_rows(s);
  khop_i_gather(p->y + s->c, p->ldy, s->room->panels, s->width, p->taps->nodes, s->width, 1, &y,
                s->accumulate, p->taps->nodes * s->width);
}

/* --- which, and how often ------------------------------------------------------------------- */

/* Whether two taps go into one pass. */
static bool together(const khop_i_tap *a, const khop_i_tap *b, bool down) {
  return down ? a->left == b->left && a->out == b->out : a->right == b->right && a->in == b->in;
}

/* The taps that go with the first one that is not done; marks them. False: all are done. */
static bool next_pass(pass *s, bool *done, bool down) {
  const khop_i_product *p = s->p;
  s->members = 0;
  for (int t = 0; t < p->taps->count; t++) {
    if (done[t] || (s->members && !together(&p->tap[s->member[0]], &p->tap[t], down))) continue;
    done[t] = true;
    s->member[s->members++] = t;
  }
  return s->members > 0;
}

static int64_t cost_of(pass *s, bool down) {
  bool done[KHOP_MAX_TAPS] = {false};
  int64_t cost = 0;
  while (next_pass(s, done, down))
    for (int hop = 1; hop <= furthest(s); hop++) cost += work_of(&s->ladder->rung[hop - 1]);
  return cost;
}

void khop_i_ladder_gather(const khop_i_product *p) {
  const khop_rings *rings = p->transposed ? p->taps->turned : p->taps->rings;
  const khop_rings *other = p->transposed ? p->taps->rings : p->taps->turned;
  pass up = {.p = p, .ladder = rings->ladder, .hops = rings->hops, .room = p->taps->rings->room};
  pass down = up;
  down.ladder = other->ladder;
  bool descends = cost_of(&down, true) < cost_of(&up, false);
  pass *s = descends ? &down : &up;
  pthread_mutex_lock(&s->room->lock);
  for (s->c = 0; s->c < p->f; s->c += s->width) {
    bool done[KHOP_MAX_TAPS] = {false};
    bool summed = p->taps->count > 1 && p->tap[0].out == p->tap[1].out;
    s->width = p->f - s->c < s->room->width ? p->f - s->c : s->room->width;
    s->accumulate = p->accumulate;
    while (next_pass(s, done, descends)) {
      if (descends) descend(s);
      else climb(s);
      s->accumulate = s->accumulate || summed;
    }
  }
  pthread_mutex_unlock(&s->room->lock);
}
