/* taps.c: normalised rings of owned rows (khop/distributed.h). What a column adds up to, its owner
 * knows: it is what a row of the transposed rings holds, and is fetched with the ghosts. */
#include "distributed/taps.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/packing.h"
#include "forms/stored.h"

/* --- degrees ---------------------------------------------------------------------------------- */

/* Doubles hold all whole numbers up to this one. */
#define MOST_WALKS 0x1p53

/* What each owned row of a way adds up to, slot by slot. */
static khop_status sum_rows(khop_i_shard_way *way) {
  const khop_rings *rings = way->rings;
  int64_t slots = rings->slots, rows = way->halo.rows;
  if (way->sums) return KHOP_OK;
  khop_status status =
      khop_i_alloc_raw(&way->sums, rows * slots, sizeof *way->sums, "ring degrees");
  if (status != KHOP_OK) return status;
  for (int64_t cell = 0; cell < rows * slots; cell++) {
    const int32_t *columns;
    const khop_real *values = NULL;
    int64_t row = way->halo.own + cell / slots,
            count = khop_i_rings_count(rings, row, (int)(cell % slots));
    double sum = (double)count;
    if (rings->csr) khop_rings_row(rings, (int)(cell % slots), row, &columns, &values);
    if (values) sum = 0;
    for (int64_t k = 0; values && k < count; k++) sum += (double)values[k];
    if (!(sum <= MOST_WALKS))
      return khop_i_fail(
          KHOP_E_VALUE,
          "the walks of a node add up to %.17g, and degrees of several ranks are whole numbers up "
          "to 2^53: use walk support, or shorter walks",
          sum);
    way->sums[cell] = (int64_t)sum;
  }
  return KHOP_OK;
}

/* Collective. A handle that knows what each column of a way adds up to, and nothing else. */
static khop_status fetch_column_sums(khop_rings **columns, const khop_i_shard_way *way,
                                     khop_i_shard_way *against, const khop_exchange *e) {
  const khop_rings *rings = way->rings;
  khop_rings *made = NULL;
  khop_status status = sum_rows(against);
  if (status == KHOP_OK) status = khop_i_rings_new(&made, rings->nodes, rings->slots, rings->hops);
  if (status == KHOP_OK) {
    made->op = rings->op;
    made->form = &khop_i_stored_form;
    status = khop_i_alloc_raw(&made->row_sums, rings->nodes * rings->slots, sizeof *made->row_sums,
                              "ring degrees");
  }
  KHOP_TRY(khop_i_fetch(e, status, made ? made->row_sums : NULL, against->sums, way->halo.pattern,
                        (size_t)rings->slots * sizeof *against->sums));
  *columns = made;
  made = NULL;
done:
  khop_rings_free(made);
  return status;
}

/* --- taps ------------------------------------------------------------------------------------- */

typedef struct request {
  int count;
  const int *hops;
  khop_norm norm;
  bool self_loop;
} request;

static bool needs_columns(khop_norm norm) {
  return norm == KHOP_NORM_SYM || norm == KHOP_NORM_COL;
}

/* columns: a handle with the sums of columns, or where the norm needs none the rings themselves. */
static khop_status fill_taps(khop_taps **out, const khop_i_shard_way *way,
                             const khop_rings *columns, const request *q) {
  khop_status status = KHOP_OK;
  khop_taps *taps = NULL;
  khop_rings *rings = way->rings;
  KHOP_TRY(khop_i_taps_check(rings, q->count, q->hops));
  KHOP_TRY(khop_i_rings_arrange(rings));
  int64_t scales = khop_i_taps_scales(rings->nodes, q->count, q->norm);
  int64_t both = 2 * q->count * (int64_t)sizeof(khop_i_tap);
  KHOP_TRY(khop_i_alloc_raw(
      &taps, (int64_t)sizeof *taps + both + scales * (int64_t)sizeof(khop_real), 1, "taps"));
  taps->forward = (khop_i_tap *)(void *)(taps + 1);
  khop_i_taps_fill(taps, (khop_real *)(void *)(taps->forward + 2 * q->count), rings, columns,
                   q->count, q->hops, q->norm, q->self_loop);
  *out = taps;
done:
  return status;
}

/* Collective. The taps of a way; its columns are the rows of the other one. */
static khop_status make_taps(khop_shard_taps *taps, int which, const request *q) {
  khop_shard_rings *r = taps->rings;
  const khop_exchange *e = &r->shard->owners.exchange;
  khop_i_shard_way *way, *against;
  khop_rings *columns = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_shard_way_of(&way, r, which));
  if (needs_columns(q->norm)) {
    KHOP_TRY(khop_i_shard_way_of(&against, r, !which));
    KHOP_TRY(fetch_column_sums(&columns, way, against, e));
  }
  KHOP_TRY(khop_i_agree(e, fill_taps(&taps->way[which], way, columns ? columns : way->rings, q)));
  KHOP_TRY(khop_i_packing_most(&taps->most[which], taps->way[which], way, &r->shard->owners));
  if (!which) KHOP_TRY(khop_i_packing_sizes(&taps->sizes, taps->way[0], way, &r->shard->owners));
done:
  khop_rings_free(columns);
  return status;
}

static khop_norm turned(khop_norm norm) {
  return norm == KHOP_NORM_ROW ? KHOP_NORM_COL : norm == KHOP_NORM_COL ? KHOP_NORM_ROW : norm;
}

khop_status khop_shard_taps_new(khop_shard_taps **out, khop_shard_rings *r, int count,
                                const int *hops, khop_norm norm, bool self_loop, bool transposed) {
  khop_shard_taps *taps = NULL;
  if (out) *out = NULL;
  if (!out || !r || !hops)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_taps_new: rings, hops or a place is missing");
  khop_status status = KHOP_OK;
  if (norm < KHOP_NORM_NONE || norm > KHOP_NORM_COL)
    status = khop_i_fail(KHOP_E_ARGUMENT, "there is no normalisation %d", (int)norm);
  if (status == KHOP_OK) status = khop_i_taps_check(r->way[0].rings, count, hops);
  if (status == KHOP_OK) status = khop_i_alloc(&taps, 1, sizeof *taps, "taps");
  khop_i_agreed agreed[] = {{"number of taps", count},
                            {"norm", norm},
                            {"self-loop", self_loop},
                            {"transposed", transposed},
                            {"first tap", count > 0 ? hops[0] : 0},
                            {"last tap", count > 0 ? hops[count - 1] : 0}};
  KHOP_TRY(
      khop_i_agree_on(&r->shard->owners.exchange, status, sizeof agreed / sizeof *agreed, agreed));
  taps->rings = r;
  taps->count = count;
  KHOP_TRY(make_taps(taps, 0, &(request){count, hops, norm, self_loop}));
  if (transposed)
    KHOP_TRY(make_taps(taps, 1, &(request){count, hops, turned(norm), self_loop}));
  *out = taps;
  taps = NULL;
done:
  khop_shard_taps_free(taps);
  return status;
}

void khop_shard_taps_free(khop_shard_taps *taps) {
  if (!taps) return;
  khop_taps_free(taps->way[0]);
  khop_taps_free(taps->way[1]);
  khop_i_free(taps);
}
