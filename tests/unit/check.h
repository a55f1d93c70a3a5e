/* check.h: what all tests share: words for failures, a folder for files, memory that runs out. */
#ifndef KHOP_TESTS_CHECK_H
#define KHOP_TESTS_CHECK_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "files/infile.h"

#include <khop/graph.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED
#endif

/* --- words ---------------------------------------------------------------------------------- */

static inline void ok(khop_status status) {
  if (status != KHOP_OK) fail_msg("%s: %s", khop_status_name(status), khop_message());
}

/* Says why a test has nothing to do. cmocka's skip() prints "not ok # SKIP" in 1.1.5, which meson
 * takes for a failure. */
static inline void skipped(const char *why) {
  print_message("# skipped: %s\n", why);
}

/* The status, and that the message holds each of the words. */
static inline void fails(khop_status status, khop_status wanted, const char *a, const char *b) {
  if (status != wanted)
    fail_msg("%s, not %s: %s", khop_status_name(status), khop_status_name(wanted), khop_message());
  if (!strstr(khop_message(), a) || !strstr(khop_message(), b))
    fail_msg("'%s' or '%s' is not in: %s", a, b, khop_message());
}

/* --- numbers -------------------------------------------------------------------------------- */

/* A block of count numbers; the test ends if there is none. The caller frees it. */
static inline void *block_of(int64_t count, size_t size) {
  void *p = calloc(count > 0 ? (size_t)count : 1, size);
  if (!p) abort();
  return p;
}

static inline void close_to(double a, double b, double tolerance) {
  if (!(fabs(a - b) <= tolerance)) fail_msg("%.12g, not %.12g", a, b);
}

/* The largest difference as a share of the largest wanted number: infinite where anything is not
 * finite, so that NaN never passes. */
static inline double difference(const khop_real *got, const double *wanted, int64_t count) {
  double worst = 0, largest = 0;
  for (int64_t i = 0; i < count; i++) {
    double d = fabs((double)got[i] - wanted[i]);
    if (!isfinite(d)) return INFINITY;
    if (d > worst) worst = d;
    if (fabs(wanted[i]) > largest) largest = fabs(wanted[i]);
  }
  return largest > 0 ? worst / largest : worst;
}

static inline khop_real random_real(khop_i_random *r) {
  return (khop_real)(2 * khop_i_random_uniform(r) - 1);
}

/* An undirected path. */
static inline khop_graph *path_graph(int64_t nodes) {
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 1, &nodes, NULL, false, false));
  return graph;
}

/* --- files ---------------------------------------------------------------------------------- */

static char folder[200]; /* of this run */

/* The path of a name in the folder; it lasts until the call after the next. */
static inline const char *at(const char *name) {
  static char text[2][400];
  static int turn;
  turn ^= 1;
  snprintf(text[turn], sizeof text[turn], "%s/%s", folder, name);
  return text[turn];
}

/* The path of a file of the source tree; it lasts until the next call. */
static inline const char *fixture(const char *name) {
  static char text[1000];
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(text, sizeof text, "%s/%s", root ? root : ".", name);
  return text;
}

/* A new file each time: some file systems flush one that is truncated and written again. */
static inline void write_file(const char *path, const void *bytes, size_t size) {
  unlink(path);
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(bytes, 1, size, stream), size);
  assert_int_equal(fclose(stream), 0);
}

/* How many files the folder holds. */
static inline int files_in_folder(void) {
  char command[300];
  int count = -1;
  snprintf(command, sizeof command, "ls -A '%s' | wc -l", folder);
  FILE *pipe = popen(command, "r");
  assert_non_null(pipe);
  assert_int_equal(fscanf(pipe, "%d", &count), 1);
  pclose(pipe);
  return count;
}

static inline void same_files(const char *a, const char *b) {
  char *x = NULL, *y = NULL;
  size_t m = 0, n = 0;
  ok(khop_i_infile_read(&x, &m, a));
  ok(khop_i_infile_read(&y, &n, b));
  assert_int_equal(m, n);
  assert_memory_equal(x, y, m);
  khop_i_free(x);
  khop_i_free(y);
}

/* --- memory --------------------------------------------------------------------------------- */

/* Allocations that still succeed; none does once it is 0; all do while it is negative. */
static atomic_llong allocations_left = -1, blocks_held;

static inline void *allocate(size_t size, void *context) {
  (void)context;
  long long left = atomic_load(&allocations_left);
  while (left > 0 && !atomic_compare_exchange_weak(&allocations_left, &left, left - 1)) continue;
  if (left == 0) return NULL;
  atomic_fetch_add(&blocks_held, 1);
  return malloc(size);
}

static inline void release(void *pointer, void *context) {
  (void)context;
  if (pointer) atomic_fetch_sub(&blocks_held, 1);
  free(pointer);
}

/* From here until the other call khop's memory can run out. Nothing may be held at either. */
static inline void memory_can_run_out(void) {
  assert_int_equal(khop_bytes_now(), 0);
  ok(khop_set_allocator(&(khop_allocator){allocate, release, NULL}));
}

static inline void memory_is_plenty(void) {
  assert_int_equal(khop_bytes_now(), 0);
  assert_int_equal(atomic_load(&blocks_held), 0);
  ok(khop_set_allocator(NULL));
}

/* Makes allocation 0, 1, 2, .. of work, and all after it, fail until work succeeds: each time
 * MEMORY, in words, and nothing new is held. How many allocations it took. */
static inline int fail_each(khop_status (*work)(void *context), void *context) {
  size_t held = khop_bytes_now();
  long long blocks = atomic_load(&blocks_held);
  for (int n = 0; n < 100000; n++) {
    atomic_store(&allocations_left, n);
    khop_status status = work(context);
    long long left = atomic_exchange(&allocations_left, -1);
    if (khop_bytes_now() != held || atomic_load(&blocks_held) != blocks)
      fail_msg("allocation %d: %zu bytes are held, not %zu, in %lld blocks, not %lld", n,
               khop_bytes_now(), held, atomic_load(&blocks_held), blocks);
    if (status == KHOP_OK) {
      assert_true(left >= 0); /* it did run out */
      return n;
    }
    if (status != KHOP_E_MEMORY || !strstr(khop_message(), "no memory"))
      fail_msg("allocation %d: %s: %s", n, khop_status_name(status), khop_message());
  }
  fail_msg("it never succeeds");
  return 0;
}

/* --- before and after the tests of a program ------------------------------------------------- */

static inline int open_folder(void **state) {
  (void)state;
  const char *base = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.100s/khop-test-XXXXXX", base ? base : "/tmp");
  return mkdtemp(folder) ? 0 : -1;
}

/* Nothing is held by anyone. */
static inline int nothing_held(void **state) {
  (void)state;
  return khop_bytes_now() == 0 ? 0 : -1;
}

static inline int close_folder(void **state) {
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command) == 0 ? nothing_held(state) : -1;
}

#endif
