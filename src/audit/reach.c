/* reach.c: see reach.h. */
#include "audit/reach.h"
#include "base/error.h"
#include "base/memory.h"
#include "search/plan.h"
#include "forms/rings.h"
#include "search/bfs_graphblas.h"
#include "search/graphblas.h"

struct khop_i_reach {
  int64_t nodes;
  int layers, taps, slots;
  int *slot;        /* (layers, taps) which ring; -1: none */
  GrB_Matrix *ring; /* (slots), NULL where it is empty */
  GrB_Descriptor threads;
};

/* One slot of the rings as a boolean matrix. */
static khop_status import_slot(GrB_Matrix *matrix, const khop_rings *rings, int slot) {
  khop_status status = KHOP_OK;
  GrB_Index *offsets = NULL, *columns = NULL, n = (GrB_Index)rings->nodes;
  bool *ones = NULL;
  int64_t entries = khop_rings_entries(rings, slot), entry = 0;
  if (entries == 0) return KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&offsets, rings->nodes + 1, sizeof *offsets, "ring offsets"));
  KHOP_TRY(khop_i_alloc_raw(&columns, entries, sizeof *columns, "ring columns"));
  KHOP_TRY(khop_i_alloc_raw(&ones, entries, sizeof *ones, "ring values"));
  for (int64_t i = 0; i < rings->nodes; i++) {
    int64_t end = khop_i_hop_csr_end(rings->csr, i, slot);
    offsets[i] = (GrB_Index)entry;
    for (int64_t e = khop_i_hop_csr_begin(rings->csr, i, slot); e < end; e++, entry++) {
      columns[entry] = (GrB_Index)rings->csr->columns[e];
      ones[entry] = true;
    }
  }
  offsets[rings->nodes] = (GrB_Index)entry;
  KHOP_GRB(GrB_Matrix_import_BOOL(matrix, GrB_BOOL, n, n, offsets, columns, ones, n + 1,
                                  (GrB_Index)entries, (GrB_Index)entries, GrB_CSR_FORMAT));
done:
  khop_i_free(offsets);
  khop_i_free(columns);
  khop_i_free(ones);
  return status;
}

khop_status khop_i_reach_open(khop_i_reach **out, const khop_rings *rings, int layers, int taps,
                              const int *hops) {
  khop_status status = KHOP_OK;
  khop_i_reach *r = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_graphblas());
  KHOP_TRY(khop_i_alloc(&r, 1, sizeof *r, "a reach"));
  r->nodes = rings->nodes, r->layers = layers, r->taps = taps, r->slots = rings->slots;
  KHOP_TRY(khop_i_alloc(&r->slot, (int64_t)layers * taps, sizeof *r->slot, "a reach"));
  KHOP_TRY(khop_i_alloc(&r->ring, r->slots, sizeof *r->ring, "a reach"));
  KHOP_GRB(GrB_Descriptor_new(&r->threads));
  KHOP_GRB(GxB_Desc_set(r->threads, GxB_NTHREADS, khop_threads()));
  for (int i = 0; i < layers * taps; i++) {
    r->slot[i] = hops[i] < 0 ? -1 : khop_rings_slot(rings, hops[i]);
    if (hops[i] >= 0 && r->slot[i] < 0)
      KHOP_FAIL(KHOP_E_ARGUMENT, "the rings do not keep hop %d", hops[i]);
  }
  for (int s = 0; s < r->slots; s++) KHOP_TRY(import_slot(&r->ring[s], rings, s));
  *out = r;
  r = NULL;
done:
  khop_i_reach_close(r);
  return status;
}

void khop_i_reach_close(khop_i_reach *reach) {
  if (!reach) return;
  for (int s = 0; reach->ring && s < reach->slots; s++)
    if (reach->ring[s]) GrB_Matrix_free(&reach->ring[s]);
  if (reach->threads) GrB_Descriptor_free(&reach->threads);
  khop_i_free(reach->ring);
  khop_i_free(reach->slot);
  khop_i_free(reach);
}

/* --- one block of rows ---------------------------------------------------------------------- */

/* What khop_i_graphblas_lend shows as a level, told row by row. */
typedef struct teller {
  khop_i_reach_visit visit;
  void *context;
  int64_t first;
} teller;

static khop_status tell(const khop_i_level *level, void *context) {
  const teller *t = context;
  khop_status status = KHOP_OK;
  for (int64_t r = 0; r < level->rows && status == KHOP_OK; r++)
    status = t->visit(t->first + r, (int64_t)(level->offsets[r + 1] - level->offsets[r]),
                      (const uint64_t *)level->columns + level->offsets[r], t->context);
  return status;
}

static khop_status reach_block(khop_i_reach *reach, int64_t rows, const int64_t *sources, teller *t) {
  khop_status status = KHOP_OK;
  GrB_Matrix now = NULL, next = NULL;
  GrB_Index n = (GrB_Index)reach->nodes;
  KHOP_GRB(GrB_Matrix_new(&now, GrB_BOOL, (GrB_Index)rows, n));
  for (int64_t r = 0; r < rows; r++)
    KHOP_GRB(GrB_Matrix_setElement_BOOL(now, true, (GrB_Index)r, (GrB_Index)sources[r]));
  for (int l = reach->layers - 1; l >= 0; l--) {
    KHOP_GRB(GrB_Matrix_new(&next, GrB_BOOL, (GrB_Index)rows, n));
    for (int p = 0; p < reach->taps; p++) {
      int slot = reach->slot[l * reach->taps + p];
      if (slot < 0 || !reach->ring[slot]) continue;
      KHOP_GRB(GrB_mxm(next, NULL, GrB_LOR, GxB_ANY_PAIR_BOOL, now, reach->ring[slot],
                       reach->threads));
    }
    GrB_Matrix_free(&now);
    now = next;
    next = NULL;
  }
  KHOP_TRY(khop_i_graphblas_lend(now, false, rows, 0, tell, t, reach->threads));
done:
  if (now) GrB_Matrix_free(&now);
  if (next) GrB_Matrix_free(&next);
  return status;
}

khop_status khop_i_reach_rows(khop_i_reach *reach, int64_t rows, const int64_t *sources,
                              khop_i_reach_visit visit, void *context) {
  khop_status status = KHOP_OK;
  teller t = {.visit = visit, .context = context};
  for (; t.first < rows && status == KHOP_OK; t.first += KHOP_I_BLOCK_ROWS) {
    int64_t left = rows - t.first;
    status = reach_block(reach, left < KHOP_I_BLOCK_ROWS ? left : KHOP_I_BLOCK_ROWS,
                         sources + t.first, &t);
  }
  return status;
}
