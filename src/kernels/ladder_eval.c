/* ladder_eval.c: the steps of a ladder's climb (forms/ladder/schedule.h). The sum of a row stays in vector registers
 * over all its terms; a term is a row of x, or the sum of an earlier step, times a small number. Which of the two it
 * is enters the address as a mask: a branch on it would be mispredicted (docs/notes/2026-11-ladder.md). */
#include "kernels/isa.h"

#define WIDE (KHOP_VECTOR_BYTES / (int)sizeof(khop_real))
#define ROW_MASK (((uint32_t)1 << KHOP_I_STEP_BITS) - 1)

typedef khop_real vec1 __attribute__((vector_size(KHOP_VECTOR_BYTES), aligned(sizeof(khop_real)), may_alias));

/* Writes columns c .. c + count - 1 of row i of y, with the self-loop, the scale and the weight. */
static __attribute__((noinline)) void write_y(const khop_i_steps *s, const khop_real *sum, int64_t i, int64_t c,
                                              int64_t count) {
  const khop_i_tap *p = s->out;
  const khop_real *x = p->loop ? s->from[0] + i * s->ld + c : NULL;
  const khop_real *w = p->weight && p->weight_per_channel ? p->weight + c : NULL;
  khop_real *y = s->y + i * s->ldy + c, left = p->left ? p->left[i] : 1;
  if (p->weight && !w) left *= *p->weight;
  if (c + count > s->f) count = s->f - c;
  for (int64_t u = 0; u < count; u++) {
    khop_real value = (sum[u] + (x ? x[u] : 0)) * left * (w ? w[u] : 1);
    y[u] = s->accumulate ? y[u] + value : value;
  }
}

/* Registers for the sums of a strip: as many terms as fit into them have sums of their own, so that no addition
 * waits for the one before it. */
#define SUMS 8
#define PLAIN(at, u) ((const vec1 *)(x + ((at) & ROW_MASK) * row_bytes))[u]
#define IS_STEP(term) ((uintptr_t)((term) >> KHOP_I_STEP_BITS & 1))

/* All steps for one strip of U vectors. Fields that every step reads are copied into variables first: for all that the
 * compiler knows, a store into y may change the struct. A row of y that needs only its scale is written directly. */
#define DEFINE_STEPS(U)                                                                            \
  static inline __attribute__((always_inline)) void steps_##U(                                     \
      const khop_i_steps *s, const int32_t *order, int64_t begin, int64_t end, int64_t c, int64_t ld) { \
    enum { A = SUMS / U, B = U < 4 ? 4 / U : 1 };                                                  \
    const int64_t *start = s->start;                                                               \
    const khop_real *numbers = s->number;                                                          \
    const uintptr_t x = (uintptr_t)(s->from[0] + c), apart = (uintptr_t)(s->from[1] + c) - x;       \
    const uintptr_t row_bytes = (uintptr_t)ld * sizeof(khop_real);                                 \
    const khop_i_tap *p = s->out;                                                                  \
    const khop_real *left = p ? p->left : NULL;                                                    \
    bool plain = p && !p->loop && !p->weight && !s->accumulate && c + U * WIDE <= s->f;            \
    for (int64_t o = begin; o < end; o++) {                                                        \
      int64_t step = order ? order[o] : o, home = s->home[step];                                   \
      bool runs = home < 0;                                                                        \
      home = runs ? -1 - home : home;                                                              \
      int64_t row = home - s->top;                                                                 \
      const uint32_t *term = s->term + start[step], *last = s->term + start[step + 1];             \
      vec1 sum[B * U];                                                                             \
      for (int u = 0; u < B * U; u++) sum[u] = (vec1){0};                                          \
      if (runs) {                                                                                  \
        const uint32_t *plus = term + s->run[2 * step], *minus = plus + s->run[2 * step + 1];      \
        vec1 part[A * U];                                                                          \
        for (int u = 0; u < A * U; u++) part[u] = (vec1){0};                                       \
        for (; term + A <= plus; term += A)                                                        \
          for (int a = 0; a < A * U; a++) part[a] += PLAIN(term[a / U], a % U);                    \
        for (; term < plus; term++)                                                                \
          for (int u = 0; u < U; u++) part[u] += PLAIN(*term, u);                                  \
        for (; term + A <= minus; term += A)                                                       \
          for (int a = 0; a < A * U; a++) part[a] -= PLAIN(term[a / U], a % U);                    \
        for (; term < minus; term++)                                                               \
          for (int u = 0; u < U; u++) part[u] -= PLAIN(*term, u);                                  \
        for (int a = 0; a < A * U; a++) sum[a % U] += part[a];                                     \
      }                                                                                            \
      for (; term + B <= last; term += B)                                                          \
        for (int a = 0; a < B * U; a++) {                                                          \
          uint32_t t = term[a / U];                                                                \
          uintptr_t at = x + (t & ROW_MASK) * row_bytes + (apart & -IS_STEP(t));                   \
          sum[a] += ((const vec1 *)at)[a % U] * numbers[t >> (KHOP_I_STEP_BITS + 1)];              \
        }                                                                                          \
      for (; B > 1 && term < last; term++) {                                                       \
        uintptr_t at = x + (*term & ROW_MASK) * row_bytes + (apart & -IS_STEP(*term));             \
        for (int u = 0; u < U; u++)                                                                \
          sum[u] += ((const vec1 *)at)[u] * numbers[*term >> (KHOP_I_STEP_BITS + 1)];              \
      }                                                                                            \
      for (int a = U; a < B * U; a++) sum[a % U] += sum[a];                                        \
      khop_real *to = s->sums + home * ld + c;                                                     \
      bool is_y = row >= 0 && row < s->rows;                                                       \
      if (is_y && plain) {                                                                         \
        khop_real scale = left ? left[row] : 1;                                                    \
        to = s->y + row * s->ldy + c;                                                              \
        for (int u = 0; u < U; u++) ((vec1 *)(void *)to)[u] = sum[u] * scale;                      \
        continue;                                                                                  \
      }                                                                                            \
      khop_real whole[U * WIDE];                                                                   \
      if (is_y) to = whole;                                                                        \
      for (int u = 0; u < U; u++) ((vec1 *)(void *)to)[u] = sum[u];                                \
      if (is_y) write_y(s, whole, row, c, U * WIDE);                                               \
    }                                                                                              \
  }
DEFINE_STEPS(8)
DEFINE_STEPS(4)
DEFINE_STEPS(2)
DEFINE_STEPS(1)

/* The strips of columns are independent: all steps for one strip, then for the next. */
void KHOP_ISA_NAME(steps)(const khop_i_steps *s, const int32_t *order, int64_t begin, int64_t end) {
  int64_t c = 0, ld = s->ld;
  if (s->width == 64 && WIDE == 16) {
    steps_4(s, order, begin, end, 0, 64);
    return;
  }
  for (; c + 8 * WIDE <= s->width; c += 8 * WIDE) steps_8(s, order, begin, end, c, ld);
  if (c + 4 * WIDE <= s->width) steps_4(s, order, begin, end, c, ld), c += 4 * WIDE;
  if (c + 2 * WIDE <= s->width) steps_2(s, order, begin, end, c, ld), c += 2 * WIDE;
  if (c < s->width) steps_1(s, order, begin, end, c, ld);
}
