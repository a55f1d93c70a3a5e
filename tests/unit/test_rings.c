/* test_rings.c: the exact-k-hop operators against igraph, Floyd-Warshall and dense matrices.
 */
#include "check.h"

#include "files/npz.h"
#include "rings/rings.h"

#include <igraph/igraph.h>
#include <khop/apply.h>
#include <khop/data.h>
#include <khop/graphblas.h>
#include <stdatomic.h>
#include <unistd.h>

/* --- help ----------------------------------------------------------------------------------- */

static char folder[200], path[300];

static const char *fixture(const char *name) {
  static char text[1000];
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(text, sizeof text, "%s/%s", root ? root : ".", name);
  return text;
}

static int setup(void **state) {
  (void)state;
  const char *base = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%.100s/khop-rings-XXXXXX", base ? base : "/tmp");
  return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) return -1;
  return khop_bytes_now() == 0 ? 0 : -1; /* nothing is held by anyone */
}

static khop_rings *build(const khop_graph *graph, int count, const int *hops,
                         khop_direction direction, khop_operator op) {
  khop_rings *rings = NULL;
  ok(khop_rings_build(&rings, graph, count, hops,
                      &(khop_rings_options){.direction = direction, .op = op}));
  return rings;
}

/* Whether a row of a slot holds exactly the columns j with wanted[j] != 0, and these values. */
static bool row_equals(const khop_rings *rings, int slot, int64_t row, const double *wanted) {
  const int32_t *columns;
  const khop_real *values;
  int64_t count = khop_rings_row(rings, slot, row, &columns, &values), e = 0;
  for (int64_t j = 0; j < khop_rings_nodes(rings); j++) {
    if (wanted[j] == 0) continue;
    if (e == count || columns[e] != j) return false;
    if ((values ? values[e] : 1) != (khop_real)wanted[j]) return false;
    e++;
  }
  return e == count;
}

static bool slot_equals(const khop_rings *rings, int slot, const double *wanted) {
  int64_t n = khop_rings_nodes(rings), entries = 0, empty = 0;
  for (int64_t i = 0; i < n; i++) {
    int64_t here = 0;
    if (!row_equals(rings, slot, i, wanted + i * n)) return false;
    for (int64_t j = 0; j < n; j++) here += wanted[i * n + j] != 0;
    entries += here;
    empty += here == 0;
  }
  return khop_rings_entries(rings, slot) == entries && khop_rings_empty_rows(rings, slot) == empty;
}

static bool same_store(const khop_rings *a, const khop_rings *b) {
  if (a->nodes != b->nodes || a->slots != b->slots || !a->values != !b->values) return false;
  int64_t cells = a->nodes * a->slots, entries = a->offsets[cells];
  return memcmp(a->hops, b->hops, (size_t)a->slots * sizeof *a->hops) == 0 &&
         memcmp(a->offsets, b->offsets, (size_t)(cells + 1) * sizeof *a->offsets) == 0 &&
         memcmp(a->columns, b->columns, (size_t)entries * sizeof *a->columns) == 0 &&
         (!a->values ||
          memcmp(a->values, b->values, (size_t)entries * sizeof *a->values) == 0);
}

/* --- rings against two oracles --------------------------------------------------------------- */

enum { MOST = 26, ROUNDS = 9, HOPS = MOST + 2 };

/* Every hop 0 .. HOPS-1, in an order that is not ascending, some twice. */
static const int *every_hop(int *count) {
  static int hops[HOPS + 2];
  for (int k = 0; k < HOPS; k++) hops[k] = (k * 5 + 3) % HOPS;
  hops[HOPS] = 0;
  hops[HOPS + 1] = 7;
  *count = HOPS + 2;
  return hops;
}

static void check_against_floyd_warshall(const edge_list *e, const khop_rings *rings,
                                         khop_direction direction) {
  int64_t n = e->nodes;
  double *a = block_of(n * n, sizeof *a), *m = block_of(n * n, sizeof *m);
  int *d = block_of(n * n, sizeof *d);
  dense_adjacency(a, e, direction);
  floyd_warshall(d, a, n);
  assert_int_equal(khop_rings_slots(rings), HOPS);
  for (int k = 0; k < HOPS; k++) {
    int slot = khop_rings_slot(rings, k);
    assert_int_equal(khop_rings_hop(rings, slot), k);
    for (int64_t i = 0; i < n * n; i++) m[i] = d[i] == k;
    assert_true(slot_equals(rings, slot, m));
  }
  /* together, the all-ones matrix over what can be reached: each pair in exactly one ring */
  for (int64_t i = 0; i < n; i++) {
    double seen[MOST] = {0};
    for (int s = 0; s < HOPS; s++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, s, i, &columns, NULL);
      for (int64_t c = 0; c < count; c++) seen[columns[c]] += 1;
    }
    for (int64_t j = 0; j < n; j++) assert_true(seen[j] == (d[i * n + j] >= 0));
  }
  free(a);
  free(m);
  free(d);
}

static void check_against_igraph(const edge_list *e, const khop_rings *rings,
                                 khop_direction direction) {
  igraph_t graph;
  igraph_vector_int_t ends;
  igraph_vector_int_list_t lists;
  igraph_vector_int_init(&ends, 2 * e->count);
  for (int64_t i = 0; i < e->count; i++) {
    VECTOR(ends)[2 * i] = e->from[i];
    VECTOR(ends)[2 * i + 1] = e->to[i];
  }
  igraph_create(&graph, &ends, e->nodes, e->directed);
  igraph_vector_int_list_init(&lists, 0);
  igraph_neimode_t mode = direction == KHOP_OUT  ? IGRAPH_OUT
                          : direction == KHOP_IN ? IGRAPH_IN
                                                 : IGRAPH_ALL;
  for (int k = 0; k < HOPS; k += k < 6 ? 1 : 7) {
    assert_int_equal(igraph_neighborhood(&graph, &lists, igraph_vss_all(), k, mode, k), 0);
    for (int64_t i = 0; i < e->nodes; i++) {
      const igraph_vector_int_t *list = igraph_vector_int_list_get_ptr(&lists, i);
      double wanted[MOST] = {0};
      for (int64_t j = 0; j < igraph_vector_int_size(list); j++) wanted[VECTOR(*list)[j]] = 1;
      assert_true(row_equals(rings, khop_rings_slot(rings, k), i, wanted));
    }
  }
  igraph_vector_int_list_destroy(&lists);
  igraph_vector_int_destroy(&ends);
  igraph_destroy(&graph);
}

/* R_k(G^T) = R_k(G)^T, and IN = OUT^T, by khop_rings_transpose. */
static void check_transpose(const edge_list *e, const khop_graph *graph, int count,
                            const int *hops) {
  static edge_list back;
  back = *e;
  memcpy(back.from, e->to, sizeof back.from);
  memcpy(back.to, e->from, sizeof back.to);
  khop_graph *turned = graph_of(&back);
  khop_rings *out = build(graph, count, hops, KHOP_OUT, KHOP_RING), *transpose = NULL;
  khop_rings *in = build(graph, count, hops, KHOP_IN, KHOP_RING);
  khop_rings *of_turned = build(turned, count, hops, KHOP_OUT, KHOP_RING);
  ok(khop_rings_transpose(&transpose, out));
  assert_true(same_store(transpose, of_turned));
  assert_true(same_store(transpose, in));
  assert_int_equal(khop_rings_direction(transpose), KHOP_IN);
  if (!e->directed) assert_true(same_store(transpose, out));
  assert_int_equal(khop_rings_is_symmetric(out), !e->directed);
  khop_rings_free(out);
  khop_rings_free(in);
  khop_rings_free(of_turned);
  khop_rings_free(transpose);
  khop_graph_free(turned);
}

static void hundreds_of_graphs(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 1);
  static edge_list e;
  int count, tried = 0;
  const int *hops = every_hop(&count);
  for (int round = 0; round < ROUNDS; round++)
    for (int family = 0; family < FAMILIES; family++)
      for (int directed = 0; directed < 2; directed++) {
        draw_graph(&e, family, directed, MOST, &r);
        khop_graph *graph = graph_of(&e);
        for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
          khop_rings *rings = build(graph, count, hops, direction, KHOP_RING);
          check_against_floyd_warshall(&e, rings, direction);
          check_against_igraph(&e, rings, direction);
          assert_int_equal(khop_rings_direction(rings), direction);
          assert_int_equal(khop_rings_operator(rings), KHOP_RING);
          assert_int_equal(khop_rings_is_symmetric(rings), !directed || direction == KHOP_ALL);
          khop_rings_free(rings);
        }
        check_transpose(&e, graph, count, hops);
        khop_graph_free(graph);
        tried++;
      }
  assert_int_equal(tried, ROUNDS * FAMILIES * 2);
}

/* A comparison that cannot fail proves nothing: break right answers and demand failure. */
static void checker_is_checked(void **state) {
  (void)state;
  static edge_list e = {.nodes = 5, .count = 4, .from = {0, 1, 2, 3}, .to = {1, 2, 3, 4}};
  khop_graph *graph = graph_of(&e);
  khop_rings *rings = build(graph, 3, (int[]){0, 1, 2}, KHOP_OUT, KHOP_RING);
  double m[25];
  dense_operator(m, &e, KHOP_OUT, KHOP_RING, 2);
  assert_true(slot_equals(rings, 2, m));
  assert_false(slot_equals(rings, 1, m));
  for (int i = 0; i < 25; i++) {
    m[i] = 1 - m[i];
    assert_false(slot_equals(rings, 2, m));
    m[i] = 1 - m[i];
  }
  rings->columns[3]++;
  bool right = true;
  for (int k = 0; k <= 2; k++) {
    dense_operator(m, &e, KHOP_OUT, KHOP_RING, k);
    right &= slot_equals(rings, k, m);
  }
  assert_false(right);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- graphs that one can count by hand ------------------------------------------------------ */

static void karate_club(void **state) {
  (void)state;
  const int64_t totals[] = {34, 156, 530, 274, 146, 16};
  khop_graph *graph = NULL;
  ok(khop_graph_read(&graph, fixture("datasets/karate.graphml"), NULL));
  khop_rings *rings = build(graph, 7, (int[]){0, 1, 2, 3, 4, 5, 6}, KHOP_OUT, KHOP_RING);
  for (int k = 0; k <= 5; k++) assert_int_equal(khop_rings_entries(rings, k), totals[k]);
  assert_int_equal(khop_rings_entries(rings, 6), 0);
  assert_int_equal(khop_rings_empty_rows(rings, 6), 34);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* The ring of hop 2 has one node a row, the walks of 2 edges reach two: there, and back. */
static void four_cycle(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 4, 4, (int64_t[]){0, 1, 2, 3}, (int64_t[]){1, 2, 3, 0}, false));
  const int64_t entries[] = {4, 16, 8, 8};
  for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
    khop_rings *rings = build(graph, 1, (int[]){2}, KHOP_OUT, (khop_operator)op);
    const int32_t *columns;
    const khop_real *values;
    assert_int_equal(khop_rings_entries(rings, 0), entries[op]);
    khop_rings_row(rings, 0, 1, &columns, &values);
    if (op == KHOP_RING) assert_int_equal(columns[0], 3);
    if (op == KHOP_WALK_POWER) assert_true(values[0] == 2 && values[1] == 2);
    if (op != KHOP_WALK_POWER) assert_null(values);
    khop_rings_free(rings);
  }
  khop_graph_free(graph);
}

/* Distances from one node by a plain queue, over the graph's own rows. */
static void plain_search(int32_t *distance, int32_t *queue, const khop_graph *graph, int64_t from) {
  const int64_t *offsets = khop_graph_offsets(graph);
  const int32_t *targets = khop_graph_targets(graph);
  int64_t head = 0, tail = 0;
  for (int64_t i = 0; i < khop_graph_nodes(graph); i++) distance[i] = -1;
  distance[from] = 0;
  queue[tail++] = (int32_t)from;
  while (head < tail) {
    int32_t u = queue[head++];
    for (int64_t a = offsets[u]; a < offsets[u + 1]; a++)
      if (distance[targets[a]] < 0) {
        distance[targets[a]] = distance[u] + 1;
        queue[tail++] = targets[a];
      }
  }
}

/* Ring sizes of Cora: the table of the data sets' README, whose means are over 300 nodes of 2,708,
 * and the exact totals. */
static void cora(void **state) {
  (void)state;
  const int64_t exact[] = {2708,    10556,   86332,   247250, 663302,
                           1187132, 1389500, 1118348, 693030};
  const double means[] = {1, 3.83, 33.4, 90.8, 240.5, 426.1, 501.6, 407.3, 252.0};
  if (!getenv("KHOP_DATA")) {
    skipped("KHOP_DATA is not set");
    return;
  }
  khop_data *data = NULL;
  snprintf(path, sizeof path, "%.200s/cora.npz", getenv("KHOP_DATA"));
  ok(khop_data_load(&data, path, NULL));
  const khop_graph *graph = khop_data_graph(data);
  int64_t n = khop_graph_nodes(graph), totals[9] = {0};
  khop_rings *rings = build(graph, 9, (int[]){0, 1, 2, 3, 4, 5, 6, 7, 8}, KHOP_OUT, KHOP_RING);
  int32_t *distance = block_of(n, sizeof *distance), *queue = block_of(n, sizeof *queue);
  for (int64_t i = 0; i < n; i++) {
    plain_search(distance, queue, graph, i);
    for (int k = 0; k <= 8; k++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, k, i, &columns, NULL), here = 0;
      for (int64_t j = 0; j < n; j++) here += distance[j] == k;
      for (int64_t c = 0; c < count; c++) assert_int_equal(distance[columns[c]], k);
      assert_int_equal(count, here);
      totals[k] += here;
    }
  }
  for (int k = 0; k <= 8; k++) {
    double mean = (double)totals[k] / (double)n;
    assert_int_equal(totals[k], exact[k]);
    assert_int_equal(khop_rings_entries(rings, k), totals[k]);
    assert_true(fabs(mean / means[k] - 1) <= 0.15);
  }
  free(distance);
  free(queue);
  khop_rings_free(rings);
  khop_data_free(data);
}

/* --- the other operators, and the scales ----------------------------------------------------- */

static void operators(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  static edge_list e;
  const int hops[] = {4, 0, 1, 2, 6};
  for (int trial = 0; trial < 10 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 12, &r);
    khop_graph *graph = graph_of(&e);
    double *m = block_of(e.nodes * e.nodes, sizeof *m);
    for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++)
      for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
        khop_rings *rings = build(graph, 5, hops, direction, (khop_operator)op), *turned = NULL;
        ok(khop_rings_transpose(&turned, rings));
        for (int h = 0; h < 5; h++) {
          dense_operator(m, &e, direction, (khop_operator)op, hops[h]);
          assert_true(slot_equals(rings, khop_rings_slot(rings, hops[h]), m));
          for (int64_t i = 0; i < e.nodes; i++)
            for (int64_t j = 0; j < i; j++) {
              double held = m[i * e.nodes + j];
              m[i * e.nodes + j] = m[j * e.nodes + i];
              m[j * e.nodes + i] = held;
            }
          assert_true(slot_equals(turned, khop_rings_slot(turned, hops[h]), m));
        }
        khop_rings_free(rings);
        khop_rings_free(turned);
      }
    free(m);
    khop_graph_free(graph);
  }
}

/* A slot as a dense matrix, through its scales. */
static void scaled(double *m, const khop_rings *rings, int slot, khop_norm norm, bool loop) {
  int64_t n = khop_rings_nodes(rings);
  khop_real *left = block_of(n, sizeof *left), *right = block_of(n, sizeof *right);
  ok(khop_rings_scales(left, right, rings, slot, norm, loop));
  for (int64_t i = 0; i < n; i++) {
    const int32_t *columns;
    const khop_real *values;
    int64_t count = khop_rings_row(rings, slot, i, &columns, &values);
    assert_true(isfinite(left[i]) && isfinite(right[i]));
    for (int64_t j = 0; j < n; j++) m[i * n + j] = 0;
    if (loop && takes_loop(khop_rings_operator(rings), khop_rings_hop(rings, slot)))
      m[i * n + i] = 1;
    for (int64_t c = 0; c < count; c++) m[i * n + columns[c]] += values ? (double)values[c] : 1;
    for (int64_t j = 0; j < n; j++) m[i * n + j] *= (double)left[i] * (double)right[j];
    /* the mean over nothing is an exact 0 */
    if (count == 0 && !loop && (norm == KHOP_NORM_ROW || norm == KHOP_NORM_SYM))
      assert_true(left[i] == 0);
  }
  free(left);
  free(right);
}

static bool close_to(const double *got, const double *wanted, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    if ((wanted[i] == 0) != (got[i] == 0)) return false;
    if (!(fabs(got[i] - wanted[i]) <= 4e-7 * fabs(wanted[i]))) return false;
  }
  return true;
}

/* Files and GraphBLAS give the same matrix back. */
static void read_npz(double *m, int64_t n) {
  khop_i_npz *npz = NULL;
  khop_i_array indices, indptr, format, shape, data;
  ok(khop_i_npz_open(&npz, path));
  ok(khop_i_npz_read(&indices, npz, "indices"));
  ok(khop_i_npz_read(&indptr, npz, "indptr"));
  ok(khop_i_npz_read(&format, npz, "format"));
  ok(khop_i_npz_read(&shape, npz, "shape"));
  ok(khop_i_npz_read(&data, npz, "data"));
  assert_memory_equal(format.data, "csr", 3);
  assert_int_equal(format.dimensions, 0); /* SciPy's is a scalar of 3 bytes */
  assert_int_equal(format.dtype, KHOP_I_BYTES);
  assert_int_equal(data.dtype, sizeof(khop_real) == 8 ? KHOP_I_FLOAT64 : KHOP_I_FLOAT32);
  assert_int_equal(shape.count, 2);
  assert_int_equal(khop_i_array_integer(&shape, 0), n);
  assert_int_equal(khop_i_array_integer(&shape, 1), n);
  assert_int_equal(indptr.count, n + 1);
  for (int64_t i = 0; i < n * n; i++) m[i] = 0;
  for (int64_t i = 0; i < n; i++)
    for (int64_t e = khop_i_array_integer(&indptr, i), end = khop_i_array_integer(&indptr, i + 1);
         e < end; e++)
      m[i * n + khop_i_array_integer(&indices, e)] += khop_i_array_number(&data, e);
  khop_i_array_free(&indices);
  khop_i_array_free(&indptr);
  khop_i_array_free(&format);
  khop_i_array_free(&shape);
  khop_i_array_free(&data);
  khop_i_npz_close(npz);
}

static void read_mtx(double *m, int64_t n) {
  FILE *file = fopen(path, "r");
  char kind[20];
  long long rows, columns, entries, i, j, read = 0;
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%%%%MatrixMarket matrix coordinate %19s general", kind), 1);
  assert_int_equal(fscanf(file, "%lld %lld %lld", &rows, &columns, &entries), 3);
  assert_true(rows == n && columns == n);
  bool pattern = strcmp(kind, "pattern") == 0;
  for (int64_t k = 0; k < n * n; k++) m[k] = 0;
  while (fscanf(file, "%lld %lld", &i, &j) == 2) {
    double value = 1;
    if (!pattern) assert_int_equal(fscanf(file, "%lf", &value), 1);
    m[(i - 1) * n + j - 1] += value;
    read++;
  }
  assert_int_equal(read, entries);
  fclose(file);
}

static void read_graphblas(double *m, const khop_rings *rings, int slot, khop_norm norm,
                           bool loop) {
  GrB_Matrix matrix = NULL;
  GrB_Index rows, columns;
  int64_t n = khop_rings_nodes(rings);
  ok(khop_rings_to_graphblas(&matrix, rings, slot, norm, loop));
  assert_int_equal(GrB_Matrix_nrows(&rows, matrix), GrB_SUCCESS);
  assert_int_equal(GrB_Matrix_ncols(&columns, matrix), GrB_SUCCESS);
  assert_true((int64_t)rows == n && (int64_t)columns == n);
  for (int64_t i = 0; i < n * n; i++) {
    m[i] = 0;
    GrB_Matrix_extractElement_FP64(&m[i], matrix, (GrB_Index)(i / n), (GrB_Index)(i % n));
  }
  GrB_Matrix_free(&matrix);
}

static void normalisations(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 3);
  static edge_list e;
  const int hops[] = {0, 1, 2, 3};
  for (int trial = 0; trial < 2 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES, 11, &r);
    khop_graph *graph = graph_of(&e);
    int64_t n = e.nodes, all = n * n;
    double *wanted = block_of(all, sizeof *wanted), *got = block_of(all, sizeof *got);
    for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
      khop_rings *rings = build(graph, 4, hops, KHOP_OUT, (khop_operator)op);
      for (int k = 0; k < 4; k++)
        for (int which = 0; which < 8; which++) {
          khop_norm norm = (khop_norm)(which / 2);
          bool loop = which % 2;
          dense_operator(wanted, &e, KHOP_OUT, (khop_operator)op, hops[k]);
          dense_normalise(wanted, n, norm, loop && takes_loop((khop_operator)op, hops[k]));
          scaled(got, rings, k, norm, loop);
          assert_true(close_to(got, wanted, all));
          if (trial % 3) continue; /* files cost more */
          snprintf(path, sizeof path, "%s/ring.npz", folder);
          ok(khop_rings_write(rings, k, norm, loop, path));
          read_npz(got, n);
          assert_true(close_to(got, wanted, all));
          snprintf(path, sizeof path, "%s/ring.mtx", folder);
          ok(khop_rings_write(rings, k, norm, loop, path));
          read_mtx(got, n);
          assert_true(close_to(got, wanted, all));
          read_graphblas(got, rings, k, norm, loop);
          assert_true(close_to(got, wanted, all));
        }
      khop_rings_free(rings);
    }
    free(wanted);
    free(got);
    khop_graph_free(graph);
  }
}

/* A ring as a file is a graph again, the one whose edges are the pairs at that distance. */
static void ring_as_graph(void **state) {
  (void)state;
  khop_graph *graph = NULL, *back = NULL;
  ok(khop_graph_grid(&graph, 2, (int64_t[]){7, 9}, NULL, false, true));
  khop_rings *rings = build(graph, 1, (int[]){3}, KHOP_OUT, KHOP_RING);
  snprintf(path, sizeof path, "%s/ring.mtx", folder);
  ok(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, path));
  ok(khop_graph_read(&back, path, &(khop_read_options){.directed = true}));
  assert_int_equal(khop_graph_nodes(back), 63);
  assert_int_equal(khop_graph_edges(back), khop_rings_entries(rings, 0));
  assert_memory_equal(khop_graph_offsets(back), rings->offsets, 64 * sizeof(int64_t));
  assert_memory_equal(khop_graph_targets(back), rings->columns,
                      (size_t)rings->offsets[63] * sizeof(int32_t));
  khop_graph_free(back);
  khop_data *data = NULL; /* the .npz is a data set without features or labels */
  snprintf(path, sizeof path, "%s/ring.npz", folder);
  ok(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, path));
  ok(khop_data_load(&data, path, NULL));
  assert_int_equal(khop_graph_edges(khop_data_graph(data)), khop_rings_entries(rings, 0));
  khop_data_free(data);
  fails(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, "ring.txt"), KHOP_E_ARGUMENT, "ring.txt",
        ".mtx or .npz");
  fails(khop_rings_write(rings, 1, KHOP_NORM_NONE, false, path), KHOP_E_ARGUMENT, "slot 1",
        "1 slots");
  fails(khop_rings_write(rings, 0, (khop_norm)9, false, path), KHOP_E_ARGUMENT, "normalisation",
        "9");
  snprintf(path, sizeof path, "%s/nowhere/ring.npz", folder);
  assert_int_not_equal(khop_rings_write(rings, 0, KHOP_NORM_NONE, false, path), KHOP_OK);
  GrB_Matrix matrix = NULL;
  fails(khop_rings_to_graphblas(&matrix, rings, -1, KHOP_NORM_NONE, false), KHOP_E_ARGUMENT,
        "slot -1", "1 slots");
  assert_null(matrix);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- far hops, no nodes, wrong arguments ------------------------------------------------------ */

static bool count_call(double share, void *context) {
  (void)share;
  ++*(int *)context;
  return true;
}

/* A hop beyond any distance is an empty ring at once: no block is searched. */
static void far_hops(void **state) {
  (void)state;
  const int64_t n = 3000;
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = NULL;
    ok(khop_graph_grid(&graph, 1, &n, NULL, false, directed));
    for (khop_direction direction = KHOP_OUT; direction <= KHOP_ALL; direction++) {
      int calls = 0;
      khop_rings_options options = {direction, KHOP_RING, 0, count_call, &calls};
      khop_rings *rings = NULL;
      uint64_t before = khop_allocations();
      ok(khop_rings_build(&rings, graph, 2, (int[]){1000000000, INT32_MAX}, &options));
      assert_int_equal(calls, 0);
      assert_true(khop_allocations() - before < 20);
      assert_int_equal(khop_rings_slots(rings), 2);
      for (int slot = 0; slot < 2; slot++) {
        assert_int_equal(khop_rings_entries(rings, slot), 0);
        assert_int_equal(khop_rings_empty_rows(rings, slot), n);
      }
      khop_rings_free(rings);
      /* beside near hops it adds no search, only its empty rows */
      ok(khop_rings_build(&rings, graph, 3, (int[]){1000000000, 1, 2}, &options));
      assert_int_equal(calls, (n + 255) / 256);
      assert_int_equal(khop_rings_hop(rings, 2), 1000000000);
      assert_int_equal(khop_rings_entries(rings, 2), 0);
      assert_int_equal(khop_rings_entries(rings, 0), (directed && direction != KHOP_ALL ? 1 : 2) * (n - 1));
      khop_rings_free(rings);
    }
    khop_graph_free(graph);
  }
  /* at and around the diameter of a path, beyond the hops that are taken without a bound */
  const int64_t m = 70;
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 1, &m, NULL, false, false));
  khop_rings *rings = build(graph, 4, (int[]){68, 69, 70, 71}, KHOP_OUT, KHOP_RING);
  const int64_t entries[] = {4, 2, 0, 0};
  for (int s = 0; s < 4; s++) assert_int_equal(khop_rings_entries(rings, s), entries[s]);
  khop_rings_free(rings);
  rings = build(graph, 1, (int[]){1000000000}, KHOP_OUT, KHOP_BALL); /* everything */
  assert_int_equal(khop_rings_entries(rings, 0), m * m);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

static void no_nodes(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 0, 0, NULL, NULL, false));
  for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
    khop_rings *rings = build(graph, 2, (int[]){0, 40}, KHOP_OUT, (khop_operator)op), *turned = NULL;
    assert_int_equal(khop_rings_nodes(rings), 0);
    assert_int_equal(khop_rings_entries(rings, 0), 0);
    ok(khop_rings_transpose(&turned, rings));
    khop_rings_free(turned);
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, rings, 2, (int[]){0, 40}, KHOP_NORM_SYM, true));
    khop_taps_free(taps);
    snprintf(path, sizeof path, "%s/none.mtx", folder);
    ok(khop_rings_write(rings, 0, KHOP_NORM_ROW, true, path));
    khop_rings_free(rings);
  }
  khop_estimate estimate;
  double entries;
  ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){1}, NULL, 0, 1));
  assert_true(entries == 0 && isfinite(estimate.bytes));
  khop_graph_free(graph);
  khop_rings_free(NULL);
  khop_taps_free(NULL);
}

static void wrong_arguments(void **state) {
  (void)state;
  const int64_t n = 5;
  khop_graph *graph = NULL;
  khop_rings *rings = (khop_rings *)(void *)&graph; /* must become NULL */
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, false));
  size_t held = khop_bytes_now();
  khop_rings_options options = {0};
  fails(khop_rings_build(&rings, graph, 2, (int[]){1, -1}, NULL), KHOP_E_ARGUMENT, "-1", "hop");
  assert_null(rings);
  fails(khop_rings_build(&rings, graph, 0, NULL, NULL), KHOP_E_ARGUMENT, "0 hops", "at least one");
  options.op = KHOP_WALK_POWER;
  fails(khop_rings_build(&rings, graph, 1, (int[]){4097}, &options), KHOP_E_ARGUMENT, "4097", "4096");
  options.op = (khop_operator)17;
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "operator", "17");
  options = (khop_rings_options){.direction = (khop_direction)5};
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "direction", "5");
  options = (khop_rings_options){.max_bytes = -2};
  fails(khop_rings_build(&rings, graph, 1, (int[]){1}, &options), KHOP_E_ARGUMENT, "-2", "budget");
  khop_estimate estimate;
  fails(khop_rings_estimate(&estimate, NULL, NULL, graph, 1, (int[]){-7}, NULL, 0, 1),
        KHOP_E_ARGUMENT, "-7", "hop");
  fails(khop_rings_estimate(&estimate, NULL, NULL, graph, 1, (int[]){1}, NULL, -1, 1),
        KHOP_E_ARGUMENT, "-1", "samples");
  assert_int_equal(khop_bytes_now(), held);
  ok(khop_rings_build(&rings, graph, 2, (int[]){1, 2}, NULL));
  assert_int_equal(khop_rings_slot(rings, 3), -1);
  assert_int_equal(khop_rings_hop(rings, 2), -1);
  assert_int_equal(khop_rings_hop(rings, -1), -1);
  const int32_t *columns;
  assert_int_equal(khop_rings_row(rings, 2, 0, &columns, NULL), 0);
  assert_null(columns);
  assert_int_equal(khop_rings_row(rings, 0, 5, &columns, NULL), 0);
  assert_int_equal(khop_rings_row(rings, 0, -1, &columns, NULL), 0);
  assert_int_equal(khop_rings_entries(rings, 7), 0);
  khop_taps *taps = NULL;
  fails(khop_taps_new(&taps, rings, 2, (int[]){1, 3}, KHOP_NORM_NONE, false), KHOP_E_ARGUMENT,
        "hop 3", "2 hops");
  fails(khop_taps_new(&taps, rings, 0, NULL, KHOP_NORM_NONE, false), KHOP_E_ARGUMENT, "0 taps", "1");
  khop_rings_free(rings);
  /* the walks of a complete graph outgrow a float at 39 hops; in double later */
  khop_graph_free(graph);
  static edge_list e = {.nodes = 12};
  e.count = 0;
  for (int64_t i = 0; i < 12; i++)
    for (int64_t j = 0; j < i; j++) add_edge(&e, i, j);
  graph = graph_of(&e);
  options = (khop_rings_options){.op = KHOP_WALK_POWER};
  fails(khop_rings_build(&rings, graph, 1, (int[]){400}, &options), KHOP_E_VALUE, "walk", "support");
  options.op = KHOP_WALK_SUPPORT;
  ok(khop_rings_build(&rings, graph, 1, (int[]){4096}, &options));
  assert_int_equal(khop_rings_entries(rings, 0), 144);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* --- cost, budget, progress, threads ---------------------------------------------------------- */

static void estimates(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  static edge_list e;
  const int hops[] = {3, 1, 0, 3, 2};
  for (int trial = 0; trial < 4 * FAMILIES; trial++) {
    draw_graph(&e, trial % FAMILIES, trial / FAMILIES % 2, 60, &r);
    khop_graph *graph = graph_of(&e);
    khop_rings_options options = {.direction = (khop_direction)(trial % 3),
                                  .op = (khop_operator)(trial % 4)};
    khop_rings *rings = NULL;
    khop_estimate estimate;
    double entries[5], empty[5];
    ok(khop_rings_build(&rings, graph, 5, hops, &options));
    ok(khop_rings_estimate(&estimate, entries, empty, graph, 5, hops, &options, 0, 9));
    assert_true(estimate.exact);
    assert_int_equal(estimate.samples, e.nodes);
    for (int i = 0; i < 5; i++) {
      int slot = khop_rings_slot(rings, hops[i]);
      assert_true(entries[i] == (double)khop_rings_entries(rings, slot));
      assert_true(empty[i] == (double)khop_rings_empty_rows(rings, slot));
    }
    /* the figure leaves out the struct and the list of hops, a few hundred bytes */
    double bytes = (double)khop_rings_bytes(rings);
    assert_true(estimate.bytes <= bytes && bytes - estimate.bytes <= 256);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  /* a sample of a regular graph says it all; of a random one, about */
  const int64_t n = 5000;
  khop_graph *graph = NULL;
  khop_estimate estimate;
  double entries;
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, false));
  ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){3}, NULL, 100, 1));
  assert_false(estimate.exact);
  assert_int_equal(estimate.samples, 100);
  assert_true(fabs(entries / (2 * (double)n) - 1) <= 0.02);
  khop_graph_free(graph);
}

static void refused(const khop_graph *graph, int count, const int *hops, int64_t bytes,
                    const char *a, const char *b) {
  khop_rings *rings = (khop_rings *)(void *)&bytes;
  size_t held = khop_bytes_now();
  fails(khop_rings_build(&rings, graph, count, hops, &(khop_rings_options){.max_bytes = bytes}),
        KHOP_E_BUDGET, a, b);
  assert_null(rings);
  assert_int_equal(khop_bytes_now(), held);
}

static void budgets(void **state) {
  (void)state;
  const int64_t n = 4000;
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  ok(khop_graph_grid(&graph, 1, &n, NULL, false, false));
  /* the offsets alone: 3 slots of 4,000 rows of 8 bytes */
  refused(graph, 3, (int[]){0, 1, 2}, 90000, "at least 0.096 MB", "budget is 0.09 MB");
  /* the entries, by the estimate: 2 * 4,000 * 4 bytes more */
  refused(graph, 1, (int[]){2}, 60000, "4000 nodes take about 0.06", "0.06 MB: ask for fewer");
  ok(khop_rings_build(&rings, graph, 1, (int[]){2}, &(khop_rings_options){.max_bytes = 64100}));
  assert_int_equal(khop_rings_entries(rings, 0), 2 * (n - 2));
  assert_true(khop_rings_bytes(rings) <= 64100 + 200);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* A clique that no sample has seen: the estimate is wrong, and the build stops all the same. */
static void budget_in_spite_of_estimate(void **state) {
  (void)state;
  const int64_t n = 50000, clique = 300;
  int64_t edges = clique * (clique - 1) / 2, *from = block_of(edges, 8), *to = block_of(edges, 8);
  khop_graph *graph = NULL;
  double entries = 1;
  for (int64_t first = 0; entries != 0 && first + clique <= n; first += clique) {
    int64_t count = 0;
    khop_estimate estimate;
    khop_graph_free(graph);
    for (int64_t i = 0; i < clique; i++)
      for (int64_t j = 0; j < i; j++) from[count] = first + i, to[count++] = first + j;
    ok(khop_graph_from_coo(&graph, n, edges, from, to, false));
    ok(khop_rings_estimate(&estimate, &entries, NULL, graph, 1, (int[]){1}, NULL, 0, 1));
  }
  assert_true(entries == 0);
  refused(graph, 1, (int[]){1}, 8 * (n + 1) + 100000, "at least", "the budget is 0.5 MB");
  khop_graph_free(graph);
  free(from);
  free(to);
}

typedef struct watch {
  int calls, stop_at;
  double last;
  bool falls;
} watch;

static bool watch_progress(double share, void *context) {
  watch *w = context;
  if (share < w->last || !(share > 0 && share <= 1)) w->falls = true;
  w->last = share;
  return ++w->calls != w->stop_at;
}

static void progress(void **state) {
  (void)state;
  const int64_t shape[] = {60, 60};
  khop_graph *graph = NULL;
  ok(khop_graph_grid(&graph, 2, shape, NULL, true, false));
  size_t held = khop_bytes_now();
  for (int threads = 1; threads <= 4; threads++) {
    ok(khop_set_threads(threads));
    watch w = {0};
    khop_rings *rings = NULL;
    khop_rings_options options = {.progress = watch_progress, .context = &w};
    ok(khop_rings_build(&rings, graph, 2, (int[]){1, 2}, &options));
    assert_int_equal(w.calls, (3600 + 255) / 256);
    assert_true(w.last == 1 && !w.falls);
    khop_rings_free(rings);
    for (int stop = 1; stop <= 15; stop += 7) {
      w = (watch){.stop_at = stop};
      rings = (khop_rings *)(void *)&w;
      fails(khop_rings_build(&rings, graph, 2, (int[]){1, 2}, &options), KHOP_E_INTERRUPTED,
            "stopped", "15 blocks");
      assert_null(rings);
      assert_int_equal(khop_bytes_now(), held);
      assert_int_equal(w.calls, stop); /* not asked again */
    }
  }
  ok(khop_set_threads(0));
  khop_graph_free(graph);
}

static void any_number_of_threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  const int64_t n = 1500, m = 4000;
  int64_t *from = block_of(m, sizeof *from), *to = block_of(m, sizeof *to);
  for (int64_t i = 0; i < m; i++)
    from[i] = khop_i_random_below(&r, n), to[i] = khop_i_random_below(&r, n);
  for (int directed = 0; directed < 2; directed++) {
    khop_graph *graph = NULL;
    ok(khop_graph_from_coo(&graph, n, m, from, to, directed));
    for (int op = KHOP_RING; op <= KHOP_WALK_SUPPORT; op++) {
      khop_rings *rings[4];
      for (int threads = 1; threads <= 4; threads++) {
        ok(khop_set_threads(threads));
        rings[threads - 1] = build(graph, 4, (int[]){0, 1, 2, 4}, KHOP_OUT, (khop_operator)op);
        assert_true(same_store(rings[0], rings[threads - 1]));
      }
      for (int i = 0; i < 4; i++) khop_rings_free(rings[i]);
    }
    khop_graph_free(graph);
  }
  ok(khop_set_threads(0));
  free(from);
  free(to);
}

/* --- failing allocations ----------------------------------------------------------------------- */

/* Memory that runs out after `left` allocations; never where that is negative. */
static atomic_llong left = -1, live;

static void *allocate(size_t size, void *context) {
  (void)context;
  if (atomic_load(&left) >= 0 && atomic_fetch_sub(&left, 1) <= 0) {
    atomic_store(&left, 0); /* and stays run out */
    return NULL;
  }
  atomic_fetch_add(&live, 1);
  return malloc(size);
}

static void release(void *pointer, void *context) {
  (void)context;
  if (pointer) atomic_fetch_sub(&live, 1);
  free(pointer);
}

typedef struct attempt {
  khop_graph *graph;
  khop_rings *rings;
  khop_rings_options options;
} attempt;

static khop_status try_build(attempt *a) {
  khop_rings *rings = (khop_rings *)(void *)a;
  khop_status status = khop_rings_build(&rings, a->graph, 3, (int[]){0, 1, 40}, &a->options);
  if (status != KHOP_OK) assert_null(rings);
  khop_rings_free(rings);
  return status;
}

static khop_status try_transpose(attempt *a) {
  khop_rings *turned = (khop_rings *)(void *)a;
  khop_status status = khop_rings_transpose(&turned, a->rings);
  if (status != KHOP_OK) assert_null(turned);
  khop_rings_free(turned);
  return status;
}

/* Rings remember their transpose: only fresh ones show what its making needs. */
static khop_status try_taps(attempt *a) {
  khop_taps *taps = (khop_taps *)(void *)a;
  khop_rings copy = *a->rings;
  copy.turned = NULL;
  khop_status status = khop_taps_new(&taps, &copy, 2, (int[]){0, 1}, KHOP_NORM_SYM, true);
  if (status != KHOP_OK) assert_null(taps);
  khop_taps_free(taps);
  khop_rings_free(copy.turned);
  return status;
}

static khop_status try_conv(attempt *a) {
  khop_real x[40 * 3] = {0}, w[2 * 3 * 2] = {0}, y[40 * 2];
  khop_taps *taps = NULL;
  long long kept = atomic_exchange(&left, -1);
  ok(khop_taps_new(&taps, a->rings, 2, (int[]){0, 1}, KHOP_NORM_ROW, false));
  atomic_store(&left, kept);
  khop_status status = khop_conv_forward(y, taps, x, w, NULL, 3, 2, 0);
  if (status == KHOP_OK) status = khop_conv_backward(x, w, NULL, taps, x, w, y, 3, 2, 0);
  khop_taps_free(taps);
  return status;
}

static khop_status try_estimate(attempt *a) {
  khop_estimate estimate;
  return khop_rings_estimate(&estimate, NULL, NULL, a->graph, 3, (int[]){0, 1, 40}, &a->options, 0,
                             1);
}

static khop_status try_export(attempt *a) {
  GrB_Matrix matrix = NULL;
  khop_status status = khop_rings_to_graphblas(&matrix, a->rings, 1, KHOP_NORM_SYM, true);
  if (status == KHOP_OK) GrB_Matrix_free(&matrix);
  return status;
}

static khop_status try_write(attempt *a) {
  snprintf(path, sizeof path, "%s/memory.mtx", folder);
  return khop_rings_write(a->rings, 1, KHOP_NORM_SYM, true, path);
}

/* Allocation 0, 1, 2, ... fails until the call succeeds. */
static void until_it_succeeds(khop_status (*call)(attempt *a), attempt *a) {
  size_t held = khop_bytes_now();
  long long blocks = atomic_load(&live);
  for (long long n = 0;; n++) {
    assert_true(n < 10000);
    atomic_store(&left, n);
    khop_status status = call(a);
    atomic_store(&left, -1);
    khop_rings_free(a->rings ? a->rings->turned : NULL);
    if (a->rings) a->rings->turned = NULL;
    assert_int_equal(khop_bytes_now(), held);
    assert_int_equal(atomic_load(&live), blocks);
    if (status == KHOP_OK) {
      assert_true(n > 0); /* it does allocate */
      return;
    }
    fails(status, KHOP_E_MEMORY, "no memory", "");
  }
}

static void failing_allocations(void **state) {
  (void)state;
  assert_int_equal(khop_bytes_now(), 0);
  ok(khop_set_allocator(&(khop_allocator){allocate, release, NULL}));
  const int64_t n = 600, small = 40;
  for (int threads = 1; threads <= 2; threads++)
    for (int directed = 0; directed < 2; directed++)
      for (int which = 0; which < 12; which++) {
        attempt a = {.options = {.op = (khop_operator)(which / 3),
                                 .direction = (khop_direction)(which % 3)}};
        ok(khop_set_threads(threads));
        ok(khop_graph_grid(&a.graph, 1, which == 0 ? &n : &small, NULL, false, directed));
        fails(khop_set_allocator(NULL), KHOP_E_ARGUMENT, "still holds", "bytes");
        until_it_succeeds(try_build, &a);
        until_it_succeeds(try_estimate, &a);
        khop_graph_free(a.graph);
        ok(khop_graph_grid(&a.graph, 1, &small, NULL, false, directed));
        ok(khop_rings_build(&a.rings, a.graph, 3, (int[]){0, 1, 2}, &a.options));
        until_it_succeeds(try_transpose, &a);
        until_it_succeeds(try_taps, &a);
        until_it_succeeds(try_conv, &a);
        until_it_succeeds(try_export, &a);
        until_it_succeeds(try_write, &a);
        khop_rings_free(a.rings);
        khop_graph_free(a.graph);
      }
  ok(khop_set_threads(0));
  assert_int_equal(khop_bytes_now(), 0);
  assert_int_equal(atomic_load(&live), 0);
  ok(khop_set_allocator(NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hundreds_of_graphs),
      cmocka_unit_test(checker_is_checked),
      cmocka_unit_test(karate_club),
      cmocka_unit_test(four_cycle),
      cmocka_unit_test(cora),
      cmocka_unit_test(operators),
      cmocka_unit_test(normalisations),
      cmocka_unit_test(ring_as_graph),
      cmocka_unit_test(far_hops),
      cmocka_unit_test(no_nodes),
      cmocka_unit_test(wrong_arguments),
      cmocka_unit_test(estimates),
      cmocka_unit_test(budgets),
      cmocka_unit_test(budget_in_spite_of_estimate),
      cmocka_unit_test(progress),
      cmocka_unit_test(any_number_of_threads),
      cmocka_unit_test(failing_allocations),
  };
  return cmocka_run_group_tests_name("rings", tests, setup, teardown);
}
