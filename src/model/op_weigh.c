/* op_weigh.c: blocks of columns, each times its share: the softmax of scores, one a block.
 *
 *   y_b = s_b x_b, s = softmax(a)     dx_b = s_b dy_b     da_b = s_b (g_b - sum_c s_c g_c),  g_b = sum of x_b dy_b */
#include "model/op.h"
#include "base/threads.h"
#include "kernels/softmax.h"


/* work (blocks, 2): the shares, then in backward g. */
static void weigh_plan(khop_run *run, int at, khop_i_arena *arena) {
  run->node[at].work = khop_i_arena_take(arena, 2 * run->node[at].op->biases, sizeof(khop_real));
}

static void weigh_forward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at];
  const khop_real *x = khop_i_input_of(run, at, 0)->value;
  int64_t blocks = node->op->biases, width = node->op->columns / blocks;
  khop_i_softmax(node->work, khop_i_weights_of(run, node->op), blocks);
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(node->rows * blocks * width))
  for (int64_t i = 0; i < node->rows; i++)
    for (int64_t b = 0; b < blocks; b++)
      for (int64_t e = (i * blocks + b) * width; e < (i * blocks + b + 1) * width; e++)
        node->buffer[e] = node->work[b] * x[e];
}

/* g_b; what dx has of the block. */
static double back_block(khop_real *dx, const khop_i_node *node, const khop_real *x, int64_t b) {
  int64_t blocks = node->op->biases, width = node->op->columns / blocks;
  double sum = 0;
  for (int64_t i = 0; i < node->rows; i++)
    for (int64_t e = (i * blocks + b) * width; e < (i * blocks + b + 1) * width; e++) {
      sum += (double)x[e] * (double)node->gradient[e];
      if (dx) dx[e] += node->work[b] * node->gradient[e];
    }
  return sum;
}

static void weigh_backward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);
  khop_real *da = khop_i_weight_gradients_of(run, node->op), *share = node->work, mean = 0;
  int64_t blocks = node->op->biases;
  khop_real *g = share + blocks;
#pragma omp parallel for schedule(static) num_threads(khop_i_threads_for(2 * node->rows * node->op->columns))
  for (int64_t b = 0; b < blocks; b++) g[b] = (khop_real)back_block(input->gradient, node, input->value, b);
  for (int64_t b = 0; b < blocks; b++) mean += share[b] * g[b];
  for (int64_t b = 0; b < blocks; b++) da[b] += share[b] * (g[b] - mean);
}

const khop_i_op_row khop_i_op_weigh = {
    .name = "weigh", .own_row = true, .plan = weigh_plan, .forward = weigh_forward, .backward = weigh_backward,
};
