/* khop/rings.h: the exact-k-hop operators: built once, kept for a set of hops.
 *
 * The ring operator R_k holds 1 at (i, j) exactly when the shortest path from i to j has k edges.
 * Rings of several hops are kept in one hop-labelled CSR, a slot a hop, hops ascending:
 *
 *   slot        0      1        2          0      1     ...        (hops {0, 1, 2}: 3 slots)
 *   row         |------- 0 -----|----------|------ 1 ----- ...
 *   offsets     0      1        4          9      10    ...        (N * slots + 1)
 *   columns     [0]    [1 5 7]  [2 3 4 6 8] [1]   [0 2] ...        ascending within a slot
 *
 * so that every ring, and any run of rings, is a slice, and one pass over a row serves all taps.
 */
#ifndef KHOP_RINGS_H
#define KHOP_RINGS_H

#include <khop/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct khop_rings khop_rings;

/* The most taps of one convolution: a kernel of 8 x 8 x 8. */
#define KHOP_MAX_TAPS 512

/* The first four operators must not be confused. On the 4-cycle, the ring of hop 2 has one node a row
 * and A^2 > 0 has two. The ring is what khop is for; the others serve comparison. */
typedef enum khop_operator {
  KHOP_RING = 0,         /* [d(i, j) = k]  */
  KHOP_BALL = 1,         /* [d(i, j) <= k] */
  KHOP_WALK_POWER = 2,   /* A^k: the number of walks of k edges */
  KHOP_WALK_SUPPORT = 3, /* [A^k > 0]      */
  KHOP_METAPATH = 4      /* products of typed rings: khop/typed.h builds them; hop i is metapath i */
} khop_operator;

/* How the entries of an operator M are scaled. With row sums r and column sums c (0 where empty):
 * none M; row diag(1/r) M, the mean; sym diag(r)^-1/2 M diag(c)^-1/2; col M diag(1/c). Sums are
 * those of the ring itself, so sym uses *ring* degrees. 1/0 counts as 0: the mean over nothing is
 * an exact 0. */
typedef enum khop_norm {
  KHOP_NORM_NONE = 0,
  KHOP_NORM_ROW = 1,
  KHOP_NORM_SYM = 2,
  KHOP_NORM_COL = 3
} khop_norm;

/* How rings and balls are found; both give the same bits. BITS is khop's own breadth-first search, a bit a
 * node, or a bit a source where many sources are searched at once. GRAPHBLAS takes a masked product a hop, as
 * walks always do: the search in the terms of linear algebra, 3 to 80 times slower on the graphs of
 * docs/notes/2026-11-search.md, and kept to be compared with. */
typedef enum khop_search {
  KHOP_SEARCH_BITS = 0,
  KHOP_SEARCH_GRAPHBLAS = 1
} khop_search;

/* How rings are kept. All forms are exact and answer to the same functions; only stored rings have
 * entries to be read one by one.
 *
 *   stored       the columns of every row. The fastest where they are few.
 *   matrix-free  the graph alone: every product searches again, from each node. Least memory, and the
 *                same bits as stored, up to the rounding of scaled wide features.
 *   ladder       R_k = P_k R_{k-1} + Q_k R_{k-2} + Delta_k, where P adds up the rings of neighbours and takes
 *                the node's own away, Q is a diagonal and Delta a sparse correction: some 2 to 100 times
 *                fewer entries than stored. Equal to rounding; docs/derivations/ladder.md has the bound. What a
 *                ring does not hold adds the rounding of terms that cancel, not an exact 0. Up to hop 64.
 *   bitmap       a bit a pair of nodes: N^2 / 8 bytes a slot, whatever the ring holds. The smallest from one
 *                thirty-second of all pairs on, the fastest from about a tenth. Equal to rounding.
 *   auto         the cheapest that fits the budget: stored, or the ladder where it is much smaller or
 *                stored rings do not fit, or the bitmap where rings hold more than a quarter of all pairs and no
 *                ladder reads less, or matrix-free. */
typedef enum khop_form {
  KHOP_STORED = 0,
  KHOP_MATRIX_FREE = 1,
  KHOP_LADDER = 2,
  KHOP_BITMAP = 3,
  KHOP_AUTO = 4
} khop_form;

/* "stored", "matrix-free", .., "auto", as the command spells them; NULL where there is no such form. */
KHOP_API const char *khop_form_name(khop_form form);

typedef struct khop_rings_options {
  size_t size; /* sizeof, or 0 */
  khop_direction direction;
  khop_operator op;
  /* Refuse rings of more bytes than this. 0: half of the machine's memory. While they are built, up to
   * an eighth of them and some blocks of rows are held beside them (where khop_set_allocator brought an
   * allocator, which cannot grow a block in place: as much again). From 262,144 entries on, all that 32
   * searches predict is reserved at once, and a sixteenth more. GraphBLAS's own memory is not counted. */
  int64_t max_bytes;
  /* Called during the build with the share done, 0 to 1; return false to stop. May be NULL. */
  bool (*progress)(double share, void *context);
  void *context;
  khop_search search;
  /* Rings alone have forms: with auto, other operators are stored. */
  khop_form form;
} khop_rings_options;

/* Builds the operator of each hop in hops (count of them, any order, repeats count once). options
 * may be NULL (OUT, RING). Breadth-first search of blocks of rows on all threads, no further than the
 * last hop asked for; hops beyond the diameter are empty rings and cost no search.
 * Errors: ARGUMENT (a negative hop; a walk of more than 4,096 hops; no such search), BUDGET (with the estimate in
 * bytes and what to do instead; nothing was allocated), MEMORY, INTERRUPTED, VALUE (walk counts
 * beyond khop_real).
 * Cost: O(sum over sources of edges within max hop) time; 4 bytes an entry (walk powers: 4 +
 * sizeof(khop_real)) + 8 bytes a row and slot. */
KHOP_API khop_status khop_rings_build(khop_rings **rings, const khop_graph *graph, int count,
                                      const int *hops, const khop_rings_options *options);
KHOP_API void khop_rings_free(khop_rings *rings);

/* Some rows alone, rows (rows_count), at a cost that depends on what they reach: the rings of the ball that decides
 * them (khop_graph_ball), stored. Node nodes[j] of the graph is row and column j of these rings; *nodes
 * (khop_rings_nodes(*rings)) ascends, and khop_free frees it. Row k of those asked for is row places[k] (places may be
 * NULL): its entries, its scales under `norm`, with or without self-loops, and its products (khop_taps_new, khop_apply
 * on the rows `nodes` of x) are those of khop_rings_build's stored rings, to the bit where a product is gathered in one
 * pass (docs/notes/2026-11-rows.md). Other rows of the ball are there to give these their degrees: they are not to be
 * read. Sym and col norms take a ball of twice the furthest hop, both ways; give NONE or ROW for such products.
 * Errors: those of khop_rings_build and khop_graph_ball; UNSUPPORTED (metapaths; another form than stored). */
KHOP_API khop_status khop_rings_build_rows(khop_rings **rings, int64_t **nodes, int64_t *places,
                                           const khop_graph *graph, int64_t rows_count, const int64_t *rows, int count,
                                           const int *hops, khop_norm norm, const khop_rings_options *options);

/* The rings of a graph after edits (khop_graph_edit), from those of the graph before: to the bit what khop_rings_build
 * makes of the edited graph with the same hops, direction and operator (walk powers: where their counts are whole
 * numbers that khop_real holds). Searched again are the rows from which an arc that came or went is reached within the
 * furthest hop less one; a path to the first such arc has only arcs that both graphs have, so that one search finds them.
 * All others are copied, their columns renumbered where nodes were removed. The rings given stay as they are.
 * graph: the one before. max_bytes: refuse rings of more; 0: half of the machine's memory.
 * Errors: those of khop_graph_edit; SHAPE (rings of another graph, as far as nodes and the entries of hop 1 tell);
 * UNSUPPORTED (another form than stored; a sample; metapaths: these are made anew), BUDGET, MEMORY, VALUE.
 * Cost: the rows that are searched, and one pass over nodes, arcs and entries; where half of the rows can change, a
 * build. */
KHOP_API khop_status khop_rings_update(khop_rings **updated, const khop_rings *rings, const khop_graph *graph,
                                       const khop_graph_edits *edits, int64_t max_bytes);

/* A sample of the rings: of each row and hop at most per_row nodes, drawn without replacement, each set
 * as likely as any other, by (seed, node, hop). A row of n nodes of which m are kept has the values
 * n / m, the inverse of the chance to be kept, so that the sample times x is on average the ring times
 * x; its variance is n^2 (1 - m/n) S^2 / m, S^2 being that of x over the ring, divided by n - 1
 * (Cochran, "Sampling Techniques", 1977, chapter 2). Norms divide by the degrees of the exact rings,
 * which are counted on the way: they are unbiased too. The rings come from a search a node and are never
 * held. A largest entry over a sample (khop_pool) is that of the sample.
 * The sample is no longer its own transpose. Errors: as build; UNSUPPORTED (balls, walks);
 * ARGUMENT (per_row below 1). Cost: the searches; (8 + sizeof(khop_real)) per_row + 24 bytes a row and
 * slot. */
KHOP_API khop_status khop_rings_sample(khop_rings **rings, const khop_graph *graph, int count,
                                       const int *hops, int64_t per_row, uint64_t seed,
                                       const khop_rings_options *options);

/* The transpose, R_k^T: OUT becomes IN. Cost: O(entries). Errors: MEMORY. */
KHOP_API khop_status khop_rings_transpose(khop_rings **transpose, const khop_rings *rings);

/* What a build would cost, from `samples` sources drawn with `seed` (0 samples: 256; all nodes if
 * there are no more than that, and then the figures are exact).
 * entries, empty_rows: (count) in the order of hops, either may be NULL. Errors: as build. */
typedef struct khop_estimate {
  double bytes;    /* of the whole build */
  int64_t samples; /* sources that were searched */
  bool exact;      /* all of them */
} khop_estimate;
KHOP_API khop_status khop_rings_estimate(khop_estimate *estimate, double *entries,
                                         double *empty_rows, const khop_graph *graph, int count,
                                         const int *hops, const khop_rings_options *options,
                                         int64_t samples, uint64_t seed);

/* --- what is in it -------------------------------------------------------------------------- */

KHOP_API int64_t khop_rings_nodes(const khop_rings *rings);
KHOP_API int khop_rings_slots(const khop_rings *rings);
KHOP_API int khop_rings_hop(const khop_rings *rings, int slot); /* -1 out of range */
KHOP_API int khop_rings_slot(const khop_rings *rings, int hop); /* -1 if not kept */
KHOP_API khop_direction khop_rings_direction(const khop_rings *rings);
KHOP_API khop_operator khop_rings_operator(const khop_rings *rings);
/* True when every ring is its own transpose. */
KHOP_API bool khop_rings_is_symmetric(const khop_rings *rings);
KHOP_API int64_t khop_rings_entries(const khop_rings *rings, int slot);
KHOP_API int64_t khop_rings_empty_rows(const khop_rings *rings, int slot);
KHOP_API size_t khop_rings_bytes(const khop_rings *rings);
/* How the rings are kept; what auto has chosen. Never KHOP_AUTO. */
KHOP_API khop_form khop_rings_form(const khop_rings *rings);
/* Entries that the form keeps for a slot, and that a product reads: stored, those of the ring; matrix-free,
 * none; of a bitmap, its words of 64 bits; of a ladder, P, Q and Delta of the slot's rung and of the rungs
 * between it and the slot before. */
KHOP_API int64_t khop_rings_kept(const khop_rings *rings, int slot);
/* The columns of one row of one slot, ascending; their number is returned. values (may be NULL)
 * becomes the walk counts beside them, or NULL when every entry is 1. Borrowed. -1 where the rings
 * are not stored. */
KHOP_API int64_t khop_rings_row(const khop_rings *rings, int slot, int64_t row,
                                const int32_t **columns, const khop_real **values);

/* The two scales of a normalised slot: entry (i, j) is left[i] * value * right[j]. left, right:
 * (N). self_loop adds the identity to the pattern first, as GCN does: sym is then
 * (D+1)^-1/2 (M + Id) (D+1)^-1/2 (Kipf and Welling, ICLR 2017); it changes nothing at hop 0.
 * Errors: ARGUMENT (no such slot), MEMORY. */
KHOP_API khop_status khop_rings_scales(khop_real *left, khop_real *right, const khop_rings *rings,
                                       int slot, khop_norm norm, bool self_loop);

/* Writes one slot, normalised: .mtx (Matrix Market) or .npz (scipy.sparse.load_npz), by the
 * extension. names (N) of the nodes, NULL: none: an .npz keeps them as the array "node_names", an .mtx says in a
 * comment that there are some. Written beside and renamed, so a failure leaves what was there; devices and links
 * are written through. Errors: ARGUMENT (another extension), IO, MEMORY. */
KHOP_API khop_status khop_rings_write(const khop_rings *rings, int slot, khop_norm norm,
                                      bool self_loop, const char *const *names, const char *path);

#ifdef __cplusplus
}
#endif
#endif
