/* form.c: the ladder (ladder.h) as a form: its estimate, the ladders of both directions, and the rings' own entries in
 * their place where ladders would read more than these. */
#include "forms/ladder/form.h"
#include "base/error.h"
#include "base/memory.h"
#include "forms/ladder/apply.h"
#include "forms/ladder/inline.h"
#include "forms/ladder/ladder.h"
#include "forms/ladder/panels.h"
#include "forms/ladder/sample.h"
#include "forms/ladder/schedule.h"
#include "forms/stored.h"
#include "rings/build.h"
#include "search/arcs.h"

#include <math.h>

/* Rows whose sample estimates what a ladder would read, and the memory for their neighbours' rings. 64 rows are
 * within a tenth of the whole on the graphs of docs/notes/2026-11-auto-form.md (Intel Xeon); `sh bench/run forms`
 * prints both. */
#define SAMPLED_ROWS 64
#define SAMPLE_BYTES ((int64_t)64 << 20)

static khop_i_ladder *ladder_of(const khop_rings *rings) { return rings->state; }

/* --- what it would take --------------------------------------------------------------------- */

static double narrow_panels(const khop_i_plan *plan) {
  return 4.0 * (double)plan->graph->nodes * KHOP_I_PANEL_NARROW * sizeof(khop_real);
}

/* Bytes of all but the rungs, whose size is known only when they are built. */
static double least_bytes(const khop_i_plan *plan) {
  return narrow_panels(plan) + 12.0 * (double)plan->graph->nodes + 4.0 * (double)plan->graph->arcs;
}

/* What products read, by a sample of rows, as if every tap needed a climb of its own, as taps of symmetric norms do.
 * Three panels a rung are read and written beside its entries. The sample is drawn with a fixed seed, so that the
 * same graph leads to the same choice. */
static double climb_reads(const khop_i_plan *plan, const double *kept, const double *ring) {
  double n = (double)plan->graph->nodes, reads = 0;
  for (int s = 0; s < plan->slots; s++) {
    reads += 3 * n;
    for (int hop = 1; hop <= plan->hops[s]; hop++)
      if (ring[hop - 1] > 0) reads += kept[hop - 1] + 3 * n;
  }
  return reads;
}

static khop_status estimate_ladder(khop_i_form_cost *cost, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  double kept[KHOP_I_MOST_RUNGS], ring[KHOP_I_MOST_RUNGS];
  int furthest = plan->hops[plan->slots - 1];
  const khop_graph *arcs;
  khop_graph *made = NULL;
  *cost = (khop_i_form_cost){least_bytes(plan), INFINITY};
  if (furthest > KHOP_I_MOST_RUNGS) return KHOP_OK;
  KHOP_TRY(khop_i_arcs(&arcs, &made, plan->graph, plan->options.direction));
  int64_t bytes = plan->max_bytes / 8 < SAMPLE_BYTES ? plan->max_bytes / 8 : SAMPLE_BYTES;
  KHOP_TRY(khop_i_ladder_sample(kept, ring, arcs, furthest, SAMPLED_ROWS, 1, bytes));
  cost->reads = climb_reads(plan, kept, ring);
done:
  khop_graph_free(made);
  return status;
}

/* --- the entries in its place --------------------------------------------------------------- */

/* Whether a climb reads more than its rings hold; a row that is written counts KHOP_I_STEP_TERMS, as in inline.c. */
static bool reads_more(const khop_rings *rings) {
  const khop_i_schedule *schedule = ladder_of(rings)->schedule;
  int64_t entries = 0, rows = 0;
  for (int s = 0; s < rings->slots; s++) {
    if (schedule->top[s] < 0) continue;
    rows += rings->nodes;
    for (int64_t i = 0; i < rings->nodes; i++) entries += rings->counts[i * rings->slots + s];
  }
  return schedule->terms + KHOP_I_STEP_TERMS * schedule->steps > entries + KHOP_I_STEP_TERMS * rows;
}

/* Builds the entries of one direction, beside its ladder. */
static khop_status build_entries(khop_rings *rings, const khop_i_plan *plan, int64_t beside) {
  khop_i_plan whole = *plan;
  whole.max_bytes = plan->max_bytes - beside;
  whole.options = (khop_rings_options){.size = sizeof whole.options, .direction = rings->direction,
                                       .max_bytes = whole.max_bytes};
  return whole.max_bytes > 0 ? khop_i_hop_csr_build(&rings->csr, &whole) : KHOP_E_BUDGET;
}

/* Keeps the entries and drops the climb, or the other way round. */
static void keep_one(khop_rings *rings, bool entries) {
  if (entries) {
    khop_i_schedule_free(ladder_of(rings)->schedule);
    ladder_of(rings)->schedule = NULL;
  } else {
    khop_i_hop_csr_free(rings->csr);
    rings->csr = NULL;
  }
}

/* A ladder is never slower than stored rings: where climbs read more in both directions and the budget allows it,
 * products read the entries. */
static khop_status prefer_entries(khop_rings *rings, const khop_i_plan *plan) {
  khop_rings *ways[2] = {rings, rings->transposed};
  khop_status status = KHOP_OK;
  for (int w = 0; w < 2; w++)
    if (ways[w] && !reads_more(ways[w])) return KHOP_OK;
  for (int w = 0; w < 2 && status == KHOP_OK; w++)
    if (ways[w]) status = build_entries(ways[w], plan, (int64_t)khop_rings_bytes(rings));
  for (int w = 0; w < 2; w++)
    if (ways[w]) keep_one(ways[w], status == KHOP_OK);
  return status == KHOP_E_BUDGET ? KHOP_OK : status;
}

/* --- building ------------------------------------------------------------------------------- */

static khop_status build_one_way(khop_rings *rings, const khop_i_plan *plan, int64_t max_bytes) {
  khop_status status = KHOP_OK;
  khop_i_ladder *ladder = NULL;
  const khop_graph *arcs;
  khop_graph *made = NULL;
  KHOP_TRY(khop_i_alloc(&rings->counts, rings->nodes * rings->slots, sizeof *rings->counts, "ring sizes"));
  KHOP_TRY(khop_i_arcs(&arcs, &made, plan->graph, rings->direction));
  KHOP_TRY(khop_i_ladder_build(&ladder, rings->counts, arcs, rings->slots, rings->hops, &plan->options, max_bytes));
  rings->state = ladder;
done:
  khop_graph_free(made);
  return status;
}

static khop_status build_ladder(khop_rings *rings, const khop_i_plan *plan) {
  khop_status status = KHOP_OK;
  khop_i_ladder_panels *panels = NULL;
  double least = least_bytes(plan);
  if (least > (double)plan->max_bytes) return khop_i_form_refuse(plan, rings->form->how, least);
  int64_t left = plan->max_bytes - (int64_t)narrow_panels(plan);
  KHOP_TRY(build_one_way(rings, plan, left));
  if (!plan->symmetric) {
    left -= (int64_t)khop_i_ladder_bytes(ladder_of(rings));
    KHOP_TRY(khop_i_rings_open_transpose(rings));
    KHOP_TRY(build_one_way(rings->transposed, plan, left));
  }
  KHOP_TRY(prefer_entries(rings, plan));
  if (!rings->csr) KHOP_TRY(khop_i_ladder_panels_new(&panels, rings, plan));
  rings->workspace = panels;
done:
  return status;
}

/* --- what is in it -------------------------------------------------------------------------- */

static void apply_ladder(const khop_i_product *p) {
  if (p->rings->csr)
    khop_i_stored_form.apply(p);
  else
    khop_i_ladder_apply(p);
}

/* P, Q and Delta of the slot's rung, and of those between it and the slot before. */
static int64_t kept_rungs(const khop_rings *rings, int slot) {
  int64_t total = 0;
  for (int hop = slot ? rings->hops[slot - 1] + 1 : 1; hop <= rings->hops[slot]; hop++) {
    if (hop > ladder_of(rings)->rungs) break;
    total += khop_i_ladder_entries(ladder_of(rings), hop);
  }
  return total;
}

static size_t ladder_bytes(const khop_rings *rings) {
  const khop_i_ladder_panels *panels = rings->workspace;
  size_t total = khop_i_ladder_bytes(ladder_of(rings));
  return total + (panels ? sizeof *panels + (size_t)(panels->rows * panels->width) * sizeof *panels->data : 0);
}

static void free_ladder(khop_rings *rings) {
  khop_i_ladder_free(rings->state);
  khop_i_ladder_panels_free(rings->workspace);
}

const khop_i_form khop_i_ladder_form = {
    .id = KHOP_LADDER,
    .name = "ladder",
    .how = "as a ladder",
    .saves = true,
    .fallback = 1,
    .estimate = estimate_ladder,
    .build = build_ladder,
    .apply = apply_ladder,
    .kept = kept_rungs,
    .bytes = ladder_bytes,
    .free = free_ladder,
};
