/* test_model.c: building models, binding them to graphs, and what a run promises: one allocation, no
 * failure afterwards, and the same numbers for every number of threads. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/random.h"

#include <dlfcn.h>
#include <errno.h>
#include <khop/train.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- a count of all allocations, whoever makes them ------------------------------------------- */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED
#endif

static atomic_int watching;    /* not 0: allocations are counted */
static atomic_long ours, others; /* by code of khop (which is linked into this program), by the rest */

#ifdef SANITIZED /* a request that is too big fails, as it does elsewhere */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "allocator_may_return_null=1"; }
#else
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *pointer, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static void note(const void *caller) {
  Dl_info here, there;
  if (!atomic_load(&watching)) return;
  bool known = dladdr((const void *)(uintptr_t)&note, &here) && dladdr(caller, &there);
  atomic_fetch_add(known && here.dli_fbase == there.dli_fbase ? &ours : &others, 1);
}
#define CALLER __builtin_return_address(0)
#define APART __attribute__((noinline)) /* or the caller is the caller's caller */

APART void *malloc(size_t size) { return note(CALLER), __libc_malloc(size); }
APART void *calloc(size_t count, size_t size) { return note(CALLER), __libc_calloc(count, size); }
APART void *realloc(void *p, size_t size) { return note(CALLER), __libc_realloc(p, size); }
void *memalign(size_t alignment, size_t size);
APART void *memalign(size_t alignment, size_t size) { return note(CALLER), __libc_memalign(alignment, size); }
APART void *aligned_alloc(size_t alignment, size_t size) {
  return note(CALLER), __libc_memalign(alignment, size);
}
APART int posix_memalign(void **p, size_t alignment, size_t size) {
  note(CALLER);
  *p = __libc_memalign(alignment, size);
  return *p ? 0 : ENOMEM;
}
#endif

/* --- help ----------------------------------------------------------------------------------- */

static void ok(khop_status status) {
  if (status != KHOP_OK) fail_msg("%s: %s", khop_status_name(status), khop_message());
}

static void skipped(const char *why) { print_message("# skipped: %s\n", why); }

/* The status, and that the message holds each of the words. */
static void fails(khop_status status, khop_status wanted, const char *a, const char *b) {
  if (status != wanted)
    fail_msg("%s, not %s: %s", khop_status_name(status), khop_status_name(wanted), khop_message());
  if (!strstr(khop_message(), a) || !strstr(khop_message(), b))
    fail_msg("'%s' or '%s' is not in: %s", a, b, khop_message());
}

static const char *karate_path(void) {
  static char text[1000];
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(text, sizeof text, "%s/datasets/karate.graphml", root ? root : ".");
  return text;
}

static int teardown(void **state) {
  (void)state;
  return khop_bytes_now() == 0 ? 0 : -1;
}

static khop_model *new_model(int64_t columns) {
  khop_model *model = NULL;
  ok(khop_model_new(&model));
  assert_int_equal(khop_input(model, columns), 0);
  return model;
}

/* --- the builder ---------------------------------------------------------------------------- */

/* What is wrong with the last call on a model of 6 input columns, of which value 1 has 4. */
static void poisoned(khop_model *model, khop_value value, khop_status status, const char *a,
                     const char *b) {
  assert_true(value < 0);
  /* later calls do nothing, and the first mistake stays the one that is reported */
  assert_true(khop_linear(model, 0, 3, true) < 0);
  assert_true(khop_input(model, 0) < 0);
  khop_model_group(model, 77);
  fails(khop_model_init(model, 1), status, a, b);
  fails(khop_model_init(model, 1), status, a, b);
  khop_rings *none[1] = {0};
  khop_run *run;
  const khop_real x[6] = {0};
  fails(khop_run_new(&run, model, 0, none, &(khop_features){1, 6, x, NULL, NULL, NULL}, true, 0),
        status, a, b);
  assert_null(run);
  khop_model_free(model);
}

static khop_model *half_built(void) {
  khop_model *model = new_model(6);
  assert_int_equal(khop_linear(model, 0, 4, true), 1);
  return model;
}

static khop_value conv_of(khop_model *m, int64_t columns, khop_conv_options o) {
  return khop_conv(m, 1, columns, &o);
}

static void mistakes(void **state) {
  (void)state;
  khop_model *m = NULL;
  ok(khop_model_new(&m));
  poisoned(m, khop_linear(m, 0, 3, true), KHOP_E_ARGUMENT, "no value 0", "0 ops");
  ok(khop_model_new(&m));
  poisoned(m, khop_input(m, 0), KHOP_E_SHAPE, "input", "0 columns");
  ok(khop_model_new(&m));
  poisoned(m, khop_input(m, INT64_C(1) << 40), KHOP_E_SHAPE, "input", "1099511627776 columns");
  m = half_built();
  poisoned(m, khop_input(m, 6), KHOP_E_ARGUMENT, "first op", "op 2");
  m = half_built();
  poisoned(m, khop_relu(m, 2), KHOP_E_ARGUMENT, "relu: there is no value 2", "2 ops");
  m = half_built();
  poisoned(m, khop_linear(m, 1, -3, true), KHOP_E_SHAPE, "linear", "-3 columns");
  m = half_built();
  poisoned(m, khop_add(m, 0, 1), KHOP_E_SHAPE, "add", "6 columns and 4");
  m = half_built();
  poisoned(m, khop_multiply(m, 1, 0), KHOP_E_SHAPE, "multiply", "4 columns and 6");
  m = half_built();
  poisoned(m, khop_dropout(m, 1, 1), KHOP_E_ARGUMENT, "rate of 1", "[0, 1)");
  m = half_built();
  poisoned(m, khop_dropout(m, 1, (double)NAN), KHOP_E_ARGUMENT, "rate of nan", "[0, 1)");
  m = half_built();
  poisoned(m, khop_concat(m, 0, NULL), KHOP_E_ARGUMENT, "concat", "0 values");
  m = half_built();
  poisoned(m, khop_concat(m, 2, (khop_value[]){0, 9}), KHOP_E_ARGUMENT, "no value 9", "2 ops");
  m = half_built();
  khop_model_group(m, 8);
  poisoned(m, khop_bias(m, 1), KHOP_E_ARGUMENT, "group 8", "0 to 7");
  m = half_built();
  khop_mean_squared_error(m, 1);
  poisoned(m, khop_relu(m, 1), KHOP_E_ARGUMENT, "nothing can follow the loss", "op 2");
  m = new_model(6);
  fails(khop_model_init(m, 1), KHOP_E_ARGUMENT, "1 ops", "least");
  khop_model_free(m);
}

static void conv_mistakes(void **state) {
  (void)state;
  khop_model *m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.taps = 513}), KHOP_E_ARGUMENT, "513 taps",
           "1 to 512");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.taps = -1}), KHOP_E_ARGUMENT, "-1 taps", "1 to 512");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.dilation = -2}), KHOP_E_ARGUMENT, "dilation", "-2");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.taps = 2, .hops = (int[]){0, -4}}),
           KHOP_E_ARGUMENT, "hop of -4", "from 0");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.norm = (khop_norm)9}), KHOP_E_ARGUMENT, "norm 9",
           "unknown");
  m = half_built();
  poisoned(m, conv_of(m, 3, (khop_conv_options){.weights = KHOP_WEIGHTS_SCALAR}), KHOP_E_SHAPE,
           "4 columns", "not 3");
  m = half_built();
  poisoned(m, conv_of(m, 0, (khop_conv_options){0}), KHOP_E_SHAPE, "conv", "0 columns");
}

/* Sizes that overflow are refused with their size, before anything is allocated. */
static void too_big(void **state) {
  (void)state;
  khop_model *m = new_model(INT32_MAX);
  poisoned(m, khop_linear(m, 0, INT32_MAX, true), KHOP_E_SHAPE, "linear", "parameters cannot be");
  m = new_model(INT32_MAX);
  poisoned(m, khop_conv(m, 0, INT32_MAX, &(khop_conv_options){.taps = 64}), KHOP_E_SHAPE, "conv",
           "cannot be");
  m = new_model(INT32_MAX);
  poisoned(m, khop_conv(m, 0, INT32_MAX, &(khop_conv_options){.concat = true, .weights = KHOP_WEIGHTS_FIXED}),
           KHOP_E_SHAPE, "mix", "4294967294 columns");
  m = new_model(INT32_MAX);
  poisoned(m, khop_concat(m, 2, (khop_value[]){0, 0}), KHOP_E_SHAPE, "concat", "4294967294");
  m = new_model(1 << 28);
  for (int i = 0; i < 60; i++) khop_linear(m, 0, 1 << 28, false); /* 2^56 each */
  fails(khop_model_init(m, 1), KHOP_E_SHAPE, "linear", "7.21e+16 parameters cannot be");
  khop_model_free(m);
  m = new_model(1 << 28);
  khop_linear(m, 0, 1 << 28, false);
  fails(khop_model_init(m, 1), KHOP_E_MEMORY, "parameters", "bytes");
  khop_model_free(m);
}

static void shapes(void **state) {
  (void)state;
  khop_model *m = new_model(6);
  khop_model_group(m, 3);
  khop_value a = khop_conv(m, 0, 5, NULL); /* 2 taps of 6 x 5, no bias */
  assert_int_equal(khop_model_parameters(m), 60);
  khop_value b = khop_conv(m, a, 4, &(khop_conv_options){.taps = 3, .concat = true, .bias = true});
  assert_int_equal(khop_model_parameters(m), 60 + 3 * 5 * 4 + 12);
  assert_int_equal(khop_model_output_columns(m), 12);
  khop_value c = khop_conv(m, b, 2, &(khop_conv_options){.taps = 2, .bias = true,
                                                         .weights = KHOP_WEIGHTS_SEPARABLE});
  assert_int_equal(khop_model_parameters(m), 132 + 2 * 12 + 12 * 2 + 2);
  khop_conv(m, c, 2, &(khop_conv_options){.taps = 4, .weights = KHOP_WEIGHTS_SCALAR});
  khop_conv(m, c, 2, &(khop_conv_options){.taps = 4, .weights = KHOP_WEIGHTS_DEPTHWISE});
  khop_value d = khop_conv(m, c, 2, &(khop_conv_options){.taps = 4, .weights = KHOP_WEIGHTS_FIXED});
  assert_int_equal(khop_model_parameters(m), 182 + 4 + 8);
  khop_value e = khop_layer_norm(m, khop_concat(m, 3, (khop_value[]){0, d, d}));
  assert_int_equal(khop_model_parameters(m), 194 + 20);
  assert_int_equal(khop_model_output_columns(m), 10);
  khop_softmax_cross_entropy(m, khop_dropout(m, khop_bias(m, e), 0.25));
  assert_int_equal(khop_model_input_columns(m), 6);
  assert_int_equal(khop_model_output_columns(m), 10);
  assert_int_equal(khop_model_parameters(m), 224);
  assert_null(khop_model_block(m));
  ok(khop_model_init(m, 3));
  const khop_real *w = khop_model_block(m);
  double limit = sqrt(6.0 / (2 * (6 + 5)));
  for (int i = 0; i < 60; i++) assert_true(fabs((double)w[i]) <= limit && w[i] != 0);
  for (int i = 60 + 60; i < 132; i++) assert_true(w[i] == 0);            /* biases */
  for (int i = 132; i < 156; i++) /* filters a channel: drawn, T taps in and out */
    assert_true(fabs((double)w[i]) <= sqrt(6.0 / 4) && w[i] != 0 && w[i] != w[132 + (i - 131) % 24]);
  for (int i = 182; i < 186; i++) assert_true(w[i] == (khop_real)0.25); /* numbers a tap: 1 / T */
  for (int i = 186; i < 194; i++) assert_true(fabs((double)w[i]) <= sqrt(6.0 / 8) && w[i] != 0);
  for (int i = 194; i < 224; i++) assert_true(w[i] == (i < 204 ? 1 : 0)); /* gain, shift, bias */
  khop_real first[224];
  memcpy(first, w, sizeof first);
  ok(khop_model_init(m, 4));
  assert_memory_not_equal(first, khop_model_block(m), sizeof first);
  ok(khop_model_init(m, 3));
  assert_memory_equal(first, khop_model_block(m), sizeof first);
  char *text = NULL;
  ok(khop_model_describe(&text, m));
  const char *const wanted[] = {
      "  0  input                   -> 6 columns\n",
      "  1  conv                  of 0  -> 5 columns  60 parameters  ring 0,1, sum, out, full\n",
      "ring 0,1,2, sum, out, full, concatenated\n", "  3  mix                   of 2  -> 12 columns",
      "of 0, 7, 7  -> 10 columns\n", "rate 0.25\n", "softmax_cross_entropy of 11  -> 1 columns\n"};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    if (!strstr(text, wanted[i])) fail_msg("'%s' is not in\n%s", wanted[i], text);
  khop_free(text);
  khop_model_free(m);
  khop_model_free(NULL);
}

static void notes(void **state) {
  (void)state;
  khop_model *m = new_model(2);
  assert_null(khop_model_note(m, "a"));
  ok(khop_model_set_note(m, "a", "1"));
  ok(khop_model_set_note(m, "b", ""));
  ok(khop_model_set_note(m, "a", "two"));
  assert_string_equal(khop_model_note(m, "a"), "two");
  assert_string_equal(khop_model_note(m, "b"), "");
  assert_null(khop_model_note(m, "c"));
  khop_model_free(m);
}

/* --- runs ----------------------------------------------------------------------------------- */

/* A ring of n nodes with a chord, and features that are half zeros, in both forms. */
typedef struct fixture {
  khop_graph *graph;
  khop_real *numbers, *values;
  int64_t *offsets;
  int32_t *indices, *labels;
  khop_features dense, sparse;
} fixture;

static fixture open_fixture(int64_t n, int64_t columns, bool directed) {
  fixture f = {0};
  int64_t *from = calloc((size_t)n + 1, sizeof *from), *to = calloc((size_t)n + 1, sizeof *to), e = 0;
  khop_i_random random;
  khop_i_random_seed(&random, (uint64_t)n);
  for (int64_t i = 0; i < n; i++) from[i] = i, to[i] = (i + 1) % n;
  to[n] = n / 2;
  ok(khop_graph_from_coo(&f.graph, n, n + 1, from, to, directed));
  free(from);
  free(to);
  f.numbers = calloc((size_t)(n * columns), sizeof *f.numbers);
  f.values = calloc((size_t)(n * columns), sizeof *f.values);
  f.indices = calloc((size_t)(n * columns), sizeof *f.indices);
  f.offsets = calloc((size_t)n + 1, sizeof *f.offsets);
  f.labels = calloc((size_t)n, sizeof *f.labels);
  for (int64_t i = 0; i < n; i++) {
    f.labels[i] = (int32_t)(i % 3);
    for (int64_t c = 0; c < columns; c++) {
      if (khop_i_random_uniform(&random) < 0.5) continue;
      f.indices[e] = (int32_t)c;
      f.values[e++] = f.numbers[i * columns + c] = (khop_real)khop_i_random_uniform(&random);
    }
    f.offsets[i + 1] = e;
  }
  f.dense = (khop_features){n, columns, f.numbers, NULL, NULL, NULL};
  f.sparse = (khop_features){n, columns, NULL, f.offsets, f.indices, f.values};
  return f;
}

static void close_fixture(fixture *f) {
  khop_graph_free(f->graph);
  free(f->numbers);
  free(f->values);
  free(f->indices);
  free(f->offsets);
  free(f->labels);
}

/* A model with a bit of everything, of 3 outputs. */
static khop_model *mixed_model(int64_t columns) {
  khop_model *m = new_model(columns);
  khop_value x = khop_dropout(m, 0, 0.5);
  khop_value h = khop_relu(m, khop_conv(m, x, 9, &(khop_conv_options){.taps = 3, .bias = true,
                                                                      .norm = KHOP_NORM_SYM}));
  khop_value l = khop_linear(m, x, 9, true);
  khop_value q = khop_gelu(m, khop_conv(m, khop_layer_norm(m, h), 9, &(khop_conv_options){
      .dilation = 2, .direction = KHOP_IN, .weights = KHOP_WEIGHTS_DEPTHWISE}));
  h = khop_multiply(m, khop_add(m, h, l), khop_dropout(m, khop_tanh(m, q), 0.5));
  khop_value y = khop_linear(m, khop_concat(m, 2, (khop_value[]){h, q}), 3, true);
  khop_softmax_cross_entropy(m, khop_bias(m, khop_sigmoid(m, y)));
  ok(khop_model_init(m, 3));
  return m;
}

typedef struct bound {
  khop_rings *rings[KHOP_MAX_RINGS];
  int count;
  khop_run *run;
} bound;

static bound bind(khop_model *m, const khop_graph *graph, const khop_features *features,
                  bool training) {
  bound b = {0};
  ok(khop_model_rings(b.rings, &b.count, m, graph, 0));
  ok(khop_run_new(&b.run, m, b.count, b.rings, features, training, 0));
  return b;
}

static void unbind(bound *b) {
  khop_run_free(b->run);
  for (int i = 0; i < b->count; i++) khop_rings_free(b->rings[i]);
}

static void refusals(void **state) {
  (void)state;
  fixture f = open_fixture(12, 4, true), other = open_fixture(15, 4, true);
  khop_model *m = mixed_model(4), *narrow = mixed_model(3), *fresh = new_model(4);
  khop_rings *rings[KHOP_MAX_RINGS], *far[KHOP_MAX_RINGS], *near = NULL;
  int count, far_count;
  khop_run *run = NULL;
  ok(khop_model_rings(rings, &count, m, f.graph, 0));
  ok(khop_model_rings(far, &far_count, m, other.graph, 0));
  assert_int_equal(count, 2);
  fails(khop_run_new(&run, narrow, count, rings, &f.dense, true, 0), KHOP_E_SHAPE, "takes 3 features",
        "have 4");
  assert_null(run);
  fails(khop_run_new(&run, m, count, rings, &other.dense, true, 0), KHOP_E_SHAPE, "rings of 12 nodes",
        "features of 15");
  fails(khop_run_new(&run, m, far_count, far, &f.dense, true, 0), KHOP_E_SHAPE, "15", "12");
  ok(khop_rings_build(&near, f.graph, 2, (int[]){0, 1}, NULL));
  fails(khop_run_new(&run, m, 1, &near, &f.dense, true, 0), KHOP_E_ARGUMENT, "op 2 (conv)", "hop 2");
  fails(khop_run_new(&run, m, 1, rings, &f.dense, true, 0), KHOP_E_ARGUMENT, "(mix)", "direction");
  fails(khop_run_new(&run, m, 0, NULL, &f.dense, true, 0), KHOP_E_ARGUMENT, "op 2", "0 rings");
  khop_linear(fresh, 0, 2, true);
  fails(khop_run_new(&run, fresh, 0, NULL, &f.dense, true, 0), KHOP_E_ARGUMENT, "no parameters",
        "khop_model_init");
  fails(khop_run_new(&run, m, count, rings, &f.dense, true, 1000), KHOP_E_BUDGET, "MB",
        "budget is 0.001 MB");
  khop_features bad = f.dense;
  bad.offsets = f.offsets;
  fails(khop_run_new(&run, m, count, rings, &bad, true, 0), KHOP_E_ARGUMENT, "dense or sparse", "");
  bad.dense = NULL, bad.offsets = NULL;
  fails(khop_run_new(&run, m, count, rings, &bad, true, 0), KHOP_E_ARGUMENT, "dense or sparse", "");
  ok(khop_run_new(&run, m, count, rings, &f.dense, true, 0));
  int64_t needed = (int64_t)khop_run_bytes(run);
  khop_run_free(run);
  ok(khop_run_new(&run, m, count, rings, &f.dense, true, needed)); /* just enough */
  khop_run_free(run);
  fails(khop_run_new(&run, m, count, rings, &f.dense, true, needed - 1), KHOP_E_BUDGET, "takes", "MB");
  khop_run_free(NULL);
  khop_rings_free(near);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  for (int i = 0; i < far_count; i++) khop_rings_free(far[i]);
  khop_model_free(m);
  khop_model_free(narrow);
  khop_model_free(fresh);
  close_fixture(&f);
  close_fixture(&other);
}

static void labels_and_targets(void **state) {
  (void)state;
  fixture f = open_fixture(12, 4, false);
  khop_model *m = mixed_model(4), *plain = new_model(4), *binary = new_model(4);
  uint8_t mask[12] = {0}, good[12] = {1, 1, 1};
  const khop_real targets[36] = {0};
  bound b = bind(m, f.graph, &f.dense, true);
  fails(khop_run_targets(b.run, targets, NULL), KHOP_E_ARGUMENT, "softmax_cross_entropy",
        "labels, not targets");
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "none of the 12 nodes", "mask");
  ok(khop_run_labels(b.run, f.labels, good));
  double before = khop_run_forward(b.run, false, 0, 0);
  /* a labelling that is refused leaves the one before it in place */
  mask[7] = 1;
  f.labels[7] = 3;
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "node 7", "label 3");
  f.labels[7] = -1;
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "label -1", "3 classes");
  mask[7] = 0;
  fails(khop_run_labels(b.run, f.labels, mask), KHOP_E_VALUE, "none of the 12", "");
  assert_true(khop_run_forward(b.run, false, 0, 0) == before && before > 0);
  ok(khop_run_labels(b.run, f.labels, good)); /* node 7 is not selected: its label does not matter */
  unbind(&b);
  khop_linear(plain, 0, 2, true);
  ok(khop_model_init(plain, 1));
  b = bind(plain, f.graph, &f.dense, true);
  fails(khop_run_labels(b.run, f.labels, NULL), KHOP_E_ARGUMENT, "no loss", "");
  khop_run_forward(b.run, true, 1, 1);
  khop_run_backward(b.run); /* nothing to go back from: the gradients are 0 */
  for (int64_t i = 0; i < khop_model_parameters(plain); i++)
    assert_true(khop_run_gradients(b.run)[i] == 0);
  unbind(&b);
  khop_binary_cross_entropy(binary, khop_linear(binary, 0, 2, true));
  ok(khop_model_init(binary, 1));
  b = bind(binary, f.graph, &f.dense, true);
  fails(khop_run_labels(b.run, f.labels, NULL), KHOP_E_ARGUMENT, "2 outputs", "targets, not labels");
  ok(khop_run_targets(b.run, targets, NULL));
  assert_null(khop_run_value(b.run, -1));
  assert_null(khop_run_value(b.run, 3));
  unbind(&b);
  khop_model_free(m);
  khop_model_free(plain);
  khop_model_free(binary);
  close_fixture(&f);
}

static void close_to(const khop_real *a, const khop_real *b, int64_t count, double tolerance) {
  for (int64_t i = 0; i < count; i++)
    if (!(fabs((double)a[i] - (double)b[i]) <= tolerance))
      fail_msg("%lld: %g and %g", (long long)i, (double)a[i], (double)b[i]);
}

/* Sparse and dense features, runs with and without training, another graph. */
static void same_outputs(void **state) {
  (void)state;
  fixture f = open_fixture(40, 7, true), other = open_fixture(33, 7, false);
  khop_model *m = mixed_model(7);
  bound dense = bind(m, f.graph, &f.dense, true), sparse = bind(m, f.graph, &f.sparse, true);
  bound frozen = bind(m, f.graph, &f.sparse, false), elsewhere = bind(m, other.graph, &other.sparse, false);
  assert_true(khop_run_bytes(frozen.run) < khop_run_bytes(sparse.run));
  khop_run_forward(dense.run, false, 1, 1);
  khop_run_forward(sparse.run, true, 1, 1); /* what training leaves behind does not show later */
  khop_run_forward(sparse.run, false, 1, 1);
  khop_run_forward(frozen.run, true, 1, 1); /* made without training: dropout stays off */
  close_to(khop_run_output(dense.run), khop_run_output(sparse.run), 40 * 3, 1e-5);
  assert_memory_equal(khop_run_output(sparse.run), khop_run_output(frozen.run),
                      40 * 3 * sizeof(khop_real));
  khop_run_forward(elsewhere.run, false, 1, 1);
  for (int i = 0; i < 33 * 3; i++) assert_true(isfinite(khop_run_output(elsewhere.run)[i]));
  khop_run_backward(frozen.run); /* does nothing */
  assert_null(khop_run_gradients(frozen.run));
  unbind(&dense);
  unbind(&sparse);
  unbind(&frozen);
  unbind(&elsewhere);
  /* dropout of sparse features as the last op: the output is there all the same */
  khop_model *last = new_model(7);
  khop_dropout(last, khop_dropout(last, 0, 0.5), 0.5);
  ok(khop_model_init(last, 1));
  sparse = bind(last, f.graph, &f.sparse, true);
  khop_run_forward(sparse.run, false, 1, 1);
  assert_memory_equal(khop_run_output(sparse.run), f.numbers, 40 * 7 * sizeof(khop_real));
  unbind(&sparse);
  khop_model_free(last);
  khop_model_free(m);
  close_fixture(&f);
  close_fixture(&other);
}

/* The formula of a convolution, written plainly, on the rings as they are handed out. */
static void conv_formula(void **state) {
  (void)state;
  fixture f = open_fixture(20, 3, true);
  const int hops[] = {2, 0, 1};
  for (int wide = 0; wide < 2; wide++)
    for (int norm = KHOP_NORM_NONE; norm <= KHOP_NORM_COL; norm++) {
      int g = wide ? 6 : 2;
      khop_model *m = new_model(3);
      khop_conv(m, 0, g, &(khop_conv_options){.taps = 3, .hops = hops, .norm = (khop_norm)norm,
                                              .self_loop = true, .bias = true});
      ok(khop_model_init(m, 2));
      khop_real *w = khop_model_block(m);
      for (int o = 0; o < g; o++) w[9 * g + o] = (khop_real)o;
      bound b = bind(m, f.graph, &f.dense, false);
      khop_run_forward(b.run, false, 0, 0);
      khop_real left[20], right[20], wanted[120];
      for (int i = 0; i < 20; i++)
        for (int o = 0; o < g; o++) wanted[i * g + o] = (khop_real)o;
      for (int t = 0; t < 3; t++) {
        int slot = khop_rings_slot(b.rings[0], hops[t]);
        ok(khop_rings_scales(left, right, b.rings[0], slot, (khop_norm)norm, true));
        for (int i = 0; i < 20; i++) {
          const int32_t *columns;
          const khop_real *values;
          int64_t entries = khop_rings_row(b.rings[0], slot, i, &columns, &values);
          for (int64_t e = hops[t] ? -1 : 0; e < entries; e++) { /* -1: the self-loop */
            int64_t j = e < 0 ? i : columns[e];
            for (int o = 0; o < g; o++)
              for (int c = 0; c < 3; c++)
                wanted[i * g + o] += left[i] * right[j] * f.numbers[j * 3 + c] * w[(t * 3 + c) * g + o];
          }
        }
      }
      close_to(khop_run_output(b.run), wanted, 20 * g, 1e-5);
      unbind(&b);
      khop_model_free(m);
    }
  close_fixture(&f);
}

/* --- dropout -------------------------------------------------------------------------------- */

static void dropout_masks(void **state) {
  (void)state;
  enum { N = 500, COLUMNS = 80, ALL = N * COLUMNS };
  const double rates[] = {0.1, 0.5, 0.8};
  khop_real *ones = calloc(ALL, sizeof *ones), *seen = calloc(ALL, sizeof *seen);
  for (int i = 0; i < ALL; i++) ones[i] = 1;
  const khop_features x = {N, COLUMNS, ones, NULL, NULL, NULL};
  for (int r = 0; r < 3; r++) {
    khop_model *m = new_model(COLUMNS);
    khop_value a = khop_dropout(m, 0, rates[r]), b = khop_dropout(m, 0, rates[r]);
    ok(khop_model_init(m, 1));
    khop_run *run;
    ok(khop_run_new(&run, m, 0, NULL, &x, true, 0));
    const uint64_t draws[][2] = {{1, 1}, {1, 1}, {1, 2}, {2, 1}};
    for (int d = 0; d < 4; d++) {
      khop_run_forward(run, true, draws[d][0], draws[d][1]);
      const khop_real *y = khop_run_value(run, a), *z = khop_run_value(run, b);
      double kept = 0, both = 0, again = 0;
      for (int i = 0; i < ALL; i++) {
        assert_true(y[i] == 0 || fabs((double)y[i] * (1 - rates[r]) - 1) < 1e-6);
        kept += y[i] != 0;
        both += y[i] != 0 && z[i] != 0;
        again += y[i] != 0 && seen[i] != 0;
      }
      double p = 1 - rates[r], spread = 5 * sqrt(ALL * p * (1 - p));
      assert_true(fabs(kept - p * ALL) < spread); /* so the mean stays 1 */
      spread = 5 * sqrt(ALL * p * p * (1 - p * p));
      assert_true(fabs(both - p * p * ALL) < spread); /* two ops are independent */
      if (d == 1) assert_memory_equal(seen, y, ALL * sizeof *seen); /* a step can be repeated */
      if (d > 1) assert_true(fabs(again - p * p * ALL) < spread);
      memcpy(seen, y, ALL * sizeof *seen);
    }
    khop_run_forward(run, false, 1, 1);
    assert_memory_equal(khop_run_value(run, a), ones, ALL * sizeof *ones);
    khop_run_free(run);
    khop_model_free(m);
  }
  free(ones);
  free(seen);
}

/* On sparse features the stored entries are dropped, row by row and column by column alike: gradient
 * and output see the same mask. */
static void dropout_sparse(void **state) {
  (void)state;
  fixture f = open_fixture(60, 20, false);
  khop_model *m = new_model(20);
  khop_value y = khop_linear(m, khop_dropout(m, 0, 0.4), 1, false);
  khop_mean_squared_error(m, y);
  ok(khop_model_init(m, 1));
  bound b = bind(m, f.graph, &f.sparse, true);
  khop_real *w = khop_model_block(m), targets[60] = {0}, wanted[20] = {0};
  for (int c = 0; c < 20; c++) w[c] = 1;
  ok(khop_run_targets(b.run, targets, NULL));
  khop_run_forward(b.run, true, 5, 6);
  khop_real out[60];
  memcpy(out, khop_run_value(b.run, y), sizeof out);
  khop_run_backward(b.run);
  for (int c = 0; c < 20; c++) { /* dw_c = sum_i 2/N y_i x_ic: x_ic from the output with w = e_c */
    memset(w, 0, 20 * sizeof *w);
    w[c] = 1;
    khop_real g = khop_run_gradients(b.run)[c];
    khop_run_forward(b.run, true, 5, 6);
    int dropped = 0, kept = 0;
    for (int i = 0; i < 60; i++) {
      khop_real x = khop_run_value(b.run, y)[i], full = f.numbers[i * 20 + c];
      wanted[c] += 2 * out[i] * x / 60;
      dropped += full != 0 && x == 0;
      kept += x != 0;
      assert_true(x == 0 || fabs((double)(x * (khop_real)0.6 / full) - 1) < 1e-5);
    }
    assert_true(dropped > 0 && kept > 0);
    assert_true(fabs((double)(g - wanted[c])) < 1e-4 * fabs((double)g));
  }
  unbind(&b);
  khop_model_free(m);
  close_fixture(&f);
}

/* --- allocations ---------------------------------------------------------------------------- */

/* A plan takes two blocks, one of which is gone when it is made; directed rings take their transpose
 * once, which stays with them. */
static void plan_allocations(void **state) {
  (void)state;
  fixture f = open_fixture(30, 5, true);
  khop_model *m = mixed_model(5);
  bound b = bind(m, f.graph, &f.sparse, true); /* the transposes are made here */
  size_t held = khop_bytes_now();
  uint64_t before = khop_allocations();
  khop_run *run;
  ok(khop_run_new(&run, m, b.count, b.rings, &f.sparse, true, 0));
  assert_int_equal(khop_allocations() - before, 2);
  assert_int_equal(khop_bytes_now() - held, khop_run_bytes(run));
  khop_run_free(run);
  assert_int_equal(khop_bytes_now(), held);
  unbind(&b);
  khop_model_free(m);
  close_fixture(&f);
}

/* Twenty epochs of a recipe allocate nothing: not through khop's wrapper, and not past it. What the
 * OpenMP runtime and the BLAS do for themselves is said, not judged. */
static void train_quietly(const char *name_or_path, const char *recipe_name, int threads) {
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_model *m;
  khop_trainer *trainer;
  bool more = true;
  ok(khop_set_threads(threads));
  ok(khop_recipe_find(&recipe, recipe_name));
  ok(khop_data_load(&data, name_or_path, &(khop_data_options){.row_normalize = recipe.row_normalize}));
  ok(khop_recipe_model(&m, &recipe, data));
  bound b = bind(m, khop_data_graph(data), khop_data_features(data), true);
  ok(khop_trainer_new(&trainer, b.run, data, 0, &recipe.fit));
  for (int i = 0; i < 3; i++) ok(khop_trainer_epoch(trainer, &more));
  uint64_t before = khop_allocations();
  atomic_store(&ours, 0);
  atomic_store(&others, 0);
  atomic_store(&watching, 1);
  for (int i = 0; i < 20; i++) ok(khop_trainer_epoch(trainer, &more));
  atomic_store(&watching, 0);
  assert_true(more);
  assert_int_equal(khop_allocations() - before, 0);
  assert_int_equal(atomic_load(&ours), 0);
  if (atomic_load(&others))
    print_message("# %s, %d threads: libraries below khop allocated %ld times in 20 epochs\n",
                  recipe_name, threads, atomic_load(&others));
  khop_trainer_free(trainer);
  unbind(&b);
  khop_model_free(m);
  khop_data_free(data);
  ok(khop_set_threads(0));
}

static void epochs_allocate_nothing(void **state) {
  (void)state;
#ifndef SANITIZED /* the counter counts */
  atomic_store(&ours, 0);
  atomic_store(&watching, 1);
  free(malloc(10));
  void *volatile block = malloc(100);
  free(block);
  atomic_store(&watching, 0);
  assert_true(atomic_load(&ours) >= 1);
#endif
  for (int i = 0; i < khop_recipe_count(); i++)
    for (int threads = 1; threads <= 2; threads++)
      train_quietly(karate_path(), khop_recipe_name(i), threads);
  if (getenv("KHOP_DATA")) {
    train_quietly("cora", "gcn", 2);
    train_quietly("cora", "ring", 2);
  } else {
    skipped("KHOP_DATA is not set");
  }
}

/* --- the same numbers ------------------------------------------------------------------------ */

typedef struct curve {
  int count;
  double loss[30], val[30];
} curve;

static bool record(const khop_epoch *epoch, void *context) {
  curve *c = context;
  c->loss[c->count] = epoch->loss;
  c->val[c->count++] = epoch->val_loss;
  return true;
}

static void train_curve(curve *c, const khop_data *data, const char *name, int threads) {
  khop_recipe recipe;
  khop_report report;
  memset(c, 0, sizeof *c);
  ok(khop_set_threads(threads));
  ok(khop_recipe_find(&recipe, name));
  recipe.fit.epochs = 30;
  recipe.fit.progress = record;
  recipe.fit.context = c;
  recipe.fit.seed = 11;
  ok(khop_train(&report, data, &recipe, NULL));
  assert_int_equal(c->count, 30);
  khop_report_free(&report);
  ok(khop_set_threads(0));
}

static void check_threads(const char *name_or_path) {
  khop_data *data = NULL;
  curve one, two;
  ok(khop_data_load(&data, name_or_path, NULL));
  for (int i = 0; i < khop_recipe_count(); i++) {
    const char *name = khop_recipe_name(i);
    bool small = khop_graph_nodes(khop_data_graph(data)) < 100;
    if (!small && strcmp(name, "ring") != 0 && strcmp(name, "gcn") != 0) continue; /* takes long */
    train_curve(&one, data, name, 1);
    train_curve(&two, data, name, 2);
    if (memcmp(&one, &two, sizeof one) != 0) fail_msg("%s: one and two threads differ", name);
    train_curve(&two, data, name, 2);
    if (memcmp(&one, &two, sizeof one) != 0) fail_msg("%s: two runs of one seed differ", name);
  }
  khop_data_free(data);
}

static void threads_karate(void **state) {
  (void)state;
  check_threads(karate_path());
}

static void threads_cora(void **state) {
  (void)state;
  if (getenv("KHOP_DATA"))
    check_threads("cora");
  else
    skipped("KHOP_DATA is not set");
}

/* --- allocations that fail ------------------------------------------------------------------- */

static atomic_int until_failure; /* allocations that still succeed; below 0: all */

static void *allocate(size_t size, void *context) {
  (void)context;
  if (atomic_load(&until_failure) == 0) return NULL;
  if (atomic_load(&until_failure) > 0) atomic_fetch_sub(&until_failure, 1);
  return malloc(size);
}

static void release(void *pointer, void *context) {
  (void)context;
  free(pointer);
}

/* Makes allocation 0, 1, 2, .. of work fail until it succeeds; how many it made. */
static int fail_each(khop_status (*work)(const khop_data *data), const khop_data *data) {
  size_t held = khop_bytes_now();
  for (int n = 0; n < 100000; n++) {
    atomic_store(&until_failure, n);
    khop_status status = work(data);
    int left = atomic_exchange(&until_failure, -1);
    if (khop_bytes_now() != held)
      fail_msg("allocation %d: %zu bytes are held, not %zu", n, khop_bytes_now(), held);
    if (status == KHOP_OK) {
      assert_true(left >= 0);
      return n;
    }
    if (status != KHOP_E_MEMORY)
      fail_msg("allocation %d: %s: %s", n, khop_status_name(status), khop_message());
    assert_non_null(strstr(khop_message(), "memory"));
  }
  fail_msg("it never succeeds");
  return 0;
}

static khop_status build_work(const khop_data *data) {
  (void)data;
  khop_model *m = NULL;
  char *text = NULL;
  khop_status status = khop_model_new(&m);
  if (status != KHOP_OK) {
    assert_null(m);
    return status;
  }
  const khop_real initial[] = {1, 2};
  khop_input(m, 5);
  khop_conv(m, 0, 5, &(khop_conv_options){.weights = KHOP_WEIGHTS_FIXED, .initial = initial});
  for (int i = 0; i < 20; i++) khop_relu(m, khop_linear(m, 1, 3, true));
  khop_softmax_cross_entropy(m, 4);
  status = khop_model_init(m, 1);
  if (status == KHOP_OK) status = khop_model_set_note(m, "a", "b");
  if (status == KHOP_OK) status = khop_model_set_note(m, "a", "c");
  if (status == KHOP_OK) status = khop_model_describe(&text, m);
  khop_free(text);
  khop_model_free(m);
  return status;
}

static khop_status run_work(const khop_data *data) {
  khop_model *m = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_recipe recipe;
  khop_run *run = NULL;
  int count = 0;
  ok(khop_recipe_find(&recipe, "mixhop"));
  khop_status status = khop_recipe_model(&m, &recipe, data);
  if (status == KHOP_OK) status = khop_model_rings(rings, &count, m, khop_data_graph(data), 0);
  if (status == KHOP_OK)
    status = khop_run_new(&run, m, count, rings, khop_data_features(data), true, 0);
  if (status != KHOP_OK) assert_null(run);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(m);
  return status;
}

static char checkpoint[300];

static khop_status train_work(const khop_data *data) {
  khop_recipe recipe;
  khop_report report;
  ok(khop_recipe_find(&recipe, "dilated"));
  recipe.fit.epochs = 2;
  recipe.fit.metric = KHOP_MACRO_F1;
  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){
      .seeds = 2, .save = checkpoint, .notes = "--notes"});
  khop_report_free(&report);
  return status;
}

static khop_status resume_work(const khop_data *data) {
  khop_recipe recipe;
  khop_report report;
  khop_model *m = NULL;
  ok(khop_recipe_find(&recipe, "dilated"));
  recipe.fit.epochs = 3;
  recipe.fit.metric = KHOP_MACRO_F1;
  ok(khop_set_threads(1));
  khop_status status = khop_train(&report, data, &recipe, &(khop_train_options){.resume = checkpoint});
  khop_report_free(&report);
  if (status == KHOP_OK) status = khop_model_load(&m, checkpoint);
  if (status != KHOP_OK) assert_null(m);
  khop_model_free(m);
  ok(khop_set_threads(0));
  return status;
}

static void out_of_memory(void **state) {
  (void)state;
  khop_data *data = NULL;
  khop_recipe recipe;
  khop_report report;
  snprintf(checkpoint, sizeof checkpoint, "%.200s/khop-model-%d.safetensors",
           getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", (int)getpid());
  atomic_store(&until_failure, -1);
  ok(khop_set_allocator(&(khop_allocator){allocate, release, NULL}));
  ok(khop_data_load(&data, karate_path(), NULL));
  assert_in_range(fail_each(build_work, NULL), 40, 400);
  assert_in_range(fail_each(run_work, data), 20, 400);
  assert_in_range(fail_each(train_work, data), 50, 1000);
  ok(khop_recipe_find(&recipe, "dilated"));
  recipe.fit.epochs = 2;
  recipe.fit.metric = KHOP_MACRO_F1;
  ok(khop_train(&report, data, &recipe, &(khop_train_options){.save = checkpoint}));
  khop_report_free(&report);
  assert_in_range(fail_each(resume_work, data), 50, 1000);
  unlink(checkpoint);
  khop_data_free(data);
  ok(khop_set_allocator(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(mistakes),           cmocka_unit_test(conv_mistakes),
      cmocka_unit_test(too_big),            cmocka_unit_test(shapes),
      cmocka_unit_test(notes),              cmocka_unit_test(refusals),
      cmocka_unit_test(labels_and_targets), cmocka_unit_test(same_outputs),
      cmocka_unit_test(conv_formula),       cmocka_unit_test(dropout_masks),
      cmocka_unit_test(dropout_sparse),     cmocka_unit_test(plan_allocations),
      cmocka_unit_test(epochs_allocate_nothing), cmocka_unit_test(threads_karate),
      cmocka_unit_test(threads_cora),       cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests_name("model", tests, NULL, teardown);
}
