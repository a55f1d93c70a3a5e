/* rows.c: some rows of rings and of a model, and an edit, beside a build and a prediction of the whole.
 *
 * bench_rows GRAPH, then questions with a count of nodes, or of edges. Answers are seconds, but for size and check:
 *
 *   ball N     the ball of two hops around N nodes       size N    its nodes
 *   batch N    the same, with the features copied out
 *   rows N     rings 0 to 2 of N nodes                   build 0   of all
 *   edit N     the rings after half of N edges went and as many came
 *   rebuild N  the same, built anew
 *   nodes N    scores of N nodes                         predict 0 of all
 *   check N    0: an edit and the scores of N nodes have the bits of the whole */
#include "bench.h"

#include "base/random.h"
#include "forms/rings.h"

enum { COLUMNS = 64, CLASSES = 32, MOST = 1000 };
static const int hops[] = {0, 1, 2};

typedef struct job {
  khop_data *data;
  const khop_graph *graph;
  khop_rings *rings;
  khop_model *model;
  khop_predictor *predictor;
  khop_real *scores, *some;
  int64_t nodes, chosen[MOST];
  int64_t from[2][MOST], to[2][MOST]; /* edges that come, and that go */
} job;

/* --- what is asked about ---------------------------------------------------------------------- */

static bool is_edge(const khop_graph *graph, int64_t i, int64_t j) {
  const int64_t *offsets = khop_graph_offsets(graph);
  for (int64_t a = offsets[i]; a < offsets[i + 1]; a++)
    if (khop_graph_targets(graph)[a] == j) return true;
  return false;
}

/* Nodes spread over the graph, and edges at random, each once. */
static void choose(job *j) {
  khop_i_random r;
  khop_i_random_seed(&r, 1);
  for (int64_t k = 0; k < MOST; k++) {
    int64_t i, other;
    j->chosen[k] = (k * (j->nodes / MOST) + j->nodes / 2) % j->nodes;
    do i = khop_i_random_below(&r, j->nodes), other = khop_i_random_below(&r, j->nodes);
    while (i == other || is_edge(j->graph, i, other));
    j->from[0][k] = i, j->to[0][k] = other;
    i = k * (j->nodes / MOST); /* another node each time, and so another edge, unless they are neighbours */
    j->from[1][k] = i, j->to[1][k] = khop_graph_targets(j->graph)[khop_graph_offsets(j->graph)[i]];
  }
}

static khop_graph_edits edits_of(const job *j, int64_t count) {
  return (khop_graph_edits){.added_edges = count - count / 2, .added_from = j->from[0], .added_to = j->to[0],
                            .removed_edges = count / 2, .removed_from = j->from[1], .removed_to = j->to[1]};
}

/* Two layers over rings 0 and 1, 64 columns between them. */
static void make_model(job *j) {
  khop_conv_options conv = {.taps = 2, .hops = hops, .norm = KHOP_NORM_ROW, .bias = true};
  must(khop_model_new(&j->model));
  khop_value x = khop_relu(j->model, khop_conv(j->model, khop_input(j->model, COLUMNS), COLUMNS, &conv));
  khop_softmax_cross_entropy(j->model, khop_conv(j->model, x, CLASSES, &conv));
  must(khop_model_init(j->model, 0));
}

static void open_job(job *j, const char *path) {
  khop_graph *graph;
  khop_i_random r;
  khop_i_random_seed(&r, 2);
  must(khop_graph_read(&graph, path, &(khop_read_options){.ids = KHOP_IDS_POSITION}));
  j->nodes = khop_graph_nodes(graph);
  if (j->nodes < 2 * MOST) usage("bench_rows GRAPH of 2,000 nodes at least");
  khop_real *x = numbers(j->nodes * COLUMNS);
  for (int64_t i = 0; i < j->nodes * COLUMNS; i++) x[i] = (khop_real)khop_i_random_uniform(&r);
  must(khop_data_new(&j->data, graph, &(khop_features){.rows = j->nodes, .columns = COLUMNS, .dense = x}, NULL));
  khop_i_free(x);
  j->graph = khop_data_graph(j->data);
  make_model(j);
  must(khop_predictor_new(&j->predictor, j->model, j->data, 0));
  must(khop_rings_build(&j->rings, j->graph, 3, hops, NULL));
  j->scores = numbers(j->nodes * CLASSES);
  j->some = numbers(MOST * CLASSES);
  choose(j);
}

static void close_job(job *j) {
  khop_i_free(j->scores);
  khop_i_free(j->some);
  khop_rings_free(j->rings);
  khop_predictor_free(j->predictor);
  khop_model_free(j->model);
  khop_data_free(j->data);
}

/* --- the work ------------------------------------------------------------------------------------ */

/* Its nodes. with: also copies their features. */
static int64_t take_ball(const job *j, int64_t count, bool with) {
  khop_graph *ball;
  int64_t *nodes;
  must(khop_graph_ball(&ball, &nodes, NULL, j->graph, count, j->chosen, 2, KHOP_OUT));
  int64_t size = khop_graph_nodes(ball);
  khop_real *x = with ? numbers(size * COLUMNS) : NULL;
  for (int64_t i = 0; with && i < size; i++)
    memcpy(x + i * COLUMNS, khop_data_features(j->data)->dense + nodes[i] * COLUMNS, COLUMNS * sizeof *x);
  khop_i_free(x);
  khop_free(nodes);
  khop_graph_free(ball);
  return size;
}

static void build_rows(const job *j, int64_t count) {
  khop_rings *rings;
  int64_t *nodes;
  must(khop_rings_build_rows(&rings, &nodes, NULL, j->graph, count, j->chosen, 3, hops, KHOP_NORM_ROW, NULL));
  khop_free(nodes);
  khop_rings_free(rings);
}

static void build_all(const job *j) {
  khop_rings *rings;
  must(khop_rings_build(&rings, j->graph, 3, hops, NULL));
  khop_rings_free(rings);
}

static khop_rings *update(const job *j, int64_t count) {
  khop_graph_edits edits = edits_of(j, count);
  khop_rings *rings;
  must(khop_rings_update(&rings, j->rings, j->graph, &edits, 0));
  return rings;
}

static khop_rings *rebuild(const job *j, int64_t count) {
  khop_graph_edits edits = edits_of(j, count);
  khop_graph *edited;
  khop_rings *rings;
  must(khop_graph_edit(&edited, j->graph, &edits));
  must(khop_rings_build(&rings, edited, 3, hops, NULL));
  khop_graph_free(edited);
  return rings;
}

/* How many of the two are wrong. */
static double check(const job *j, int64_t count) {
  khop_rings *a = update(j, count), *b = rebuild(j, count);
  int64_t cells = a->csr->nodes * a->csr->slots, entries = a->csr->offsets[cells];
  double wrong = memcmp(a->csr->offsets, b->csr->offsets, (size_t)(cells + 1) * sizeof *a->csr->offsets) != 0 ||
                 memcmp(a->csr->columns, b->csr->columns, (size_t)entries * sizeof *a->csr->columns) != 0;
  khop_rings_free(a);
  khop_rings_free(b);
  must(khop_predict(j->scores, j->model, j->data, 0));
  must(khop_predictor_nodes(j->some, j->predictor, count, j->chosen));
  for (int64_t k = 0; k < count; k++)
    if (memcmp(j->some + k * CLASSES, j->scores + j->chosen[k] * CLASSES, CLASSES * sizeof *j->some) != 0) return 1;
  return wrong;
}

static double answer(const job *j, const char *way, int64_t count) {
  double seconds = -1;
  if (!strcmp(way, "check")) return check(j, count);
  if (!strcmp(way, "size")) return (double)take_ball(j, count, false);
  if (!strcmp(way, "ball")) FASTEST(seconds, take_ball(j, count, false));
  if (!strcmp(way, "batch")) FASTEST(seconds, take_ball(j, count, true));
  if (!strcmp(way, "rows")) FASTEST(seconds, build_rows(j, count));
  if (!strcmp(way, "build")) FASTEST(seconds, build_all(j));
  if (!strcmp(way, "edit")) FASTEST(seconds, khop_rings_free(update(j, count)));
  if (!strcmp(way, "rebuild")) FASTEST(seconds, khop_rings_free(rebuild(j, count)));
  if (!strcmp(way, "nodes")) FASTEST(seconds, must(khop_predictor_nodes(j->some, j->predictor, count, j->chosen)));
  if (!strcmp(way, "predict")) FASTEST(seconds, must(khop_predict(j->scores, j->model, j->data, 0)));
  return seconds;
}

int main(int argc, char **argv) {
  if (argc != 2) usage("bench_rows GRAPH");
  static job j;
  open_job(&j, argv[1]);
  char way[16];
  long long count;
  while (scanf("%15s %lld", way, &count) == 2) {
    printf("%.9g\n", answer(&j, way, count < MOST ? count : MOST));
    fflush(stdout);
  }
  close_job(&j);
  return 0;
}
