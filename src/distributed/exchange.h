/* exchange.h: the calls of a khop_exchange, so that ranks fail together: each of these takes the
 * status of what its rank has done since the last one, and first all ranks agree on it.
 *
 *   rank 0   work, ok      \                                  / MEMORY, "rank 1 of 3: no memory .."
 *   rank 1   work, MEMORY   > the first that failed, to all > MEMORY, the same
 *   rank 2   work, ok      /                                  \ MEMORY, the same
 *
 * What they return is the same on all ranks, so that KHOP_TRY leaves a collective function on all
 * of them or on none; the status of local work is passed on instead. Nothing here allocates. */
#ifndef KHOP_DISTRIBUTED_EXCHANGE_H
#define KHOP_DISTRIBUTED_EXCHANGE_H

#include <khop/distributed.h>

/* The status of the first rank that failed, with its sentence; OK where none did. */
khop_status khop_i_agree(const khop_exchange *e, khop_status status);

/* A number of the options, and what it is called in the sentence. */
typedef struct khop_i_agreed {
  const char *what;
  int64_t value;
} khop_i_agreed;
/* Agrees, and ARGUMENT where a rank has another number than rank 0. count: at most
 * KHOP_GATHER_BYTES / 8. */
khop_status khop_i_agree_on(const khop_exchange *e, khop_status status, int count,
                            const khop_i_agreed *agreed);

/* Gathers as the exchange does, with its sentence where that fails. */
khop_status khop_i_gather_all(const khop_exchange *e, const void **all, const void *own, size_t bytes);

/* Agrees, then gathers so many bytes of every rank, KHOP_GATHER_BYTES at most: *all, until the next
 * call. */
khop_status khop_i_gather_bytes(const khop_exchange *e, khop_status status, const void **all, const void *own,
                                size_t bytes);

/* Agrees, then gathers a number of every rank: *all (ranks), until the next call. */
khop_status khop_i_gather_number(const khop_exchange *e, khop_status status, const int64_t **all,
                                 int64_t own);

/* Agree, open or fetch, and agree again. items: those of this rank. */
khop_status khop_i_open(const khop_exchange *e, khop_status status, void **pattern, int64_t items,
                        int64_t runs, const int *owner, const int64_t *first,
                        const int64_t *length);
khop_status khop_i_fetch(const khop_exchange *e, khop_status status, void *to, const void *from,
                         void *pattern, size_t item);

#endif
