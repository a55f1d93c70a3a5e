/* bitset_loops.h: the tables of bitset_loops.c, one an instruction set. */
#ifndef KHOP_SEARCH_BITSET_LOOPS_H
#define KHOP_SEARCH_BITSET_LOOPS_H

#include "search/bitset_kernels.h"

extern const khop_i_bitset_kernels khop_i_bitset_kernels_baseline;
#ifdef KHOP_X86
extern const khop_i_bitset_kernels khop_i_bitset_kernels_avx2, khop_i_bitset_kernels_avx512;
#endif

#endif
