/* bfs_cost_model.c: see bfs_cost_model.h.
 *
 * All numbers here were fitted by hand on an Intel Xeon with AVX-512, on one thread;
 * docs/notes/2026-11-search-choice.md has the table. `sh bench/fit` makes that table anew and says how often the
 * choice is right: change a number, run it again. */
#include "search/bfs_cost_model.h"
#include "search/msbfs_local.h"
#include "search/msbfs.h"

#include <math.h>

/* Sources that are probed; the fewer suffice where they reach half of the graph or more, since such searches are much
 * the same. */
enum { PROBES = 32, LEAST_PROBES = 8 };
/* Seeds around which the reach of 512 neighbouring sources is measured, by a search each. */
enum { SEEDS = 4 };
/* A search of 512 sources may take no more memory a thread than this. */
#define MOST_BYTES (64.0 * (1 << 20))
/* With fewer nodes than this, most of the 512 bits of a search over all nodes, or of a local one, would be empty. */
enum { LEAST_NODES = 256, LEAST_LOCAL_NODES = 128 };
/* Beside a local search, one over all nodes is counted too dear by about this factor. */
#define MSBFS_SHARE 0.7

/* --- the coefficients, in cycles -------------------------------------------------------------- */

/* One source: an arc that is followed counts 1; a node that is expanded costs a mispredicted branch, at the end of its
 * arcs; a node that is found is marked and written; and a hop has a cost of its own. */
#define BFS_EXPANDED 20
#define BFS_REACHED 2
#define BFS_HOP 100

/* 512 sources over all nodes: a hop reads 64 bytes for each arc, and reads and writes them for each node. A slot
 * transposes every node, and reads the words of a row, 12 nodes a cycle; an entry is written. Clearing the memory of
 * the search costs a cycle a byte where its pages are new. */
#define MSBFS_ARC 2.5
#define MSBFS_NODE 8
#define MSBFS_TRANSPOSED_NODE 8
#define MSBFS_NODES_READ 12
#define MSBFS_ENTRY 1.2

/* 512 local sources: a hop passes over three quarters of the subgraph on average, since it goes no further than the
 * sources have come; but each arc and node has to be found first. Both are done twice, for the sizes of rows and for
 * their columns. A slot transposes the nodes once and has a cost of its own; each word that holds anything and each
 * entry is written; a source pays for its share of the clusters and offsets. */
#define LOCAL_REACH 0.75
#define LOCAL_ARC 1.4
#define LOCAL_NODE 7
#define LOCAL_FOUND_ARC 7
#define LOCAL_FOUND_NODE 28
#define LOCAL_TRANSPOSED_NODE 11
#define LOCAL_ENTRY 1.4
#define LOCAL_SLOT 28
#define LOCAL_SOURCE 200
/* Where arcs go one way, a hop is two passes: one to push, and one to take away what was seen. */
#define LOCAL_ONE_WAY 1.6
/* Bytes a node and an arc of a subgraph (msbfs_local.h). */
#define LOCAL_NODE_BYTES 200.0
#define LOCAL_ARC_BYTES 4.0

/* --- what a few searches met ------------------------------------------------------------------ */

/* What the searches of a few sources met, on the average of one. */
typedef struct probe {
  double reached, expanded, followed, kept; /* nodes; nodes before the last hop; their arcs; entries */
  int64_t hops;                             /* of the longest */
} probe;

static probe probe_sources(const khop_i_plan *plan, khop_i_bfs *bfs) {
  probe t = {0};
  int64_t n = plan->graph->nodes, reached = 0, expanded = 0, followed = 0, kept = 0, tried = 0;
  while (tried < PROBES && (tried < LEAST_PROBES || reached < tried * n / 2)) {
    int64_t hop = 0, found = 1;
    khop_i_bfs_start(bfs, plan->first + tried++ * 13 % PROBES * plan->rows / PROBES);
    for (int slot = 0; slot < plan->searched && found > 0; slot++) {
      for (; hop < plan->hops[slot] && found > 0; hop++) found = khop_i_bfs_step(bfs);
      kept += plan->options.op == KHOP_BALL ? bfs->end : found;
    }
    if (found == 0) hop--;
    for (int64_t k = 0; k < bfs->begin; k++)
      followed += bfs->offsets[bfs->nodes[k] + 1] - bfs->offsets[bfs->nodes[k]];
    expanded += bfs->begin;
    reached += bfs->end;
    if (hop > t.hops) t.hops = hop;
  }
  t.reached = (double)reached / (double)tried;
  t.expanded = (double)expanded / (double)tried;
  t.followed = (double)followed / (double)tried;
  t.kept = (double)kept / (double)tried;
  return t;
}

/* Slots whose columns are read from bits. */
static double read_slots(const probe *t, const khop_i_plan *plan) {
  double slots = 0;
  for (int slot = 0; slot < plan->searched && plan->hops[slot] <= t->hops; slot++)
    slots += !khop_i_is_given(plan->options.op == KHOP_BALL, plan->hops[slot]);
  return slots;
}

/* --- what each way would cost, in cycles a source --------------------------------------------- */

static double bfs_cost(const probe *t) {
  return t->followed + BFS_EXPANDED * t->expanded + BFS_REACHED * t->reached + BFS_HOP * (double)t->hops;
}

static double msbfs_cost(const probe *t, const khop_i_plan *plan, const khop_i_bfs *bfs) {
  double n = (double)plan->graph->nodes, arcs = (double)bfs->offsets[plan->graph->nodes];
  double slots = read_slots(t, plan);
  int64_t passes = t->hops > 1 ? t->hops - 1 : 0; /* the first hop follows the sources' arcs alone */
  double hops = (double)passes * (MSBFS_ARC * arcs + MSBFS_NODE * n) / KHOP_I_MSBFS_SOURCES;
  double reads = slots * (MSBFS_TRANSPOSED_NODE * n / KHOP_I_MSBFS_SOURCES + n / MSBFS_NODES_READ);
  return hops + reads + MSBFS_ENTRY * t->kept + khop_i_msbfs_bytes(plan->graph->nodes, plan->searched) / n;
}

/* Of a subgraph of so many nodes and arcs. */
static double local_cost(const probe *t, const khop_i_plan *plan, double nodes, double arcs) {
  double sources = plan->graph->nodes < KHOP_I_MSBFS_SOURCES ? (double)plan->graph->nodes : KHOP_I_MSBFS_SOURCES;
  double slots = read_slots(t, plan), words = slots * nodes / 64;
  double passes = LOCAL_REACH * (double)t->hops;
  double work = 2 * passes * (LOCAL_ARC * arcs + LOCAL_NODE * nodes) +
                2 * (LOCAL_FOUND_ARC * arcs + LOCAL_FOUND_NODE * nodes) + slots * LOCAL_TRANSPOSED_NODE * nodes;
  double cost = work / sources + LOCAL_ENTRY * ((t->kept < words ? t->kept : words) + t->kept) + LOCAL_SLOT * slots +
                LOCAL_SOURCE;
  return plan->symmetric ? cost : LOCAL_ONE_WAY * cost;
}

/* --- the reach of local sources ----------------------------------------------------------------- */

/* The nodes that 512 sources around a seed would reach, and their mean degree; the search ends once `limit` nodes are
 * found. The last of the 512 sources lie within a hop that holds more than them: their reach is the same share of its
 * last hop. */
static double reach_around(double *degree, khop_i_bfs *bfs, int64_t seed, int64_t hops, double limit) {
  int64_t before = 1, found = 1, arcs = 0;
  khop_i_bfs_start(bfs, seed);
  while (bfs->end < KHOP_I_MSBFS_SOURCES && found > 0) {
    before = bfs->end;
    found = khop_i_bfs_step(bfs);
  }
  double share = found > 0 ? (double)(KHOP_I_MSBFS_SOURCES - before) / (double)(bfs->end - before) : 0;
  for (int64_t hop = 1; hop < hops && found > 0 && (double)bfs->end < limit; hop++) found = khop_i_bfs_step(bfs);
  double least = (double)bfs->end;
  if (found > 0 && least < limit) khop_i_bfs_step(bfs);
  for (int64_t k = 0; k < bfs->begin; k++) arcs += bfs->offsets[bfs->nodes[k] + 1] - bfs->offsets[bfs->nodes[k]];
  *degree = bfs->begin ? (double)arcs / (double)bfs->begin : 0;
  return least + share * ((double)bfs->end - least);
}

/* Mean nodes and arcs of a subgraph, by those around a few seeds, and the capacity that is ample for all of them;
 * false: they are more than `limit` on average. */
static bool measure_subgraphs(khop_i_bfs_choice *c, double *nodes, double *arcs, khop_i_bfs *bfs, int64_t n,
                              int64_t hops, double limit) {
  double all = 0, degrees = 0, most = KHOP_I_MSBFS_SOURCES, steepest = 0, all_arcs = (double)bfs->offsets[n];
  for (int i = 0; i < SEEDS && n > KHOP_I_MSBFS_SOURCES; i++) {
    double degree, found = reach_around(&degree, bfs, (2 * i + 1) * n / (2 * SEEDS), hops, limit);
    if (found < KHOP_I_MSBFS_SOURCES) found = KHOP_I_MSBFS_SOURCES; /* a small component: a cluster holds several */
    all += found;
    degrees += degree;
    if (found > most) most = found;
    if (degree > steepest) steepest = degree;
    if (all >= SEEDS * limit) return false;
  }
  *nodes = n > KHOP_I_MSBFS_SOURCES ? all / SEEDS : (double)n;
  *arcs = n > KHOP_I_MSBFS_SOURCES ? *nodes * degrees / SEEDS : all_arcs;
  c->nodes = 2 * most < (double)n ? (int64_t)(2 * most) : n;
  c->arcs = c->nodes < n && 2 * most * steepest < all_arcs ? (int64_t)(2 * most * steepest) : bfs->offsets[n];
  return true;
}

/* Whether local sources cost less than `best`. They cannot where subgraphs of the sources alone would cost as much; and
 * a subgraph of twice as many nodes as `best` would pay for is not measured to its end. */
static bool local_pays(khop_i_bfs_choice *c, const probe *t, const khop_i_plan *plan, khop_i_bfs *bfs, double best) {
  int64_t n = plan->graph->nodes;
  double nodes = n < KHOP_I_MSBFS_SOURCES ? (double)n : KHOP_I_MSBFS_SOURCES, arcs;
  double degree = (double)bfs->offsets[n] / (double)n;
  if (read_slots(t, plan) == 0 || local_cost(t, plan, nodes, nodes * degree) >= best) return false;
  double least = local_cost(t, plan, 0, 0), per_node = local_cost(t, plan, 1, degree) - least;
  if (!measure_subgraphs(c, &nodes, &arcs, bfs, n, t->hops, 2 * (best - least) / per_node)) return false;
  if (LOCAL_NODE_BYTES * (double)c->nodes + LOCAL_ARC_BYTES * (double)c->arcs > MOST_BYTES) return false;
  c->cost[KHOP_I_MSBFS_LOCAL] = local_cost(t, plan, nodes, arcs);
  return c->cost[KHOP_I_MSBFS_LOCAL] < best;
}

khop_i_bfs_choice khop_i_bfs_choose(const khop_i_plan *plan, khop_i_bfs *bfs, bool local) {
  khop_i_bfs_choice c = {.way = KHOP_I_BFS, .cost = {INFINITY, INFINITY, INFINITY}};
  int64_t n = plan->graph->nodes;
  if (plan->rows == 0) return c;
  probe t = probe_sources(plan, bfs);
  c.entries = t.kept * (double)plan->rows;
  double best = c.cost[KHOP_I_BFS] = bfs_cost(&t);
  if (n >= LEAST_NODES && khop_i_msbfs_bytes(n, plan->searched) <= MOST_BYTES) {
    c.cost[KHOP_I_MSBFS] = msbfs_cost(&t, plan, bfs);
    if (c.cost[KHOP_I_MSBFS] <= best) {
      c.way = KHOP_I_MSBFS;
      best = MSBFS_SHARE * c.cost[KHOP_I_MSBFS];
    }
  }
  if (local && n >= LEAST_LOCAL_NODES && local_pays(&c, &t, plan, bfs, best)) c.way = KHOP_I_MSBFS_LOCAL;
  return c;
}
