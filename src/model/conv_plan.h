/* conv_plan.h: what the plans of all ops over rings need: the rings of an op, its taps on them, its convolution, and
 * the workspace that convolutions share. */
#ifndef KHOP_MODEL_CONV_PLAN_H
#define KHOP_MODEL_CONV_PLAN_H

#include "model/run.h"

/* The rings that fit a convolution or a pool, or NULL. */
const khop_rings *khop_i_run_rings(const khop_run *run, const khop_i_op *op);

/* Takes and fills node->taps for an op over rings; a plan calls it. */
void khop_i_plan_taps(khop_run *run, khop_i_node *node, khop_i_arena *arena);

/* The convolution of op `at` over taps, of which nodes, count and rings are enough. */
khop_i_conv khop_i_plan_conv(khop_run *run, int at, const khop_taps *taps);

/* Takes run->workspace; before the plans of the ops. */
void khop_i_plan_workspace(khop_run *run, khop_i_arena *arena);

#endif
