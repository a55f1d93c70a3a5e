/* run_backward.c: backward: the ops from the last to the first. What it goes back from is the loss, or gradients that
 * the caller brings for some values:
 *
 *   op          1 conv      2 relu     3 linear    4 loss
 *   gradients   dW, db   <- dh      <- dy       <- 1 (or a factor of the caller's)
 *                           + dy of the caller's   */
#include "model/run.h"
#include "base/error.h"
#include "base/memory.h"
#include "model/kinds.h"

#include <math.h>
#include <string.h>

/* What backward goes back from. */
typedef struct origin {
  int count;
  const khop_gradient *from; /* (count) */
  bool loss;                 /* the loss of the forward, as it is */
  khop_real *apart;          /* room for the gradients of values that lend their own: lends_gradient */
} origin;

/* --- checks ----------------------------------------------------------------------------------------- */

/* Whether there has been a forward to go back from. */
static khop_status check_forward(const khop_run *run) {
  if (!run->training) return khop_i_fail(KHOP_E_ARGUMENT, "backward of a run that was made without training");
  if (run->state == KHOP_I_FAILED)
    return khop_i_fail(run->own_status, "backward of a forward whose loss, the caller's own, has failed: %s",
                       khop_status_name(run->own_status));
  if (run->state == KHOP_I_COMPARED || run->state == KHOP_I_FORWARD) return KHOP_OK;
  return khop_i_fail(KHOP_E_ARGUMENT, "backward without a forward before it: each forward is gone back from once");
}

/* Of a factor of the loss, which has the shape (1, 1). */
static khop_status check_factor(const khop_run *run) {
  return run->state == KHOP_I_COMPARED
             ? KHOP_OK
             : khop_i_fail(KHOP_E_ARGUMENT, "backward from the loss, value %d: labels or targets are bound before "
                           "the forward", run->model->loss);
}

static khop_status check_origin(const khop_run *run, const khop_gradient *from) {
  if (from->value < 0 || from->value >= run->model->count)
    return khop_i_fail(KHOP_E_ARGUMENT, "backward from value %d: the model has %d ops", from->value, run->model->count);
  const khop_i_node *node = &run->node[from->value];
  bool loss = khop_i_kinds[node->op->kind]->loss;
  int64_t rows = loss ? 1 : node->rows, columns = node->op->columns;
  if (from->rows != rows || from->columns != columns)
    return khop_i_fail(KHOP_E_SHAPE, "backward from value %d: its gradient is (%lld, %lld), the one given (%lld, %lld)",
                       from->value, (long long)rows, (long long)columns, (long long)from->rows,
                       (long long)from->columns);
  if (!from->dy && rows * columns > 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "backward from value %d: its gradient is NULL", from->value);
  for (int64_t e = 0; e < rows * columns; e++)
    if (!isfinite(from->dy[e]))
      return khop_i_fail(KHOP_E_VALUE, "backward from value %d: row %lld, column %lld of its gradient is not finite",
                         from->value, (long long)(e / columns), (long long)(e % columns));
  if (loss) return check_factor(run);
  if (node->sparse)
    return khop_i_fail(KHOP_E_ARGUMENT, "backward from value %d: it is sparse features", from->value);
  if (!node->gradient)
    return khop_i_fail(KHOP_E_ARGUMENT, "backward from value %d: nothing leads to it that has a gradient", from->value);
  return KHOP_OK;
}

static khop_status check_origins(const khop_run *run, int count, const khop_gradient *from) {
  khop_status status = check_forward(run);
  if (status == KHOP_OK && (count < 1 || !from))
    return khop_i_fail(KHOP_E_ARGUMENT, "backward from %d values: at least one is needed", count);
  for (int k = 0; status == KHOP_OK && k < count; k++) {
    status = check_origin(run, &from[k]);
    for (int l = 0; status == KHOP_OK && l < k; l++)
      if (from[l].value == from[k].value)
        status = khop_i_fail(KHOP_E_ARGUMENT, "backward from value %d: it is given twice", from[k].value);
  }
  return status;
}

/* --- the walk --------------------------------------------------------------------------------------- */

/* Whether the array of a gradient is also that of the sum that reads the value, and of the other input of the sum, for
 * which it has to stay as it is. */
static bool lends_gradient(const khop_run *run, int at) {
  return at + 1 < run->model->count && run->node[at + 1].op->kind == KHOP_I_ADD && run->node[at].gradient &&
         run->node[at].gradient == run->node[at + 1].gradient;
}

/* Prepares a gradient right before the first op of backward that touches it: marks it as fresh where that op sets it,
 * else clears it. */
static void open_gradient(const khop_run *run, khop_i_node *node, int at, bool sets) {
  if (!node->gradient || node->last_reader != at) return;
  node->fresh = sets;
  if (!sets) memset(node->gradient, 0, (size_t)khop_i_gradient_size(run, node) * sizeof *node->gradient);
}

static const khop_gradient *given_for(const origin *o, int at) {
  for (int k = 0; k < o->count; k++)
    if (o->from[k].value == at) return &o->from[k];
  return NULL;
}

/* Adds what is given for value `at`, in an array apart where its own must stay as it is. */
static void add_given(khop_run *run, int at, const khop_gradient *given, khop_real *apart) {
  khop_i_node *node = &run->node[at];
  int64_t count = given->rows * given->columns;
  if (lends_gradient(run, at)) {
    memcpy(apart, node->gradient, (size_t)count * sizeof *apart);
    node->gradient = apart;
  }
  for (int64_t e = 0; e < count; e++) node->gradient[e] += given->dy[e];
}

/* The gradient of the model's loss, times the factor that is given for it. */
static void loss_backward(khop_run *run, int at, const origin *o) {
  const khop_gradient *given = given_for(o, at);
  khop_i_node *x = khop_i_input_of(run, at, 0);
  if (!o->loss && !given) return;
  khop_i_kinds[run->node[at].op->kind]->backward(run, at);
  for (int64_t e = 0; given && x->gradient && e < khop_i_gradient_size(run, x); e++) x->gradient[e] *= *given->dy;
}

/* Backward of op `at`, whose gradients are open. */
static void op_backward(khop_run *run, int at, const origin *o) {
  khop_i_node *node = &run->node[at];
  const khop_gradient *given = given_for(o, at);
  khop_real *own = node->gradient;
  if (khop_i_kinds[node->op->kind]->loss) {
    loss_backward(run, at, o);
    return;
  }
  if (!own) return;
  if (given) add_given(run, at, given, o->apart);
  khop_i_kinds[node->op->kind]->backward(run, at);
  node->gradient = own;
}

static void gather_entry_gradients(khop_run *run) {
  const khop_features *x = run->features;
  for (int64_t i = 0; run->entry_gradients && i < x->rows; i++)
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
      run->entry_gradients[e] = run->node[0].gradient[i * x->columns + x->indices[e]];
}

void khop_i_run_begin_backward(khop_run *run) {
  run->state = KHOP_I_BACKWARD;
  if (run->gradients) /* NULL where there is nothing to learn */
    memset(run->gradients, 0, (size_t)run->model->parameters * sizeof *run->gradients);
}

/* Opens the gradients that op `at` is the first to touch, and goes back through it. */
static void pass_op(khop_run *run, int at, const origin *o) {
  khop_i_node *node = &run->node[at];
  bool made = khop_i_run_makes(run, at), sets = khop_i_kinds[node->op->kind]->sets && made;
  bool own_loss = o->loss && run->own_loss; /* forward has left its gradient in the place of the output's */
  if (!own_loss || at != run->model->output) open_gradient(run, node, at, false);
  for (int k = 0; k < node->op->inputs; k++)
    if (!node->gradient || khop_i_input_of(run, at, k)->gradient != node->gradient)
      open_gradient(run, khop_i_input_of(run, at, k), at, sets);
  if (made) op_backward(run, at, o);
  for (int k = 0; k < node->op->inputs; k++) khop_i_input_of(run, at, k)->fresh = false;
}

void khop_i_run_backward_op(khop_run *run, int at, double share) {
  khop_real factor = (khop_real)share;
  khop_gradient of_loss = {.value = run->model->loss, .rows = 1, .columns = 1, .dy = &factor};
  pass_op(run, at, &(origin){.count = share != 0, .from = &of_loss});
}

static void walk(khop_run *run, const origin *o) {
  khop_i_run_begin_backward(run);
  for (int i = run->model->count - 1; i > 0; i--) pass_op(run, i, o);
  open_gradient(run, &run->node[0], 0, false);
  const khop_gradient *given = given_for(o, 0);
  if (given) add_given(run, 0, given, NULL);
  gather_entry_gradients(run);
}

/* --- the public side -------------------------------------------------------------------------------- */

khop_status khop_run_backward(khop_run *run) {
  khop_status status = check_forward(run);
  if (status == KHOP_OK && run->state == KHOP_I_FORWARD)
    status = khop_i_fail(KHOP_E_ARGUMENT, "backward without a loss: labels or targets are bound before the forward");
  if (status == KHOP_OK) walk(run, &(origin){.loss = true});
  return status;
}

khop_status khop_run_backward_from_values(khop_run *run, int count, const khop_gradient *from) {
  origin o = {.count = count, .from = from};
  int64_t most = 0;
  khop_status status = check_origins(run, count, from);
  for (int k = 0; status == KHOP_OK && k < count; k++)
    if (lends_gradient(run, from[k].value) && from[k].rows * from[k].columns > most)
      most = from[k].rows * from[k].columns;
  if (most > 0) status = khop_i_alloc_raw(&o.apart, most, sizeof *o.apart, "a gradient from outside");
  if (status == KHOP_OK) walk(run, &o);
  khop_i_free(o.apart);
  return status;
}

khop_status khop_run_backward_from(khop_run *run, khop_value value, const khop_real *dy, int64_t rows,
                                   int64_t columns) {
  return khop_run_backward_from_values(run, 1, &(khop_gradient){value, rows, columns, dy});
}

khop_real *khop_run_gradients(khop_run *run) { return run->gradients; }

khop_status khop_run_input_gradient(const khop_real **gradient, const khop_run *run) {
  *gradient = NULL;
  if (!run->input_gradient)
    return khop_i_fail(KHOP_E_ARGUMENT, "the run was made without the gradient of the features: input_gradient of "
                       "khop_run_options");
  if (run->state != KHOP_I_BACKWARD)
    return khop_i_fail(KHOP_E_ARGUMENT, "the gradient of the features: there was no backward since the last forward");
  *gradient = run->entry_gradients ? run->entry_gradients : run->node[0].gradient;
  return KHOP_OK;
}
