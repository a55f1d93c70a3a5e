/* spmm.c: rings times features. The sums of a row stay in vector registers over all taps.
 *
 *   columns of y   |  4 vectors  |  4 vectors  | 2 | 1 | half | ..      a strip at a time;
 *   for a strip: for each tap: for each entry j of the row: sum += right[j] * x[j, strip]
 *
 * The entries of a row are read once a strip, after the first time from L1. */
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

/* --- the last columns, fewer than a vector -------------------------------------------------- */

/* As entries_1_1, of width columns. */
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

/* One ring, unscaled and without weights: no field of the tap is tested at each row. The sums are those of the strips
 * above, to the bit. */
static bool is_plain(int taps, const khop_i_tap *tap) {
  return taps == 1 && tap->offsets && !tap->right && !tap->values && !tap->weight && !tap->loop &&
         !tap->minus && !tap->x;
}

#define DEFINE_PLAIN(U, R)                                                                                           \
  /* Rows i to end - 1, R at a time while so many are left; row i goes to y. lead: the row that they are shifted from, \
   * or -1. Returns the first row that is left. */                                                                   \
  static inline __attribute__((always_inline)) int64_t plain_##U##_##R(                                              \
      khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, const khop_i_tap *p, int64_t lead, int64_t i,      \
      int64_t end, bool accumulate, bool streams) {                                                                  \
    const int64_t *offsets = p->offsets;                                                                             \
    const int32_t *columns = p->columns;                                                                             \
    const khop_real *left = p->left;                                                                                 \
    int64_t stride = p->stride;                                                                                      \
    for (; i + R <= end; i += R, y += R * ldy) {                                                                     \
      int64_t row = lead < 0 ? i : lead;                                                                             \
      vec1 sum[R * U];                                                                                               \
      plain_entries_##U##_##R(sum, x + (i - row) * ldx, ldx, columns + offsets[row * stride],                        \
                              columns + offsets[row * stride + 1]);                                                  \
      for (int v = 0; v < R * U; v++) {                                                                              \
        vec1 *to = (vec1 *)(void *)(y + v / U * ldy) + v % U;                                                        \
        if (accumulate)                                                                                              \
          sum[v] = plus_product(*to, sum[v], all_of(left ? left[i + v / U] : 1));                                    \
        else if (left)                                                                                               \
          sum[v] *= left[i + v / U];                                                                                 \
        if (streams)                                                                                                 \
          store_non_temporal(to, sum[v]);                                                                            \
        else                                                                                                         \
          *to = sum[v];                                                                                              \
      }                                                                                                              \
    }                                                                                                                \
    return i;                                                                                                        \
  }
DEFINE_PLAIN(4, 1)
DEFINE_PLAIN(2, 1)
DEFINE_PLAIN(1, 1)
DEFINE_PLAIN(2, 2)
DEFINE_PLAIN(1, 4)

/* The columns that are whole vectors; returns how many they are. */
static int64_t gather_plain(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                            const khop_i_tap *p, int64_t lead, int64_t begin, int64_t end, bool accumulate,
                            bool streams) {
  int64_t c = 0;
  bool a = accumulate, shifted = lead >= 0;
  y += p->out, x += p->in;
  for (; c + 4 * WIDE <= f; c += 4 * WIDE) plain_4_1(y + c, ldy, x + c, ldx, p, lead, begin, end, a, streams);
  if (c + 2 * WIDE <= f) {
    int64_t i = shifted ? plain_2_2(y + c, ldy, x + c, ldx, p, lead, begin, end, a, streams) : begin;
    plain_2_1(y + c + (i - begin) * ldy, ldy, x + c, ldx, p, lead, i, end, a, streams);
    c += 2 * WIDE;
  }
  if (c + WIDE <= f) {
    int64_t i = shifted ? plain_1_4(y + c, ldy, x + c, ldx, p, lead, begin, end, a, streams) : begin;
    plain_1_1(y + c + (i - begin) * ldy, ldy, x + c, ldx, p, lead, i, end, a, streams);
    c += WIDE;
  }
  return c;
}

/* --- all rows ------------------------------------------------------------------------------- */

/* Rows that go through a strip together: few enough for their entries to stay in L1 from strip to strip. */
#define ROWS 32

/* Bit b: row first + b is shifted in every tap. */
static uint32_t shifted_rows(int taps, const khop_i_tap *tap, int64_t first) {
  uint64_t all = ~(uint64_t)0;
  for (int t = 0; t < taps; t++) {
    if (!tap[t].offsets) continue;
    if (!tap[t].shifted) return 0;
    const khop_i_shifted_rows *rows = tap[t].shifted + first / 64;
    all &= rows[0].bits >> first % 64 | rows[1].bits << 1 << (63 - first % 64);
  }
  return (uint32_t)all;
}

/* Whether every tap allows non-temporal stores, and the rows of y are aligned for them. */
static bool may_stream(const khop_real *y, int64_t ldy, int taps, const khop_i_tap *tap) {
  bool streams = true;
  for (int t = 0; t < taps; t++) {
    uintptr_t starts = (uintptr_t)(y + tap[t].out) | (uintptr_t)ldy * sizeof *y;
    streams = streams && tap[t].non_temporal && starts % KHOP_VECTOR_BYTES == 0;
  }
  return streams;
}

/* Rows begin to end - 1 from column c on. lead: the row that all of them are shifted from, or -1. */
static void gather_strips(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f, int taps,
                          const khop_i_tap *tap, int64_t lead, int64_t begin, int64_t end, int64_t c, bool accumulate,
                          bool streams) {
  int64_t i;
  bool a = accumulate, shifted = lead >= 0;
  y -= begin * ldy;
  for (; c + 4 * WIDE <= f; c += 4 * WIDE)
    for (i = begin; i < end; i++) strip_4_1(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
  if (c + 2 * WIDE <= f) {
    for (i = begin; shifted && i + 2 <= end; i += 2)
      strip_2_2(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    for (; i < end; i++) strip_2_1(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    c += 2 * WIDE;
  }
  if (c + WIDE <= f) {
    for (i = begin; shifted && i + 4 <= end; i += 4)
      strip_1_4(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    for (; i < end; i++) strip_1_1(y + i * ldy, ldy, x, ldx, taps, tap, lead, i, c, a, streams);
    c += WIDE;
  }
  for (i = begin; c < f && i < end; i++)
    strip_rest(y + i * ldy, x, ldx, (int)(f - c), taps, tap, i, c, accumulate);
}

void KHOP_ISA_NAME(gather)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                           int taps, const khop_i_tap *tap, int64_t begin, int64_t end,
                           bool accumulate) {
  bool plain = is_plain(taps, tap), streams = may_stream(y, ldy, taps, tap);
  int64_t lead = begin;
  for (int64_t first = begin; first < end; first += ROWS) {
    int64_t last = first + ROWS < end ? first + ROWS : end, done = 0;
    uint32_t shifted = shifted_rows(taps, tap, first);
    if (first == begin) shifted &= ~(uint32_t)1; /* the row before it is not among these */
    for (int64_t i = first, next; shifted && i < last; i = next) {
      khop_real *rows = y + (i - begin) * ldy;
      if (!(shifted >> (i - first) & 1)) lead = i;
      for (next = i + 1; next < last && shifted >> (next - first) & 1;) next++;
      done = plain ? gather_plain(rows, ldy, x, ldx, f, tap, lead, i, next, accumulate, streams) : 0;
      gather_strips(rows, ldy, x, ldx, f, taps, tap, lead, i, next, done, accumulate, streams);
    }
    if (shifted) continue;
    lead = last - 1; /* the next rows may be shifted from it */
    khop_real *rows = y + (first - begin) * ldy;
    if (plain) done = gather_plain(rows, ldy, x, ldx, f, tap, -1, first, last, accumulate, streams);
    if (done < f) gather_strips(rows, ldy, x, ldx, f, taps, tap, -1, first, last, done, accumulate, streams);
  }
  if (streams) fence_non_temporal();
}
