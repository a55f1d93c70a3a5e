/* bfs_state.h: what a breadth-first search from one source holds, hop by hop: a bit or a byte a node.
 *
 *   nodes   | 5 | 1 7 9 | 0 2 3 8 | ...     hop after hop, ascending within a hop
 *               ^begin    ^end              the hop that was found last: [begin, end)
 *
 *   next    a bit a node: the neighbours of that hop, seen or not
 *   marks   a byte a node: the same, where they are many
 *   seen    a bit a node: everything in nodes, but for what the last step of all found
 *
 * A step marks the neighbours, takes away what was seen, and reads the bits that are left in order: no
 * test an edge, and nothing to sort. A few that are far apart are sorted in registers instead. Once open, a
 * search neither allocates nor fails. */
#ifndef KHOP_SEARCH_BFS_STATE_H
#define KHOP_SEARCH_BFS_STATE_H

#include "search/bitset_kernels.h"

struct khop_i_bfs {
  const int64_t *offsets; /* of the graph; borrowed */
  const int32_t *targets;
  int64_t (*step)(khop_i_bfs *bfs); /* that of the instruction set there was when it was opened */
  int64_t words;              /* of 64 nodes */
  uint64_t *next, *seen;
  uint64_t *touched, *groups; /* a bit a word of next, and of touched, where few words are met */
  uint8_t *marks;             /* (64 words) 0 or 255 */
  int32_t *nodes;     /* (N), and KHOP_I_SLACK to write beyond */
  int64_t begin, end; /* the last hop in nodes */
  int64_t marked;     /* so many of nodes are in seen */
  int64_t arcs;       /* of the graph */
  int64_t hop, furthest; /* steps so far; the last one that anybody will ask for */
  int64_t first, last; /* the words that may hold anything of seen */
};

/* Words that a step may look at together: so many stand behind the last of next and of seen. */
enum { KHOP_I_WORDS_AT_ONCE = 8 };

#endif
