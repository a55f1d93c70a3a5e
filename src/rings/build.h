/* build.h: the rings of a plan, found by search and kept as one hop-labelled CSR. */
#ifndef KHOP_RINGS_BUILD_H
#define KHOP_RINGS_BUILD_H

#include "rings/hop_csr.h"
#include "search/plan.h"

/* The operator of every hop of the plan, a slot each. Errors: BUDGET, MEMORY, INTERRUPTED, VALUE (walk counts).
 * Cost: as khop_rings_build says (khop/rings.h). */
khop_status khop_i_hop_csr_build(khop_i_hop_csr **csr, const khop_i_plan *plan);

#endif
