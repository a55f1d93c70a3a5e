/* taps.h: a stack on a graph: which hops each layer's taps read, and the rings of all of them.
 *
 *   layers  d = 1      d = 2      d = 4          base hops 0 1 2
 *   hops    0 1 2      0 2 4      0 4 8          distinct: 0 1 2 4 8 */
#ifndef KHOP_AUDIT_TAPS_H
#define KHOP_AUDIT_TAPS_H

#include <khop/audit.h>

#include "audit/reach.h"

typedef struct khop_i_stack {
  int layers, taps;  /* branches are one layer, the last; taps: the most of any layer */
  int kernel;        /* the most taps of any layer or branch */
  int *hops;         /* (layers, taps), -1 where a layer has fewer */
  int distinct;
  int *distinct_hops; /* (distinct), ascending */
  int64_t radius;     /* sum of the largest hop of each layer */
} khop_i_stack;

/* Errors: ARGUMENT (layers, hops, a stride, a hop beyond 31 bits), MEMORY. */
khop_status khop_i_stack_open(khop_i_stack *stack, int count, const khop_layer *layers,
                              const khop_audit_options *options);
void khop_i_stack_close(khop_i_stack *stack);

/* The hops of a stack add up to even sums only, or to odd ones only. */
bool khop_i_stack_one_parity(const khop_i_stack *stack);

/* The rings of the stack's hops, and the products made of them. rings stay the caller's. */
khop_status khop_i_stack_reach(khop_rings **rings, khop_i_reach **reach, const khop_i_stack *stack,
                               const khop_graph *graph, const khop_audit_options *options);

#endif
