/* build_place.h: blocks of rings are given slices of one array, in the order of rows, while other threads search. */
#ifndef KHOP_RINGS_BUILD_PLACE_H
#define KHOP_RINGS_BUILD_PLACE_H

#include "rings/build_state.h"

/* Copies the queued blocks whose turn has come into their slices, and waits for the turn of others until no more than
 * `most` are left in the queue. Errors: MEMORY. */
khop_status khop_i_build_place(khop_i_build *b, khop_i_build_queue *queue, int most);
/* Grows the arrays to the entries that `done` blocks have, and to what they predict of the others. Errors: MEMORY. */
khop_status khop_i_build_reserve(khop_i_build *b, int64_t entries, int64_t done);

#endif
