/* dispatch.c: which table of kernels runs here. */
#include "base/simd.h"
#include "kernels/dispatch.h"

#define KHOP_ISA baseline
#include "kernels/isa.h"
#undef KHOP_ISA
#undef KHOP_KERNELS_ISA_H
#define TABLE(isa)                                                                                 \
  {#isa,                    khop_i_gather_##isa,    khop_i_rows_times_##isa, khop_i_bits_##isa,      \
   khop_i_steps_##isa,      khop_i_dropout_##isa,   khop_i_adam_##isa,       khop_i_norm_##isa,      \
   khop_i_norm_back_##isa,  khop_i_norm_sums_##isa, khop_i_relu_back_##isa}

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

const khop_i_kernels *khop_i_kernels_now(void) { return &tables[khop_i_simd()]; }
