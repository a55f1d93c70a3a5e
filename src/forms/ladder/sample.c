/* sample.c: see sample.h. A row of a rung needs the rings of its own neighbours alone, so
 * rows are found one by one, by the very code that builds a ladder. */
#include "forms/ladder/sample.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/ladder/row_cover.h"
#include "search/source_sample.h"

/* Adds the entries of the sampled rows of one hop to *kept, and those of their rings to *ring. */
static khop_status sample_rung(double *kept, double *ring, const khop_graph *arcs, int hop,
                               const int64_t *chosen, int64_t samples, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_i_bases bases = {0};
  khop_i_row_cover cover = {0};
  KHOP_TRY(khop_i_bases_open_neighbours(&bases, arcs, hop - 1, max_bytes));
  KHOP_TRY(khop_i_row_cover_open(&cover, &bases));
  for (int64_t s = 0; s < samples; s++) {
    khop_i_rung_row row;
    int64_t size;
    khop_i_bases_fill_neighbours(&bases, chosen[s], &cover.other);
    KHOP_TRY(khop_i_row_cover_find(&row, &size, &cover, chosen[s]));
    *kept += (double)(row.bases + row.plus + row.minus + row.large + (row.q != 0) + (row.own != 0));
    *ring += (double)size;
  }
done:
  khop_i_row_cover_close(&cover);
  khop_i_bases_close(&bases);
  return status;
}

khop_status khop_i_ladder_sample(double *kept, double *ring, const khop_graph *arcs, int furthest,
                                 int64_t samples, uint64_t seed, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  int64_t *chosen = NULL;
  if (samples > arcs->nodes) samples = arcs->nodes;
  double scale = samples ? (double)arcs->nodes / (double)samples : 0;
  KHOP_TRY(khop_i_source_sample(&chosen, arcs->nodes, samples, seed));
  for (int hop = 1; hop <= furthest; hop++) {
    kept[hop - 1] = ring[hop - 1] = 0;
    if (hop > 1)
      KHOP_TRY(sample_rung(&kept[hop - 1], &ring[hop - 1], arcs, hop, chosen, samples, max_bytes));
    kept[hop - 1] *= scale;
    ring[hop - 1] *= scale;
  }
  if (furthest > 0) kept[0] = ring[0] = (double)arcs->arcs; /* rung 1 is the graph */
done:
  khop_i_free(chosen);
  return status;
}
