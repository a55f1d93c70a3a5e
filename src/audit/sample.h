/* sample.h: the nodes that an audit looks from. */
#ifndef KHOP_AUDIT_SAMPLE_H
#define KHOP_AUDIT_SAMPLE_H

#include <khop/base.h>

/* (nodes), of which the first `samples` are drawn without repeats; all in their order where samples is nodes. The caller
 * frees it with khop_i_free. Errors: MEMORY. */
khop_status khop_i_audit_sample(int64_t **chosen, int64_t nodes, int64_t samples, uint64_t seed);

#endif
