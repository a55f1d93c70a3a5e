/* halving.h: which candidates go on: rules on scores alone.
 *
 *   score   .61  .80   -   .79  .70  .66     -: left out (NaN)
 *   keep 2        x         x
 */
#ifndef KHOP_TRAIN_AUTO_HALVING_H
#define KHOP_TRAIN_AUTO_HALVING_H

#include <stdbool.h>

/* How many of `tried` go on to the second round: half of them, rounded up. */
int khop_i_halving_keep(int tried);
/* Marks the `keep` best of scores (count) in goes_on (count); of equals the first. NaN never goes on. */
void khop_i_halving_mark(bool *goes_on, const double *scores, int count, int keep, bool rises);
/* The best of scores (count) among those that go on, of equals the first; -1: none. */
int khop_i_halving_best(const double *scores, const bool *goes_on, int count, bool rises);

#endif
