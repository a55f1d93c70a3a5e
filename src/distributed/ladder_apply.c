/* ladder_apply.c: products with a ladder of several ranks (ladder.h): rung by rung, and between two rungs the sums of
 * the ghosts that are bases of the upper one. */
#include "distributed/ladder_apply.h"
#include "base/error.h"
#include "base/memory.h"
#include "kernels/drivers.h"

/* The taps `member` of p, which read x with one scale. All rows have p->f numbers, without gaps. */
typedef struct climb {
  const khop_i_product *p;
  const khop_i_shard_ladder *ladder;
  int member[KHOP_MAX_TAPS], members, top;
  bool written;     /* something of this product is in y */
  khop_real *x;     /* (rows of space 0) */
  khop_real *below; /* (rows of the largest space) R_{k-1} x */
  khop_real *own[4]; /* (owned rows) x, then R_k x in turn */
} climb;

static int64_t largest_space(const khop_i_shard_ladder *ladder) {
  int64_t most = 0;
  for (int k = 1; k < ladder->rungs; k++) most = ladder->space[k].rows > most ? ladder->space[k].rows : most;
  return most;
}

static khop_status open_climb(climb *c) {
  khop_status status = KHOP_OK;
  int64_t f = c->p->f, rows = c->p->rows, all = c->ladder->rungs ? c->ladder->space[0].rows : 0;
  KHOP_TRY(khop_i_alloc_raw(&c->x, all * f, sizeof *c->x, "features of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(&c->below, largest_space(c->ladder) * f, sizeof *c->below, "sums of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(&c->own[0], 4 * rows * f, sizeof *c->own[0], "sums of rows"));
  for (int k = 1; k < 4; k++) c->own[k] = c->own[0] + k * rows * f;
done:
  return status;
}

static void close_climb(climb *c) {
  khop_i_free(c->x);
  khop_i_free(c->below);
  khop_i_free(c->own[0]);
}

/* R_k x of the owned rows. */
static khop_real *own_sums(const climb *c, int hop) { return c->own[hop ? 1 + hop % 3 : 0]; }

/* --- a rung --------------------------------------------------------------------------------------- */

/* A rung without any entry has no list of columns either. */
static khop_i_tap tap_of(const khop_i_hop_csr *csr, int slot, const khop_real *x, int64_t f) {
  return (khop_i_tap){.offsets = csr->columns ? csr->offsets + slot : NULL, .stride = csr->slots, .columns = csr->columns,
                      .values = csr->values, .x = x, .ldx = f};
}

static void gather(const climb *c, khop_real *y, int64_t ldy, int count, const khop_i_tap *tap, bool accumulate) {
  khop_i_gather_rows(y, ldy, c->x, c->p->f, 0, c->p->rows, c->p->f, count, tap, accumulate, c->p->entries * c->p->f);
}

static void take_rung(const climb *c, int hop) {
  const khop_i_rung *rung = &c->ladder->rung[hop - 1];
  khop_i_tap tap[6];
  int count = 0;
  int64_t f = c->p->f;
  if (hop > 1) {
    tap[count++] = tap_of(rung->steps, KHOP_I_BASES, c->below, f);
    tap[count++] = (khop_i_tap){.loop = true, .left = rung->own, .x = own_sums(c, hop - 1), .ldx = f};
    tap[count++] = (khop_i_tap){.loop = true, .left = rung->q, .x = own_sums(c, hop - 2), .ldx = f};
  }
  tap[count++] = tap_of(rung->steps, KHOP_I_PLUS, c->x, f);
  tap[count] = tap_of(rung->steps, KHOP_I_MINUS, c->x, f);
  tap[count++].minus = true;
  tap[count++] = tap_of(rung->large, 0, c->x, f);
  gather(c, own_sums(c, hop), f, count, tap, false);
}

/* --- the taps ------------------------------------------------------------------------------------- */

static int hop_of(const climb *c, int member) {
  int slot = c->p->tap[c->member[member]].slot;
  return slot < 0 ? 0 : c->p->rings->hops[slot];
}

/* Writes the taps of a hop from its sums into y, with their self-loops. */
static void write_taps(climb *c, int hop) {
  const khop_i_product *p = c->p;
  bool summed = p->count > 1 && p->tap[0].out == p->tap[1].out;
  for (int m = 0; m < c->members; m++) {
    const khop_i_tap *from = &p->tap[c->member[m]];
    if (hop_of(c, m) != hop) continue;
    khop_i_tap tap[2];
    tap[0] = (khop_i_tap){.left = from->left, .weight = from->weight, .out = from->out, .loop = true,
                          .weight_per_channel = from->weight_per_channel, .x = own_sums(c, hop), .ldx = p->f};
    tap[1] = tap[0];
    tap[1].x = own_sums(c, 0);
    gather(c, p->y, p->ldy, 1 + (from->loop && from->slot >= 0), tap, p->accumulate || (summed && c->written));
    c->written = true;
  }
}

/* Copies the owned rows of x, scaled. */
static void copy_x(const climb *c) {
  const khop_i_product *p = c->p;
  const khop_i_tap *from = &p->tap[c->member[0]];
  for (int64_t i = 0; i < p->rows; i++) {
    const khop_real *x = p->x + i * p->ldx + from->in;
    khop_real right = from->right ? from->right[i] : 1;
    for (int64_t u = 0; u < p->f; u++) c->own[0][i * p->f + u] = x[u] * right;
  }
}

/* Collective. */
static khop_status take_climb(climb *c, const khop_exchange *e) {
  khop_status status = KHOP_OK;
  const khop_i_shard_ladder *l = c->ladder;
  size_t item = (size_t)c->p->f * sizeof *c->x;
  copy_x(c);
  write_taps(c, 0);
  if (c->top > 0) KHOP_TRY(khop_i_fetch(e, KHOP_OK, c->x, c->own[0], l->space[0].pattern, item));
  for (int hop = 1; hop <= c->top; hop++) {
    take_rung(c, hop);
    write_taps(c, hop);
    if (hop < c->top) KHOP_TRY(khop_i_fetch(e, KHOP_OK, c->below, own_sums(c, hop), l->space[hop].pattern, item));
  }
done:
  return status;
}

/* Collects the taps that go with the first that is not done. Whether they do must not depend on a rank's memory, such as
 * where its scales are: so taps share a climb where x is not scaled. */
static bool next_climb(climb *c, bool *done) {
  const khop_i_product *p = c->p;
  c->members = c->top = 0;
  for (int t = 0; t < p->count; t++) {
    const khop_i_tap *first = &p->tap[c->members ? c->member[0] : t];
    bool shares = t == c->member[0] || (!first->right && !p->tap[t].right && first->in == p->tap[t].in);
    if (done[t] || (c->members && !shares)) continue;
    done[t] = true;
    c->member[c->members++] = t;
    int hop = hop_of(c, c->members - 1);
    c->top = hop > c->top ? hop : c->top;
  }
  return c->members > 0;
}

khop_status khop_i_shard_ladder_apply(const khop_i_product *p, const khop_i_shard_ladder *ladder,
                                      const khop_exchange *e) {
  climb c = {.p = p, .ladder = ladder};
  bool done[KHOP_MAX_TAPS] = {false};
  khop_status status = khop_i_agree(e, open_climb(&c));
  while (status == KHOP_OK && next_climb(&c, done)) status = take_climb(&c, e);
  close_climb(&c);
  return status;
}
