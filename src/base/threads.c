/* threads.c: see threads.h. The number is khop's own: omp_set_num_threads is never called for it. */
#include "base/threads.h"
#include "base/error.h"

#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int chosen;

/* OpenMP keeps its team from region to region. The child of a fork has the team on paper and none of its threads: a
 * region on several would wait for them for ever, so that the child works on one. Only the child of a process that may
 * have made a team: the handler is set before the first. */
static atomic_bool teamless;
static void go_on_alone(void) { atomic_store(&teamless, true); }
static void watch_forks(void) { pthread_atfork(NULL, NULL, go_on_alone); }
static pthread_once_t watching = PTHREAD_ONCE_INIT;

khop_status khop_set_threads(int threads) {
  if (threads < 0 || threads > 1024)
    return khop_i_fail(KHOP_E_ARGUMENT, "threads: %d is not between 0 and 1024", threads);
  if (threads > 1 && atomic_load(&teamless))
    return khop_i_fail(KHOP_E_UNSUPPORTED, "%d threads: this process was forked from one that had worked on several, "
                       "and has one (fork before that, or call exec)", threads);
  atomic_store(&chosen, threads);
  return KHOP_OK;
}

int khop_threads(void) {
  if (atomic_load(&teamless)) return 1;
  int threads = atomic_load(&chosen);
  if (threads <= 0) threads = omp_get_max_threads();
  if (threads > 1) pthread_once(&watching, watch_forks);
  return threads;
}

int khop_i_thread(void) { return omp_get_thread_num(); }

/* Entering a parallel region costs some microseconds, in which one thread does about this many operations: below
 * them the thread team does not pay. An order of magnitude, not a fit: nothing depends on it but time. */
#define WORTH_A_TEAM 200000

int khop_i_threads_for(int64_t operations) {
  return operations < WORTH_A_TEAM ? 1 : khop_threads();
}
