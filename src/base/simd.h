/* simd.h: which instruction set khop's inner loops use. A file with inner loops is compiled once for each set, and the
 * number that khop_i_simd returns picks its functions at run time. */
#ifndef KHOP_BASE_SIMD_H
#define KHOP_BASE_SIMD_H

#include <khop/base.h>

/* Narrowest first. */
enum { KHOP_I_BASELINE, KHOP_I_AVX2, KHOP_I_AVX512 };

int khop_i_simd(void);

#endif
