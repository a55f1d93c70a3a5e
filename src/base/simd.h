/* simd.h: which instruction set khop's inner loops use. Files that hold some are compiled once for each of
 * them, and choose among their tables by this number. */
#ifndef KHOP_BASE_SIMD_H
#define KHOP_BASE_SIMD_H

#include <khop/base.h>

/* Narrowest first. */
enum { KHOP_I_BASELINE, KHOP_I_AVX2, KHOP_I_AVX512 };

int khop_i_simd(void);

#endif
