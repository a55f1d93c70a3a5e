/* split_words.h: how files write the parts of a split. */
#ifndef KHOP_DATA_SPLIT_WORDS_H
#define KHOP_DATA_SPLIT_WORDS_H

#include <khop/data.h>

/* The part of a split that a word names, in any case: train, training, val, valid, validation, dev, test, testing;
 * -1: none. */
int khop_i_split_word(const char *word);

#endif
