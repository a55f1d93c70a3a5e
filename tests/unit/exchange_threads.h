/* exchange_threads.h: a khop_exchange whose ranks are threads of the test, so that what several
 * ranks do is tested without MPI.
 *
 *   run_ranks(4, work, context)     work(exchange, context) on 4 threads; statuses and sentences
 *
 * Ranks meet at a barrier in every call, and say there which call it is: ranks that are in
 * different ones would wait for each other for ever on a cluster, and end the test here. What each
 * rank takes from others is counted. */
#ifndef KHOP_TESTS_EXCHANGE_THREADS_H
#define KHOP_TESTS_EXCHANGE_THREADS_H

#include "check.h"

#include <khop/distributed.h>
#include <pthread.h>

enum { MOST_RANKS = 16 };

typedef struct team team;

typedef struct seat {
  team *team;
  int rank;
  long long calls;   /* of open and fetch */
  long long fail_at; /* the call that fails, once its part is done; -1: none */
  double bytes, messages; /* taken from other ranks by fetch */
  char message[64];
  char gathered[MOST_RANKS * KHOP_GATHER_BYTES];
  khop_status status;
  char sentence[1024];
  khop_status (*work)(const khop_exchange *exchange, void *context);
  void *context;
} seat;

struct team {
  int ranks;
  pthread_barrier_t barrier;
  const char *call[MOST_RANKS]; /* that each rank is in */
  const void *from[MOST_RANKS];
  size_t size[MOST_RANKS];
  int64_t items[MOST_RANKS]; /* behind from */
  seat seat[MOST_RANKS];
};

typedef struct runs {
  int64_t items, count, *first, *length;
  int *owner;
} runs;

static inline void meet(seat *s, const char *call, const void *from, size_t size) {
  team *t = s->team;
  t->call[s->rank] = call;
  t->from[s->rank] = from;
  t->size[s->rank] = size;
  pthread_barrier_wait(&t->barrier);
  for (int r = 0; r < t->ranks; r++)
    if (strcmp(t->call[r], call) || t->size[r] != size) {
      fprintf(stderr, "rank %d is in %s of %zu bytes and rank %d in %s of %zu\n", s->rank, call,
              size, r, t->call[r], t->size[r]);
      abort();
    }
}

static inline void part(seat *s) {
  pthread_barrier_wait(&s->team->barrier);
}

static inline khop_status broken(seat *s, const char *call) {
  if (s->calls++ != s->fail_at) return KHOP_OK;
  snprintf(s->message, sizeof s->message, "the line broke in %s", call);
  return KHOP_E_IO;
}

static inline khop_status gather_threads(const void **all, const void *own, size_t bytes,
                                         void *context) {
  seat *s = context;
  meet(s, "gather", own, bytes);
  for (int r = 0; r < s->team->ranks; r++)
    memcpy(s->gathered + (size_t)r * bytes, s->team->from[r], bytes);
  part(s);
  *all = s->gathered;
  return KHOP_OK;
}

static inline void close_threads(void *pattern, void *context) {
  runs *p = pattern;
  (void)context;
  if (!p) return;
  free(p->first);
  free(p->length);
  free(p->owner);
  free(p);
}

static inline khop_status open_threads(void **pattern, int64_t items, int64_t count,
                                       const int *owner, const int64_t *first,
                                       const int64_t *length, void *context) {
  seat *s = context;
  meet(s, "open", NULL, 0);
  runs *p = block_of(1, sizeof *p);
  *p = (runs){items, count, block_of(count, sizeof *first), block_of(count, sizeof *length),
              block_of(count, sizeof *owner)};
  for (int64_t k = 0; k < count; k++)
    p->first[k] = first[k], p->length[k] = length ? length[k] : 1, p->owner[k] = owner[k];
  *pattern = p;
  part(s);
  return broken(s, "open");
}

static inline khop_status fetch_threads(void *to, const void *from, void *pattern, size_t item,
                                        void *context) {
  seat *s = context;
  const runs *p = pattern;
  bool asked[MOST_RANKS] = {false};
  s->team->items[s->rank] = p->items;
  meet(s, "fetch", from, item);
  for (int64_t k = 0; k < p->count; k++) {
    size_t bytes = (size_t)p->length[k] * item;
    if (p->first[k] < 0 || p->first[k] + p->length[k] > s->team->items[p->owner[k]]) abort();
    if (bytes)
      memcpy(to, (const char *)s->team->from[p->owner[k]] + (size_t)p->first[k] * item, bytes);
    to = (char *)to + bytes;
    if (p->owner[k] == s->rank || !bytes) continue;
    s->bytes += (double)bytes;
    s->messages += !asked[p->owner[k]];
    asked[p->owner[k]] = true;
  }
  part(s);
  return broken(s, "fetch");
}

static inline const char *message_of_threads(void *context) {
  return ((seat *)context)->message;
}

static inline void *run_rank(void *argument) {
  seat *s = argument;
  khop_exchange e = {sizeof e,          s->rank,      s->team->ranks, s,
                     gather_threads,    open_threads, fetch_threads,  close_threads,
                     message_of_threads};
  s->status = s->work(&e, s->context);
  snprintf(s->sentence, sizeof s->sentence, "%s", s->status == KHOP_OK ? "" : khop_message());
  return NULL;
}

/* The team of a run; the caller frees it. fails (ranks), NULL: none: the call of open and fetch
 * that fails on a rank. */
static inline team *run_ranks_failing(int ranks, khop_status (*work)(const khop_exchange *, void *),
                                      void *context, const long long *fails) {
  team *t = block_of(1, sizeof *t);
  pthread_t thread[MOST_RANKS];
  t->ranks = ranks;
  pthread_barrier_init(&t->barrier, NULL, (unsigned)ranks);
  for (int r = 0; r < ranks; r++) {
    seat *s = &t->seat[r];
    s->team = t;
    s->rank = r;
    s->work = work;
    s->context = context;
    s->fail_at = fails ? fails[r] : -1;
    if (pthread_create(&thread[r], NULL, run_rank, s)) abort();
  }
  for (int r = 0; r < ranks; r++) pthread_join(thread[r], NULL);
  pthread_barrier_destroy(&t->barrier);
  return t;
}

static inline team *run_ranks(int ranks, khop_status (*work)(const khop_exchange *, void *),
                              void *context) {
  return run_ranks_failing(ranks, work, context, NULL);
}

/* All ranks have the same status and the same sentence. */
static inline void together(const team *t, khop_status status) {
  for (int r = 0; r < t->ranks; r++) {
    const seat *s = &t->seat[r];
    if (s->status != status || strcmp(s->sentence, t->seat[0].sentence))
      fail_msg("rank %d: %s: '%s'; rank 0: '%s'; wanted %s", r, khop_status_name(s->status),
               s->sentence, t->seat[0].sentence, khop_status_name(status));
  }
}

/* --- ranks that fail -------------------------------------------------------------------------- */

/* Breaks the line of each rank in turn, in call 0, 1, 2, .. of open and fetch, until the work gets through: each time all
 * ranks say so, and nothing new is held. How many calls the last rank needs. */
static inline long long break_each_call(int ranks, khop_status (*work)(const khop_exchange *, void *), void *context) {
  long long n = 0;
  for (int bad = 0; bad < ranks; bad++)
    for (n = 0;; n++) {
      long long breaks[MOST_RANKS];
      char sentence[64];
      for (int r = 0; r < ranks; r++) breaks[r] = r == bad ? n : -1;
      size_t held = khop_bytes_now();
      team *t = run_ranks_failing(ranks, work, context, breaks);
      bool done = t->seat[bad].calls <= n;
      together(t, done ? KHOP_OK : KHOP_E_IO);
      snprintf(sentence, sizeof sentence, "rank %d of %d: the line broke in ", bad, ranks);
      if (!done) assert_int_equal(strncmp(t->seat[0].sentence, sentence, strlen(sentence)), 0);
      assert_int_equal(khop_bytes_now(), held);
      free(t);
      if (done) break;
    }
  return n;
}

/* Allocations of one rank fail, those of the others do not. */
static _Thread_local long long rank_left = -1;
static long long first_to_fail;
static int rank_to_fail = -1;

static inline void *allocate_on_rank(size_t size, void *context) {
  if (rank_left == 0) return NULL;
  if (rank_left > 0) rank_left--;
  return allocate(size, context);
}

/* A rank's work calls these around what may run out of memory. */
static inline void starve(const khop_exchange *e) { rank_left = e->rank == rank_to_fail ? first_to_fail : -1; }
static inline void feed(void) { rank_left = -1; }

/* Between memory_runs_out_on_ranks and memory_is_plenty nothing may be held. */
static inline void memory_runs_out_on_ranks(void) {
  assert_int_equal(khop_bytes_now(), 0);
  ok(khop_set_allocator(&(khop_allocator){allocate_on_rank, release, NULL}));
  ok(khop_set_threads(1)); /* those of a team would have memory of their own */
}

/* Lets allocation 0, 1, 2, .. of rank 1, and all behind it, fail until the work gets through. How many it needs. */
static inline long long starve_each(int ranks, khop_status (*work)(const khop_exchange *, void *), void *context) {
  size_t held = khop_bytes_now();
  khop_status status = KHOP_E_MEMORY;
  char sentence[64];
  rank_to_fail = 1;
  snprintf(sentence, sizeof sentence, "rank 1 of %d: ", ranks);
  for (first_to_fail = 0; status != KHOP_OK; first_to_fail++) {
    team *t = run_ranks(ranks, work, context);
    status = t->seat[0].status;
    together(t, status);
    if (status != KHOP_OK && (status != KHOP_E_MEMORY || !strstr(t->seat[0].sentence, sentence) ||
                              !strstr(t->seat[0].sentence, "no memory")))
      fail_msg("allocation %lld: %s", first_to_fail, t->seat[0].sentence);
    assert_int_equal(khop_bytes_now(), held);
    free(t);
  }
  rank_to_fail = -1;
  return first_to_fail;
}

#endif
