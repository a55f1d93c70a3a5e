/* exact_cover.h: the best choice of bases among few neighbours, by trying every set of them.
 *
 * Sets follow one another as in a Gray code, so that from one to the next a single base comes or goes. What a set
 * costs is its bases, the nodes that are not right, and the two numbers where they are not 0; for each near ring
 * the number that most of its nodes ask for is the best. */
#ifndef KHOP_FORMS_LADDER_EXACT_COVER_H
#define KHOP_FORMS_LADDER_EXACT_COVER_H

#include <khop/base.h>

/* Neighbours at most, and entries of their rings together: 256 sets of up to 192 changes. */
enum { KHOP_I_COVER_BASES = 8, KHOP_I_COVER_ENTRIES = 192 };

typedef struct khop_i_exact_cover {
  int count;
  int32_t node[KHOP_I_COVER_BASES];
  int64_t start[KHOP_I_COVER_BASES + 1]; /* where the ring of each starts in columns */
  int32_t columns[KHOP_I_COVER_ENTRIES];
  int64_t near[2];               /* nodes of each near ring */
} khop_i_exact_cover;

typedef struct khop_i_exact_choice {
  unsigned set; /* a bit a neighbour */
  int32_t times[2];
  int64_t cost;
} khop_i_exact_choice;

/* The cheapest choice. missing: 1 on the ring (`ring` nodes) and 0 elsewhere, before and after; state: 4 and 8 mark
 * the near rings. */
khop_i_exact_choice khop_i_exact_cover_find(const khop_i_exact_cover *cover, int64_t ring, int32_t *missing, const uint8_t *state);

#endif
