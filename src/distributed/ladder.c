/* ladder.c: see ladder.h: the rows of this rank, then from whom it reads what. */
#include "distributed/ladder.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/ladder/form.h"

/* --- spaces ------------------------------------------------------------------------------------- */

/* What one space is made of, while it is set up. */
typedef struct list {
  uint8_t *marks;  /* (nodes) of the halo */
  int32_t *number; /* (nodes) in the space */
  int *owner;      /* (nodes) of each run, own rows being one */
  int64_t *first, *length;
  int64_t runs;
} list;

static void close_list(list *l) {
  khop_i_free(l->marks);
  khop_i_free(l->number);
  khop_i_free(l->owner);
  khop_i_free(l->first);
  khop_i_free(l->length);
}

static khop_status open_list(list *l, int64_t nodes) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&l->marks, nodes, sizeof *l->marks, "marks of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(&l->number, nodes, sizeof *l->number, "numbers of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(&l->owner, nodes + 1, sizeof *l->owner, "owners of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(&l->first, nodes + 1, sizeof *l->first, "rows of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(&l->length, nodes + 1, sizeof *l->length, "rows of ghosts"));
done:
  return status;
}

static void add_run(list *l, int owner, int64_t first, int64_t length) {
  l->owner[l->runs] = owner;
  l->first[l->runs] = first;
  l->length[l->runs++] = length;
}

/* Numbers own rows and marked ghosts, ascending. */
static void number_space(khop_i_shard_space *space, list *l, const khop_i_halo *halo, const khop_i_owners *owners) {
  l->runs = 0;
  for (int64_t i = 0; i <= halo->nodes; i++) {
    if (i == halo->own) {
      space->own = space->rows;
      add_run(l, owners->exchange.rank, 0, halo->rows);
    }
    if (i == halo->nodes) break;
    bool own = i >= halo->own && i < halo->own + halo->rows;
    if (!own && !l->marks[i]) continue;
    l->number[i] = (int32_t)space->rows++;
    if (own) continue;
    int owner = khop_i_owner_of(owners, halo->node[i]);
    add_run(l, owner, halo->node[i] - owners->starts[owner], 1);
  }
}

static void renumber_part(khop_i_hop_csr *csr, int slot, const int32_t *number) {
  for (int64_t r = 0; r < csr->nodes; r++)
    for (int64_t e = khop_i_hop_csr_begin(csr, r, slot); e < khop_i_hop_csr_end(csr, r, slot); e++)
      csr->columns[e] = number[csr->columns[e]];
}

static void renumber(khop_i_shard_ladder *ladder, int space, const int32_t *number) {
  if (space > 0) {
    renumber_part(ladder->rung[space].steps, KHOP_I_BASES, number);
    return;
  }
  for (int k = 0; k < ladder->rungs; k++) {
    renumber_part(ladder->rung[k].steps, KHOP_I_PLUS, number);
    renumber_part(ladder->rung[k].steps, KHOP_I_MINUS, number);
    renumber_part(ladder->rung[k].large, 0, number);
  }
}

/* Collective. */
static khop_status open_spaces(khop_i_shard_ladder *ladder, const khop_i_halo *halo, const khop_i_owners *owners,
                               khop_status status) {
  const khop_exchange *e = &owners->exchange;
  list l = {0};
  if (status == KHOP_OK) status = open_list(&l, halo->nodes);
  KHOP_TRY(khop_i_agree(e, status));
  for (int k = 0; k < ladder->rungs; k++) {
    khop_i_shard_space *space = &ladder->space[k];
    for (int64_t i = 0; i < halo->nodes; i++) l.marks[i] = 0;
    khop_i_ladder_rows_mark(l.marks, ladder->rung, ladder->rungs, k);
    number_space(space, &l, halo, owners);
    KHOP_TRY(khop_i_open(e, KHOP_OK, &space->pattern, halo->rows, l.runs, l.owner, l.first, l.length));
    renumber(ladder, k, l.number);
  }
done:
  close_list(&l);
  return status;
}

/* --- all of it ---------------------------------------------------------------------------------- */

static khop_status find_rows(khop_i_shard_ladder **out, khop_rings **out_rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  int furthest = plan->hops[plan->slots - 1];
  if (furthest > KHOP_I_MOST_RUNGS)
    return khop_i_fail(KHOP_E_ARGUMENT, "a ladder up to hop %d: it goes up to %d", furthest, KHOP_I_MOST_RUNGS);
  KHOP_TRY(khop_i_rings_new(out_rings, plan->rows, plan->slots, plan->hops));
  khop_rings *rings = *out_rings;
  rings->form = &khop_i_ladder_form;
  rings->symmetric = plan->symmetric;
  KHOP_TRY(khop_i_alloc(&rings->counts, plan->rows * plan->slots, sizeof *rings->counts, "ring sizes"));
  KHOP_TRY(khop_i_alloc(out, 1, sizeof **out, "a ladder"));
  KHOP_TRY(khop_i_alloc(&(*out)->rung, furthest, sizeof *(*out)->rung, "rungs"));
  (*out)->rungs = furthest;
  KHOP_TRY(khop_i_alloc(&(*out)->space, furthest, sizeof *(*out)->space, "rungs"));
  KHOP_TRY(khop_i_ladder_rows_find((*out)->rung, rings->counts, furthest, plan));
done:
  return status;
}

khop_status khop_i_shard_ladder_build(khop_i_shard_ladder **out, khop_rings **out_rings, const khop_i_plan *plan,
                                      const khop_i_halo *halo, const khop_i_owners *owners, khop_status status) {
  khop_i_shard_ladder *ladder = NULL;
  khop_rings *rings = NULL;
  if (status == KHOP_OK) status = find_rows(&ladder, &rings, plan);
  KHOP_TRY(open_spaces(ladder, halo, owners, status));
  *out = ladder;
  *out_rings = rings;
  ladder = NULL;
  rings = NULL;
done:
  khop_i_shard_ladder_free(ladder, &owners->exchange);
  khop_rings_free(rings);
  return status;
}

void khop_i_shard_ladder_free(khop_i_shard_ladder *ladder, const khop_exchange *e) {
  if (!ladder) return;
  for (int k = 0; ladder->space && k < ladder->rungs; k++) e->close(ladder->space[k].pattern, e->context);
  khop_i_ladder_rows_close(ladder->rung, ladder->rungs);
  khop_i_free(ladder->rung);
  khop_i_free(ladder->space);
  khop_i_free(ladder);
}
