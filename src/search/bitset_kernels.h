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

/* Loops that write positions may write so many numbers beyond the last. */
enum { KHOP_I_SLACK = 64 };

typedef struct khop_i_bfs khop_i_bfs;

typedef struct khop_i_bitset_kernels {
  /* khop_i_bfs_step: bfs_step.c. */
  int64_t (*step)(khop_i_bfs *bfs);
  /* One hop of all sources on a graph that is its own transpose: next[v] is what the neighbours of v have in
   * now, less what seen[v] has, and seen takes it in. Whether anything is new. */
  bool (*pull)(khop_i_sources *next, khop_i_sources *seen, const khop_i_sources *now, const khop_graph *graph);
  /* The same without seen: next holds the hop before now, and a neighbour of a hop is in it or in one beside it. */
  bool (*pull_rings)(khop_i_sources *next, const khop_i_sources *now, const khop_graph *graph);
  /* Pull in two parts, on any graph: next (zero at first) takes in what now sends along the arcs; then
   * loses what was seen. */
  void (*push)(khop_i_sources *next, const khop_i_sources *now, const khop_graph *graph);
  bool (*mask)(khop_i_sources *next, khop_i_sources *seen, int64_t nodes);
  /* From a bit a source to a bit a node: word w of source r to to[w * step + r]. */
  void (*turn)(uint64_t *to, int64_t step, const khop_i_sources *from, int64_t words, int64_t rows);
  /* counts[r] = the ones of words[w * step + r] over all w. */
  void (*count)(int32_t *counts, const uint64_t *words, int64_t step, int64_t count, int64_t rows);
  /* The positions of the ones of words[0], words[step], ..: ascending, to `to` and on; there are `found`. Writes
   * no further than end, which is at or behind the last. */
  void (*read)(int32_t *to, const int32_t *end, int64_t found, const uint64_t *words, int64_t step, int64_t count);
  /* counts[r] = how many of `nodes` have source r. */
  void (*tally)(int64_t *counts, const khop_i_sources *from, int64_t nodes);
  /* Of 64 nodes, from[place[i]] having the sources that met nodes[i]: writes each node to to[r] and on, for its
   * sources r, and moves to[r] behind it. Nothing else is written. */
  void (*pour)(int32_t **to, const khop_i_sources *from, const int32_t *place, const int32_t *nodes);
} khop_i_bitset_kernels;

#endif
