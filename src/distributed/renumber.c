/* renumber.c: khop_shard_renumber: rows go to other ranks, and get new numbers.
 *
 *   rank 0 owns 0 1 2, for ranks 1 0 1      new     rank 0: 1 3     rank 1: 0 2 4
 *   rank 1 owns 3 4, for ranks   0 1        numbers         0 1             2 3 4
 *
 * What goes to a rank comes from the ranks in their order, and from each in the order of its rows: in the order of the
 * old numbers. */
#include "distributed/shard_arcs.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

#include <khop/shard_read.h>
#include <stdlib.h>
#include <string.h>

typedef struct move {
  const khop_shard *from;
  int64_t *begin;  /* (ranks + 1) the rows to each rank among `order` */
  int64_t *order;  /* (rows) own rows, by who is to own them */
  int64_t *number; /* (rows) new ones */
  int64_t *starts; /* (ranks + 1) */
  khop_i_mail mail; /* of the rows, in their order */
} move;

static void close_move(move *m) {
  khop_i_mail_close(&m->mail);
  khop_i_free(m->begin);
  khop_i_free(m->order);
  khop_i_free(m->number);
  khop_i_free(m->starts);
}

static khop_status sort_rows(move *m, const int *owner) {
  khop_status status = KHOP_OK;
  int ranks = m->from->owners.exchange.ranks;
  int64_t rows = m->from->owners.rows, *next = NULL;
  KHOP_TRY(khop_i_alloc(&m->begin, (int64_t)ranks + 1, sizeof *m->begin, "ranks"));
  KHOP_TRY(khop_i_alloc(&m->starts, (int64_t)ranks + 1, sizeof *m->starts, "ranks"));
  KHOP_TRY(khop_i_alloc_raw(&m->order, rows, sizeof *m->order, "rows to other ranks"));
  KHOP_TRY(khop_i_alloc_raw(&m->number, rows, sizeof *m->number, "rows to other ranks"));
  for (int64_t i = 0; i < rows; i++) {
    if (owner[i] < 0 || owner[i] >= ranks)
      KHOP_FAIL(KHOP_E_ARGUMENT, "node %lld is to be owned by rank %d of %d", (long long)(m->from->owners.first + i),
                owner[i], ranks);
    m->begin[owner[i] + 1]++;
  }
  for (int q = 0; q < ranks; q++) m->begin[q + 1] += m->begin[q];
  KHOP_TRY(khop_i_copy(&next, m->begin, ranks, sizeof *next, "ranks"));
  for (int64_t i = 0; i < rows; i++) m->order[next[owner[i]]++] = i;
done:
  khop_i_free(next);
  return status;
}

/* Collective. Each rank counts what comes to it, and answers with its numbers. */
static khop_status number_rows(move *m) {
  const khop_exchange *e = &m->from->owners.exchange;
  const int64_t *all;
  int64_t *given = NULL, *heard = NULL, count = khop_i_mail_count(&m->mail), rows = m->from->owners.rows;
  khop_status status = khop_i_alloc_raw(&given, count, sizeof *given, "new numbers");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&heard, rows, sizeof *heard, "new numbers");
  KHOP_TRY(khop_i_gather_number(e, status, &all, count));
  for (int q = 0; q < e->ranks; q++) m->starts[q + 1] = m->starts[q] + all[q];
  for (int64_t i = 0; i < count; i++) given[i] = m->starts[e->rank] + i;
  KHOP_TRY(khop_i_mail_answer(heard, &m->mail, KHOP_OK, given, sizeof *given));
  for (int64_t i = 0; i < rows; i++) m->number[m->order[i]] = heard[i];
done:
  khop_i_free(given);
  khop_i_free(heard);
  return status;
}

/* --- arcs ------------------------------------------------------------------------------------- */

/* The nodes that arcs lead to, each once, ascending. */
static khop_status list_targets(int64_t **node, int64_t *count, const khop_i_arc_rows *arcs, int64_t rows) {
  int64_t all = arcs->offsets[rows];
  khop_status status = khop_i_copy(node, arcs->targets, all, sizeof **node, "ends of arcs");
  if (status != KHOP_OK) return status;
  if (all) qsort(*node, (size_t)all, sizeof **node, khop_i_ascending_int64);
  *count = 0;
  for (int64_t a = 0; a < all; a++)
    if (!*count || (*node)[*count - 1] != (*node)[a]) (*node)[(*count)++] = (*node)[a];
  return KHOP_OK;
}

/* Collective. The new numbers of nodes (count), from their owners. */
static khop_status fetch_numbers(int64_t **number, const move *m, khop_status status, const int64_t *node,
                                 int64_t count) {
  const khop_i_owners *o = &m->from->owners;
  int *owner = NULL;
  int64_t *row = NULL;
  void *pattern = NULL;
  if (status == KHOP_OK) status = khop_i_alloc_raw(&owner, count, sizeof *owner, "owners of nodes");
  if (status == KHOP_OK) status = khop_i_alloc_raw(&row, count, sizeof *row, "owners of nodes");
  if (status == KHOP_OK) status = khop_i_alloc_raw(number, count, sizeof **number, "new numbers");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) {
    owner[i] = khop_i_owner_of(o, node[i]);
    row[i] = node[i] - o->starts[owner[i]];
  }
  KHOP_TRY(khop_i_open(&o->exchange, status, &pattern, o->rows, count, owner, row, NULL));
  KHOP_TRY(khop_i_fetch(&o->exchange, KHOP_OK, *number, m->number, pattern, sizeof **number));
done:
  o->exchange.close(pattern, o->exchange.context);
  khop_i_free(owner);
  khop_i_free(row);
  return status;
}

static khop_status list_arcs(int64_t **from, int64_t **to, const move *m, const int64_t *node, const int64_t *number,
                             int64_t count) {
  const khop_i_arc_rows *arcs = &m->from->along[KHOP_OUT];
  int64_t rows = m->from->owners.rows, all = arcs->offsets[rows];
  khop_status status = khop_i_alloc_raw(from, all, sizeof **from, "arcs to other ranks");
  if (status == KHOP_OK) status = khop_i_alloc_raw(to, all, sizeof **to, "arcs to other ranks");
  for (int64_t i = 0; status == KHOP_OK && i < rows; i++)
    for (int64_t a = arcs->offsets[i]; a < arcs->offsets[i + 1]; a++) {
      const int64_t *at = bsearch(&arcs->targets[a], node, (size_t)count, sizeof *node, khop_i_ascending_int64);
      (*from)[a] = m->number[i];
      (*to)[a] = number[at - node];
    }
  return status;
}

/* Collective. */
static khop_status move_arcs(khop_shard **out, const move *m) {
  const khop_i_arc_rows *arcs = &m->from->along[KHOP_OUT];
  int64_t *node = NULL, *number = NULL, *from = NULL, *to = NULL, count = 0;
  khop_status status = list_targets(&node, &count, arcs, m->from->owners.rows);
  KHOP_TRY(fetch_numbers(&number, m, status, node, count));
  status = list_arcs(&from, &to, m, node, number, count);
  KHOP_TRY(khop_i_shard_of_arcs(out, &m->from->owners.exchange, status, m->starts,
                                arcs->offsets[m->from->owners.rows], &from, &to,
                                m->from->directed ? KHOP_I_ONE_WAY : KHOP_I_MIRRORED));
done:
  khop_i_free(node);
  khop_i_free(number);
  khop_i_free(from);
  khop_i_free(to);
  return status;
}

/* --- what rows are called ----------------------------------------------------------------------- */

/* Collective. */
static khop_status move_origins(khop_shard *to, move *m) {
  const khop_shard *s = m->from;
  int64_t *origin = NULL, rows = s->owners.rows;
  khop_status status = khop_i_alloc_raw(&origin, rows, sizeof *origin, "numbers of rows");
  if (status == KHOP_OK)
    status = khop_i_alloc_raw(&to->origin, khop_i_mail_count(&m->mail), sizeof *to->origin, "numbers of rows");
  for (int64_t i = 0; status == KHOP_OK && i < rows; i++)
    origin[i] = s->origin ? s->origin[m->order[i]] : s->owners.first + m->order[i];
  status = khop_i_mail_send(to->origin, &m->mail, status, origin, sizeof *origin);
  khop_i_free(origin);
  return status;
}

static khop_status sort_names(khop_i_row_names *sorted, const move *m) {
  const khop_i_row_names *names = &m->from->names;
  int64_t rows = m->from->owners.rows;
  khop_status status = khop_i_alloc(&sorted->start, rows + 1, sizeof *sorted->start, "names of nodes");
  if (status == KHOP_OK)
    status = khop_i_alloc_raw(&sorted->text, names->start[rows], sizeof *sorted->text, "names of nodes");
  for (int64_t i = 0; status == KHOP_OK && i < rows; i++) {
    int64_t begin = names->start[m->order[i]], words = names->start[m->order[i] + 1] - begin;
    memcpy(sorted->text + sorted->start[i], names->text + begin, (size_t)words * sizeof *names->text);
    sorted->start[i + 1] = sorted->start[i] + words;
  }
  return status;
}

/* Collective. All ranks have names, or none. */
static khop_status move_names(khop_shard *to, move *m) {
  khop_i_row_names sorted = {0};
  to->names = (khop_i_row_names){.count_from = m->from->names.count_from, .left = m->from->names.left};
  if (!m->from->names.start) return KHOP_OK;
  khop_status status = sort_names(&sorted, m);
  status = khop_i_row_names_send(&to->names, &m->mail, status, &sorted);
  khop_i_row_names_clear(&sorted);
  return status;
}

static khop_status copy_notes(khop_shard *to, const khop_shard *from) {
  khop_status status = KHOP_OK;
  for (int i = 0; i < from->notes.count && status == KHOP_OK; i++)
    status = khop_i_shard_note(to, "%s", from->notes.text[i]);
  return status;
}

khop_status khop_shard_renumber(khop_shard **out, const khop_shard *shard, const int *owner) {
  move m = {.from = shard};
  khop_shard *made = NULL;
  khop_status status;
  if (!out || !shard) return khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_renumber: a shard is missing");
  *out = NULL;
  const khop_exchange *e = &shard->owners.exchange;
  status = owner || !shard->owners.rows ? sort_rows(&m, owner)
                                        : khop_i_fail(KHOP_E_ARGUMENT, "khop_shard_renumber: the owners are missing");
  KHOP_TRY(khop_i_mail_open(&m.mail, e, status, m.begin));
  KHOP_TRY(number_rows(&m));
  KHOP_TRY(move_arcs(&made, &m));
  KHOP_TRY(move_origins(made, &m));
  KHOP_TRY(move_names(made, &m));
  KHOP_TRY(khop_i_agree(e, copy_notes(made, shard)));
  *out = made;
  made = NULL;
done:
  close_move(&m);
  khop_shard_free(made);
  return status;
}

const int64_t *khop_shard_origin(const khop_shard *s) {
  return s->origin;
}

khop_status khop_shard_neighbours(const int64_t **offsets, const int64_t **targets, khop_shard *s) {
  const khop_i_arc_rows *arcs;
  khop_status status = khop_i_shard_arcs(&arcs, s, KHOP_ALL);
  if (status != KHOP_OK) return status;
  *offsets = arcs->offsets;
  *targets = arcs->targets;
  return KHOP_OK;
}
