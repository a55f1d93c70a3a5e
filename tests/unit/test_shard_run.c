/* test_shard_run.c: models on several ranks, which are threads here (exchange_threads.h): the same bits for any number of
 * them, the loss and the gradients of one process, and what is refused. */
#include "shard_training.h"

#include <khop/data.h>

/* --- models ---------------------------------------------------------------------------------------------------- */

static khop_model *gcn(void) {
  khop_model *m = new_model(COLUMNS);
  khop_conv_options o = {.taps = 1, .hops = (int[]){1}, .norm = KHOP_NORM_SYM, .self_loop = true, .bias = true};
  khop_value h = khop_relu(m, khop_conv(m, khop_dropout(m, 0, dropout), 4, &o));
  khop_softmax_cross_entropy(m, khop_conv(m, h, 3, &o));
  return m;
}

/* More columns than there were, fewer, and as many; taps summed and beside one another. */
static khop_model *wide_and_narrow(void) {
  khop_model *m = new_model(COLUMNS);
  khop_value h = khop_conv(m, 0, 8, &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_ROW, .bias = true});
  h = khop_dropout(m, khop_gelu(m, h), dropout);
  h = khop_conv(m, h, 3, &(khop_conv_options){.taps = 2, .dilation = 2, .norm = KHOP_NORM_SYM, .concat = true, .bias = true});
  h = khop_conv(m, khop_tanh(m, h), 6, &(khop_conv_options){.taps = 2, .norm = KHOP_NORM_COL, .concat = true});
  khop_softmax_cross_entropy(m, khop_conv(m, h, 3, &(khop_conv_options){.taps = 2, .op = KHOP_BALL}));
  return m;
}

/* Both directions, a residual sum, a layer norm, fixed numbers a tap, walks. */
static khop_model *residual(void) {
  khop_model *m = new_model(COLUMNS);
  khop_value x = khop_layer_norm(m, khop_linear(m, 0, 6, true));
  khop_value in = khop_conv(m, x, 6, &(khop_conv_options){.taps = 2, .direction = KHOP_IN, .norm = KHOP_NORM_SYM});
  khop_value spread = khop_conv(m, x, 6, &(khop_conv_options){.taps = 2, .hops = (int[]){1, 3}, .weights = KHOP_WEIGHTS_FIXED,
                                                              .initial = (khop_real[]){(khop_real)0.5, -2}});
  x = khop_add(m, x, khop_add(m, khop_relu(m, in), spread));
  x = khop_conv(m, x, 6, &(khop_conv_options){.taps = 1, .hops = (int[]){2}, .op = KHOP_WALK_POWER, .norm = KHOP_NORM_ROW,
                                              .direction = KHOP_ALL});
  khop_mean_squared_error(m, khop_linear(m, khop_sigmoid(m, khop_drop_rows(m, x, dropout)), 2, true));
  return m;
}

static khop_model *(*const models[])(void) = {gcn, wide_and_narrow, residual};

/* --- the same bits --------------------------------------------------------------------------------------------- */

/* Case k of models, directions and kinds of features. */
static void open_case(training *t, int k) { open_training(t, models[k % 3], k % 3 == 2, k / 3 % 2, k / 6); }

static void losses_and_weights_do_not_depend_on_the_ranks(void **state) {
  (void)state;
  for (int k = 0; k < 12; k++) {
    training t;
    open_case(&t, k);
    has_the_same_bits_on_any_ranks(&t);
    close_training(&t);
  }
}

/* Twenty epochs on a real graph: what losses it had, and how many of the test nodes come out right. */
typedef struct curve {
  const khop_data *data;
  double loss[20];
  int32_t *class; /* (nodes) each rank writes its own */
} curve;

static khop_status train_on_data(const khop_exchange *e, void *context) {
  curve *c = context;
  khop_status status = KHOP_OK;
  khop_shard *shard = NULL;
  khop_shard_run *run = NULL;
  khop_optimizer *optimizer = NULL;
  const khop_features *all = khop_data_features(c->data);
  int64_t first = 0, rows = 0, classes = khop_data_classes(c->data), *offsets = block_of(all->rows + 1, sizeof *offsets);
  khop_real *output = block_of(all->rows * classes, sizeof *output);
  khop_model *model = new_model(all->columns);
  khop_conv_options o = {.taps = 2, .norm = KHOP_NORM_ROW, .bias = true};
  khop_value h = khop_dropout(model, khop_relu(model, khop_conv(model, 0, 16, &o)), 0.5);
  khop_softmax_cross_entropy(model, khop_conv(model, h, classes, &o));
  ok(khop_model_init(model, 1));
  ok(khop_optimizer_new(&optimizer, model, &(khop_optimizer_options){.rate = 0.05}));
  KHOP_TRY(khop_shard_of(&shard, e, khop_data_graph(c->data)));
  first = khop_shard_first(shard), rows = khop_shard_rows(shard);
  khop_features own = rows_of(all, shard, offsets);
  KHOP_TRY(khop_shard_run_new(&run, model, shard, &own, PARTS, true));
  KHOP_TRY(khop_shard_run_labels(run, khop_data_labels(c->data) + first, khop_data_mask(c->data, 0, KHOP_TRAIN) + first));
  for (int step = 0; step < 20; step++) {
    double loss;
    KHOP_TRY(khop_shard_run_forward(&loss, run, true, 1, (uint64_t)step));
    KHOP_TRY(khop_shard_run_backward(run));
    khop_optimizer_step(optimizer, khop_shard_run_gradients(run), 1);
    if (e->rank == 0) c->loss[step] = loss;
  }
  KHOP_TRY(khop_shard_run_forward(NULL, run, false, 0, 0));
  KHOP_TRY(khop_shard_run_output(output, run));
  for (int64_t i = 0; i < rows; i++)
    for (int32_t k = 0; k < classes; k++)
      if (output[i * classes + k] > output[i * classes + c->class[first + i]]) c->class[first + i] = k;
done:
  free(output);
  free(offsets);
  khop_shard_run_free(run);
  khop_shard_free(shard);
  khop_optimizer_free(optimizer);
  khop_model_free(model);
  return status;
}

static void a_real_graph_is_learned_alike_by_any_number_of_ranks(void **state) {
  (void)state;
  khop_data *data;
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  ok(khop_data_load(&data, "cora", &(khop_data_options){.row_normalize = true}));
  int64_t n = khop_graph_nodes(khop_data_graph(data)), right = 0, count = 0;
  curve one = {.data = data, .class = block_of(n, sizeof(int32_t))};
  team *ranks = run_ranks(1, train_on_data, &one);
  together(ranks, KHOP_OK);
  free(ranks);
  for (int64_t i = 0; i < n; i++) {
    bool tested = khop_data_mask(data, 0, KHOP_TEST)[i];
    count += tested;
    right += tested && one.class[i] == khop_data_labels(data)[i];
  }
  assert_true(right > count * 7 / 10);
  for (int more = 2; more <= 4; more++) {
    curve several = {.data = data, .class = block_of(n, sizeof(int32_t))};
    ranks = run_ranks(more, train_on_data, &several);
    together(ranks, KHOP_OK);
    free(ranks);
    assert_memory_equal(several.loss, one.loss, sizeof one.loss);
    assert_memory_equal(several.class, one.class, (size_t)n * sizeof *one.class);
    free(several.class);
  }
  free(one.class);
  khop_data_free(data);
}

/* --- the numbers of one process -------------------------------------------------------------------------------- */

static void the_first_step_is_that_of_one_process(void **state) {
  (void)state;
  for (int k = 0; k < 12; k++) {
    training t;
    open_case(&t, k);
    begins_as_one_process_does(&t);
    close_training(&t);
  }
}

/* --- ranks that fail together ---------------------------------------------------------------------------------- */

static void a_broken_line_is_told_by_all_ranks(void **state) {
  (void)state;
  training t;
  open_training(&t, wide_and_narrow, false, true, true);
  t.steps = 1;
  assert_true(break_each_call(2, train, &t) > 20);
  close_training(&t);
}

static void a_rank_without_memory_stops_all(void **state) {
  (void)state;
  memory_runs_out_on_ranks();
  training t;
  open_training(&t, gcn, false, false, true);
  t.steps = 1;
  assert_true(starve_each(2, train, &t) > 60);
  close_training(&t);
  ok(khop_set_threads(0));
  memory_is_plenty();
}

/* --- what is refused ------------------------------------------------------------------------------------------- */

static khop_model *odd_op(int which) {
  khop_model *m = new_model(COLUMNS);
  khop_value y = khop_linear(m, 0, 4, true);
  if (which == 0) ok(khop_model_set_metadata(m, "recipe", "odd")), y = khop_pool(m, y, KHOP_POOL_MEAN, NULL);
  if (which == 1) y = khop_conv(m, y, 4, &(khop_conv_options){.groups = 2});
  if (which == 2) y = khop_ppr(m, y, 0.1);
  if (which == 3) y = khop_pool(m, y, KHOP_POOL_MAX, NULL);
  if (which == 4) y = khop_node_weights(m, y, NODES + 1, 4);
  if (which == 5) y = khop_attention(m, y, 2, NULL);
  if (which == 6) y = khop_readout(m, y, KHOP_READOUT_SUM);
  if (which == 7) y = khop_conv(m, y, 4, &(khop_conv_options){.op = KHOP_METAPATH});
  khop_softmax_cross_entropy(m, khop_linear(m, y, 3, false));
  return m;
}

typedef struct refusal {
  const training *t;
  int which;
} refusal;

/* Beyond the ops: 8 no parameters, 9 a model of other parameters on rank 1, 10 parts that ranks do not divide, 11 more
 * parts than nodes, 12 features of another number of rows, 13 of another width, 14 a label without a class, 15 nothing
 * selected, 16 backward without labels, 17 without a forward, 18 without training, 19 targets for classes. */
static khop_status refuse(const khop_exchange *e, void *context) {
  const refusal *o = context;
  khop_status status = KHOP_OK;
  khop_shard *shard = NULL;
  khop_shard_run *run = NULL;
  bool odd = e->rank == 1;
  khop_model *model = o->which < 8 ? odd_op(o->which) : o->which == 9 && odd ? wide_and_narrow() : gcn();
  int64_t offsets[NODES + 1];
  uint8_t none[NODES] = {0};
  int32_t labels[NODES] = {0};
  int parts = o->which == 10 ? 7 : o->which == 11 ? NODES + 1 : PARTS;
  if (o->which != 8) ok(khop_model_init(model, 3));
  KHOP_TRY(khop_shard_of(&shard, e, o->t->graph));
  khop_features own = rows_of(&o->t->features, shard, offsets);
  if (odd) own.rows -= o->which == 12, own.columns -= o->which == 13, labels[0] = o->which == 14 ? 3 : 0;
  KHOP_TRY(khop_shard_run_new(&run, model, shard, &own, parts, o->which != 18));
  if (o->which == 19) KHOP_TRY(khop_shard_run_targets(run, o->t->targets, NULL));
  if (o->which != 16) KHOP_TRY(khop_shard_run_labels(run, labels, o->which == 15 ? none : NULL));
  if (o->which != 17) KHOP_TRY(khop_shard_run_forward(NULL, run, true, 0, 0));
  KHOP_TRY(khop_shard_run_backward(run));
done:
  khop_shard_run_free(run);
  khop_shard_free(shard);
  khop_model_free(model);
  return status;
}

static void what_cannot_be_on_several_ranks_is_refused_by_all(void **state) {
  (void)state;
  static const struct {
    khop_status status;
    const char *words[2];
  } cases[] = {
      {KHOP_E_UNSUPPORTED, {"rank 0 of 2: recipe odd: op 2 (pool_mean)", "reads entries of rings"}},
      {KHOP_E_UNSUPPORTED, {"op 2 (conv)", "groups"}},
      {KHOP_E_UNSUPPORTED, {"op 2 (ppr)", "solves a system of all nodes"}},
      {KHOP_E_UNSUPPORTED, {"op 2 (pool_max)", "reads entries of rings"}},
      {KHOP_E_SHAPE, {"op 2 (node_weights) has a row for each of 62 nodes", "the graph has 61"}},
      {KHOP_E_UNSUPPORTED, {"op 2 (attention)", "reads entries of rings"}},
      {KHOP_E_UNSUPPORTED, {"op 2 (readout)", "makes one row of a whole graph"}},
      {KHOP_E_UNSUPPORTED, {"op 2 (conv)", "metapaths"}},
      {KHOP_E_ARGUMENT, {"no parameters yet", ""}},
      {KHOP_E_ARGUMENT, {"rank 1 of 2: its number of ops is", "that of rank 0"}},
      {KHOP_E_ARGUMENT, {"rows 0 to 29 are no whole parts of the 7 that 61 nodes are cut into", "divide"}},
      {KHOP_E_ARGUMENT, {"62 parts of 61 nodes", ""}},
      {KHOP_E_SHAPE, {"rank 1 of 2: features of 30 rows, and the rank owns 31", ""}},
      {KHOP_E_SHAPE, {"rank 1 of 2: the model takes 5 features a node, the data have 4", ""}},
      {KHOP_E_VALUE, {"rank 1 of 2: part 6, which begins at node 30: node 0", "label 3"}},
      {KHOP_E_VALUE, {"the mask selects none of the 61 nodes", ""}},
      {KHOP_E_ARGUMENT, {"backward without a loss", ""}},
      {KHOP_E_ARGUMENT, {"backward without a forward", ""}},
      {KHOP_E_ARGUMENT, {"made without training", ""}},
      {KHOP_E_ARGUMENT, {"softmax_cross_entropy takes labels", ""}},
  };
  training t;
  open_training(&t, gcn, false, false, false);
  for (int which = 0; which < (int)(sizeof cases / sizeof *cases); which++) {
    team *ranks = run_ranks(2, refuse, &(refusal){&t, which});
    together(ranks, cases[which].status);
    const char *sentence = ranks->seat[0].sentence;
    if (!strstr(sentence, cases[which].words[0]) || !strstr(sentence, cases[which].words[1]))
      fail_msg("%d: %s", which, sentence);
    free(ranks);
  }
  close_training(&t);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(losses_and_weights_do_not_depend_on_the_ranks),
      cmocka_unit_test(a_real_graph_is_learned_alike_by_any_number_of_ranks),
      cmocka_unit_test(the_first_step_is_that_of_one_process),
      cmocka_unit_test(a_broken_line_is_told_by_all_ranks),
      cmocka_unit_test(a_rank_without_memory_stops_all),
      cmocka_unit_test(what_cannot_be_on_several_ranks_is_refused_by_all),
  };
  return cmocka_run_group_tests_name("shard_run", tests, NULL, nothing_held);
}
