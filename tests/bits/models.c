/* models.c: blocks and ops in a run, forward with dropout and backward; streams; wavelets. */
#include "bits.h"

#include <stdlib.h>

enum { WIDE = 12, CLASSES = 5 };

/* --- blocks: each from an input of WIDE columns -------------------------------------------------- */

static const int doubling[] = {1, 2, 4};

static khop_value stack(khop_model *m, khop_value x) {
  return khop_stack(m, x, &(khop_stack_options){.layers = 3, .dilations = doubling, .columns = 16,
                                                .join = KHOP_JOIN_ADD, .dropout = 0.3,
                                                .taps = {.taps = 3, .norm = KHOP_NORM_SYM}});
}
static khop_value aspp(khop_model *m, khop_value x) {
  return khop_aspp(m, x, &(khop_aspp_options){.rates = 3, .rate = doubling, .columns = 10, .activation = KHOP_GELU,
                                              .taps = {.taps = 3, .norm = KHOP_NORM_ROW}});
}
static khop_value gated(khop_model *m, khop_value x) {
  return khop_gated_stack(m, x, &(khop_gated_options){.layers = 3, .dilations = doubling, .columns = 16, .skips = 8});
}
static khop_value tcn(khop_model *m, khop_value x) {
  return khop_tcn(m, x, &(khop_tcn_options){.layers = 2, .columns = 16, .dropout = 0.2});
}
static khop_value separable(khop_model *m, khop_value x) {
  return khop_separable(m, x, &(khop_separable_options){.dilation = 2, .columns = 20, .taps = {.norm = KHOP_NORM_COL}});
}
static khop_value atrous(khop_model *m, khop_value x) {
  return khop_atrous_bank(m, x, &(khop_atrous_options){.levels = 3, .norm = KHOP_NORM_ROW});
}
static khop_value pools(khop_model *m, khop_value x) {
  khop_value most = khop_pool(m, x, KHOP_POOL_MAX, &(khop_conv_options){.taps = 3});
  return khop_add(m, most, khop_pool(m, x, KHOP_POOL_MEAN, &(khop_conv_options){.taps = 2, .dilation = 3}));
}
static khop_value pointwise(khop_model *m, khop_value x) {
  khop_value h = khop_layer_norm(m, khop_linear(m, x, 33, true));
  khop_value parts[] = {khop_gelu(m, h), khop_tanh(m, h), khop_multiply(m, khop_sigmoid(m, h), khop_relu(m, h))};
  return khop_bias(m, khop_add(m, khop_dropout(m, khop_concat(m, 3, parts), 0.5), khop_concat(m, 3, parts)));
}
static khop_value depthwise(khop_model *m, khop_value x) {
  khop_conv_options options = {.taps = 3, .norm = KHOP_NORM_SYM, .weights = KHOP_WEIGHTS_DEPTHWISE, .self_loop = true};
  khop_value h = khop_conv(m, x, WIDE, &options);
  options.weights = KHOP_WEIGHTS_SCALAR;
  return khop_conv(m, khop_conv(m, h, WIDE, &options), 24, &(khop_conv_options){.taps = 2, .groups = 4, .bias = true});
}

static const struct {
  const char *name;
  khop_value (*build)(khop_model *m, khop_value x);
} blocks[] = {{"stack", stack},         {"aspp", aspp},     {"gated", gated}, {"tcn", tcn},
              {"separable", separable}, {"atrous", atrous}, {"pools", pools}, {"pointwise", pointwise},
              {"depthwise", depthwise}};

/* --- a run of each ------------------------------------------------------------------------------------- */

static int32_t *labels_of(int64_t n) {
  int32_t *labels = room((size_t)n, sizeof *labels);
  for (int64_t i = 0; i < n; i++) labels[i] = (int32_t)(i * i % CLASSES);
  return labels;
}

/* Three steps, each from the gradients of the one before: parameters less a tenth of them. */
static void steps(sum *s, khop_model *model, khop_run *run, int64_t n) {
  khop_real *block = khop_model_parameter_array(model);
  int64_t count = khop_model_parameters(model);
  for (uint64_t step = 1; step <= 3; step++) {
    sum_real(s, (khop_real)khop_run_forward(run, true, 5, step));
    sum_reals(s, khop_run_output(run), n * CLASSES);
    TRY(khop_run_backward(run));
    sum_reals(s, khop_run_gradients(run), count);
    for (int64_t i = 0; i < count; i++) block[i] -= khop_run_gradients(run)[i] / 8;
  }
}

static void block_row(const char *kind, int which, const khop_graph *graph, const khop_features *features) {
  khop_model *model = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  TRY(khop_model_new(&model));
  khop_value h = blocks[which].build(model, khop_input(model, features->columns));
  khop_softmax_cross_entropy(model, khop_linear(model, h, CLASSES, true));
  TRY(khop_model_init(model, 3));
  TRY(khop_model_rings(rings, &count, model, graph, 0));
  TRY(khop_run_new(&run, model, count, rings, features, true, 0));
  int32_t *labels = labels_of(features->rows);
  TRY(khop_run_labels(run, labels, NULL));
  sum s = sum_new();
  steps(&s, model, run, features->rows);
  row(kind, "-", &s, "model/%s/steps", blocks[which].name);
  khop_run_free(run);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  free(labels);
}

static void blocks_rows(const char *kind) {
  khop_graph *graph = NULL;
  TRY(khop_graph_grid(&graph, 2, (int64_t[]){14, 19}, NULL, false, false));
  khop_real *x = drawn(14 * 19 * WIDE, 31);
  const khop_features features = {.rows = 14 * 19, .columns = WIDE, .dense = x};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) block_row(kind, (int)i, graph, &features);
  khop_graph_free(graph);
  free(x);
}

/* --- streams and wavelets ---------------------------------------------------------------------------------- */

static void stream_row(const char *kind) {
  enum { SAMPLES = 64 };
  khop_model *model = NULL;
  khop_stream *stream = NULL;
  TRY(khop_model_new(&model));
  khop_value h = khop_tcn(model, khop_input(model, WIDE),
                          &(khop_tcn_options){.layers = 3, .columns = 16, .taps = {.direction = KHOP_IN}});
  khop_linear(model, h, CLASSES, true);
  TRY(khop_model_init(model, 4));
  TRY(khop_stream_new(&stream, model));
  khop_real *x = drawn(SAMPLES * WIDE, 32), y[CLASSES];
  sum s = sum_new();
  for (int i = 0; i < SAMPLES; i++) {
    khop_stream_push(stream, x + i * WIDE, y);
    sum_reals(&s, y, CLASSES);
  }
  row(kind, "-", &s, "stream/tcn/push");
  khop_stream_free(stream);
  khop_model_free(model);
  free(x);
}

static void swt_row(const char *kind, const char *name) {
  enum { N = 64, LEVELS = 3, COLUMNS = 3, ALL = N * LEVELS * COLUMNS };
  khop_filters filters;
  khop_swt *swt = NULL;
  TRY(khop_filters_find(&filters, name));
  TRY(khop_swt_new(&swt, N, LEVELS, &filters, false));
  khop_real *x = drawn(N * COLUMNS, 33), *low = room(ALL, sizeof *low), *high = room(ALL, sizeof *high);
  TRY(khop_swt_forward(low, high, swt, x, COLUMNS));
  TRY(khop_swt_inverse(x, swt, low + (LEVELS - 1) * N * COLUMNS, high, COLUMNS));
  sum s = sum_new();
  sum_reals(&s, low, ALL);
  sum_reals(&s, high, ALL);
  sum_reals(&s, x, N * COLUMNS);
  row(kind, "-", &s, "wavelet/swt/%s", name);
  khop_swt_free(swt);
  free(x);
  free(low);
  free(high);
}

static void hop_wavelet_row(const char *kind, khop_mother mother) {
  const int hops[] = {0, 1, 2, 3, 4};
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  TRY(khop_graph_grid(&graph, 2, (int64_t[]){14, 19}, NULL, true, false));
  TRY(khop_rings_build(&rings, graph, 5, hops, NULL));
  khop_real *x = drawn(14 * 19 * 3, 34), *y = room(14 * 19 * 3, sizeof *y);
  TRY(khop_hop_wavelet(y, rings, 4, mother, x, 3));
  sum s = sum_new();
  sum_reals(&s, y, 14 * 19 * 3);
  row(kind, "-", &s, "wavelet/hops/%s", mother == KHOP_MOTHER_HAAR ? "haar" : "hat");
  khop_rings_free(rings);
  khop_graph_free(graph);
  free(x);
  free(y);
}

void model_rows(const char *kind) {
  blocks_rows(kind);
  stream_row(kind);
  for (int i = 0; i < khop_filters_count(); i++) swt_row(kind, khop_filters_name(i));
  hop_wavelet_row(kind, KHOP_MOTHER_HAAR);
  hop_wavelet_row(kind, KHOP_MOTHER_MEXICAN_HAT);
}
