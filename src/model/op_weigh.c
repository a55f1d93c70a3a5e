/* op_weigh.c: blocks of columns, each times its share: the softmax of scores, one a block.
 *
 *   y_b = s_b x_b, s = softmax(a)     dx_b = s_b dy_b     da_b = s_b (g_b - sum_c s_c g_c),  g_b = sum of x_b dy_b */
#include "model/op.h"

#include <tgmath.h>

/* work (blocks): the shares. */
static void weigh_plan(khop_run *run, int at, khop_i_arena *arena) {
  run->node[at].work = khop_i_arena_take(arena, run->node[at].op->biases, sizeof(khop_real));
}

static void put_shares(khop_real *share, const khop_real *score, int64_t blocks) {
  khop_real most = score[0], sum = 0;
  for (int64_t b = 1; b < blocks; b++) most = score[b] > most ? score[b] : most;
  for (int64_t b = 0; b < blocks; b++) sum += share[b] = exp(score[b] - most);
  for (int64_t b = 0; b < blocks; b++) share[b] /= sum;
}

static void weigh_forward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at];
  const khop_real *x = khop_i_input_of(run, at, 0)->value;
  int64_t f = node->op->columns, blocks = node->op->biases, width = f / blocks;
  put_shares(node->work, khop_i_weights_of(run, node->op), blocks);
  for (int64_t i = 0; i < node->rows; i++)
    for (int64_t b = 0; b < blocks; b++)
      for (int64_t e = i * f + b * width; e < i * f + (b + 1) * width; e++) node->buffer[e] = node->work[b] * x[e];
}

static void weigh_backward(khop_run *run, int at) {
  khop_i_node *node = &run->node[at], *input = khop_i_input_of(run, at, 0);
  const khop_real *x = input->value, *dy = node->gradient, *share = node->work;
  khop_real *da = khop_i_weight_gradients_of(run, node->op), *dx = input->gradient, mean = 0;
  int64_t f = node->op->columns, blocks = node->op->biases, width = f / blocks;
  for (int64_t b = 0; b < blocks; b++) {
    double sum = 0;
    for (int64_t i = 0; i < node->rows; i++)
      for (int64_t e = i * f + b * width; e < i * f + (b + 1) * width; e++) {
        sum += (double)x[e] * (double)dy[e];
        if (dx) dx[e] += share[b] * dy[e];
      }
    da[b] += share[b] * (khop_real)sum;
    mean += share[b] * (khop_real)sum;
  }
  for (int64_t b = 0; b < blocks; b++) da[b] -= share[b] * mean;
}

const khop_i_op_row khop_i_op_weigh = {
    .name = "weigh", .own_row = true, .plan = weigh_plan, .forward = weigh_forward, .backward = weigh_backward,
};
