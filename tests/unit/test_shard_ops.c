/* test_shard_ops.c: ops that look at other rows, on several ranks: the same bits for any number of them, the loss and the
 * gradients of one process, and ranks that fail together. */
#include "shard_training.h"

#include <khop/blocks.h>
#include <khop/data.h>
#include <khop/train.h>

/* --- models, an op each ---------------------------------------------------------------------------------------- */

static khop_value close_model(khop_model *m, khop_value x) {
  return khop_softmax_cross_entropy(m, khop_linear(m, x, 3, true));
}

/* A number a tap, and one a tap and channel; taps summed and beside one another; both directions. */
static khop_model *numbers_a_tap(void) {
  khop_model *m = new_model(COLUMNS);
  khop_real initial[] = {1, (khop_real)0.5, (khop_real)-0.25};
  khop_value x = khop_linear(m, khop_dropout(m, 0, dropout), 6, true);
  x = khop_conv(m, x, 6, &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_SYM, .weights = KHOP_WEIGHTS_SCALAR,
                                              .initial = initial});
  x = khop_conv(m, khop_tanh(m, x), 6, &(khop_conv_options){.taps = 2, .norm = KHOP_NORM_ROW, .direction = KHOP_IN,
                                                            .weights = KHOP_WEIGHTS_DEPTHWISE, .concat = true});
  x = khop_conv(m, khop_tanh(m, x), 8, &(khop_conv_options){.taps = 2, .norm = KHOP_NORM_COL,
                                                            .weights = KHOP_WEIGHTS_SEPARABLE, .bias = true});
  x = khop_conv(m, x, 8, &(khop_conv_options){.taps = 2, .weights = KHOP_WEIGHTS_SCALAR, .concat = true});
  close_model(m, x);
  return m;
}

/* Edges are drawn by their nodes, not by parts: a khop_run drops the same. */
static khop_model *dropped_edges(void) {
  khop_model *m = new_model(COLUMNS);
  khop_value x = khop_conv(m, 0, 8, &(khop_conv_options){.size = sizeof(khop_conv_options), .taps = 3, .norm = KHOP_NORM_ROW,
                                                         .edge_dropout = 0.4});
  x = khop_conv(m, khop_relu(m, x), 4, &(khop_conv_options){.size = sizeof(khop_conv_options), .taps = 2, .bias = true,
                                                            .norm = KHOP_NORM_SYM, .edge_dropout = 0.3,
                                                            .direction = KHOP_ALL});
  x = khop_conv(m, x, 4, &(khop_conv_options){.size = sizeof(khop_conv_options), .taps = 2, .op = KHOP_WALK_POWER,
                                              .edge_dropout = 0.2, .weights = KHOP_WEIGHTS_SCALAR, .norm = KHOP_NORM_ROW});
  close_model(m, x);
  return m;
}

/* More columns than a strip; blocks that are dropped are the same in a khop_run. */
static khop_model *all_rows(void) {
  khop_model *m = new_model(COLUMNS);
  khop_value x = khop_batch_norm(m, khop_linear(m, khop_dropout(m, 0, dropout), 36, true));
  khop_value mean = khop_global_mean(m, khop_tanh(m, x));
  x = khop_drop_blocks(m, khop_add(m, x, mean), 4, 0.3);
  x = khop_conv(m, khop_relu(m, x), 4, &(khop_conv_options){.taps = 2, .norm = KHOP_NORM_SYM});
  close_model(m, khop_batch_norm(m, x));
  return m;
}

/* A table with a row a node (LINKX), and attention over taps. */
static khop_model *links(void) {
  khop_model *m = new_model(COLUMNS);
  khop_value x = khop_linkx(m, 0, &(khop_linkx_options){.size = sizeof(khop_linkx_options), .nodes = NODES, .columns = 4,
                                                        .taps = {.taps = 2, .hops = (int[]){1, 2}}});
  x = khop_conv(m, x, 4, &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_ROW, .weights = KHOP_WEIGHTS_FIXED, .concat = true});
  close_model(m, khop_tap_attention(m, x, 3));
  return m;
}

static khop_model *(*const models[])(void) = {numbers_a_tap, dropped_edges, all_rows, links};
enum { MODELS = sizeof models / sizeof *models };

/* --- what must hold ---------------------------------------------------------------------------------------------- */

static void losses_and_weights_do_not_depend_on_the_ranks(void **state) {
  (void)state;
  for (int k = 0; k < 2 * MODELS; k++) {
    training t;
    open_training(&t, models[k / 2], false, k % 2, k % 2);
    has_the_same_bits_on_any_ranks(&t);
    close_training(&t);
  }
}

static void the_first_step_is_that_of_one_process(void **state) {
  (void)state;
  for (int k = 0; k < 2 * MODELS; k++) {
    training t;
    open_training(&t, models[k / 2], false, k % 2, k % 2);
    begins_as_one_process_does(&t);
    close_training(&t);
  }
}

static void a_broken_line_is_told_by_all_ranks(void **state) {
  (void)state;
  for (int k = 0; k < MODELS; k++) {
    training t;
    open_training(&t, models[k], false, true, false);
    t.steps = 1;
    assert_true(break_each_call(2, train, &t) > 5);
    close_training(&t);
  }
}

static void a_rank_without_memory_stops_all(void **state) {
  (void)state;
  memory_runs_out_on_ranks();
  for (int k = 0; k < MODELS; k++) {
    training t;
    open_training(&t, models[k], false, true, false);
    t.steps = 1;
    assert_true(starve_each(2, train, &t) > 30);
    close_training(&t);
  }
  ok(khop_set_threads(0));
  memory_is_plenty();
}

/* --- recipes ------------------------------------------------------------------------------------------------------ */

typedef struct recipe_on_data {
  const khop_data *data;
  const khop_recipe *recipe;
  double loss;
} recipe_on_data;

/* One step, whose loss is a number. */
static khop_status take_a_step(const khop_exchange *e, void *context) {
  recipe_on_data *c = context;
  khop_status status = KHOP_OK;
  khop_shard *shard = NULL;
  khop_shard_run *run = NULL;
  khop_model *model;
  int64_t offsets[64];
  double loss;
  ok(khop_recipe_model(&model, c->recipe, c->data));
  KHOP_TRY(khop_shard_of(&shard, e, khop_data_graph(c->data)));
  khop_features own = rows_of(khop_data_features(c->data), shard, offsets);
  KHOP_TRY(khop_shard_run_new(&run, model, shard, &own, PARTS, true));
  KHOP_TRY(khop_shard_run_labels(run, khop_data_labels(c->data) + khop_shard_first(shard), NULL));
  KHOP_TRY(khop_shard_run_forward(&loss, run, true, 1, 0));
  KHOP_TRY(khop_shard_run_backward(run));
  if (e->rank == 0) c->loss = loss;
done:
  khop_shard_run_free(run);
  khop_shard_free(shard);
  khop_model_free(model);
  return status;
}

static void each_recipe_for_nodes_runs_on_ranks(void **state) {
  (void)state;
  khop_data *data;
  int taken = 0;
  ok(khop_data_load(&data, fixture("datasets/karate.graphml"), NULL));
  for (int k = 0; k < khop_recipe_count(); k++) {
    khop_recipe recipe;
    ok(khop_recipe_find(&recipe, khop_recipe_name(k)));
    if (recipe.body == KHOP_GRAPHS) continue;
    recipe_on_data one = {.data = data, .recipe = &recipe}, three = one;
    team *t = run_ranks(1, take_a_step, &one);
    together(t, KHOP_OK);
    free(t);
    t = run_ranks(3, take_a_step, &three);
    together(t, KHOP_OK);
    free(t);
    assert_true(one.loss > 0 && one.loss == three.loss);
    taken++;
  }
  assert_true(taken >= 20);
  khop_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(losses_and_weights_do_not_depend_on_the_ranks),
      cmocka_unit_test(the_first_step_is_that_of_one_process),
      cmocka_unit_test(a_broken_line_is_told_by_all_ranks),
      cmocka_unit_test(a_rank_without_memory_stops_all),
      cmocka_unit_test(each_recipe_for_nodes_runs_on_ranks),
  };
  return cmocka_run_group_tests_name("shard_ops", tests, NULL, nothing_held);
}
