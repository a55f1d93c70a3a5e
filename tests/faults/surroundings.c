/* surroundings.c: a library to preload (LD_PRELOAD) that puts a whole command into other surroundings than those of a
 * test. Results must not depend on them.
 *
 *   SURROUNDINGS_LOCALE  set: the program takes the locale of its environment, as many that call the library do; khop
 *                        itself stays in the C locale
 *   SURROUNDINGS_CLOCK   set: all clocks jump at every look, hours ahead and hours back
 *   SURROUNDINGS_SLOW    set: the machine seems slow: each look at a clock finds it 0.3 s further on */
#include <dlfcn.h>
#include <locale.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static bool jumps, is_slow;
static atomic_long looks;

/* Seconds that a clock is wrong by at this look: 5 hours ahead, right, 7 hours back, and so on. */
static time_t jump(void) {
  static const time_t off[] = {5 * 3600, 0, -7 * 3600, 90, 0, -90};
  return jumps ? off[atomic_fetch_add(&looks, 1) % 6] : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, now);
  now->tv_sec += jump();
  if (is_slow) {
    int64_t late = INT64_C(300000000) * atomic_fetch_add(&looks, 1) + now->tv_nsec;
    now->tv_sec += late / 1000000000;
    now->tv_nsec = late % 1000000000;
  }
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "gettimeofday");
  int result = real(now, zone);
  now->tv_sec += jump();
  return result;
}

time_t time(time_t *now) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (now) *now = at.tv_sec;
  return at.tv_sec;
}

__attribute__((constructor)) static void begin(void) {
  jumps = getenv("SURROUNDINGS_CLOCK");
  is_slow = getenv("SURROUNDINGS_SLOW");
  if (getenv("SURROUNDINGS_LOCALE") && !setlocale(LC_ALL, "")) abort();
}
