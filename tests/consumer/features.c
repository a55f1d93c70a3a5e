/* features.c: a program for a build that may lack libraries. Its arguments name the features that are off: what needs
 * one of these must say so and write nothing, everything else must work. The last line is a checksum of what every
 * build computes, rings, products and a training: it does not depend on what is left out. */
#include <khop/khop.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* As khop/igraph.h and khop/graphblas.h declare them, without the headers of libraries that may be missing. */
khop_status khop_graph_from_igraph(khop_graph **graph, const void *source);
khop_status khop_rings_to_graphblas(void **matrix, const khop_rings *rings, int slot, khop_norm norm, bool self_loop);
khop_status khop_taps_from_graphblas(khop_taps **taps, int count, void *const *matrices, bool transposed);

static int checks, failures;
static int off_count;
static char **off_names;

static void report(bool good, const char *what) {
  printf("%sok %d - %s\n", good ? "" : "not ", ++checks, what);
  failures += !good;
}

static bool is_off(const char *feature) {
  for (int i = 0; i < off_count; i++)
    if (strcmp(off_names[i], feature) == 0) return true;
  return false;
}

/* The status of a call that needs a feature: `on` where it is there, else UNSUPPORTED with the library's name. */
static void needs(const char *feature, const char *library, khop_status on, khop_status seen, const char *what) {
  char text[300], sentence[64];
  bool off = is_off(feature);
  snprintf(sentence, sizeof sentence, "built without %s", library);
  snprintf(text, sizeof text, "%s: %s%s%s", what, khop_status_name(seen), seen ? ": " : "", seen ? khop_message() : "");
  report(off ? seen == KHOP_E_UNSUPPORTED && strstr(khop_message(), sentence) : seen == on, text);
}

static void write_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, size, file) != size || fclose(file)) report(false, path);
}

static khop_status read_graph(const char *path, const char *text) {
  khop_graph *graph = NULL;
  write_file(path, text, strlen(text));
  khop_status status = khop_graph_read(&graph, path, NULL);
  khop_graph_free(graph);
  return status;
}

/* "0 1\n1 2\n" as gzip -n packs it. */
static const unsigned char packed[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x33, 0x50, 0x30, 0xe4, 0x32, 0x54,
                                       0x30, 0xe2, 2, 0, 0x6a, 0x1d, 0xbb, 0xd7, 8, 0, 0, 0};

static void check_readers(void) {
  khop_graph *graph = NULL;
  needs("", "", KHOP_OK, read_graph("a.edges", "0 1\n1 2\n"), "an edge list");
  needs("", "", KHOP_OK, read_graph("a.gml", "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 ] ]\n"), "GML");
  needs("", "", KHOP_OK, read_graph("a.net", "*Vertices 2\n1 \"a\"\n2 \"b\"\n*Edges\n1 2\n"), "Pajek");
  needs("", "", KHOP_OK, read_graph("a.json", "{\"nodes\": [{\"id\": 1}, {\"id\": 2}], \"links\": [{\"source\": 1, "
                                             "\"target\": 2}]}\n"), "JSON");
  needs("cholmod", "CHOLMOD", KHOP_OK,
        read_graph("a.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 2\n"), "Matrix Market");
  needs("libxml", "libxml2", KHOP_OK,
        read_graph("a.graphml", "<graphml><graph edgedefault=\"undirected\"><node id=\"a\"/><node id=\"b\"/>"
                                "<edge source=\"a\" target=\"b\"/></graph></graphml>\n"), "GraphML");
  needs("libxml", "libxml2", KHOP_OK,
        read_graph("a.gexf", "<gexf><graph><nodes><node id=\"a\"/><node id=\"b\"/></nodes><edges>"
                             "<edge source=\"a\" target=\"b\"/></edges></graph></gexf>\n"), "GEXF");
  write_file("a.txt.gz", packed, sizeof packed);
  needs("zip", "zlib", KHOP_OK, khop_graph_read(&graph, "a.txt.gz", NULL), "an edge list that gzip has packed");
  khop_graph_free(graph);
}

static void check_written(const char *feature, const char *path) {
  report((access(path, F_OK) == 0) == !is_off(feature), path);
}

static void check_files(void) {
  khop_archive *archive = NULL;
  int64_t numbers[] = {1, 2, 3}, dilations[] = {1};
  double filter[] = {1, 1};
  khop_status status = khop_archive_new(&archive, "a.npz");
  if (!status) khop_archive_integers(archive, "x", numbers, 3);
  if (!status) status = khop_archive_commit(archive);
  needs("zip", "libzip", KHOP_OK, status, "an archive");
  check_written("zip", "a.npz");
  khop_archive_free(archive);
  needs("cairo", "cairo", KHOP_OK, khop_plot_response("a.svg", 2, filter, 1, dilations), "a picture");
  check_written("cairo", "a.svg");
}

/* As a feature of a path's nodes. */
static khop_status add_eigenvector(void) {
  khop_graph *path = NULL;
  khop_data *data = NULL;
  khop_status status = khop_graph_grid(&path, 1, (int64_t[]){5}, NULL, false, false);
  if (!status) status = khop_data_new(&data, path, NULL, NULL);
  if (!status) status = khop_data_add_encodings(data, &(khop_encodings){.laplacian = 1});
  khop_data_free(data);
  return status;
}

static void check_graphs(const khop_graph *graph) {
  khop_graph *given = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  void *matrix = NULL;
  int hops[] = {1, 2};
  khop_rings_options walks = {.op = KHOP_WALK_SUPPORT};
  needs("igraph", "igraph", KHOP_E_ARGUMENT, khop_graph_from_igraph(&given, NULL), "an igraph_t that is missing");
  needs("igraph", "igraph", KHOP_OK, add_eigenvector(), "an eigenvector");
  if (!is_off("cairo")) {
    needs("igraph", "igraph", KHOP_OK, khop_plot_rings("b.svg", graph, NULL, 0, KHOP_OUT, 2, NULL), "a layout");
    check_written("igraph", "b.svg");
  }
  needs("graphblas", "GraphBLAS", KHOP_OK, khop_rings_build(&rings, graph, 2, hops, &walks), "walks");
  khop_rings_free(rings);
  rings = NULL;
  needs("", "", KHOP_OK, khop_rings_build(&rings, graph, 2, hops, NULL), "rings");
  needs("graphblas", "GraphBLAS", KHOP_OK, khop_rings_to_graphblas(&matrix, rings, 0, KHOP_NORM_NONE, false),
        "rings as a GrB_Matrix");
  needs("graphblas", "GraphBLAS", KHOP_E_ARGUMENT, khop_taps_from_graphblas(&taps, 0, NULL, false),
        "taps of no GrB_Matrix");
  khop_rings_free(rings);
  report(khop_molfiles_supported() == !is_off("indigo"), "molfiles");
}

static void check_pagerank(const khop_graph *graph) {
  static khop_real x[64];
  khop_features features = {.rows = 64, .columns = 1, .dense = x};
  khop_model *model = NULL;
  khop_rings *rings[KHOP_MAX_RINGS];
  khop_run *run = NULL;
  int count = 0;
  khop_status status = khop_model_new(&model);
  if (!status) khop_ppr(model, khop_input(model, 1), 0.1);
  if (!status) status = khop_model_init(model, 1);
  if (!status) status = khop_model_rings(rings, &count, model, graph, 0);
  if (!status) status = khop_run_new(&run, model, count, rings, &features, false, 0);
  needs("cholmod", "CHOLMOD", KHOP_OK, status, "a run with personalised PageRank");
  khop_run_free(run);
  while (count > 0) khop_rings_free(rings[--count]);
  khop_model_free(model);
}

/* --- what every build computes -------------------------------------------------------------------------------- */

static uint64_t sum = 1469598103934665603u; /* FNV-1a */

static void take(const void *bytes, size_t size) {
  for (const unsigned char *at = bytes, *end = at + size; at < end; at++) sum = (sum ^ *at) * 1099511628211u;
}

static void take_rings(const khop_graph *graph) {
  khop_rings *rings = NULL;
  int hops[] = {0, 1, 3};
  if (khop_rings_build(&rings, graph, 3, hops, NULL)) {
    report(false, khop_message());
    return;
  }
  for (int slot = 0; slot < 3; slot++)
    for (int64_t i = 0; i < 64; i++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, slot, i, &columns, NULL);
      take(columns, (size_t)count * sizeof *columns);
    }
  khop_rings_free(rings);
}

/* The halves of the grid, from a quarter of its nodes; scores come back through a checkpoint. */
static void take_training(khop_graph *graph) {
  khop_data *data = NULL;
  khop_model *model = NULL;
  khop_recipe recipe;
  khop_report trained = {0};
  khop_train_options options = {.save = "a.safetensors"};
  int32_t labels[64];
  uint8_t train[64], test[64];
  static khop_real scores[64][2];
  for (int i = 0; i < 64; i++) labels[i] = i / 32, train[i] = i % 4 == 0, test[i] = i % 4 == 2;
  bool good = !khop_data_new(&data, graph, NULL, labels) && !khop_data_add_split(data, train, NULL, test) &&
              !khop_recipe_find(&recipe, "ring");
  if (good) {
    khop_recipe_adapt(&recipe, data);
    recipe.fit.epochs = 40;
    good = !khop_train(&trained, data, &recipe, &options) && !khop_model_load(&model, "a.safetensors") &&
           !khop_predict(&scores[0][0], model, data, 0) && trained.test_mean > 0.7;
  }
  report(good, good ? "a training, saved and loaded" : khop_message());
  take(scores, sizeof scores);
  khop_model_free(model);
  khop_report_free(&trained);
  khop_data_free(data);
}

int main(int count, char **names) {
  khop_graph *graph = NULL;
  int64_t shape[] = {8, 8};
  off_count = count - 1, off_names = names + 1;
  check_readers();
  check_files();
  if (khop_graph_grid(&graph, 2, shape, NULL, false, false)) return puts("Bail out! no grid"), 1;
  check_graphs(graph);
  check_pagerank(graph);
  take_rings(graph);
  take_training(graph);
  printf("1..%d\n# sum %016llx\n", checks, (unsigned long long)sum);
  return failures != 0;
}
