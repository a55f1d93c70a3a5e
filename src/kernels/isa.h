/* isa.h: names and vector widths of the instruction set that a file is being compiled for. */
#ifndef KHOP_KERNELS_ISA_H
#define KHOP_KERNELS_ISA_H

#include "kernels/kernels.h"

#define KHOP_PASTE_(a, b) a##_##b
#define KHOP_PASTE(a, b) KHOP_PASTE_(a, b)
#define KHOP_ISA_NAME(name) KHOP_PASTE(khop_i_##name, KHOP_ISA)

#if defined(__AVX512F__)
#define KHOP_VECTOR_BYTES 64
#elif defined(__AVX2__)
#define KHOP_VECTOR_BYTES 32
#else
#define KHOP_VECTOR_BYTES 16
#endif

void KHOP_ISA_NAME(gather)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f,
                           int taps, const khop_i_tap *tap, int64_t begin, int64_t end,
                           bool accumulate);
void KHOP_ISA_NAME(rows_times)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t rows, int64_t k,
                               const khop_real *w, int64_t ldw, int64_t g);
void KHOP_ISA_NAME(bits)(khop_real *sum, const uint64_t *bits, int64_t rows, int64_t n, const khop_real *x,
                         int64_t ldx, int width, const khop_real *right);
void KHOP_ISA_NAME(steps)(const khop_i_steps *steps, const int32_t *order, int64_t begin, int64_t end);
void KHOP_ISA_NAME(dropout)(khop_real *y, const khop_real *x, int64_t count, int64_t first,
                            uint64_t key, uint32_t limit, khop_real scale, bool accumulate);
void KHOP_ISA_NAME(adam)(khop_real *w, khop_real *m, khop_real *v, const khop_real *g,
                         int64_t count, double rate, double beta1, double beta2, double eps,
                         double l2, double shrink);
void KHOP_ISA_NAME(norm)(khop_real *y, khop_real *stats, const khop_real *x, const khop_real *gain, int64_t begin,
                         int64_t end, int64_t f);
void KHOP_ISA_NAME(norm_back)(khop_real *dx, const khop_real *x, const khop_real *dy, const khop_real *gain,
                              const khop_real *stats, int64_t begin, int64_t end, int64_t f, bool fresh);
void KHOP_ISA_NAME(norm_sums)(khop_real *dgain, khop_real *dshift, const khop_real *x, const khop_real *dy,
                              const khop_real *stats, int64_t rows, int64_t f, int64_t begin, int64_t end);
void KHOP_ISA_NAME(relu_back)(khop_real *dx, const khop_real *x, const khop_real *dy, int64_t count, bool fresh);

#endif
