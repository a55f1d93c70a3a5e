/* search_fit.c: what search/bfs_cost_model.c counts for each of three searches, beside the time that it takes.
 *
 * bench_search_fit [GRAPH ...]: rings 1 to K of made graphs, and of the graphs of these files, for K of 2, 4 and 8,
 * on one thread. A row for each: nanoseconds a source and counted cycles a source of a search from one source, from
 * 512 sources over all nodes, and from 512 local sources; "-" where the way is ruled out before it is counted, and
 * no time where it counts more than HOPELESS times the cheapest. The last line says for how many rows the choice was
 * the fastest way, or within a tenth of it. sh bench/fit builds and runs it. */
#include "bench.h"

#include "base/random.h"
#include "graph/graph.h"
#include "rings/block.h"
#include "rings/build.h"
#include "search/bfs_clusters.h"
#include "search/bfs_cost_model.h"
#include "search/msbfs.h"
#include "search/msbfs_local.h"

#include <math.h>

enum { WAYS = 3, BLOCK_ROWS = 32 };
static const double TOLERANCE = 1.1, HOPELESS = 10;

typedef struct job {
  const khop_graph *graph;
  const khop_i_plan *plan;
  khop_i_bfs_choice choice;
  int64_t *offsets; /* (nodes * slots + 1) */
  int32_t *columns; /* (offsets[nodes * slots]) */
} job;

/* --- the three ways, as rings/build.c goes them on one thread ----------------------------------- */

static void search_one_source(const job *j) {
  khop_i_bfs bfs;
  khop_i_chunk chunk = {0};
  int64_t n = j->graph->nodes, slots = j->plan->slots, filled = 0;
  int64_t *sizes;
  must(khop_i_alloc(&sizes, BLOCK_ROWS * slots, sizeof *sizes, "sizes"));
  must(khop_i_bfs_open(&bfs, j->graph));
  for (int64_t first = 0; first < n; first += BLOCK_ROWS) {
    int64_t rows = first + BLOCK_ROWS < n ? BLOCK_ROWS : n - first;
    must(khop_i_block_bits(&chunk, sizes, j->plan, &bfs, first, rows));
    if (chunk.entries) memcpy(j->columns + filled, chunk.columns, (size_t)chunk.entries * sizeof *chunk.columns);
    filled += chunk.entries;
  }
  khop_i_bfs_close(&bfs);
  khop_i_chunk_free(&chunk);
  khop_i_free(sizes);
}

static void read_rows(const job *j, const khop_i_msbfs *msbfs, int64_t *sizes) {
  int64_t slots = j->plan->slots, last = j->offsets[(msbfs->first + msbfs->rows) * slots];
  for (int slot = 0; slot < msbfs->found; slot++) khop_i_msbfs_sizes(sizes + slot, slots, msbfs, slot);
  for (int64_t r = 0; r < msbfs->rows; r++)
    for (int slot = 0; slot < msbfs->found; slot++) {
      const int64_t *cell = j->offsets + (msbfs->first + r) * slots + slot;
      khop_i_msbfs_row(j->columns + cell[0], j->columns + last, cell[1] - cell[0], msbfs, slot, r);
    }
}

static void search_all_nodes(const job *j) {
  khop_i_msbfs msbfs;
  int64_t n = j->graph->nodes, *sizes;
  must(khop_i_alloc(&sizes, KHOP_I_MSBFS_SOURCES * (int64_t)j->plan->slots, sizeof *sizes, "sizes"));
  must(khop_i_msbfs_open(&msbfs, j->graph, j->plan->searched));
  for (int64_t first = 0; first < n; first += KHOP_I_MSBFS_SOURCES) {
    int64_t rows = first + KHOP_I_MSBFS_SOURCES < n ? KHOP_I_MSBFS_SOURCES : n - first;
    khop_i_msbfs_search(&msbfs, first, rows, j->plan->searched, j->plan->hops, false);
    read_rows(j, &msbfs, sizes);
  }
  khop_i_msbfs_close(&msbfs);
  khop_i_free(sizes);
}

static void search_local(const job *j) {
  khop_i_msbfs_local local;
  int32_t *clusters;
  int64_t n = j->graph->nodes, *sizes;
  must(khop_i_alloc(&sizes, n * j->plan->slots, sizeof *sizes, "sizes"));
  must(khop_i_bfs_clusters_new(&clusters, j->graph, KHOP_I_MSBFS_SOURCES));
  must(khop_i_msbfs_local_open(&local, j->plan, j->graph, n, j->graph->arcs));
  for (int pass = 0; pass < 2; pass++)
    for (int64_t first = 0; first < n; first += KHOP_I_MSBFS_SOURCES) {
      int64_t rows = first + KHOP_I_MSBFS_SOURCES < n ? KHOP_I_MSBFS_SOURCES : n - first;
      if (!khop_i_msbfs_local_find(&local, clusters + first, rows)) abort();
      if (pass) khop_i_msbfs_local_rows(j->columns, j->offsets, &local);
      else khop_i_msbfs_local_sizes(sizes, &local);
    }
  khop_i_msbfs_local_close(&local);
  khop_i_free(clusters);
  khop_i_free(sizes);
}

static double seconds_of(const job *j, khop_i_bfs_way way) {
  double seconds;
  if (way == KHOP_I_BFS) FASTEST(seconds, search_one_source(j));
  else if (way == KHOP_I_MSBFS) FASTEST(seconds, search_all_nodes(j));
  else FASTEST(seconds, search_local(j));
  return seconds;
}

/* --- one row of the table ----------------------------------------------------------------------- */

static int64_t rows_right, rows_all;

static void print_row(const char *name, int hop, const job *j, const double *seconds) {
  static const char *const ways[WAYS] = {"one source", "all nodes", "local"};
  double n = (double)j->graph->nodes, best = INFINITY;
  for (int w = 0; w < WAYS; w++) best = seconds[w] < best ? seconds[w] : best;
  bool right = seconds[j->choice.way] <= TOLERANCE * best;
  printf("%-28s %4d ", name, hop);
  for (int w = 0; w < WAYS; w++) isfinite(seconds[w]) ? printf(" %9.0f", 1e9 * seconds[w] / n) : printf(" %9s", "-");
  printf("  ");
  for (int w = 0; w < WAYS; w++)
    isfinite(j->choice.cost[w]) ? printf(" %9.0f", j->choice.cost[w]) : printf(" %9s", "-");
  printf("   %s%s\n", ways[j->choice.way], right ? "" : "  (another one is faster)");
  fflush(stdout);
  rows_right += right;
  rows_all++;
}

static void fit(const char *name, const khop_graph *graph, int furthest) {
  int hops[8];
  khop_i_plan plan;
  khop_i_bfs bfs;
  khop_i_hop_csr *csr;
  double seconds[WAYS] = {INFINITY, INFINITY, INFINITY};
  for (int k = 0; k < furthest; k++) hops[k] = k + 1;
  must(khop_i_plan_open(&plan, graph, furthest, hops, NULL));
  must(khop_i_hop_csr_build(&csr, &plan));
  must(khop_i_bfs_open(&bfs, graph));
  job j = {graph, &plan, khop_i_bfs_choose(&plan, &bfs, true), csr->offsets, csr->columns};
  khop_i_bfs_close(&bfs);
  double least = INFINITY;
  for (int w = 0; w < WAYS; w++) least = j.choice.cost[w] < least ? j.choice.cost[w] : least;
  for (int w = 0; w < WAYS; w++)
    if (j.choice.cost[w] <= HOPELESS * least) seconds[w] = seconds_of(&j, (khop_i_bfs_way)w);
  print_row(name, furthest, &j, seconds);
  khop_i_hop_csr_free(csr);
  khop_i_plan_close(&plan);
}

static void fit_graph(const char *name, const khop_graph *graph) {
  fit(name, graph, 2);
  fit(name, graph, 4);
  if (graph->nodes * graph->nodes < (int64_t)1 << 26 || graph->arcs < 6 * graph->nodes) fit(name, graph, 8);
}

/* --- the graphs --------------------------------------------------------------------------------- */

static khop_graph *graph_of(int64_t nodes, int64_t edges, const int64_t *from, const int64_t *to) {
  khop_graph *graph;
  must(khop_graph_from_coo(&graph, nodes, edges, from, to, false));
  return graph;
}

/* Each new node joins `links` ends of edges drawn so far (Barabasi and Albert 1999); or any nodes (uniform). */
static khop_graph *grown_graph(int64_t nodes, int64_t links, bool uniform) {
  khop_i_random random;
  int64_t count = 0, most = nodes * links, *from, *to;
  must(khop_i_alloc(&from, most, sizeof *from, "edges"));
  must(khop_i_alloc(&to, most, sizeof *to, "edges"));
  khop_i_random_seed(&random, 1);
  for (int64_t v = links; v < nodes; v++)
    for (int64_t l = 0; l < links; l++, count++) {
      int64_t draw = count ? khop_i_random_below(&random, 2 * count) : 0;
      from[count] = v;
      if (uniform) to[count] = khop_i_random_below(&random, v);
      else to[count] = !count ? 0 : draw % 2 ? to[draw / 2] : from[draw / 2];
    }
  khop_graph *graph = graph_of(nodes, count, from, to);
  khop_i_free(from);
  khop_i_free(to);
  return graph;
}

static void fit_made(const char *name, khop_graph *graph) {
  fit_graph(name, graph);
  khop_graph_free(graph);
}

static khop_graph *grid_of(int dimensions, int64_t side, bool directed) {
  khop_graph *graph;
  must(khop_graph_grid(&graph, dimensions, (int64_t[]){side, side}, NULL, false, directed));
  return graph;
}

int main(int argc, char **argv) {
  must(khop_set_threads(1));
  printf("%-28s %4s  %29s   %29s\n", "", "to", "ns a source", "counted cycles a source");
  printf("%-28s %4s  %9s %9s %9s   %9s %9s %9s   %s\n", "graph", "hop", "one", "all", "local", "one", "all", "local",
         "choice");
  fit_made("300 x 300 grid", grid_of(2, 300, false));
  fit_made("300 x 300 grid, directed", grid_of(2, 300, true));
  fit_made("50 x 50 grid", grid_of(2, 50, false));
  fit_made("path of 20,000", grid_of(1, 20000, false));
  fit_made("random, 28,000 nodes", grown_graph(28000, 3, true));
  fit_made("pref. att., 5,000 nodes", grown_graph(5000, 4, false));
  for (int i = 1; i < argc; i++) {
    khop_data *data = load(argv[i]);
    const char *slash = strrchr(argv[i], '/');
    fit_graph(slash ? slash + 1 : argv[i], khop_data_graph(data));
    khop_data_free(data);
  }
  printf("the choice is the fastest, or within %.0f %%, in %lld of %lld rows\n", 100 * (TOLERANCE - 1),
         (long long)rows_right, (long long)rows_all);
  return 0;
}
