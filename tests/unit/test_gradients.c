/* test_gradients.c: every op's gradient against central differences, in double precision.
 *
 * Each model puts a linear op before the op under test, so that what flows back through it is seen
 * too. The derivative of the loss L by one parameter is taken from six values,
 *
 *   (45 D(h) - 9 D(2h) + D(3h)) / 60h,   D(h) = L(h) - L(-h),   error O(h^6),
 *
 * and must agree to TOLERANCE. The checker itself is tried first: a gradient with one entry wrong by
 * a millionth, or not a number, must be found out. */
#include "check.h"

#include <khop/blocks.h>

#define TOLERANCE 1e-9
#define STEP 1e-3

/* --- the problem: a graph, features, and something to compare with --------------------------- */

#define N 11
#define F 5
#define MOST 160 /* columns of targets */

static const int64_t from[] = {0, 1, 2, 3, 4, 5, 6, 0, 2, 7, 8, 1, 5};
static const int64_t to[] = {1, 2, 3, 0, 5, 6, 4, 4, 6, 2, 7, 3, 9}; /* node 10 stands alone */
static khop_graph *directed, *undirected;
static khop_real numbers[N * F], entries[N * F], targets[N * MOST];
static int64_t offsets[N + 1];
static int32_t indices[N * F], labels[N], bits[N];
static const uint8_t mask[N] = {1, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1};
static khop_features dense = {N, F, numbers, NULL, NULL, NULL};
static khop_features sparse = {N, F, NULL, offsets, indices, entries};

static int setup(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 1);
  const int64_t edges = sizeof from / sizeof *from;
  ok(khop_graph_from_coo(&directed, N, edges, from, to, true));
  ok(khop_graph_from_coo(&undirected, N, edges, from, to, false));
  for (int i = 0; i < N * F; i++) numbers[i] = random_real(&random);
  for (int i = 0; i < N * MOST; i++) targets[i] = 0.5 + 0.5 * random_real(&random);
  for (int i = 0; i < N; i++) {
    labels[i] = mask[i] ? (int32_t)khop_i_random_below(&random, 3) : -1;
    bits[i] = labels[i] > 0;
    offsets[i + 1] = offsets[i];
    for (int c = 0; c < F; c++)
      if (i != 4 && khop_i_random_uniform(&random) < 0.5) { /* row 4 is empty */
        indices[offsets[i + 1]] = c;
        entries[offsets[i + 1]++] = random_real(&random);
      }
  }
  return 0;
}

static int teardown(void **state) {
  khop_graph_free(directed);
  khop_graph_free(undirected);
  return nothing_held(state);
}

/* --- the checker ---------------------------------------------------------------------------- */

/* The largest error; an entry counts relative to its size, or to a tenth of the largest entry. */
static double worst_error(const double *ours, const double *theirs, int64_t count) {
  double largest = 0, worst = 0;
  for (int64_t i = 0; i < count; i++) largest = fmax(largest, fabs(theirs[i]));
  for (int64_t i = 0; i < count; i++) {
    double size = fmax(fabs(theirs[i]), 0.1 * largest);
    double error = fabs(ours[i] - theirs[i]) / (size > 0 ? size : 1);
    if (!(error <= worst)) worst = error;
    if (isnan(worst)) return worst;
  }
  return worst;
}

static bool agree(const double *ours, const double *theirs, int64_t count) {
  return worst_error(ours, theirs, count) <= TOLERANCE; /* false for NaN */
}

static double loss_at(khop_run *run, double *parameter, double value) {
  double kept = *parameter;
  *parameter = value;
  double loss = khop_run_forward(run, true, 7, 3);
  *parameter = kept;
  return loss;
}

static void differences(double *out, khop_run *run, khop_model *model) {
  double *w = khop_model_parameter_array(model);
  for (int64_t i = 0; i < khop_model_parameters(model); i++) {
    double d[3];
    for (int k = 0; k < 3; k++)
      d[k] = loss_at(run, &w[i], w[i] + (k + 1) * STEP) - loss_at(run, &w[i], w[i] - (k + 1) * STEP);
    out[i] = (45 * d[0] - 9 * d[1] + d[2]) / (60 * STEP);
  }
}

/* A model, what it runs on, and what it is compared with. */
typedef struct problem {
  khop_model *model;
  const khop_graph *graph;
  const khop_features *features;
  const int32_t *labels; /* or targets */
  int kink; /* a ReLU's input, which must stay away from 0; -1: none */
  int attends;   /* the input of an attention, the last op with parameters, whose scores must; no heads: none */
  int64_t heads;
} problem;

static khop_value begin(problem *p, const khop_features *features) {
  *p = (problem){.graph = directed, .features = features, .kink = -1};
  ok(khop_model_new(&p->model));
  return khop_input(p->model, F);
}

/* Any score l_i + r_j, of an entry or not. */
static bool near_score_kink(const khop_run *run, const problem *p, int64_t columns) {
  const khop_real *x = khop_run_value(run, p->attends);
  const double *a = khop_model_parameter_array(p->model) + khop_model_parameters(p->model) - 2 * columns;
  for (int64_t i = 0; i < N; i++)
    for (int64_t j = 0; j < N; j++)
      for (int64_t h = 0; h < p->heads; h++) {
        double score = 0;
        for (int64_t c = h * columns / p->heads; c < (h + 1) * columns / p->heads; c++)
          score += x[i * columns + c] * a[c] + x[j * columns + c] * a[columns + c];
        if (fabs(score) < 0.004) return true;
      }
  return false;
}

static bool near_kink(const khop_run *run, const problem *p, int64_t columns) {
  const khop_real *x = khop_run_value(run, p->kink);
  for (int64_t i = 0; x && p->kink >= 0 && i < N * columns; i++)
    if (fabs(x[i]) < 0.01) return true;
  return false;
}

static void bind(khop_run *run, const problem *p) {
  if (p->labels)
    ok(khop_run_labels(run, p->labels, mask));
  else
    ok(khop_run_targets(run, targets, mask));
}

/* Where a loss is taken: one run for each, since a run may copy sparse features. */
typedef struct place {
  const problem *p;
  khop_rings **rings;
  int count;
} place;

static double loss_of_features(const place *at, double *feature, double value) {
  double kept = *feature;
  khop_run *run;
  *feature = value;
  ok(khop_run_new(&run, at->p->model, at->count, at->rings, at->p->features, true, 0));
  bind(run, at->p);
  double loss = khop_run_forward(run, true, 7, 3);
  khop_run_free(run);
  *feature = kept;
  return loss;
}

static double worst_of_all;

static void report(const problem *p, const char *of, const double *ours, const double *theirs, int64_t count) {
  char *text = NULL;
  ok(khop_model_describe(&text, p->model));
  for (int64_t i = 0; i < count; i++)
    if (!agree(ours + i, theirs + i, 1))
      print_message("# %lld: %.12g by hand, %.12g by differences\n", (long long)i, ours[i], theirs[i]);
  fail_msg("of the %s: wrong by %g:\n%s", of, worst_error(ours, theirs, count), text);
}

/* The gradient of the features, all of them or those that are stored; after a backward of run. */
static void check_features(const khop_run *run, const place *at) {
  const khop_features *x = at->p->features;
  int64_t count = x->offsets ? x->offsets[N] : N * F;
  double *feature = x->offsets ? entries : numbers, theirs[N * F];
  const khop_real *ours;
  ok(khop_run_input_gradient(&ours, run));
  for (int64_t i = 0; i < count; i++) {
    double d[3], here = feature[i];
    for (int k = 0; k < 3; k++)
      d[k] = loss_of_features(at, &feature[i], here + (k + 1) * STEP) -
             loss_of_features(at, &feature[i], here - (k + 1) * STEP);
    theirs[i] = (45 * d[0] - 9 * d[1] + d[2]) / (60 * STEP);
  }
  if (!agree(ours, theirs, count)) report(at->p, "features", ours, theirs, count);
  worst_of_all = fmax(worst_of_all, worst_error(ours, theirs, count));
}

/* Gradients, ours and by differences, into two arrays that the caller frees; their number. */
static int64_t gradients(double **ours, double **theirs, problem *p) {
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
  uint64_t seed = 5;
  ok(khop_model_init(p->model, seed));
  ok(khop_model_rings(rings, &count, p->model, p->graph, 0));
  ok(khop_run_new_with(&run, p->model, count, rings, p->features,
                       &(khop_run_options){.size = sizeof(khop_run_options), .training = true, .input_gradient = true}));
  bind(run, p);
  int64_t parameters = khop_model_parameters(p->model);
  double *w = khop_model_parameter_array(p->model);
  khop_i_random random;
  do { /* biases, gains and tap weights shall not keep their plain first values */
    ok(khop_model_init(p->model, ++seed));
    khop_i_random_seed(&random, seed);
    for (int64_t i = 0; i < parameters; i++) w[i] += 0.3 * random_real(&random);
    khop_run_forward(run, true, 7, 3);
  } while (near_kink(run, p, 4) || (p->heads && near_score_kink(run, p, khop_model_output_columns(p->model))));
  ok(khop_run_backward(run));
  size_t bytes = (size_t)parameters * sizeof(double);
  *ours = malloc(bytes ? bytes : 1);
  *theirs = malloc(bytes ? bytes : 1);
  assert_non_null(*ours);
  assert_non_null(*theirs);
  memcpy(*ours, khop_run_gradients(run), bytes);
  differences(*theirs, run, p->model);
  khop_run_forward(run, true, 7, 3); /* overwritten, not added to */
  ok(khop_run_backward(run));
  assert_memory_equal(*ours, khop_run_gradients(run), bytes);
  check_features(run, &(place){p, rings, count});
  khop_run_free(run);
  ok(khop_run_new(&run, p->model, count, rings, p->features, true, 0)); /* the same without that of the features */
  bind(run, p);
  khop_run_forward(run, true, 7, 3);
  ok(khop_run_backward(run));
  assert_memory_equal(*ours, khop_run_gradients(run), bytes);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return parameters;
}

/* Checks the gradients of a finished model, and frees it. */
static void check(problem *p) {
  double *ours, *theirs, largest = 0;
  int64_t count = gradients(&ours, &theirs, p);
  for (int64_t i = 0; i < count; i++) largest = fmax(largest, fabs(theirs[i]));
  if (!(largest > 1e-4)) fail_msg("the largest of %lld gradients is %g", (long long)count, largest);
  if (!agree(ours, theirs, count)) report(p, "parameters", ours, theirs, count);
  worst_of_all = fmax(worst_of_all, worst_error(ours, theirs, count));
  free(ours);
  free(theirs);
  khop_model_free(p->model);
}

/* Ends a model with a mean squared error, and checks it. */
static void check_value(problem *p, khop_value y) {
  assert_true(khop_mean_squared_error(p->model, y) > 0);
  check(p);
}

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
            khop_conv_options o = {.taps = 3, .direction = (khop_direction)direction,
                                   .norm = (khop_norm)norm, .op = (khop_operator)op,
                                   .self_loop = loop, .concat = concat, .bias = !loop,
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
            khop_conv_options o = {.taps = 3, .hops = far_hops, .concat = concat,
                                   .direction = (khop_direction)direction,
                                   .norm = (khop_norm)norm, .op = (khop_operator)op,
                                   .weights = (khop_weights)weights, .self_loop = op == KHOP_RING,
                                   .bias = norm % 2, .initial = norm < 2 ? initial : NULL};
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
    khop_linkx_options o = {.size = sizeof o, .nodes = N, .columns = 6, .activation = KHOP_TANH,
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
    check_value(&p, groups == 6 ? khop_add(p.model, y, khop_linear(p.model, x, 6, true)) : y); /* of 1 column: 1 */
  }
  khop_value x = begin(&p, &dense), w = khop_linear(p.model, x, 3, true), h = khop_linear(p.model, x, 6, true);
  check_value(&p, khop_weighted_sum(p.model, w, h));
  x = begin(&p, &sparse);
  check_value(&p, khop_weighted_sum(p.model, khop_linear(p.model, x, 5, false), x)); /* features, which become dense */
  x = begin(&p, &dense);
  h = khop_linear(p.model, x, 4, true);
  check_value(&p, khop_weighted_sum(p.model, h, h)); /* one value as both */
  x = begin(&p, &sparse);
  h = khop_conv(p.model, x, 4, &(khop_conv_options){.taps = 3, .norm = KHOP_NORM_ROW, .concat = true});
  check_value(&p, khop_tap_attention(p.model, h, 3));
}

/* Attention ends the model; what makes rows wider or narrower stands before it, and a loss behind. */
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

/* --- functions of one value ------------------------------------------------------------------ */

static void pointwise(void **state) {
  (void)state;
  khop_value (*const ops[])(khop_model *, khop_value) = {khop_relu, khop_gelu, khop_tanh,
                                                         khop_sigmoid, khop_layer_norm,
                                                         khop_batch_norm};
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
    problem p;
    khop_value x = begin(&p, &dense), h = khop_linear(p.model, x, 4, true);
    if (i == 0) p.kink = h;
    check_value(&p, khop_linear(p.model, ops[i](p.model, h), 3, false));
  }
}

/* Blocks weighed by a softmax, of which one stands beside its own blocks; one block has a share of 1, and no slope. */
static void weighed_blocks(void **state) {
  (void)state;
  for (int blocks = 1; blocks <= 6; blocks *= blocks == 1 ? 2 : 3) {
    problem p;
    khop_value x = begin(&p, &dense), h = khop_linear(p.model, x, 6, true);
    khop_value both[] = {h, khop_weigh_blocks(p.model, h, blocks)};
    check_value(&p, khop_linear(p.model, khop_tanh(p.model, khop_concat(p.model, 2, both)), 3, false));
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
      khop_value h = khop_linear(p.model, khop_dropout(p.model, khop_scale(p.model, x, 2.5), rates[i]), 8, true);
      h = khop_dropout(p.model, h, rates[i]);
      check_value(&p, khop_conv(p.model, khop_dropout(p.model, h, 0.25), 3, NULL));
    }
}

static void dropped_edges_rows_and_blocks(void **state) {
  (void)state;
  problem p;
  for (int graph = 0; graph < 2; graph++)
    for (int weights = KHOP_WEIGHTS_FULL; weights <= KHOP_WEIGHTS_FIXED; weights++) {
      khop_conv_options o = {.size = sizeof o, .taps = 3, .norm = KHOP_NORM_SYM, .self_loop = true,
                             .weights = (khop_weights)weights, .concat = graph == 1, .edge_dropout = 0.4};
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

/* Sums whose parts may share the place of its gradient, and sums that look like them and may not. */
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
      khop_value y = khop_linear(p.model, khop_tanh(p.model, khop_linear(p.model, 0, 4, true)), 3, true);
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
    sum -= (double)z[3 * i + classes[i]] -
           log(exp(z[3 * i]) + exp(z[3 * i + 1]) + exp(z[3 * i + 2]));
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
    khop_conv_options wide = {.taps = 2, .dilation = 2, .norm = KHOP_NORM_ROW, .concat = true,
                              .direction = KHOP_IN};
    khop_conv_options deep = {.taps = 3, .weights = KHOP_WEIGHTS_DEPTHWISE, .norm = KHOP_NORM_COL,
                              .direction = KHOP_ALL, .op = KHOP_BALL};
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

static void how_close(void **state) {
  (void)state;
  print_message("# the largest error of all gradients is %.2g, and %.0e is allowed\n", worst_of_all,
                TOLERANCE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_checker),   cmocka_unit_test(linear),
      cmocka_unit_test(bias_alone),    cmocka_unit_test(conv_full),
      cmocka_unit_test(conv_other),    cmocka_unit_test(conv_mix),
      cmocka_unit_test(conv_wide),     cmocka_unit_test(pagerank),
      cmocka_unit_test(links_as_features),
      cmocka_unit_test(dropped_edges_rows_and_blocks),
      cmocka_unit_test(softmax_and_sums), cmocka_unit_test(ring_attention),
      cmocka_unit_test(pointwise),
      cmocka_unit_test(pointwise_far), cmocka_unit_test(weighed_blocks),
      cmocka_unit_test(layer_norm_flat),
      cmocka_unit_test(dropout),       cmocka_unit_test(joins),
      cmocka_unit_test(residual_sums), cmocka_unit_test(losses),
      cmocka_unit_test(loss_values),   cmocka_unit_test(whole_model),
      cmocka_unit_test(no_parameters),
      cmocka_unit_test(how_close),
  };
  return cmocka_run_group_tests_name("gradients", tests, setup, teardown);
}
