/* shard_op_batch_norm.c: batch norm over the rows of all ranks (model/op_batch_norm.c has the formulas).
 *
 *   forward, in training   sums of x of each part, added; sums of squares away from that mean, added
 *   backward               sums of dy and of dy h of each part, added: dx needs those of all rows
 *
 * Every rank moves the running mean and variance by the same numbers. The gradients of scale and bias are those of the
 * parts, as of all weights. */
#include "base/error.h"
#include "base/memory.h"
#include "distributed/shard_op.h"
#include "distributed/shard_parts.h"
#include "model/op_batch_norm.h"

enum { STRIP = KHOP_I_BATCH_NORM_STRIP, NUMBERS = 2 * STRIP }; /* numbers of a strip's moments, and of its slopes */

static int64_t columns_of(const khop_shard_run *r, int at) { return r->split->ops[at].columns; }
static int64_t strips_of(const khop_shard_run *r, int at) { return (columns_of(r, at) + STRIP - 1) / STRIP; }
static int64_t width_of(const khop_shard_run *r, int at, int64_t s) {
  int64_t left = columns_of(r, at) - s * STRIP;
  return left < STRIP ? left : STRIP;
}
static int64_t rows_of(const khop_shard_run *r, int p) { return r->row[p + 1] - r->row[p]; }
static const khop_real *input_of(const khop_shard_run *r, int at, int p) {
  return khop_i_input_of(r->run[p], at, 0)->value;
}
static khop_i_moments *moments_of(const khop_shard_run *r, int at) { return (khop_i_moments *)(void *)r->node[at].sums; }

static khop_status open_batch_norm(khop_shard_run *r, int at) {
  return khop_i_alloc(&r->node[at].sums, strips_of(r, at) * NUMBERS, sizeof(double), "moments");
}

/* --- forward --------------------------------------------------------------------------------------------------- */

/* One of the two sums of moments of each part's rows; the mean of all is known to the second. own (own parts, strips). */
static void add_parts(khop_i_moments *own, const khop_shard_run *r, int at, bool squares) {
  int64_t f = columns_of(r, at), strips = strips_of(r, at);
  for (int p = 0; p < r->own; p++)
    for (int64_t s = 0; s < strips; s++) {
      khop_i_moments *m = &own[p * strips + s];
      *m = (khop_i_moments){0};
      if (squares)
        for (int64_t c = 0; c < STRIP; c++) m->mean[c] = moments_of(r, at)[s].mean[c];
      (squares ? khop_i_moments_add_squares : khop_i_moments_add_rows)(m, input_of(r, at, p) + s * STRIP, rows_of(r, p), f,
                                                                       width_of(r, at, s));
    }
}

/* Collective. The mean and the variance of all rows, strip by strip. */
static khop_status find_moments(khop_shard_run *r, int at) {
  khop_i_moments *m = moments_of(r, at), *own = NULL;
  int64_t strips = strips_of(r, at);
  double *squares = NULL, rows = (double)khop_shard_nodes(r->shard);
  khop_status status = khop_i_alloc(&own, r->own * strips, sizeof *own, "moments");
  if (status == KHOP_OK) status = khop_i_alloc(&squares, strips * NUMBERS, sizeof *squares, "moments");
  if (status == KHOP_OK) add_parts(own, r, at, false);
  KHOP_TRY(khop_i_parts_sum(r->node[at].sums, r, status, (const double *)(void *)own, strips * NUMBERS));
  for (int64_t k = 0; k < strips * STRIP; k++) m[k / STRIP].mean[k % STRIP] /= rows;
  add_parts(own, r, at, true);
  KHOP_TRY(khop_i_parts_sum(squares, r, KHOP_OK, (const double *)(void *)own, strips * NUMBERS));
  for (int64_t k = 0; k < strips * STRIP; k++)
    m[k / STRIP].variance[k % STRIP] = squares[k / STRIP * NUMBERS + STRIP + k % STRIP] / rows;
done:
  khop_i_free(own);
  khop_i_free(squares);
  return status;
}

static khop_status forward_batch_norm(khop_shard_run *r, int at) {
  khop_i_moments *m = moments_of(r, at);
  int64_t f = columns_of(r, at);
  khop_real *own = khop_i_weights_of(r->run[0], &r->split->ops[at]), *running = own + 2 * f;
  khop_status status = KHOP_OK;
  if (r->dropping) KHOP_TRY(find_moments(r, at));
  for (int64_t s = 0; s < strips_of(r, at); s++) {
    int64_t first = s * STRIP, width = width_of(r, at, s);
    if (r->dropping)
      khop_i_moments_move_running(running + first, &m[s], khop_shard_nodes(r->shard), f, width);
    else
      khop_i_moments_take_running(&m[s], running + first, f, width);
    for (int p = 0; p < r->own; p++)
      khop_i_batch_norm_rows(r->run[p]->node[at].buffer + first, input_of(r, at, p) + first, &m[s], own + first,
                             rows_of(r, p), f, width);
  }
done:
  return status;
}

/* --- backward -------------------------------------------------------------------------------------------------- */

/* Of a part (strips), and the gradients of scale and bias that they are. */
static void add_slopes(khop_i_slopes *own, const khop_shard_run *r, int at, int p) {
  int64_t f = columns_of(r, at);
  khop_real *gradients = khop_i_weight_gradients_of(r->run[p], &r->split->ops[at]);
  for (int64_t s = 0; s < strips_of(r, at); s++) {
    int64_t first = s * STRIP, width = width_of(r, at, s);
    khop_i_slopes_add_rows(&own[s], &moments_of(r, at)[s], input_of(r, at, p) + first,
                           r->run[p]->node[at].gradient + first, rows_of(r, p), f, width);
    for (int64_t c = 0; c < width; c++) {
      gradients[first + c] += (khop_real)own[s].scale[c];
      gradients[f + first + c] += (khop_real)own[s].bias[c];
    }
  }
}

static khop_status backward_batch_norm(khop_shard_run *r, int at) {
  khop_i_slopes *own = NULL, *all = NULL;
  int64_t strips = strips_of(r, at), f = columns_of(r, at);
  int input = r->split->ops[at].input[0];
  const khop_real *scale = khop_i_weights_of(r->run[0], &r->split->ops[at]);
  double share = r->dropping ? 1 / (double)khop_shard_nodes(r->shard) : 0;
  khop_status status = khop_i_alloc(&own, r->own * strips, sizeof *own, "slopes");
  if (status == KHOP_OK) status = khop_i_alloc(&all, strips, sizeof *all, "slopes");
  for (int p = 0; status == KHOP_OK && p < r->own; p++) add_slopes(own + p * strips, r, at, p);
  KHOP_TRY(khop_i_parts_sum((double *)(void *)all, r, status, (const double *)(void *)own, strips * NUMBERS));
  for (int p = 0; khop_i_parts_need(r, input) && p < r->own; p++)
    for (int64_t first = 0; first < f; first += STRIP)
      khop_i_batch_norm_back(r->run[p]->node[input].gradient + first, &all[first / STRIP], &moments_of(r, at)[first / STRIP],
                             scale + first, input_of(r, at, p) + first, r->run[p]->node[at].gradient + first, share,
                             rows_of(r, p), f, width_of(r, at, first / STRIP));
done:
  khop_i_free(own);
  khop_i_free(all);
  return status;
}

const khop_i_shard_op khop_i_shard_op_batch_norm = {open_batch_norm, forward_batch_norm, backward_batch_norm};
