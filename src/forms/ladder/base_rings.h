/* base_rings.h: the rings k-1 that rung k is built from: kept where the budget allows, and searched for again where it
 * does not, so that no ring is ever held as a whole.
 *
 *   a kept row    short: its columns, 4 bytes each;   long: a bit a node
 */
#ifndef KHOP_FORMS_LADDER_BASE_RINGS_H
#define KHOP_FORMS_LADDER_BASE_RINGS_H

#include "search/bfs_levels.h"

typedef struct khop_i_bases {
  const khop_graph *arcs; /* borrows */
  int hop;                /* k - 1 */
  const int32_t *size;    /* (nodes) of each ring; borrows */
  const int32_t *first;   /* (nodes) of twins (twins.h): the others' rows are not kept; borrows; or NULL */
  int32_t *found;         /* (nodes) owns: size, where rows are filled a neighbourhood at a time; or NULL */
  int64_t words;
  int64_t *start_of;        /* (nodes) where a row starts in kept, -1: not kept. NULL where hop = 1 */
  uint64_t *kept;
  int64_t capacity;          /* of kept, in words */
} khop_i_bases;

/* One row, as columns or as bits. */
typedef struct khop_i_base {
  int64_t size;
  const int32_t *columns; /* NULL: the row is in bits */
  const uint64_t *bits;
} khop_i_base;

/* Whether a node may serve as a base: beyond the graph's own rows, of twins the first alone, since their rings are the
 * same but for themselves. */
static inline bool khop_i_bases_serves(const khop_i_bases *bases, int64_t h) {
  return bases->hop == 1 || !bases->first || bases->first[h] == h;
}

/* Keeps the rows that most other rows may use as bases, as many as max_bytes allow. Errors: MEMORY. */
khop_status khop_i_bases_open(khop_i_bases *bases, const khop_graph *arcs, int hop,
                              const int32_t *size, const int32_t *first, int64_t max_bytes);
void khop_i_bases_close(khop_i_bases *bases);

/* For single rows: open takes the memory; fill finds the rings of the neighbours of i, through `levels`, and keeps
 * as many as max_bytes allow in place of those before. Errors: MEMORY; fill cannot fail. */
khop_status khop_i_bases_open_neighbours(khop_i_bases *bases, const khop_graph *arcs, int hop, int64_t max_bytes);
void khop_i_bases_fill_neighbours(khop_i_bases *bases, int64_t i, khop_i_bfs_levels *levels);

/* The ring of node h: one that is kept, or one that is searched for, which `levels` then holds. Cannot fail. */
khop_i_base khop_i_bases_row(const khop_i_bases *bases, int64_t h, khop_i_bfs_levels *levels);

#endif
