/* mail.c: see mail.h. */
#include "distributed/mail.h"
#include "base/error.h"
#include "base/memory.h"

/* What each rank reads: from every rank, its run. */
typedef struct reads {
  int *owner;             /* (ranks) 0, 1, .. */
  int64_t *mine, *length; /* (ranks) */
  int64_t *ends;          /* (2 ranks) begin and end of this rank's run at each */
} reads;

static khop_status open_reads(reads *r, const khop_exchange *e) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&r->owner, e->ranks, sizeof *r->owner, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->mine, e->ranks, sizeof *r->mine, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->length, e->ranks, sizeof *r->length, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->ends, 2 * (int64_t)e->ranks, sizeof *r->ends, "ranks"));
  for (int q = 0; q < e->ranks; q++) r->owner[q] = q, r->mine[q] = e->rank, r->length[q] = 2;
done:
  return status;
}

static void close_reads(reads *r) {
  khop_i_free(r->owner);
  khop_i_free(r->mine);
  khop_i_free(r->length);
  khop_i_free(r->ends);
}

/* Collective. Fetches where each rank keeps what is for this one: entries `rank` and `rank` + 1 of
 * its `begin`. Then mine and length are the runs to be read. */
static khop_status find_runs(reads *r, const khop_exchange *e, khop_status status,
                             const int64_t *begin) {
  void *pattern = NULL;
  if (status == KHOP_OK) status = open_reads(r, e);
  KHOP_TRY(khop_i_open(e, status, &pattern, e->ranks + 1, e->ranks, r->owner, r->mine, r->length));
  KHOP_TRY(khop_i_fetch(e, KHOP_OK, r->ends, begin, pattern, sizeof *begin));
  for (int q = 0; q < e->ranks; q++) {
    r->mine[q] = r->ends[2 * q];
    r->length[q] = r->ends[2 * q + 1] - r->ends[2 * q];
  }
done:
  e->close(pattern, e->context);
  return status;
}

khop_status khop_i_mail_open(khop_i_mail *mail, const khop_exchange *e, khop_status status,
                             const int64_t *begin) {
  reads r = {0};
  *mail = (khop_i_mail){.exchange = e};
  if (status == KHOP_OK)
    status = khop_i_copy(&mail->sent, begin, (int64_t)e->ranks + 1, sizeof *begin, "ranks");
  if (status == KHOP_OK)
    status = khop_i_alloc(&mail->came, (int64_t)e->ranks + 1, sizeof *mail->came, "ranks");
  KHOP_TRY(find_runs(&r, e, status, mail->sent));
  for (int q = 0; q < e->ranks; q++) mail->came[q + 1] = mail->came[q] + r.length[q];
  KHOP_TRY(khop_i_open(e, KHOP_OK, &mail->there, mail->sent[e->ranks], e->ranks, r.owner, r.mine,
                       r.length));
done:
  close_reads(&r);
  if (status != KHOP_OK) khop_i_mail_close(mail);
  return status;
}

int64_t khop_i_mail_count(const khop_i_mail *mail) {
  return mail->came[mail->exchange->ranks];
}

khop_status khop_i_mail_send(void *came, khop_i_mail *mail, khop_status status, const void *sent,
                             size_t item) {
  return khop_i_fetch(mail->exchange, status, came, sent, mail->there, item);
}

khop_status khop_i_mail_answer(void *to, khop_i_mail *mail, khop_status status, const void *from,
                               size_t item) {
  const khop_exchange *e = mail->exchange;
  reads r = {0};
  if (!mail->back) {
    KHOP_TRY(find_runs(&r, e, status, mail->came));
    KHOP_TRY(khop_i_open(e, KHOP_OK, &mail->back, khop_i_mail_count(mail), e->ranks, r.owner,
                         r.mine, r.length));
  }
  KHOP_TRY(khop_i_fetch(e, status, to, from, mail->back, item));
done:
  close_reads(&r);
  return status;
}

void khop_i_mail_close(khop_i_mail *mail) {
  const khop_exchange *e = mail->exchange;
  if (!e) return;
  e->close(mail->there, e->context);
  e->close(mail->back, e->context);
  khop_i_free(mail->sent);
  khop_i_free(mail->came);
  *mail = (khop_i_mail){0};
}
