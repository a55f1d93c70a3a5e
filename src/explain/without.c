/* without.c: see without.h. The model is copied as far as it has to differ: parameters with 0 for the taps of that hop,
 * numbers of fixed taps with 0, and pools with fewer hops. */
#include "explain/without.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An op that no weight of a tap takes the hop out of. */
static bool keeps_hop(const khop_i_op *op, int hop) {
  bool has = false;
  for (int t = 0; t < op->taps; t++) has = has || op->hops[t] == hop;
  return has && op->kind == KHOP_I_PPR;
}

/* An op over rings together, without weights of each. */
static bool is_pool(const khop_i_op *op) {
  return op->kind == KHOP_I_POOL_MAX || op->kind == KHOP_I_POOL_MEAN || op->kind == KHOP_I_ATTENTION;
}

/* --- which hops there are --------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

khop_status khop_i_list_hops(int **hops, int *count, const khop_model *model) {
  int all = 0, kept = 0;
  *count = 0;
  for (int i = 0; i < model->count; i++) all += model->ops[i].taps;
  khop_status status = khop_i_alloc(hops, all, sizeof **hops, "hops of a model");
  if (status != KHOP_OK) return status;
  int *list = *hops;
  all = 0;
  for (int i = 0; i < model->count; i++)
    for (int t = 0; t < model->ops[i].taps; t++) list[all++] = model->ops[i].hops[t];
  qsort(list, (size_t)all, sizeof *list, by_size);
  for (int k = 0; k < all; k++)
    if (k == 0 || list[k] != list[k - 1]) list[kept++] = list[k];
  *count = kept;
  return KHOP_OK;
}

/* --- the model that is left ------------------------------------------------------------------------- */

typedef struct rest {
  khop_model model;
  int *hops;          /* of pools, one after another */
  khop_real *numbers; /* of fixed taps, one op after another */
} rest;

static void rest_close(rest *r) {
  khop_i_free(r->model.ops);
  khop_i_free(r->model.parameter_array);
  khop_i_free(r->hops);
  khop_i_free(r->numbers);
}

/* The pool's hops but this one, into room; false where none is left. */
static bool shorten_pool(khop_i_op *op, int *room, int hop) {
  int kept = 0;
  for (int t = 0; t < op->taps; t++)
    if (op->hops[t] != hop) room[kept++] = op->hops[t];
  op->hops = room;
  op->taps = kept;
  return kept > 0;
}

/* A convolution's weights of the taps at this hop become 0; those that are fixed are copied into room. */
static void clear_taps(khop_i_op *op, khop_real *parameters, khop_real *room, int hop) {
  bool fixed = op->kind == KHOP_I_MIX && op->weighting == KHOP_WEIGHTS_FIXED;
  int64_t each = op->weights / op->taps;
  for (int t = 0; t < op->taps; t++) {
    if (fixed) room[t] = op->hops[t] == hop ? 0 : op->initial ? op->initial[t] : 1;
    else if (op->hops[t] == hop)
      memset(parameters + op->first + t * each, 0, (size_t)each * sizeof *parameters);
  }
  if (fixed) op->initial = room;
}

/* *some: every pool keeps a hop, and every op can do without this one. */
static khop_status make_rest(rest *r, bool *some, const khop_model *model, int hop) {
  khop_status status = KHOP_OK;
  int64_t taps = 0, at = 0;
  *some = true;
  r->model = *model;
  r->model.ops = NULL;
  r->model.parameter_array = NULL;
  for (int i = 0; i < model->count; i++) taps += model->ops[i].taps;
  KHOP_TRY(khop_i_copy(&r->model.ops, model->ops, model->count, sizeof *model->ops, "a model without a ring"));
  KHOP_TRY(khop_i_copy(&r->model.parameter_array, model->parameter_array, model->parameters,
                       sizeof *model->parameter_array, "a model without a ring"));
  KHOP_TRY(khop_i_alloc(&r->hops, taps, sizeof *r->hops, "a model without a ring"));
  KHOP_TRY(khop_i_alloc(&r->numbers, taps, sizeof *r->numbers, "a model without a ring"));
  for (int i = 0; i < model->count; i++) {
    khop_i_op *op = &r->model.ops[i];
    int count = op->taps;
    if (is_pool(op)) *some = shorten_pool(op, r->hops + at, hop) && *some;
    else if (keeps_hop(op, hop)) *some = false;
    else if (count) clear_taps(op, r->model.parameter_array, r->numbers + at, hop);
    at += count;
  }
done:
  return status;
}

khop_status khop_i_output_without(khop_real *y, const khop_i_subject *s, int hop, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_run *run = NULL;
  rest r = {0};
  bool some;
  int64_t outputs = khop_model_output_columns(s->model);
  KHOP_TRY(make_rest(&r, &some, s->model, hop));
  for (int64_t c = 0; c < outputs; c++) y[c] = NAN;
  if (!some) goto done;
  if (s->batch) KHOP_TRY(khop_run_new_batch(&run, &r.model, s->batch, false, max_bytes));
  else KHOP_TRY(khop_run_new(&run, &r.model, s->made, s->rings, &s->x, false, max_bytes));
  khop_run_forward(run, false, 0, 0);
  memcpy(y, khop_run_output(run) + s->place * outputs, (size_t)outputs * sizeof *y);
done:
  khop_run_free(run);
  rest_close(&r);
  return status;
}
