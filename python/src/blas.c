/* blas.c: CBLAS over the products of SciPy's BLAS, whose pointers the package gives at import.
 *
 * So the package brings no BLAS of its own, and a process has one pool of its threads. Fortran's products are by
 * columns: a matrix by rows is the transpose of one by columns, and C = A B by rows is C' = B' A' by columns. */
#include "blas.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>

typedef void fortran_sgemm(const char *of_a, const char *of_b, const int *m, const int *n, const int *k,
                           const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
                           const float *beta, float *c, const int *ldc);
typedef void fortran_dgemm(const char *of_a, const char *of_b, const int *m, const int *n, const int *k,
                           const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
                           const double *beta, double *c, const int *ldc);

/* Written once, at import, before any product. */
static fortran_sgemm *sgemm;
static fortran_dgemm *dgemm;

/* khop cuts a product into blocks and takes one thread each (src/kernels/gemm.c); where OpenBLAS shared each block out
 * among threads of its own, a product of 1.6 ms took 140 ms on a busy machine. So it has one thread while khop multiplies,
 * and its own number again when the last block is done. */
static int (*get_threads)(void);
static void (*set_threads)(int threads);
static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static int inside, threads_before;

static void enter(void) {
  if (!get_threads) return;
  pthread_mutex_lock(&door);
  if (inside++ == 0) {
    threads_before = get_threads();
    set_threads(1);
  }
  pthread_mutex_unlock(&door);
}

static void leave(void) {
  if (!get_threads) return;
  pthread_mutex_lock(&door);
  if (--inside == 0) set_threads(threads_before);
  pthread_mutex_unlock(&door);
}

/* A fork waits until the door is free: in the child nobody would open it. */
static void before_fork(void) { pthread_mutex_lock(&door); }
static void after_fork(void) { pthread_mutex_unlock(&door); }

/* The functions of OpenBLAS in what SciPy's module is linked with; NULL of another BLAS, which keeps its threads. */
static void find_threads(void *in_scipy) {
  Dl_info module;
  if (!dladdr(in_scipy, &module)) return;
  void *opened = dlopen(module.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  if (!opened) return;
  *(void **)&set_threads = dlsym(opened, "scipy_openblas_set_num_threads");
  *(void **)&get_threads = dlsym(opened, "scipy_openblas_get_num_threads");
  if (!set_threads || !get_threads) {
    *(void **)&set_threads = dlsym(opened, "openblas_set_num_threads");
    *(void **)&get_threads = set_threads ? dlsym(opened, "openblas_get_num_threads") : NULL;
  }
  if (get_threads) pthread_atfork(before_fork, after_fork, after_fork);
}

/* The door of the process: the two modules have one SciPy, and so one of them keeps the door for both. */
static khop_python_door of_all = {enter, leave};

const khop_python_door *khop_python_set_blas(uintptr_t sgemm_of_scipy, uintptr_t dgemm_of_scipy,
                                             const khop_python_door *shared) {
  sgemm = (fortran_sgemm *)sgemm_of_scipy;
  dgemm = (fortran_dgemm *)dgemm_of_scipy;
  if (shared)
    of_all = *shared;
  else
    find_threads((void *)sgemm_of_scipy);
  return &of_all;
}

int khop_python_blas_threads(void) { return get_threads ? get_threads() : 0; }

static const char *letter(enum CBLAS_TRANSPOSE of) { return of == CblasTrans ? "T" : "N"; }

/* khop multiplies by rows alone. */
void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE of_a, enum CBLAS_TRANSPOSE of_b, blasint m, blasint n,
                 blasint k, float alpha, const float *a, blasint lda, const float *b, blasint ldb, float beta, float *c,
                 blasint ldc) {
  (void)order;
  of_all.enter();
  sgemm(letter(of_b), letter(of_a), &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
  of_all.leave();
}

void cblas_dgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE of_a, enum CBLAS_TRANSPOSE of_b, blasint m, blasint n,
                 blasint k, double alpha, const double *a, blasint lda, const double *b, blasint ldb, double beta,
                 double *c, blasint ldc) {
  (void)order;
  of_all.enter();
  dgemm(letter(of_b), letter(of_a), &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
  of_all.leave();
}
