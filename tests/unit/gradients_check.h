/* gradients_check.h: the gradient of an op against central differences, in double precision.
 *
 * Each model puts a linear op before the op under test, so that what flows back through it is seen
 * too. The derivative of the loss L by one parameter is taken from six values,
 *
 *   (45 D(h) - 9 D(2h) + D(3h)) / 60h,   D(h) = L(h) - L(-h),   error O(h^6),
 *
 * and must agree to TOLERANCE. The checker itself is tried first: a gradient with one entry wrong
 * by a millionth, or not a number, must be found out. */
#ifndef KHOP_TESTS_GRADIENTS_CHECK_H
#define KHOP_TESTS_GRADIENTS_CHECK_H

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

static inline int setup(void **state) {
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

static inline int teardown(void **state) {
  khop_graph_free(directed);
  khop_graph_free(undirected);
  return nothing_held(state);
}

/* --- the checker ---------------------------------------------------------------------------- */

/* The largest error; an entry counts relative to its size, or to a tenth of the largest entry. */
static inline double worst_error(const double *ours, const double *theirs, int64_t count) {
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

static inline bool agree(const double *ours, const double *theirs, int64_t count) {
  return worst_error(ours, theirs, count) <= TOLERANCE; /* false for NaN */
}

static inline double loss_at(khop_run *run, double *parameter, double value) {
  double kept = *parameter;
  *parameter = value;
  double loss = khop_run_forward(run, true, 7, 3);
  *parameter = kept;
  return loss;
}

static inline void differences(double *out, khop_run *run, khop_model *model) {
  double *w = khop_model_parameter_array(model);
  for (int64_t i = 0; i < khop_model_parameters(model); i++) {
    double d[3];
    for (int k = 0; k < 3; k++)
      d[k] =
          loss_at(run, &w[i], w[i] + (k + 1) * STEP) - loss_at(run, &w[i], w[i] - (k + 1) * STEP);
    out[i] = (45 * d[0] - 9 * d[1] + d[2]) / (60 * STEP);
  }
}

/* A model, what it runs on, and what it is compared with. */
typedef struct problem {
  khop_model *model;
  const khop_graph *graph;
  const khop_features *features;
  const int32_t *labels; /* or targets */
  int kink;              /* a ReLU's input, which must stay away from 0; -1: none */
  int attends; /* the input of an attention, the last op with parameters, whose scores must; no
                  heads: none */
  int64_t heads;
} problem;

static inline khop_value begin(problem *p, const khop_features *features) {
  *p = (problem){.graph = directed, .features = features, .kink = -1};
  ok(khop_model_new(&p->model));
  return khop_input(p->model, F);
}

/* Any score l_i + r_j, of an entry or not. */
static inline bool near_score_kink(const khop_run *run, const problem *p, int64_t columns) {
  const khop_real *x = khop_run_value(run, p->attends);
  const double *a =
      khop_model_parameter_array(p->model) + khop_model_parameters(p->model) - 2 * columns;
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

static inline bool near_kink(const khop_run *run, const problem *p, int64_t columns) {
  const khop_real *x = khop_run_value(run, p->kink);
  for (int64_t i = 0; x && p->kink >= 0 && i < N * columns; i++)
    if (fabs(x[i]) < 0.01) return true;
  return false;
}

static inline void bind(khop_run *run, const problem *p) {
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

static inline double loss_of_features(const place *at, double *feature, double value) {
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

static inline void report(const problem *p, const char *of, const double *ours,
                          const double *theirs, int64_t count) {
  char *text = NULL;
  ok(khop_model_describe(&text, p->model));
  for (int64_t i = 0; i < count; i++)
    if (!agree(ours + i, theirs + i, 1))
      print_message("# %lld: %.12g by hand, %.12g by differences\n", (long long)i, ours[i],
                    theirs[i]);
  fail_msg("of the %s: wrong by %g:\n%s", of, worst_error(ours, theirs, count), text);
}

/* The gradient of the features, all of them or those that are stored; after a backward of run. */
static inline void check_features(const khop_run *run, const place *at) {
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
static inline int64_t gradients(double **ours, double **theirs, problem *p) {
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
  uint64_t seed = 5;
  ok(khop_model_init(p->model, seed));
  ok(khop_model_rings(rings, &count, p->model, p->graph, 0));
  ok(khop_run_new_with(&run, p->model, count, rings, p->features,
                       &(khop_run_options){.size = sizeof(khop_run_options),
                                           .training = true,
                                           .input_gradient = true}));
  bind(run, p);
  int64_t parameters = khop_model_parameters(p->model);
  double *w = khop_model_parameter_array(p->model);
  khop_i_random random;
  do { /* biases, gains and tap weights shall not keep their plain first values */
    ok(khop_model_init(p->model, ++seed));
    khop_i_random_seed(&random, seed);
    for (int64_t i = 0; i < parameters; i++) w[i] += 0.3 * random_real(&random);
    khop_run_forward(run, true, 7, 3);
  } while (near_kink(run, p, 4) ||
           (p->heads && near_score_kink(run, p, khop_model_output_columns(p->model))));
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
  ok(khop_run_new(&run, p->model, count, rings, p->features, true,
                  0)); /* the same without that of the features */
  bind(run, p);
  khop_run_forward(run, true, 7, 3);
  ok(khop_run_backward(run));
  assert_memory_equal(*ours, khop_run_gradients(run), bytes);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  return parameters;
}

/* Checks the gradients of a finished model, and frees it. */
static inline void check(problem *p) {
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
static inline void check_value(problem *p, khop_value y) {
  assert_true(khop_mean_squared_error(p->model, y) > 0);
  check(p);
}

/* The last test of each program: it prints. */
static inline void how_close(void **state) {
  (void)state;
  print_message("# the largest error of all gradients is %.2g, and %.0e is allowed\n", worst_of_all,
                TOLERANCE);
}

#endif
