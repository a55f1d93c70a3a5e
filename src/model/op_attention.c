/* op_attention.c: graph attention (Velickovic et al. 2018) over the entries of rings: each head h has f of the columns.
 *
 *   l_i = x_i . a    r_j = x_j . b    e_ij = leaky(l_i + r_j)     a, b (f) of the head
 *   w_ij = softmax of e_ij over the entries j of row i            y_i = sum_j w_ij x_j
 *
 * Backward, with m_i = dy_i . y_i, which is sum_j w_ij (dy_i . x_j):
 *
 *   ds_ij = w_ij (dy_i . x_j - m_i) leaky'(l_i + r_j)     dl_i = sum_j ds_ij     dr_j = sum_i ds_ij
 *   dx_j += sum_i w_ij dy_i + dl_j a + dr_j b             da += sum_i dl_i x_i   db += sum_j dr_j x_j
 *
 * Sums over i run along rows of the transposed rings. Nothing is kept an entry: weights are made anew from what is kept a
 * row. Each row is summed by one thread in the order of its entries: the same bits with any number of threads. */
#include "model/op.h"
#include "base/threads.h"
#include "model/conv_plan.h"

#include <math.h>
#include <string.h>

#define SLOPE 0.2 /* of leaky, below 0 */

/* Of each row and head (N, heads), in this order in the work of the op. */
enum { LEFT, RIGHT, LARGEST, SHARE, MEAN, LEFT_GRADIENT, RIGHT_GRADIENT, KEPT };

typedef struct attention {
  int64_t heads, f, columns; /* columns = heads f */
  int64_t nodes;             /* rows of x */
  const khop_real *x, *a, *b;
  khop_real *kept[KEPT];
} attention;

static void attention_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_i_plan_taps(run, y, arena);
  y->work = khop_i_arena_take(arena, KEPT * run->n * y->op->groups, sizeof *y->work);
}

static attention open_attention(khop_run *run, int at) {
  const khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t columns = y->op->columns;
  attention t = {.heads = y->op->groups, .f = columns / y->op->groups, .columns = columns, .nodes = x->rows,
                 .x = x->value, .a = khop_i_weights_of(run, y->op)};
  t.b = t.a + columns;
  for (int k = 0; k < KEPT; k++) t.kept[k] = y->work + k * run->n * t.heads;
  return t;
}

static int threads_for(const attention *t, const khop_taps *taps) {
  return khop_i_threads_for(taps->entries * (t->columns + 20 * t->heads));
}

/* --- entries ---------------------------------------------------------------------------------------- */

/* The entries of a row, tap after tap: begin = {0}; next returns false after the last. */
typedef struct entries {
  int tap;
  bool looped; /* past the tap's self-loop */
  int64_t at;  /* in the tap's list, from its begin on */
} entries;

static bool next_entry(int64_t *j, entries *e, const khop_i_tap *taps, int count, int64_t row) {
  for (; e->tap < count; e->tap++, e->looped = false, e->at = 0) {
    const khop_i_tap *p = &taps[e->tap];
    if (p->loop && !e->looped) {
      e->looped = true;
      *j = row;
      return true;
    }
    int64_t begin = p->offsets ? p->offsets[row * p->stride] + e->at : 0;
    if (!p->offsets || begin == p->offsets[row * p->stride + 1]) continue;
    e->at++;
    *j = p->columns[begin];
    return true;
  }
  return false;
}

static double leaky(double s) { return s > 0 ? s : SLOPE * s; }

static double dot(const khop_real *x, const khop_real *y, int64_t f) {
  double sum = 0;
  for (int64_t c = 0; c < f; c++) sum += (double)x[c] * (double)y[c];
  return sum;
}

/* l_i + r_j of a head. */
static double score(const attention *t, int64_t i, int64_t j, int64_t h) {
  return (double)t->kept[LEFT][i * t->heads + h] + (double)t->kept[RIGHT][j * t->heads + h];
}

/* w_ij where the share of the row is known; its power alone where that is 1. */
static double weight(const attention *t, int64_t i, int64_t j, int64_t h, double share) {
  return share * exp(leaky(score(t, i, j, h)) - (double)t->kept[LARGEST][i * t->heads + h]);
}

/* --- forward ---------------------------------------------------------------------------------------- */

static void keep_scores(const attention *t, int64_t i) {
  for (int64_t h = 0; h < t->heads; h++) {
    const khop_real *x = t->x + i * t->columns + h * t->f;
    t->kept[LEFT][i * t->heads + h] = (khop_real)dot(x, t->a + h * t->f, t->f);
    t->kept[RIGHT][i * t->heads + h] = (khop_real)dot(x, t->b + h * t->f, t->f);
  }
}

/* leaky rises: the largest e_ij is that of the largest r_j. */
static void keep_largest(const attention *t, const khop_taps *taps, int64_t i) {
  khop_real *largest = t->kept[LARGEST] + i * t->heads;
  entries e = {0};
  for (int64_t h = 0; h < t->heads; h++) largest[h] = -INFINITY;
  for (int64_t j; next_entry(&j, &e, taps->forward, taps->count, i);)
    for (int64_t h = 0; h < t->heads; h++) {
      khop_real right = t->kept[RIGHT][j * t->heads + h];
      largest[h] = right > largest[h] ? right : largest[h];
    }
  for (int64_t h = 0; h < t->heads; h++)
    largest[h] = (khop_real)leaky((double)t->kept[LEFT][i * t->heads + h] + (double)largest[h]);
}

static void attend_row(khop_real *y, const attention *t, const khop_taps *taps, int64_t i) {
  khop_real *share = t->kept[SHARE] + i * t->heads;
  entries e = {0};
  keep_largest(t, taps, i);
  memset(share, 0, (size_t)t->heads * sizeof *share);
  memset(y, 0, (size_t)t->columns * sizeof *y);
  for (int64_t j; next_entry(&j, &e, taps->forward, taps->count, i);)
    for (int64_t h = 0; h < t->heads; h++) {
      khop_real w = (khop_real)weight(t, i, j, h, 1);
      share[h] += w;
      for (int64_t c = h * t->f; c < (h + 1) * t->f; c++) y[c] += w * t->x[j * t->columns + c];
    }
  for (int64_t h = 0; h < t->heads; h++) {
    if (share[h] == 0) continue; /* a row without entries */
    share[h] = 1 / share[h];
    for (int64_t c = h * t->f; c < (h + 1) * t->f; c++) y[c] *= share[h];
  }
}

static void attention_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  attention t = open_attention(run, at);
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(2 * t.nodes * t.columns))
  for (int64_t i = 0; i < t.nodes; i++) keep_scores(&t, i);
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads_for(&t, y->taps))
  for (int64_t i = 0; i < y->rows; i++) attend_row(y->buffer + i * t.columns, &t, y->taps, i);
}

/* --- backward --------------------------------------------------------------------------------------- */

/* ds_ij of a head, of which w is the weight; dy (columns) of row i. */
static double score_gradient(const attention *t, int64_t i, int64_t j, int64_t h, double w, const khop_real *dy) {
  double slope = score(t, i, j, h) > 0 ? 1 : SLOPE, mean = (double)t->kept[MEAN][i * t->heads + h];
  return w * (dot(dy + h * t->f, t->x + j * t->columns + h * t->f, t->f) - mean) * slope;
}

/* m_i and dl_i. */
static void sum_left(const attention *t, const khop_i_node *y, int64_t i) {
  const khop_real *dy = y->gradient + i * t->columns;
  for (int64_t h = 0; h < t->heads; h++) {
    entries e = {0};
    double sum = 0, share = (double)t->kept[SHARE][i * t->heads + h];
    t->kept[MEAN][i * t->heads + h] = (khop_real)dot(dy + h * t->f, y->value + i * t->columns + h * t->f, t->f);
    for (int64_t j; next_entry(&j, &e, y->taps->forward, y->taps->count, i);)
      sum += score_gradient(t, i, j, h, weight(t, i, j, h, share), dy);
    t->kept[LEFT_GRADIENT][i * t->heads + h] = (khop_real)sum;
  }
}

/* dr_j, and of dx_j what its readers i hand back. */
static void sum_right(khop_real *dx, const attention *t, const khop_i_node *y, int64_t j) {
  khop_real *dr = t->kept[RIGHT_GRADIENT] + j * t->heads;
  entries e = {0};
  memset(dr, 0, (size_t)t->heads * sizeof *dr);
  for (int64_t i; next_entry(&i, &e, y->taps->transposed, y->taps->count, j);) {
    const khop_real *dy = y->gradient + i * t->columns;
    for (int64_t h = 0; h < t->heads; h++) {
      double w = weight(t, i, j, h, (double)t->kept[SHARE][i * t->heads + h]);
      dr[h] += (khop_real)score_gradient(t, i, j, h, w, dy);
      for (int64_t c = h * t->f; dx && c < (h + 1) * t->f; c++) dx[c] += (khop_real)w * dy[c];
    }
  }
}

static void add_scores(khop_real *dx, const attention *t, int64_t j) {
  for (int64_t h = 0; h < t->heads; h++) {
    khop_real left = t->kept[LEFT_GRADIENT][j * t->heads + h], right = t->kept[RIGHT_GRADIENT][j * t->heads + h];
    for (int64_t c = h * t->f; c < (h + 1) * t->f; c++) dx[c] += left * t->a[c] + right * t->b[c];
  }
}

/* da and db of a column. */
static void sum_weights(khop_real *da, khop_real *db, const attention *t, int64_t c) {
  double left = 0, right = 0;
  for (int64_t i = 0; i < t->nodes; i++) {
    double x = (double)t->x[i * t->columns + c];
    left += (double)t->kept[LEFT_GRADIENT][i * t->heads + c / t->f] * x;
    right += (double)t->kept[RIGHT_GRADIENT][i * t->heads + c / t->f] * x;
  }
  da[c] += (khop_real)left;
  db[c] += (khop_real)right;
}

static void attention_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at];
  attention t = open_attention(run, at);
  khop_real *dx = khop_i_input_of(run, at, 0)->gradient, *da = khop_i_weight_gradients_of(run, y->op);
  int threads = threads_for(&t, y->taps);
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads)
  for (int64_t i = 0; i < y->rows; i++) sum_left(&t, y, i);
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads)
  for (int64_t j = 0; j < t.nodes; j++) {
    sum_right(dx ? dx + j * t.columns : NULL, &t, y, j);
    if (dx) add_scores(dx + j * t.columns, &t, j);
  }
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(2 * t.nodes * t.columns))
  for (int64_t c = 0; c < t.columns; c++) sum_weights(da, da + t.columns, &t, c);
}

const khop_i_op_row khop_i_op_attention = {
    .name = "attention", .entry_reader = "attention over rings",
    .plan = attention_plan, .forward = attention_forward, .backward = attention_backward,
};
