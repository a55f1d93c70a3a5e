/* packing.c: see packing.h. */
#include "distributed/packing.h"
#include "base/error.h"
#include "base/memory.h"

khop_status khop_i_packing_sizes(khop_i_packed_sizes *sizes, const khop_taps *taps, const khop_i_shard_way *way,
                                 const khop_i_owners *owners) {
  const khop_exchange *e = &owners->exchange;
  const khop_i_hop_csr *csr = way->rings->csr;
  khop_status status = KHOP_OK;
  int slot[KHOP_MAX_TAPS];
  const void *all;
  khop_i_packed_sizes own = {.nodes = owners->starts[e->ranks], .cache = khop_i_cache()};
  *sizes = (khop_i_packed_sizes){0};
  if (!csr) return KHOP_OK;
  khop_i_taps_slots(slot, taps);
  int64_t rows = owners->rows, first = owners->first, step = khop_i_packed_sample_step(own.nodes);
  for (int t = 0; t < taps->count; t++)
    own.entries += (taps->forward[t].loop ? rows : 0) + (slot[t] < 0 ? 0 : khop_rings_entries(way->rings, slot[t]));
  for (int64_t i = khop_i_ceil_div(first, step) * step; i < first + rows; i += step, own.sampled++)
    own.span += khop_i_packed_row_span(csr, way->halo.own + i - first, taps->count, slot, way->halo.node);
  KHOP_TRY(khop_i_gather_all(e, &all, &own, sizeof own));
  const khop_i_packed_sizes *each = all;
  *sizes = (khop_i_packed_sizes){.nodes = own.nodes, .cache = each[0].cache};
  for (int r = 0; r < e->ranks; r++) {
    sizes->entries += each[r].entries;
    sizes->span += each[r].span;
    sizes->sampled += each[r].sampled;
  }
done:
  return status;
}

/* Entries of this rank from the first of a tap in the graph's first row to the last in its last row, those of other
 * slots in between included: what one process tells taps apart by. */
static int64_t reach_of(const khop_i_tap *tap, const khop_i_shard_way *way, const khop_i_owners *owners) {
  const khop_i_hop_csr *csr = way->rings->csr;
  const khop_i_halo *halo = &way->halo;
  if (!tap->offsets || !halo->rows) return 0;
  bool last = owners->first + halo->rows == owners->starts[owners->exchange.ranks];
  const int64_t *begin = csr->offsets + halo->own * csr->slots, *end = begin + halo->rows * csr->slots;
  if (owners->first == 0) begin += tap->slot;
  if (last) end += tap->slot + 1 - csr->slots;
  return *end - *begin;
}

khop_status khop_i_packing_most(int *most, const khop_taps *taps, const khop_i_shard_way *way,
                                const khop_i_owners *owners) {
  enum { AT_ONCE = KHOP_GATHER_BYTES / (int)sizeof(int64_t) };
  const khop_exchange *e = &owners->exchange;
  khop_status status = KHOP_OK;
  int64_t entries = 0;
  *most = -1;
  if (!way->rings->csr) return KHOP_OK;
  for (int begin = 0; begin < taps->count; begin += AT_ONCE) {
    int count = taps->count - begin < AT_ONCE ? taps->count - begin : AT_ONCE;
    int64_t own[AT_ONCE];
    const void *all;
    for (int t = 0; t < count; t++) own[t] = reach_of(&taps->forward[begin + t], way, owners);
    KHOP_TRY(khop_i_gather_all(e, &all, own, (size_t)count * sizeof *own));
    for (int t = 0; t < count; t++) {
      int64_t sum = 0;
      for (int r = 0; r < e->ranks; r++) sum += ((const int64_t *)all)[r * count + t];
      if (sum <= entries) continue;
      entries = sum;
      *most = begin + t;
    }
  }
done:
  return status;
}
