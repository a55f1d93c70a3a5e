/* stored.h: rings kept entry by entry: the form that all operators have, and that batches are cut out of. */
#ifndef KHOP_FORMS_STORED_H
#define KHOP_FORMS_STORED_H

#include "forms/rings.h"

extern const khop_i_form khop_i_stored_form;

/* Stored rings without entries yet: rings->csr has its offsets, all 0. Errors: MEMORY. */
khop_status khop_i_rings_new_stored(khop_rings **rings, int64_t nodes, int count, const int *hops);

/* Batches. reserve: empty rings like those of `like`, with the capacity for so many nodes and entries, and their
 * transpose unless they are symmetric. have_room: whether the chosen blocks fit. take_blocks: copies them
 * (block_diagonal.h). Errors: MEMORY. */
khop_status khop_i_rings_reserve(khop_rings **rings, const khop_rings *like, int64_t nodes, int64_t entries);
bool khop_i_rings_have_room(const khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                            const int64_t *chosen);
void khop_i_rings_take_blocks(khop_rings *rings, const khop_rings *from, const int64_t *first, int64_t count,
                              const int64_t *chosen);

#endif
