/* test_explain_graphs.c: graphs of a set are explained as nodes are. */
#include "explain_check.h"

/* y (GRAPHS, OUT) where the rows from `first` to `end` of the nodes' features are 0, and afterwards are as before. */
static void outputs_without(khop_real *y, khop_model *m, const khop_graphs *set, int64_t first, int64_t end) {
  khop_real *x = (khop_real *)(uintptr_t)khop_graphs_features(set)->dense + first * SET_COLUMNS;
  khop_real kept[SET_COLUMNS * 16];
  size_t size = (size_t)((end - first) * SET_COLUMNS) * sizeof *x;
  memcpy(kept, x, size);
  memset(x, 0, size);
  ok(khop_graphs_predict(y, m, set, 0));
  memcpy(x, kept, size);
}

static void graphs_are_explained_as_nodes_are(void **state) {
  (void)state;
  for (int round = 0; round < 8; round++) {
    bool linear = round % 2;
    khop_graphs *set = random_set((uint64_t)round, GRAPHS, round / 2 % 2);
    khop_model *m = graph_model(linear);
    khop_real y[GRAPHS * OUT], z[GRAPHS * OUT];
    ok(khop_graphs_predict(y, m, set, 0));
    for (int64_t g = 0; g < GRAPHS; g++) {
      khop_explanation *e;
      khop_explain_options o = {.size = sizeof o};
      const int64_t *first = khop_graphs_first(set) + g;
      ok(khop_explain_graph(&e, m, set, g, &o));
      assert_true(e->linear == linear && e->complete && e->hops == 0 && e->centre == -1);
      assert_int_equal(e->members, first[1] - first[0]);
      outputs_without(z, m, set, first[0], first[1]);
      for (int64_t k = 0; k < OUT; k++) {
        double gap = fabs(sum_of(e->by_member + k * e->members, e->members) - e->value[k] + e->base[k]);
        close_to(e->value[k], (double)y[g * OUT + k], ROUNDING);
        close_to(e->base[k], (double)z[g * OUT + k], ROUNDING);
        close_to(gap, e->error[k], ROUNDING);
        close_to(sum_of(e->by_feature + k * SET_COLUMNS, SET_COLUMNS), e->value[k] - e->base[k],
                 e->error[k] + ROUNDING);
      }
      for (int64_t i = 0; linear && i < e->members; i++) {
        outputs_without(z, m, set, first[0] + i, first[0] + i + 1);
        for (int64_t k = 0; k < OUT; k++)
          close_to(e->by_member[k * e->members + i], (double)(y[g * OUT + k] - z[g * OUT + k]), ROUNDING);
      }
      khop_explanation_free(e);
    }
    khop_model_free(m);
    khop_graphs_free(set);
  }
}

/* The recipe of molecules: bonds by type, layer norms, readouts, graph features, units; the base line is the mean. */
static void graphs_of_the_recipe_are_explained(void **state) {
  (void)state;
  khop_graphs *set = random_set(5, GRAPHS, false);
  khop_recipe recipe;
  khop_model *m;
  khop_explanation *e;
  khop_real y[GRAPHS * OUT];
  ok(khop_recipe_find(&recipe, "property"));
  recipe.hidden = 6;
  ok(khop_graphs_model(&m, &recipe, set));
  ok(khop_graphs_predict(y, m, set, 0));
  for (int64_t g = 0; g < GRAPHS; g++) {
    khop_explain_options o = {.size = sizeof o, .baseline = KHOP_BASELINE_MEAN};
    ok(khop_explain_graph(&e, m, set, g, &o));
    for (int64_t k = 0; k < e->count; k++) close_to(e->value[k], (double)y[g * e->outputs + k], 10 * ROUNDING);
    assert_true(e->rings > 1 && isfinite(e->without[0]));
    khop_explanation_free(e);
  }
  khop_explain_options o = {.size = sizeof o};
  fails(khop_explain_graph(&e, m, set, GRAPHS, &o), KHOP_E_ARGUMENT, "graph 9", "0 to 8");
  khop_model_free(m);
  m = model_of(0);
  fails(khop_explain_graph(&e, m, set, 0, &o), KHOP_E_ARGUMENT, "readout", "a row a node");
  khop_model_free(m);
  khop_graphs_free(set);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(graphs_are_explained_as_nodes_are),
      cmocka_unit_test(graphs_of_the_recipe_are_explained),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
