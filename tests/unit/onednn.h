/* onednn.h: a convolution of oneDNN as the judge of khop's: one picture, any kernel size, gap, padding
 * and number of groups an axis. Versions 2 and 3 differ; both are here.
 *
 *   src (N, F), weights (positions, F / groups, G), bias (G), dst (N, G): khop's own layouts, which
 *   oneDNN calls channels last. */
#ifndef KHOP_TESTS_ONEDNN_H
#define KHOP_TESTS_ONEDNN_H

#include "check.h"

#include <dnnl.h>

typedef struct onednn_task {
  int dimensions;
  int64_t shape[3], kernel[3], dilation[3], before[3], after[3];
  int64_t f, g, groups;
} onednn_task;

static inline void dnn(dnnl_status_t status) {
  if (status != dnnl_success) fail_msg("oneDNN answers %d", (int)status);
}

typedef dnnl_memory_desc_t tensor_desc;
#if DNNL_VERSION_MAJOR >= 3
static inline tensor_desc describe(int count, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t desc;
  dnn(dnnl_memory_desc_create_with_tag(&desc, count, dims, dnnl_f32, tag));
  return desc;
}
static inline void forget(tensor_desc *desc) { dnnl_memory_desc_destroy(*desc); }
#define GIVEN(desc) (desc)
#else
static inline tensor_desc describe(int count, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t desc;
  dnn(dnnl_memory_desc_init_by_tag(&desc, count, dims, dnnl_f32, tag));
  return desc;
}
static inline void forget(tensor_desc *desc) { (void)desc; }
#define GIVEN(desc) (&(desc))
#endif

typedef struct onednn {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  tensor_desc desc[4];
  dnnl_dims_t steps, gaps, before, after;
} onednn;

static inline onednn onednn_open(const onednn_task *k) {
  static const dnnl_format_tag_t data[] = {dnnl_nwc, dnnl_nhwc, dnnl_ndhwc};
  static const dnnl_format_tag_t whole[] = {dnnl_wio, dnnl_hwio, dnnl_dhwio};
  static const dnnl_format_tag_t grouped[] = {dnnl_wigo, dnnl_hwigo, dnnl_dhwigo};
  int m = k->dimensions, first = k->groups > 1 ? 3 : 2;
  onednn j = {0};
  dnnl_dims_t src = {1, k->f}, bias = {k->g}, dst = {1, k->g}, weights = {k->g, k->f};
  if (k->groups > 1) {
    weights[0] = k->groups;
    weights[1] = k->g / k->groups;
    weights[2] = k->f / k->groups;
  }
  for (int d = 0; d < m; d++) {
    src[d + 2] = dst[d + 2] = k->shape[d];
    weights[d + first] = k->kernel[d];
    j.steps[d] = 1;
    j.gaps[d] = k->dilation[d] - 1;
    j.before[d] = k->before[d];
    j.after[d] = k->after[d];
  }
  j.desc[0] = describe(m + 2, src, data[m - 1]);
  j.desc[1] = describe(m + first, weights, (k->groups > 1 ? grouped : whole)[m - 1]);
  j.desc[2] = describe(1, bias, dnnl_x);
  j.desc[3] = describe(m + 2, dst, data[m - 1]);
  dnn(dnnl_engine_create(&j.engine, dnnl_cpu, 0));
  dnn(dnnl_stream_create(&j.stream, j.engine, dnnl_stream_default_flags));
  return j;
}

static inline void onednn_close(onednn *j) {
  for (int i = 0; i < 4; i++) forget(&j->desc[i]);
  dnn(dnnl_stream_destroy(j->stream));
  dnn(dnnl_engine_destroy(j->engine));
}

typedef enum onednn_pass { FORWARD, DATA, WEIGHTS } onednn_pass;

static inline dnnl_primitive_desc_t describe_pass(onednn *j, onednn_pass which) {
  dnnl_primitive_desc_t pd = NULL, hint = NULL;
  const tensor_desc *d = j->desc;
#if DNNL_VERSION_MAJOR >= 3
  dnn(dnnl_convolution_forward_primitive_desc_create(
      &hint, j->engine, dnnl_forward_training, dnnl_convolution_direct, d[0], d[1], d[2], d[3],
      j->steps, j->gaps, j->before, j->after, NULL));
  if (which == FORWARD) return hint;
  if (which == DATA)
    dnn(dnnl_convolution_backward_data_primitive_desc_create(
        &pd, j->engine, dnnl_convolution_direct, d[0], d[1], d[3], j->steps, j->gaps, j->before,
        j->after, hint, NULL));
  else
    dnn(dnnl_convolution_backward_weights_primitive_desc_create(
        &pd, j->engine, dnnl_convolution_direct, d[0], d[1], d[2], d[3], j->steps, j->gaps,
        j->before, j->after, hint, NULL));
#else
  dnnl_convolution_desc_t desc;
  dnn(dnnl_dilated_convolution_forward_desc_init(
      &desc, dnnl_forward_training, dnnl_convolution_direct, &d[0], &d[1], &d[2], &d[3], j->steps,
      j->gaps, j->before, j->after));
  dnn(dnnl_primitive_desc_create(&hint, &desc, NULL, j->engine, NULL));
  if (which == FORWARD) return hint;
  if (which == DATA)
    dnn(dnnl_dilated_convolution_backward_data_desc_init(&desc, dnnl_convolution_direct, &d[0],
                                                         &d[1], &d[3], j->steps, j->gaps,
                                                         j->before, j->after));
  else
    dnn(dnnl_dilated_convolution_backward_weights_desc_init(
        &desc, dnnl_convolution_direct, &d[0], &d[1], &d[2], &d[3], j->steps, j->gaps, j->before,
        j->after));
  dnn(dnnl_primitive_desc_create(&pd, &desc, NULL, j->engine, hint));
#endif
  dnn(dnnl_primitive_desc_destroy(hint));
  return pd;
}

/* Runs one pass; array[i] goes with desc[i] (source, weights, bias, destination) and argument[i]. */
static inline void onednn_run(onednn *j, onednn_pass which, float *const array[4],
                              const int argument[4]) {
  dnnl_primitive_desc_t pd = describe_pass(j, which);
  dnnl_primitive_t primitive;
  dnnl_exec_arg_t arguments[4];
  int count = 0;
  dnn(dnnl_primitive_create(&primitive, pd));
  for (int i = 0; i < 4; i++) {
    if (!array[i]) continue;
    arguments[count].arg = argument[i];
    dnn(dnnl_memory_create(&arguments[count++].memory, GIVEN(j->desc[i]), j->engine, array[i]));
  }
  dnn(dnnl_primitive_execute(primitive, j->stream, count, arguments));
  dnn(dnnl_stream_wait(j->stream));
  for (int i = 0; i < count; i++) dnn(dnnl_memory_destroy(arguments[i].memory));
  dnn(dnnl_primitive_destroy(primitive));
  dnn(dnnl_primitive_desc_destroy(pd));
}

/* Forward and backward: y, dx, dw, db from x, w, b, dy. */
static inline void onednn_convolve(const onednn_task *k, float *x, float *w, float *b, float *dy,
                                   float *y, float *dx, float *dw, float *db) {
  onednn j = onednn_open(k);
  onednn_run(&j, FORWARD, (float *[]){x, w, b, y},
             (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST});
  onednn_run(&j, DATA, (float *[]){dx, w, NULL, dy},
             (int[]){DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, 0, DNNL_ARG_DIFF_DST});
  onednn_run(&j, WEIGHTS, (float *[]){x, dw, db, dy},
             (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST});
  onednn_close(&j);
}

#endif
