/* bitset_dispatch.c: see bitset_dispatch.h. */
#include "search/bitset_dispatch.h"
#include "base/simd.h"
#include "search/bitset_loops.h"

const khop_i_bitset_kernels *khop_i_bitset_kernels_now(void) {
#ifdef KHOP_X86
  int set = khop_i_simd();
  /* These loops need two extensions that the first processors with AVX-512 lack. */
  if (set == KHOP_I_AVX512 && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq"))
    return &khop_i_bitset_kernels_avx512;
  if (set >= KHOP_I_AVX2) return &khop_i_bitset_kernels_avx2;
#endif
  return &khop_i_bitset_kernels_baseline;
}
