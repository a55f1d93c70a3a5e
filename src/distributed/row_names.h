/* row_names.h: what a file calls nodes that stand one behind another: those that a rank owns, or those that it was the
 * first to read.
 *
 *   start  0   1   2       3    (rows + 1), in words of 8 bytes
 *   text   net libs perl-.base  each with a zero behind it, filled up with zeros
 *
 * Words are exchanged, since a pattern of reads may cost as much as an item has bytes. */
#ifndef KHOP_DISTRIBUTED_ROW_NAMES_H
#define KHOP_DISTRIBUTED_ROW_NAMES_H

#include "distributed/mail.h"
#include "distributed/owners.h"

typedef struct khop_i_row_names {
  int64_t *start; /* (rows + 1); owns. NULL: nodes have no names of their own */
  uint64_t *text; /* (start[rows]); owns */
  int64_t count_from; /* without starts: a node is called by its number, counted from 1 on; 0: by nothing */
  int64_t left;       /* of which so many are "left 1" .., and the others "right 1" ..; 0: there are no sides */
} khop_i_row_names;

/* The words that a name of so many bytes takes. */
int64_t khop_i_name_words(size_t length);
/* What a row is called, which is this node of the file: in text (size), which is returned; NULL: by nothing. */
const char *khop_i_row_name(char *text, size_t size, const khop_i_row_names *names, int64_t row, int64_t node);

/* The digits of numbers (count). Errors: MEMORY. */
khop_status khop_i_row_names_of_numbers(khop_i_row_names *names, int64_t count, const int64_t *numbers);

/* Collective. *came: a name for each item that comes by the mail, of those that were sent, in the same order. Errors:
 * MEMORY, those of the exchange. */
khop_status khop_i_row_names_send(khop_i_row_names *came, khop_i_mail *mail, khop_status status,
                                  const khop_i_row_names *sent);
/* Collective. The names of the rows of `owners`, of those of nodes first .. first + count - 1 that this rank has; those
 * of all ranks stand one behind another. Errors: MEMORY, those of the exchange. */
khop_status khop_i_row_names_spread(khop_i_row_names *names, const khop_i_owners *owners, khop_status status,
                                    const khop_i_row_names *have, int64_t first, int64_t count);
void khop_i_row_names_clear(khop_i_row_names *names);

#endif
