/* blas.h: where the BLAS of SciPy is. */
#ifndef KHOP_PYTHON_BLAS_H
#define KHOP_PYTHON_BLAS_H

#include <stdint.h>

/* What is called before and after each product. */
typedef struct khop_python_door {
  void (*enter)(void);
  void (*leave)(void);
} khop_python_door;

/* The addresses of Fortran's sgemm and dgemm with 32-bit integers. Call it before any product. shared: the door that
 * another module of the process returned; NULL: this module's own. */
const khop_python_door *khop_python_set_blas(uintptr_t sgemm_of_scipy, uintptr_t dgemm_of_scipy,
                                             const khop_python_door *shared);
/* The threads that it has now; 0 where it is no OpenBLAS, and in a module that shares a door. */
int khop_python_blas_threads(void);

#endif
