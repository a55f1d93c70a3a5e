/* bfs_state.h: what a breadth-first search from one source holds, hop by hop: a bit or a byte a node.
 *
 *   nodes   | 5 | 1 7 9 | 0 2 3 8 | ...     hop after hop, ascending within a hop
 *               ^begin    ^end              the hop that was found last: [begin, end)
 *
 *   next    a bit a node: the neighbours of that hop, seen or not
 *   marks   a byte a node: the same, where they are many
 *   seen    a bit a node: everything in nodes, but for what the last step of all found
 *
 * A step marks the neighbours, takes away what was seen, and reads the bits that are left in order: so no edge is
 * tested, and nothing is sorted. A few neighbours that lie far apart are sorted in registers instead. Once open, a
 * search neither allocates nor fails. */
#ifndef KHOP_SEARCH_BFS_STATE_H
#define KHOP_SEARCH_BFS_STATE_H

#include "search/bitset_kernels.h"

struct khop_i_bfs {
  const int64_t *offsets; /* of the graph; borrowed */
  const int32_t *targets;
  int64_t (*step)(khop_i_bfs *bfs); /* compiled for the instruction set that was chosen when the search was opened */
  int64_t words;                    /* of 64 nodes */
  uint64_t *next, *seen;
  uint64_t *touched, *touched_top;  /* which words of next are not 0, a bit each, and which words of touched: only
                                     * kept up where few words are met */
  uint8_t *marks;        /* (64 words) 0 or 255 */
  int32_t *nodes;        /* (N), and KHOP_I_SLACK more, which may be overwritten */
  int64_t begin, end;    /* the last hop is nodes[begin .. end - 1] */
  int64_t marked;        /* nodes[0 .. marked - 1] are in seen */
  int64_t arcs;          /* of the graph */
  int64_t hop, furthest; /* steps so far; no step beyond `furthest` will be asked for */
  int64_t first, last;   /* words of seen outside first .. last are 0 */
};

/* A step may load so many words at once: so many more stand behind the last of next and of seen. */
enum { KHOP_I_WORDS_AT_ONCE = 8 };

#endif
