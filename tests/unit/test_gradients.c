/* test_gradients.c: gradients of the ops that have no rings, of losses and of a whole model
 * (gradients_check.h). */
#include "gradients_check.h"

static void the_checker(void **state) {
  (void)state;
  problem p;
  double *ours, *theirs;
  khop_value x = begin(&p, &dense);
  khop_value h = khop_linear(p.model, x, 4, true);
  khop_mean_squared_error(p.model, khop_conv(p.model, khop_tanh(p.model, h), 3, NULL));
  int64_t count = gradients(&ours, &theirs, &p);
  assert_true(agree(ours, theirs, count));
  for (int64_t i = 0; i < count; i++) {
    double kept = ours[i], size = fmax(fabs(kept), 0.1);
    ours[i] = kept + 1e-6 * size;
    assert_false(agree(ours, theirs, count));
    ours[i] = (double)NAN;
    assert_false(agree(ours, theirs, count));
    ours[i] = INFINITY;
    assert_false(agree(ours, theirs, count));
    ours[i] = kept;
  }
  theirs[count - 1] = (double)NAN;
  assert_false(agree(ours, theirs, count));
  free(ours);
  free(theirs);
  khop_model_free(p.model);
}

/* --- linear, bias --------------------------------------------------------------------------- */

static void linear(void **state) {
  (void)state;
  for (int bias = 0; bias < 2; bias++)
    for (int s = 0; s < 2; s++) {
      problem p;
      khop_value x = begin(&p, s ? &sparse : &dense);
      khop_value h = khop_linear(p.model, x, 7, bias);
      check_value(&p, khop_linear(p.model, h, 3, bias));
    }
}

static void bias_alone(void **state) {
  (void)state;
  problem p;
  khop_value x = begin(&p, &dense);
  check_value(&p, khop_bias(p.model, khop_linear(p.model, khop_bias(p.model, x), 3, false)));
}
/* --- functions of one value ------------------------------------------------------------------ */

static void pointwise(void **state) {
  (void)state;
  khop_value (*const ops[])(khop_model *, khop_value) = {
      khop_relu, khop_gelu, khop_tanh, khop_sigmoid, khop_layer_norm, khop_batch_norm};
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
    problem p;
    khop_value x = begin(&p, &dense), h = khop_linear(p.model, x, 4, true);
    if (i == 0) p.kink = h;
    check_value(&p, khop_linear(p.model, ops[i](p.model, h), 3, false));
  }
}

/* Blocks weighed by a softmax, of which one stands beside its own blocks; one block has a share of
 * 1, and no slope. */
static void weighed_blocks(void **state) {
  (void)state;
  for (int blocks = 1; blocks <= 6; blocks *= blocks == 1 ? 2 : 3) {
    problem p;
    khop_value x = begin(&p, &dense), h = khop_linear(p.model, x, 6, true);
    khop_value both[] = {h, khop_weigh_blocks(p.model, h, blocks)};
    check_value(&p,
                khop_linear(p.model, khop_tanh(p.model, khop_concat(p.model, 2, both)), 3, false));
  }
}

/* Where x is far out, GELU and its slope are x and 1, or 0 and 0: not NaN. */
static void pointwise_far(void **state) {
  (void)state;
  khop_value (*const ops[])(khop_model *, khop_value) = {khop_gelu, khop_tanh, khop_sigmoid};
  const khop_real far[] = {-1e4, -40, 40, 1e4}, zero[4] = {0};
  const khop_features few = {4, 1, far, NULL, NULL, NULL};
  const double wanted[3][4] = {{0, 0, 40, 1e4}, {-1, -1, 1, 1}, {0, 0, 1, 1}};
  for (int i = 0; i < 3; i++) {
    khop_model *model;
    khop_run *run;
    ok(khop_model_new(&model));
    khop_value y = ops[i](model, khop_linear(model, khop_input(model, 1), 1, false));
    khop_mean_squared_error(model, y);
    ok(khop_model_init(model, 1));
    *khop_model_parameter_array(model) = 1;
    ok(khop_run_new(&run, model, 0, NULL, &few, true, 0));
    ok(khop_run_targets(run, zero, NULL));
    assert_true(isfinite(khop_run_forward(run, true, 0, 0)));
    ok(khop_run_backward(run));
    assert_true(isfinite(*khop_run_gradients(run)));
    for (int k = 0; k < 4; k++) assert_true(fabs(khop_run_value(run, y)[k] - wanted[i][k]) < 1e-15);
    khop_run_free(run);
    khop_model_free(model);
  }
}

/* Rows of one column, and rows whose entries are all the same, have variance 0. */
static void layer_norm_flat(void **state) {
  (void)state;
  problem p;
  khop_value x = begin(&p, &dense), h = khop_linear(p.model, x, 1, true);
  khop_value both[] = {khop_layer_norm(p.model, h), h};
  check_value(&p, khop_concat(p.model, 2, both));
  x = begin(&p, &sparse); /* row 4 is empty: the norm sees the bias alone */
  check_value(&p, khop_layer_norm(p.model, khop_linear(p.model, x, 6, true)));
}

static void dropout(void **state) {
  (void)state;
  const double rates[] = {0, 0.3, 0.8};
  for (int i = 0; i < 3; i++)
    for (int s = 0; s < 2; s++) {
      problem p;
      khop_value x = begin(&p, s ? &sparse : &dense);
      khop_value h = khop_linear(
          p.model, khop_dropout(p.model, khop_scale(p.model, x, 2.5), rates[i]), 8, true);
      h = khop_dropout(p.model, h, rates[i]);
      check_value(&p, khop_conv(p.model, khop_dropout(p.model, h, 0.25), 3, NULL));
    }
}

/* --- joins ---------------------------------------------------------------------------------- */

static void joins(void **state) {
  (void)state;
  problem p;
  for (int kind = 0; kind < 6; kind++) {
    khop_value x = begin(&p, &dense);
    khop_value a = khop_linear(p.model, x, 3, true), b = khop_linear(p.model, x, 3, false), y = 0;
    khop_value many[] = {a, x, b, a};
    if (kind == 0) y = khop_add(p.model, a, b);
    if (kind == 1) y = khop_multiply(p.model, a, b);
    if (kind == 2) y = khop_add(p.model, a, a); /* one value used twice */
    if (kind == 3) y = khop_multiply(p.model, b, b);
    if (kind == 4) y = khop_concat(p.model, 4, many);
    if (kind == 5) y = khop_add(p.model, khop_multiply(p.model, a, khop_add(p.model, a, b)), a);
    check_value(&p, y);
  }
  khop_value x = begin(&p, &sparse); /* features as one of the two: they become dense */
  check_value(&p, khop_linear(p.model, khop_multiply(p.model, x, khop_linear(p.model, x, F, true)),
                              2, false));
}

/* Sums whose parts may share the place of its gradient, and sums that look like them and may not.
 */
static void residual_sums(void **state) {
  (void)state;
  for (int kind = 0; kind < 8; kind++) {
    problem p;
    khop_value x = begin(&p, &dense);
    khop_model *m = p.model;
    khop_value h = khop_tanh(m, khop_linear(m, x, 4, true)), other = khop_linear(m, x, 4, false);
    khop_conv_options o = {.taps = 3, .norm = KHOP_NORM_ROW, .bias = true};
    for (int layer = 0; layer < 2; layer++) {
      if (kind == 2) { /* of itself */
        h = khop_add(m, h, khop_tanh(m, h));
        continue;
      }
      khop_value q = khop_tanh(m, khop_conv(m, khop_layer_norm(m, h), 4, &o)), last = h;
      if (kind == 0) h = khop_add(m, h, q);
      if (kind == 1) h = khop_add(m, khop_dropout(m, q, 0.3), h);
      if (kind == 3) h = khop_multiply(m, khop_add(m, h, q), last); /* a part is read again */
      if (kind == 4) h = khop_multiply(m, khop_add(m, h, q), q);
      if (kind == 5) h = khop_add(m, h, khop_add(m, other, q)); /* a sum of a sum */
      if (kind == 6) h = khop_add(m, khop_add(m, h, q), other);
      if (kind == 7) h = khop_add(m, h, khop_linear(m, h, 4, true)); /* q is read by nobody */
    }
    check_value(&p, khop_layer_norm(m, h));
  }
}

/* --- losses --------------------------------------------------------------------------------- */

static void losses(void **state) {
  (void)state;
  problem p;
  for (int64_t classes = 3; classes <= 6; classes += 3) {
    khop_value x = begin(&p, &dense);
    p.labels = labels;
    khop_softmax_cross_entropy(p.model, khop_linear(p.model, x, classes, true));
    check(&p);
  }
  begin(&p, &dense);
  p.labels = bits;
  khop_binary_cross_entropy(p.model, khop_linear(p.model, 0, 1, true));
  check(&p);
  begin(&p, &dense);
  p.labels = bits;
  khop_mean_squared_error(p.model, khop_linear(p.model, 0, 1, true));
  check(&p);
  khop_real kept[N * 3];
  memcpy(kept, targets, sizeof kept);
  for (int missing = 0; missing < 2; missing++) {
    for (int i = 0; missing && i < N * 3; i += 4) targets[i] = (khop_real)NAN;
    for (int squared = 0; squared < 2; squared++) {
      begin(&p, &dense);
      khop_value y =
          khop_linear(p.model, khop_tanh(p.model, khop_linear(p.model, 0, 4, true)), 3, true);
      if (squared)
        khop_mean_squared_error(p.model, y);
      else
        khop_binary_cross_entropy(p.model, y);
      check(&p);
    }
  }
  memcpy(targets, kept, sizeof kept);
}

/* Each loss against its formula, written plainly. */
static void loss_values(void **state) {
  (void)state;
  const khop_real z[] = {0.5, -1, 2, 700, -700, 0, 3, 3, 3};
  const khop_features x = {3, 3, z, NULL, NULL, NULL};
  const int32_t classes[] = {2, 1, 0};
  const uint8_t some[] = {1, 0, 1};
  const khop_real wanted[] = {1, 0, 0.25, 1, 0, (khop_real)NAN, 0, 1, 0};
  double sum = 0, pairs = 0, squares = 0;
  for (int i = 0; i < 3; i += 2)
    sum -=
        (double)z[3 * i + classes[i]] - log(exp(z[3 * i]) + exp(z[3 * i + 1]) + exp(z[3 * i + 2]));
  for (int k = 0; k < 9; k++) {
    double y = wanted[k], s = 1 / (1 + exp(-z[k]));
    if (isnan(y)) continue;
    squares += (z[k] - y) * (z[k] - y);
    if (y > 0) pairs -= y * log(s);
    if (y < 1 && s < 1) pairs -= (1 - y) * log(1 - s);
  }
  const double answers[] = {sum / 2, pairs / 8, squares / 8};
  for (int loss = 0; loss < 3; loss++) {
    khop_model *model;
    khop_run *run;
    ok(khop_model_new(&model));
    khop_value y = khop_bias(model, khop_input(model, 3));
    if (loss == 0) khop_softmax_cross_entropy(model, y);
    if (loss == 1) khop_binary_cross_entropy(model, y);
    if (loss == 2) khop_mean_squared_error(model, y);
    ok(khop_model_init(model, 1));
    ok(khop_run_new(&run, model, 0, NULL, &x, true, 0));
    assert_true(khop_run_forward(run, false, 0, 0) == 0); /* nothing to compare with yet */
    if (loss == 0)
      ok(khop_run_labels(run, classes, some));
    else
      ok(khop_run_targets(run, wanted, NULL));
    double value = khop_run_forward(run, false, 0, 0);
    if (!(fabs(value - answers[loss]) <= 1e-13 * fabs(answers[loss])))
      fail_msg("loss %d is %.17g, not %.17g", loss, value, answers[loss]);
    khop_run_free(run);
    khop_model_free(model);
  }
}

/* --- all of it ------------------------------------------------------------------------------ */

static void whole_model(void **state) {
  (void)state;
  for (int s = 0; s < 2; s++) {
    problem p;
    khop_value x = begin(&p, s ? &sparse : &dense);
    khop_model *m = p.model;
    khop_conv_options full = {.taps = 3, .norm = KHOP_NORM_SYM, .self_loop = true, .bias = true};
    khop_conv_options wide = {
        .taps = 2, .dilation = 2, .norm = KHOP_NORM_ROW, .concat = true, .direction = KHOP_IN};
    khop_conv_options deep = {.taps = 3,
                              .weights = KHOP_WEIGHTS_DEPTHWISE,
                              .norm = KHOP_NORM_COL,
                              .direction = KHOP_ALL,
                              .op = KHOP_BALL};
    khop_conv_options apart = {.taps = 3, .weights = KHOP_WEIGHTS_SEPARABLE, .bias = true};
    khop_conv_options plain = {.taps = 2, .weights = KHOP_WEIGHTS_FIXED, .op = KHOP_WALK_SUPPORT};
    khop_value h = khop_gelu(m, khop_conv(m, khop_dropout(m, x, 0.2), 6, &full));
    khop_value skip = h;
    h = khop_add(m, h, khop_conv(m, khop_layer_norm(m, h), 3, &wide));
    h = khop_multiply(m, h, khop_sigmoid(m, khop_linear(m, skip, 6, true)));
    h = khop_dropout(m, khop_conv(m, h, 6, &deep), 0.3);
    khop_value parts[] = {h, skip, khop_tanh(m, khop_conv(m, h, 4, &apart)),
                          khop_conv(m, h, 6, &plain)};
    h = khop_layer_norm(m, khop_concat(m, 4, parts));
    p.labels = labels;
    khop_softmax_cross_entropy(m, khop_bias(m, khop_linear(m, h, 3, false)));
    check(&p);
  }
}

/* Nothing to learn: backward has nothing to do, and does it. */
static void no_parameters(void **state) {
  (void)state;
  problem p;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  khop_value x = begin(&p, &dense);
  khop_conv_options o = {.taps = 2, .weights = KHOP_WEIGHTS_FIXED};
  khop_mean_squared_error(p.model, khop_conv(p.model, x, F, &o));
  ok(khop_model_init(p.model, 1));
  ok(khop_model_rings(rings, &count, p.model, directed, 0));
  ok(khop_run_new(&run, p.model, count, rings, &dense, true, 0));
  ok(khop_run_targets(run, targets, mask));
  assert_true(khop_run_forward(run, true, 1, 1) > 0);
  ok(khop_run_backward(run));
  khop_run_free(run);
  khop_rings_free(rings[0]);
  khop_model_free(p.model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_checker),
      cmocka_unit_test(linear),
      cmocka_unit_test(bias_alone),
      cmocka_unit_test(pointwise),
      cmocka_unit_test(weighed_blocks),
      cmocka_unit_test(pointwise_far),
      cmocka_unit_test(layer_norm_flat),
      cmocka_unit_test(dropout),
      cmocka_unit_test(joins),
      cmocka_unit_test(residual_sums),
      cmocka_unit_test(losses),
      cmocka_unit_test(loss_values),
      cmocka_unit_test(whole_model),
      cmocka_unit_test(no_parameters),
      cmocka_unit_test(how_close),
  };
  return cmocka_run_group_tests_name("gradients", tests, setup, teardown);
}
