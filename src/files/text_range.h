/* text_range.h: the lines of a text file that begin in a range of its bytes, a block of whole lines at a time.
 *
 *   file    1 2\n3 4\n5 6\n7 8\n
 *   range         |------|             begins inside of "3 4", ends inside of "7 8"
 *   lines             5 6\n7 8\n       both begin in it
 *
 * Ranges that lie side by side have each line once. */
#ifndef KHOP_FILES_TEXT_RANGE_H
#define KHOP_FILES_TEXT_RANGE_H

#include <khop/base.h>
#include <stdio.h>

typedef struct khop_i_text_range {
  FILE *file;        /* owns */
  int64_t start;     /* of the file: where bytes begin, a line's first byte */
  int64_t end;       /* lines begin before it */
  int64_t block;     /* bytes that are read at once */
  char *bytes;       /* (capacity); owns */
  int64_t held, capacity;
  int64_t given;     /* bytes of the block that was given last, and the one behind it, where a 0 stands for a while */
  char behind;
} khop_i_text_range;

/* first: where the first line of all begins; what stands before it is in no range. Errors: NOT_FOUND, IO, MEMORY; the
 * message leaves the path to the caller. */
khop_status khop_i_text_range_open(khop_i_text_range *range, const char *path, int64_t first, int64_t begin,
                                   int64_t end, int64_t block);
/* The next lines, zero-terminated, until the next call; NULL: there are no more. A line longer than a block is given
 * whole. Errors: IO, MEMORY. */
khop_status khop_i_text_range_next(char **text, khop_i_text_range *range);
void khop_i_text_range_close(khop_i_text_range *range);

/* What bytes are, without looking for lines. */
typedef struct khop_i_range_survey {
  int64_t newlines;
  int64_t nul;   /* newlines before the first NUL byte; -1: there is none */
  uint64_t hash; /* differs where two ranges do, but for chance */
} khop_i_range_survey;

/* Of bytes begin to end - 1. Errors: NOT_FOUND, IO (also a file that ends before), MEMORY. */
khop_status khop_i_range_look(khop_i_range_survey *survey, const char *path, int64_t begin, int64_t end);

#endif
