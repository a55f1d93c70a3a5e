/* spmm_strips.h: a strip of whole vectors of a row, over all taps (spmm.c). */
#ifndef KHOP_KERNELS_SPMM_STRIPS_H
#define KHOP_KERNELS_SPMM_STRIPS_H

#include "kernels/vectors.h"

/* Entries that are summed at once, each into a sum of its own: with a single sum, a narrow strip would wait at every
 * entry for the addition before it. All strips do so, whether they gain or not, so that the bits of a column do not
 * depend on the columns beside it. Four vectors with four sums take half of the registers of AVX-512; with the 16
 * registers of the others two sums are faster than four. Fitted on an Intel Xeon
 * (docs/notes/2026-11-gather-kernels.md); `sh bench/run spmm` measures it anew. */
#if defined(__AVX512F__)
enum { AT_ONCE = 4 };
#else
enum { AT_ONCE = 2 };
#endif

/* Entries of a cache line, and how many entries ahead they are prefetched: the processor prefetches them too late,
 * because rows of x displace them from the cache (same note, same command). */
enum { LINE = 16, AHEAD = 256 };

/* A non-temporal store: whole lines go to memory without being read first. */
static inline void store_non_temporal(vec1 *to, vec1 v) {
#if defined(__AVX512F__)
  _mm512_stream_ps((float *)to, (__m512)v);
#elif defined(__AVX__)
  _mm256_stream_ps((float *)to, (__m256)v);
#elif defined(__SSE__)
  _mm_stream_ps((float *)to, (__m128)v);
#else
  *to = v;
#endif
}

static inline void fence_non_temporal(void) {
#if defined(__SSE__)
  _mm_sfence();
#endif
}

/* Rows that are the row before them shifted by one column (rings/shifted_rows.h) are computed R at a time. The entries
 * of `lead`, the first row of the run, are read for all of them, moved on by i - lead columns for row i. Sum v is of
 * vector v % U of row v / U. What a row is summed from, and in which order, is the same for every R.
 *
 * sum (R U) = right[j] * x[j, strip] over the entries of a row. */
#define DEFINE_STRIP(U, R)                                                                                           \
  static inline __attribute__((always_inline)) void together_##U##_##R(vec1 *sum, const vec1 *part) {                \
    for (int v = 0; v < R * U; v++) sum[v] = part[v];                                                                \
    for (int a = 1; a < AT_ONCE; a++)                                                                                \
      for (int v = 0; v < R * U; v++) sum[v] += part[a * R * U + v];                                                 \
  }                                                                                                                  \
                                                                                                                     \
  static inline __attribute__((always_inline)) void add_##U##_##R(vec1 *part, const khop_real *from, int64_t ldx) {  \
    for (int v = 0; v < R * U; v++) part[v] += ((const vec1 *)(const void *)(from + v / U * ldx))[v % U];            \
  }                                                                                                                  \
                                                                                                                     \
  static inline __attribute__((always_inline)) void plain_entries_##U##_##R(                                         \
      vec1 *sum, const khop_real *from, int64_t ldx, const int32_t *e, const int32_t *end) {                         \
    vec1 part[AT_ONCE * R * U];                                                                                      \
    for (int v = 0; v < AT_ONCE * R * U; v++) part[v] = (vec1){0};                                                   \
    for (; U <= 2 && R == 1 && end - e >= LINE; e += LINE) {                                                         \
      __builtin_prefetch(e + AHEAD);                                                                                 \
      for (int a = 0; a < LINE; a++) add_##U##_##R(part + a % AT_ONCE * R * U, from + e[a] * ldx, ldx);              \
    }                                                                                                                \
    for (; end - e >= AT_ONCE; e += AT_ONCE)                                                                         \
      for (int a = 0; a < AT_ONCE; a++) add_##U##_##R(part + a * R * U, from + e[a] * ldx, ldx);                     \
    for (; e < end; e++) add_##U##_##R(part, from + *e * ldx, ldx);                                                  \
    together_##U##_##R(sum, part);                                                                                   \
  }                                                                                                                  \
                                                                                                                     \
  static inline __attribute__((always_inline)) void add_scaled_##U##_##R(                                            \
      vec1 *part, const khop_real *from, int64_t ldx, const khop_i_tap *p, int64_t e, int64_t shift) {               \
    int64_t j = p->columns[e];                                                                                       \
    khop_real value = p->values ? p->values[e] : 1;                                                                  \
    for (int v = 0; v < R * U; v++) {                                                                                \
      khop_real s = (p->right ? p->right[j + shift + v / U] : 1) * value;                                            \
      part[v] = plus_product(part[v], ((const vec1 *)(const void *)(from + (j + v / U) * ldx))[v % U], all_of(s));   \
    }                                                                                                                \
  }                                                                                                                  \
                                                                                                                     \
  static inline __attribute__((always_inline)) void entries_##U##_##R(                                               \
      vec1 *sum, const khop_real *from, int64_t ldx, const khop_i_tap *p, int64_t lead, int64_t shift) {             \
    vec1 part[AT_ONCE * R * U];                                                                                      \
    int64_t e = p->offsets[lead * p->stride], end = p->offsets[lead * p->stride + 1];                                \
    from += shift * ldx;                                                                                             \
    if (!p->right && !p->values) {                                                                                   \
      plain_entries_##U##_##R(sum, from, ldx, p->columns + e, p->columns + end);                                     \
      return;                                                                                                        \
    }                                                                                                                \
    for (int v = 0; v < AT_ONCE * R * U; v++) part[v] = (vec1){0};                                                   \
    for (; e + AT_ONCE <= end; e += AT_ONCE)                                                                         \
      for (int a = 0; a < AT_ONCE; a++) add_scaled_##U##_##R(part + a * R * U, from, ldx, p, e + a, shift);          \
    for (; e < end; e++) add_scaled_##U##_##R(part, from, ldx, p, e, shift);                                         \
    together_##U##_##R(sum, part);                                                                                   \
  }                                                                                                                  \
                                                                                                                     \
  /* R rows from i on, one strip of U full vectors. lead: the row that they are shifted from; -1: none, and R is 1. */ \
  static inline __attribute__((always_inline)) void strip_##U##_##R(                                                 \
      khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int taps, const khop_i_tap *tap, int64_t lead,     \
      int64_t i, int64_t c, bool accumulate, bool streams) {                                                         \
    int64_t row = lead < 0 ? i : lead;                                                                               \
    vec1 total[R * U];                                                                                               \
    for (int t = 0; t < taps; t++) {                                                                                 \
      const khop_i_tap *p = &tap[t];                                                                                 \
      khop_real *to = y + p->out + c;                                                                                \
      const khop_real *from = (p->x ? p->x : x) + p->in + c;                                                         \
      int64_t ld = p->x ? p->ldx : ldx;                                                                              \
      if (t == 0 || p->out != p[-1].out)                                                                             \
        for (int v = 0; v < R * U; v++)                                                                              \
          total[v] = accumulate ? ((vec1 *)(void *)(to + v / U * ldy))[v % U] : (vec1){0};                           \
      vec1 sum[R * U];                                                                                               \
      for (int v = 0; v < R * U; v++) sum[v] = (vec1){0};                                                            \
      if (p->offsets) entries_##U##_##R(sum, from, ld, p, row, i - row);                                             \
      if (p->loop)                                                                                                   \
        for (int v = 0; v < R * U; v++)                                                                              \
          sum[v] = plus_product(sum[v], ((const vec1 *)(const void *)(from + (i + v / U) * ld))[v % U],              \
                                all_of(p->right ? p->right[i + v / U] : 1));                                         \
      for (int v = 0; v < R * U; v++) {                                                                              \
        khop_real left = p->left ? p->left[i + v / U] : 1;                                                           \
        if (p->minus) left = -left;                                                                                  \
        if (p->weight && p->weight_per_channel) {                                                                    \
          total[v] = plus_product(total[v], sum[v] * left, ((const vec1 *)(const void *)(p->weight + c))[v % U]);    \
        } else {                                                                                                     \
          if (p->weight) left *= *p->weight;                                                                         \
          total[v] = plus_product(total[v], sum[v], all_of(left));                                                   \
        }                                                                                                            \
      }                                                                                                              \
      if (t == taps - 1 || p[1].out != p->out)                                                                       \
        for (int v = 0; v < R * U; v++) {                                                                            \
          vec1 *at = (vec1 *)(void *)(to + v / U * ldy) + v % U;                                                     \
          if (streams) store_non_temporal(at, total[v]);                                                             \
          else *at = total[v];                                                                                       \
        }                                                                                                            \
    }                                                                                                                \
  }

DEFINE_STRIP(4, 1)
DEFINE_STRIP(2, 1)
DEFINE_STRIP(1, 1)
DEFINE_STRIP(2, 2)
DEFINE_STRIP(1, 4)

#endif
