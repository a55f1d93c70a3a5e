/* spmm.c: rings times features. The sums of a row stay in vector registers over all taps.
 *
 *   columns of y   |  4 vectors  |  4 vectors  | 2 | 1 | half | ..      a strip at a time;
 *   for a strip: for each tap: for each entry j of the row: sum += right[j] * x[j, strip]
 *
 * The indices of a row are read once a strip, from the first-level cache after the first. */
#include "kernels/isa.h"

#if defined(__SSE__)
#include <immintrin.h>
#endif

#define WIDE (KHOP_VECTOR_BYTES / (int)sizeof(khop_real))

typedef khop_real vec1 __attribute__((vector_size(KHOP_VECTOR_BYTES), aligned(sizeof(khop_real)),
                                      may_alias));

/* Entries are summed a few at once, each with a sum of its own: a narrow strip's sum would wait at every
 * entry for its last addition. (Cora, ring 4, F = 16: 0.56 ms with one sum, 0.41 ms with four, beside a floor
 * of 0.37 ms.) Every strip does so, whether it gains or not: then a column's bits do not depend on the
 * columns beside it. Four vectors with four sums are half of the registers of AVX-512; with the 16 of
 * the others two sums are a twentieth faster than four. */
#if defined(__AVX512F__)
enum { AT_ONCE = 4 };
#else
enum { AT_ONCE = 2 };
#endif

/* Entries of a cache line, and how far ahead they are asked for: the processor's own look ahead is short
 * of what rows of x do to the cache (facebook, ring 2, F = 16: 3.64 ms without, 3.45 so). */
enum { LINE = 16, AHEAD = 256 };

/* sum (U) = right[j] * x[j, strip] over the entries of a row. */
#define DEFINE_STRIP(U)                                                                            \
  static inline __attribute__((always_inline)) void together_##U(vec1 *sum, const vec1 *part) {    \
    for (int u = 0; u < U; u++) sum[u] = part[u];                                                  \
    for (int a = 1; a < AT_ONCE; a++)                                                              \
      for (int u = 0; u < U; u++) sum[u] += part[a * U + u];                                       \
  }                                                                                                \
                                                                                                   \
  static inline __attribute__((always_inline)) void plain_entries_##U(                             \
      vec1 *sum, const khop_real *from, int64_t ldx, const int32_t *e, const int32_t *end) {       \
    vec1 part[AT_ONCE * U];                                                                        \
    for (int u = 0; u < AT_ONCE * U; u++) part[u] = (vec1){0};                                     \
    for (; U <= 2 && end - e >= LINE; e += LINE) {                                                 \
      __builtin_prefetch(e + AHEAD);                                                               \
      for (int a = 0; a < LINE; a++) {                                                             \
        const vec1 *row = (const vec1 *)(const void *)(from + e[a] * ldx);                         \
        for (int u = 0; u < U; u++) part[a % AT_ONCE * U + u] += row[u];                           \
      }                                                                                            \
    }                                                                                              \
    for (; end - e >= AT_ONCE; e += AT_ONCE)                                                       \
      for (int a = 0; a < AT_ONCE; a++) {                                                          \
        const vec1 *row = (const vec1 *)(const void *)(from + e[a] * ldx);                         \
        for (int u = 0; u < U; u++) part[a * U + u] += row[u];                                     \
      }                                                                                            \
    for (; e < end; e++) {                                                                         \
      const vec1 *row = (const vec1 *)(const void *)(from + *e * ldx);                             \
      for (int u = 0; u < U; u++) part[u] += row[u];                                               \
    }                                                                                              \
    together_##U(sum, part);                                                                       \
  }                                                                                                \
                                                                                                   \
  static inline __attribute__((always_inline)) void entries_##U(                                   \
      vec1 *sum, const khop_real *from, int64_t ldx, const khop_i_tap *p, int64_t i) {             \
    vec1 part[AT_ONCE * U];                                                                        \
    int64_t e = p->offsets[i * p->stride], end = p->offsets[i * p->stride + 1];                    \
    if (!p->right && !p->values) {                                                                 \
      plain_entries_##U(sum, from, ldx, p->columns + e, p->columns + end);                         \
      return;                                                                                      \
    }                                                                                              \
    for (int u = 0; u < AT_ONCE * U; u++) part[u] = (vec1){0};                                     \
    for (; e + AT_ONCE <= end; e += AT_ONCE)                                                       \
      for (int a = 0; a < AT_ONCE; a++) {                                                          \
        int64_t j = p->columns[e + a];                                                             \
        khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e + a] : 1);           \
        const vec1 *row = (const vec1 *)(const void *)(from + j * ldx);                            \
        for (int u = 0; u < U; u++) part[a * U + u] += row[u] * s;                                 \
      }                                                                                            \
    for (; e < end; e++) {                                                                         \
      int64_t j = p->columns[e];                                                                   \
      khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e] : 1);                 \
      const vec1 *row = (const vec1 *)(const void *)(from + j * ldx);                              \
      for (int u = 0; u < U; u++) part[u] += row[u] * s;                                           \
    }                                                                                              \
    together_##U(sum, part);                                                                       \
  }                                                                                                \
                                                                                                   \
  /* One row, one strip of U full vectors. */                                                      \
  static inline __attribute__((always_inline)) void strip_##U(                                     \
      khop_real *y, const khop_real *x, int64_t ldx, int taps, const khop_i_tap *tap, int64_t i,   \
      int64_t c, bool accumulate) {                                                                \
    vec1 total[U];                                                                                 \
    for (int t = 0; t < taps; t++) {                                                               \
      const khop_i_tap *p = &tap[t];                                                               \
      khop_real *to = y + p->out + c;                                                              \
      const khop_real *from = (p->x ? p->x : x) + p->in + c;                                       \
      int64_t ld = p->x ? p->ldx : ldx;                                                            \
      if (t == 0 || p->out != p[-1].out)                                                           \
        for (int u = 0; u < U; u++)                                                                \
          total[u] = accumulate ? ((vec1 *)(void *)to)[u] : (vec1){0};                             \
      vec1 sum[U];                                                                                 \
      for (int u = 0; u < U; u++) sum[u] = (vec1){0};                                              \
      if (p->offsets) entries_##U(sum, from, ld, p, i);                                            \
      if (p->loop) {                                                                               \
        const vec1 *row = (const vec1 *)(const void *)(from + i * ld);                             \
        for (int u = 0; u < U; u++) sum[u] += row[u] * (p->right ? p->right[i] : 1);               \
      }                                                                                            \
      khop_real left = p->left ? p->left[i] : 1;                                                   \
      if (p->minus) left = -left;                                                                  \
      if (p->weight && p->weight_per_channel) {                                                    \
        const vec1 *w = (const vec1 *)(const void *)(p->weight + c);                               \
        for (int u = 0; u < U; u++) total[u] += sum[u] * left * w[u];                              \
      } else {                                                                                     \
        if (p->weight) left *= *p->weight;                                                         \
        for (int u = 0; u < U; u++) total[u] += sum[u] * left;                                     \
      }                                                                                            \
      if (t == taps - 1 || p[1].out != p->out)                                                     \
        for (int u = 0; u < U; u++) ((vec1 *)(void *)to)[u] = total[u];                            \
    }                                                                                              \
  }

#define FOR_EACH_STRIP(DEFINE) DEFINE(4) DEFINE(2) DEFINE(1)
FOR_EACH_STRIP(DEFINE_STRIP)

/* --- the last columns, fewer than a vector -------------------------------------------------- */

/* A vector of `width` numbers, the rest 0, and back: with a mask where the processor has one. */
#if defined(__AVX512F__) && !defined(KHOP_DOUBLE)
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm512_maskz_loadu_ps((__mmask16)((1u << width) - 1), from);
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << width) - 1), (__m512)v);
}
#elif defined(__AVX512F__)
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm512_maskz_loadu_pd((__mmask8)((1u << width) - 1), from);
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm512_mask_storeu_pd(to, (__mmask8)((1u << width) - 1), (__m512d)v);
}
#elif defined(__AVX2__) && !defined(KHOP_DOUBLE)
static inline __m256i first_lanes(int width) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(width), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm256_maskload_ps(from, first_lanes(width));
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm256_maskstore_ps(to, first_lanes(width), (__m256)v);
}
#elif defined(__AVX2__)
static inline __m256i first_lanes(int width) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(width), _mm256_setr_epi64x(0, 1, 2, 3));
}
static inline vec1 load_part(const khop_real *from, int width) {
  return (vec1)_mm256_maskload_pd(from, first_lanes(width));
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  _mm256_maskstore_pd(to, first_lanes(width), (__m256d)v);
}
#else
static inline vec1 load_part(const khop_real *from, int width) {
  vec1 v = {0};
  for (int u = 0; u < width; u++) v[u] = from[u];
  return v;
}
static inline void store_part(khop_real *to, vec1 v, int width) {
  for (int u = 0; u < width; u++) to[u] = v[u];
}
#endif

/* As entries_1, of width columns. */
static inline vec1 entries_rest(const khop_real *from, int64_t ldx, int width, const khop_i_tap *p,
                                int64_t i) {
  const int32_t *columns = p->columns;
  int64_t e = p->offsets[i * p->stride], end = p->offsets[i * p->stride + 1];
  vec1 part[AT_ONCE], sum;
  for (int a = 0; a < AT_ONCE; a++) part[a] = (vec1){0};
  if (!p->right && !p->values) {
    for (; e + AT_ONCE <= end; e += AT_ONCE)
      for (int a = 0; a < AT_ONCE; a++) part[a] += load_part(from + columns[e + a] * ldx, width);
    for (; e < end; e++) part[0] += load_part(from + columns[e] * ldx, width);
  } else {
    for (; e + AT_ONCE <= end; e += AT_ONCE)
      for (int a = 0; a < AT_ONCE; a++) {
        int64_t j = columns[e + a];
        khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e + a] : 1);
        part[a] += load_part(from + j * ldx, width) * s;
      }
    for (; e < end; e++) {
      int64_t j = columns[e];
      khop_real s = (p->right ? p->right[j] : 1) * (p->values ? p->values[e] : 1);
      part[0] += load_part(from + j * ldx, width) * s;
    }
  }
  sum = part[0];
  for (int a = 1; a < AT_ONCE; a++) sum += part[a];
  return sum;
}

static void strip_rest(khop_real *y, const khop_real *x, int64_t ldx, int width, int taps,
                       const khop_i_tap *tap, int64_t i, int64_t c, bool accumulate) {
  vec1 total = {0};
  for (int t = 0; t < taps; t++) {
    const khop_i_tap *p = &tap[t];
    khop_real *to = y + p->out + c;
    const khop_real *from = (p->x ? p->x : x) + p->in + c;
    int64_t ld = p->x ? p->ldx : ldx;
    khop_real left = p->left ? p->left[i] : 1;
    vec1 sum = {0};
    if (t == 0 || p->out != p[-1].out)
      total = accumulate ? load_part(to, width) : (vec1){0};
    if (p->offsets) sum = entries_rest(from, ld, width, p, i);
    if (p->loop) sum += load_part(from + i * ld, width) * (p->right ? p->right[i] : 1);
    sum *= p->minus ? -left : left;
    if (p->weight && p->weight_per_channel)
      sum *= load_part(p->weight + c, width);
    else if (p->weight)
      sum *= *p->weight;
    total += sum;
    if (t == taps - 1 || p[1].out != p->out) store_part(to, total, width);
  }
}

/* --- the commonest tap ------------------------------------------------------------------------ */

/* One ring whose entries count as they are: nothing is asked of the tap at each row. The sums are those of
 * the strips above, bit by bit. (A grid's ring 8, 31 entries a row, F = 16: 1.56 ms through the strips, 1.24
 * ms so, beside a floor of 1.03.) */
static bool is_plain(int taps, const khop_i_tap *tap) {
  return taps == 1 && tap->offsets && !tap->right && !tap->values && !tap->weight && !tap->loop &&
         !tap->minus && !tap->x;
}

/* Past the caches: whole lines go to memory without being read first. */
static inline void store_aside(vec1 *to, vec1 v) {
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

static inline void finish_aside(void) {
#if defined(__SSE__)
  _mm_sfence();
#endif
}

#define DEFINE_PLAIN(U)                                                                            \
  static void plain_##U(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx,                \
                        const khop_i_tap *p, int64_t begin, int64_t end, bool accumulate,          \
                        bool aside) {                                                              \
    const int64_t *offset = p->offsets + begin * p->stride;                                        \
    const int32_t *columns = p->columns;                                                           \
    const khop_real *left = p->left;                                                               \
    int64_t stride = p->stride;                                                                    \
    for (int64_t i = begin; i < end; i++, offset += stride) {                                      \
      vec1 *to = (vec1 *)(void *)(y + (i - begin) * ldy), sum[U];                                  \
      plain_entries_##U(sum, x, ldx, columns + offset[0], columns + offset[1]);                             \
      for (int u = 0; u < U; u++) {                                                                \
        if (accumulate)                                                                            \
          sum[u] = to[u] + sum[u] * (left ? left[i] : 1);                                          \
        else if (left)                                                                             \
          sum[u] *= left[i];                                                                       \
        if (aside)                                                                                 \
          store_aside(&to[u], sum[u]);                                                             \
        else                                                                                       \
          to[u] = sum[u];                                                                          \
      }                                                                                            \
    }                                                                                              \
  }
FOR_EACH_STRIP(DEFINE_PLAIN)

/* As many columns as are whole vectors; the answer is their number. */
static int64_t gather_plain(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                            const khop_i_tap *p, int64_t begin, int64_t end, bool accumulate) {
  int64_t c = 0;
  y += p->out, x += p->in;
  uintptr_t starts = (uintptr_t)y | (uintptr_t)ldy * sizeof *y;
  bool a = accumulate, aside = p->aside && starts % KHOP_VECTOR_BYTES == 0;
  for (; c + 4 * WIDE <= f; c += 4 * WIDE) plain_4(y + c, ldy, x + c, ldx, p, begin, end, a, aside);
  if (c + 2 * WIDE <= f) plain_2(y + c, ldy, x + c, ldx, p, begin, end, a, aside), c += 2 * WIDE;
  if (c + WIDE <= f) plain_1(y + c, ldy, x + c, ldx, p, begin, end, a, aside), c += WIDE;
  if (aside) finish_aside();
  return c;
}

/* Rows that go through a strip together: their entries stay in the first-level cache. */
#define ROWS 32

void KHOP_ISA_NAME(gather)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                           int taps, const khop_i_tap *tap, int64_t begin, int64_t end,
                           bool accumulate) {
  bool plain = is_plain(taps, tap);
  for (int64_t first = begin; first < end; first += ROWS) {
    int64_t last = first + ROWS < end ? first + ROWS : end, done = 0;
    if (plain) done = gather_plain(y + (first - begin) * ldy, ldy, x, ldx, f, tap, first, last, accumulate);
    for (int64_t i = first; i < last && done < f; i++) {
      khop_real *row = y + (i - begin) * ldy;
      int64_t c = done;
      for (; c + 4 * WIDE <= f; c += 4 * WIDE) strip_4(row, x, ldx, taps, tap, i, c, accumulate);
      if (c + 2 * WIDE <= f) strip_2(row, x, ldx, taps, tap, i, c, accumulate), c += 2 * WIDE;
      if (c + WIDE <= f) strip_1(row, x, ldx, taps, tap, i, c, accumulate), c += WIDE;
      if (c < f) strip_rest(row, x, ldx, (int)(f - c), taps, tap, i, c, accumulate);
    }
  }
}
