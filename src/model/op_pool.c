/* op_pool.c: the largest entry or the mean over rings, and the mean over the whole graph.
 *
 *   max   y[i, c] = max of x[j, c]       over the entries j of row i in all taps; chosen[i, c] = j
 *         dx[chosen[i, c], c] += dy[i, c]
 *   mean  y[i] = (1 / m_i) sum x[j]      m_i entries: taps with 1 / m as the left scale
 *         dx[j] += sum_i dy[i] / m_i     their transposes with it as the right scale
 *
 * A row without entries is 0 and passes no gradient on. */
#include "model/op.h"
#include "model/conv_plan.h"
#include "base/threads.h"

/* Columns that are summed in double at a time. */
#define STRIP 64 /* 512 bytes of sums: they stay in the L1 cache */

/* --- max ------------------------------------------------------------------------------------ */

static void pool_max_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_i_plan_taps(run, y, arena);
  if (run->training) y->chosen = khop_i_arena_take(arena, run->n * y->op->columns, sizeof *y->chosen);
}

/* Row j of x into the row so far; NaN is larger than any number, and the first of equals stays. */
static void take_larger(khop_real *y, int32_t *chosen, const khop_real *x, int64_t j, bool first,
                        int64_t f) {
  for (int64_t c = 0; c < f; c++) {
    khop_real v = x[j * f + c];
    if (!first && !(v > y[c]) && !(v != v && y[c] == y[c])) continue;
    y[c] = v;
    if (chosen) chosen[c] = (int32_t)j;
  }
}

static void pool_row(khop_real *y, int32_t *chosen, const khop_taps *taps, const khop_real *x,
                     int64_t i, int64_t f) {
  bool first = true;
  for (int64_t c = 0; c < f; c++) {
    y[c] = 0;
    if (chosen) chosen[c] = -1;
  }
  for (int t = 0; t < taps->count; t++) {
    const khop_i_tap *p = &taps->forward[t];
    if (p->loop) take_larger(y, chosen, x, i, first, f), first = false;
    if (!p->offsets) continue;
    for (int64_t e = p->offsets[i * p->stride]; e < p->offsets[i * p->stride + 1]; e++) {
      take_larger(y, chosen, x, p->columns[e], first, f);
      first = false;
    }
  }
}

static void pool_max_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(y->taps->entries * f))
  for (int64_t i = 0; i < y->rows; i++)
    pool_row(y->buffer + i * f, y->chosen ? y->chosen + i * f : NULL, y->taps, x->value, i, f);
}

/* Several rows may have chosen one node: one thread adds them, in the order of the rows. */
static void pool_max_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns;
  for (int64_t i = 0; x->gradient && i < run->n; i++)
    for (int64_t c = 0; c < f; c++)
      if (y->chosen[i * f + c] >= 0)
        x->gradient[y->chosen[i * f + c] * f + c] += y->gradient[i * f + c];
}

const khop_i_op_row khop_i_op_pool_max = {
    .name = "pool_max", .entry_reader = "the largest over rings (pool_max)",
    .plan = pool_max_plan, .forward = pool_max_forward, .backward = pool_max_backward,
};

/* --- mean ----------------------------------------------------------------------------------- */

static void pool_mean_plan(khop_run *run, int at, khop_i_arena *arena) {
  khop_i_node *y = &run->node[at];
  khop_i_plan_taps(run, y, arena);
  y->work = khop_i_arena_take(arena, run->n, sizeof *y->work);
  if (!arena->base) return;
  khop_taps *taps = y->taps;
  for (int64_t i = 0; i < run->n; i++) {
    int64_t entries = khop_i_taps_row_entries(taps, i);
    y->work[i] = entries ? (khop_real)(1.0 / (double)entries) : 0;
  }
  for (int t = 0; t < taps->count; t++) {
    taps->forward[t].left = taps->transposed[t].right = y->work;
    taps->forward[t].values = taps->transposed[t].values = NULL; /* a node counts once, however many walks lead to it */
  }
}

static void pool_mean_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns;
  khop_i_taps_gather(y->buffer, f, y->taps, false, x->value, f, f, (khop_i_spread){0});
}

static void pool_mean_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  int64_t f = y->op->columns;
  if (x->gradient)
    khop_i_taps_gather(x->gradient, f, y->taps, true, y->gradient, f, f,
                       (khop_i_spread){.accumulate = true});
}

const khop_i_op_row khop_i_op_pool_mean = {
    .name = "pool_mean", .plan = pool_mean_plan, .forward = pool_mean_forward, .backward = pool_mean_backward,
};

/* --- the mean of all rows ------------------------------------------------------------------- */

/* y (N, f): every row becomes, or has added, the mean of the rows of x (N, f). */
static void spread_mean(khop_real *y, const khop_real *x, int64_t n, int64_t f, bool accumulate) {
  for (int64_t begin = 0; begin < f; begin += STRIP) {
    int64_t width = f - begin < STRIP ? f - begin : STRIP;
    double sum[STRIP] = {0};
    for (int64_t i = 0; i < n; i++)
      for (int64_t c = 0; c < width; c++) sum[c] += (double)x[i * f + begin + c];
    for (int64_t i = 0; i < n; i++)
      for (int64_t c = 0; c < width; c++) {
        khop_real mean = (khop_real)(sum[c] / (double)n), *to = &y[i * f + begin + c];
        *to = accumulate ? *to + mean : mean;
      }
  }
}

static void global_mean_forward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  spread_mean(y->buffer, x->value, run->n, y->op->columns, false);
}

static void global_mean_backward(khop_run *run, int at) {
  khop_i_node *y = &run->node[at], *x = khop_i_input_of(run, at, 0);
  if (x->gradient) spread_mean(x->gradient, y->gradient, run->n, y->op->columns, true);
}

const khop_i_op_row khop_i_op_global_mean = {
    .name = "global_mean", .forward = global_mean_forward, .backward = global_mean_backward,
};
