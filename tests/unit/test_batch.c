/* test_batch.c: batches against rings built anew, readouts against plain loops and central differences,
 * a graph at a time against all at once. */
#include "sets_check.h"

#include "forms/rings.h"

#include <khop/typed.h>

static const int hops[] = {0, 1, 2, 3};

/* The chosen graphs as a graph of their own. */
static khop_graph *graph_of(const khop_graphs *set, int64_t count, const int64_t *chosen) {
  const int64_t *first = khop_graphs_first(set), *offsets = khop_graph_offsets(khop_graphs_graph(set));
  const int32_t *targets = khop_graph_targets(khop_graphs_graph(set));
  int64_t room = offsets[first[khop_graphs_count(set)]] * count + 1, edges = 0, node = 0;
  int64_t *from = block_of(room, sizeof *from), *to = block_of(room, sizeof *to);
  for (int64_t k = 0; k < count; k++) {
    int64_t g = chosen[k];
    for (int64_t i = first[g]; i < first[g + 1]; i++)
      for (int64_t a = offsets[i]; a < offsets[i + 1]; a++) {
        from[edges] = i - first[g] + node;
        to[edges++] = targets[a] - first[g] + node;
      }
    node += first[g + 1] - first[g];
  }
  khop_graph *graph = NULL;
  /* arcs of both directions are there already */
  ok(khop_graph_from_coo(&graph, node, edges, from, to, khop_graph_is_directed(khop_graphs_graph(set))));
  free(from);
  free(to);
  return graph;
}

/* Whether two rings hold the same, row by row. */
static bool same_rings(const khop_rings *a, const khop_rings *b) {
  if (khop_rings_nodes(a) != khop_rings_nodes(b) || a->slots != b->slots) return false;
  int64_t cells = a->nodes * a->slots;
  if (memcmp(a->csr->offsets, b->csr->offsets, (size_t)(cells + 1) * sizeof *a->csr->offsets) != 0) return false;
  size_t entries = (size_t)a->csr->offsets[cells];
  if (memcmp(a->csr->columns, b->csr->columns, entries * sizeof *a->csr->columns) != 0) return false;
  if (entries == 0) return true; /* no entry has no number */
  return !a->csr->values == !b->csr->values && (!a->csr->values || memcmp(a->csr->values, b->csr->values, entries * sizeof *a->csr->values) == 0);
}

static void choose(int64_t *chosen, int64_t *count, int64_t graphs, int64_t most, khop_i_random *r) {
  int64_t all[64];
  for (int64_t g = 0; g < graphs; g++) all[g] = g;
  khop_i_random_shuffle(r, all, graphs);
  *count = 1 + khop_i_random_below(r, most);
  memcpy(chosen, all, (size_t)*count * sizeof *all);
}

static void against_fresh_rings(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  for (int round = 0; round < 100; round++) {
    khop_graphs *set = random_set((uint64_t)round, 20, round % 2);
    khop_rings *rings[2], *fresh;
    const khop_rings *a, *b;
    khop_batch *batch;
    khop_rings_options walk = {.op = KHOP_WALK_POWER};
    ok(khop_rings_build(&rings[0], khop_graphs_graph(set), 4, hops, NULL));
    ok(khop_rings_build(&rings[1], khop_graphs_graph(set), 3, hops, &walk));
    ok(khop_batch_new(&batch, set, 2, rings, 7));
    for (int k = 0; k < 3; k++) {
      int64_t chosen[20], count;
      choose(chosen, &count, 20, 7, &r);
      ok(khop_batch_fill(batch, count, chosen));
      khop_graph *graph = graph_of(set, count, chosen);
      ok(khop_rings_build(&fresh, graph, 4, hops, NULL));
      assert_true(same_rings(khop_batch_rings(batch, 0), fresh));
      ok(khop_i_rings_transposed(&a, khop_batch_rings(batch, 0)));
      ok(khop_i_rings_transposed(&b, fresh));
      assert_true(same_rings(a, b));
      if (fresh->csr->offsets[fresh->nodes * 4] > fresh->nodes) { /* the checker sees one wrong column */
        fresh->csr->columns[fresh->csr->offsets[fresh->nodes * 4] - 1] ^= 1;
        assert_false(same_rings(khop_batch_rings(batch, 0), fresh));
      }
      khop_rings_free(fresh);
      ok(khop_rings_build(&fresh, graph, 3, hops, &walk));
      assert_true(same_rings(khop_batch_rings(batch, 1), fresh));
      khop_rings_free(fresh);
      khop_graph_free(graph);
      for (int64_t g = 0; g < count; g++) /* features and graph features went along */
        assert_memory_equal(khop_batch_graph_features(batch) + g * SET_EXTRAS,
                            khop_graphs_graph_features(set, NULL) + chosen[g] * SET_EXTRAS,
                            SET_EXTRAS * sizeof(khop_real));
    }
    assert_null(khop_batch_rings(batch, 2));
    khop_batch_free(batch);
    for (int i = 0; i < 2; i++) khop_rings_free(rings[i]);
    khop_graphs_free(set);
  }
}

/* Words of typed arcs, against the arcs themselves, fresh rings, and paths counted by hand. */
static void arc_words(void **state) {
  (void)state;
  for (int round = 0; round < 100; round++) {
    khop_graphs *set = random_set((uint64_t)round, 12, round % 2);
    const khop_graph *graph = khop_graphs_graph(set);
    const uint8_t *types = khop_graphs_arc_types(set, NULL);
    const bool along[SET_TYPES] = {true, false, true};
    khop_edge_type_rings w = {4, hops, types, SET_TYPES, along};
    khop_rings *words, *rings;
    const int32_t *a, *b, *c;
    assert_int_equal(khop_edge_type_rings_count(&w), 1 + SET_TYPES + 2 + 2);
    ok(khop_edge_type_rings_build(&words, graph, &w, 0));
    ok(khop_rings_build(&rings, graph, 4, hops, NULL));
    for (int64_t i = 0; i < khop_graph_nodes(graph); i++) {
      assert_int_equal(khop_rings_row(words, 0, i, &a, NULL), 1);
      assert_int_equal(a[0], i);
      for (int t = 0; t < SET_TYPES; t++) {
        int64_t count = khop_rings_row(words, 1 + t, i, &a, NULL), seen = 0;
        for (int64_t e = khop_graph_offsets(graph)[i]; e < khop_graph_offsets(graph)[i + 1]; e++)
          if (types[e] == t) assert_int_equal(a[seen++], khop_graph_targets(graph)[e]);
        assert_int_equal(seen, count);
      }
      /* a marked path of 2: i -> j -> v along marked arcs alone */
      int64_t whole = khop_rings_row(rings, 2, i, &a, NULL);
      int64_t marked = khop_rings_row(words, 1 + SET_TYPES, i, &b, NULL), m = 0;
      int64_t others = khop_rings_row(words, 2 + SET_TYPES, i, &c, NULL), o = 0;
      assert_int_equal(marked + others, whole);
      for (int64_t k = 0; k < whole; k++) {
        bool path = false;
        for (int64_t e = khop_graph_offsets(graph)[i]; e < khop_graph_offsets(graph)[i + 1]; e++) {
          int32_t j = khop_graph_targets(graph)[e];
          for (int64_t f = khop_graph_offsets(graph)[j]; f < khop_graph_offsets(graph)[j + 1]; f++)
            path = path || (khop_graph_targets(graph)[f] == a[k] && along[types[e]] && along[types[f]]);
        }
        assert_int_equal(path ? b[m++] : c[o++], a[k]);
      }
      int64_t third = khop_rings_row(rings, 3, i, &a, NULL);
      assert_int_equal(khop_rings_row(words, 3 + SET_TYPES, i, &b, NULL) +
                       khop_rings_row(words, 4 + SET_TYPES, i, &c, NULL), third);
    }
    khop_rings_free(words);
    w = (khop_edge_type_rings){4, hops, NULL, 0, NULL}; /* without types: the rings */
    ok(khop_edge_type_rings_build(&words, graph, &w, 0));
    assert_true(same_rings(words, rings));
    khop_rings_free(words);
    fails(khop_edge_type_rings_build(&words, graph, &(khop_edge_type_rings){2, (int[]){1, 1}, NULL, 0, NULL}, 0),
          KHOP_E_ARGUMENT, "hop 1 at place 1", "ascend");
    fails(khop_edge_type_rings_build(&words, graph, &(khop_edge_type_rings){2, hops, types, 1, NULL}, 0), KHOP_E_ARGUMENT,
          "type", "0 to 0");
    fails(khop_edge_type_rings_build(&words, graph, &(khop_edge_type_rings){2, hops, NULL, 0, NULL}, 16), KHOP_E_BUDGET,
          "budget", "MB");
    khop_rings_free(rings);
    khop_graphs_free(set);
  }
}

/* --- models over batches ---------------------------------------------------------------------- */

/* A bit of everything: all readouts, graph features, what follows them. */
static khop_model *pooled_model(void) {
  khop_model *m;
  ok(khop_model_new(&m));
  khop_value x = khop_input(m, SET_COLUMNS);
  khop_value h = khop_tanh(m, khop_conv(m, x, 5, &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_ROW, .bias = true}));
  h = khop_add(m, h, khop_dropout(m, khop_linear(m, x, 5, true), 0.3));
  khop_value parts[5];
  for (int k = 0; k < 4; k++) parts[k] = khop_readout(m, h, (khop_readout_kind)k);
  parts[4] = khop_graph_features(m, SET_EXTRAS);
  khop_value g = khop_layer_norm(m, khop_concat(m, 5, parts));
  g = khop_gelu(m, khop_linear(m, g, 6, true));
  g = khop_multiply(m, g, khop_sigmoid(m, khop_bias(m, khop_dropout(m, g, 0.2))));
  khop_mean_squared_error(m, khop_linear(m, g, 2, true));
  ok(khop_model_init(m, 8));
  return m;
}

typedef struct work {
  khop_graphs *set;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_batch *batch;
  khop_run *run;
} work;

static work open_work(uint64_t seed, int64_t graphs, int64_t most, bool directed) {
  work w = {.set = random_set(seed, graphs, directed), .model = pooled_model()};
  ok(khop_model_rings(w.rings, &w.count, w.model, khop_graphs_graph(w.set), 0));
  ok(khop_batch_new(&w.batch, w.set, w.count, w.rings, most));
  ok(khop_run_new_batch(&w.run, w.model, w.batch, true, 0));
  return w;
}

static void close_work(work *w) {
  khop_run_free(w->run);
  khop_batch_free(w->batch);
  for (int i = 0; i < w->count; i++) khop_rings_free(w->rings[i]);
  khop_model_free(w->model);
  khop_graphs_free(w->set);
}

static void fill(work *w, int64_t count, const int64_t *chosen, khop_real *targets) {
  ok(khop_batch_fill(w->batch, count, chosen));
  ok(khop_run_bind(w->run, w->batch));
  for (int64_t k = 0; k < 2 * count; k++)
    targets[k] = khop_graphs_targets(w->set, NULL)[2 * chosen[k / 2] + k % 2];
  ok(khop_run_targets(w->run, targets, NULL));
}

/* The loss and gradient of all graphs at once are the means of those of each alone. */
static void one_at_a_time(void **state) {
  (void)state;
  for (int round = 0; round < 20; round++) {
    work w = open_work((uint64_t)round, 12, 12, round % 2);
    int64_t all[12], parameters = khop_model_parameters(w.model), known = 0;
    khop_real together[24], targets[24];
    double *sum = block_of(parameters, sizeof *sum), total = 0;
    for (int g = 0; g < 12; g++) all[g] = g;
    fill(&w, 12, all, targets);
    double loss = khop_run_forward(w.run, false, 0, 0);
    assert_int_equal(khop_run_rows(w.run), 12);
    memcpy(together, khop_run_output(w.run), sizeof together);
    ok(khop_run_backward(w.run));
    khop_real *gradients = block_of(parameters, sizeof *gradients);
    memcpy(gradients, khop_run_gradients(w.run), (size_t)parameters * sizeof *gradients);
    uint64_t allocations = khop_allocations();
    for (int64_t g = 0; g < 12; g++) {
      fill(&w, 1, &g, targets);
      int here = !isnan(targets[0]) + !isnan(targets[1]);
      double one = khop_run_forward(w.run, false, 0, 0);
      for (int c = 0; c < 2; c++)
        close_to((double)khop_run_output(w.run)[c], (double)together[2 * g + c], sizeof(khop_real) == 8 ? 1e-12 : 1e-5);
      ok(khop_run_backward(w.run));
      for (int64_t i = 0; i < parameters; i++) sum[i] += here * (double)khop_run_gradients(w.run)[i];
      total += here * one;
      known += here;
    }
    assert_int_equal(khop_allocations(), allocations); /* binding takes no memory */
    close_to(loss, total / (double)known, 1e-9);
    for (int64_t i = 0; i < parameters; i++) sum[i] /= (double)known;
    assert_true(difference(gradients, sum, parameters) < 1e-9);
    gradients[0] += (khop_real)0.1; /* the checker sees one wrong number */
    assert_false(difference(gradients, sum, parameters) < 1e-9);
    free(sum);
    free(gradients);
    close_work(&w);
  }
}

/* Central differences of every parameter; the graph features' scale has none. */
static void gradients(void **state) {
  (void)state;
  double worst = 0;
  for (int round = 0; round < 6; round++) {
    work w = open_work((uint64_t)(40 + round), 9, 9, round % 2);
    int64_t all[9];
    khop_real targets[18], *p = khop_model_parameter_array(w.model), shift[] = {9, 11}, factor[] = {(khop_real)0.3, (khop_real)0.5};
    khop_i_random r;
    khop_i_random_seed(&r, (uint64_t)round);
    for (int g = 0; g < 9; g++) all[g] = g;
    for (int64_t i = 0; i < khop_model_parameters(w.model); i++) p[i] += (khop_real)0.2 * random_real(&r);
    ok(khop_graph_features_scale(w.model, shift, factor));
    fill(&w, 9, all, targets);
    khop_run_forward(w.run, true, 3, 1);
    ok(khop_run_backward(w.run));
    int64_t fixed = 0;
    for (int64_t i = 0; i < khop_model_parameters(w.model); i++) {
      double ours = (double)khop_run_gradients(w.run)[i], d[3];
      khop_real kept = p[i];
      for (int k = 0; k < 3; k++) {
        p[i] = kept + (khop_real)((k + 1) * 2e-5);
        d[k] = khop_run_forward(w.run, true, 3, 1);
        p[i] = kept - (khop_real)((k + 1) * 2e-5);
        d[k] -= khop_run_forward(w.run, true, 3, 1);
        p[i] = kept;
      }
      double theirs = (45 * d[0] - 9 * d[1] + d[2]) / (60 * 2e-5);
      if ((ours == 0) != (fabs(theirs) < 1e-11)) fixed++; /* what is not learned */
      else if (!(fabs(ours - theirs) / fmax(1, fabs(theirs)) <= worst)) worst = fabs(ours - theirs) / fmax(1, fabs(theirs));
    }
    assert_int_equal(fixed, 2 * SET_EXTRAS);
    close_work(&w);
  }
  if (!(worst < 1e-8)) fail_msg("wrong by %g", worst);
}

/* The four readouts of rows against plain loops. */
static void readouts(void **state) {
  (void)state;
  for (int kind = 0; kind < 4; kind++) {
    khop_graphs *set = random_set(77, 20, false);
    khop_model *m;
    khop_batch *batch;
    khop_run *run;
    int64_t chosen[] = {5, 1, 2, 19, 0};
    ok(khop_model_new(&m));
    khop_readout(m, khop_input(m, SET_COLUMNS), (khop_readout_kind)kind);
    ok(khop_model_init(m, 2));
    ok(khop_batch_new(&batch, set, 0, NULL, 5));
    ok(khop_run_new_batch(&run, m, batch, false, 0));
    ok(khop_batch_fill(batch, 5, chosen));
    ok(khop_run_bind(run, batch));
    khop_run_forward(run, false, 0, 0);
    const khop_real *w = khop_model_parameter_array(m), *x = khop_graphs_features(set)->dense;
    const int64_t *first = khop_graphs_first(set);
    for (int k = 0; k < 5; k++)
      for (int c = 0; c < SET_COLUMNS; c++) {
        double sum = 0, weights = 0, largest = -1e9, n = 0;
        for (int64_t i = first[chosen[k]]; i < first[chosen[k] + 1]; i++, n++) {
          double v = (double)x[i * SET_COLUMNS + c], s = 0;
          for (int d = 0; kind == 3 && d < SET_COLUMNS; d++) s += (double)(x[i * SET_COLUMNS + d] * w[d]);
          sum += exp(s) * v;
          weights += exp(s);
          largest = fmax(largest, v);
        }
        double wanted = n == 0 ? 0 : kind == 0 ? sum : kind == 2 ? largest : sum / weights;
        close_to((double)khop_run_output(run)[k * SET_COLUMNS + c], wanted, 1e-6);
      }
    khop_run_free(run);
    khop_batch_free(batch);
    khop_model_free(m);
    khop_graphs_free(set);
  }
}

/* --- mistakes, threads, memory ---------------------------------------------------------------- */

static void mistakes(void **state) {
  (void)state;
  khop_model *m;
  ok(khop_model_new(&m));
  khop_value x = khop_input(m, 3), g = khop_readout(m, x, KHOP_READOUT_SUM);
  assert_int_equal(khop_conv(m, g, 3, NULL), -1);
  fails(khop_model_init(m, 0), KHOP_E_SHAPE, "conv", "row a graph");
  khop_model_free(m);
  ok(khop_model_new(&m));
  x = khop_input(m, 3);
  assert_int_equal(khop_add(m, x, khop_readout(m, x, KHOP_READOUT_SUM)), -1);
  fails(khop_model_init(m, 0), KHOP_E_SHAPE, "add", "row a node");
  khop_model_free(m);
  ok(khop_model_new(&m));
  khop_readout(m, khop_input(m, 3), (khop_readout_kind)4);
  fails(khop_model_init(m, 0), KHOP_E_ARGUMENT, "readout", "4");
  khop_model_free(m);
  ok(khop_model_new(&m));
  khop_input(m, 3);
  khop_graph_features(m, 2);
  assert_int_equal(khop_graph_features(m, 2), -1);
  fails(khop_model_init(m, 0), KHOP_E_ARGUMENT, "graph features", "op 1");
  khop_model_free(m);

  work w = open_work(3, 12, 4, false);
  khop_run *run;
  fails(khop_batch_fill(w.batch, 5, (int64_t[]){0, 1, 2, 3, 4}), KHOP_E_ARGUMENT, "5 graphs", "room for 4");
  fails(khop_batch_fill(w.batch, 1, (int64_t[]){12}), KHOP_E_ARGUMENT, "no graph 12", "12");
  fails(khop_batch_fill(w.batch, 1, (int64_t[]){-1}), KHOP_E_ARGUMENT, "no graph -1", "12");
  fails(khop_run_new(&run, w.model, w.count, w.rings, khop_graphs_features(w.set), false, 0), KHOP_E_ARGUMENT,
        "2 graph features", "khop_run_new_batch");
  fails(khop_run_new_batch(&run, w.model, w.batch, true, 100), KHOP_E_BUDGET, "budget", "MB");
  khop_batch *large;
  ok(khop_batch_new(&large, w.set, w.count, w.rings, 12));
  ok(khop_batch_fill(large, 12, (int64_t[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  fails(khop_run_bind(w.run, large), KHOP_E_ARGUMENT, "12 graphs", "room for 4");
  khop_batch_free(large);
  fails(khop_batch_new(&large, w.set, w.count, w.rings, 0), KHOP_E_ARGUMENT, "0 graphs", "");
  khop_batch *bare; /* without the rings that the model takes */
  ok(khop_batch_new(&bare, w.set, 0, NULL, 4));
  fails(khop_run_new_batch(&run, w.model, bare, true, 0), KHOP_E_ARGUMENT, "needs hop", "0 rings");
  assert_null(run);
  khop_batch_free(bare);
  close_work(&w);
}

static void threads(void **state) {
  (void)state;
  work w = open_work(5, 64, 64, true);
  int64_t all[64], parameters = khop_model_parameters(w.model);
  khop_real targets[128], *kept = block_of(parameters, sizeof *kept);
  for (int g = 0; g < 64; g++) all[g] = g;
  fill(&w, 64, all, targets);
  for (int t = 1; t <= 4; t++) {
    ok(khop_set_threads(t));
    khop_run_forward(w.run, true, 1, 2);
    ok(khop_run_backward(w.run));
    if (t == 1) memcpy(kept, khop_run_gradients(w.run), (size_t)parameters * sizeof *kept);
    assert_memory_equal(kept, khop_run_gradients(w.run), (size_t)parameters * sizeof *kept);
  }
  ok(khop_set_threads(0));
  free(kept);
  close_work(&w);
}

static khop_status make_all(void *context) {
  work *w = context;
  khop_batch *batch = NULL;
  khop_run *run = NULL;
  khop_rings *rings = NULL;
  khop_edge_type_rings words = {4, hops, khop_graphs_arc_types(w->set, NULL), SET_TYPES, NULL};
  khop_status status = khop_batch_new(&batch, w->set, w->count, w->rings, 4);
  if (status == KHOP_OK) status = khop_run_new_batch(&run, w->model, batch, true, 0);
  if (status == KHOP_OK) status = khop_edge_type_rings_build(&rings, khop_graphs_graph(w->set), &words, 0);
  khop_rings_free(rings);
  khop_run_free(run);
  khop_batch_free(batch);
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  memory_can_run_out();
  work w = open_work(3, 12, 4, true);
  assert_true(fail_each(make_all, &w) > 15);
  close_work(&w);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(against_fresh_rings), cmocka_unit_test(arc_words), cmocka_unit_test(one_at_a_time),
      cmocka_unit_test(gradients), cmocka_unit_test(readouts), cmocka_unit_test(mistakes),
      cmocka_unit_test(threads), cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests_name("batch", tests, NULL, nothing_held);
}
