/* c_plan.h: what an exported file needs: which pieces, and which buffer each value stands in.
 *
 *   op       0 input   1 linear   2 relu   3 dropout   4 linear   5 softmax cross-entropy
 *   root     0         1          2        2           4          (a loss has no value)
 *   buffer   x         0          1        1           0
 *
 * Where nothing happens to a value, as in dropout, its root is an earlier op's. A buffer is free again behind the last
 * op that reads its value. */
#ifndef KHOP_EXPORT_C_PLAN_H
#define KHOP_EXPORT_C_PLAN_H

#include "export/c_parts.h"
#include "model/model.h"
#include "train/graphs/hop_list.h"
#include "train/units.h"

#define KHOP_I_FEATURES (-1) /* the buffer of features that are read as they come */

typedef struct khop_i_c_buffer {
  int64_t columns;
  bool pooled; /* a row a graph */
  int busy;    /* until this op has run; -1: free */
} khop_i_c_buffer;

typedef struct khop_i_c_plan {
  const khop_model *model;
  khop_i_c_parts parts;
  int *root, *buffer; /* (ops), own */
  int buffers;
  khop_i_c_buffer *room; /* (buffers), owns */
  khop_i_hop_list hops;  /* of metapaths */
  khop_i_units units;
  bool divides, pooled, typed, rings, walks, directed[3], scales; /* scales: some op scales columns */
  int64_t widest_gathered, widest, most_taps; /* columns of rows that are summed up; taps of ops that scale columns */
  int64_t graph_features;                     /* columns; 0: none */
} khop_i_c_plan;

/* A plan that is {0} can be closed. Errors: UNSUPPORTED (an op without a C form), FORMAT, MEMORY. */
khop_status khop_i_c_plan_open(khop_i_c_plan *plan, const khop_model *model);
void khop_i_c_plan_close(khop_i_c_plan *plan);

/* The hop of a tap, and which part of it: -1 the whole, else as model_tap of pieces/rings.c.in says. */
void khop_i_c_tap(int *hop, int *part, const khop_i_c_plan *plan, const khop_i_op *op, int tap);

#endif
