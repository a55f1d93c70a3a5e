/* dispatch.h: which table of inner loops runs here. */
#ifndef KHOP_KERNELS_DISPATCH_H
#define KHOP_KERNELS_DISPATCH_H

#include "kernels/kernels.h"

/* The table of the widest instruction set of this processor, unless khop_set_simd chose another one. */
const khop_i_kernels *khop_i_kernels_now(void);

#endif
