/* shard_parts.c: see shard_parts.h. */
#include "distributed/shard_parts.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/exchange.h"

#include <string.h>

static int64_t rows_of(const khop_shard_run *r, int p) { return r->row[p + 1] - r->row[p]; }

void khop_i_parts_values(khop_real *rows, const khop_shard_run *r, int op) {
  int64_t f = r->split->ops[op].columns;
  for (int p = 0; p < r->own; p++)
    memcpy(rows + r->row[p] * f, r->run[p]->node[op].value, (size_t)(rows_of(r, p) * f) * sizeof *rows);
}

void khop_i_parts_gradients(khop_real *rows, const khop_shard_run *r, int op) {
  int64_t f = r->split->ops[op].columns;
  for (int p = 0; p < r->own; p++)
    memcpy(rows + r->row[p] * f, r->run[p]->node[op].gradient, (size_t)(rows_of(r, p) * f) * sizeof *rows);
}

void khop_i_parts_set(const khop_shard_run *r, int op, const khop_real *rows) {
  int64_t f = r->split->ops[op].columns;
  for (int p = 0; p < r->own; p++)
    memcpy(r->run[p]->node[op].buffer, rows + r->row[p] * f, (size_t)(rows_of(r, p) * f) * sizeof *rows);
}

void khop_i_parts_add(const khop_shard_run *r, int op, const khop_real *rows) {
  int64_t f = r->split->ops[op].columns;
  for (int p = 0; p < r->own; p++)
    for (int64_t e = 0; e < rows_of(r, p) * f; e++) r->run[p]->node[op].gradient[e] += rows[r->row[p] * f + e];
}

khop_status khop_i_parts_sum(double *sum, khop_shard_run *r, khop_status status, const double *own, int64_t count) {
  double *all = NULL;
  if (status == KHOP_OK) status = khop_i_alloc_raw(&all, r->parts * count, sizeof *all, "sums of parts");
  KHOP_TRY(khop_i_fetch(r->exchange, status, all, own, r->pattern, (size_t)count * sizeof *own));
  for (int64_t k = 0; k < count; k++) sum[k] = all[k];
  for (int64_t k = count; k < r->parts * count; k++) sum[k % count] += all[k];
done:
  khop_i_free(all);
  return status;
}
