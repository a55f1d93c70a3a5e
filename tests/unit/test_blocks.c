/* test_blocks.c: the named blocks: shapes, parameters, gradients, reach, values. Double precision.
 *
 * Gradients are compared with central differences of sixth order, as in test_gradients.c; where a
 * block has ReLUs the steps are small and a draw is taken that stands away from their kinks. */
#include "check.h"

#include <khop/blocks.h>
#include <khop/typed.h>

#define TOLERANCE 1e-6
#define N 24
#define F 3

static const int dilations[] = {1, 2, 4};
static const khop_taps_choice causal = {.taps = 2, .direction = KHOP_IN};

/* --- the blocks under test ------------------------------------------------------------------ */

typedef enum which {
  STACK,
  STACK_CONCAT,
  STACK_ADD,
  STACK_RESIDUAL,
  ASPP,
  ASPP_NO_MEAN,
  GATED,
  TCN,
  SEPARABLE,
  ATROUS,
  GCNII,
  H2GCN,
  FSGNN,
  GPR,
  GPR_RINGS,
  DIR,
  SPMPNN,
  KPGCN,
  KPGIN,
  DREW,
  BLOCKS
} which;

/* Adds the block to x (F columns), and gives the parameters and columns that it must have. */
static khop_value add_block(khop_model *m, khop_value x, which w, bool smooth, int64_t *parameters,
                            int64_t *columns) {
  khop_activation act = smooth ? KHOP_TANH : KHOP_RELU;
  const int64_t c = 4, s = 5, t = 2;
  *columns = c;
  switch (w) {
  case STACK:
  case STACK_CONCAT:
  case STACK_ADD:
  case STACK_RESIDUAL: {
    khop_join join = (khop_join)(w - STACK);
    *parameters = c * (t * F + 1) + 2 * c * (t * c + 1) + (join >= KHOP_JOIN_ADD ? F * c : 0);
    if (join == KHOP_JOIN_CONCAT) *columns = 3 * c;
    return khop_stack(m, x,
                      &(khop_stack_options){.layers = 3,
                                            .dilations = dilations,
                                            .columns = c,
                                            .taps = causal,
                                            .activation = act,
                                            .join = join,
                                            .dropout = 0.2});
  }
  case ASPP:
  case ASPP_NO_MEAN: {
    int64_t mean = w == ASPP, branches = 4 + mean;
    *parameters = c * ((F + 1) + 3 * (3 * F + 1) + mean * (F + 1)) + s * (branches * c + 1);
    *columns = s;
    return khop_aspp(
        m, x,
        &(khop_aspp_options){.rates = 3,
                             .rate = dilations,
                             .columns = c,
                             .outputs = s,
                             .taps = {.taps = 3, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL},
                             .activation = act,
                             .no_mean = !mean,
                             .dropout = 0.2});
  }
  case GATED:
    *parameters = c * (F + 1) + 3 * (2 * c * (t * c + 1) + s * (c + 1)) + 2 * c * (c + 1);
    *columns = s;
    return khop_gated_stack(
        m, x,
        &(khop_gated_options){
            .layers = 3, .dilations = dilations, .columns = c, .skips = s, .taps = causal});
  case TCN:
    *parameters = c * (t * F + 1) + c * (t * c + 1) + c * (F + 1) + 2 * 2 * c * (t * c + 1);
    return khop_tcn(
        m, x,
        &(khop_tcn_options){
            .layers = 3, .dilations = dilations, .columns = c, .taps = causal, .dropout = 0.2});
  case SEPARABLE:
    *parameters = t * F + F * c + c;
    return khop_separable(m, x, &(khop_separable_options){.dilation = 3, .columns = c, .taps = causal});
  default:
    *parameters = 0;
    *columns = 4 * F;
    return khop_atrous_bank(m, x, &(khop_atrous_options){.levels = 3, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL});
  }
}

/* The graph networks of three layers, or hops. */
static khop_value add_network(khop_model *m, khop_value x, which w, int64_t *parameters, int64_t *columns) {
  const khop_taps_choice rings = {.norm = KHOP_NORM_SYM, .direction = KHOP_ALL},
                         three = {.taps = 3, .norm = KHOP_NORM_ROW, .direction = KHOP_IN};
  const khop_activation act = KHOP_TANH;
  const int64_t c = 4;
  *columns = F;
  switch (w) {
  case GCNII:
    *parameters = 3 * F * F;
    return khop_gcnii(m, x, &(khop_gcnii_options){.layers = 3, .alpha = 0.2, .lambda = 0.7, .taps = rings,
                                                  .self_loop = true, .activation = act, .dropout = 0.2});
  case H2GCN:
    *parameters = 0;
    *columns = F * (1 + 2 + 4 + 8);
    return khop_h2gcn(m, x, &(khop_h2gcn_options){.layers = 3, .taps = rings});
  case FSGNN:
    *parameters = 4 * c * (F + 1) + 4;
    *columns = 4 * c;
    return khop_fsgnn(m, x, &(khop_fsgnn_options){.columns = c, .taps = rings, .activation = act});
  case GPR:
    *parameters = 4;
    return khop_gpr(m, x, &(khop_gpr_options){.layers = 3, .alpha = 0.2, .taps = rings, .self_loop = true});
  case GPR_RINGS:
    *parameters = 3;
    return khop_gpr(m, x, &(khop_gpr_options){.alpha = 0.2, .taps = three});
  case DIR:
    *parameters = c * (3 * F + 1) + 2 * c * (3 * c + 1);
    *columns = 3 * c;
    return khop_dir(m, x, &(khop_dir_options){.layers = 3, .columns = c, .taps = {.norm = KHOP_NORM_SYM},
                                              .activation = act, .dropout = 0.2});
  case SPMPNN:
    *parameters = 3 * (3 + 2 * F * (F + 1));
    return khop_spmpnn(m, x, &(khop_spmpnn_options){.layers = 3, .taps = three, .activation = act, .dropout = 0.2});
  case KPGCN:
  case KPGIN:
    *parameters = 3 * (c * (F + 1) + 1 + c * (c + 1) + 1 + (w == KPGIN) * 2 * (c * (c + 1) + 2));
    *columns = c;
    return khop_kpgnn(m, x, &(khop_kpgnn_options){.layers = 2, .columns = c, .gin = w == KPGIN, .taps = rings,
                                                  .activation = act, .dropout = 0.2});
  default:
    *parameters = F * F * (1 + 2 + 3) + 3 * F;
    return khop_drew(m, x, &(khop_drew_options){.layers = 3, .delay = 1, .taps = rings, .activation = act,
                                                .dropout = 0.2});
  }
}

static bool has_relu(which w) {
  return w == TCN;
}

/* --- a model, bound ------------------------------------------------------------------------- */

typedef struct bound {
  khop_model *model;
  khop_graph *path;
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
  khop_features features;
  khop_real x[N * F], targets[N * 16];
} bound;

/* Binds a finished model to a directed path of N nodes. */
static void bind(bound *b, khop_i_random *r) {
  b->features = (khop_features){N, khop_model_input_columns(b->model), b->x, NULL, NULL, NULL};
  for (int i = 0; i < N * F; i++) b->x[i] = random_real(r);
  for (int i = 0; i < N * 16; i++) b->targets[i] = random_real(r);
  ok(khop_model_init(b->model, 1 + (uint64_t)khop_i_random_below(r, 1000)));
  for (int64_t i = 0; i < khop_model_parameters(b->model); i++)
    khop_model_parameter_array(b->model)[i] += 0.3 * random_real(r);
  ok(khop_graph_grid(&b->path, 1, (int64_t[]){N}, NULL, false, true));
  ok(khop_model_rings(b->rings, &b->count, b->model, b->path, 0));
  ok(khop_run_new(&b->run, b->model, b->count, b->rings, &b->features, true, 0));
}

static void unbind(bound *b) {
  khop_run_free(b->run);
  for (int i = 0; i < b->count; i++) khop_rings_free(b->rings[i]);
  khop_graph_free(b->path);
}

static void begin(bound *b) {
  *b = (bound){0};
  ok(khop_model_new(&b->model));
}

/* --- gradients ------------------------------------------------------------------------------ */

static double loss_at(khop_run *run, double *parameter, double value) {
  double kept = *parameter;
  *parameter = value;
  double loss = khop_run_forward(run, true, 7, 3);
  *parameter = kept;
  return loss;
}

static double worst_gradient(bound *b, double step, double spoil) {
  double *w = khop_model_parameter_array(b->model), worst = 0, largest = 0;
  int64_t count = khop_model_parameters(b->model);
  double *ours = block_of(count, sizeof *ours), *theirs = block_of(count, sizeof *theirs);
  khop_run_forward(b->run, true, 7, 3);
  ok(khop_run_backward(b->run));
  memcpy(ours, khop_run_gradients(b->run), (size_t)count * sizeof *ours);
  ours[count / 2] += spoil;
  for (int64_t i = 0; i < count; i++) {
    double d[3];
    for (int k = 0; k < 3; k++)
      d[k] = loss_at(b->run, &w[i], w[i] + (k + 1) * step) -
             loss_at(b->run, &w[i], w[i] - (k + 1) * step);
    theirs[i] = (45 * d[0] - 9 * d[1] + d[2]) / (60 * step);
    largest = fmax(largest, fabs(theirs[i]));
  }
  assert_true(largest > 1e-4);
  for (int64_t i = 0; i < count; i++) {
    double error = fabs(ours[i] - theirs[i]) / fmax(fabs(theirs[i]), 0.1 * largest);
    if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
  }
  free(ours);
  free(theirs);
  return worst;
}

/* A block between two linear ops, on the path; columns and parameters are checked on the way. */
static void build(bound *b, which w, khop_i_random *r) {
  int64_t parameters, columns;
  begin(b);
  khop_value x = khop_linear(b->model, khop_input(b->model, F), F, true);
  int64_t before = khop_model_parameters(b->model);
  khop_value y = w > ATROUS ? add_network(b->model, x, w, &parameters, &columns)
                            : add_block(b->model, x, w, true, &parameters, &columns);
  assert_int_equal(khop_model_parameters(b->model) - before, parameters);
  assert_int_equal(khop_model_output_columns(b->model), columns);
  khop_mean_squared_error(b->model, khop_linear(b->model, y, 2, true));
  bind(b, r);
  ok(khop_run_targets(b->run, b->targets, NULL));
}

static void gradients(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  for (int w = 0; w < BLOCKS; w++) {
    double worst = INFINITY;
    /* Several draws where a kink may be near: it shows as an error that another draw does not have.
     */
    for (int draws = 0; draws < (has_relu((which)w) ? 12 : 1) && !(worst <= TOLERANCE); draws++) {
      bound b;
      build(&b, (which)w, &r);
      worst = worst_gradient(&b, has_relu((which)w) ? 1e-5 : 1e-3, 0);
      unbind(&b);
      khop_model_free(b.model);
    }
    if (!(worst <= TOLERANCE)) fail_msg("block %d: wrong by %g", w, worst);
  }
}

static void the_checker(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  bound b;
  build(&b, GATED, &r);
  assert_true(worst_gradient(&b, 1e-3, 0) <= TOLERANCE);
  assert_false(worst_gradient(&b, 1e-3, 1e-4) <= TOLERANCE);
  assert_false(worst_gradient(&b, 1e-3, (double)NAN) <= TOLERANCE);
  unbind(&b);
  khop_model_free(b.model);
}

/* --- reach ---------------------------------------------------------------------------------- */

/* How far back the last row looks: 1 + the distance to the first input that changes it, and how
 * many inputs change it. Inputs behind the last row are checked not to matter to it. */
static int64_t reach(bound *b, int64_t *inputs) {
  khop_real *x = (khop_real *)b->features.dense;
  int64_t g = khop_model_output_columns(b->model), far = 0, row = N - 2;
  double *kept = block_of(g, sizeof *kept);
  *inputs = 0;
  khop_run_forward(b->run, false, 0, 0);
  memcpy(kept, khop_run_output(b->run) + row * g, (size_t)g * sizeof *kept);
  for (int64_t i = 0; i < N; i++) {
    khop_real before = x[i];
    x[i] += 0.5;
    khop_run_forward(b->run, false, 0, 0);
    bool changed = memcmp(kept, khop_run_output(b->run) + row * g, (size_t)g * sizeof *kept) != 0;
    x[i] = before;
    if (i > row) assert_false(changed);
    *inputs += changed;
    if (changed && row - i + 1 > far) far = row - i + 1;
  }
  free(kept);
  return far;
}

static void receptive_fields(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 6);
  const int schedules[][3] = {{1, 2, 4}, {1, 1, 1}, {1, 3, 2}, {2, 2, 2}};
  for (int s = 0; s < 4; s++)
    for (int taps = 1; taps <= 3; taps++) {
      const int *d = schedules[s];
      bound b;
      int64_t inputs, wanted = 1 + (taps - 1) * (d[0] + d[1] + d[2]);
      begin(&b);
      khop_gated_stack(b.model, khop_input(b.model, 1),
                       &(khop_gated_options){.layers = 3,
                                             .dilations = d,
                                             .columns = 4,
                                             .skips = 3,
                                             .taps = {.taps = taps, .direction = KHOP_IN}});
      bind(&b, &r);
      assert_int_equal(reach(&b, &inputs), wanted);
      assert_int_equal(inputs,
                       s == 3 ? 1 + (taps - 1) * 3 : wanted); /* 2, 2, 2 skips every other */
      unbind(&b);
      khop_model_free(b.model);
    }
  for (int layers = 1; layers <= 2; layers++) { /* TCN: two convolutions a block */
    bound b;
    int64_t inputs, most = 0;
    for (int draw = 0; draw < 8; draw++) { /* ReLUs may shut a way */
      begin(&b);
      khop_tcn(b.model, khop_input(b.model, 1), &(khop_tcn_options){.layers = layers, .columns = 8, .taps = causal});
      bind(&b, &r);
      int64_t far = reach(&b, &inputs);
      most = far > most ? far : most;
      unbind(&b);
      khop_model_free(b.model);
    }
    assert_int_equal(most, 1 + 2 * ((1 << layers) - 1));
  }
}

/* --- values --------------------------------------------------------------------------------- */

/* One gated layer, by its formula. */
static void gated_is_its_formula(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 8);
  bound b;
  khop_value residual;
  begin(&b);
  khop_value y = khop_gated_stack(b.model, khop_input(b.model, 1),
                                  &(khop_gated_options){.layers = 1,
                                                        .dilations = (int[]){3},
                                                        .columns = 1,
                                                        .skips = 1,
                                                        .taps = causal,
                                                        .residual = &residual});
  bind(&b, &r);
  const double *w = khop_model_parameter_array(b.model);
  khop_run_forward(b.run, false, 0, 0);
  for (int i = 0; i < N; i++) {
    double x = b.x[i], old = i >= 3 ? b.x[i - 3] : 0;
    double z = tanh(w[0] * x + w[1] * old + w[2]) / (1 + exp(-(w[3] * x + w[4] * old + w[5])));
    assert_true(fabs(khop_run_value(b.run, residual)[i] - (x + w[6] * z + w[7])) < 1e-14);
    assert_true(fabs(khop_run_value(b.run, y)[i] - (w[8] * z + w[9])) < 1e-14);
    assert_true(khop_run_output(b.run)[i] == khop_run_value(b.run, y)[i]);
  }
  unbind(&b);
  khop_model_free(b.model);
}

/* The bank sums to its input; inside a path, row means and plain sums are the same spline. */
static void atrous_adds_up(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  bound b;
  begin(&b);
  khop_value x = khop_input(b.model, F);
  khop_value row = khop_atrous_bank(
      b.model, x,
      &(khop_atrous_options){.levels = 2, .norm = KHOP_NORM_ROW, .direction = KHOP_ALL});
  khop_value sum =
      khop_atrous_bank(b.model, x, &(khop_atrous_options){.levels = 2, .norm = KHOP_NORM_NONE, .direction = KHOP_ALL});
  bind(&b, &r);
  khop_run_forward(b.run, false, 0, 0);
  const double *p = khop_run_value(b.run, row), *q = khop_run_value(b.run, sum);
  for (int i = 0; i < N; i++)
    for (int c = 0; c < F; c++) {
      const double *at = p + i * 3 * F + c;
      assert_true(fabs(at[0] + at[F] + at[2 * F] - b.x[i * F + c]) < 1e-14);
    }
  for (int i = 6; i < N - 6; i++) {
    for (int c = 0; c < 3 * F; c++) assert_true(fabs(p[i * 3 * F + c] - q[i * 3 * F + c]) < 1e-14);
    const double *v = b.x + i * F; /* the finest plane by its formula */
    double smooth = (6 * v[0] + 4 * (v[F] + v[-F]) + v[2 * F] + v[-2 * F]) / 16;
    assert_true(fabs(p[i * 3 * F] - (v[0] - smooth)) < 1e-14);
  }
  unbind(&b);
  khop_model_free(b.model);
}

/* Metapaths take the place of rings: a causal gated stack over metapaths "x-" is the one over rings. */
static void metapaths_are_rings(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 14);
  khop_metapath words[8];
  khop_typed *grid;
  khop_rings *typed;
  int hops[6], count = 0;
  for (int l = 0; l < 3; l++)
    for (int t = 0; t < 2; t++) {
      hops[count] = count;
      words[count++] = (khop_metapath){t ? 1 : 0, {{1, t * dilations[l]}}};
    }
  const khop_taps_choice by_metapath = {.taps = 2, .hops = hops, .op = KHOP_METAPATH};
  ok(khop_typed_grid(&grid, 1, (int64_t[]){N}, NULL));
  ok(khop_metapaths_build(&typed, grid, count, words, NULL));
  for (int w = 0; w < 3; w++) {
    bound a;
    khop_model *m;
    khop_run *run;
    begin(&a);
    ok(khop_model_new(&m));
    khop_model *const both[] = {a.model, m};
    for (int k = 0; k < 2; k++) {
      khop_taps_choice taps = k ? by_metapath : causal;
      khop_value x = khop_input(both[k], F);
      if (w == 0)
        khop_gated_stack(
            both[k], x,
            &(khop_gated_options){
                .layers = 3, .dilations = dilations, .columns = 4, .skips = 4, .taps = taps});
      if (w == 1)
        khop_tcn(
            both[k], x,
            &(khop_tcn_options){.layers = 3, .dilations = dilations, .columns = 4, .taps = taps});
      if (w == 2)
        khop_aspp(both[k], x,
                  &(khop_aspp_options){.rates = 3,
                                       .rate = dilations,
                                       .columns = 4,
                                       .outputs = 2,
                                       .taps = taps,
                                       .activation = KHOP_GELU});
    }
    bind(&a, &r);
    ok(khop_model_init(m, 1));
    assert_int_equal(khop_model_parameters(m), khop_model_parameters(a.model));
    memcpy(khop_model_parameter_array(m), khop_model_parameter_array(a.model),
           (size_t)khop_model_parameters(m) * sizeof(khop_real));
    ok(khop_run_new(&run, m, 1, &typed, &a.features, false, 0));
    khop_run_forward(run, false, 0, 0);
    khop_run_forward(a.run, false, 0, 0);
    assert_true(difference(khop_run_output(run), khop_run_output(a.run),
                           N * khop_model_output_columns(m)) < 1e-14);
    khop_run_free(run);
    khop_model_free(m);
    unbind(&a);
    khop_model_free(a.model);
  }
  khop_rings_free(typed);
  khop_typed_free(grid);
}

/* Fewer numbers and multiply-adds than the full convolution, as the header says. */
static void separable_is_smaller(void **state) {
  (void)state;
  bound b;
  begin(&b);
  khop_value x = khop_input(b.model, 64);
  khop_separable(b.model, x, &(khop_separable_options){.dilation = 2, .columns = 128, .taps = {.taps = 9}});
  assert_int_equal(khop_model_parameters(b.model), 9 * 64 + 64 * 128 + 128);
  int64_t before = khop_model_parameters(b.model);
  khop_conv(b.model, x, 128, &(khop_conv_options){.taps = 9, .dilation = 2, .bias = true});
  assert_int_equal(khop_model_parameters(b.model) - before, 9 * 64 * 128 + 128);
  khop_separable(b.model, x, NULL); /* two taps, as wide as x */
  assert_int_equal(khop_model_output_columns(b.model), 64);
  khop_model_free(b.model);
}

/* --- what is refused ------------------------------------------------------------------------ */

static void poisons(khop_value (*add)(khop_model *, khop_value, const void *), const void *options,
                    const char *a, const char *b) {
  khop_model *m;
  ok(khop_model_new(&m));
  assert_true(add(m, khop_input(m, 2), options) < 0);
  fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, a, b);
  khop_model_free(m);
}
static khop_value stack(khop_model *m, khop_value x, const void *o) {
  return khop_stack(m, x, o);
}
static khop_value aspp(khop_model *m, khop_value x, const void *o) {
  return khop_aspp(m, x, o);
}
static khop_value gated(khop_model *m, khop_value x, const void *o) {
  return khop_gated_stack(m, x, o);
}
static khop_value tcn(khop_model *m, khop_value x, const void *o) {
  return khop_tcn(m, x, o);
}
static khop_value separable(khop_model *m, khop_value x, const void *o) {
  return khop_separable(m, x, o);
}
static khop_value atrous(khop_model *m, khop_value x, const void *o) {
  return khop_atrous_bank(m, x, o);
}

static khop_value gcnii(khop_model *m, khop_value x, const void *o) {
  return khop_gcnii(m, x, o);
}
static khop_value h2gcn(khop_model *m, khop_value x, const void *o) {
  return khop_h2gcn(m, x, o);
}
static khop_value fsgnn(khop_model *m, khop_value x, const void *o) {
  return khop_fsgnn(m, x, o);
}
static khop_value gpr(khop_model *m, khop_value x, const void *o) {
  return khop_gpr(m, x, o);
}
static khop_value dir(khop_model *m, khop_value x, const void *o) {
  return khop_dir(m, x, o);
}
static khop_value spmpnn(khop_model *m, khop_value x, const void *o) {
  return khop_spmpnn(m, x, o);
}
static khop_value kpgnn(khop_model *m, khop_value x, const void *o) {
  return khop_kpgnn(m, x, o);
}
static khop_value drew(khop_model *m, khop_value x, const void *o) {
  return khop_drew(m, x, o);
}

static void networks_refuse_what_they_cannot_be(void **state) {
  (void)state;
  const khop_taps_choice many = {.taps = 100000}, home = {.taps = 1, .hops = (int[]){0}}, two = {.taps = 2},
                         late = {.taps = 2, .hops = (int[]){2, 3}}, falling = {.taps = 2, .hops = (int[]){1, 1}},
                         far = {.taps = 2, .hops = (int[]){1, 4}};
  poisons(gcnii, NULL, "gcnii: 0 layers", "256");
  poisons(gcnii, &(khop_gcnii_options){.layers = 1, .alpha = 1.5}, "gcnii: alpha 1.5", "[0, 1]");
  poisons(gcnii, &(khop_gcnii_options){.layers = 1, .alpha = NAN}, "gcnii: alpha", "[0, 1]");
  poisons(gcnii, &(khop_gcnii_options){.layers = 1, .lambda = -1}, "lambda -1", "from 0 on");
  poisons(gcnii, &(khop_gcnii_options){.layers = 1, .taps = many}, "100000 taps", "conv");
  poisons(h2gcn, &(khop_h2gcn_options){.layers = 257}, "h2gcn: 257 layers", "256");
  poisons(fsgnn, &(khop_fsgnn_options){.taps = many}, "100000 taps", "conv");
  poisons(gpr, &(khop_gpr_options){.layers = 2, .taps = two}, "gpr: 2 layers of 2 hops", "no powers");
  poisons(gpr, &(khop_gpr_options){.taps = two, .alpha = -1}, "gpr: alpha -1", "[0, 1]");
  poisons(gpr, &(khop_gpr_options){.alpha = 0.5}, "gpr: 0 layers", "256");
  poisons(dir, &(khop_dir_options){.layers = 1, .taps = {.direction = KHOP_ALL}}, "dir: direction 2", "both");
  poisons(dir, &(khop_dir_options){.layers = 1, .taps = home}, "dir: no hop but 0", "direction");
  poisons(spmpnn, &(khop_spmpnn_options){.layers = 1, .taps = many}, "100000 taps", "conv");
  poisons(kpgnn, &(khop_kpgnn_options){.layers = 1, .taps = two}, "kpgnn: hop 0", "from 1");
  poisons(kpgnn, &(khop_kpgnn_options){.layers = 1, .taps = many}, "kpgnn: 100000 hops", "512");
  poisons(drew, &(khop_drew_options){.layers = 1, .delay = -1}, "drew: a delay of -1", "");
  poisons(drew, &(khop_drew_options){.layers = 3, .taps = late}, "drew: its hops", "ascend from 0 or 1");
  poisons(drew, &(khop_drew_options){.layers = 3, .taps = far}, "drew: hop 4", "3 layers");
  poisons(drew, &(khop_drew_options){.layers = 3, .taps = falling}, "drew: its hops", "ascend");
}

static void bad_input(void **state) {
  (void)state;
  const int zero[] = {1, 0};
  const khop_taps_choice words = {.op = KHOP_METAPATH}, many = {.taps = 100000};
  poisons(stack, NULL, "stack", "missing");
  poisons(stack, &(khop_stack_options){.layers = 2, .dilations = zero}, "layer 1", "dilation of 0");
  poisons(stack, &(khop_stack_options){.layers = 0, .dilations = zero}, "0 layers", "256");
  poisons(stack, &(khop_stack_options){.layers = 257, .dilations = zero}, "257 layers", "256");
  poisons(stack, &(khop_stack_options){.layers = 1, .dilations = zero, .join = (khop_join)9},
          "join", "9");
  poisons(stack,
          &(khop_stack_options){.layers = 1, .dilations = zero, .activation = (khop_activation)9},
          "activation", "9");
  poisons(stack, &(khop_stack_options){.layers = 1, .dilations = zero, .dropout = 1}, "rate", "1");
  poisons(stack, &(khop_stack_options){.layers = 1, .dilations = zero, .taps = words}, "metapaths",
          "hops");
  poisons(stack, &(khop_stack_options){.layers = 1, .dilations = zero, .taps = many}, "100000 taps",
          "conv");
  poisons(aspp, &(khop_aspp_options){.rates = 2}, "aspp", "rates are missing");
  poisons(aspp, &(khop_aspp_options){.rates = 2, .rate = zero}, "aspp", "dilation of 0");
  poisons(gated, NULL, "gated stack", "missing");
  poisons(gated, &(khop_gated_options){.layers = 2, .dilations = zero}, "gated stack",
          "dilation of 0");
  poisons(tcn, &(khop_tcn_options){.layers = -1}, "tcn", "-1 layers");
  poisons(tcn, &(khop_tcn_options){.layers = 30}, "30 blocks", "dilations");
  poisons(separable, &(khop_separable_options){.dilation = -2}, "separable", "dilation of -2");
  poisons(atrous, NULL, "atrous", "missing");
  poisons(atrous, &(khop_atrous_options){.levels = 25}, "25 levels", "24");
  poisons(atrous, &(khop_atrous_options){.levels = 2, .norm = KHOP_NORM_SYM}, "norm", "2");
  khop_model *m;
  ok(khop_model_new(&m));
  khop_gated_stack(m, 3, &(khop_gated_options){.layers = 1, .dilations = zero});
  fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "gated stack", "value 3");
  khop_model_free(m);
  assert_int_equal(khop_bytes_now(), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients),
      cmocka_unit_test(the_checker),
      cmocka_unit_test(receptive_fields),
      cmocka_unit_test(gated_is_its_formula),
      cmocka_unit_test(atrous_adds_up),
      cmocka_unit_test(metapaths_are_rings),
      cmocka_unit_test(separable_is_smaller),
      cmocka_unit_test(networks_refuse_what_they_cannot_be),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
