/* simd.c: see simd.h. */
#include "base/simd.h"
#include "base/error.h"

#include <stdatomic.h>
#include <string.h>

static const char *const names[] = {"baseline", "avx2", "avx512"};
#define SETS ((int)(sizeof names / sizeof *names))

static bool runs_here(int set) {
#ifdef KHOP_X86
  __builtin_cpu_init();
  if (set == KHOP_I_AVX2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (set == KHOP_I_AVX512) /* what src/meson.build compiles for */
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
#endif
  return set == KHOP_I_BASELINE;
}

static atomic_int chosen; /* 0: not yet; else the set + 1 */

static int widest(void) {
  int best = KHOP_I_BASELINE;
  for (int set = 1; set < SETS; set++)
    if (runs_here(set)) best = set;
  return best;
}

int khop_i_simd(void) {
  int now = atomic_load(&chosen);
  if (!now) atomic_store(&chosen, now = widest() + 1);
  return now - 1;
}

const char *khop_simd(void) { return names[khop_i_simd()]; }

khop_status khop_set_simd(const char *name) {
  if (!name) {
    atomic_store(&chosen, 0);
    return KHOP_OK;
  }
  for (int set = 0; set < SETS; set++) {
    if (strcmp(names[set], name) != 0) continue;
    if (!runs_here(set))
      return khop_i_fail(KHOP_E_UNSUPPORTED, "this processor has no %s", name);
    atomic_store(&chosen, set + 1);
    return KHOP_OK;
  }
  return khop_i_fail(KHOP_E_ARGUMENT, "no instruction set is called '%s': baseline, avx2, avx512",
                     name);
}
