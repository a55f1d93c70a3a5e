/* op_batch_norm.h: the arithmetic of batch norm on rows of any run (op_batch_norm.c has the formulas): sums of some rows,
 * which may be added to those of others before they are used.
 *
 * All of it is on a strip: `width` columns of x, y, dy, whose rows are f apart. */
#ifndef KHOP_MODEL_OP_BATCH_NORM_H
#define KHOP_MODEL_OP_BATCH_NORM_H

#include <khop/base.h>

/* Columns at a time: two lines of the cache of floats. */
enum { KHOP_I_BATCH_NORM_STRIP = 32 };

/* First sums over rows, then the mean and the variance. */
typedef struct khop_i_moments {
  double mean[KHOP_I_BATCH_NORM_STRIP], variance[KHOP_I_BATCH_NORM_STRIP];
} khop_i_moments;

/* Sums of x; with the mean in place, of squares away from it. Both add. */
void khop_i_moments_add_rows(khop_i_moments *m, const khop_real *x, int64_t rows, int64_t f, int64_t width);
void khop_i_moments_add_squares(khop_i_moments *m, const khop_real *x, int64_t rows, int64_t f, int64_t width);
/* running [mean (f) | variance (f)]: those of evaluation; and their step towards m, of so many rows. */
void khop_i_moments_take_running(khop_i_moments *m, const khop_real *running, int64_t f, int64_t width);
void khop_i_moments_move_running(khop_real *running, const khop_i_moments *m, int64_t rows, int64_t f, int64_t width);
/* own [scale (f) | bias (f)]. */
void khop_i_batch_norm_rows(khop_real *y, const khop_real *x, const khop_i_moments *m, const khop_real *own, int64_t rows,
                            int64_t f, int64_t width);

/* Sums over rows: the gradients of bias, dy, and of scale, dy h. */
typedef struct khop_i_slopes {
  double bias[KHOP_I_BATCH_NORM_STRIP], scale[KHOP_I_BATCH_NORM_STRIP];
} khop_i_slopes;
void khop_i_slopes_add_rows(khop_i_slopes *s, const khop_i_moments *m, const khop_real *x, const khop_real *dy, int64_t rows,
                            int64_t f, int64_t width);
/* dx += ..; share: 1 / rows after a forward in training, whose mean and slope go with x; else 0. */
void khop_i_batch_norm_back(khop_real *dx, const khop_i_slopes *s, const khop_i_moments *m, const khop_real *scale,
                            const khop_real *x, const khop_real *dy, double share, int64_t rows, int64_t f, int64_t width);

#endif
