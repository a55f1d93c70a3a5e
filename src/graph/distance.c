/* distance.c: breadth-first search, components and the diameter.
 *
 * The exact diameter of an undirected graph, after Takes and Kosters: a search from v with
 * eccentricity e tells every w of the component, at distance d, that
 *
 *   max(d, e - d) <= eccentricity of w <= e + d
 *
 * and nodes whose upper bound does not exceed a distance already seen need no search of their own.
 */
#include "graph/distance.h"
#include "graph/graph.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/threads.h"

#include <omp.h>
#include <string.h>

/* --- one search ----------------------------------------------------------------------------- */

/* As khop_i_graph_search, where distance holds -1 throughout. */
static int64_t search(int32_t *distance, int32_t *queue, const khop_graph *graph, int64_t source) {
  int64_t head = 0, tail = 0;
  distance[source] = 0;
  queue[tail++] = (int32_t)source;
  while (head < tail) {
    int32_t i = queue[head++];
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      int32_t j = graph->targets[a];
      if (distance[j] >= 0) continue;
      distance[j] = distance[i] + 1;
      queue[tail++] = j;
    }
  }
  return tail;
}

/* Sets the distances of the nodes that the last search reached back to -1: cheaper than all of them where components
 * are small. */
static void forget(int32_t *distance, const int32_t *queue, int64_t reached) {
  for (int64_t q = 0; q < reached; q++) distance[queue[q]] = -1;
}

static void clear(int32_t *distance, int64_t nodes) {
  for (int64_t i = 0; i < nodes; i++) distance[i] = -1;
}

int64_t khop_i_graph_search(int32_t *distance, int32_t *queue, const khop_graph *graph,
                            int64_t source) {
  clear(distance, graph->nodes);
  return search(distance, queue, graph, source);
}

/* --- components ----------------------------------------------------------------------------- */

static int32_t root(int32_t *parent, int32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

/* member[i] becomes a node that stands for i's weak component, size[that node] its nodes.
 * Union-find, since the arcs of a directed graph cannot be followed backwards. */
static void find_components(int32_t *member, int32_t *size, const khop_graph *graph) {
  int64_t nodes = graph->nodes;
  for (int64_t i = 0; i < nodes; i++) member[i] = (int32_t)i, size[i] = 1;
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
      int32_t one = root(member, (int32_t)i), other = root(member, graph->targets[a]);
      if (one == other) continue;
      int32_t large = size[one] >= size[other] ? one : other, small = one + other - large;
      member[small] = large;
      size[large] += size[small];
    }
  for (int64_t i = 0; i < nodes; i++) member[i] = root(member, (int32_t)i);
}

khop_status khop_i_graph_diameter_bound(int64_t *bound, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int32_t *first = NULL, *second = NULL;
  int64_t nodes = graph->nodes, found = 0;
  *bound = 0;
  KHOP_TRY(khop_i_alloc_raw(&first, nodes, sizeof *first, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&second, nodes, sizeof *second, "a search"));
  if (graph->directed) {
    find_components(first, second, graph);
    for (int64_t i = 0; i < nodes; i++)
      if (second[i] - 1 > found) found = second[i] - 1;
  } else {
    clear(first, nodes);
    for (int64_t i = 0; i < nodes; i++) {
      if (first[i] >= 0) continue;
      int64_t reached = search(first, second, graph, i);
      int64_t twice = 2 * (int64_t)first[second[reached - 1]];
      if (twice > reached - 1) twice = reached - 1;
      if (twice > found) found = twice;
    }
  }
  *bound = found;
done:
  khop_i_free(first);
  khop_i_free(second);
  return status;
}

/* --- the diameter --------------------------------------------------------------------------- */

static int64_t degree(const khop_graph *graph, int64_t i) {
  return graph->offsets[i + 1] - graph->offsets[i];
}

/* The next node to search from, or -1: of the nodes that may still raise the diameter, in turn the one with the
 * largest upper bound and the one with the smallest lower bound; the larger degree breaks ties. */
static int64_t choose_source(const khop_graph *graph, const int32_t *lower, const int32_t *upper,
                      int64_t diameter, bool highest) {
  int64_t best = -1;
  for (int64_t i = 0; i < graph->nodes; i++) {
    if (upper[i] <= diameter) continue;
    int32_t lead = best < 0 ? 1 : highest ? upper[i] - upper[best] : lower[best] - lower[i];
    if (lead > 0 || (lead == 0 && degree(graph, i) > degree(graph, best))) best = i;
  }
  return best;
}

/* upper: (nodes), on entry the size of each node's component less one. */
static khop_status undirected_diameter(int64_t *diameter, int32_t *upper, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int32_t *lower = NULL, *distance = NULL, *queue = NULL;
  int64_t nodes = graph->nodes, found = 0;
  KHOP_TRY(khop_i_alloc(&lower, nodes, sizeof *lower, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&distance, nodes, sizeof *distance, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&queue, nodes, sizeof *queue, "a search"));
  clear(distance, nodes);
  for (bool highest = true;; highest = !highest) {
    int64_t source = choose_source(graph, lower, upper, found, highest);
    if (source < 0) break;
    int64_t reached = search(distance, queue, graph, source);
    int32_t far = distance[queue[reached - 1]];
    if (far > found) found = far;
    for (int64_t q = 0; q < reached; q++) {
      int32_t w = queue[q], d = distance[w], least = d > far - d ? d : far - d;
      if (least > lower[w]) lower[w] = least;
      if (far + d < upper[w]) upper[w] = far + d;
    }
    forget(distance, queue, reached);
  }
  *diameter = found;
done:
  khop_i_free(lower);
  khop_i_free(distance);
  khop_i_free(queue);
  return status;
}

static khop_status directed_diameter(int64_t *diameter, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int32_t *scratch = NULL; /* (threads, 2, nodes): a failure inside the team would be another
                            * thread's message */
  int64_t nodes = graph->nodes, found = 0;
  int64_t work = nodes && graph->arcs > INT64_MAX / nodes ? INT64_MAX : nodes * graph->arcs;
  int threads = khop_i_threads_for(work);
  KHOP_TRY(khop_i_alloc_raw(&scratch, 2 * threads * nodes, sizeof *scratch, "searches"));
#pragma omp parallel num_threads(threads) reduction(max : found)
  {
    int32_t *distance = scratch + 2 * omp_get_thread_num() * nodes, *queue = distance + nodes;
    clear(distance, nodes);
#pragma omp for schedule(dynamic, 16)
    for (int64_t i = 0; i < nodes; i++) {
      int64_t reached = search(distance, queue, graph, i);
      int64_t far = distance[queue[reached - 1]];
      if (far > found) found = far;
      forget(distance, queue, reached);
    }
  }
  *diameter = found;
done:
  khop_i_free(scratch);
  return status;
}

khop_status khop_graph_shape(khop_shape *shape, const khop_graph *graph) {
  khop_status status = KHOP_OK;
  int32_t *member = NULL, *size = NULL;
  khop_shape found = {0};
  if (!shape || !graph)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_graph_shape: an argument is missing");
  *shape = found;
  int64_t nodes = graph->nodes;
  KHOP_TRY(khop_i_alloc_raw(&member, nodes, sizeof *member, "components"));
  KHOP_TRY(khop_i_alloc_raw(&size, nodes, sizeof *size, "components"));
  find_components(member, size, graph);
  for (int64_t i = 0; i < nodes; i++) {
    if (degree(graph, i) > found.max_degree) found.max_degree = degree(graph, i);
    if (member[i] != i) continue;
    found.components++;
    found.isolated += size[i] == 1;
    if (size[i] > found.largest_component) found.largest_component = size[i];
  }
  if (graph->directed) {
    KHOP_TRY(directed_diameter(&found.diameter, graph));
  } else {
    for (int64_t i = 0; i < nodes; i++) member[i] = size[member[i]] - 1; /* now an upper bound of the eccentricity */
    KHOP_TRY(undirected_diameter(&found.diameter, member, graph));
  }
  *shape = found;
done:
  khop_i_free(member);
  khop_i_free(size);
  return status;
}
