/* wide.h: breadth-first search from 256 sources at once, a bit a source, where most nodes are reached.
 *
 *            sources 0 .. 255                    row 0    nodes 0 .. 63 | 64 .. 127 | ..
 *   node 0   0110..   four words of 64    ->     row 1    1011..        |           |
 *   node 1   0011..                              ..       a bit a node, read in order
 *
 * A hop is one pass over all arcs, next[v] |= now[u], for 256 searches together; a block of 64 nodes by 64
 * sources is then turned. Every pass meets every node and arc, so it pays only where most are reached. */
#ifndef KHOP_RINGS_WIDE_H
#define KHOP_RINGS_WIDE_H

#include "rings/bfs.h"
#include "rings/block.h"

enum { KHOP_I_WIDE = 256, KHOP_I_WIDE_WORDS = KHOP_I_WIDE / 64 };

typedef uint64_t khop_i_sources[KHOP_I_WIDE_WORDS];

typedef struct khop_i_wide {
  const khop_graph *graph; /* borrowed: its arcs are followed */
  int64_t words;           /* of 64 nodes */
  khop_i_sources *now, *next, *seen; /* (64 words) */
  uint64_t *rows;          /* (slots, 256, words) */
} khop_i_wide;

/* Whether it is the faster search for a plan, by the searches of a few sources, and how many entries all
 * are likely to have. bfs is open. */
bool khop_i_wide_pays(double *entries, const khop_i_plan *plan, khop_i_bfs *bfs);

/* Errors: MEMORY. Cost: 32 bytes a node, three times and once a slot. */
khop_status khop_i_wide_open(khop_i_wide *wide, const khop_graph *graph, int slots);
void khop_i_wide_close(khop_i_wide *wide);

/* The parts of a search: sources first .. first + rows - 1; a hop of all of them, and whether anything new was
 * found (wide->now holds it, wide->seen all so far); and their bits with row r's word w at
 * to[r * row_step + w * word_step]. */
void khop_i_wide_start(khop_i_wide *wide, int64_t first, int64_t rows);
bool khop_i_wide_step(khop_i_wide *wide);
void khop_i_wide_turn(uint64_t *to, int64_t row_step, int64_t word_step, const khop_i_wide *wide,
                      khop_i_sources *from, int64_t rows);

/* As khop_i_block_bits, of at most KHOP_I_WIDE rows. */
khop_status khop_i_block_wide(khop_i_chunk *chunk, int64_t *sizes, const khop_i_plan *plan,
                              khop_i_wide *wide, int64_t first, int64_t rows);

#endif
