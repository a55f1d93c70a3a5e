/* numbers.h: a text file of numbers, line by line, for messages that name the line.
 *
 *   file   "23 2\n2 2 1 13\n"         numbers stand apart by blanks, tabs or commas
 *   at       ^                        the next number of the line
 */
#ifndef KHOP_DATA_NUMBERS_H
#define KHOP_DATA_NUMBERS_H

#include <khop/base.h>

typedef struct khop_i_numbers {
  const char *path; /* borrows, for messages */
  char *bytes;      /* owns */
  size_t size;
  char *next;       /* the line after this one */
  char *at;         /* within this line, which ends with a 0 */
  int64_t line;     /* counts from 1 */
} khop_i_numbers;

/* Reads the whole file. Errors: NOT_FOUND, IO, FORMAT (a NUL byte), MEMORY. */
khop_status khop_i_numbers_open(khop_i_numbers *numbers, const char *path);
void khop_i_numbers_close(khop_i_numbers *numbers);

/* Goes to the next line that is not blank; false after the last. */
bool khop_i_numbers_line(khop_i_numbers *numbers);
/* How many lines that are not blank are still to come. */
int64_t khop_i_numbers_lines(const khop_i_numbers *numbers);
/* Whether something stands in the rest of the line. */
bool khop_i_numbers_more(khop_i_numbers *numbers);

/* The next number of the line. what: "a label". Errors: FORMAT with the file, the line and the text. */
khop_status khop_i_numbers_whole(int64_t *value, khop_i_numbers *numbers, int64_t least, int64_t most,
                                 const char *what);
khop_status khop_i_numbers_real(double *value, khop_i_numbers *numbers, const char *what);
/* Errors: FORMAT where something stands in the rest of the line. */
khop_status khop_i_numbers_end(khop_i_numbers *numbers);

#endif
