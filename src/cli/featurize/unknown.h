/* unknown.h: descriptors that are not known of some molecules, counted by kind on their way to the table. */
#ifndef KHOP_CLI_FEATURIZE_UNKNOWN_H
#define KHOP_CLI_FEATURIZE_UNKNOWN_H

#include "cli/featurize/worker.h"

/* A kind is the columns next to one another whose names differ by the number at their end alone. {0} is empty. */
typedef struct unknown_tally {
  int64_t *count;              /* (columns) molecules, at the first column of each kind; owns */
  int64_t molecules, first;    /* those with any; the record of the first of them, from 0 */
} unknown_tally;

/* Counts the NaN of those rows whose molecules could be read. False when memory ends. */
bool unknown_add(unknown_tally *tally, const row_batch *batch, const khop_descriptors *descriptors);
/* One line on stderr, where there are any. */
void unknown_tell(const unknown_tally *tally, const khop_descriptors *descriptors, const char *path, int64_t records);
void unknown_clear(unknown_tally *tally);

#endif
