/* block_diagonal.c: see block_diagonal.h. */
#include "rings/block_diagonal.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

khop_status khop_i_hop_csr_reserve(khop_i_hop_csr **out, const khop_i_hop_csr *like, int64_t nodes, int64_t entries) {
  khop_status status = KHOP_OK;
  khop_i_hop_csr *made = NULL;
  *out = NULL;
  KHOP_TRY(khop_i_hop_csr_new(&made, nodes, like->slots));
  made->capacity = entries;
  made->nodes = 0;
  KHOP_TRY(khop_i_alloc_raw(&made->columns, entries, sizeof *made->columns, "ring columns"));
  if (like->values) KHOP_TRY(khop_i_alloc_raw(&made->values, entries, sizeof *made->values, "walk counts"));
  *out = made;
  made = NULL;
done:
  khop_i_hop_csr_free(made);
  return status;
}

void khop_i_hop_csr_take_blocks(khop_i_hop_csr *csr, const khop_i_hop_csr *from, const int64_t *first, int64_t count,
                                const int64_t *chosen) {
  int64_t cells = 0, entries = 0, node = 0;
  for (int64_t k = 0; k < count; k++) {
    int64_t g = chosen[k], begin = first[g] * from->slots, end = first[g + 1] * from->slots;
    int64_t start = from->offsets[begin], length = khop_i_hop_csr_block_entries(from, first, g);
    int32_t shift = (int32_t)(node - first[g]);
    for (int64_t cell = begin; cell < end; cell++) csr->offsets[cells++] = from->offsets[cell] - start + entries;
    for (int64_t e = 0; e < length; e++) csr->columns[entries + e] = from->columns[start + e] + shift;
    if (from->values && length)
      memcpy(csr->values + entries, from->values + start, (size_t)length * sizeof *csr->values);
    entries += length;
    node += first[g + 1] - first[g];
  }
  csr->offsets[cells] = entries;
  csr->nodes = node;
}
