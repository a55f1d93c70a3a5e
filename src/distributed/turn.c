/* turn.c: see turn.h. */
#include "distributed/turn.h"
#include "base/error.h"
#include "base/memory.h"
#include "distributed/mail.h"

void khop_i_arcs_clear(khop_i_arc_rows *arcs) {
  khop_i_free(arcs->offsets);
  khop_i_free(arcs->targets);
  *arcs = (khop_i_arc_rows){0};
}

/* Puts the arcs of this rank in the order of who owns their ends, rows ascending: those to rank q
 * are sent[begin[q]] to sent[begin[q + 1] - 1]. begin: zeros at first. */
static khop_status sort_by_owner(khop_i_arc **sent, int64_t *begin, const khop_i_arc_rows *arcs,
                                 const khop_i_owners *s) {
  khop_status status = KHOP_OK;
  int ranks = s->exchange.ranks;
  int64_t *next = NULL, count = arcs->offsets[s->rows];
  KHOP_TRY(khop_i_alloc_raw(sent, count, sizeof **sent, "arcs to other ranks"));
  for (int64_t a = 0; a < count; a++) begin[khop_i_owner_of(s, arcs->targets[a]) + 1]++;
  for (int q = 0; q < ranks; q++) begin[q + 1] += begin[q];
  KHOP_TRY(khop_i_copy(&next, begin, ranks, sizeof *next, "arcs to other ranks"));
  for (int64_t i = 0; i < s->rows; i++)
    for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++)
      (*sent)[next[khop_i_owner_of(s, arcs->targets[a])]++] = (khop_i_arc){arcs->targets[a], s->first + i};
done:
  khop_i_free(next);
  return status;
}

/* Rows of what came: a counting sort, which keeps the order of those of one row. */
static khop_status sort_into_rows(khop_i_arc_rows *turned, const khop_i_arc *came, int64_t count,
                                  const khop_i_owners *s) {
  khop_status status = KHOP_OK;
  int64_t *next = NULL;
  KHOP_TRY(
      khop_i_alloc(&turned->offsets, s->rows + 1, sizeof *turned->offsets, "the rows of a graph"));
  KHOP_TRY(
      khop_i_alloc_raw(&turned->targets, count, sizeof *turned->targets, "the arcs of a graph"));
  for (int64_t a = 0; a < count; a++) turned->offsets[came[a].row - s->first + 1]++;
  for (int64_t i = 0; i < s->rows; i++) turned->offsets[i + 1] += turned->offsets[i];
  KHOP_TRY(khop_i_copy(&next, turned->offsets, s->rows, sizeof *next, "the rows of a graph"));
  for (int64_t a = 0; a < count; a++) turned->targets[next[came[a].row - s->first]++] = came[a].other;
done:
  khop_i_free(next);
  return status;
}

khop_status khop_i_arcs_deliver(khop_i_arc_rows *rows, khop_status status, khop_i_arc **sent,
                                const int64_t *begin, const khop_i_owners *s) {
  khop_i_arc_rows made = {0};
  khop_i_mail mail = {0};
  khop_i_arc *came = NULL;
  int64_t count;
  KHOP_TRY(khop_i_mail_open(&mail, &s->exchange, status, begin));
  status = khop_i_alloc_raw(&came, khop_i_mail_count(&mail), sizeof *came, "arcs of other ranks");
  KHOP_TRY(khop_i_mail_send(came, &mail, status, *sent, sizeof *came));
  khop_i_free(*sent); /* before rows take their memory */
  *sent = NULL;
  count = khop_i_mail_count(&mail);
  khop_i_mail_close(&mail);
  status = sort_into_rows(&made, came, count, s);
  KHOP_TRY(khop_i_agree(&s->exchange, status));
  *rows = made;
  made = (khop_i_arc_rows){0};
done:
  khop_i_mail_close(&mail);
  khop_i_free(came);
  khop_i_arcs_clear(&made);
  return status;
}

khop_status khop_i_arcs_turn(khop_i_arc_rows *turned, const khop_i_arc_rows *arcs,
                             const khop_i_owners *s) {
  khop_i_arc *sent = NULL;
  int64_t *begin = NULL;
  khop_status status =
      khop_i_alloc(&begin, (int64_t)s->exchange.ranks + 1, sizeof *begin, "ranks");
  if (status == KHOP_OK) status = sort_by_owner(&sent, begin, arcs, s);
  status = khop_i_arcs_deliver(turned, status, &sent, begin, s);
  khop_i_free(begin);
  khop_i_free(sent);
  return status;
}

khop_status khop_i_arcs_join(khop_i_arc_rows *joined, const khop_i_arc_rows *a,
                             const khop_i_arc_rows *b, int64_t rows) {
  khop_status status = KHOP_OK;
  khop_i_arc_rows made = {0};
  int64_t count = 0;
  KHOP_TRY(khop_i_alloc(&made.offsets, rows + 1, sizeof *made.offsets, "the rows of a graph"));
  KHOP_TRY(khop_i_alloc_raw(&made.targets, a->offsets[rows] + b->offsets[rows],
                            sizeof *made.targets, "the arcs of a graph"));
  for (int64_t i = 0; i < rows; i++) {
    int64_t p = a->offsets[i], q = b->offsets[i], p_end = a->offsets[i + 1],
            q_end = b->offsets[i + 1];
    while (p < p_end || q < q_end) {
      int64_t next = q == q_end || (p < p_end && a->targets[p] <= b->targets[q]) ? a->targets[p]
                                                                                 : b->targets[q];
      p += p < p_end && a->targets[p] == next;
      q += q < q_end && b->targets[q] == next;
      made.targets[count++] = next;
    }
    made.offsets[i + 1] = count;
  }
  *joined = made;
  made = (khop_i_arc_rows){0};
done:
  khop_i_arcs_clear(&made);
  return status;
}
