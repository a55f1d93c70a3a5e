/* plan.h: what a build is going to do, checked: the hops that need a search, and the byte budget. */
#ifndef KHOP_SEARCH_PLAN_H
#define KHOP_SEARCH_PLAN_H

#include "graph/graph.h"

#include <khop/rings.h>

typedef struct khop_i_plan {
  const khop_graph *graph;
  khop_rings_options options; /* the caller's, or the defaults */
  bool symmetric;             /* the operator is its own transpose */
  int slots;                  /* distinct hops */
  int searched;               /* only the first so many slots can have entries */
  int *hops;                  /* (slots), ascending; owns */
  int64_t max_bytes;
  int64_t first, rows;        /* the rows that are wanted: all, unless khop_i_plan_take_rows chose some */
  bool one_way;               /* no transposed products */
} khop_i_plan;

/* Sorts hops (count) and drops repeats; returns how many are left. */
int khop_i_sort_hops(int *hops, int count);

/* Errors: ARGUMENT, MEMORY. */
khop_status khop_i_plan_open(khop_i_plan *plan, const khop_graph *graph, int count,
                             const int *hops, const khop_rings_options *options);
void khop_i_plan_close(khop_i_plan *plan);
/* Wants the rows first .. first + rows - 1 alone; all others are empty, and nothing is known of the transpose. For stored
 * and matrix-free rings. */
void khop_i_plan_take_rows(khop_i_plan *plan, int64_t first, int64_t rows);
static inline bool khop_i_plan_is_whole(const khop_i_plan *plan) { return plan->rows == plan->graph->nodes; }

/* Whether GraphBLAS searches: for walks always, for rings and balls where options.search says so. */
bool khop_i_plan_by_products(const khop_i_plan *plan);

/* Ring 1 of a node is its row of the graph, and ring 0 the node itself: they need no search. */
static inline bool khop_i_is_given(bool ball, int hop) { return !ball && hop <= 1; }

/* Bytes of rings with so many entries. */
double khop_i_plan_bytes(const khop_i_plan *plan, double entries);
/* "KHOP_E_BUDGET: ..." with the figures, and what to do instead. */
khop_status khop_i_plan_refuse(const khop_i_plan *plan, double bytes, const char *how);

#endif
