/* block_graphblas.c: a block of rows by masked products in GraphBLAS: a product a hop gives one slice, that hop of all
 * rows; the slices are then merged row by row.
 *
 *   slice of hop 1   row 0 | row 1 | ..        chunk   row 0: hop 1, hop 2 | row 1: hop 1, hop 2 | ..
 *   slice of hop 2   row 0 | row 1 | ..    ->
 */
#include "rings/block_graphblas.h"
#include "base/error.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

/* One slot of all rows. */
typedef struct slice {
  int64_t *offsets; /* (rows + 1), or NULL: empty */
  int32_t *columns;
  khop_real *values;
} slice;

static khop_status copy_values(slice *s, const khop_i_level *level, int64_t entries) {
  khop_status status = khop_i_alloc_raw(&s->values, entries, sizeof *s->values, "walk counts");
  for (int64_t e = 0; status == KHOP_OK && e < entries; e++) {
    s->values[e] = (khop_real)level->values[level->iso ? 0 : e];
    if (!isfinite(s->values[e]))
      status = khop_i_fail(KHOP_E_VALUE, "walk counts grow beyond the largest number of this type: "
                                         "use walk support, or shorter walks");
  }
  return status;
}

static khop_status keep_level(const khop_i_level *level, void *context) {
  khop_status status = KHOP_OK;
  slice *s = (slice *)context + level->slot;
  int64_t entries = (int64_t)level->offsets[level->rows];
  KHOP_TRY(khop_i_alloc_raw(&s->offsets, level->rows + 1, sizeof *s->offsets, "block offsets"));
  KHOP_TRY(khop_i_alloc_raw(&s->columns, entries, sizeof *s->columns, "block columns"));
  for (int64_t r = 0; r <= level->rows; r++) s->offsets[r] = (int64_t)level->offsets[r];
  for (int64_t e = 0; e < entries; e++) s->columns[e] = (int32_t)level->columns[e];
  if (level->values) KHOP_TRY(copy_values(s, level, entries));
done:
  return status;
}

static khop_status join_slices(khop_i_chunk *out, int64_t *sizes, const slice *slices, int slots,
                               int64_t rows, bool numbers) {
  int64_t entries = 0;
  out->entries = 0;
  for (int s = 0; s < slots; s++)
    if (slices[s].offsets) entries += slices[s].offsets[rows];
  khop_status status = khop_i_chunk_reserve(out, entries, numbers);
  if (status != KHOP_OK) return status;
  for (int64_t r = 0; r < rows; r++)
    for (int s = 0; s < slots; s++) {
      const slice *from = &slices[s];
      int64_t begin = from->offsets ? from->offsets[r] : 0;
      int64_t length = from->offsets ? from->offsets[r + 1] - begin : 0;
      sizes[r * slots + s] = length;
      if (!length) continue;
      memcpy(out->columns + out->entries, from->columns + begin,
             (size_t)length * sizeof *out->columns);
      if (numbers)
        memcpy(out->values + out->entries, from->values + begin,
               (size_t)length * sizeof *out->values);
      out->entries += length;
    }
  return KHOP_OK;
}

khop_status khop_i_block_products(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                                  const khop_i_adjacency *adjacency, int64_t first, int64_t rows) {
  khop_status status = KHOP_OK;
  int slots = plan->slots;
  slice *slices = NULL;
  int64_t sources[KHOP_I_BLOCK_ROWS];
  for (int64_t r = 0; r < rows; r++) sources[r] = first + r;
  KHOP_TRY(khop_i_alloc(&slices, slots, sizeof *slices, "block slices"));
  KHOP_TRY(khop_i_bfs_graphblas(adjacency, plan->options.op, plan->symmetric, rows, sources,
                         plan->searched, plan->hops, keep_level, slices));
  KHOP_TRY(join_slices(chunk, sizes, slices, slots, rows, plan->options.op == KHOP_WALK_POWER));
done:
  for (int s = 0; slices && s < slots; s++) {
    khop_i_free(slices[s].offsets);
    khop_i_free(slices[s].columns);
    khop_i_free(slices[s].values);
  }
  khop_i_free(slices);
  return status;
}
