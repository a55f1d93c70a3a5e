/* cholesky.h: a sparse matrix that is symmetric and positive definite, factorised once and solved with many times.
 *
 *   P M P^T = L L^T     M x = b:  L y = P b,  L^T z = y,  x = P^T z
 *
 * CHOLMOD orders and factorises, one row after another, so that the factor has the same bits however many threads run. */
#ifndef KHOP_GRAPH_CHOLESKY_H
#define KHOP_GRAPH_CHOLESKY_H

#include <khop/base.h>

typedef struct khop_i_cholesky khop_i_cholesky;

/* offsets (n + 1), rows and values (entries): the lower triangle of M by column, rows ascending from the diagonal on.
 * what: whose matrix it is, for messages. The factor may take max_bytes, 0: any.
 * Errors: UNSUPPORTED (built without CHOLMOD), BUDGET, MEMORY, VALUE (M is not positive definite). */
khop_status khop_i_cholesky_new(khop_i_cholesky **factor, int64_t n, const int64_t *offsets, const int64_t *rows,
                                const double *values, const char *what, int64_t max_bytes);
void khop_i_cholesky_free(khop_i_cholesky *factor);
size_t khop_i_cholesky_bytes(const khop_i_cholesky *factor);

/* y = or += scale M^-1 x: x and y (n, columns), which may be the same; work (n, columns). Neither allocates nor fails;
 * a column has the same bits whatever stands beside it. Cost: 4 columns times the entries of L. */
void khop_i_cholesky_solve(khop_real *y, const khop_i_cholesky *factor, const khop_real *x, int64_t columns,
                           double scale, bool accumulate, double *work);

#endif
