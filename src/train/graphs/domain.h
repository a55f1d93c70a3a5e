/* domain.h: the molecules that a model was trained on, measured and kept. */
#ifndef KHOP_TRAIN_GRAPHS_DOMAIN_H
#define KHOP_TRAIN_GRAPHS_DOMAIN_H

#include <khop/domain.h>

/* The domain of the molecules of part KHOP_TRAIN, its threshold by those of KHOP_VAL. part: (G). Errors: MEMORY.
 * Cost: sorts the environments of all training molecules. */
khop_status khop_i_domain_measure(khop_domain **domain, const khop_graphs *set, const uint8_t *part);

#endif
