/* truth_classes.h: columns of a file of molecules whose texts are words: classes by name, parts of a split. */
#ifndef KHOP_MOLECULES_TRUTH_CLASSES_H
#define KHOP_MOLECULES_TRUTH_CLASSES_H

#include "molecules/truth.h"

/* Labels of the set: whole numbers ascend, words are in alphabetical order. asked: numbers too are names, and there may
 * be as many classes as you like. Errors: VALUE (one class, text that differs nearly everywhere, numbers that are not
 * whole), MEMORY. */
khop_status khop_i_truth_classes(khop_graphs *set, const khop_i_truth *truth, const khop_i_truth_column *column,
                                 bool asked);
/* Parts of the set: train, val, test and the like, in any case; "": of no part. Errors: VALUE, MEMORY. */
khop_status khop_i_truth_split(khop_graphs *set, const khop_i_truth *truth, const khop_i_truth_column *column);

#endif
