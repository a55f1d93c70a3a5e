/* khop/distributed.h: one graph on several ranks: rings and products of the rows that each owns,
 * with the bits of one process.
 *
 *   rank 0 owns rows 0 .. 3     rank 1 owns rows 4 .. 6     of the graph, its rings, the features
 *        |                           |
 *        |                           |   ghosts: nodes of others within the furthest hop, whose
 *        v                           v   rows are fetched, never pushed
 *   | 0 1 2 3 | 5 |             | 2 3 | 4 5 6 |
 *
 * Local numbers ascend with the graph's, so that every sum runs in the order of one process.
 *
 * khop itself knows no MPI: whoever has ranks brings the calls of a khop_exchange. libkhop-petsc
 * brings them by PETSc (khop/petsc.h); threads of one process do as well. docs/scale.md counts what
 * it costs.
 *
 * Every function here that says "collective" is called by all ranks, in the same order and with the
 * same options. What goes wrong on one rank goes wrong on all: each gets the status and the
 * sentence of the first that failed, "rank 2 of 4: ..", and none waits for another. What differs
 * between ranks is refused, with both numbers. */
#ifndef KHOP_DISTRIBUTED_H
#define KHOP_DISTRIBUTED_H

#include <khop/apply.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most bytes of one gather. */
#define KHOP_GATHER_BYTES 1024

/* How ranks reach one another. All calls are collective; a call fails on all ranks, or fails on one
 * once it has done its part for the others. The struct is copied; the context must outlive what is
 * made with it. */
typedef struct khop_exchange {
  size_t size; /* sizeof */
  int rank, ranks;
  void *context;
  /* *all (ranks, bytes) becomes `own` (bytes) of every rank, in their order: the provider's, until
   * its next call. bytes is the same on all ranks, KHOP_GATHER_BYTES at most. */
  khop_status (*gather)(const void **all, const void *own, size_t bytes, void *context);
  /* A pattern of reads, to be used again and again: run k are the items first[k] .. first[k] +
   * length[k] - 1 of rank owner[k], which may be this one; lengths may be 0. length NULL: one item
   * each. items: how many this rank has for the others to read. The arrays are copied. */
  khop_status (*open)(void **pattern, int64_t items, int64_t runs, const int *owner,
                      const int64_t *first, const int64_t *length, void *context);
  /* Reads the runs of the pattern one behind the other into `to`, from what every rank has at
   * `from` in this call: items of so many bytes, the same on all ranks. */
  khop_status (*fetch)(void *to, const void *from, void *pattern, size_t item, void *context);
  /* Not collective; NULL is legal. */
  void (*close)(void *pattern, void *context);
  /* What went wrong in the call that failed last on this rank: a sentence. */
  const char *(*message)(void *context);
} khop_exchange;

/* --- the graph -------------------------------------------------------------------------------- */

/* A rank's share of a graph: the rows that it owns. */
typedef struct khop_shard khop_shard;

/* Collective. Rows of this rank: those behind the rows of the ranks before it, so that all together
 * are 0 .. N-1 in order; a rank may own none. offsets (rows + 1), targets (offsets[rows]) numbers
 * in the whole graph; copied. As khop_graph_from_csr: loops and repeats are dropped; with directed
 * = false each arc counts in both directions, whether its owner's mirror is present or not. Errors:
 * ARGUMENT (offsets that fall, a target out of range, more ranks than nodes, ranks that differ on
 * `directed`), MEMORY, those of the exchange. Cost: 8 bytes a row and an arc; of undirected graphs
 * 16 bytes an arc are exchanged. */
KHOP_API khop_status khop_shard_new(khop_shard **shard, const khop_exchange *exchange, int64_t rows,
                                    const int64_t *offsets, const int64_t *targets, bool directed);
/* Collective. The same of a graph that every rank has read whole: rank r owns rows N r / ranks to N
 * (r + 1) / ranks - 1. Errors: also ARGUMENT (ranks whose graphs differ in nodes, arcs or any arc).
 */
KHOP_API khop_status khop_shard_of(khop_shard **shard, const khop_exchange *exchange,
                                   const khop_graph *graph);
KHOP_API void khop_shard_free(khop_shard *shard);

KHOP_API int64_t khop_shard_nodes(const khop_shard *shard); /* of the whole graph */
KHOP_API int64_t khop_shard_first(const khop_shard *shard); /* row that is owned */
KHOP_API int64_t khop_shard_rows(const khop_shard *shard);
/* Arcs of the rows that are owned; of an undirected graph each edge is one at both ends. */
KHOP_API int64_t khop_shard_arcs(const khop_shard *shard);

/* --- rings ------------------------------------------------------------------------------------ */

/* The rings of the owned rows, and of these alone. */
typedef struct khop_shard_rings khop_shard_rings;

/* Collective. As khop_rings_build; it borrows the shard, which must outlive the rings. The rows of
 * the graph within the furthest hop less one are fetched, hop by hop, searched, and forgotten.
 * Directed rings are built anew, against their direction, where a transposed product or a norm by
 * columns first asks for that. Errors: those of khop_rings_build, on all ranks; ARGUMENT (ranks
 * that ask for different rings). auto is stored. Bitmaps keep a word a row for each 64 nodes of the
 * graph of which a rank sees any. Ladders have the same bits for any number of ranks, which differ
 * from those of khop_rings_build by rounding: a row is covered by itself, and none is inlined, so
 * that a product reads its neighbours' sums from their owners. max_bytes is that of a rank. */
KHOP_API khop_status khop_shard_rings_build(khop_shard_rings **rings, khop_shard *shard, int count,
                                            const int *hops, const khop_rings_options *options);
KHOP_API void khop_shard_rings_free(khop_shard_rings *rings);

/* Entries of a slot in owned rows; slots are the distinct hops, ascending. */
KHOP_API int64_t khop_shard_rings_entries(const khop_shard_rings *rings, int slot);
/* The columns of an owned row (0: the first that is owned), as khop_rings_row gives them: column j
 * is node nodes[j] of the graph. */
KHOP_API int64_t khop_shard_rings_row(const khop_shard_rings *rings, int slot, int64_t row,
                                      const int32_t **columns, const khop_real **values);
/* (count) the nodes that columns stand for, ascending: the owned ones and the ghosts, which ladders
 * forget; their number is returned. */
KHOP_API int64_t khop_shard_rings_nodes(const khop_shard_rings *rings, const int64_t **nodes);

/* --- products --------------------------------------------------------------------------------- */

typedef struct khop_shard_taps khop_shard_taps;

/* Collective. As khop_taps_new; it borrows the rings. transposed: KHOP_TRANSPOSE will be asked for.
 * Norms sym and col fetch the ring degrees of the ghosts, 8 bytes a slot. Errors: those of
 * khop_taps_new; VALUE (walks of more than 2^53 a row, with a norm); ARGUMENT (ranks that ask for
 * different taps). */
KHOP_API khop_status khop_shard_taps_new(khop_shard_taps **taps, khop_shard_rings *rings, int count,
                                         const int *hops, khop_norm norm, bool self_loop,
                                         bool transposed);
KHOP_API void khop_shard_taps_free(khop_shard_taps *taps);

/* Collective. As khop_apply, of the owned rows of x and y: y (rows, F), x (rows, F), with the same
 * flags. The ghosts' rows of x are fetched first. To the bit what one process computes (of ladders what one rank does), on a machine
 * with the cache of rank 0: where that one packs columns, which rounds those that it scales once
 * more, all ranks do. Errors: ARGUMENT, SHAPE (also ranks that differ on F or flags), MEMORY. */
KHOP_API khop_status khop_shard_apply(khop_real *y, int64_t ldy, const khop_shard_taps *taps,
                                      const khop_real *x, int64_t ldx, int64_t f, unsigned flags);

/* --- cost before it is paid ------------------------------------------------------------------- */

/* What a rank takes from others and keeps, by the partition of khop_shard_of. Bytes are those of
 * the items; what a provider adds for their addresses, docs/scale.md says. */
typedef struct khop_shard_cost {
  int64_t rows, arcs; /* owned */
  int64_t ghosts;     /* nodes of others within the furthest hop */
  int64_t neighbours; /* ranks that own ghosts */
  double graph_bytes; /* fetched once: rows of ghosts within the furthest hop less one */
  double graph_messages;
  double product_bytes; /* fetched by each product, a column of features */
  double memory; /* bytes of rows of the graph while rings are built, but for what finds ghosts */
  double product_messages;
} khop_shard_cost;

/* costs (ranks), by rank. hops: the furthest. Errors: ARGUMENT (ranks below 1 or above the nodes),
 * MEMORY. Cost: a search of so many hops a rank. */
KHOP_API khop_status khop_shard_predict(khop_shard_cost *costs, const khop_graph *graph, int ranks,
                                        int hops, khop_direction direction);
/* The same of rings that are kept as a ladder: each product fetches the sums of bases, rung by rung,
 * and rows of x that no base covers. product_bytes and product_messages are those of taps that read
 * x with one scale and go up to `hops`; taps with scales of their own, of norms sym and col, fetch
 * as much each. Errors: also ARGUMENT (more than 64 hops). Cost: a ladder of the whole graph. */
KHOP_API khop_status khop_shard_predict_ladder(khop_shard_cost *costs, const khop_graph *graph, int ranks,
                                               int hops, khop_direction direction);

#ifdef __cplusplus
}
#endif
#endif
