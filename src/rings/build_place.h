/* build_place.h: blocks of rings laid behind one another, while other threads search. */
#ifndef KHOP_RINGS_BUILD_PLACE_H
#define KHOP_RINGS_BUILD_PLACE_H

#include "rings/build_state.h"

/* Places the blocks whose turn has come, and waits for the turn of others until no more than `most`
 * are left in the queue. */
khop_status khop_i_build_place(khop_i_build *b, khop_i_build_queue *queue, int most);
/* Room for the entries there are now, when `done` blocks have been placed. Errors: MEMORY. */
khop_status khop_i_build_reserve(khop_i_build *b, int64_t entries, int64_t done);

#endif
