/* threads.c: see threads.h. The number is khop's own: omp_set_num_threads is never called for it. */
#include "base/threads.h"
#include "base/error.h"

#include <omp.h>
#include <stdatomic.h>

static atomic_int chosen;

khop_status khop_set_threads(int threads) {
  if (threads < 0 || threads > 1024)
    return khop_i_fail(KHOP_E_ARGUMENT, "threads: %d is not between 0 and 1024", threads);
  atomic_store(&chosen, threads);
  return KHOP_OK;
}

int khop_threads(void) {
  int threads = atomic_load(&chosen);
  return threads > 0 ? threads : omp_get_max_threads();
}

int khop_i_thread(void) { return omp_get_thread_num(); }

/* Entering a parallel region costs some microseconds, in which one thread does about this many operations: below
 * them the thread team does not pay. An order of magnitude, not a fit: nothing depends on it but time. */
#define WORTH_A_TEAM 200000

int khop_i_threads_for(int64_t operations) {
  return operations < WORTH_A_TEAM ? 1 : khop_threads();
}
