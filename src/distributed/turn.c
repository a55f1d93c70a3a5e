/* turn.c: see turn.h. */
#include "distributed/turn.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

/* An arc on its way to the owner of its end. */
typedef struct arc {
  int64_t to, from;
} arc;

void khop_i_arcs_clear(khop_i_arc_rows *arcs) {
  khop_i_free(arcs->offsets);
  khop_i_free(arcs->targets);
  *arcs = (khop_i_arc_rows){0};
}

/* Puts the arcs of this rank in the order of who owns their ends, rows ascending: those to rank q
 * are sent[begin[q]] to sent[begin[q + 1] - 1]. */
static khop_status sort_by_owner(arc **sent, int64_t *begin, const khop_i_arc_rows *arcs,
                                 const khop_i_owners *s) {
  khop_status status = KHOP_OK;
  int ranks = s->exchange.ranks;
  int64_t *next = NULL, count = arcs->offsets[s->rows];
  KHOP_TRY(khop_i_alloc_raw(sent, count, sizeof **sent, "arcs to other ranks"));
  memset(begin, 0, ((size_t)ranks + 1) * sizeof *begin);
  for (int64_t a = 0; a < count; a++) begin[khop_i_owner_of(s, arcs->targets[a]) + 1]++;
  for (int q = 0; q < ranks; q++) begin[q + 1] += begin[q];
  KHOP_TRY(khop_i_copy(&next, begin, ranks, sizeof *next, "arcs to other ranks"));
  for (int64_t i = 0; i < s->rows; i++)
    for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++)
      (*sent)[next[khop_i_owner_of(s, arcs->targets[a])]++] = (arc){arcs->targets[a], s->first + i};
done:
  khop_i_free(next);
  return status;
}

/* Rows of what came, whose starts ascend: a counting sort by rows keeps that order. */
static khop_status sort_into_rows(khop_i_arc_rows *turned, const arc *came, int64_t count,
                                  const khop_i_owners *s) {
  khop_status status = KHOP_OK;
  int64_t *next = NULL;
  KHOP_TRY(
      khop_i_alloc(&turned->offsets, s->rows + 1, sizeof *turned->offsets, "the rows of a graph"));
  KHOP_TRY(
      khop_i_alloc_raw(&turned->targets, count, sizeof *turned->targets, "the arcs of a graph"));
  for (int64_t a = 0; a < count; a++) turned->offsets[came[a].to - s->first + 1]++;
  for (int64_t i = 0; i < s->rows; i++) turned->offsets[i + 1] += turned->offsets[i];
  KHOP_TRY(khop_i_copy(&next, turned->offsets, s->rows, sizeof *next, "the rows of a graph"));
  for (int64_t a = 0; a < count; a++) turned->targets[next[came[a].to - s->first]++] = came[a].from;
done:
  khop_i_free(next);
  return status;
}

/* What each rank reads: from every rank, its run. */
typedef struct reads {
  int *owner; /* (ranks) 0, 1, .. */
  int64_t *mine, *two,
      *ends;       /* (ranks) this rank's number; 2; (2 ranks) begin and end of what is for it */
  int64_t *length; /* (ranks) */
  int64_t *begin;  /* (ranks + 1) of what this rank has for the others */
} reads;

static khop_status open_reads(reads *r, const khop_exchange *e) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&r->owner, e->ranks, sizeof *r->owner, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->mine, e->ranks, sizeof *r->mine, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->two, e->ranks, sizeof *r->two, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->ends, 2 * (int64_t)e->ranks, sizeof *r->ends, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->length, e->ranks, sizeof *r->length, "ranks"));
  KHOP_TRY(khop_i_alloc(&r->begin, (int64_t)e->ranks + 1, sizeof *r->begin, "ranks"));
  for (int q = 0; q < e->ranks; q++) r->owner[q] = q, r->mine[q] = e->rank, r->two[q] = 2;
done:
  return status;
}

static void close_reads(reads *r) {
  khop_i_free(r->owner);
  khop_i_free(r->mine);
  khop_i_free(r->two);
  khop_i_free(r->ends);
  khop_i_free(r->length);
  khop_i_free(r->begin);
}

/* Fetches where each rank keeps what is for this one: entries `rank` and `rank` + 1 of its `begin`.
 * Then mine becomes the first of them, and *count is how many arcs will come. */
static khop_status fetch_ends(reads *r, int64_t *count, const khop_exchange *e,
                              khop_status status) {
  void *pattern = NULL;
  KHOP_TRY(khop_i_open(e, status, &pattern, e->ranks + 1, e->ranks, r->owner, r->mine, r->two));
  KHOP_TRY(khop_i_fetch(e, KHOP_OK, r->ends, r->begin, pattern, sizeof *r->begin));
  *count = 0;
  for (int q = 0; q < e->ranks; q++) {
    r->mine[q] = r->ends[2 * q];
    r->length[q] = r->ends[2 * q + 1] - r->ends[2 * q];
    *count += r->length[q];
  }
done:
  e->close(pattern, e->context);
  return status;
}

khop_status khop_i_arcs_turn(khop_i_arc_rows *turned, const khop_i_arc_rows *arcs,
                             const khop_i_owners *s) {
  const khop_exchange *e = &s->exchange;
  khop_i_arc_rows made = {0};
  reads r = {0};
  arc *sent = NULL, *came = NULL;
  void *pattern = NULL;
  int64_t count = 0;
  khop_status status = open_reads(&r, e);
  if (status == KHOP_OK) status = sort_by_owner(&sent, r.begin, arcs, s);
  KHOP_TRY(fetch_ends(&r, &count, e, status));
  status = khop_i_alloc_raw(&came, count, sizeof *came, "arcs of other ranks");
  KHOP_TRY(
      khop_i_open(e, status, &pattern, r.begin[e->ranks], e->ranks, r.owner, r.mine, r.length));
  KHOP_TRY(khop_i_fetch(e, KHOP_OK, came, sent, pattern, sizeof *came));
  KHOP_TRY(khop_i_agree(e, sort_into_rows(&made, came, count, s)));
  *turned = made;
  made = (khop_i_arc_rows){0};
done:
  e->close(pattern, e->context);
  close_reads(&r);
  khop_i_free(sent);
  khop_i_free(came);
  khop_i_arcs_clear(&made);
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
