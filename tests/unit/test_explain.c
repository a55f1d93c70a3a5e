/* test_explain.c: explanations of nodes. Of linear models each share is what the output loses with that one number of
 * the features; of others the integral is done again with central differences on the whole graph. And bad questions. */
#include "explain_check.h"

static void the_checker_is_checked(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_i_random_seed(&r, 1);
  draw_world(&w, false, &r);
  khop_model *m = model_of(0);
  khop_explanation *e = explain(m, w.data, 3, KHOP_BASELINE_ZERO);
  assert_true(adds_up(e, ROUNDING));
  double *tables[] = {e->by_hop, e->by_member, e->by_feature, e->base};
  for (int t = 0; t < 4; t++) {
    double right = tables[t][0];
    tables[t][0] += 0.01;
    assert_false(adds_up(e, ROUNDING));
    tables[t][0] = NAN;
    assert_false(adds_up(e, ROUNDING));
    tables[t][0] = right;
  }
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(w.data);
}

/* --- linear models ---------------------------------------------------------------------------- */

/* The shares against what the output loses where one number, or one row, is 0. */
static void check_linear(khop_model *m, const world *w, int64_t node, const khop_explanation *e) {
  khop_real y[N * OUT], z[N * OUT], x[N * F];
  outputs_of(y, m, w, w->x);
  for (int64_t k = 0; k < OUT; k++) close_to(e->value[k], (double)y[node * OUT + k], ROUNDING);
  for (int64_t i = 0, at = 0; i < N; i++) {
    memcpy(x, w->x, sizeof x);
    for (int64_t c = 0; c < F; c++) x[i * F + c] = 0;
    outputs_of(z, m, w, x);
    bool member = at < e->members && e->member[at] == i;
    for (int64_t k = 0; k < OUT; k++)
      close_to(member ? e->by_member[k * e->members + at] : 0, (double)(y[node * OUT + k] - z[node * OUT + k]),
               ROUNDING);
    at += member;
  }
  for (int64_t c = 0; c < F; c++) {
    memcpy(x, w->x, sizeof x);
    for (int64_t i = 0; i < N; i++) x[i * F + c] = 0;
    outputs_of(z, m, w, x);
    for (int64_t k = 0; k < OUT; k++)
      close_to(e->by_feature[k * F + c], (double)(y[node * OUT + k] - z[node * OUT + k]), ROUNDING);
  }
}

static void shares_of_linear_models_are_exact(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  for (int round = 0; round < 40 * LINEAR; round++) {
    world w;
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / LINEAR % 2, &r);
    khop_model *m = model_of(round % LINEAR);
    khop_explanation *e = explain(m, w.data, node, KHOP_BASELINE_ZERO);
    assert_true(e->linear && e->complete);
    for (int64_t k = 0; k < OUT; k++) assert_int_equal(e->steps[k], 1);
    assert_true(adds_up(e, ROUNDING));
    check_linear(m, &w, node, e);
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* A directed path of 4 and one convolution over hops 0, 1 and 2, by hand: y = 2 x0 + 3 x1 + 5 x2 + 7. */
static void a_path_by_hand(void **state) {
  (void)state;
  khop_graph *graph;
  khop_data *data;
  khop_explanation *e;
  khop_real x[] = {1, 10, 100, 1000};
  khop_features f = {4, 1, x, NULL, NULL, NULL};
  ok(khop_graph_grid(&graph, 1, (const int64_t[]){4}, NULL, false, true));
  ok(khop_data_new(&data, graph, &f, NULL));
  khop_model *m = new_model(1);
  conv(m, 0, 1, (khop_conv_options){.taps = 3, .bias = true});
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){2, 3, 5, 7}, 4 * sizeof(khop_real));
  e = explain(m, data, 0, KHOP_BASELINE_ZERO);
  assert_int_equal(e->members, 3);
  assert_int_equal(e->hops, 3);
  assert_int_equal(e->rings, 3);
  assert_int_equal(e->centre, 0);
  const double shares[] = {2, 30, 500}, left[] = {537, 509, 39};
  for (int h = 0; h < 3; h++) {
    assert_int_equal(e->hop[h], h);
    assert_int_equal(e->ring[h], h);
    close_to(e->by_hop[h], shares[h], 1e-9);
    close_to(e->by_member[h], shares[h], 1e-9);
    close_to(e->hidden[h], left[h], 1e-9);
    close_to(e->without[h], left[h], 1e-9);
  }
  close_to(e->base[0], 7, 1e-9);
  close_to(e->value[0], 539, 1e-9);
  close_to(e->by_feature[0], 532, 1e-9);
  khop_explanation_free(e);
  e = explain(m, data, 0, KHOP_BASELINE_MEAN); /* of 1111 / 4 */
  double mean = 277.75;
  close_to(e->base[0], 7 + 10 * mean, 1e-3);
  close_to(e->by_hop[0], 2 * (1 - mean), 1e-3);
  close_to(e->by_hop[2], 5 * (100 - mean), 1e-3);
  close_to(e->hidden[1], 539 + 3 * (mean - 10), 1e-3);
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(data);
}

/* --- other models ----------------------------------------------------------------------------- */

/* The integral of one number's gradient, by central differences at the middles of 128 steps. */
static void check_bent(khop_model *m, const world *w, int64_t node, const khop_explanation *e) {
  enum { STEPS = 128 };
#ifdef KHOP_DOUBLE
  double h = 1e-5;
#else
  double h = 4e-3;
#endif
  khop_real y[N * OUT], z[N * OUT], x[N * F];
  double size = 0;
  for (int64_t k = 0; k < e->count * e->members; k++) size = fmax(size, fabs(e->by_member[k]));
  for (int64_t at = 0; at < e->members; at++) {
    double share[OUT] = {0};
    for (int64_t c = 0; c < F; c++)
      for (int s = 0; s < STEPS && w->x[e->member[at] * F + c] != 0; s++) {
        int64_t place = e->member[at] * F + c;
        for (int64_t i = 0; i < N * F; i++) x[i] = (khop_real)((s + 0.5) / STEPS * (double)w->x[i]);
        khop_real middle = x[place];
        x[place] = (khop_real)((double)middle + h);
        outputs_of(y, m, w, x);
        x[place] = (khop_real)((double)middle - h);
        outputs_of(z, m, w, x);
        for (int64_t k = 0; k < OUT; k++)
          share[k] += (double)w->x[place] * (double)(y[node * OUT + k] - z[node * OUT + k]) / (2 * h) / STEPS;
      }
    for (int64_t k = 0; k < OUT; k++) close_to(e->by_member[k * e->members + at], share[k], 0.02 * (size + 0.1));
  }
}

static void shares_of_other_models_are_the_integral(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  for (int round = 0; round < 2 * BENT; round++) {
    world w;
    int64_t node = khop_i_random_below(&r, N);
    draw_world(&w, round / BENT, &r);
    khop_model *m = model_of(LINEAR + round % BENT);
    khop_explanation *e;
    khop_explain_options o = {.size = sizeof o, .tolerance = 2e-4};
    ok(khop_explain_node(&e, m, w.data, node, &o));
    assert_true(!e->linear && e->complete);
    check_bent(m, &w, node, e);
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

static void shares_add_up_within_the_tolerance(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  for (int round = 0; round < 40 * BENT; round++) {
    world w;
    khop_explanation *e;
    khop_real y[N * OUT], zero[N * F] = {0};
    int64_t node = khop_i_random_below(&r, N);
    bool mean = round % 3 == 2;
    draw_world(&w, round / BENT % 2, &r);
    khop_model *m = model_of(LINEAR + round % BENT);
    khop_explain_options o = {.size = sizeof o, .tolerance = 0.01, .baseline = mean};
    ok(khop_explain_node(&e, m, w.data, node, &o));
    assert_true(e->complete);
    for (int64_t k = 0; k < OUT; k++) {
      double size = 0, gap = sum_of(e->by_member + k * e->members, e->members) - e->value[k] + e->base[k];
      for (int64_t i = 0; i < N * F; i++) size += fabs((double)w.x[i]);
      close_to(fabs(gap), e->error[k], ROUNDING);
      assert_true((e->steps[k] & (e->steps[k] - 1)) == 0);
      if (!(e->error[k] <= 0.01 * 20 * size)) fail_msg("an error of %g", e->error[k]);
    }
    outputs_of(y, m, &w, zero);
    for (int64_t k = 0; k < OUT && !mean; k++) close_to(e->base[k], (double)y[node * OUT + k], ROUNDING);
    khop_explanation_free(e);
    khop_model_free(m);
    khop_data_free(w.data);
  }
}

/* y = relu(x - 1) at x = 3, and 2 is right. Gradients are 0 below a third of the way and 1 above. One step, at 1/4,
 * gives 0; two, at 1/16 and 9/16, give 3/4 of 3; four 12/16 of 3; eight, from that at (11/16)^2 on, (11 + 13 + 15) / 64
 * of 3. The errors are 2, 1/4, 1/4 and 11/64: 1/9 of 9/4, and 0.094 of 117/64. */
static void steps_double_until_the_sum_holds(void **state) {
  (void)state;
  khop_graph *graph;
  khop_data *data;
  khop_explanation *e;
  khop_real x[] = {3};
  khop_features f = {1, 1, x, NULL, NULL, NULL};
  ok(khop_graph_from_coo(&graph, 1, 0, NULL, NULL, false));
  ok(khop_data_new(&data, graph, &f, NULL));
  khop_model *m = new_model(1);
  khop_relu(m, khop_linear(m, 0, 1, true));
  ok(khop_model_init(m, 1));
  memcpy(khop_model_parameter_array(m), (khop_real[]){1, -1}, 2 * sizeof(khop_real));
  const double tolerances[] = {0.34, 0.12, 0.1};
  const int steps[] = {2, 2, 8};
  const double errors[] = {0.25, 0.25, 11.0 / 64};
  for (int t = 0; t < 3; t++) {
    khop_explain_options o = {.size = sizeof o, .tolerance = tolerances[t]};
    ok(khop_explain_node(&e, m, data, 0, &o));
    assert_int_equal(e->steps[0], steps[t]);
    close_to(e->error[0], errors[t], 1e-6);
    assert_true(e->complete);
    khop_explanation_free(e);
  }
  khop_explain_options few = {.size = sizeof few, .tolerance = 0.01, .most_steps = 5};
  ok(khop_explain_node(&e, m, data, 0, &few));
  assert_int_equal(e->steps[0], 4);
  assert_false(e->complete);
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(data);
}

/* --- units, options, failures ------------------------------------------------------------------- */

static void numbers_are_in_the_unit_of_the_data(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_real y[N];
  khop_i_random_seed(&r, 9);
  draw_world(&w, false, &r);
  khop_model *m = new_model(F);
  khop_mean_squared_error(m, conv(m, 0, 1, (khop_conv_options){.taps = 3, .bias = true}));
  end_model(m);
  ok(khop_model_set_metadata(m, "target_mean", "100"));
  ok(khop_model_set_metadata(m, "target_deviation", "8"));
  khop_explanation *e = explain(m, w.data, 2, KHOP_BASELINE_ZERO);
  ok(khop_predict(y, m, w.data, 0));
  close_to(e->value[0], (double)y[2], 1e-3);
  assert_true(adds_up(e, 1e-3));
  assert_true(e->base[0] > 90);
  khop_explanation_free(e);
  khop_model_free(m);
  khop_data_free(w.data);
}

static void chosen_outputs_are_those_of_all(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_explanation *some;
  khop_i_random_seed(&r, 10);
  draw_world(&w, false, &r);
  khop_model *m = model_of(LINEAR);
  khop_explanation *all = explain(m, w.data, 1, KHOP_BASELINE_ZERO);
  khop_explain_options o = {.size = sizeof o, .count = 1, .outputs = (const int64_t[]){1}};
  ok(khop_explain_node(&some, m, w.data, 1, &o));
  assert_int_equal(some->count, 1);
  assert_int_equal(some->explained[0], 1);
  assert_memory_equal(some->output, all->output, OUT * sizeof *all->output);
  assert_memory_equal(some->by_member, all->by_member + all->members, (size_t)all->members * sizeof *all->by_member);
  assert_true(some->value[0] == all->value[1] && some->base[0] == all->base[1]);
  khop_explanation_free(some);
  khop_explanation_free(all);
  khop_model_free(m);
  khop_data_free(w.data);
}

static void bad_questions_are_refused(void **state) {
  (void)state;
  khop_i_random r;
  world w;
  khop_explanation *e;
  khop_i_random_seed(&r, 11);
  draw_world(&w, false, &r);
  khop_model *m = model_of(0);
  khop_explain_options o = {.size = sizeof o};
  fails(khop_explain_node(&e, m, w.data, N, &o), KHOP_E_ARGUMENT, "12", "11");
  assert_null(e);
  fails(khop_explain_node(&e, m, w.data, -1, &o), KHOP_E_ARGUMENT, "-1", "11");
  ok(khop_explain_node(&e, m, w.data, 0, NULL)); /* the defaults */
  khop_explanation_free(e);
  fails(khop_explain_node(&e, NULL, w.data, 0, &o), KHOP_E_ARGUMENT, "model", "missing");
  o.outputs = (const int64_t[]){1, 1};
  o.count = 2;
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "output 1", "twice");
  o.outputs = (const int64_t[]){2};
  o.count = 1;
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "output 2", "0 to 1");
  o = (khop_explain_options){.size = sizeof o, .tolerance = NAN};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "tolerance", "nan");
  o = (khop_explain_options){.size = sizeof o, .most_steps = -1};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "-1", "steps");
  o = (khop_explain_options){.size = sizeof o, .baseline = (khop_baseline)7};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_ARGUMENT, "base line", "7");
  o = (khop_explain_options){.size = sizeof o, .max_bytes = 1000};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_BUDGET, "budget", "");
  khop_model_parameter_array(m)[khop_model_parameters(m) - 1] = NAN;
  o = (khop_explain_options){.size = sizeof o};
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_VALUE, "node 0", "not finite");
  khop_model_free(m);
  m = new_model(F);
  khop_add(m, 0, khop_global_mean(m, 0));
  end_model(m);
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_UNSUPPORTED, "op 1", "global_mean");
  khop_model_free(m);
  m = new_model(F + 1);
  khop_linear(m, 0, 2, false);
  end_model(m);
  fails(khop_explain_node(&e, m, w.data, 0, &o), KHOP_E_SHAPE, "3 features", "4");
  khop_model_free(m);
  khop_data_free(w.data);
}

typedef struct question {
  khop_model *model;
  const khop_data *data;
  const khop_graphs *set; /* instead */
  khop_baseline baseline;
} question;

static khop_status ask(void *context) {
  const question *q = context;
  khop_explanation *e;
  khop_explain_options o = {.size = sizeof o, .baseline = q->baseline};
  khop_status status = q->set ? khop_explain_graph(&e, q->model, q->set, 3, &o)
                              : khop_explain_node(&e, q->model, q->data, 3, &o);
  if (status != KHOP_OK) assert_null(e);
  khop_explanation_free(e);
  return status;
}

static void memory_that_ends_leaves_nothing(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  memory_can_run_out();
  for (int round = 0; round < 4; round++) {
    world w;
    draw_world(&w, round % 2, &r);
    question q = {model_of(round < 2 ? 2 : 6), w.data, NULL, (khop_baseline)(round % 2)};
    assert_true(fail_each(ask, &q) > 20);
    khop_model_free(q.model);
    khop_data_free(w.data);
  }
  khop_graphs *set = random_set(3, GRAPHS, false);
  question q = {graph_model(true), NULL, set, KHOP_BASELINE_MEAN};
  assert_true(fail_each(ask, &q) > 20);
  khop_model_free(q.model);
  khop_graphs_free(set);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_checker_is_checked),
      cmocka_unit_test(shares_of_linear_models_are_exact),
      cmocka_unit_test(a_path_by_hand),
      cmocka_unit_test(shares_of_other_models_are_the_integral),
      cmocka_unit_test(shares_add_up_within_the_tolerance),
      cmocka_unit_test(steps_double_until_the_sum_holds),
      cmocka_unit_test(numbers_are_in_the_unit_of_the_data),
      cmocka_unit_test(chosen_outputs_are_those_of_all),
      cmocka_unit_test(bad_questions_are_refused),
      cmocka_unit_test(memory_that_ends_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, nothing_held);
}
