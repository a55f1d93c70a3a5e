/* diameter.c: see diameter.h.
 *
 * Lower bounds, by sweeps (Magnien, Latapy and Habib, "Fast computation of empirically tight bounds for the diameter of
 * massive graphs", 2009): from a node of many arcs forwards to the farthest node, from there backwards to the farthest
 * node, and again from that one.
 *
 * Upper bounds, after Takes and Kosters (2011) in both directions: a search from v forwards, of eccentricity e, and one
 * backwards tell every w that both reach
 *
 *   e - d(v, w) <= eccentricity of w <= d(w, v) + e
 *
 * since such a w reaches exactly what v reaches. Nodes whose upper bound does not exceed a distance already seen need
 * no search of their own. Where these bounds retire too few nodes, as on a cycle or without directed cycles, what is
 * left is searched from on all threads.
 *
 *   nodes    | largest component     | next       | .. | isolated |     a component at a time
 *   upper      bounds of eccentricities; at first the component's nodes less one
 */
#include "graph/diameter.h"
#include "graph/distance.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

#define SWEEPS 2      /* there and back, in each component */
#define TRIAL 16      /* searches after which it is asked whether bounds retire nodes .. */
#define WORTH 8       /* .. so many a search at least, beside its own */
#define BATCH 64      /* searches between two looks at the work */

typedef struct finder {
  const khop_graph *graph, *back; /* back: its transpose; the graph itself where it is undirected */
  khop_graph *made;               /* owns the transpose */
  int32_t *nodes;                 /* (nodes) in the order of components, the largest first */
  int32_t *lower, *upper;         /* (nodes) of the eccentricity along the arcs */
  int32_t *ahead, *behind;        /* (nodes) distances from and to a source, -1 between searches */
  int32_t *queue, *back_queue;    /* (nodes) */
  int32_t *scratch;               /* (threads, 2, nodes) for searches side by side; NULL until there are any */
  int threads;
  int64_t found, visits, most_visits;
} finder;

static int64_t degree(const khop_graph *graph, int64_t i) { return graph->offsets[i + 1] - graph->offsets[i]; }

/* --- searches ------------------------------------------------------------------------------- */

/* Nodes and arcs that a search visited. */
static int64_t count_visits(const khop_graph *graph, const int32_t *queue, int64_t reached) {
  int64_t visits = reached;
  for (int64_t q = 0; q < reached; q++) visits += degree(graph, queue[q]);
  return visits;
}

/* The farthest distance along the arcs of `graph` and the node that is there. */
static int32_t search_farthest(int32_t *node, int64_t *visits, int32_t *distance, int32_t *queue,
                               const khop_graph *graph, int64_t source) {
  int64_t reached = khop_i_graph_search_cleared(distance, queue, graph, source);
  *node = queue[reached - 1];
  int32_t farthest = distance[*node];
  *visits += count_visits(graph, queue, reached);
  khop_i_graph_search_forget(distance, queue, reached);
  return farthest;
}

static void note_distance(finder *f, int64_t distance) {
  if (distance > f->found) f->found = distance;
}

static void sweep(finder *f, const int32_t *nodes, int64_t count) {
  int32_t at = nodes[0], end;
  for (int64_t i = 1; i < count; i++)
    if (degree(f->graph, nodes[i]) > degree(f->graph, at)) at = nodes[i];
  for (int s = 0; s < SWEEPS; s++) {
    note_distance(f, search_farthest(&end, &f->visits, f->ahead, f->queue, f->graph, at));
    note_distance(f, search_farthest(&at, &f->visits, f->ahead, f->queue, f->back, end));
  }
}

/* --- bounds --------------------------------------------------------------------------------- */

/* Of the nodes that may still raise the diameter the one with the largest upper bound or the one with the smallest
 * lower bound, the larger degree breaking ties; -1 where none is left. */
static int64_t choose_source(int64_t *left, const finder *f, const int32_t *nodes, int64_t count, bool highest) {
  int64_t best = -1;
  *left = 0;
  for (int64_t i = 0; i < count; i++) {
    int32_t w = nodes[i];
    if (f->upper[w] <= f->found) continue;
    ++*left;
    int32_t lead = best < 0 ? 1 : highest ? f->upper[w] - f->upper[best] : f->lower[best] - f->lower[w];
    if (lead > 0 || (lead == 0 && degree(f->graph, w) > degree(f->graph, best))) best = w;
  }
  return best;
}

static void bound_from(finder *f, int64_t source) {
  bool same = f->back == f->graph;
  int64_t reached = khop_i_graph_search_cleared(f->ahead, f->queue, f->graph, source), met = reached;
  const int32_t *to = f->ahead, *met_queue = f->queue;
  int32_t far = f->ahead[f->queue[reached - 1]];
  f->visits += count_visits(f->graph, f->queue, reached);
  if (!same) {
    met = khop_i_graph_search_cleared(f->behind, f->back_queue, f->back, source);
    to = f->behind, met_queue = f->back_queue;
    f->visits += count_visits(f->back, met_queue, met);
  }
  note_distance(f, far);
  note_distance(f, to[met_queue[met - 1]]);
  for (int64_t q = 0; q < met; q++) {
    int32_t w = met_queue[q], back = to[w];
    if (back > f->lower[w]) f->lower[w] = back;
    if (f->ahead[w] < 0) continue;
    if (far - f->ahead[w] > f->lower[w]) f->lower[w] = far - f->ahead[w];
    if (far + back < f->upper[w]) f->upper[w] = far + back;
  }
  khop_i_graph_search_forget(f->ahead, f->queue, reached);
  if (!same) khop_i_graph_search_forget(f->behind, met_queue, met);
}

/* Searches by bounds while these retire nodes. Returns whether nodes are left to be searched from. */
static bool narrow_down(finder *f, const int32_t *nodes, int64_t count) {
  int64_t left, before = INT64_MAX;
  for (int64_t round = 0; f->visits < f->most_visits; round++) {
    int64_t source = choose_source(&left, f, nodes, count, round % 2 == 0);
    if (source < 0) return false;
    if (round % TRIAL == 0) {
      if (before - left < TRIAL * WORTH) return true;
      before = left;
    }
    f->visits += count;
    bound_from(f, source);
  }
  return false;
}

/* --- without bounds ------------------------------------------------------------------------- */

/* Once for all components, since clearing it costs as much as many of these. A failure inside the team would be another
 * thread's message. */
static khop_status open_scratch(finder *f) {
  if (f->scratch) return KHOP_OK;
  int64_t arcs = f->graph->arcs, cells;
  f->threads = khop_i_threads_for(arcs > INT64_MAX / BATCH ? INT64_MAX : BATCH * arcs);
  cells = 2 * f->threads * f->graph->nodes;
  khop_status status = khop_i_alloc_raw(&f->scratch, cells, sizeof *f->scratch, "searches");
  for (int64_t i = 0; status == KHOP_OK && i < cells; i++) f->scratch[i] = -1;
  return status;
}

/* A batch of sources at a time: what has been found counts from the next batch on, so that threads change nothing. */
static void search_rest(finder *f, const int32_t *nodes, int64_t count) {
  int64_t all = f->graph->nodes, visits = count;
  for (int64_t start = 0; start < count && f->visits < f->most_visits; start += BATCH) {
    int64_t end = start + BATCH < count ? start + BATCH : count, found = f->found;
    int threads = khop_i_threads_for(visits); /* as the batch before: mostly few where components are small */
    if (threads > f->threads) threads = f->threads;
    visits = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) reduction(max : found) reduction(+ : visits)
    for (int64_t i = start; i < end; i++) {
      int32_t *distance = f->scratch + 2 * khop_i_thread() * all, at;
      if (f->upper[nodes[i]] <= f->found) continue;
      f->upper[nodes[i]] = search_farthest(&at, &visits, distance, distance + all, f->graph, nodes[i]);
      if (f->upper[nodes[i]] > found) found = f->upper[nodes[i]];
    }
    f->found = found;
    f->visits += visits;
  }
}

/* --- components ----------------------------------------------------------------------------- */

/* Puts the nodes of a component side by side, the largest component first. */
static khop_status order_nodes(finder *f, const int32_t *member, const int32_t *size) {
  khop_status status = KHOP_OK;
  int64_t n = f->graph->nodes, at = 0;
  int32_t *start = NULL, *place = NULL; /* of components of a size; of a component */
  KHOP_TRY(khop_i_alloc(&start, n + 1, sizeof *start, "components"));
  KHOP_TRY(khop_i_alloc_raw(&place, n, sizeof *place, "components"));
  for (int64_t i = 0; i < n; i++) start[size[member[i]]]++;
  for (int64_t s = n; s > 0; s--) {
    int32_t count = start[s];
    start[s] = (int32_t)at;
    at += count;
  }
  for (int64_t i = 0; i < n; i++) {
    if (member[i] != i) continue;
    place[i] = start[size[i]];
    start[size[i]] += size[i];
  }
  for (int64_t i = 0; i < n; i++) {
    f->nodes[place[member[i]]++] = (int32_t)i;
    f->upper[i] = size[member[i]] - 1;
    f->ahead[i] = f->behind[i] = -1;
  }
done:
  khop_i_free(start);
  khop_i_free(place);
  return status;
}

static khop_status finder_open(finder *f, const int32_t *member, const int32_t *size) {
  khop_status status = KHOP_OK;
  int64_t n = f->graph->nodes;
  f->back = f->graph;
  if (f->graph->directed) {
    KHOP_TRY(khop_i_graph_transpose(&f->made, f->graph));
    f->back = f->made;
  }
  KHOP_TRY(khop_i_alloc_raw(&f->nodes, n, sizeof *f->nodes, "components"));
  KHOP_TRY(khop_i_alloc(&f->lower, n, sizeof *f->lower, "eccentricities"));
  KHOP_TRY(khop_i_alloc_raw(&f->upper, n, sizeof *f->upper, "eccentricities"));
  KHOP_TRY(khop_i_alloc_raw(&f->ahead, n, sizeof *f->ahead, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&f->behind, n, sizeof *f->behind, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&f->queue, n, sizeof *f->queue, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&f->back_queue, n, sizeof *f->back_queue, "a search"));
  KHOP_TRY(order_nodes(f, member, size));
done:
  return status;
}

static void finder_close(finder *f) {
  khop_graph_free(f->made);
  khop_i_free(f->nodes);
  khop_i_free(f->lower);
  khop_i_free(f->upper);
  khop_i_free(f->ahead);
  khop_i_free(f->behind);
  khop_i_free(f->queue);
  khop_i_free(f->back_queue);
  khop_i_free(f->scratch);
}

khop_status khop_i_graph_diameter(int64_t *diameter, bool *exact, const khop_graph *graph, const int32_t *member,
                                  const int32_t *size, int64_t most_visits) {
  khop_status status = KHOP_OK;
  finder f = {.graph = graph, .most_visits = most_visits};
  KHOP_TRY(finder_open(&f, member, size));
  for (int64_t at = 0, count; at < graph->nodes; at += count) {
    count = size[member[f.nodes[at]]];
    if (count - 1 <= f.found) break; /* no smaller one holds a longer path */
    sweep(&f, f.nodes + at, count);
    if (!narrow_down(&f, f.nodes + at, count)) continue;
    KHOP_TRY(open_scratch(&f));
    search_rest(&f, f.nodes + at, count);
  }
  *diameter = f.found;
  *exact = true;
  for (int64_t i = 0; i < graph->nodes; i++) *exact = *exact && f.upper[i] <= f.found;
done:
  finder_close(&f);
  return status;
}
