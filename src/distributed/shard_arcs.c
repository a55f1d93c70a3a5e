/* shard_arcs.c: see shard_arcs.h. */
#include "distributed/shard_arcs.h"
#include "base/error.h"
#include "base/memory.h"

khop_status khop_i_equal_starts(int64_t **starts, int64_t nodes, int ranks) {
  khop_status status = khop_i_alloc_raw(starts, (int64_t)ranks + 1, sizeof **starts, "ranks");
  for (int r = 0; r <= ranks && status == KHOP_OK; r++)
    (*starts)[r] = nodes / ranks * r + nodes % ranks * r / ranks;
  return status;
}

/* In the order of who owns their rows: those of rank q from begin[q] on. */
static khop_status sort_by_owner(khop_i_arc **sent, int64_t *begin, int64_t count, const int64_t *from,
                                 const int64_t *to, const khop_i_owners *owners) {
  int64_t *next = NULL;
  int ranks = owners->exchange.ranks;
  khop_status status = khop_i_alloc_raw(sent, count, sizeof **sent, "arcs to other ranks");
  if (status != KHOP_OK) return status;
  for (int64_t a = 0; a < count; a++) begin[khop_i_owner_of(owners, from[a]) + 1]++;
  for (int q = 0; q < ranks; q++) begin[q + 1] += begin[q];
  status = khop_i_copy(&next, begin, ranks, sizeof *next, "arcs to other ranks");
  for (int64_t a = 0; a < count && status == KHOP_OK; a++)
    (*sent)[next[khop_i_owner_of(owners, from[a])]++] = (khop_i_arc){from[a], to[a]};
  khop_i_free(next);
  return status;
}

static void drop(int64_t **list) {
  khop_i_free(*list);
  *list = NULL;
}

khop_status khop_i_shard_of_arcs(khop_shard **shard, const khop_exchange *e, khop_status status,
                                 const int64_t *starts, int64_t count, int64_t **from, int64_t **to,
                                 khop_i_direction_of_arcs kind) {
  khop_i_owners owners = {.exchange = *e};
  khop_i_arc_rows rows = {0};
  khop_i_arc *sent = NULL;
  int64_t *begin = NULL;
  if (status == KHOP_OK)
    status = khop_i_copy(&owners.starts, starts, (int64_t)e->ranks + 1, sizeof *starts, "ranks");
  if (status == KHOP_OK) status = khop_i_alloc(&begin, (int64_t)e->ranks + 1, sizeof *begin, "ranks");
  if (status == KHOP_OK) {
    owners.first = owners.starts[e->rank];
    owners.rows = owners.starts[e->rank + 1] - owners.first;
    status = sort_by_owner(&sent, begin, count, *from, *to, &owners);
  }
  drop(from);
  drop(to);
  KHOP_TRY(khop_i_arcs_deliver(&rows, status, &sent, begin, &owners));
  KHOP_TRY(khop_i_shard_make(shard, e, KHOP_OK, owners.rows, &rows, kind));
done:
  khop_i_free(owners.starts);
  khop_i_free(begin);
  khop_i_free(sent);
  khop_i_arcs_clear(&rows);
  return status;
}

khop_status khop_i_shard_take_names(khop_shard *s, const khop_i_row_names *have, int64_t first, int64_t count) {
  const khop_exchange *e = &s->owners.exchange;
  const int64_t *all;
  khop_status status = khop_i_gather_number(e, KHOP_OK, &all, have->start != NULL);
  if (status != KHOP_OK) return status;
  for (int q = 0; q < e->ranks; q++)
    if (!all[q]) return KHOP_OK;
  return khop_i_row_names_spread(&s->names, &s->owners, KHOP_OK, have, first, count);
}
