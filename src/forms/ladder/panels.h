/* panels.h: the workspace of products with a ladder: rows of a few columns, allocated with the rings. */
#ifndef KHOP_FORMS_LADDER_PANELS_H
#define KHOP_FORMS_LADDER_PANELS_H

#include "forms/rings.h"

#include <pthread.h>

/* One product at a time holds the lock. */
typedef struct khop_i_ladder_panels {
  pthread_mutex_t lock;
  int64_t rows, width;
  khop_real *data; /* (rows, width) */
} khop_i_ladder_panels;

/* The narrowest panels: one cache line of columns. */
enum { KHOP_I_PANEL_NARROW = 16 };

/* Panels for the ladders of both ways, as wide as what the budget leaves beside the rings allows.
 * Errors: BUDGET, MEMORY. */
khop_status khop_i_ladder_panels_new(khop_i_ladder_panels **panels, const khop_rings *rings, const khop_i_plan *plan);
void khop_i_ladder_panels_free(khop_i_ladder_panels *panels);

#endif
