/* spreading.h: rows that are spread along the edges, again and again, and are drawn back to where they came from:
 *
 *   y_0 = h     y_(t+1) = (1 - share) h + share S y_t     S = D^-1/2 A D^-1/2, links in both directions */
#ifndef KHOP_TRAIN_NODES_SPREADING_H
#define KHOP_TRAIN_NODES_SPREADING_H

#include <khop/apply.h>

/* What the labels of training are for the functions that spread them; others are never read. */
typedef struct khop_i_known_labels {
  int64_t nodes, classes;
  const int32_t *labels; /* (nodes) */
  const uint8_t *train;  /* (nodes) 0 or 1 */
} khop_i_known_labels;
/* Errors: ARGUMENT (a NULL, no class), VALUE (a training node with a label that has no class, or no training node). */
khop_status khop_i_known_labels_check(const khop_i_known_labels *known, const char *who);

typedef struct khop_i_spreading {
  int64_t nodes, columns;
  khop_rings *rings;
  khop_taps *taps;
  khop_real *home, *next; /* (nodes, columns) */
} khop_i_spreading;

/* Errors: ARGUMENT, MEMORY, those of khop_rings_build. To be closed in any case. */
khop_status khop_i_spreading_open(khop_i_spreading *s, const khop_graph *graph, int64_t columns);
void khop_i_spreading_close(khop_i_spreading *s);
/* ARGUMENT where a share is not in [0, 1), or steps are fewer than 1. */
khop_status khop_i_spreading_check(const char *who, double share, int steps);
/* y (nodes, columns) is h, and becomes y_steps. Errors: those of khop_apply. */
khop_status khop_i_spread(khop_real *y, khop_i_spreading *s, double share, int steps);

#endif
