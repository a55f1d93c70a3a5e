/* elementwise.c: loops over long arrays that gain from wide registers: dropout, Adam. */
#include "base/flush.h"
#include "kernels/isa.h"

#include <math.h>

/* A 32-bit mix of a position (the finisher of MurmurHash3, Appleby, public domain): cheap in vector
 * registers, and good enough for masks, which is all that it is used for. */
static inline uint32_t mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x85ebca6bu;
  x ^= x >> 13;
  x *= 0xc2b2ae35u;
  return x ^ (x >> 16);
}

void KHOP_ISA_NAME(dropout)(khop_real *y, const khop_real *x, int64_t count, int64_t first,
                            uint64_t key, uint32_t limit, khop_real scale, bool accumulate) {
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  for (int64_t i = 0; i < count; i++) {
    uint64_t position = (uint64_t)(first + i);
    uint32_t hash = mix(mix((uint32_t)position ^ low) + (uint32_t)(position >> 32) * 0x9e3779b9u + high);
    khop_real kept = hash >= limit ? scale : 0;
    y[i] = accumulate ? y[i] + x[i] * kept : x[i] * kept;
  }
}

void KHOP_ISA_NAME(adam)(khop_real *w, khop_real *m, khop_real *v, const khop_real *g,
                         int64_t count, double rate, double beta1, double beta2, double eps,
                         double l2, double shrink) {
  khop_real b1 = (khop_real)beta1, b2 = (khop_real)beta2, r = (khop_real)rate, e = (khop_real)eps;
  khop_real c1 = (khop_real)(1 - beta1), c2 = (khop_real)(1 - beta2); /* 1 - 0.999f is off by 5e-5 */
  khop_real decay = (khop_real)l2, keep = (khop_real)shrink;
  for (int64_t i = 0; i < count; i++) {
    khop_real gradient = g[i] + decay * w[i];
    khop_real first = khop_i_flush(b1 * m[i] + c1 * gradient), second = b2 * v[i] + c2 * gradient * gradient;
    bool is_subnormal = second < KHOP_I_LEAST_NORMAL; /* takes the first with it: their quotient could be any number */
    m[i] = is_subnormal ? 0 : first;
    v[i] = is_subnormal ? 0 : second;
    w[i] = khop_i_flush(keep * w[i] - r * m[i] / ((khop_real)sqrt(v[i]) + e));
  }
}
