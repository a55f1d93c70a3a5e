/* halo.c: see halo.h. */
#include "distributed/halo.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"
#include "distributed/place_table.h"
#include "graph/graph.h"

#include <stdlib.h>
#include <string.h>

/* The nodes that one hop added, ascending, and their arcs. */
typedef struct level {
  int64_t count;
  int64_t *node;        /* (count); owns */
  khop_i_arc_rows rows; /* not fetched of the outermost hop */
} level;

typedef struct search {
  khop_shard *shard;
  khop_i_arc_rows own; /* borrows */
  int hops, levels;
  level *level;             /* (hops); owns */
  khop_i_place_table ghosts; /* of all hops so far; in the end with their local numbers */
} search;

static void close_search(search *s) {
  for (int l = 0; s->level && l < s->levels; l++) {
    khop_i_free(s->level[l].node);
    khop_i_arcs_clear(&s->level[l].rows);
  }
  khop_i_free(s->level);
  khop_i_place_table_close(&s->ghosts);
}

/* --- a hop ------------------------------------------------------------------------------------ */

static bool is_own(const khop_i_owners *s, int64_t node) {
  return node >= s->first && node < s->first + s->rows;
}

/* The ends of arcs that were not seen before, ascending. */
static khop_status find_fresh(level *made, search *s, const khop_i_arc_rows *arcs, int64_t rows) {
  khop_status status = KHOP_OK;
  bool fresh;
  for (int64_t a = 0; a < arcs->offsets[rows]; a++) {
    int64_t to = arcs->targets[a];
    if (is_own(&s->shard->owners, to)) continue;
    KHOP_TRY(khop_i_place_table_add(&s->ghosts, to, &fresh));
    if (!fresh) continue;
    KHOP_TRY(khop_i_room(&made->node, made->count + 1, sizeof *made->node, "ghosts"));
    made->node[made->count++] = to;
  }
  if (made->count) qsort(made->node, (size_t)made->count, sizeof *made->node, khop_i_ascending_int64);
done:
  return status;
}

/* Where the owner of each node keeps it. owner, row (count); made here. */
static khop_status locate(int **owner, int64_t **row, const khop_i_owners *s, int64_t count,
                          const int64_t *node) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(owner, count, sizeof **owner, "owners of ghosts"));
  KHOP_TRY(khop_i_alloc_raw(row, count, sizeof **row, "rows of ghosts"));
  for (int64_t i = 0; i < count; i++) {
    (*owner)[i] = khop_i_owner_of(s, node[i]);
    (*row)[i] = node[i] - s->starts[(*owner)[i]];
  }
done:
  return status;
}

/* Collective. The rows of a level: first where their owners keep them, two offsets a row, then
 * their arcs. */
static khop_status fetch_rows(level *l, const khop_i_owners *s, const khop_i_arc_rows *own) {
  const khop_exchange *e = &s->exchange;
  int *owner = NULL;
  int64_t *row = NULL, *length = NULL, *ends = NULL, count = l->count;
  void *to_ends = NULL, *to_arcs = NULL;
  khop_status status = locate(&owner, &row, s, count, l->node);
  if (status == KHOP_OK)
    status = khop_i_alloc_raw(&length, count, sizeof *length, "rows of ghosts");
  if (status == KHOP_OK)
    status = khop_i_alloc_raw(&ends, 2 * count, sizeof *ends, "rows of ghosts");
  if (status == KHOP_OK)
    status = khop_i_alloc(&l->rows.offsets, count + 1, sizeof *l->rows.offsets, "rows of ghosts");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) length[i] = 2;
  KHOP_TRY(khop_i_open(e, status, &to_ends, s->rows + 1, count, owner, row, length));
  KHOP_TRY(khop_i_fetch(e, KHOP_OK, ends, own->offsets, to_ends, sizeof *ends));
  for (int64_t i = 0; i < count; i++) {
    row[i] = ends[2 * i];
    length[i] = ends[2 * i + 1] - ends[2 * i];
    l->rows.offsets[i + 1] = l->rows.offsets[i] + length[i];
  }
  status = khop_i_alloc_raw(&l->rows.targets, l->rows.offsets[count], sizeof *l->rows.targets,
                            "arcs of ghosts");
  KHOP_TRY(khop_i_open(e, status, &to_arcs, own->offsets[s->rows], count, owner, row, length));
  KHOP_TRY(
      khop_i_fetch(e, KHOP_OK, l->rows.targets, own->targets, to_arcs, sizeof *l->rows.targets));
done:
  e->close(to_ends, e->context);
  e->close(to_arcs, e->context);
  khop_i_free(owner);
  khop_i_free(row);
  khop_i_free(length);
  khop_i_free(ends);
  return status;
}

/* Collective. Takes the hops one by one, until no rank finds anything new. */
static khop_status take_hops(search *s, khop_status status) {
  const khop_exchange *e = &s->shard->owners.exchange;
  khop_i_arc_rows arcs = s->own; /* borrows: the list of levels moves as it grows */
  int64_t rows = s->shard->owners.rows;
  for (int hop = 1; hop <= s->hops; hop++) {
    const int64_t *all;
    int64_t found = 0;
    level *l = NULL;
    if (status == KHOP_OK) status = khop_i_room(&s->level, hop, sizeof *s->level, "hops");
    if (status == KHOP_OK) {
      l = &s->level[s->levels++];
      *l = (level){0};
      status = find_fresh(l, s, &arcs, rows);
    }
    KHOP_TRY(khop_i_gather_number(e, status, &all, l ? l->count : 0));
    for (int r = 0; r < e->ranks; r++) found += all[r];
    if (!found || hop == s->hops) break;
    KHOP_TRY(fetch_rows(l, &s->shard->owners, &s->own));
    arcs = l->rows;
    rows = l->count;
  }
done:
  return status;
}

/* --- the local graph -------------------------------------------------------------------------- */

static int64_t place_of(const khop_i_halo *h, const search *s, int64_t node) {
  const khop_i_owners *own = &s->shard->owners;
  return is_own(own, node) ? h->own + node - own->first
                           : *khop_i_place_table_place(&s->ghosts, node);
}

/* Ghosts of all hops, then between those below and those above them the owned nodes. */
static void list_nodes(khop_i_halo *h, const search *s) {
  int64_t ghosts = 0, first = s->shard->owners.first;
  for (int l = 0; l < s->levels; l++)
    for (int64_t i = 0; i < s->level[l].count; i++) h->node[ghosts++] = s->level[l].node[i];
  if (ghosts) qsort(h->node, (size_t)ghosts, sizeof *h->node, khop_i_ascending_int64);
  while (h->own < ghosts && h->node[h->own] < first) h->own++;
  memmove(h->node + h->own + h->rows, h->node + h->own,
          (size_t)(ghosts - h->own) * sizeof *h->node);
  for (int64_t i = 0; i < h->rows; i++) h->node[h->own + i] = first + i;
  for (int64_t i = 0; i < h->nodes; i++)
    if (!is_own(&s->shard->owners, h->node[i]))
      *khop_i_place_table_place(&s->ghosts, h->node[i]) = (int32_t)i;
}

static khop_status number_nodes(khop_i_halo *h, const search *s) {
  h->rows = s->shard->owners.rows;
  h->nodes = h->rows + s->ghosts.count;
  if (h->nodes > KHOP_MAX_NODES)
    return khop_i_fail(KHOP_E_UNSUPPORTED,
                       "%lld nodes lie within %d hops of this rank's rows, and columns have "
                       "numbers for %lld: take more ranks, or fewer hops",
                       (long long)h->nodes, s->hops, (long long)KHOP_MAX_NODES);
  khop_status status = khop_i_alloc_raw(&h->node, h->nodes, sizeof *h->node, "the nodes of a rank");
  if (status == KHOP_OK) list_nodes(h, s);
  return status;
}

/* Puts how long the rows are into their offsets, or their arcs to where these say. */
static void put_rows(khop_i_halo *h, const search *s, const int64_t *node, int64_t count,
                     const khop_i_arc_rows *rows, bool fill) {
  khop_graph *g = h->graph;
  for (int64_t i = 0; i < count; i++) {
    int64_t place = node ? place_of(h, s, node[i]) : h->own + i, begin = rows->offsets[i];
    int64_t length = rows->offsets[i + 1] - begin;
    if (!fill) g->offsets[place + 1] = length;
    for (int64_t a = 0; fill && a < length; a++)
      g->targets[g->offsets[place] + a] = (int32_t)place_of(h, s, rows->targets[begin + a]);
  }
}

static void put_all_rows(khop_i_halo *h, const search *s, bool fill) {
  put_rows(h, s, NULL, h->rows, &s->own, fill);
  for (int l = 0; l < s->levels; l++)
    if (s->level[l].rows.offsets)
      put_rows(h, s, s->level[l].node, s->level[l].count, &s->level[l].rows, fill);
}

static khop_status make_graph(khop_i_halo *h, const search *s) {
  khop_status status = KHOP_OK;
  int64_t arcs = s->hops ? s->own.offsets[s->shard->owners.rows] : 0;
  for (int l = 0; l < s->levels; l++)
    if (s->level[l].rows.offsets) arcs += s->level[l].rows.offsets[s->level[l].count];
  KHOP_TRY(khop_i_graph_new(&h->graph, h->nodes, arcs, true));
  if (!s->hops) goto done;
  put_all_rows(h, s, false);
  for (int64_t i = 0; i < h->nodes; i++) h->graph->offsets[i + 1] += h->graph->offsets[i];
  put_all_rows(h, s, true);
done:
  return status;
}

khop_status khop_i_halo_open(khop_i_halo *halo, khop_shard *shard, int hops,
                             khop_direction direction) {
  search s = {.shard = shard, .hops = hops};
  const khop_exchange *e = &shard->owners.exchange;
  const khop_i_arc_rows *own;
  int *owner = NULL;
  int64_t *row = NULL;
  khop_status status = KHOP_OK;
  *halo = (khop_i_halo){0};
  KHOP_TRY(khop_i_shard_arcs(&own, shard, direction));
  s.own = *own;
  KHOP_TRY(take_hops(&s, KHOP_OK));
  status = number_nodes(halo, &s);
  if (status == KHOP_OK) status = make_graph(halo, &s);
  if (status == KHOP_OK) status = locate(&owner, &row, &shard->owners, halo->nodes, halo->node);
  KHOP_TRY(khop_i_open(e, status, &halo->pattern, halo->rows, halo->nodes, owner, row, NULL));
done:
  close_search(&s);
  khop_i_free(owner);
  khop_i_free(row);
  if (status != KHOP_OK) khop_i_halo_close(halo, e);
  return status;
}

khop_status khop_i_halo_keep_own(khop_i_halo *halo, const khop_i_owners *owners) {
  const khop_exchange *e = &owners->exchange;
  e->close(halo->pattern, e->context);
  if (halo->rows) memmove(halo->node, halo->node + halo->own, (size_t)halo->rows * sizeof *halo->node);
  halo->nodes = halo->rows;
  halo->own = 0;
  return khop_i_open(e, KHOP_OK, &halo->pattern, halo->rows, 1, &e->rank, (int64_t[]){0}, &halo->rows);
}

void khop_i_halo_close(khop_i_halo *halo, const khop_exchange *e) {
  e->close(halo->pattern, e->context);
  khop_i_free(halo->node);
  khop_graph_free(halo->graph);
  *halo = (khop_i_halo){0};
}
