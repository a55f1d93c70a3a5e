/* truth_give.h: the columns of a file of molecules as labels, tasks, targets and a split of the set.
 *
 * Columns of targets are judged by all of their values: words alone are classes, numbers with some other texts among
 * them are numbers, and the others are missing, counted and told. */
#ifndef KHOP_MOLECULES_TRUTH_GIVE_H
#define KHOP_MOLECULES_TRUTH_GIVE_H

#include "molecules/truth.h"

/* Judges the columns, and gives the set labels, tasks or targets, a split, and notes on what was passed over.
 * Errors: VALUE (nothing to learn, mixed columns, words that are no part of a split), MEMORY. */
khop_status khop_i_truth_give(khop_graphs *set, khop_i_truth *truth);

#endif
