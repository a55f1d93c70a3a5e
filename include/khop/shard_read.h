/* khop/shard_read.h: a graph that the ranks of a khop_exchange read together, each its part of the
 * file, so that none holds the whole.
 *
 *   file     1 2\n2 3\n3 1\n ..        a rank reads the lines that begin in its range of bytes
 *   ids      the numbers that one process would give them (khop_graph_read), found by asking
 *   edges    go to the ranks that own their rows
 *
 * docs/scale.md says what a rank holds meanwhile. */
#ifndef KHOP_SHARD_READ_H
#define KHOP_SHARD_READ_H

#include <khop/distributed.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Collective. The graph that khop_graph_read reads of path with the same options (NULL: none), as a
 * shard: the same nodes by the same numbers, the same arcs. Rank r owns rows N r / ranks to N (r +
 * 1) / ranks - 1. Every rank sees the file, by the same path or another. How many loops and repeats
 * were dropped is not counted.
 *
 * Edge lists (formats edges and ncol) and Matrix Market (mtx, coordinate). What needs all lines at
 * once is read in one process: adjacency lists and what may be one, two sets of nodes of KONECT,
 * R's names of rows, arrays of Matrix Market.
 *
 * Errors: those of khop_graph_read, of the first rank that has one, with the line in the whole file;
 * ARGUMENT (ranks whose files differ in size or content, or that have other options; more ranks than
 * nodes), UNSUPPORTED (a format that is not read by ranges, what needs all lines, a packed file, a
 * pipe), those of the exchange. Cost: the file is read three times by all ranks together; a rank
 * holds its edges twice, 16 bytes each, and its different ids. */
KHOP_API khop_status khop_shard_read(khop_shard **shard, const khop_exchange *exchange,
                                     const char *path, const khop_read_options *options);

/* --- who owns what ------------------------------------------------------------------------------ */

/* Collective the first time. The arcs of owned rows without their direction, as a partitioner wants
 * them: *offsets (rows + 1), *targets in the whole graph; the shard's. Errors: MEMORY, those of the
 * exchange. */
KHOP_API khop_status khop_shard_neighbours(const int64_t **offsets, const int64_t **targets,
                                           khop_shard *shard);

/* Collective. A shard of the same graph whose rows have gone to other ranks, and have new numbers:
 * owner[i] (rows) is the rank that is to own row i of those this one owns; khop_petsc_partition
 * (khop/petsc.h) and other partitioners find one that cuts few edges. New numbers are contiguous in
 * a rank, and within it ascend with the old ones. A rank may own nothing. Errors: ARGUMENT (an owner
 * that is no rank), MEMORY, those of the exchange. Cost: 32 bytes an arc and a row. */
KHOP_API khop_status khop_shard_renumber(khop_shard **renumbered, const khop_shard *shard,
                                         const int *owner);

/* (rows) the number of each owned row before all renumbering: that of khop_graph_read. NULL: it was
 * not renumbered. */
KHOP_API const int64_t *khop_shard_origin(const khop_shard *shard);

/* --- what the file says -------------------------------------------------------------------------- */

/* What the file calls an owned row (0: the first that is owned), which khop_graph_read has in the
 * column "name" or "id"; in text (size), cut where that is too short. Returns text; NULL: nothing but
 * its number. Errors: NULL, also where the row is not owned. */
KHOP_API const char *khop_shard_name(char *text, size_t size, const khop_shard *shard, int64_t row);

/* As khop_graph_note: what is not read, and how the file was understood. Whole on every rank. */
KHOP_API int khop_shard_notes(const khop_shard *shard);
KHOP_API const char *khop_shard_note(const khop_shard *shard, int i);

#ifdef __cplusplus
}
#endif
#endif
