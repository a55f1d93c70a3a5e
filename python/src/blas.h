/* blas.h: where the BLAS of SciPy is. */
#ifndef KHOP_PYTHON_BLAS_H
#define KHOP_PYTHON_BLAS_H

#include <stdint.h>

/* The addresses of Fortran's sgemm and dgemm with 32-bit integers. Call it before any product. */
void khop_python_set_blas(uintptr_t sgemm_of_scipy, uintptr_t dgemm_of_scipy);

#endif
