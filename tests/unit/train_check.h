/* train_check.h: what the tests of training share: the karate club in two splits, a model that is
 * ready to be trained, and a record of the epochs. */
#ifndef KHOP_TESTS_TRAIN_CHECK_H
#define KHOP_TESTS_TRAIN_CHECK_H

#include "check.h"

#include <khop/train.h>

static char path[300], other_path[300];
static khop_data *shipped, *karate; /* as it ships: two nodes to learn from; and in three parts */

/* The karate club with every third node for training, validation and test. */
static inline khop_data *three_parts(void) {
  const khop_graph *from = khop_data_graph(shipped);
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  uint8_t mask[3][34] = {{0}};
  int64_t targets[200], arcs = khop_graph_offsets(from)[34];
  assert_in_range(arcs, 1, 200);
  for (int64_t e = 0; e < arcs; e++) targets[e] = khop_graph_targets(from)[e];
  ok(khop_graph_from_csr(&graph, 34, khop_graph_offsets(from), targets, false));
  ok(khop_data_new(&data, graph, NULL, khop_data_labels(shipped)));
  for (int i = 0; i < 34; i++) mask[i % 3][i] = 1;
  ok(khop_data_add_split(data, mask[0], mask[1], mask[2]));
  return data;
}

static inline int open_karate(void **state) {
  if (open_folder(state) != 0) return -1;
  snprintf(path, sizeof path, "%s/one.safetensors", folder);
  snprintf(other_path, sizeof other_path, "%s/two.safetensors", folder);
  ok(khop_data_load(&shipped, fixture("datasets/karate.graphml"), NULL));
  karate = three_parts();
  return 0;
}

static inline int close_karate(void **state) {
  khop_data_free(shipped);
  khop_data_free(karate);
  return close_folder(state);
}

/* A recipe's model on data, ready to be trained. */
typedef struct bench {
  khop_recipe recipe;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
} bench;

static inline bench open_bench(const char *name, const khop_data *data) {
  bench b = {0};
  ok(khop_recipe_find(&b.recipe, name));
  ok(khop_recipe_model(&b.model, &b.recipe, data));
  ok(khop_model_rings(b.rings, &b.count, b.model, khop_data_graph(data), 0));
  ok(khop_run_new(&b.run, b.model, b.count, b.rings, khop_data_features(data), true, 0));
  return b;
}

static inline void close_bench(bench *b) {
  khop_run_free(b->run);
  for (int i = 0; i < b->count; i++) khop_rings_free(b->rings[i]);
  khop_model_free(b->model);
}

typedef struct history {
  int count, stop_after;
  khop_epoch epoch[200];
} history;

static inline bool remember(const khop_epoch *epoch, void *context) {
  history *h = context;
  assert_int_equal(epoch->epoch, h->count + 1);
  h->epoch[h->count++] = *epoch;
  return h->stop_after == 0 || h->count < h->stop_after;
}

#endif
