/* bitmap.h: rings as one bit a pair of nodes, for rings that hold a tenth of all pairs or more.
 *
 *   a slot    | rows 0 .. 1023                        | rows 1024 .. | ..
 *   a block   | nodes 0 .. 63 | nodes 64 .. 127 | ..  |
 *              a word a row    a word a row             bit j % 64 of word j / 64: j is in the ring
 *
 * so that a product reads a block in order, and computes the tables of 64 rows of x once for 1,024 rows of the result
 * (kernels/bitmap_spmm.c). A search of 512 sources (search/msbfs.h) finds half of a block. */
#ifndef KHOP_FORMS_BITMAP_H
#define KHOP_FORMS_BITMAP_H

#include "forms/form.h"
#include "search/plan.h"

#define KHOP_I_BITMAP_ROWS 1024

/* Where only some nodes of a graph are at hand (distributed/bitmap.h), words are still those of the whole graph, since
 * the tables are, and so the order of sums: a word for each 64 of which any is at hand, and `place` says where its 64 are
 * among the rows of x. */
typedef struct khop_i_bitmap {
  int64_t rows;    /* that have bits: all nodes, or with places those of a product */
  int64_t words;   /* of a row */
  int slots;
  uint64_t **slot; /* (slots) of (rows, words) each; NULL: the ring is empty, or the identity */
  int32_t *place;  /* (words, 64) -1: not at hand; NULL: bit j is node j */
} khop_i_bitmap;

/* A bitmap without bits. Errors: MEMORY. */
khop_status khop_i_bitmap_new(khop_i_bitmap **bitmap, int64_t rows, int64_t words, int slots);
void khop_i_bitmap_free(khop_i_bitmap *bitmap);
/* Forgets the slots that turned out to be empty. counts (rows, slots): the sizes of their rows. */
void khop_i_bitmap_drop_empty(khop_i_bitmap *bitmap, const int32_t *counts);

/* The rows of the block that begins at a row, and its words: word w of row r stands at w * rows + r. */
static inline int64_t khop_i_bitmap_rows(int64_t nodes, int64_t first_row) {
  return nodes - first_row < KHOP_I_BITMAP_ROWS ? nodes - first_row : KHOP_I_BITMAP_ROWS;
}
static inline uint64_t *khop_i_bitmap_block(const khop_i_bitmap *bitmap, int slot, int64_t first_row) {
  return bitmap->slot[slot] ? bitmap->slot[slot] + first_row * bitmap->words : NULL;
}

extern const khop_i_form khop_i_bitmap_form;

#endif
