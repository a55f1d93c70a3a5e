/* audit.c: which share of each node's ball a stack of ring layers really sees, hop by hop.
 *
 *   source i    distance   0  1 1 1  2 2 2 2  3 3       by a search of its own
 *               reached    x  x x x  . . . .  x .       row i of the product of the layers' rings
 *               share      1  1      0        1/2       and the mean over the sources
 */
#include "audit/sample.h"
#include "audit/taps.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "graph/graph.h"
#include "graph/distance.h"

#include <math.h>
#include <string.h>

/* Up to this many nodes every node is a source, beyond it a sample of them: with 1,000 sources the standard error of a
 * share is below 0.016 (a half over the root of 1,000). */
#define ALL_UP_TO 2000
#define SAMPLED 1000
#define MOST_LISTED 4097 /* hops that are listed, as khop/audit.h says: 0 to 4,096 */

/* The graph whose arcs lead the way that the direction asks for; *made is to be freed. */
static khop_status follow_direction(khop_graph **made, const khop_graph *graph, khop_direction direction) {
  *made = NULL;
  if (!graph->directed || direction == KHOP_OUT) return KHOP_OK;
  return direction == KHOP_IN ? khop_i_graph_transpose(made, graph)
                              : khop_i_graph_symmetrize(made, graph);
}

/* --- comparing balls ------------------------------------------------------------------------ */

typedef struct tally {
  const khop_graph *graph; /* its arcs lead away from the sources, in the direction asked for */
  const int64_t *sources;
  int64_t radius, hops;
  int32_t *distance, *queue; /* (nodes) */
  int64_t *there, *reached;  /* (hops) of one source */
  double *share;             /* (hops) sums over the sources that have nodes there */
  int64_t *having;           /* (hops) how many those are */
  double ball_share;         /* the same over whole balls */
  int64_t balls;
  int64_t *at_distance;      /* (nodes + 1) pairs at each distance from 1 on, all sources */
} tally;

static khop_status compare(int64_t row, int64_t count, const uint64_t *columns, void *context) {
  tally *t = context;
  int64_t found = khop_i_graph_search(t->distance, t->queue, t->graph, t->sources[row]);
  int64_t within = 0, seen = 0;
  memset(t->there, 0, (size_t)t->hops * sizeof *t->there);
  memset(t->reached, 0, (size_t)t->hops * sizeof *t->reached);
  for (int64_t q = 0; q < found; q++) {
    int32_t d = t->distance[t->queue[q]];
    if (d > 0) t->at_distance[d]++;
    if (d < t->hops) t->there[d]++;
    within += d > 0 && d <= t->radius;
  }
  for (int64_t c = 0; c < count; c++) {
    int32_t d = t->distance[columns[c]];
    if (d < 0 || d > t->radius)
      return khop_i_fail(KHOP_E_INTERNAL, "node %lld is at distance %d, beyond the stack's radius %lld",
                         (long long)columns[c], d, (long long)t->radius);
    if (d < t->hops) t->reached[d]++;
    seen += d > 0;
  }
  for (int64_t k = 0; k < t->hops; k++) {
    if (!t->there[k]) continue;
    t->share[k] += (double)t->reached[k] / (double)t->there[k];
    t->having[k]++;
  }
  if (within) t->ball_share += (double)seen / (double)within, t->balls++;
  return KHOP_OK;
}

static khop_status tally_open(tally *t, int64_t nodes) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc_raw(&t->distance, nodes, sizeof *t->distance, "distances"));
  KHOP_TRY(khop_i_alloc_raw(&t->queue, nodes, sizeof *t->queue, "a search"));
  KHOP_TRY(khop_i_alloc(&t->there, t->hops, sizeof *t->there, "tallies"));
  KHOP_TRY(khop_i_alloc(&t->reached, t->hops, sizeof *t->reached, "tallies"));
  KHOP_TRY(khop_i_alloc(&t->share, t->hops, sizeof *t->share, "tallies"));
  KHOP_TRY(khop_i_alloc(&t->having, t->hops, sizeof *t->having, "tallies"));
  KHOP_TRY(khop_i_alloc(&t->at_distance, nodes + 1, sizeof *t->at_distance, "tallies"));
done:
  return status;
}

static void tally_close(tally *t) {
  khop_i_free(t->distance);
  khop_i_free(t->queue);
  khop_i_free(t->there);
  khop_i_free(t->reached);
  khop_i_free(t->share);
  khop_i_free(t->having);
  khop_i_free(t->at_distance);
}

/* --- the parts of an audit ------------------------------------------------------------------ */

static khop_status choose_sources(int64_t **chosen, khop_audit *audit, const khop_audit_options *o) {
  int64_t nodes = audit->nodes, samples = o->samples;
  if (!samples) samples = nodes <= ALL_UP_TO ? nodes : SAMPLED;
  if (samples > nodes) samples = nodes;
  audit->sources = samples;
  audit->exact = samples == nodes;
  return khop_i_audit_sample(chosen, nodes, samples, o->seed);
}

static void keep_shares(khop_audit *audit, const tally *t) {
  int64_t pairs = 0, within = 0;
  for (int64_t k = 0; k < t->hops; k++)
    audit->share_per_hop[k] = t->having[k] ? t->share[k] / (double)t->having[k] : (double)NAN;
  audit->share = t->balls ? t->ball_share / (double)t->balls : (double)NAN;
  for (int64_t k = 1; k <= audit->nodes; k++) pairs += t->at_distance[k];
  for (int64_t k = audit->diameter + 1; k <= audit->nodes; k++)
    if (t->at_distance[k]) audit->diameter = k; /* a source saw farther than the bound */
  audit->diameter_exact = audit->diameter_exact || audit->exact;
  while (audit->effective_diameter < audit->nodes && (double)within < 0.9 * (double)pairs)
    within += t->at_distance[++audit->effective_diameter];
}

static khop_status keep_taps(khop_audit *audit, const khop_i_stack *stack, const khop_rings *rings) {
  khop_status status = KHOP_OK;
  int64_t radius = 0;
  audit->taps = stack->distinct;
  KHOP_TRY(khop_i_copy(&audit->tap_hops, stack->distinct_hops, audit->taps, sizeof(int), "hops"));
  KHOP_TRY(khop_i_alloc(&audit->empty_rows, audit->taps, sizeof(int64_t), "empty rows"));
  for (int t = 0; t < audit->taps; t++)
    audit->empty_rows[t] = khop_rings_empty_rows(rings, khop_rings_slot(rings, audit->tap_hops[t]));
  for (int l = 0; l < stack->layers && !audit->saturated_at; l++) {
    int farthest = 0;
    for (int t = 0; t < stack->taps; t++)
      if (stack->hops[l * stack->taps + t] > farthest) farthest = stack->hops[l * stack->taps + t];
    radius += farthest;
    if (radius >= audit->diameter) audit->saturated_at = l + 1;
  }
done:
  return status;
}

static khop_status suggest(khop_audit *audit, int taps, int64_t radius) {
  int64_t target = radius && radius < audit->diameter ? radius : audit->diameter;
  if (target < 1 || taps < 2) return KHOP_OK;
  khop_status status = khop_stack_layers_for(&audit->suggested, taps, target + 1);
  if (status == KHOP_OK)
    status = khop_i_alloc(&audit->suggested_dilations, audit->suggested, sizeof(int64_t),
                          "a schedule");
  for (int l = 0; status == KHOP_OK && l < audit->suggested; l++)
    audit->suggested_dilations[l] = (int64_t)1 << l;
  return status;
}

khop_status khop_audit_graph(khop_audit **out, const khop_graph *graph, int count,
                             const khop_layer *layers, const khop_audit_options *options) {
  khop_status status = KHOP_OK;
  khop_audit_options own, *o = &own;
  khop_i_stack stack = {0};
  khop_audit *audit = NULL;
  khop_graph *followed = NULL;
  khop_rings *rings = NULL;
  khop_i_reach *reach = NULL;
  int64_t *sources = NULL;
  khop_shape shape;
  tally t = {0};
  if (!out || !graph)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_audit_graph: an argument is missing");
  *out = NULL;
  KHOP_TRY(KHOP_I_TAKE(khop_audit_options, &own, options));
  KHOP_TRY(khop_i_stack_open(&stack, count, layers, o));
  KHOP_TRY(khop_i_alloc(&audit, 1, sizeof *audit, "an audit"));
  KHOP_TRY(follow_direction(&followed, graph, o->direction));
  t.graph = followed ? followed : graph;
  KHOP_TRY(khop_graph_shape(&shape, t.graph, o->exact_diameter));
  audit->nodes = graph->nodes;
  audit->diameter = shape.diameter;
  audit->diameter_exact = shape.diameter_exact;
  audit->radius = t.radius = stack.radius;
  KHOP_TRY(khop_graph_bipartite(&audit->bipartite, NULL, graph));
  audit->parity_trap = audit->bipartite && graph->arcs && stack.radius &&
                       khop_i_stack_one_parity(&stack);
  int64_t listed = shape.diameter + 1 > MOST_LISTED ? shape.diameter + 1 : MOST_LISTED;
  t.hops = audit->hop_count = stack.radius < listed ? stack.radius + 1 : listed;
  KHOP_TRY(khop_i_alloc(&audit->share_per_hop, t.hops, sizeof(double), "shares"));
  KHOP_TRY(tally_open(&t, graph->nodes));
  KHOP_TRY(choose_sources(&sources, audit, o));
  t.sources = sources;
  KHOP_TRY(khop_i_stack_reach(&rings, &reach, &stack, graph, o));
  KHOP_TRY(khop_i_reach_rows(reach, audit->sources, sources, compare, &t));
  keep_shares(audit, &t);
  KHOP_TRY(keep_taps(audit, &stack, rings));
  KHOP_TRY(suggest(audit, stack.kernel, o->radius));
  *out = audit;
  audit = NULL;
done:
  khop_audit_free(audit);
  tally_close(&t);
  khop_i_free(sources);
  khop_i_reach_close(reach);
  khop_rings_free(rings);
  khop_graph_free(followed);
  khop_i_stack_close(&stack);
  return status;
}

void khop_audit_free(khop_audit *audit) {
  if (!audit) return;
  khop_i_free(audit->share_per_hop);
  khop_i_free(audit->tap_hops);
  khop_i_free(audit->empty_rows);
  khop_i_free(audit->suggested_dilations);
  khop_i_free(audit);
}

/* --- rows of the pattern -------------------------------------------------------------------- */

typedef struct pattern {
  uint8_t *reached;
  int64_t nodes;
} pattern;

static khop_status mark_reached(int64_t row, int64_t count, const uint64_t *columns, void *context) {
  pattern *p = context;
  for (int64_t c = 0; c < count; c++) p->reached[row * p->nodes + (int64_t)columns[c]] = 1;
  return KHOP_OK;
}

khop_status khop_audit_reach(uint8_t *reached, const khop_graph *graph, int count,
                             const khop_layer *layers, int64_t rows, const int64_t *nodes,
                             const khop_audit_options *options) {
  khop_status status = KHOP_OK;
  khop_audit_options own, *o = &own;
  khop_i_stack stack = {0};
  khop_rings *rings = NULL;
  khop_i_reach *reach = NULL;
  if (!reached || !graph || rows < 0 || (rows && !nodes))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_audit_reach: an argument is missing");
  for (int64_t r = 0; r < rows; r++)
    if (nodes[r] < 0 || nodes[r] >= graph->nodes)
      return khop_i_fail(KHOP_E_ARGUMENT, "node %lld: the graph has nodes 0 to %lld",
                         (long long)nodes[r], (long long)graph->nodes - 1);
  pattern p = {reached, graph->nodes};
  memset(reached, 0, (size_t)(rows * graph->nodes));
  KHOP_TRY(KHOP_I_TAKE(khop_audit_options, &own, options));
  KHOP_TRY(khop_i_stack_open(&stack, count, layers, o));
  KHOP_TRY(khop_i_stack_reach(&rings, &reach, &stack, graph, o));
  KHOP_TRY(khop_i_reach_rows(reach, rows, nodes, mark_reached, &p));
done:
  khop_i_reach_close(reach);
  khop_rings_free(rings);
  khop_i_stack_close(&stack);
  return status;
}
