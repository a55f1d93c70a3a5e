/* exact_cover.h: the best choice of bases among few neighbours, by trying every set of them.
 *
 * Sets are tried in the order of a Gray code, so that from one to the next a single base is added or taken away. A
 * set costs its bases, the nodes that are left to correct, and the numbers of the two own rings (row_cover.h) where
 * they are not 0; the best number of an own ring is the one that most of its nodes lack. */
#ifndef KHOP_FORMS_LADDER_EXACT_COVER_H
#define KHOP_FORMS_LADDER_EXACT_COVER_H

#include <khop/base.h>

/* The most neighbours, and entries of their rings together: so at most 256 sets are tried, of up to 192 changes.
 * What it gains and costs is in docs/notes/2026-11-ladder.md (Intel Xeon); `sh bench/run forms` prints the ratios. */
enum { KHOP_I_COVER_BASES = 8, KHOP_I_COVER_ENTRIES = 192 };

typedef struct khop_i_exact_cover {
  int count;
  int32_t node[KHOP_I_COVER_BASES];
  int64_t start[KHOP_I_COVER_BASES + 1]; /* where the ring of each starts in columns */
  int32_t columns[KHOP_I_COVER_ENTRIES];
  int64_t own_ring[2];             /* nodes of each own ring */
} khop_i_exact_cover;

typedef struct khop_i_exact_choice {
  unsigned set; /* a bit a neighbour */
  int32_t times[2];
  int64_t cost;
} khop_i_exact_choice;

/* The cheapest choice. missing: 1 on ring k (`ring` nodes) and 0 elsewhere; it is changed and restored. state: 4 and 8
 * mark the nodes of the two own rings. */
khop_i_exact_choice khop_i_exact_cover_find(const khop_i_exact_cover *cover, int64_t ring, int32_t *missing,
                                            const uint8_t *state);

#endif
