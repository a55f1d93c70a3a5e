/* mail.h: items from every rank to every rank, each of which reads what is for it, and answers to
 * them.
 *
 *   rank 0   sent | to 0 | to 1 | to 2 |        came | of 0 | of 1 | of 2 |
 *                            \                              /
 *   rank 1   sent | to 0 | to 1 | to 2 |  ...    the runs "to 1" of all ranks, in their order
 *
 * An answer goes the same way back: one item for each that came, read where the question stood. */
#ifndef KHOP_DISTRIBUTED_MAIL_H
#define KHOP_DISTRIBUTED_MAIL_H

#include "distributed/exchange.h"

typedef struct khop_i_mail {
  const khop_exchange *exchange; /* borrows */
  int64_t *sent;                 /* (ranks + 1) where the items to each rank begin; owns */
  int64_t *came;                 /* (ranks + 1) where those of each rank begin; owns */
  void *there, *back;            /* patterns; back is opened by the first answer */
} khop_i_mail;

/* Collective. begin (ranks + 1), which is copied: the items to rank q are begin[q] to begin[q + 1] -
 * 1. status: of what this rank has done since the last call. Errors: MEMORY, those of the exchange;
 * the mail is then closed. */
khop_status khop_i_mail_open(khop_i_mail *mail, const khop_exchange *exchange, khop_status status,
                             const int64_t *begin);
/* How many items come. */
int64_t khop_i_mail_count(const khop_i_mail *mail);
/* Collective. came (khop_i_mail_count), sent (begin[ranks]): items of so many bytes. */
khop_status khop_i_mail_send(void *came, khop_i_mail *mail, khop_status status, const void *sent,
                             size_t item);
/* Collective. to (begin[ranks]) becomes the answer to each item that was sent, of what each rank has
 * at from (khop_i_mail_count). */
khop_status khop_i_mail_answer(void *to, khop_i_mail *mail, khop_status status, const void *from,
                               size_t item);
void khop_i_mail_close(khop_i_mail *mail);

#endif
