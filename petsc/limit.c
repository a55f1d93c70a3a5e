/* limit.c: a thread that watches how long the rank waits for the others.
 *
 *   the rank    compute | gather .............. |          begin and end tell the thread
 *   the thread          |  wait so many seconds | exit     unless end comes first
 *
 * MPI itself waits for ever: a receiver with nothing to send does not see that its peer is stopped, or that a link is cut.
 * No call of MPI can be left half done, and other threads may not call it, so the process ends; mpirun then ends those that
 * it can reach, and the others have watches of their own. */
#include "limit.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct limit {
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t told;
  double seconds;
  int rank, ranks;
  const char *call; /* that the rank waits in; NULL: none */
  long long calls;  /* begun so far */
  int closed;
};

static struct timespec after(double seconds) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  double end = (double)t.tv_nsec * 1e-9 + seconds;
  t.tv_sec += (time_t)end;
  t.tv_nsec = (long)((end - (double)(time_t)end) * 1e9);
  return t;
}

static void give_up(const limit *l) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  fprintf(stderr, "khop: rank %d of %d on %s has waited %g s for the others in a %s: one is stopped or has ended, a link is "
          "cut, or the limit is shorter than what a rank computes in one go\n", l->rank, l->ranks, host, l->seconds, l->call);
  _exit(1);
}

/* Sleeps while the rank computes, and until the end of the limit while it waits. */
static void *watch(void *argument) {
  limit *l = argument;
  pthread_mutex_lock(&l->lock);
  while (!l->closed) {
    if (!l->call) {
      pthread_cond_wait(&l->told, &l->lock);
      continue;
    }
    long long now = l->calls;
    struct timespec end = after(l->seconds);
    int code = 0;
    while (!l->closed && l->call && l->calls == now && code != ETIMEDOUT)
      code = pthread_cond_timedwait(&l->told, &l->lock, &end);
    if (!l->closed && l->call && l->calls == now) give_up(l);
  }
  pthread_mutex_unlock(&l->lock);
  return NULL;
}

int limit_open(limit **out, double seconds, int rank, int ranks) {
  pthread_condattr_t clock;
  limit *l = calloc(1, sizeof *l);
  *out = NULL;
  if (!l) return 0;
  l->seconds = seconds;
  l->rank = rank;
  l->ranks = ranks;
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_mutex_init(&l->lock, NULL);
  pthread_cond_init(&l->told, &clock);
  pthread_condattr_destroy(&clock);
  if (pthread_create(&l->thread, NULL, watch, l)) {
    free(l);
    return 0;
  }
  *out = l;
  return 1;
}

static void tell(limit *l, const char *call) {
  pthread_mutex_lock(&l->lock);
  l->call = call;
  l->calls += call != NULL;
  pthread_cond_signal(&l->told);
  pthread_mutex_unlock(&l->lock);
}

void limit_begin(limit *l, const char *call) {
  if (l) tell(l, call);
}

void limit_end(limit *l) {
  if (l) tell(l, NULL);
}

void limit_close(limit *l) {
  if (!l) return;
  pthread_mutex_lock(&l->lock);
  l->closed = 1;
  pthread_cond_signal(&l->told);
  pthread_mutex_unlock(&l->lock);
  pthread_join(l->thread, NULL);
  pthread_cond_destroy(&l->told);
  pthread_mutex_destroy(&l->lock);
  free(l);
}
