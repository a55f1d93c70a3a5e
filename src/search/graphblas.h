/* graphblas.h: GraphBLAS itself: its beginning, its answers as statuses, its arrays on loan. */
#ifndef KHOP_SEARCH_GRAPHBLAS_H
#define KHOP_SEARCH_GRAPHBLAS_H

#include <khop/graphblas.h>

#include "search/level.h"

/* Initialises GraphBLAS, unless the program has done so already. */
khop_status khop_i_graphblas(void);
/* A GrB_Info as a status, with the name of the step that failed. */
khop_status khop_i_graphblas_check(GrB_Info info, const char *step);

#define KHOP_GRB(call) KHOP_TRY(khop_i_graphblas_check((call), #call))

/* Lends the arrays of a matrix to visit, as one level, and puts them back, so that no allocator is
 * mixed with another: whoever initialised GraphBLAS chose it. */
khop_status khop_i_graphblas_lend(GrB_Matrix matrix, bool numbers, int64_t rows, int slot, khop_i_visit visit,
                                  void *context, GrB_Descriptor descriptor);

#endif
