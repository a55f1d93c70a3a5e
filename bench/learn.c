/* learn.c: the training on a set of graphs that bench/molecules.py measures: the atoms of molecules, three
 * k-hop convolutions over the rings 0, 1 and 2, a sum over the atoms, the mean squared error.
 *
 * bench_learn MOLECULES.csv TARGET FOLDER writes what PyTorch Geometric needs (x, y, first, edges as .npy)
 * to the folder and answers the number of parameters. A line "epochs N" on the input: the answer is the
 * seconds an epoch, and the training loss of the last one. */
#include "bench.h"

#include <khop/learn.h>
#include <khop/molecule_graphs.h>

static void write_array(const char *folder, const char *name, const khop_real *x, int64_t rows, int64_t columns) {
  char path[1000];
  snprintf(path, sizeof path, "%s/learn.%s.npy", folder, name);
  must(khop_write_npy(path, x, rows, columns));
}

/* Indices are whole numbers below 2^24, which float32 holds as they are. */
static void write_set(const khop_graphs *set, const char *folder) {
  const khop_graph *graph = khop_graphs_graph(set);
  const int64_t *offsets = khop_graph_offsets(graph);
  int64_t nodes = khop_graph_nodes(graph), graphs = khop_graphs_count(set);
  const khop_features *features = khop_graphs_features(set);
  khop_real *first = numbers(graphs + 1), *edges = numbers(2 * offsets[nodes]);
  for (int64_t g = 0; g <= graphs; g++) first[g] = (khop_real)khop_graphs_first(set)[g];
  for (int64_t i = 0; i < nodes; i++)
    for (int64_t e = offsets[i]; e < offsets[i + 1]; e++) {
      edges[2 * e] = (khop_real)i;
      edges[2 * e + 1] = (khop_real)khop_graph_targets(graph)[e];
    }
  write_array(folder, "x", features->dense, nodes, features->columns);
  write_array(folder, "y", khop_graphs_targets(set, NULL), graphs, 1);
  write_array(folder, "first", first, graphs + 1, 1);
  write_array(folder, "edges", edges, offsets[nodes], 2);
  khop_i_free(first);
  khop_i_free(edges);
}

static khop_recipe make_recipe(void) {
  khop_recipe r;
  must(khop_recipe_find(&r, "molecule"));
  r.taps = 3; /* hops 0, 1, 2 */
  r.readouts = 1 << KHOP_READOUT_SUM;
  r.typed = r.extras = false;
  r.dropout = r.average = 0;
  r.fit = (khop_fit_options){.optimizer = {.rate = 0.001}, .epochs = 1, .patience = -1, .metric = KHOP_RMSE};
  return r;
}

int main(int argc, char **argv) {
  if (argc != 4) usage("bench_learn MOLECULES.csv TARGET FOLDER");
  const char *const target[] = {argv[2]};
  khop_molecules_options options = {.records = {.columns = 1, .column = target}, .no_graph_features = true};
  khop_recipe recipe = make_recipe();
  khop_graphs *set;
  khop_model *model;
  khop_rings *rings[KHOP_MAX_RINGS];
  char what[16];
  int count;
  must(khop_molecules_graphs(&set, argv[1], &options));
  write_set(set, argv[3]);
  must(khop_graphs_model(&model, &recipe, set));
  must(khop_graphs_rings(rings, &count, model, set, 0));
  uint8_t *part = calloc((size_t)khop_graphs_count(set), 1); /* all of them train */
  memset(part, KHOP_TRAIN, (size_t)khop_graphs_count(set));
  printf("%lld\n", (long long)khop_model_parameters(model));
  fflush(stdout);
  while (scanf("%15s %d", what, &recipe.fit.epochs) == 2) {
    khop_fit_result result;
    double begin = now();
    must(khop_graphs_fit(&result, NULL, model, set, count, rings, part, &recipe));
    printf("%.9g %.9g\n", (now() - begin) / recipe.fit.epochs, result.loss);
    fflush(stdout);
  }
  free(part);
  for (int i = 0; i < count; i++) khop_rings_free(rings[i]);
  khop_model_free(model);
  khop_graphs_free(set);
  return 0;
}
