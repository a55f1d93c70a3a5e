/* bitset_kernels.c: which table of scan.h runs here. */
#include "search/bitset_kernels.h"
#include "base/simd.h"

extern const khop_i_bitset_kernels khop_i_bitset_kernels_baseline;
#ifdef KHOP_X86
extern const khop_i_bitset_kernels khop_i_bitset_kernels_avx2, khop_i_bitset_kernels_avx512;
#endif

const khop_i_bitset_kernels *khop_i_bitset_kernels_now(void) {
#ifdef KHOP_X86
  int set = khop_i_simd();
  /* what is compiled for beyond that set; the first processors with AVX-512 lack it */
  if (set == KHOP_I_AVX512 && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq"))
    return &khop_i_bitset_kernels_avx512;
  if (set >= KHOP_I_AVX2) return &khop_i_bitset_kernels_avx2;
#endif
  return &khop_i_bitset_kernels_baseline;
}
