/* spmm_rest.h: the last columns of a row, fewer than a vector, over all taps (spmm.c). */
#ifndef KHOP_KERNELS_SPMM_REST_H
#define KHOP_KERNELS_SPMM_REST_H

#include "kernels/spmm_strips.h"

/* `width` columns in one vector, whose kind is the narrowest that holds them; entries as in entries_1_1. */
#define DEFINE_REST(NAME, VECTOR)                                                                                    \
  static inline __attribute__((always_inline)) VECTOR plain_rest_##NAME(const khop_real *from, int64_t ldx,          \
                                                                        int width, const int32_t *e,                 \
                                                                        const int32_t *end) {                        \
    VECTOR part[AT_ONCE], sum;                                                                                       \
    for (int a = 0; a < AT_ONCE; a++) part[a] = (VECTOR){0};                                                         \
    for (; end - e >= AT_ONCE; e += AT_ONCE)                                                                         \
      for (int a = 0; a < AT_ONCE; a++) part[a] += load_##NAME(from + e[a] * ldx, width);                            \
    for (; e < end; e++) part[0] += load_##NAME(from + *e * ldx, width);                                             \
    sum = part[0];                                                                                                   \
    for (int a = 1; a < AT_ONCE; a++) sum += part[a];                                                                \
    return sum;                                                                                                      \
  }                                                                                                                  \
                                                                                                                     \
  static inline __attribute__((always_inline)) VECTOR entries_rest_##NAME(const khop_real *from, int64_t ldx,        \
                                                                          int width, const khop_i_tap *p,            \
                                                                          int64_t i) {                               \
    const int32_t *columns = p->columns;                                                                             \
    int64_t e = p->offsets[i * p->stride], end = p->offsets[i * p->stride + 1];                                      \
    VECTOR part[AT_ONCE], sum;                                                                                       \
    if (!p->right && !p->values) return plain_rest_##NAME(from, ldx, width, columns + e, columns + end);             \
    for (int a = 0; a < AT_ONCE; a++) part[a] = (VECTOR){0};                                                         \
    for (; e + AT_ONCE <= end; e += AT_ONCE)                                                                         \
      for (int a = 0; a < AT_ONCE; a++) {                                                                            \
        int64_t j = columns[e + a];                                                                                  \
        khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e + a] : 1);                             \
        part[a] += load_##NAME(from + j * ldx, width) * s;                                                           \
      }                                                                                                              \
    for (; e < end; e++) {                                                                                           \
      int64_t j = columns[e];                                                                                        \
      khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e] : 1);                                   \
      part[0] += load_##NAME(from + j * ldx, width) * s;                                                             \
    }                                                                                                                \
    sum = part[0];                                                                                                   \
    for (int a = 1; a < AT_ONCE; a++) sum += part[a];                                                                \
    return sum;                                                                                                      \
  }                                                                                                                  \
                                                                                                                     \
  static inline __attribute__((always_inline)) void strip_rest_##NAME(                                               \
      khop_real *y, const khop_real *x, int64_t ldx, int width, int taps, const khop_i_tap *tap, int64_t i,          \
      int64_t c, bool accumulate) {                                                                                  \
    VECTOR total = {0};                                                                                              \
    for (int t = 0; t < taps; t++) {                                                                                 \
      const khop_i_tap *p = &tap[t];                                                                                 \
      khop_real *to = y + p->out + c;                                                                                \
      const khop_real *from = (p->x ? p->x : x) + p->in + c;                                                         \
      int64_t ld = p->x ? p->ldx : ldx;                                                                              \
      khop_real left = p->left ? p->left[i] : 1;                                                                     \
      VECTOR sum = {0};                                                                                              \
      if (t == 0 || p->out != p[-1].out) total = accumulate ? load_##NAME(to, width) : (VECTOR){0};                  \
      if (p->offsets) sum = entries_rest_##NAME(from, ld, width, p, i);                                              \
      if (p->loop) sum += load_##NAME(from + i * ld, width) * (p->right ? p->right[i] : 1);                          \
      sum *= p->minus ? -left : left;                                                                                \
      if (p->weight && p->weight_per_channel) sum *= load_##NAME(p->weight + c, width);                              \
      else if (p->weight) sum *= *p->weight;                                                                         \
      total += sum;                                                                                                  \
      if (t == taps - 1 || p[1].out != p->out) store_##NAME(to, total, width);                                       \
    }                                                                                                                \
  }

DEFINE_REST(part, vec1)
#if defined(KHOP_HALF_VECTORS)
DEFINE_REST(half, vec_half)
#endif
#if defined(KHOP_QUARTER_VECTORS)
DEFINE_REST(quarter, vec_quarter)
#endif

#endif
