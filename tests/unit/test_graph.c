/* test_graph.c: graphs from arrays and formulas against matrices, distances against Floyd-Warshall.
 */
#include "graph_check.h"

#include "graph/graph.h"
#include "graph/distance.h"
#include "graph/shape.h"

#define MOST_NODES 24
#define MOST_EDGES 120

typedef struct sample {
  int64_t nodes, edges, from[MOST_EDGES], to[MOST_EDGES], loops;
  bool matrix[MOST_NODES * MOST_NODES]; /* simple; both triangles if undirected */
} sample;

/* Loops and repeats on purpose: ids are drawn from few nodes. */
static void draw(sample *s, khop_i_random *random, bool directed) {
  *s = (sample){.nodes = 1 + khop_i_random_below(random, MOST_NODES)};
  s->edges = khop_i_random_below(random, 1 + khop_i_random_below(random, MOST_EDGES));
  for (int64_t e = 0; e < s->edges; e++) {
    int64_t i = s->from[e] = khop_i_random_below(random, s->nodes);
    int64_t j = s->to[e] = khop_i_random_below(random, s->nodes);
    s->loops += i == j;
    if (i == j) continue;
    s->matrix[i * s->nodes + j] = true;
    if (!directed) s->matrix[j * s->nodes + i] = true;
  }
}

static khop_graph *sample_graph(const sample *s, bool directed) {
  khop_graph *graph;
  assert_int_equal(khop_graph_from_coo(&graph, s->nodes, s->edges, s->from, s->to, directed),
                   KHOP_OK);
  return graph;
}

static void coo_is_the_matrix(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 1);
  for (int round = 0; round < 1000; round++) {
    bool directed = round % 2;
    sample s;
    draw(&s, &random, directed);
    khop_graph *graph = sample_graph(&s, directed);
    assert_true(same_as_matrix(graph, s.matrix, s.nodes));
    assert_int_equal(khop_graph_is_directed(graph), directed);
    assert_int_equal(khop_graph_dropped_loops(graph), s.loops);
    assert_int_equal(khop_graph_dropped_repeats(graph),
                     s.edges - s.loops - khop_graph_edges(graph));
    khop_graph_free(graph);
  }
}

/* Rows in the order of the edges, so neither ascending nor free of repeats. */
static void rows_of(int64_t *offsets, int64_t *targets, const sample *s) {
  int64_t count = 0;
  for (int64_t i = 0; i < s->nodes; i++) {
    offsets[i] = count;
    for (int64_t e = 0; e < s->edges; e++)
      if (s->from[e] == i) targets[count++] = s->to[e];
  }
  offsets[s->nodes] = count;
}

static void csr_is_coo(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 2);
  for (int round = 0; round < 500; round++) {
    bool directed = round % 2;
    sample s;
    draw(&s, &random, directed);
    int64_t offsets[MOST_NODES + 1], targets[MOST_EDGES];
    rows_of(offsets, targets, &s);
    khop_graph *a = sample_graph(&s, directed), *b;
    assert_int_equal(khop_graph_from_csr(&b, s.nodes, offsets, targets, directed), KHOP_OK);
    assert_true(same_graph(a, b));
    assert_int_equal(khop_graph_dropped_loops(b), s.loops);
    khop_graph_free(a);
    khop_graph_free(b);
  }
}

/* A graph written out in full is no graph of repeats. */
static void csr_mirrors_are_no_repeats(void **state) {
  (void)state;
  const int64_t offsets[] = {0, 2, 3, 3, 4}, targets[] = {1, 1, 0, 0};
  khop_graph *graph;
  assert_int_equal(khop_graph_from_csr(&graph, 4, offsets, targets, false), KHOP_OK);
  assert_int_equal(khop_graph_edges(graph), 2);
  assert_int_equal(khop_graph_dropped_repeats(graph), 1);
  khop_graph_free(graph);
}

static void checker_is_checked(void **state) {
  (void)state;
  const int64_t from[] = {0, 1, 2}, to[] = {1, 2, 3};
  bool matrix[16] = {0};
  for (int e = 0; e < 3; e++) matrix[from[e] * 4 + to[e]] = true;
  khop_graph *graph, *other;
  assert_int_equal(khop_graph_from_coo(&graph, 4, 3, from, to, true), KHOP_OK);
  assert_int_equal(khop_graph_from_coo(&other, 4, 3, from, to, true), KHOP_OK);
  assert_true(same_as_matrix(graph, matrix, 4) && same_graph(graph, other) && well_formed(graph));
  graph->targets[1] = 3;
  assert_false(same_as_matrix(graph, matrix, 4));
  assert_false(same_graph(graph, other));
  assert_true(well_formed(graph));
  graph->targets[1] = 4;
  assert_false(well_formed(graph));
  graph->targets[1] = 2;
  graph->directed = false;
  assert_false(well_formed(graph)); /* arcs without mirrors */
  khop_graph_free(graph);
  khop_graph_free(other);
}

static void turned_round(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 3);
  for (int round = 0; round < 300; round++) {
    bool directed = round % 3 > 0;
    sample s;
    draw(&s, &random, directed);
    bool back[MOST_NODES * MOST_NODES], both[MOST_NODES * MOST_NODES];
    for (int64_t i = 0; i < s.nodes; i++)
      for (int64_t j = 0; j < s.nodes; j++) {
        back[i * s.nodes + j] = s.matrix[j * s.nodes + i];
        both[i * s.nodes + j] = s.matrix[j * s.nodes + i] || s.matrix[i * s.nodes + j];
      }
    khop_graph *graph = sample_graph(&s, directed), *once, *twice, *all;
    assert_int_equal(khop_i_graph_transpose(&once, graph), KHOP_OK);
    assert_int_equal(khop_i_graph_transpose(&twice, once), KHOP_OK);
    assert_int_equal(khop_i_graph_symmetrize(&all, graph), KHOP_OK);
    assert_true(same_as_matrix(once, back, s.nodes));
    assert_true(same_graph(twice, graph));
    assert_true(same_as_matrix(all, both, s.nodes));
    assert_false(khop_graph_is_directed(all));
    khop_graph_free(graph);
    khop_graph_free(once);
    khop_graph_free(twice);
    khop_graph_free(all);
  }
}

/* --- grids ---------------------------------------------------------------------------------- */

static bool joined(const int64_t *shape, int dimensions, int64_t i, int64_t j, bool corners,
                   bool directed) {
  if (i == j || (directed && i > j)) return false;
  int64_t sum = 0, most = 0;
  for (int d = dimensions - 1; d >= 0; d--) {
    int64_t gap = llabs((long long)(i % shape[d] - j % shape[d]));
    i /= shape[d], j /= shape[d];
    sum += gap;
    if (gap > most) most = gap;
  }
  return corners ? most == 1 : sum == 1;
}

static void grid_is_the_formula(void **state) {
  (void)state;
  static const int64_t shapes[][4] = {{1, 7},       {1, 1},       {2, 4, 5},    {2, 1, 6},
                                      {2, 6, 1},    {3, 3, 4, 5}, {3, 2, 2, 2}, {3, 1, 3, 1},
                                      {3, 1, 1, 1}, {2, 2, 2},    {3, 4, 1, 3}};
  static bool matrix[60 * 60];
  for (size_t t = 0; t < sizeof shapes / sizeof *shapes; t++)
    for (int mode = 0; mode < 4; mode++) {
      bool corners = mode & 1, directed = mode & 2;
      int dimensions = (int)shapes[t][0];
      const int64_t *shape = shapes[t] + 1;
      int64_t n = 1;
      for (int d = 0; d < dimensions; d++) n *= shape[d];
      for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++)
          matrix[i * n + j] = joined(shape, dimensions, i, j, corners, directed);
      khop_graph *graph;
      assert_int_equal(khop_graph_grid(&graph, dimensions, shape, NULL, corners, directed), KHOP_OK);
      assert_true(same_as_matrix(graph, matrix, n));
      assert_int_equal(khop_graph_is_directed(graph), directed);
      khop_graph_free(graph);
    }
}

/* --- distances ------------------------------------------------------------------------------ */

static khop_shape shape_by_hand(const bool *matrix, const int *distance, int64_t n) {
  khop_shape shape = {.diameter_exact = true};
  int64_t label[MOST_NODES], size[MOST_NODES] = {0};
  for (int64_t i = 0; i < n; i++) label[i] = i;
  for (int64_t round = 0; round < n; round++)
    for (int64_t a = 0; a < n * n; a++)
      if (matrix[a] && label[a / n] != label[a % n]) {
        int64_t least = label[a / n] < label[a % n] ? label[a / n] : label[a % n];
        label[a / n] = label[a % n] = least;
      }
  for (int64_t i = 0; i < n; i++) size[label[i]]++;
  for (int64_t i = 0; i < n; i++) {
    int64_t degree = 0;
    shape.components += size[i] > 0;
    shape.isolated += size[i] == 1;
    if (size[i] > shape.largest_component) shape.largest_component = size[i];
    for (int64_t j = 0; j < n; j++) {
      degree += matrix[i * n + j];
      if (distance[i * n + j] > shape.diameter) shape.diameter = distance[i * n + j];
    }
    if (degree > shape.max_degree) shape.max_degree = degree;
  }
  return shape;
}

static bool same_shape(const khop_shape *a, const khop_shape *b) {
  return a->components == b->components && a->largest_component == b->largest_component &&
         a->isolated == b->isolated && a->max_degree == b->max_degree && a->diameter == b->diameter &&
         a->diameter_exact == b->diameter_exact;
}

/* Whatever the work: at most the diameter, and the diameter where it says so. */
static bool bound_holds(const khop_shape *bound, const khop_shape *want) {
  khop_shape at_most = *want;
  if (!bound->diameter_exact && bound->diameter <= want->diameter)
    at_most.diameter = bound->diameter, at_most.diameter_exact = false;
  return same_shape(bound, &at_most) && (want->diameter == 0) == (bound->diameter == 0);
}

static void distances_are_floyd_warshall(void **state) {
  (void)state;
  khop_i_random random;
  khop_i_random_seed(&random, 4);
  int64_t reached_diameters = 0, loose = 0, missed = 0;
  for (int round = 0; round < 1000; round++) {
    bool directed = round % 2;
    sample s;
    draw(&s, &random, directed);
    int64_t n = s.nodes, bound;
    int distance[MOST_NODES * MOST_NODES];
    double adjacency[MOST_NODES * MOST_NODES];
    for (int64_t i = 0; i < n * n; i++) adjacency[i] = s.matrix[i];
    floyd_warshall(distance, adjacency, n);
    khop_graph *graph = sample_graph(&s, directed);
    for (int64_t i = 0; i < n; i++) {
      int32_t found[MOST_NODES], queue[MOST_NODES];
      int64_t reached = khop_i_graph_search(found, queue, graph, i), finite = 0;
      for (int64_t j = 0; j < n; j++) {
        finite += distance[i * n + j] >= 0;
        assert_int_equal(found[j], distance[i * n + j]);
      }
      assert_int_equal(reached, finite);
      for (int64_t q = 1; q < reached; q++)
        assert_true(found[queue[q]] >= found[queue[q - 1]] && found[queue[q - 1]] >= 0);
      khop_i_graph_search_forget(found, queue, reached);
      int64_t near = khop_i_graph_search_within(found, queue, graph, i, 2), wanted = 0;
      for (int64_t j = 0; j < n; j++) {
        bool there = distance[i * n + j] >= 0 && distance[i * n + j] <= 2;
        wanted += there;
        assert_int_equal(found[j], there ? distance[i * n + j] : -1);
      }
      assert_int_equal(near, wanted);
    }
    khop_shape shape, want = shape_by_hand(s.matrix, distance, n);
    assert_int_equal(khop_graph_shape(&shape, graph, true), KHOP_OK);
    assert_true(same_shape(&shape, &want));
    shape.diameter++; /* the comparison is compared */
    assert_false(same_shape(&shape, &want));
    for (int64_t visits = 0; visits < 3000; visits += 1 + visits / 2) {
      khop_shape least;
      assert_int_equal(khop_i_graph_shape(&least, graph, visits), KHOP_OK);
      assert_true(bound_holds(&least, &want));
      loose += !least.diameter_exact;
      missed += least.diameter < want.diameter;
      least.diameter = want.diameter + 1;
      assert_false(bound_holds(&least, &want));
    }
    assert_int_equal(khop_i_graph_diameter_bound(&bound, graph), KHOP_OK);
    assert_true(bound >= want.diameter && bound < n);
    reached_diameters += want.diameter;
    khop_graph_free(graph);
  }
  assert_true(reached_diameters > 1000); /* the samples are not all empty */
  assert_true(loose > 100 && missed > 0); /* nor are the bounds all exact */
}

/* A path hung on each of the nodes of a cycle whose arcs lead round, and one that leads to it: double sweeps from the
 * best connected node find the longest way, and with work enough nothing is left. */
static void sweeps_find_long_ways(void **state) {
  (void)state;
  enum { CYCLE = 700, TAIL = 400 };
  int64_t from[CYCLE + 2 * TAIL], to[CYCLE + 2 * TAIL];
  for (int64_t i = 0; i < CYCLE; i++) from[i] = i, to[i] = (i + 1) % CYCLE;
  for (int64_t i = 0; i < TAIL; i++) { /* a way out of node 0, and a way into node 1 */
    from[CYCLE + i] = i ? CYCLE + i - 1 : 0, to[CYCLE + i] = CYCLE + i;
    to[CYCLE + TAIL + i] = i ? CYCLE + TAIL + i - 1 : 1, from[CYCLE + TAIL + i] = CYCLE + TAIL + i;
  }
  khop_graph *graph;
  khop_shape bound, exact;
  assert_int_equal(khop_graph_from_coo(&graph, CYCLE + 2 * TAIL, CYCLE + 2 * TAIL, from, to, true), KHOP_OK);
  assert_int_equal(khop_i_graph_shape(&bound, graph, 0), KHOP_OK);
  assert_int_equal(khop_graph_shape(&exact, graph, true), KHOP_OK);
  assert_int_equal(bound.diameter, TAIL + CYCLE - 1 + TAIL);
  assert_int_equal(exact.diameter, TAIL + CYCLE - 1 + TAIL);
  assert_true(exact.diameter_exact);
  khop_graph_free(graph);
}

/* 100,000 components, no two alike in their nodes' order, and a cycle: work does not grow with both. */
static void many_components_take_a_search_each(void **state) {
  (void)state;
  enum { PAIRS = 100000, CYCLE = 60000 };
  int64_t *from = malloc((PAIRS + CYCLE) * sizeof *from), *to = malloc((PAIRS + CYCLE) * sizeof *to);
  assert_true(from && to);
  for (int64_t i = 0; i < PAIRS; i++) from[i] = 2 * i, to[i] = 2 * i + 1;
  for (int64_t i = 0; i < CYCLE; i++) from[PAIRS + i] = 2 * PAIRS + i, to[PAIRS + i] = 2 * PAIRS + (i + 1) % CYCLE;
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph;
    khop_shape shape;
    assert_int_equal(khop_graph_from_coo(&graph, 2 * PAIRS + CYCLE, PAIRS + CYCLE, from, to, directed), KHOP_OK);
    assert_int_equal(khop_i_graph_shape(&shape, graph, 1 << 22), KHOP_OK);
    assert_int_equal(shape.components, PAIRS + 1);
    assert_int_equal(shape.diameter, directed ? CYCLE - 1 : CYCLE / 2);
    khop_graph_free(graph);
  }
  free(from);
  free(to);
}

static khop_shape shape_of(khop_graph *graph) {
  khop_shape shape;
  assert_int_equal(khop_graph_shape(&shape, graph, true), KHOP_OK);
  khop_graph_free(graph);
  return shape;
}

static void known_shapes(void **state) {
  (void)state;
  int64_t from[15], to[15], cycle_from[101], cycle_to[101];
  for (int i = 0; i < 5; i++) {
    from[i] = i, to[i] = (i + 1) % 5;
    from[5 + i] = i, to[5 + i] = i + 5;
    from[10 + i] = i + 5, to[10 + i] = (i + 2) % 5 + 5;
  }
  for (int i = 0; i < 101; i++) cycle_from[i] = i, cycle_to[i] = (i + 1) % 101;
  khop_graph *petersen, *cycle, *ring, *grid, *path;
  const int64_t square[] = {40, 30}, line[] = {500};
  assert_int_equal(khop_graph_from_coo(&petersen, 10, 15, from, to, false), KHOP_OK);
  assert_int_equal(khop_graph_from_coo(&cycle, 101, 101, cycle_from, cycle_to, false), KHOP_OK);
  assert_int_equal(khop_graph_from_coo(&ring, 101, 101, cycle_from, cycle_to, true), KHOP_OK);
  assert_int_equal(khop_graph_grid(&grid, 2, square, NULL, false, false), KHOP_OK);
  assert_int_equal(khop_graph_grid(&path, 1, line, NULL, false, true), KHOP_OK);
  assert_int_equal(shape_of(petersen).diameter, 2);
  assert_int_equal(shape_of(cycle).diameter, 50);
  assert_int_equal(shape_of(ring).diameter, 100);
  assert_int_equal(shape_of(grid).diameter, 68);
  khop_shape shape = shape_of(path);
  assert_int_equal(shape.diameter, 499);
  assert_int_equal(shape.components, 1);
  assert_int_equal(shape.max_degree, 1);
}

/* The directed diameter is searched for on all threads. */
static void threads_do_not_matter(void **state) {
  (void)state;
  const int64_t shape[] = {20, 30};
  for (int threads = 1; threads <= 3; threads++) {
    khop_graph *grid;
    assert_int_equal(khop_set_threads(threads), KHOP_OK);
    assert_int_equal(khop_graph_grid(&grid, 2, shape, NULL, false, true), KHOP_OK);
    assert_int_equal(shape_of(grid).diameter, 48);
  }
  khop_set_threads(0);
}

/* --- edges of the domain -------------------------------------------------------------------- */

static void no_nodes_and_one(void **state) {
  (void)state;
  const int64_t zero = 0, offsets[] = {0};
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph, *turned;
    int64_t bound;
    assert_int_equal(khop_graph_from_coo(&graph, 0, 0, NULL, NULL, directed), KHOP_OK);
    assert_int_equal(khop_graph_nodes(graph), 0);
    assert_int_equal(khop_i_graph_symmetrize(&turned, graph), KHOP_OK);
    assert_int_equal(khop_i_graph_diameter_bound(&bound, graph), KHOP_OK);
    assert_int_equal(bound, 0);
    khop_graph_free(turned);
    assert_int_equal(khop_graph_add_column(graph, "none", (double[]){0}, NULL), KHOP_OK);
    assert_int_equal(shape_of(graph).components, 0);
    assert_int_equal(khop_graph_from_csr(&graph, 0, offsets, NULL, directed), KHOP_OK);
    khop_graph_free(graph);
    assert_int_equal(khop_graph_from_coo(&graph, 1, 1, &zero, &zero, directed), KHOP_OK);
    assert_int_equal(khop_graph_edges(graph), 0);
    assert_int_equal(khop_graph_dropped_loops(graph), 1);
    khop_shape shape = shape_of(graph);
    assert_true(shape.components == 1 && shape.isolated == 1 && shape.diameter == 0);
  }
  khop_graph_free(NULL);
}

static void bad_arguments(void **state) {
  (void)state;
  khop_graph *g = (khop_graph *)&g;
  const int64_t good[] = {0, 1}, bad[] = {0, 2}, negative[] = {-1, 0}, falling[] = {0, 2, 1};
  const int64_t late[] = {1, 1, 1}, huge[] = {65536, 65536, 65536}, none[] = {3, 0};
  assert_int_equal(khop_graph_from_coo(&g, 2, 2, good, bad, true), KHOP_E_ARGUMENT);
  assert_null(g);
  assert_non_null(strstr(khop_message(), "edge 1"));
  assert_int_equal(khop_graph_from_coo(&g, 2, 2, negative, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_coo(&g, -1, 0, good, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_coo(&g, (int64_t)1 << 31, 0, good, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_coo(&g, 2, -1, good, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_coo(&g, 2, 1, NULL, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_csr(&g, 2, falling, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_csr(&g, 2, late, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_from_csr(&g, 2, NULL, good, true), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_grid(&g, 3, huge, NULL, false, false), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_grid(&g, 2, none, NULL, false, false), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_grid(&g, 0, good, NULL, false, false), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_grid(&g, 4, huge, NULL, false, false), KHOP_E_ARGUMENT);
}

static void columns(void **state) {
  (void)state;
  const int64_t shape[] = {3};
  const double numbers[] = {1, NAN, 3};
  char text[] = "red";
  const char *strings[] = {text, NULL, "blue"};
  khop_graph *graph;
  assert_int_equal(khop_graph_grid(&graph, 1, shape, NULL, false, false), KHOP_OK);
  assert_int_equal(khop_graph_add_column(graph, "w", numbers, NULL), KHOP_OK);
  assert_int_equal(khop_graph_add_column(graph, "colour", NULL, strings), KHOP_OK);
  assert_int_equal(khop_graph_add_column(graph, "w", numbers, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_add_column(graph, "x", NULL, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_graph_add_column(graph, "x", numbers, strings), KHOP_E_ARGUMENT);
  text[0] = 'b'; /* the values were copied */
  assert_int_equal(khop_graph_columns(graph), 2);
  const khop_column *w = khop_graph_column(graph, 0), *colour = khop_graph_column(graph, 1);
  assert_string_equal(w->name, "w");
  assert_true(w->numbers[0] == 1 && isnan(w->numbers[1]) && !w->strings);
  assert_null(colour->numbers);
  assert_string_equal(colour->strings[0], "red");
  assert_string_equal(colour->strings[1], "");
  assert_string_equal(colour->strings[2], "blue");
  assert_null(khop_graph_column(graph, 2));
  assert_null(khop_graph_column(graph, -1));
  khop_graph_free(graph);
}

/* --- memory --------------------------------------------------------------------------------- */

static khop_status build_everything(void *context) {
  (void)context;
  khop_graph *graph = NULL;
  const int64_t from[] = {0, 1, 1, 2}, to[] = {1, 2, 2, 2}, offsets[] = {0, 1, 3, 4};
  const int64_t shape[] = {2, 3};
  const char *names[] = {"a", "b", "c"};
  khop_shape found;
  int64_t bound;
  khop_graph *other = NULL;
  khop_status status = khop_graph_grid(&other, 2, shape, NULL, true, true);
  if (status == KHOP_OK) status = khop_graph_shape(&found, other, true);
  khop_graph_free(other);
  if (status == KHOP_OK) status = khop_graph_from_csr(&graph, 3, offsets, to, false);
  khop_graph_free(graph);
  graph = NULL;
  if (status == KHOP_OK) status = khop_graph_from_coo(&graph, 3, 4, from, to, false);
  if (status == KHOP_OK) status = khop_graph_add_column(graph, "name", NULL, names);
  if (status == KHOP_OK) status = khop_graph_shape(&found, graph, true);
  if (status == KHOP_OK) status = khop_i_graph_diameter_bound(&bound, graph);
  khop_graph_free(graph);
  return status;
}

static void each_allocation_fails_once(void **state) {
  (void)state;
  memory_can_run_out();
  assert_in_range(fail_each(build_everything, NULL), 35, 199);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(coo_is_the_matrix),
      cmocka_unit_test(csr_is_coo),
      cmocka_unit_test(csr_mirrors_are_no_repeats),
      cmocka_unit_test(checker_is_checked),
      cmocka_unit_test(turned_round),
      cmocka_unit_test(grid_is_the_formula),
      cmocka_unit_test(distances_are_floyd_warshall),
      cmocka_unit_test(sweeps_find_long_ways),
      cmocka_unit_test(many_components_take_a_search_each),
      cmocka_unit_test(known_shapes),
      cmocka_unit_test(threads_do_not_matter),
      cmocka_unit_test(no_nodes_and_one),
      cmocka_unit_test(bad_arguments),
      cmocka_unit_test(columns),
      cmocka_unit_test(each_allocation_fails_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
