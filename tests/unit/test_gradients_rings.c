/* test_gradients_rings.c: gradients of the ops over rings, and of attention (gradients_check.h). */
#include "gradients_check.h"

/* --- convolutions --------------------------------------------------------------------------- */

/* in: columns before the convolution, 0: the features themselves. */
static void check_conv(const khop_features *features, const khop_graph *graph, int64_t in,
                       int64_t out, const khop_conv_options *options) {
  problem p;
  khop_value x = begin(&p, features);
  p.graph = graph;
  if (in) x = khop_linear(p.model, x, in, false);
  check_value(&p, khop_conv(p.model, x, out, options));
}

static const int far_hops[] = {2, 0, 3}; /* in no order */

/* Each option of a convolution with a matrix a tap against each other. */
static void conv_full(void **state) {
  (void)state;
  for (int direction = KHOP_OUT; direction <= KHOP_ALL; direction++)
    for (int norm = KHOP_NORM_NONE; norm <= KHOP_NORM_COL; norm++)
      for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++)
        for (int loop = 0; loop < 2; loop++)
          for (int concat = 0; concat < 2; concat++) {
            khop_conv_options o = {.taps = 3,
                                   .direction = (khop_direction)direction,
                                   .norm = (khop_norm)norm,
                                   .op = (khop_operator)op,
                                   .self_loop = loop,
                                   .concat = concat,
                                   .bias = !loop,
                                   .hops = concat ? far_hops : NULL};
            check_conv(&dense, directed, 2, 4, &o);  /* gathers, then multiplies */
            check_conv(&dense, directed, 4, 2, &o);  /* multiplies, then gathers */
            check_conv(&sparse, directed, 0, 2, &o); /* of sparse features */
          }
}

static void conv_other(void **state) {
  (void)state;
  for (int concat = 0; concat < 2; concat++) {
    khop_conv_options o = {.taps = 2, .dilation = 2, .norm = KHOP_NORM_SYM, .concat = concat};
    check_conv(&dense, directed, 0, 8, &o);
    check_conv(&dense, directed, 0, 3, &o);
    check_conv(&sparse, directed, 0, 8, &o);
    check_conv(&dense, undirected, 3, 3, &o);
    o.taps = 1;
    check_conv(&dense, directed, 0, 8, &o);
    check_conv(&dense, directed, 4, 3, &o);
    check_conv(&sparse, directed, 0, 4, &o);
    o.hops = (int[]){100}; /* an empty ring: only the bias has a gradient */
    o.bias = true;
    check_conv(&dense, directed, 2, 4, &o);
    check_conv(&dense, directed, 4, 2, &o);
  }
}

/* A number a tap, learned or fixed, or a number a tap and channel. */
static void conv_mix(void **state) {
  (void)state;
  const khop_real initial[] = {0.5, -1.25, 0.75};
  for (int weights = KHOP_WEIGHTS_SEPARABLE; weights <= KHOP_WEIGHTS_FIXED; weights++)
    for (int direction = KHOP_OUT; direction <= KHOP_ALL; direction++)
      for (int norm = KHOP_NORM_NONE; norm <= KHOP_NORM_COL; norm++)
        for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++)
          for (int concat = 0; concat < 2; concat++) {
            khop_conv_options o = {.taps = 3,
                                   .hops = far_hops,
                                   .concat = concat,
                                   .direction = (khop_direction)direction,
                                   .norm = (khop_norm)norm,
                                   .op = (khop_operator)op,
                                   .weights = (khop_weights)weights,
                                   .self_loop = op == KHOP_RING,
                                   .bias = norm % 2,
                                   .initial = norm < 2 ? initial : NULL};
            check_conv(&dense, directed, 3, 3, &o);
            if (weights != KHOP_WEIGHTS_FIXED || o.bias) check_conv(&sparse, directed, 0, F, &o);
          }
}

/* Columns beyond a vector register, with each instruction set that runs here. */
static void conv_wide(void **state) {
  (void)state;
  const char *const sets[] = {"baseline", "avx2", "avx512"};
  for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
    if (khop_set_simd(sets[s]) != KHOP_OK) continue;
    khop_conv_options o = {.taps = 2, .norm = KHOP_NORM_SYM, .self_loop = true};
    check_conv(&dense, directed, 0, 79, &o); /* 64 + 8 + 4 + 2 + 1 and so on */
    check_conv(&dense, directed, 29, 23, &o);
    check_conv(&sparse, directed, 0, 37, &o);
    o.weights = KHOP_WEIGHTS_DEPTHWISE;
    check_conv(&dense, directed, 47, 47, &o);
    o.weights = KHOP_WEIGHTS_SCALAR;
    o.concat = true;
    check_conv(&dense, directed, 21, 21, &o);
  }
  ok(khop_set_simd(NULL));
}

/* All hops at once; two with one factor, and sparse features. */
static void pagerank(void **state) {
  (void)state;
  for (int s = 0; s < 2; s++) {
    problem p;
    khop_value x = begin(&p, s ? &sparse : &dense);
    p.graph = undirected;
    khop_value h = khop_ppr(p.model, khop_linear(p.model, x, 9, true), 0.15);
    h = khop_tanh(p.model, khop_add(p.model, h, khop_ppr(p.model, h, 0.15)));
    check_value(&p, khop_linear(p.model, khop_ppr(p.model, h, 0.6), 3, false));
  }
}

/* A row of numbers a node, gathered over rings, beside features that are dense, and sparse. */
static void links_as_features(void **state) {
  (void)state;
  for (int s = 0; s < 2; s++) {
    problem p;
    khop_value x = begin(&p, s ? &sparse : &dense);
    khop_linkx_options o = {
        .size = sizeof o,
        .nodes = N,
        .columns = 6,
        .activation = KHOP_TANH,
        .taps = {.taps = 2, .hops = (const int[]){0, 2}, .norm = KHOP_NORM_SYM}};
    check_value(&p, khop_linear(p.model, khop_linkx(p.model, x, &o), 3, false));
    x = begin(&p, s ? &sparse : &dense); /* of a value that needs a gradient the rows count alone */
    khop_value h = khop_linear(p.model, x, 5, true);
    check_value(&p, khop_add(p.model, khop_linear(p.model, khop_tanh(p.model, h), 3, false),
                             khop_node_weights(p.model, h, N, 3)));
  }
}

/* --- attention ------------------------------------------------------------------------------- */

static void softmax_and_sums(void **state) {
  (void)state;
  problem p;
  for (int64_t groups = 0; groups <= 6; groups += 3) {
    khop_value x = begin(&p, &dense);
    khop_value y = khop_softmax(p.model, khop_linear(p.model, x, 6, true), groups);
    check_value(&p, groups == 6 ? khop_add(p.model, y, khop_linear(p.model, x, 6, true))
                                : y); /* of 1 column: 1 */
  }
  khop_value x = begin(&p, &dense), w = khop_linear(p.model, x, 3, true),
             h = khop_linear(p.model, x, 6, true);
  check_value(&p, khop_weighted_sum(p.model, w, h));
  x = begin(&p, &sparse);
  check_value(&p, khop_weighted_sum(p.model, khop_linear(p.model, x, 5, false),
                                    x)); /* features, which become dense */
  x = begin(&p, &dense);
  h = khop_linear(p.model, x, 4, true);
  check_value(&p, khop_weighted_sum(p.model, h, h)); /* one value as both */
  x = begin(&p, &sparse);
  h = khop_conv(p.model, x, 4,
                &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_ROW, .concat = true});
  check_value(&p, khop_tap_attention(p.model, h, 3));
}

/* Attention ends the model; what makes rows wider or narrower stands before it, and a loss behind.
 */
static void ring_attention(void **state) {
  (void)state;
  problem p;
  int second[] = {2};
  for (int direction = KHOP_OUT; direction <= KHOP_ALL; direction++)
    for (int64_t heads = 1; heads <= 4; heads *= 2) {
      khop_conv_options o = {.taps = 2, .direction = (khop_direction)direction};
      khop_value x = begin(&p, heads == 2 ? &sparse : &dense);
      if (heads == 4) o.taps = 1, o.hops = second; /* rows without entries */
      p.attends = khop_linear(p.model, x, 8, true);
      p.heads = heads;
      check_value(&p, khop_attention(p.model, p.attends, heads, &o));
    }
  khop_value x = begin(&p, &dense); /* of features alone */
  p.graph = undirected;
  p.attends = x, p.heads = 1;
  check_value(&p, khop_attention(p.model, x, 1, &(khop_conv_options){.taps = 3, .op = KHOP_BALL}));
}

static void dropped_edges_rows_and_blocks(void **state) {
  (void)state;
  problem p;
  for (int graph = 0; graph < 2; graph++)
    for (int weights = KHOP_WEIGHTS_FULL; weights <= KHOP_WEIGHTS_FIXED; weights++) {
      khop_conv_options o = {.size = sizeof o,
                             .taps = 3,
                             .norm = KHOP_NORM_SYM,
                             .self_loop = true,
                             .weights = (khop_weights)weights,
                             .concat = graph == 1,
                             .edge_dropout = 0.4};
      check_conv(&dense, graph ? undirected : directed, 3, 3, &o);
      o.op = KHOP_WALK_POWER; /* entries with numbers of their own */
      if (weights == KHOP_WEIGHTS_FULL) check_conv(&dense, graph ? undirected : directed, 3, 2, &o);
      if (weights == KHOP_WEIGHTS_FULL) check_conv(&sparse, directed, 0, 2, &o);
    }
  for (int s = 0; s < 2; s++) {
    khop_value x = begin(&p, s ? &sparse : &dense);
    khop_value h = khop_linear(p.model, khop_drop_rows(p.model, x, 0.3), 6, true);
    h = khop_add(p.model, khop_drop_blocks(p.model, h, 3, 0.5), khop_drop_rows(p.model, h, 0.6));
    check_value(&p, h);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(conv_full),        cmocka_unit_test(conv_other),
      cmocka_unit_test(conv_mix),         cmocka_unit_test(conv_wide),
      cmocka_unit_test(pagerank),         cmocka_unit_test(links_as_features),
      cmocka_unit_test(softmax_and_sums), cmocka_unit_test(ring_attention),
      cmocka_unit_test(dropped_edges_rows_and_blocks),
      cmocka_unit_test(how_close),
  };
  return cmocka_run_group_tests_name("gradients_rings", tests, setup, teardown);
}
