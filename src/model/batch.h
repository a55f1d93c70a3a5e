/* batch.h: the inside of a khop_batch.
 *
 *   set     [g0] [  g1  ] [g2] [ g3 ]      rings: rows of slots, columns of the same block
 *   batch   [ g3 ] [g0]                    the same rows; their columns shifted by the start of the graph
 */
#ifndef KHOP_MODEL_BATCH_H
#define KHOP_MODEL_BATCH_H

#include "forms/rings.h"

#include <khop/batch.h>

struct khop_batch {
  const khop_graphs *set; /* borrows */
  int rings_count;
  khop_rings *const *from; /* (rings_count) of the set; borrows each, owns the list */
  khop_rings **rings;      /* (rings_count) of the batch; owns */
  int64_t most_graphs, most_nodes;
  int64_t graphs, nodes;
  int64_t *first;          /* (most_graphs + 1) */
  khop_features features;  /* (nodes, columns) dense: a view of rows */
  khop_real *rows;         /* (most_nodes, columns) */
  khop_real *graph_features;       /* (most_graphs, graph_feature_columns) or NULL */
  int64_t graph_feature_columns;
};

#endif
