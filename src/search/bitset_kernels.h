/* bitset_kernels.h: the inner loops of the searches, one table an instruction set.
 *
 * bitset_loops.c and bfs_step.c are compiled once for each of them (src/search/meson.build), bitset_dispatch.c picks
 * the table at run time. */
#ifndef KHOP_SEARCH_BITSET_KERNELS_H
#define KHOP_SEARCH_BITSET_KERNELS_H

#include "graph/graph.h"

/* Sources that are searched at once, a bit each: source r of a block is bit r / 8 of word r % 8. */
enum { KHOP_I_MSBFS_SOURCES = 512, KHOP_I_MSBFS_WORDS = KHOP_I_MSBFS_SOURCES / 64 };

typedef struct khop_i_sources {
  uint64_t word[KHOP_I_MSBFS_WORDS];
} khop_i_sources;

/* Loops that write positions may write up to so many numbers beyond the last one. */
enum { KHOP_I_SLACK = 64 };

typedef struct khop_i_bfs khop_i_bfs;

typedef struct khop_i_bitset_kernels {
  /* khop_i_bfs_step (bfs.h), in bfs_step.c. */
  int64_t (*step)(khop_i_bfs *bfs);
  /* One hop of all sources on a graph that is its own transpose: next[v] becomes the sources of v's neighbours in now,
   * less those in seen[v], and they are added to seen[v]. Returns whether anything is new. */
  bool (*pull)(khop_i_sources *next, khop_i_sources *seen, const khop_i_sources *now, const khop_graph *graph);
  /* The same without seen: next holds the hop before now on entry. That is enough, because a neighbour of a node at hop
   * k is at hop k - 1, k or k + 1. */
  bool (*pull_rings)(khop_i_sources *next, const khop_i_sources *now, const khop_graph *graph);
  /* A hop in two passes, on any graph: push adds to next (zero at first) what now sends along the arcs; mask takes away
   * what was seen. */
  void (*push)(khop_i_sources *next, const khop_i_sources *now, const khop_graph *graph);
  bool (*mask)(khop_i_sources *next, khop_i_sources *seen, int64_t nodes);
  /* From a bit a source to a bit a node: word w of source r goes to to[w * step + r]. */
  void (*transpose)(uint64_t *to, int64_t step, const khop_i_sources *from, int64_t words, int64_t rows);
  /* counts[r] = the ones of words[w * step + r] over all w. */
  void (*count_ones)(int32_t *counts, const uint64_t *words, int64_t step, int64_t count, int64_t rows);
  /* Writes the positions of the `found` ones of words[0], words[step], .. to `to` and on, ascending. Numbers behind the
   * last one may be overwritten, but none at or behind end. */
  void (*read_ones)(int32_t *to, const int32_t *end, int64_t found, const uint64_t *words, int64_t step, int64_t count);
  /* counts[r] = how many of the first `nodes` nodes have source r. */
  void (*count_nodes)(int64_t *counts, const khop_i_sources *from, int64_t nodes);
  /* For 64 nodes, of which node i has the sources from[index[i]]: appends nodes[i] to the row to[r] of each of its
   * sources r, and moves to[r] behind it. Nothing else is written. */
  void (*append_rows)(int32_t **to, const khop_i_sources *from, const int32_t *index, const int32_t *nodes);
} khop_i_bitset_kernels;

#endif
