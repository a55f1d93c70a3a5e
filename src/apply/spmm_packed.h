/* spmm_packed.h: stored rings times wide features, from packed columns: a cache line of columns at a time.
 *
 *   x (N, f)   | line 0 | line 1 | ..        copied, four lines at a time:
 *   packed     | line 0 of all nodes | line 1 of all nodes |        (KHOP_I_PACKED_COLUMNS, N) numbers
 *
 * More of the rows that are read again are then still in a cache, and they lie on fewer pages. The tap with most
 * entries has its rows scaled in the copy, once; the other taps of such a product read x itself. Sums are in the
 * order of one pass, and have its bits where nothing is scaled before it is added (one pass rounds the scaled
 * product and its sum once). */
#ifndef KHOP_APPLY_SPMM_PACKED_H
#define KHOP_APPLY_SPMM_PACKED_H

#include "apply/taps.h"

/* Columns that are copied at once: with fewer x is read more often, with more the copy leaves the cache (AMD EPYC,
 * docs/notes/2026-11-gather-kernels.md; `sh bench/run spmm` measures it anew). */
enum { KHOP_I_PACKED_COLUMNS = 4 * KHOP_I_STRIP };

/* What decides whether packing pays, of the whole graph: several ranks that each have some rows decide as one process
 * does. */
typedef struct khop_i_packed_sizes {
  int64_t nodes, entries; /* of all taps */
  int64_t span, sampled;  /* over how many rows of x the entries of a row are spread: a sum over so many rows */
  int64_t cache;          /* bytes */
} khop_i_packed_sizes;
/* Every how many rows of the graph one is looked at. */
static inline int64_t khop_i_packed_sample_step(int64_t nodes) { return nodes / 64 + 1; }
/* Over how many rows the entries of row i are spread. node: what the columns stand for, ascending; NULL: themselves. */
int64_t khop_i_packed_row_span(const khop_i_hop_csr *csr, int64_t i, int count, const int *slot, const int64_t *node);
/* Whether it is the faster way for x of f columns, judged by the number of entries and by how far those of a row are
 * spread. */
bool khop_i_packed_suits(const khop_i_packed_sizes *sizes, int64_t f);
/* The same of rings. slot (count): the rings of the taps, -1: the identity. */
bool khop_i_packed_pays(const khop_rings *rings, int64_t entries, int count, const int *slot, int64_t f);
/* As khop_i_taps_gather. packed: (KHOP_I_PACKED_COLUMNS, N) of workspace. */
void khop_i_packed_gather(khop_real *y, int64_t ldy, const khop_taps *taps, bool transposed, const khop_real *x,
                          int64_t ldx, int64_t f, khop_i_spread spread, khop_real *packed);
/* The rows of a product with stored rings, whose taps read the same columns of x. most: the tap with most entries in the
 * whole graph, -1: none has entries. packed: (KHOP_I_PACKED_COLUMNS, nodes of the rings) of workspace. */
void khop_i_packed_gather_rows(const khop_i_product *product, int most, khop_real *packed);

#endif
