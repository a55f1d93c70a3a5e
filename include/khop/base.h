/* khop/base.h: what every other header needs: export macro, number type, status, settings.
 *
 * Conventions, fixed here for the whole library:
 *   - arrays are row-major; a matrix (N, F) holds row i at x + i * ld, ld >= F;
 *   - row i of a ring is the target, its columns are the sources: Y = R X gathers;
 *   - functions return a khop_status; outputs come first; a failed call leaves its outputs NULL;
 *   - *_free(NULL) is legal;
 *   - options, and what else callers fill, begin with their size: sizeof of the struct, and every field is read that
 *     program and library both know; or 0, and those are read that version 0.2.0 had. Fields that are added later so
 *     break no program (docs/linking.md). Errors: ARGUMENT (a size that no version has), UNSUPPORTED (a field that
 *     this version does not know is set);
 *   - khop_real is float, or double where KHOP_DOUBLE is defined (link khop-double then; a process may hold both
 *     libraries, a program of several parts each its own).
 */
#ifndef KHOP_BASE_H
#define KHOP_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define KHOP_API __attribute__((visibility("default")))
#define KHOP_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define KHOP_API
#define KHOP_PRINTF(a, b)
#endif

#ifdef __cplusplus
extern "C" {
#endif

#ifdef KHOP_DOUBLE
typedef double khop_real;
#define KHOP_PRECISION khop_real_is_double
#else
typedef float khop_real;
#define KHOP_PRECISION khop_real_is_float
#endif
/* Each library has one of the two names, and each program asks for the one that it was compiled for: double numbers
 * with a library of float ones, or the other way, end at the linker instead of in wrong numbers. */
KHOP_API void KHOP_PRECISION(void);
#if defined(__GNUC__) && !defined(KHOP_BUILDING)
__attribute__((used)) static void (*const khop_precision_linked)(void) = KHOP_PRECISION;
#endif

/* What went wrong. The numbers are pinned: new codes go into the gaps. */
typedef enum khop_status {
  KHOP_OK = 0,
  KHOP_E_ARGUMENT = 10,    /* an argument is outside what the function takes */
  KHOP_E_SHAPE = 20,       /* sizes that do not fit together */
  KHOP_E_VALUE = 30,       /* data that cannot be used: NaN, a label without a class */
  KHOP_E_MEMORY = 40,      /* the allocator said no */
  KHOP_E_BUDGET = 50,      /* would need more bytes than the caller allows */
  KHOP_E_IO = 60,          /* the system failed to read or write */
  KHOP_E_FORMAT = 70,      /* a file that is not what it says it is */
  KHOP_E_NOT_FOUND = 80,   /* no such file, data set, recipe or name */
  KHOP_E_UNSUPPORTED = 90, /* a legal thing that khop does not do */
  KHOP_E_INTERRUPTED = 100, /* a callback asked to stop */
  KHOP_E_INTERNAL = 110    /* a library below khop failed in a way khop did not expect */
} khop_status;

/* The name of a status, such as "budget". Never NULL. */
KHOP_API const char *khop_status_name(khop_status status);

/* The message of the last failure on this thread: one sentence with the numbers in it.
 * Valid until the next failure on this thread. "" when nothing has failed. */
KHOP_API const char *khop_message(void);

/* The version, such as "0.2.0". */
KHOP_API const char *khop_version(void);

/* --- settings ------------------------------------------------------------------------------ */

/* How many threads khop uses, for khop alone: no other library's setting is touched. 0 restores
 * the default, which is OpenMP's own (OMP_NUM_THREADS, or the cores). Results do not depend on it.
 * The child of a fork that follows work on several threads has one: the others did not come along.
 * Errors: ARGUMENT for a negative number or one above 1024; UNSUPPORTED for several in such a child. */
KHOP_API khop_status khop_set_threads(int threads);
KHOP_API int khop_threads(void);

/* Where khop takes its memory. `allocate(size, context)` returns at least `size` bytes or NULL;
 * `release(pointer, context)` gives them back. NULL restores malloc and free. Call it before
 * anything else, while khop holds no memory: otherwise ARGUMENT, with the bytes still held. */
typedef struct khop_allocator {
  void *(*allocate)(size_t size, void *context);
  void (*release)(void *pointer, void *context);
  void *context;
} khop_allocator;
KHOP_API khop_status khop_set_allocator(const khop_allocator *allocator);

/* Gives back a string or an array that a khop function made for the caller; NULL is legal. */
KHOP_API void khop_free(void *pointer);

/* Bytes that khop holds now, the most it has held, and how often it has allocated. */
KHOP_API size_t khop_bytes_now(void);
KHOP_API size_t khop_bytes_peak(void);
KHOP_API uint64_t khop_allocations(void);

/* The instruction set that the kernels use: "baseline", "avx2" or "avx512", chosen at run time.
 * Setting one that this processor lacks is UNSUPPORTED; NULL restores the automatic choice. */
KHOP_API const char *khop_simd(void);
KHOP_API khop_status khop_set_simd(const char *name);

/* --- mean and deviation -------------------------------------------------------------------- */

/* The moments of numbers that come one after another (Welford, Technometrics 1962); {0} at first. Unlike a
 * difference of sums it keeps its digits where the mean is large beside the deviation. */
typedef struct khop_moments {
  int64_t count;
  double mean;    /* 0 of none */
  double squares; /* the sum of the squared distances from the mean */
} khop_moments;
KHOP_API void khop_moments_add(khop_moments *moments, double value);
/* That of a sample (n - 1); 0 of fewer than two numbers. */
KHOP_API double khop_moments_deviation(const khop_moments *moments);

#ifdef __cplusplus
}
#endif
#endif
