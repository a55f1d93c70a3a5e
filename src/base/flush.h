/* flush.h: numbers that are too small to matter become zeros before processors slow down over them.
 *
 * A weight without gradient that decays by 0.98 a step is subnormal after some 4,000 steps and never reaches zero:
 * rounding holds it at the smallest subnormal numbers. Each operation on one costs a hundred cycles and more, so that
 * training becomes five times slower. Flushed where weights, moments and averages are stepped, and not by the
 * processor's flag: the caller's floating-point state is left alone, and the threads of BLAS need none.
 *
 * The bound is the smallest normal number over epsilon, 1e-31 in single precision: the product of what is kept with
 * a number as small as epsilon is still normal. */
#ifndef KHOP_BASE_FLUSH_H
#define KHOP_BASE_FLUSH_H

#include <khop/base.h>

#include <float.h>

#ifdef KHOP_DOUBLE
#define KHOP_I_LEAST_NORMAL DBL_MIN
#define KHOP_I_TINY (DBL_MIN / DBL_EPSILON)
#else
#define KHOP_I_LEAST_NORMAL FLT_MIN
#define KHOP_I_TINY (FLT_MIN / FLT_EPSILON)
#endif

/* NaN stays NaN. */
static inline khop_real khop_i_flush(khop_real x) { return x < KHOP_I_TINY && x > -KHOP_I_TINY ? 0 : x; }

#endif
