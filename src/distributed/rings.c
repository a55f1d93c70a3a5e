/* rings.c: the rings of owned rows (khop/distributed.h): a halo, and the search of one process in
 * it. */
#include "distributed/rings.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/random.h"
#include "distributed/bitmap.h"
#include "forms/forms.h"

/* --- one way ---------------------------------------------------------------------------------- */

/* Collective. The owned rows of the graph that a halo shows. Its arcs lead along the direction already. */
static khop_status search_halo(khop_i_shard_way *way, const khop_shard_rings *r) {
  khop_i_plan plan = {0};
  khop_i_halo *halo = &way->halo;
  const khop_i_owners *owners = &r->shard->owners;
  khop_rings_options options = r->options;
  options.direction = KHOP_OUT;
  khop_status status = khop_i_plan_open(&plan, halo->graph, r->count, r->hops, &options);
  khop_i_plan_take_rows(&plan, halo->own, halo->rows);
  if (options.form == KHOP_LADDER) {
    KHOP_TRY(khop_i_shard_ladder_build(&way->ladder, &way->rings, &plan, halo, owners, status));
    KHOP_TRY(khop_i_halo_keep_own(halo, owners));
    goto done;
  }
  if (status == KHOP_OK)
    status = options.form == KHOP_BITMAP ? khop_i_shard_bitmap_build(&way->rings, &plan, halo)
                                         : khop_i_form_build(&way->rings, &plan, khop_i_form_row(options.form));
  KHOP_TRY(khop_i_agree(&owners->exchange, status));
done:
  khop_i_plan_close(&plan);
  return status;
}

static khop_direction against(khop_direction direction) {
  return direction == KHOP_OUT ? KHOP_IN : direction == KHOP_IN ? KHOP_OUT : KHOP_ALL;
}

static khop_status make_way(khop_i_shard_way *way, khop_shard_rings *r, khop_direction direction) {
  khop_status status = KHOP_OK;
  int furthest = 0;
  for (int h = 0; h < r->count; h++) furthest = r->hops[h] > furthest ? r->hops[h] : furthest;
  KHOP_TRY(khop_i_halo_open(&way->halo, r->shard, furthest, direction));
  KHOP_TRY(search_halo(way, r));
  way->rings->direction = direction;
done:
  khop_graph_free(way->halo.graph);
  way->halo.graph = NULL;
  return status;
}

static void clear_way(khop_i_shard_way *way, const khop_exchange *e) {
  khop_rings_free(way->rings);
  khop_i_shard_ladder_free(way->ladder, e);
  khop_i_free(way->sums);
  khop_i_halo_close(&way->halo, e);
  *way = (khop_i_shard_way){0};
}

khop_status khop_i_shard_way_of(khop_i_shard_way **out, khop_shard_rings *r, int which) {
  khop_i_shard_way *way = &r->way[r->symmetric ? 0 : which];
  khop_status status = KHOP_OK;
  *out = way;
  if (way->rings) return KHOP_OK;
  status = make_way(way, r, which ? against(r->options.direction) : r->options.direction);
  if (status != KHOP_OK) clear_way(way, &r->shard->owners.exchange);
  return status;
}

/* --- the public side -------------------------------------------------------------------------- */

static khop_status check_options(khop_rings_options *own, int count, const int *hops) {
  if (count < 1 || !hops)
    return khop_i_fail(KHOP_E_ARGUMENT, "%d hops: at least one is needed", count);
  for (int h = 0; h < count; h++)
    if (hops[h] < 0) return khop_i_fail(KHOP_E_ARGUMENT, "a hop of %d: hops count from 0", hops[h]);
  if (own->direction < KHOP_OUT || own->direction > KHOP_ALL)
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no direction %d", (int)own->direction);
  if (own->form == KHOP_AUTO) own->form = KHOP_STORED;
  if (!khop_i_form_row(own->form))
    return khop_i_fail(KHOP_E_ARGUMENT, "there is no form %d", (int)own->form);
  if (own->form != KHOP_STORED && own->op != KHOP_RING)
    return khop_i_fail(KHOP_E_ARGUMENT, "operator %d is kept stored: only rings have the form %s",
                       (int)own->op, khop_form_name(own->form));
  return KHOP_OK;
}

/* A number for the hops in their order. */
static int64_t number_of(int count, const int *hops) {
  uint64_t hash = 0;
  for (int h = 0; h < count; h++) hash = khop_i_random_mix(hash ^ (uint64_t)hops[h]);
  return (int64_t)(hash >> 1);
}

khop_status khop_shard_rings_build(khop_shard_rings **out, khop_shard *shard, int count,
                                   const int *hops, const khop_rings_options *options) {
  khop_shard_rings *r = NULL;
  khop_rings_options own;
  khop_i_shard_way *way;
  if (out) *out = NULL;
  if (!out || !shard)
    return khop_i_fail(KHOP_E_ARGUMENT,
                       "khop_shard_rings_build: the shard or a place for rings is missing");
  const khop_exchange *e = &shard->owners.exchange;
  khop_status status = KHOP_I_TAKE(khop_rings_options, &own, options);
  if (status == KHOP_OK) status = check_options(&own, count, hops);
  if (status == KHOP_OK) status = khop_i_alloc(&r, 1, sizeof *r, "rings");
  if (status == KHOP_OK) status = khop_i_copy(&r->hops, hops, count, sizeof *hops, "hops");
  bool fits = status == KHOP_OK; /* else there may be no hops to read */
  KHOP_TRY(khop_i_agree_on(
      e, status, 6,
      (khop_i_agreed[]){{"number of hops", count},
                        {"list of hops, as a number,", fits ? number_of(count, hops) : 0},
                        {"direction", fits ? own.direction : 0},
                        {"operator", fits ? own.op : 0},
                        {"form", fits ? own.form : 0},
                        {"search", fits ? own.search : 0}}));
  r->shard = shard;
  r->options = own;
  r->count = count;
  r->symmetric = !shard->directed || own.direction == KHOP_ALL;
  KHOP_TRY(khop_i_shard_way_of(&way, r, 0));
  *out = r;
  r = NULL;
done:
  khop_shard_rings_free(r);
  return status;
}

void khop_shard_rings_free(khop_shard_rings *r) {
  if (!r) return;
  for (int w = 0; w < 2 && r->shard; w++) clear_way(&r->way[w], &r->shard->owners.exchange);
  khop_i_free(r->hops);
  khop_i_free(r);
}

int64_t khop_shard_rings_entries(const khop_shard_rings *r, int slot) {
  return khop_rings_entries(r->way[0].rings, slot);
}

int64_t khop_shard_rings_row(const khop_shard_rings *r, int slot, int64_t row,
                             const int32_t **columns, const khop_real **values) {
  const khop_i_halo *halo = &r->way[0].halo;
  bool owned = row >= 0 && row < halo->rows;
  return khop_rings_row(r->way[0].rings, slot, owned ? halo->own + row : -1, columns, values);
}

int64_t khop_shard_rings_nodes(const khop_shard_rings *r, const int64_t **nodes) {
  *nodes = r->way[0].halo.node;
  return r->way[0].halo.nodes;
}
