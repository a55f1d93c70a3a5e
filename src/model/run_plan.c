/* run_plan.c: where every array of a run stands. The plan is made twice by the same code: once without memory, which
 * counts the bytes, and once in the run's own allocation. */
#include "model/run.h"
#include "apply/features_by_column.h"
#include "base/error.h"
#include "model/conv_plan.h"
#include "model/kinds.h"

#include <string.h>

/* Grouped convolutions read slices of the columns, and sparse rows cannot be sliced. */
static bool takes_sparse(const khop_i_op *op) {
  return khop_i_kinds[op->kind]->takes_sparse && op->groups <= 1;
}

static bool keeps_sparse(const khop_i_op *op) { return op->kind == KHOP_I_DROPOUT || op->kind == KHOP_I_SCALE; }

/* Features stay sparse while every reader of them (and of their dropout, or multiple) takes them so. */
static void mark_sparse(khop_run *run) {
  int count = run->model->count;
  bool sparse = run->features->offsets != NULL;
  for (int i = 0; i < count; i++) {
    khop_i_node *node = &run->node[i];
    node->sparse = i == 0 ? sparse : keeps_sparse(node->op) && run->node[node->op->input[0]].sparse;
  }
  for (int i = 1; i < count; i++)
    for (int k = 0; k < run->node[i].op->inputs; k++)
      if (khop_i_input_of(run, i, k)->sparse && !takes_sparse(run->node[i].op))
        sparse = false;
  if (run->node[run->model->output].sparse) sparse = false; /* the output is dense */
  for (int i = 0; i < count && !sparse; i++) run->node[i].sparse = false;
}

static void plan_sparse_features(khop_run *run, khop_i_arena *arena) {
  const khop_features *x = run->features;
  khop_i_node *node = &run->node[0];
  int64_t entries = x->offsets[x->rows];
  node->matrix = (khop_i_matrix){.rows = x->rows, .columns = x->columns, .entries = entries,
                                 .by_row = {.offsets = x->offsets, .stride = 1,
                                            .columns = x->indices, .values = x->values}};
  if (!run->training) return;
  run->column_offsets = khop_i_arena_take(arena, x->columns + 1, sizeof *run->column_offsets);
  run->column_rows = khop_i_arena_take(arena, entries, sizeof *run->column_rows);
  run->permutation = khop_i_arena_take(arena, entries, sizeof *run->permutation);
  run->column_values = khop_i_arena_take(arena, entries, sizeof *run->column_values);
  node->matrix.by_column = (khop_i_tap){.offsets = run->column_offsets, .stride = 1,
                                        .columns = run->column_rows, .values = run->column_values};
}

static void plan_input(khop_run *run, khop_i_arena *arena) {
  khop_i_node *node = &run->node[0];
  if (node->sparse) {
    plan_sparse_features(run, arena);
    return;
  }
  node->value = run->features->dense;
  if (!node->value)
    node->value = node->buffer =
        khop_i_arena_take(arena, run->n * node->op->columns, sizeof *node->buffer);
  node->matrix = (khop_i_matrix){.rows = run->n, .columns = node->op->columns, .dense = node->value,
                                 .ld = node->op->columns};
}

static void plan_values(khop_run *run, khop_i_arena *arena) {
  plan_input(run, arena);
  for (int i = 1; i < run->model->count; i++) {
    khop_i_node *node = &run->node[i];
    int64_t count = khop_i_kinds[node->op->kind]->loss || node->sparse ? 0 : node->rows * node->op->columns;
    if (node->op->kind == KHOP_I_DROPOUT && !run->training) count = 0; /* passes its input on */
    node->value = node->buffer = khop_i_arena_take(arena, count, sizeof *node->buffer);
    node->matrix = (khop_i_matrix){.rows = node->rows, .columns = node->op->columns, .dense = node->value,
                                   .ld = node->op->columns};
  }
}

/* Gives a node memory for its gradient: a free array of the same size, else a new one. In the counting pass there are
 * no addresses yet, and the pointer is only a mark that is not NULL. */
static void assign_gradient(khop_run *run, khop_i_arena *arena, int *free, int at) {
  khop_i_node *node = &run->node[at];
  int *link = free;
  int64_t size = khop_i_gradient_size(run, node);
  while (*link >= 0 && khop_i_gradient_size(run, &run->node[*link]) != size) link = &run->node[*link].next_free;
  if (*link >= 0) {
    node->gradient = run->node[*link].gradient;
    *link = run->node[*link].next_free;
    return;
  }
  khop_real *address = khop_i_arena_take(arena, size, sizeof *address);
  if (arena->base) node->gradient = address;
}

/* Whether the gradients of both inputs of a sum may be the array of its own gradient, which is what they start from.
 * That is safe where no later op reads either of them, and where the op right before the sum, itself no sum, made one
 * of them without reading the other: its backward has then used the shared array before another op adds to it. */
static bool shares_gradient(khop_run *run, int at) {
  const khop_i_op *op = run->node[at].op;
  if (op->kind != KHOP_I_ADD) return false;
  int before = op->input[0] == at - 1 ? 0 : 1;
  const khop_i_node *other = khop_i_input_of(run, at, 1 - before), *made = khop_i_input_of(run, at, before);
  bool can = op->input[before] == at - 1 && other != made && made->gradient && other->gradient &&
             made->last_reader == at && other->last_reader == at && made->op->kind != KHOP_I_ADD;
  for (int k = 0; k < made->op->inputs; k++) can = can && khop_i_input_of(run, at - 1, k) != other;
  return can;
}

/* A value needs a gradient where there are parameters among the ops that lead to it, or where that of the features is
 * asked for. Backward writes the gradient first at the last op that reads the value and needs it last at the op that
 * made the value; then its memory is free again. Models of equal layers get by with three arrays. */
static void plan_gradients(khop_run *run, khop_i_arena *arena) {
  int free = -1;
  for (int i = 0; run->training && i < run->model->count; i++) {
    khop_i_node *node = &run->node[i];
    bool needed = node->op->weights + node->op->biases > 0 && node->op->kind != KHOP_I_GRAPH_FEATURES;
    if (i == 0) needed = run->input_gradient;
    for (int k = 0; k < node->op->inputs; k++)
      needed = needed || khop_i_input_of(run, i, k)->gradient;
    node->gradient = needed && !khop_i_kinds[node->op->kind]->loss ? (khop_real *)(void *)run : NULL;
  }
  for (int i = run->model->count - 1; i > 0; i--) {
    khop_i_node *node = &run->node[i];
    bool shares = shares_gradient(run, i);
    if (node->gradient && node->last_reader == i) assign_gradient(run, arena, &free, i);
    for (int k = 0; k < node->op->inputs; k++) {
      khop_i_node *x = khop_i_input_of(run, i, k);
      bool again = k > 0 && node->op->input[k] == node->op->input[k - 1];
      if (shares)
        x->gradient = node->gradient;
      else if (x->gradient && x->last_reader == i && !again)
        assign_gradient(run, arena, &free, node->op->input[k]);
    }
    bool lent = shares || (i + 1 < run->model->count && shares_gradient(run, i + 1));
    if (!node->gradient || lent) continue;
    node->next_free = free;
    free = i;
  }
  if (run->input_gradient && run->node[0].last_reader == 0) assign_gradient(run, arena, &free, 0); /* nobody reads it */
}

static void plan_everything(khop_run *run, khop_i_arena *arena) {
  run->node = khop_i_arena_take(arena, run->model->count, sizeof *run->node);
  if (run->training && run->model->parameters)
    run->gradients = khop_i_arena_take(arena, run->model->parameters, sizeof *run->gradients);
  run->selected = khop_i_arena_take(arena, run->n > run->graphs ? run->n : run->graphs, sizeof *run->selected);
}

static void plan_entry_gradients(khop_run *run, khop_i_arena *arena) {
  const int64_t *offsets = run->features->offsets;
  if (run->input_gradient && offsets && !run->node[0].sparse)
    run->entry_gradients = khop_i_arena_take(arena, offsets[run->n], sizeof *run->entry_gradients);
}

static void plan_nodes(khop_run *run, khop_i_arena *arena) {
  for (int i = 0; i < run->model->count; i++) {
    const khop_i_op *op = &run->model->ops[i];
    run->node[i] = (khop_i_node){.op = op, .rows = op->pooled ? run->graphs : run->n, .last_reader = i};
    if (run->first_rows) run->node[i].rows = run->first_rows[i];
    for (int k = 0; k < op->inputs; k++) khop_i_input_of(run, i, k)->last_reader = i;
  }
  mark_sparse(run);
  plan_values(run, arena);
  plan_gradients(run, arena);
  plan_entry_gradients(run, arena);
  khop_i_plan_workspace(run, arena);
  for (int i = 0; i < run->model->count; i++)
    if (khop_i_kinds[run->node[i].op->kind]->plan && khop_i_run_makes(run, i)) khop_i_kinds[run->node[i].op->kind]->plan(run, i, arena);
}

/* --- sparse features: by column, and as a dense array ---------------------------------------------- */

static void densify_features(khop_run *run) {
  const khop_features *x = run->features;
  khop_real *dense = run->node[0].buffer;
  memset(dense, 0, (size_t)(x->rows * x->columns) * sizeof *dense);
  for (int64_t i = 0; i < x->rows; i++)
    for (int64_t e = x->offsets[i]; e < x->offsets[i + 1]; e++)
      dense[i * x->columns + x->indices[e]] += x->values[e];
}

/* --- counting, and laying out ---------------------------------------------------------------------- */

/* The counting pass writes to nodes as well: they are allocated for it and freed after it, so that the run itself is
 * one allocation. */
khop_status khop_i_run_measure(size_t *bytes, const khop_run *draft) {
  khop_run run = *draft;
  khop_i_arena arena = {0};
  khop_i_node *nodes = NULL;
  khop_status status = khop_i_alloc(&nodes, run.model->count, sizeof *nodes, "plan");
  if (status != KHOP_OK) return status;
  khop_i_arena_take(&arena, 1, sizeof run);
  plan_everything(&run, &arena);
  run.node = nodes;
  plan_nodes(&run, &arena);
  khop_i_free(nodes);
  *bytes = arena.used;
  return arena.overflow ? khop_i_fail(KHOP_E_MEMORY, "the plan needs more bytes than can be counted")
                        : KHOP_OK;
}

void khop_i_run_lay_out(khop_run *run) {
  khop_i_arena arena = {.base = (char *)run};
  khop_i_arena_take(&arena, 1, sizeof *run);
  run->state = KHOP_I_IDLE;
  plan_everything(run, &arena);
  plan_nodes(run, &arena);
  if (run->column_offsets)
    khop_i_features_by_column(run->column_offsets, run->column_rows, run->column_values, run->permutation, run->features);
  if (run->node[0].buffer && run->features->offsets) densify_features(run);
}
