/* exchange.c: see exchange.h. */
#include "distributed/exchange.h"
#include "base/error.h"

#include <stdio.h>
#include <string.h>

enum { SENTENCE = 512 };
_Static_assert(SENTENCE <= KHOP_GATHER_BYTES, "a sentence is gathered at once");

/* The sentence of a call that failed. */
static khop_status tell(const khop_exchange *e, khop_status status) {
  return status == KHOP_OK ? status : khop_i_fail(status, "%s", e->message(e->context));
}

khop_status khop_i_gather_all(const khop_exchange *e, const void **all, const void *own, size_t bytes) {
  return tell(e, e->gather(all, own, bytes, e->context));
}

khop_status khop_i_gather_bytes(const khop_exchange *e, khop_status status, const void **all, const void *own,
                                size_t bytes) {
  status = khop_i_agree(e, status);
  return status == KHOP_OK ? khop_i_gather_all(e, all, own, bytes) : status;
}

khop_status khop_i_gather_number(const khop_exchange *e, khop_status status, const int64_t **all,
                                 int64_t own) {
  const void *gathered = NULL;
  status = khop_i_gather_bytes(e, status, &gathered, &own, sizeof own);
  *all = gathered;
  return status;
}

/* Takes over the sentence of a rank, as it is where it names a rank already. */
static khop_status take_sentence(const khop_exchange *e, khop_status status, int rank) {
  char own[SENTENCE];
  const void *all;
  snprintf(own, sizeof own, "%s", khop_message());
  khop_status gathered = khop_i_gather_all(e, &all, own, sizeof own);
  if (gathered != KHOP_OK) return gathered;
  const char *sentence = (const char *)all + (size_t)rank * SENTENCE;
  if (strncmp(sentence, "rank ", 5) == 0) return khop_i_fail(status, "%s", sentence);
  return khop_i_fail(status, "rank %d of %d: %s", rank, e->ranks, sentence);
}

khop_status khop_i_agree(const khop_exchange *e, khop_status status) {
  int32_t own = (int32_t)status;
  const void *all;
  khop_status gathered = khop_i_gather_all(e, &all, &own, sizeof own);
  if (gathered != KHOP_OK) return gathered;
  const int32_t *statuses = all;
  for (int r = 0; r < e->ranks; r++)
    if (statuses[r] != KHOP_OK) return take_sentence(e, (khop_status)statuses[r], r);
  return KHOP_OK;
}

khop_status khop_i_agree_on(const khop_exchange *e, khop_status status, int count,
                            const khop_i_agreed *agreed) {
  int64_t own[KHOP_GATHER_BYTES / sizeof(int64_t)];
  const void *gathered;
  for (int i = 0; i < count; i++) own[i] = agreed[i].value;
  status = khop_i_agree(e, status);
  if (status != KHOP_OK) return status;
  status = khop_i_gather_all(e, &gathered, own, (size_t)count * sizeof *own);
  if (status != KHOP_OK) return status;
  const int64_t *all = gathered;
  for (int r = 1; r < e->ranks; r++)
    for (int i = 0; i < count; i++)
      if (all[r * count + i] != all[i])
        return khop_i_fail(KHOP_E_ARGUMENT,
                           "rank %d of %d: its %s is %lld, and that of rank 0 is %lld", r, e->ranks,
                           agreed[i].what, (long long)all[r * count + i], (long long)all[i]);
  return KHOP_OK;
}

khop_status khop_i_open(const khop_exchange *e, khop_status status, void **pattern, int64_t items,
                        int64_t runs, const int *owner, const int64_t *first,
                        const int64_t *length) {
  *pattern = NULL;
  status = khop_i_agree(e, status);
  if (status != KHOP_OK) return status;
  return khop_i_agree(e, tell(e, e->open(pattern, items, runs, owner, first, length, e->context)));
}

khop_status khop_i_fetch(const khop_exchange *e, khop_status status, void *to, const void *from,
                         void *pattern, size_t item) {
  status = khop_i_agree(e, status);
  if (status != KHOP_OK) return status;
  return khop_i_agree(e, tell(e, e->fetch(to, from, pattern, item, e->context)));
}
