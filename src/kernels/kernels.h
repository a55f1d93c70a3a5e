/* kernels.h: the inner loops, one table an instruction set.
 *
 * dispatch.c picks the table at run time; spmm.c, bitmap_spmm.c, ladder_eval.c, elementwise.c and norm.c are compiled
 * once for each instruction set, so that a shipped build needs no -march=native. */
#ifndef KHOP_KERNELS_KERNELS_H
#define KHOP_KERNELS_KERNELS_H

#include <khop/base.h>

/* Of 64 rows, which are the row before them shifted by one column (rings/shifted_rows.h). */
typedef struct khop_i_shifted_rows {
  uint64_t bits;        /* bit b: row b of the 64 is shifted */
  int32_t first, after; /* the columns of all 64 lie in first .. after - 1; first >= after: they are empty */
} khop_i_shifted_rows;

/* 64 rows by their number of entries (rings/rows_by_count.h): a row is `row` behind the first of the 64. */
typedef struct khop_i_row_order {
  uint8_t row[64];
} khop_i_row_order;

/* One tap of a gather: for each row i
 *
 *   y[i, out : out + f] += left[i] * weight * sum_j value[i, j] * right[j] * x[j, in : in + f]
 *
 * over the entries of row i, which are columns[offsets[i * stride]] to
 * columns[offsets[i * stride + 1] - 1]; loop adds the node itself once. Pointers that are NULL stand
 * for ones, offsets NULL for no entries. */
typedef struct khop_i_tap {
  const int64_t *offsets;
  int64_t stride;
  const int32_t *columns;
  const khop_i_shifted_rows *shifted; /* NULL: not known */
  const khop_i_row_order *order;      /* of each 64 whole rows; NULL: as they stand */
  const khop_real *values;
  const khop_real *left, *right; /* (N) */
  const khop_real *weight;       /* (1) or (f) */
  bool weight_per_channel;
  bool loop;
  bool minus;          /* subtracts instead of adding */
  bool non_temporal;   /* y is large and not read soon: it may be written by non-temporal stores */
  int64_t in, out;     /* first column in x and in y */
  const khop_real *x;  /* NULL: the gather's own; another one with rows ldx apart */
  int64_t ldx;
  int slot;        /* of the rings, for those that are not stored; -1: the identity */
} khop_i_tap;

/* A dense matrix block: row i at data + i * ld. */
typedef struct khop_i_block {
  khop_real *data;
  int64_t ld;
} khop_i_block;

/* Columns that a product with a bitmap takes at once: a cache line. */
enum { KHOP_I_STRIP = 64 / (int)sizeof(khop_real) };

/* ceil(a / b). */
static inline int64_t khop_i_ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/* The steps of a ladder's climb on `width` columns, which are whole vectors of every instruction set (what terms and
 * homes are: forms/ladder/schedule.h). The `rows` homes from `top` on are not sums but rows of y, f columns, with the
 * loop, the scale and the weight of `out`. */
enum { KHOP_I_STEP_BITS = 26 };
typedef struct khop_i_steps {
  const int64_t *start;
  const uint32_t *term;
  const int32_t *home, *run;
  const khop_real *number;  /* of a term's upper 5 bits */
  const khop_real *from[2]; /* x, and sums; rows of both are ld apart */
  int64_t ld;
  khop_real *sums;
  int64_t width, f, top, rows;
  const khop_i_tap *out;
  khop_real *y;
  int64_t ldy;
  bool accumulate;
} khop_i_steps;

typedef struct khop_i_kernels {
  const char *name;
  /* Rows begin .. end - 1 of all taps, in one pass a row; row begin goes to y. Taps with the same `out` stand
   * together. */
  void (*gather)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t f, int taps,
                 const khop_i_tap *tap, int64_t begin, int64_t end, bool accumulate);
  /* y (rows, g) = x (rows, k) times w (k, g), each row with the bits that it has alone. */
  void (*rows_times)(khop_real *y, int64_t ldy, const khop_real *x, int64_t ldx, int64_t rows, int64_t k,
                     const khop_real *w, int64_t ldw, int64_t g);
  /* sum (rows, KHOP_I_STRIP) += right[j] * x[j, 0 : width] over the ones of a block of rows of a bitmap
   * (forms/bitmap.h); right may be NULL. Columns beyond width only have zeros added. */
  void (*bits)(khop_real *sum, const uint64_t *bits, int64_t rows, int64_t n, const khop_real *x, int64_t ldx,
               int width, const khop_real *right);
  /* Takes the steps order[begin .. end - 1], in this order; where order is NULL, the steps begin .. end - 1. */
  void (*steps)(const khop_i_steps *steps, const int32_t *order, int64_t begin, int64_t end);
  /* y[i] = x[i] * (hash(key, first + i) >= limit) * scale; accumulate adds instead. */
  void (*dropout)(khop_real *y, const khop_real *x, int64_t count, int64_t first, uint64_t key,
                  uint32_t limit, khop_real scale, bool accumulate);
  /* One Adam step over count numbers; see train/optimizer.h for the formula. */
  void (*adam)(khop_real *w, khop_real *m, khop_real *v, const khop_real *g, int64_t count,
               double rate, double beta1, double beta2, double eps, double l2, double shrink);
  /* Layer norm of rows begin .. end - 1 of x (.., f): y, and stats (mean, 1 / deviation) a row; the shifts (f) stand
   * behind the gains (f). norm_back adds to dx, or sets it where it is fresh. norm_sums adds the sums over all rows, in
   * their order, to columns begin .. end - 1 of dgain and dshift. */
  void (*norm)(khop_real *y, khop_real *stats, const khop_real *x, const khop_real *gain, int64_t begin,
               int64_t end, int64_t f);
  void (*norm_back)(khop_real *dx, const khop_real *x, const khop_real *dy, const khop_real *gain,
                    const khop_real *stats, int64_t begin, int64_t end, int64_t f, bool fresh);
  void (*norm_sums)(khop_real *dgain, khop_real *dshift, const khop_real *x, const khop_real *dy,
                    const khop_real *stats, int64_t rows, int64_t f, int64_t begin, int64_t end);
  /* dx += dy where x > 0; fresh: dx = dy there, and 0 elsewhere. */
  void (*relu_back)(khop_real *dx, const khop_real *x, const khop_real *dy, int64_t count, bool fresh);
} khop_i_kernels;

#endif
