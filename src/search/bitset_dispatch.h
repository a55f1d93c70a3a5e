/* bitset_dispatch.h: which table of the searches' inner loops runs here. */
#ifndef KHOP_SEARCH_BITSET_DISPATCH_H
#define KHOP_SEARCH_BITSET_DISPATCH_H

#include "search/bitset_kernels.h"

/* The table of the widest instruction set of this processor, unless khop_set_simd chose another one. */
const khop_i_bitset_kernels *khop_i_bitset_kernels_now(void);

#endif
