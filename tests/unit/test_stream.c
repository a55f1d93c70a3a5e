/* test_stream.c: sample by sample equals the full pass, at a cost that the receptive field leaves
 * alone.
 *
 * Built twice, in float and in double. */
#include "check.h"

#include <khop/blocks.h>
#include <khop/stream.h>

/* A layer norm of two columns divides by their difference, however small: for doubles alone, and
 * with room for it. */
#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-10
#define LAYER_NORM true
#else
#define TOLERANCE 5e-6
#define LAYER_NORM false
#endif

#define STEPS 48

/* The full pass over the directed path, (STEPS, output columns) as doubles; the caller frees it. */
static double *full_pass(khop_model *model, const khop_real *x) {
  khop_graph *path;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run;
  int count;
  int64_t outputs = khop_model_output_columns(model);
  khop_features features = {STEPS, khop_model_input_columns(model), x, NULL, NULL, NULL};
  double *y = block_of(STEPS * outputs, sizeof *y);
  ok(khop_graph_grid(&path, 1, (int64_t[]){STEPS}, NULL, false, true));
  ok(khop_model_rings(rings, &count, model, path, 0));
  ok(khop_run_new(&run, model, count, rings, &features, false, 0));
  khop_run_forward(run, false, 0, 0);
  for (int64_t i = 0; i < STEPS * outputs; i++) y[i] = (double)khop_run_output(run)[i];
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_graph_free(path);
  return y;
}

static void push_all(khop_real *y, khop_stream *stream, const khop_model *model,
                     const khop_real *x) {
  for (int64_t i = 0; i < STEPS; i++) {
    khop_stream_push(stream, x + i * khop_model_input_columns(model),
                     y + i * khop_model_output_columns(model));
    assert_int_equal(khop_stream_position(stream), i + 1);
  }
}

/* The difference between a stream and the full pass of an initialised model; biases are drawn
 * too. */
static double compare(khop_model *model, khop_i_random *r) {
  int64_t inputs = STEPS * khop_model_input_columns(model);
  int64_t outputs = STEPS * khop_model_output_columns(model);
  khop_real *x = block_of(inputs, sizeof *x), *y = block_of(outputs, sizeof *y);
  khop_stream *stream;
  for (int64_t i = 0; i < khop_model_parameters(model); i++)
    khop_model_parameter_array(model)[i] += random_real(r) / 4;
  for (int64_t i = 0; i < inputs; i++) x[i] = random_real(r);
  double *wanted = full_pass(model, x);
  ok(khop_stream_new(&stream, model));
  uint64_t before = khop_allocations();
  push_all(y, stream, model, x);
  double worst = difference(y, wanted, outputs);
  khop_stream_reset(stream);
  assert_int_equal(khop_stream_position(stream), 0);
  push_all(y, stream, model, x); /* the past is forgotten */
  assert_int_equal(khop_allocations(), before);
  worst = fmax(worst, difference(y, wanted, outputs));
  khop_stream_free(stream);
  free(x);
  free(y);
  free(wanted);
  return worst;
}

/* --- random causal stacks ------------------------------------------------------------------- */

static khop_value draw_conv(khop_model *m, khop_value x, int64_t columns, khop_i_random *r) {
  int hops[5], taps = 1 + (int)khop_i_random_below(r, 5);
  bool table = khop_i_random_below(r, 2), same = khop_i_random_below(r, 3) == 0;
  static const khop_operator operators[] = {KHOP_RING, KHOP_WALK_POWER, KHOP_WALK_SUPPORT};
  khop_real initial[5];
  for (int t = 0; t < taps; t++)
    hops[t] = (int)khop_i_random_below(r, 20), initial[t] = random_real(r);
  khop_conv_options o = {.taps = taps,
                         .hops = table ? hops : NULL,
                         .dilation = 1 + (int)khop_i_random_below(r, 12),
                         .direction = KHOP_IN,
                         .norm = (khop_norm)khop_i_random_below(r, 4),
                         .op = operators[khop_i_random_below(r, 3)],
                         .concat = khop_i_random_below(r, 3) == 0,
                         .bias = khop_i_random_below(r, 2)};
  if (same) o.weights = (khop_weights)(1 + khop_i_random_below(r, 4));
  if (o.weights >= KHOP_WEIGHTS_SCALAR && khop_i_random_below(r, 2)) o.initial = initial;
  if (o.weights == KHOP_WEIGHTS_SEPARABLE) o.concat = false;
  if (o.weights == KHOP_WEIGHTS_FULL && columns % 2 == 0 && khop_i_random_below(r, 3) == 0)
    o.groups = 2;
  return khop_conv(m, x, columns, &o);
}

/* Every op that a stream takes, at random; columns stay even. */
static khop_model *draw_model(khop_i_random *r) {
  khop_model *m;
  ok(khop_model_new(&m));
  int64_t f = 2 * (1 + khop_i_random_below(r, 3));
  khop_value x = khop_input(m, f);
  for (int l = 0; l < 4; l++) {
    x = draw_conv(m, x, f, r);
    switch (khop_i_random_below(r, 9)) {
    case 0:
      x = khop_tanh(m, x);
      break;
    case 1:
      x = khop_relu(m, x);
      break;
    case 2:
      x = khop_multiply(m, khop_sigmoid(m, x), khop_gelu(m, x));
      break;
    case 3:
      x = khop_add(m, khop_dropout(m, x, 0.5), khop_bias(m, x));
      break;
    case 4:
      x = LAYER_NORM ? khop_layer_norm(m, x) : x;
      break;
    case 5:
      x = khop_weigh_blocks(m, khop_concat(m, 2, (khop_value[]){x, khop_dropout(m, x, 0.3)}), 2);
      break;
    case 6:
      x = khop_scale(m, khop_dropout(m, x, 0.9), 0.3);
      break;
    default:
      break;
    }
    x = khop_linear(m, x, f, khop_i_random_below(r, 2));
  }
  if (khop_i_random_below(r, 2)) khop_mean_squared_error(m, x);
  ok(khop_model_init(m, 1 + (uint64_t)khop_i_random_below(r, 1000)));
  return m;
}

static void equals_the_full_pass(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 21);
  for (int round = 0; round < 300; round++) {
    khop_model *m = draw_model(&r);
    double error = compare(m, &r);
    if (!(error <= TOLERANCE)) {
      char *text;
      ok(khop_model_describe(&text, m));
      fail_msg("round %d: %g\n%s", round, error, text);
    }
    khop_model_free(m);
  }
}

/* A model that is not the one that was run is found out. */
static void the_checker(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  for (int wrong = 0; wrong < 2; wrong++) {
    khop_model *m;
    khop_stream *stream;
    khop_real x[STEPS], y[STEPS];
    ok(khop_model_new(&m));
    khop_conv(m, khop_input(m, 1), 1,
              &(khop_conv_options){.taps = 3, .dilation = 4, .direction = KHOP_IN});
    ok(khop_model_init(m, 3));
    for (int i = 0; i < STEPS; i++) x[i] = random_real(&r);
    double *wanted = full_pass(m, x);
    ok(khop_stream_new(&stream, m));
    if (wrong) khop_model_parameter_array(m)[2] *= (khop_real)1.0001;
    push_all(y, stream, m, x);
    assert_int_equal(difference(y, wanted, STEPS) <= TOLERANCE, !wrong);
    khop_stream_free(stream);
    khop_model_free(m);
    free(wanted);
  }
}

static void blocks(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 9);
  const int dilations[] = {1, 2, 4, 8};
  const khop_taps_choice taps = {.taps = 2, .direction = KHOP_IN};
  for (int which = 0; which < 4; which++) {
    khop_model *m;
    ok(khop_model_new(&m));
    khop_value x = khop_input(m, 3);
    if (which == 0)
      khop_gated_stack(
          m, x,
          &(khop_gated_options){
              .layers = 4, .dilations = dilations, .columns = 6, .skips = 5, .taps = taps});
    if (which == 1)
      khop_tcn(
          m, x,
          &(khop_tcn_options){
              .layers = 4, .dilations = dilations, .columns = 6, .taps = taps, .dropout = 0.2});
    if (which == 2)
      khop_stack(m, x,
                 &(khop_stack_options){.layers = 4, .dilations = dilations, .columns = 6, .taps = taps,
                                     .activation = KHOP_RELU, .join = KHOP_JOIN_CONCAT});
    if (which == 3)
      khop_atrous_bank(
          m, x, &(khop_atrous_options){.levels = 3, .norm = KHOP_NORM_NONE, .direction = KHOP_IN});
    ok(khop_model_init(m, 1));
    assert_true(compare(m, &r) <= TOLERANCE);
    khop_model_free(m);
  }
}

/* --- cost ----------------------------------------------------------------------------------- */

/* Multiply-adds of a push once the past is full, for a WaveNet of these dilations. */
static int64_t operations(const int *dilations, int layers, int64_t *parameters) {
  khop_model *m;
  khop_stream *stream;
  int64_t count, before = 0;
  khop_real x = 1, y;
  ok(khop_model_new(&m));
  khop_gated_stack(m, khop_input(m, 1),
                   &(khop_gated_options){.layers = layers,
                                         .dilations = dilations,
                                         .columns = 4,
                                         .skips = 1,
                                         .taps = {.direction = KHOP_IN}});
  ok(khop_model_init(m, 2));
  ok(khop_stream_new(&stream, m));
  for (int i = 0; i < 2100; i++) {
    khop_stream_push(stream, &x, &y);
    assert_true(khop_stream_operations(stream) >= before); /* grows while the past fills */
    before = khop_stream_operations(stream);
  }
  count = before;
  *parameters = khop_model_parameters(m);
  khop_stream_free(stream);
  khop_model_free(m);
  return count;
}

static void cost_is_that_of_the_taps(void **state) {
  (void)state;
  const int far[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
  const int near[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  int64_t p, q, a = operations(far, 10, &p), b = operations(near, 10, &q);
  print_message("# receptive field 1024: %lld multiply-adds a sample; 11: %lld\n", (long long)a,
                (long long)b);
  assert_int_equal(a, b);
  assert_int_equal(p, q);
  int64_t biases = 4 + 10 * (2 * 4 + 1) + 9 * 4;
  assert_int_equal(a, p - biases); /* every weight is used once */
}

/* --- what is refused ------------------------------------------------------------------------ */

static void refuses(const khop_conv_options *o, const char *a, const char *b) {
  khop_model *m;
  khop_stream *stream;
  ok(khop_model_new(&m));
  khop_conv(m, khop_input(m, 2), 2, o);
  ok(khop_model_init(m, 1));
  fails(khop_stream_new(&stream, m), KHOP_E_UNSUPPORTED, a, b);
  assert_null(stream);
  khop_model_free(m);
}

static void bad_input(void **state) {
  (void)state;
  khop_model *m;
  khop_stream *stream;
  refuses(&(khop_conv_options){.dilation = 3}, "op 1 (conv)", "hop 3 in direction out");
  refuses(&(khop_conv_options){.direction = KHOP_ALL}, "conv", "direction all");
  refuses(&(khop_conv_options){.direction = KHOP_IN, .op = KHOP_BALL}, "conv", "operator 1");
  refuses(&(khop_conv_options){.direction = KHOP_IN, .self_loop = true}, "conv", "self-loops");
  refuses(&(khop_conv_options){.op = KHOP_METAPATH}, "conv", "operator 4");
  refuses(&(khop_conv_options){.weights = KHOP_WEIGHTS_SCALAR}, "mix", "direction out");
  ok(khop_model_new(&m));
  khop_value x = khop_input(m, 2);
  fails((khop_linear(m, khop_global_mean(m, x), 1, true), khop_stream_new(&stream, m)),
        KHOP_E_ARGUMENT, "khop_model_init", "parameters");
  ok(khop_model_init(m, 1));
  fails(khop_stream_new(&stream, m), KHOP_E_UNSUPPORTED, "op 1 (global_mean)", "other nodes");
  khop_model_free(m);
  ok(khop_model_new(&m));
  khop_pool(m, khop_input(m, 2), KHOP_POOL_MAX, &(khop_conv_options){.direction = KHOP_IN});
  ok(khop_model_init(m, 1));
  fails(khop_stream_new(&stream, m), KHOP_E_UNSUPPORTED, "op 1 (pool", "other nodes");
  khop_model_free(m);
  ok(khop_model_new(&m));
  khop_linear(m, 7, 1, true);
  fails(khop_stream_new(&stream, m), KHOP_E_ARGUMENT, "value 7", "linear");
  khop_model_free(m);
  khop_stream_free(NULL);
  assert_int_equal(khop_bytes_now(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equals_the_full_pass),
      cmocka_unit_test(the_checker),
      cmocka_unit_test(blocks),
      cmocka_unit_test(cost_is_that_of_the_taps),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
