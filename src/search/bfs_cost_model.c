/* bfs_cost_model.c: see bfs_cost_model.h. */
#include "search/bfs_cost_model.h"
#include "search/msbfs_local.h"
#include "search/msbfs.h"

/* Sources that are tried, and those around which 512 near ones are looked for. */
enum { TRIED = 32, TRIED_LEAST = 8, SEEDS = 4 };
/* No more memory a thread than this. */
#define MOST_BYTES (64.0 * (1 << 20))
/* Where there are fewer nodes, one block would be mostly empty; and a group of near ones. */
enum { LEAST_WHOLE = 256, LEAST_NEAR = 128 };
/* What is counted for 512 sources over the whole graph is so much more than for near ones. */
#define WHOLE_SHARE 0.7

/* --- what a few searches met ------------------------------------------------------------------ */

/* What the searches of a few sources met, on the average of one. */
typedef struct trial {
  double reached, expanded, followed, kept; /* nodes; nodes before the last hop; their arcs; entries */
  int64_t hops;                             /* of the longest */
} trial;

static trial try_some(const khop_i_plan *plan, khop_i_bfs *bfs) {
  trial t = {0};
  int64_t n = plan->graph->nodes, reached = 0, expanded = 0, followed = 0, kept = 0, tried = 0;
  while (tried < TRIED && (tried < TRIED_LEAST || reached < tried * n / 2)) { /* far-reaching ones are alike */
    int64_t hop = 0, found = 1;
    khop_i_bfs_start(bfs, tried++ * 13 % TRIED * n / TRIED);
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
static double read_slots(const trial *t, const khop_i_plan *plan) {
  double slots = 0;
  for (int slot = 0; slot < plan->searched && plan->hops[slot] <= t->hops; slot++)
    slots += !khop_i_is_given(plan->options.op == KHOP_BALL, plan->hops[slot]);
  return slots;
}

/* Cycles a source, as counted work. Together a hop costs 512 sources all arcs and every node, and a slot
 * every node to turn, and the words of a row to read; the room for them, some for each node, is cleared once, a
 * cycle a byte where its pages are new (a grid of 2,500 nodes to hop 4, in a fresh process: 1.0 ms instead of
 * 1.6 to 2.4 since this counts). Alone a source pays for the arcs it follows, for each node that it follows
 * them from (a branch that is guessed wrong), and for what it reaches. Near sources pay for the nodes and arcs of
 * their patch: twice to find them, and twice a hop, which goes no further than they have come; once a slot to turn
 * the nodes and to look at the words of rows; for each word that holds anything, and for each entry; and for their
 * groups and places. With AVX-512, on one thread:
 *
 *                             nanoseconds a source          counted
 *                             alone together  near     alone together  near
 *   cora            to hop 2    218    262     321       383    715    many
 *                   to hop 3    664    486     477       997   1188    1276
 *                   to hop 8  22100   1540    1690     36679   5256    many
 *   power_grid      to hop 3    250    671     235       552   1680     642
 *                   to hop 4    439    984     291       938   2395     864
 *                   to hop 8   2192   1854     745      5713   5462    2509
 *   300 x 300 grid  to hop 2     66   many      83       341   many     462
 *                   to hop 3    156   many     121       644   many     588
 *                   to hop 8    900   many     470      3614   many    1526
 *   directed grid   to hop 4    137   many     157       650   many     873
 *                   to hop 8    450   many     420      1682   many    1527
 *   path            to hop 2     40   many      54       276   many     362
 *                   to hop 4     98   many      86       520   many     466
 *   minesweeper     to hop 2    107    733      90       486   1881     592
 *                   to hop 4    422   2108     182      1835   5135     987
 *   facebook        to hop 2   1045   2032    2105      1751   4883    many
 *   photo           to hop 2   1921   1125    3252      7172   3606    many
 *   ba20000         to hop 2    594   1703    1336      1531   3780    many
 *                   to hop 3   8186   5725   14239     18773  10565    many
 *
 * Beside near, together is counted too dear: WHOLE_SHARE allows for it. */
static double cost_together(const trial *t, const khop_i_plan *plan, const khop_i_bfs *bfs) {
  double n = (double)plan->graph->nodes, arcs = (double)bfs->offsets[plan->graph->nodes];
  double slots = read_slots(t, plan);
  int64_t passes = t->hops > 1 ? t->hops - 1 : 0; /* the first hop follows the sources' arcs alone */
  return (double)passes * (2.5 * arcs + 8 * n) / KHOP_I_MSBFS_SOURCES + slots * (8 * n / KHOP_I_MSBFS_SOURCES + n / 12) +
         1.2 * t->kept + khop_i_msbfs_bytes(plan->graph->nodes, plan->searched) / n;
}

static double cost_alone(const trial *t) {
  return t->followed + 20 * t->expanded + 2 * t->reached + 100 * (double)t->hops;
}

static double cost_near(const trial *t, const khop_i_plan *plan, double nodes, double arcs) {
  double sources = plan->graph->nodes < KHOP_I_MSBFS_SOURCES ? (double)plan->graph->nodes : KHOP_I_MSBFS_SOURCES;
  double slots = read_slots(t, plan), words = slots * nodes / 64;
  double passes = 0.75 * (double)t->hops, work = 0;
  work += 2 * passes * (1.4 * arcs + 7 * nodes) + 2 * (7 * arcs + 28 * nodes) + slots * 11 * nodes;
  double cost = work / sources + 1.4 * ((t->kept < words ? t->kept : words) + t->kept) + 28 * slots + 200;
  return plan->symmetric ? cost : 1.6 * cost; /* one way: a pass to push, and one to mask */
}

/* --- near sources ----------------------------------------------------------------------------- */

/* The nodes that 512 sources around a seed would reach, and their arcs a node; `limit` nodes are enough to know. The
 * sources end within a hop: so do their patches, by the same share. */
static double patch_around(double *degree, khop_i_bfs *bfs, int64_t seed, int64_t hops, double limit) {
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

/* Nodes and arcs of a patch, by those around a few seeds, and room for them; false: they are far too many. */
static bool measure_patches(khop_i_bfs_choice *c, double *nodes, double *arcs, khop_i_bfs *bfs, int64_t n, int64_t hops,
                            double limit) {
  double all = 0, degrees = 0, most = KHOP_I_MSBFS_SOURCES, steepest = 0, all_arcs = (double)bfs->offsets[n];
  for (int i = 0; i < SEEDS && n > KHOP_I_MSBFS_SOURCES; i++) {
    double degree, found = patch_around(&degree, bfs, (2 * i + 1) * n / (2 * SEEDS), hops, limit);
    if (found < KHOP_I_MSBFS_SOURCES) found = KHOP_I_MSBFS_SOURCES; /* a part of fewer: there are more of them in a group */
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

/* Whether near sources cost less than `best`. None do where patches of the sources alone would not, and patches of
 * twice as many nodes as would cost that much are not measured to their end. */
static bool near_pays(khop_i_bfs_choice *c, const trial *t, const khop_i_plan *plan, khop_i_bfs *bfs, double best) {
  int64_t n = plan->graph->nodes;
  double degree = (double)bfs->offsets[n] / (double)n, nodes = n < KHOP_I_MSBFS_SOURCES ? (double)n : KHOP_I_MSBFS_SOURCES, arcs;
  if (read_slots(t, plan) == 0 || cost_near(t, plan, nodes, nodes * degree) >= best) return false;
  double least = cost_near(t, plan, 0, 0), per_node = cost_near(t, plan, 1, degree) - least;
  if (!measure_patches(c, &nodes, &arcs, bfs, n, t->hops, 2 * (best - least) / per_node)) return false;
  return 200.0 * (double)c->nodes + 4.0 * (double)c->arcs <= MOST_BYTES && cost_near(t, plan, nodes, arcs) < best;
}

khop_i_bfs_choice khop_i_bfs_choose(const khop_i_plan *plan, khop_i_bfs *bfs, bool near) {
  khop_i_bfs_choice c = {.way = KHOP_I_BFS};
  int64_t n = plan->graph->nodes;
  if (n == 0) return c;
  trial t = try_some(plan, bfs);
  c.entries = t.kept * (double)n;
  double best = cost_alone(&t);
  if (n >= LEAST_WHOLE && khop_i_msbfs_bytes(n, plan->searched) <= MOST_BYTES && cost_together(&t, plan, bfs) <= best) {
    c.way = KHOP_I_MSBFS;
    best = WHOLE_SHARE * cost_together(&t, plan, bfs);
  }
  if (near && n >= LEAST_NEAR && near_pays(&c, &t, plan, bfs, best)) c.way = KHOP_I_MSBFS_LOCAL;
  return c;
}
