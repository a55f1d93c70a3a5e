/* classes.h: labels as they stand in a file, numbered as classes 0 .. C-1. */
#ifndef KHOP_DATA_CLASSES_H
#define KHOP_DATA_CLASSES_H

#include "data/data.h"

/* Labels (nodes) with gaps by rank, -1 stays: memory goes by classes that are there, not by the largest number. *names
 * are then the numbers (*classes), which the caller frees; NULL where there is no gap. Errors: MEMORY. */
khop_status khop_i_close_gaps(int32_t *labels, int64_t nodes, char ***names, int64_t *classes);

/* Words (N) as the labels of data: classes in the order of their names, "" is none. source names them in messages.
 * Errors: VALUE (too many), MEMORY. */
khop_status khop_i_data_set_words(khop_data *data, const char *const *words, const char *source);

#endif
