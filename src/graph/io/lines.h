/* lines.h: a text file line by line, in a fixed amount of memory, whatever the file holds. */
#ifndef KHOP_GRAPH_IO_LINES_H
#define KHOP_GRAPH_IO_LINES_H

#include <khop/base.h>
#include <stdio.h>

#define KHOP_I_LINE 4096 /* the longest line that is kept whole; Matrix Market allows 1,024 characters */

typedef struct khop_i_lines {
  FILE *file; /* borrows */
  unsigned char buffer[65536];
  size_t at, filled;
  char text[KHOP_I_LINE]; /* the line, zero-terminated, without its end */
  size_t length;
  bool cut;       /* the line is longer than text, and its rest was skipped */
  int64_t number; /* of the line, from 1 */
} khop_i_lines;

/* The struct is large: allocate it. Starts where the file stands. */
void khop_i_lines_start(khop_i_lines *lines, FILE *file);

/* The byte of the file where the next line begins. Errors: -1, of a file that knows no places. */
int64_t khop_i_lines_place(const khop_i_lines *lines);
/* Makes the current line one of that text, which came from elsewhere. */
void khop_i_lines_take(khop_i_lines *lines, const char *text, size_t length, int64_t number);

/* Goes to the next line; *more is false after the last. A byte order mark before the first line and
 * a carriage return at the end of each are taken off.
 * Errors: FORMAT where a line holds a NUL byte, also in the part that is skipped; IO. */
khop_status khop_i_lines_next(bool *more, khop_i_lines *lines);

/* Text from a file, fit for a message: shortened, what cannot be printed written as \xNN. */
typedef struct khop_i_excerpt {
  char text[64];
} khop_i_excerpt;
khop_i_excerpt khop_i_excerpt_of(const char *text, size_t length);

#endif
