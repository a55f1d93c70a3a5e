/* simd.c: which table of kernels runs here. */
#include "base/error.h"
#include "kernels/kernels.h"

#include <stdatomic.h>
#include <string.h>

#define KHOP_ISA baseline
#include "kernels/isa.h"
#undef KHOP_ISA
#undef KHOP_KERNELS_ISA_H
#define TABLE(isa)                                                                                 \
  {#isa,                   khop_i_gather_##isa,    khop_i_bits_##isa,      khop_i_dropout_##isa,   \
   khop_i_adam_##isa,      khop_i_norm_##isa,      khop_i_norm_back_##isa, khop_i_norm_sums_##isa, \
   khop_i_relu_back_##isa}

#ifdef KHOP_X86
#define KHOP_ISA avx2
#undef KHOP_VECTOR_BYTES
#include "kernels/isa.h"
#undef KHOP_ISA
#undef KHOP_KERNELS_ISA_H
#define KHOP_ISA avx512
#undef KHOP_VECTOR_BYTES
#include "kernels/isa.h"
#endif

/* Narrowest first. */
static const khop_i_kernels tables[] = {
    TABLE(baseline),
#ifdef KHOP_X86
    TABLE(avx2),
    TABLE(avx512),
#endif
};
#define TABLES ((int)(sizeof tables / sizeof *tables))

static bool runs_here(int table) {
#ifdef KHOP_X86
  __builtin_cpu_init();
  if (table == 1) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (table == 2) /* what kernels/meson.build compiles for */
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#endif
  return table == 0;
}

static atomic_int chosen; /* 0: not yet; else table + 1 */

static int widest(void) {
  int best = 0;
  for (int t = 1; t < TABLES; t++)
    if (runs_here(t)) best = t;
  return best;
}

const khop_i_kernels *khop_i_kernels_now(void) {
  int now = atomic_load(&chosen);
  if (!now) atomic_store(&chosen, now = widest() + 1);
  return &tables[now - 1];
}

const char *khop_simd(void) { return khop_i_kernels_now()->name; }

khop_status khop_set_simd(const char *name) {
  if (!name) {
    atomic_store(&chosen, 0);
    return KHOP_OK;
  }
  for (int t = 0; t < TABLES; t++) {
    if (strcmp(tables[t].name, name) != 0) continue;
    if (!runs_here(t))
      return khop_i_fail(KHOP_E_UNSUPPORTED, "this processor has no %s", name);
    atomic_store(&chosen, t + 1);
    return KHOP_OK;
  }
  return khop_i_fail(KHOP_E_ARGUMENT, "no instruction set is called '%s': baseline, avx2, avx512",
                     name);
}
