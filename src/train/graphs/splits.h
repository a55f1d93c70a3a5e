/* splits.h: folds within the graphs that a fold leaves to train on.
 *
 *   outer   0 1 2 0 1 2 0 1 2
 *   inner   0 - 1 1 - 0 0 - 1     out 1: what tests is not dealt out, and its classes are not looked at
 */
#ifndef KHOP_TRAIN_GRAPHS_SPLITS_H
#define KHOP_TRAIN_GRAPHS_SPLITS_H

#include <khop/learn.h>

/* inner (G): as khop_graphs_folds deals out a set of the graphs outside fold `out` of outer (G) alone; -1 of the others.
 * Copies must stand in one fold of outer. Errors: ARGUMENT, MEMORY. */
khop_status khop_i_graphs_folds_within(int32_t *inner, const khop_graphs *set, khop_split_by by, int folds,
                                       uint64_t seed, const int32_t *outer, int out);

#endif
