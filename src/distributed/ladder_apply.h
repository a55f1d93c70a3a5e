/* ladder_apply.h: a product with a ladder of several ranks. */
#ifndef KHOP_DISTRIBUTED_LADDER_APPLY_H
#define KHOP_DISTRIBUTED_LADDER_APPLY_H

#include "distributed/ladder.h"

/* Collective. A product with the rings of a ladder; x has the owned rows alone. Errors: MEMORY, those of the exchange.
 * Cost: for taps with one scale of x together, or else for each, the rows of the spaces below its furthest hop. */
khop_status khop_i_shard_ladder_apply(const khop_i_product *product, const khop_i_shard_ladder *ladder,
                                      const khop_exchange *e);

#endif
