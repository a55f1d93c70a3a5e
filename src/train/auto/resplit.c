/* resplit.c: see resplit.h. */
#include "train/auto/resplit.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"

#include <string.h>

/* Where a node's class is counted: 0 where there are no classes. */
static int64_t class_of(const khop_data *data, int64_t node) {
  return data->labels && data->labels[node] >= 0 ? data->labels[node] : 0;
}

/* Deals the nodes out in the order given: to the training part while it lacks of their class. left: (classes). */
static void deal(uint8_t *mask, int64_t *left, const khop_data *data, const uint8_t *given, const int64_t *nodes,
                 int64_t count) {
  int64_t n = khop_graph_nodes(data->graph);
  for (int64_t k = 0; k < count; k++)
    if (given[nodes[k]]) left[class_of(data, nodes[k])]++;
  for (int64_t k = 0; k < count; k++) {
    int64_t *lacks = &left[class_of(data, nodes[k])];
    mask[(*lacks > 0 ? KHOP_TRAIN : KHOP_VAL) * n + nodes[k]] = 1;
    if (*lacks > 0) --*lacks;
  }
}

khop_status khop_i_resplit_open(khop_i_resplit *r, const khop_data *data, int split, int count, uint64_t seed) {
  khop_status status = KHOP_OK;
  const uint8_t *train = khop_data_mask(data, split, KHOP_TRAIN), *val = khop_data_mask(data, split, KHOP_VAL);
  int64_t n = khop_graph_nodes(data->graph), classes = data->classes > 1 ? data->classes : 1, nodes = 0;
  int64_t *node = NULL, *left = NULL;
  khop_i_random random;
  khop_i_random_seed(&random, seed);
  r->data = *data;
  r->data.splits = 0;
  r->data.masks = NULL;
  KHOP_TRY(khop_i_alloc(&node, n, sizeof *node, "nodes"));
  KHOP_TRY(khop_i_alloc(&left, classes, sizeof *left, "classes"));
  KHOP_TRY(khop_i_alloc(&r->data.masks, count, sizeof *r->data.masks, "splits"));
  for (int64_t i = 0; i < n; i++)
    if (train[i] || val[i]) node[nodes++] = i;
  for (int s = 0; s < count; s++) {
    KHOP_TRY(khop_i_alloc(&r->data.masks[s], 3 * n, 1, "a split"));
    r->data.splits++;
    if (s == 0)
      memcpy(r->data.masks[0], train, (size_t)n), memcpy(r->data.masks[0] + n, val, (size_t)n);
    else
      deal(r->data.masks[s], left, data, train, node, nodes);
    khop_i_random_shuffle(&random, node, nodes);
  }
done:
  khop_i_free(node);
  khop_i_free(left);
  return status;
}

void khop_i_resplit_close(khop_i_resplit *r) {
  for (int s = 0; s < r->data.splits; s++) khop_i_free(r->data.masks[s]);
  khop_i_free(r->data.masks);
  *r = (khop_i_resplit){0};
}
