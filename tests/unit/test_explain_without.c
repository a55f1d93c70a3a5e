/* test_explain_without.c: occlusions are runs of the whole without the features, or without the weights, of a hop. */
#include "explain_check.h"

static void hidden_rings_are_runs_of_the_whole_without_their_features(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  for (int round = 0; round < 20 * (LINEAR + BENT); round++) {
    world w;
    khop_real y[N * OUT], x[N * F];
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / (LINEAR + BENT) % 2, &r);
    khop_model *m = model_of(round % (LINEAR + BENT));
    khop_explanation *e = explain(m, w.data, node, KHOP_BASELINE_ZERO);
    assert_int_equal(e->member[e->centre], node);
    for (int h = 0; h < e->hops; h++) {
      memcpy(x, w.x, sizeof x);
      for (int64_t at = 0; at < e->members; at++)
        if (e->hop[at] == h) memset(x + e->member[at] * F, 0, F * sizeof *x);
      outputs_of(y, m, &w, x);
      for (int64_t k = 0; k < OUT; k++) close_to(e->hidden[k * e->hops + h], (double)y[node * OUT + k], ROUNDING);
    }
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* Without ring 1 a GCN of two layers is that of the weights 0 at tap 1: (2, 3, 4), biases, (2, 4, 2), biases. */
static void a_ring_that_is_left_out_has_weights_of_0(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_real y[N * OUT];
  khop_i_random_seed(&r, 6);
  draw_world(&w, true, &r);
  khop_model *m = model_of(1);
  khop_explanation *e = explain(m, w.data, 4, KHOP_BASELINE_ZERO);
  khop_real *p = khop_model_parameter_array(m);
  memset(p + 12, 0, 12 * sizeof *p);
  memset(p + 24 + 4 + 8, 0, 8 * sizeof *p);
  ok(khop_predict(y, m, w.data, 0));
  for (int64_t k = 0; k < OUT; k++) close_to(e->without[2 * k + 1], (double)y[4 * OUT + k], ROUNDING);
  khop_explanation_free(e);
  khop_model_free(m);
  m = new_model(F); /* fixed taps, and pools that have one ring left or none */
  static const int one[] = {1}, two[] = {1, 2};
  khop_value a = khop_pool(m, 0, KHOP_POOL_MAX, &(khop_conv_options){.taps = 1, .hops = one});
  khop_value b = khop_pool(m, 0, KHOP_POOL_MEAN, &(khop_conv_options){.hops = two});
  khop_linear(m, khop_concat(m, 2, (khop_value[]){a, b}), OUT, false);
  end_model(m);
  e = explain(m, w.data, 4, KHOP_BASELINE_ZERO);
  assert_int_equal(e->rings, 2);
  assert_true(isnan(e->without[0]) && isfinite(e->without[1]));
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(w.data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hidden_rings_are_runs_of_the_whole_without_their_features),
      cmocka_unit_test(a_ring_that_is_left_out_has_weights_of_0),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
