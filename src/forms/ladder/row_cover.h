/* row_cover.h: one row of one rung: which bases to add up, and what is left to correct. */
#ifndef KHOP_FORMS_LADDER_ROW_COVER_H
#define KHOP_FORMS_LADDER_ROW_COVER_H

#include "forms/ladder/base_rings.h"

/* A row that has been found. */
typedef struct khop_i_rung_row {
  int64_t bases, plus, minus, large; /* how many of each */
  int32_t q, own;                    /* of ring k-2 and of ring k-1 of the node itself */
} khop_i_rung_row;

/* An own ring: ring k-2 or k-1 of the row's own node, which the row adds `times` times (q or own). */
typedef struct khop_i_own_ring {
  int64_t count;
  const int32_t *list;
  uint64_t *set;
  int32_t times;
} khop_i_own_ring;

/* The workspace of one thread. What row i still lacks stands in `missing`, a number a node:
 *
 *   missing = [ring k of i] - sum of the bases' rings k-1 - q [ring k-2 of i] - own [ring k-1 of i]
 *
 * with the sets of its nodes that are 1, -1 and not 0 beside it, 64 nodes a word. */
typedef struct khop_i_row_cover {
  const khop_i_bases *source; /* borrows */
  khop_i_bfs_levels levels, other;    /* from the row itself, and from bases that are not kept */
  int32_t *missing;           /* (nodes), 0 between rows */
  uint8_t *state;             /* (nodes) what is missing, in two bits, and which own ring it is on */
  uint64_t *above, *below, *wrong, *touched;
  int64_t words, first, last; /* the part of touched that holds anything */
  khop_i_own_ring own_ring[2];        /* ring k-2, ring k-1 */
  int64_t *gain;              /* (largest degree): a heap's keys */
  int32_t *heap, *chosen;
  int64_t chosen_count;
  int32_t *out;               /* (capacity) bases, plus, minus, large of the row */
  khop_real *values;          /* (values_capacity) of the large ones */
  int64_t capacity, values_capacity;
} khop_i_row_cover;

khop_status khop_i_row_cover_open(khop_i_row_cover *cover, const khop_i_bases *source);
void khop_i_row_cover_close(khop_i_row_cover *cover);
double khop_i_row_cover_bytes(const khop_graph *arcs, int hop);

/* Finds the row of node i of the rung of source->hop + 1; cover->out holds its columns, bases first,
 * each part ascending. *ring: the size of ring k itself. Errors: MEMORY. */
khop_status khop_i_row_cover_find(khop_i_rung_row *row, int64_t *ring, khop_i_row_cover *cover, int64_t i);

#endif
