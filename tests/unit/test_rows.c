/* test_rows.c: some rows of a model's output, from the ball that decides them, against the rows of the whole, to the
 * bit; how far models reach, by hand; and nodes that the data do not have. */
#include "graph_check.h"
#include "model_check.h"
#include "rings_check.h"

/* --- models ----------------------------------------------------------------------------------- */

enum { MODELS = 11, WIDE = 5 };

static khop_value conv(khop_model *m, khop_value x, int64_t columns, khop_conv_options o) {
  return khop_conv(m, x, columns, &o);
}

/* One of several kinds, of 3 outputs: norms, directions, operators, dilations, pools. */
static khop_model *model_of(int kind, int64_t columns) {
  if (kind == 0) return mixed_model(columns);
  khop_model *m = new_model(columns);
  khop_value x = 0;
  static const int one[] = {1}, far[] = {0, 2, 3};
  khop_conv_options gcn;
  switch (kind) {
  case 1: /* GCN of two layers */
    gcn = (khop_conv_options){.taps = 1, .hops = one, .norm = KHOP_NORM_SYM, .self_loop = true, .bias = true};
    x = khop_relu(m, conv(m, x, 7, gcn));
    x = conv(m, x, 3, gcn);
    break;
  case 2: /* MixHop: taps beside one another, more of them than columns before */
    x = khop_relu(m, conv(m, x, 4, (khop_conv_options){.taps = 3, .norm = KHOP_NORM_SYM, .concat = true}));
    x = khop_linear(m, x, 3, true);
    break;
  case 3: /* dilations against the arcs, means */
    x = khop_gelu(m, conv(m, x, 18, (khop_conv_options){.dilation = 2, .norm = KHOP_NORM_ROW, .direction = KHOP_IN}));
    x = conv(m, x, 3, (khop_conv_options){.taps = 3, .hops = far, .norm = KHOP_NORM_ROW, .direction = KHOP_IN});
    break;
  case 4: /* balls, by columns */
    x = conv(m, x, 6, (khop_conv_options){.op = KHOP_BALL, .norm = KHOP_NORM_COL});
    x = khop_linear(m, khop_tanh(m, x), 3, false);
    break;
  case 5: /* walks */
    x = conv(m, x, 6, (khop_conv_options){.taps = 3, .op = KHOP_WALK_POWER, .norm = KHOP_NORM_SYM,
                                          .direction = KHOP_ALL});
    x = conv(m, x, 3, (khop_conv_options){.op = KHOP_WALK_SUPPORT, .norm = KHOP_NORM_ROW});
    break;
  case 6: /* pools beside one another */
    x = khop_concat(m, 2, (khop_value[]){khop_pool(m, x, KHOP_POOL_MAX, &(khop_conv_options){.taps = 3}),
                                         khop_pool(m, x, KHOP_POOL_MEAN, &(khop_conv_options){.taps = 2})});
    x = khop_linear(m, x, 3, true);
    break;
  case 9: /* GCN both ways: degrees come from the graph */
    gcn = (khop_conv_options){.taps = 2, .norm = KHOP_NORM_SYM, .direction = KHOP_ALL};
    x = khop_relu(m, conv(m, x, 7, gcn));
    x = conv(m, khop_concat(m, 2, (khop_value[]){x, khop_linear(m, 0, 2, true)}), 3, gcn);
    break;
  case 10: /* degrees of both directions, and of balls beside them, which hold the node itself */
    x = conv(m, x, 7, (khop_conv_options){.taps = 1, .hops = one, .norm = KHOP_NORM_COL, .self_loop = true});
    x = conv(m, x, 6, (khop_conv_options){.taps = 2, .norm = KHOP_NORM_SYM, .direction = KHOP_IN});
    x = conv(m, x, 3, (khop_conv_options){.taps = 2, .op = KHOP_BALL, .norm = KHOP_NORM_ROW});
    break;
  case 7: /* groups, separable weights, sums */
    x = khop_linear(m, x, 8, true);
    x = conv(m, x, 8, (khop_conv_options){.groups = 2, .norm = KHOP_NORM_ROW});
    x = conv(m, x, 3, (khop_conv_options){.weights = KHOP_WEIGHTS_SEPARABLE, .norm = KHOP_NORM_COL});
    break;
  default: /* no hops */
    x = khop_linear(m, khop_relu(m, khop_linear(m, x, 33, true)), 3, true);
  }
  khop_softmax_cross_entropy(m, x);
  ok(khop_model_init(m, (uint64_t)kind));
  return m;
}

/* --- data ------------------------------------------------------------------------------------- */

typedef struct numbers {
  khop_real *dense, *values;
  int64_t *offsets;
  int32_t *indices;
  khop_features x;
} numbers;

static numbers draw_features(int64_t rows, int64_t columns, bool sparse, khop_i_random *r) {
  numbers f = {block_of(rows * columns, sizeof(khop_real)), block_of(rows * columns, sizeof(khop_real)),
               block_of(rows + 1, sizeof(int64_t)), block_of(rows * columns, sizeof(int32_t)), {0}};
  for (int64_t i = 0; i < rows; i++) {
    f.offsets[i + 1] = f.offsets[i];
    for (int64_t c = 0; c < columns; c++) {
      if (khop_i_random_below(r, 2)) continue;
      f.indices[f.offsets[i + 1]] = (int32_t)c;
      f.values[f.offsets[i + 1]++] = f.dense[i * columns + c] = random_real(r);
    }
  }
  f.x = sparse ? (khop_features){rows, columns, NULL, f.offsets, f.indices, f.values}
               : (khop_features){rows, columns, f.dense, NULL, NULL, NULL};
  return f;
}

static void free_numbers(numbers *f) {
  free(f->dense);
  free(f->values);
  free(f->offsets);
  free(f->indices);
}

static khop_data *data_of(khop_graph *graph, const khop_features *x) {
  khop_data *data;
  ok(khop_data_new(&data, graph, x, NULL));
  return data;
}

/* The whole, with stored rings. */
static khop_real *whole_scores(khop_model *m, const khop_data *data) {
  int64_t n = khop_graph_nodes(khop_data_graph(data));
  khop_real *scores = block_of(n * khop_model_output_columns(m), sizeof *scores);
  ok(khop_predict(scores, m, data, 0));
  return scores;
}

static int64_t draw_nodes(int64_t *nodes, int64_t n, int64_t most, khop_i_random *r) {
  int64_t count = 1 + khop_i_random_below(r, most < n ? most : n);
  for (int64_t i = 0; i < count; i++) {
    bool again = true;
    while (again) {
      nodes[i] = khop_i_random_below(r, n);
      again = false;
      for (int64_t j = 0; j < i; j++) again = again || nodes[j] == nodes[i];
    }
  }
  return count;
}

/* Some rows, a few times, have the bits that the whole has. */
static void same_rows(khop_model *m, const khop_data *data, int rounds, khop_i_random *r) {
  int64_t n = khop_graph_nodes(khop_data_graph(data)), columns = khop_model_output_columns(m), nodes[8];
  khop_real *whole = whole_scores(m, data), *some = block_of(8 * columns, sizeof *some);
  khop_predictor *p;
  ok(khop_predictor_new(&p, m, data, 0));
  for (int round = 0; round < rounds; round++) {
    int64_t count = draw_nodes(nodes, n, 8, r);
    if (round == 0) ok(khop_predict_nodes(some, m, data, count, nodes, 0));
    else ok(khop_predictor_nodes(some, p, count, nodes));
    for (int64_t k = 0; k < count; k++)
      if (memcmp(some + k * columns, whole + nodes[k] * columns, (size_t)columns * sizeof *some) != 0)
        fail_msg("node %lld of %lld: %.9g and not %.9g", (long long)nodes[k], (long long)n, (double)some[k * columns],
                 (double)whole[nodes[k] * columns]);
  }
  khop_predictor_free(p);
  free(whole);
  free(some);
}

/* --- rows of the whole ------------------------------------------------------------------------- */

static void rows_of_random_graphs_have_the_bits_of_the_whole(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  for (int round = 0; round < 900; round++) {
    use_set(round % 3);
    draw_graph(&e, round / 2 % FAMILIES, round % 2, 60, &r);
    numbers f = draw_features(e.nodes, WIDE, khop_i_random_below(&r, 2), &r);
    khop_data *data = data_of(graph_of(&e), &f.x);
    khop_model *m = model_of(round % MODELS, WIDE);
    same_rows(m, data, 3, &r);
    khop_model_free(m);
    khop_data_free(data);
    free_numbers(&f);
  }
  ok(khop_set_simd(NULL));
}

/* Enough nodes that the whole is gathered a tile at a time, multiplied in many blocks, and searched in another way. */
static void rows_of_large_graphs_have_the_bits_of_the_whole(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 6);
  for (int round = 0; round < 2 * MODELS; round++) {
    int64_t n = 3001, columns = 70;
    numbers f = draw_features(n, columns, round % 4 == 3, &r);
    khop_data *data = data_of(random_graph(n, 4 * n, round % 2, &r), &f.x);
    khop_model *m = model_of(round % MODELS, columns);
    same_rows(m, data, 3, &r);
    khop_model_free(m);
    khop_data_free(data);
    free_numbers(&f);
  }
}

static void rows_of_a_grid_have_the_bits_of_the_whole(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 7);
  for (int round = 0; round < 2 * MODELS; round++) {
    khop_graph *graph;
    ok(khop_graph_grid(&graph, 2, (const int64_t[]){40, 41}, NULL, round % 2, round >= MODELS));
    numbers f = draw_features(40 * 41, 17, false, &r);
    khop_data *data = data_of(graph, &f.x);
    khop_model *m = model_of(round % MODELS, 17);
    same_rows(m, data, 4, &r);
    khop_model_free(m);
    khop_data_free(data);
    free_numbers(&f);
  }
}

static void rows_of_recipes_have_the_bits_of_the_whole(void **state) {
  (void)state;
  const char *names[] = {fixture("datasets/karate.graphml"), "cora"};
  khop_i_random r;
  khop_i_random_seed(&r, 8);
  for (int s = 0; s < 2; s++) {
    khop_data *data;
    if (s == 1 && !getenv("KHOP_DATA")) {
      skipped("KHOP_DATA is not set: no cora");
      continue;
    }
    ok(khop_data_load(&data, names[s], NULL));
    for (int i = 0; i < khop_recipe_count(); i++) {
      khop_recipe recipe;
      khop_model *m;
      if (is_for_sets(khop_recipe_name(i))) continue;
      ok(khop_recipe_find(&recipe, khop_recipe_name(i)));
      ok(khop_recipe_model(&m, &recipe, data));
      khop_reach reach;
      if (khop_model_reach(&reach, m) == KHOP_OK) same_rows(m, data, s ? 2 : 5, &r);
      khop_model_free(m);
    }
    khop_data_free(data);
  }
}

/* --- reach ------------------------------------------------------------------------------------- */

static void reach_is(khop_model *m, int64_t hops, int64_t ball, khop_direction direction) {
  khop_reach reach;
  ok(khop_model_reach(&reach, m));
  assert_int_equal(reach.hops, hops);
  assert_int_equal(reach.ball, ball);
  assert_int_equal(reach.direction, direction);
  khop_model_free(m);
}

static void reach_is_that_of_the_deepest_path(void **state) {
  (void)state;
  reach_is(model_of(0, WIDE), 2 + 2, 2 + 2 + 2, KHOP_ALL); /* hop 2 behind dilation 2; its sym asks for 2 more */
  reach_is(model_of(1, WIDE), 2, 3, KHOP_ALL);
  reach_is(model_of(2, WIDE), 2, 4, KHOP_ALL);
  reach_is(model_of(3, WIDE), 3 + 2, 5, KHOP_IN);
  reach_is(model_of(4, WIDE), 1, 2, KHOP_ALL);
  reach_is(model_of(5, WIDE), 1 + 2, 1 + 2 + 2, KHOP_ALL);
  reach_is(model_of(6, WIDE), 2, 2, KHOP_OUT);
  reach_is(model_of(7, WIDE), 2, 2, KHOP_ALL); /* col of the last layer: 1 + 1; the one before: 1 + 1 */
  reach_is(model_of(8, WIDE), 0, 0, KHOP_OUT);
}

/* The ball is as small as it can be: one hop less, and the rows of a path with sym norms differ. */
static void a_smaller_ball_does_not_do(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 9);
  khop_graph *graph = path_graph(20), *ball;
  numbers f = draw_features(20, WIDE, false, &r);
  khop_model *m = model_of(1, WIDE);
  khop_reach reach;
  ok(khop_model_reach(&reach, m));
  bound whole = bind(m, graph, &f.x, false);
  khop_run_forward(whole.run, false, 0, 0);
  for (int64_t less = 0; less < 2; less++) {
    int64_t seed = 10, place, *nodes;
    ok(khop_graph_ball(&ball, &nodes, &place, graph, 1, &seed, reach.ball - less, reach.direction));
    khop_features x = {khop_graph_nodes(ball), WIDE, f.dense + nodes[0] * WIDE, NULL, NULL, NULL}; /* a path: a run */
    khop_run_forward(whole.run, false, 0, 0);
    bound part = bind(m, ball, &x, false);
    khop_run_forward(part.run, false, 0, 0);
    const khop_real *got = khop_run_output(part.run) + place * 3, *wanted = khop_run_output(whole.run) + 30;
    bool same = memcmp(got, wanted, 3 * sizeof *got) == 0;
    assert_int_equal(same, less == 0);
    unbind(&part);
    khop_free(nodes);
    khop_graph_free(ball);
  }
  unbind(&whole);
  khop_model_free(m);
  khop_graph_free(graph);
  free_numbers(&f);
}

static void models_that_look_at_all_nodes_are_refused(void **state) {
  (void)state;
  khop_reach reach;
  khop_model *m = new_model(2);
  khop_value x = khop_linear(m, 0, 2, false);
  khop_add(m, x, khop_global_mean(m, 0));
  ok(khop_model_init(m, 1));
  fails(khop_model_reach(&reach, m), KHOP_E_UNSUPPORTED, "op 2", "global_mean");
  khop_model_free(m);
  m = new_model(2);
  khop_linear(m, khop_readout(m, 0, KHOP_READOUT_SUM), 3, false);
  ok(khop_model_init(m, 1));
  fails(khop_model_reach(&reach, m), KHOP_E_UNSUPPORTED, "op 2", "linear");
  khop_model_free(m);
  m = new_model(2);
  khop_conv(m, 0, 3, &(khop_conv_options){.op = KHOP_METAPATH});
  ok(khop_model_init(m, 1));
  fails(khop_model_reach(&reach, m), KHOP_E_UNSUPPORTED, "op 1", "metapaths");
  khop_model_free(m);
  ok(khop_model_new(&m));
  fails(khop_model_reach(&reach, m), KHOP_E_ARGUMENT, "no ops", "model");
  fails(khop_model_reach(&reach, NULL), KHOP_E_ARGUMENT, "model", "missing");
  khop_linear(m, 7, 3, false);
  fails(khop_model_reach(&reach, m), KHOP_E_ARGUMENT, "no value 7", "linear");
  khop_model_free(m);
}

/* --- a new node -------------------------------------------------------------------------------- */

/* The edges of a graph and of one more node at its end. */
static void add_new_edges(edge_list *e, const khop_new_node *node) {
  for (int64_t k = 0; k < node->out; k++) add_edge(e, e->nodes, node->to[k]);
  for (int64_t k = 0; k < node->in; k++) add_edge(e, node->from[k], e->nodes);
  e->nodes++;
}

static void a_new_node_has_the_bits_of_the_last_one(void **state) {
  (void)state;
  static edge_list e;
  khop_i_random r;
  khop_i_random_seed(&r, 10);
  for (int round = 0; round < 600; round++) {
    int64_t to[8], from[8];
    bool sparse = khop_i_random_below(&r, 2);
    draw_graph(&e, round / 2 % FAMILIES, round % 2, 50, &r);
    numbers f = draw_features(e.nodes + 1, WIDE, sparse, &r);
    khop_features before = f.x, row = f.x;
    before.rows = e.nodes;
    row.rows = 1;
    if (khop_i_random_below(&r, 2)) { /* in the other form than the data have */
      row = (khop_features){1, WIDE, f.dense + e.nodes * WIDE, NULL, NULL, NULL};
      if (!sparse) row = (khop_features){1, WIDE, NULL, f.offsets + e.nodes, f.indices, f.values};
    } else if (sparse) {
      row.offsets += e.nodes;
    } else {
      row.dense += e.nodes * WIDE;
    }
    khop_new_node node = {.to = to, .from = from, .features = &row};
    node.out = draw_nodes(to, e.nodes, 8, &r) - 1;
    if (e.directed) node.in = draw_nodes(from, e.nodes, 8, &r) - 1;
    khop_data *data = data_of(graph_of(&e), &before);
    khop_model *m = model_of(round % MODELS, WIDE);
    khop_predictor *p;
    khop_real scores[3];
    ok(khop_predictor_new(&p, m, data, 0));
    ok(khop_predictor_new_node(scores, p, &node));
    add_new_edges(&e, &node);
    khop_data *larger = data_of(graph_of(&e), &f.x);
    khop_real *whole = whole_scores(m, larger);
    assert_memory_equal(scores, whole + 3 * (e.nodes - 1), sizeof scores);
    free(whole);
    khop_predictor_free(p);
    khop_model_free(m);
    khop_data_free(data);
    khop_data_free(larger);
    free_numbers(&f);
  }
}

/* --- bad input --------------------------------------------------------------------------------- */

typedef struct case_of_four {
  khop_data *data;
  khop_model *model;
  khop_predictor *predictor;
  numbers f;
} case_of_four;

static case_of_four open_case(bool directed) {
  case_of_four c = {0};
  khop_graph *graph;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  c.f = draw_features(4, WIDE, true, &r);
  ok(khop_graph_from_coo(&graph, 4, 3, (int64_t[]){0, 1, 2}, (int64_t[]){1, 2, 3}, directed));
  c.data = data_of(graph, &c.f.x);
  c.model = model_of(1, WIDE);
  ok(khop_predictor_new(&c.predictor, c.model, c.data, 0));
  return c;
}

static void close_case(case_of_four *c) {
  khop_predictor_free(c->predictor);
  khop_model_free(c->model);
  khop_data_free(c->data);
  free_numbers(&c->f);
}

static void bad_nodes_are_refused(void **state) {
  (void)state;
  case_of_four c = open_case(false);
  khop_real scores[12];
  khop_predictor *none;
  khop_model *narrow = model_of(1, 2);
  fails(khop_predictor_nodes(scores, c.predictor, 2, (int64_t[]){0, 4}), KHOP_E_ARGUMENT, "node 4", "4 nodes");
  fails(khop_predictor_nodes(scores, c.predictor, 3, (int64_t[]){1, 3, 1}), KHOP_E_ARGUMENT, "node 1", "twice");
  fails(khop_predictor_nodes(scores, c.predictor, 1, NULL), KHOP_E_ARGUMENT, "1 nodes", "no list");
  fails(khop_predictor_nodes(NULL, c.predictor, 1, (int64_t[]){1}), KHOP_E_ARGUMENT, "scores", "missing");
  fails(khop_predictor_nodes(scores, NULL, 1, (int64_t[]){1}), KHOP_E_ARGUMENT, "predictor", "missing");
  fails(khop_predictor_new(&none, c.model, NULL, 0), KHOP_E_ARGUMENT, "data", "missing");
  fails(khop_predictor_new(&none, narrow, c.data, 0), KHOP_E_SHAPE, "5 features", "takes 2");
  assert_null(none);
  fails(khop_predict_nodes(scores, c.model, c.data, 1, (int64_t[]){1}, 10), KHOP_E_BUDGET, "budget", "take");
  ok(khop_predictor_nodes(scores, c.predictor, 0, NULL));
  khop_model_free(narrow);
  close_case(&c);
}

static void bad_new_nodes_are_refused(void **state) {
  (void)state;
  case_of_four c = open_case(false), d = open_case(true);
  khop_real scores[3], x[WIDE] = {1, 2, 3, 4, 5};
  khop_features row = {1, WIDE, x, NULL, NULL, NULL}, wrong = row;
  khop_new_node node = {.out = 1, .to = (int64_t[]){4}, .features = &row};
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_ARGUMENT, "node 4", "links");
  node.out = 2, node.to = (int64_t[]){2, 2};
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_ARGUMENT, "node 2", "twice");
  node.out = 1, node.in = 1, node.from = (int64_t[]){1};
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_ARGUMENT, "undirected", "1 links");
  ok(khop_predictor_new_node(scores, d.predictor, &node));
  node.from = (int64_t[]){-1};
  fails(khop_predictor_new_node(scores, d.predictor, &node), KHOP_E_ARGUMENT, "node -1", "links");
  node.in = 0;
  x[3] = (khop_real)NAN;
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_VALUE, "feature 3", "finite");
  x[3] = 4;
  wrong.columns = 4;
  node.features = &wrong;
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_SHAPE, "1 rows of 4", "one of 5");
  wrong = (khop_features){1, WIDE, NULL, (int64_t[]){0, 2}, (int32_t[]){3, 3}, x};
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_VALUE, "feature 3", "order");
  wrong.indices = (int32_t[]){3, 5};
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_VALUE, "feature 5", "5");
  wrong.offsets = NULL;
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_ARGUMENT, "dense or sparse", "one of the two");
  node.features = NULL;
  fails(khop_predictor_new_node(scores, c.predictor, &node), KHOP_E_ARGUMENT, "dense or sparse", "one of the two");
  fails(khop_predictor_new_node(scores, c.predictor, NULL), KHOP_E_ARGUMENT, "node", "missing");
  close_case(&c);
  close_case(&d);
}

static khop_status predict_twice(void *context) {
  case_of_four *c = context;
  khop_predictor *p;
  khop_real scores[6];
  khop_status status = khop_predictor_new(&p, c->model, c->data, 0);
  if (status != KHOP_OK) assert_null(p);
  if (status == KHOP_OK) status = khop_predictor_nodes(scores, p, 2, (int64_t[]){3, 1});
  khop_features row = {1, WIDE, c->f.dense, NULL, NULL, NULL};
  khop_new_node node = {.out = 1, .to = (int64_t[]){2}, .in = 1, .from = (int64_t[]){1}, .features = &row};
  if (status == KHOP_OK) status = khop_predictor_new_node(scores, p, &node);
  khop_predictor_free(p);
  return status;
}

static void memory_that_runs_out_is_an_error(void **state) {
  (void)state;
  memory_can_run_out();
  case_of_four c = open_case(true);
  assert_true(fail_each(predict_twice, &c) > 10);
  close_case(&c);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_of_random_graphs_have_the_bits_of_the_whole),
      cmocka_unit_test(rows_of_large_graphs_have_the_bits_of_the_whole),
      cmocka_unit_test(rows_of_a_grid_have_the_bits_of_the_whole),
      cmocka_unit_test(rows_of_recipes_have_the_bits_of_the_whole),
      cmocka_unit_test(reach_is_that_of_the_deepest_path),
      cmocka_unit_test(a_smaller_ball_does_not_do),
      cmocka_unit_test(models_that_look_at_all_nodes_are_refused),
      cmocka_unit_test(a_new_node_has_the_bits_of_the_last_one),
      cmocka_unit_test(bad_nodes_are_refused),
      cmocka_unit_test(bad_new_nodes_are_refused),
      cmocka_unit_test(memory_that_runs_out_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
