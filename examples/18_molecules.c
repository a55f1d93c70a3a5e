/* 18_molecules.c: from a file of molecules to a drawing of predicted against measured, in one command.
 *
 *   18_molecules FILE.csv COLUMN [OUTPUT.svg]     any file with a column of SMILES and one of numbers
 *   18_molecules --quick                          a small one that it writes itself
 *
 * Ring k of a molecule holds the atoms k bonds away. The recipe `property` splits ring 1 by the kind of bond,
 * adds rings 2 and 3, three layers of that, reads the atoms out into one row a molecule and joins descriptors.
 * Five folds, each tested by models that have not seen it; three models a
 * fold, whose deviation is the bar of a point. It succeeds when the error on molecules that were not trained on
 * is clearly below that of the best constant.
 *
 * The small file holds chain alkanes, alcohols, amines and ethers; the number to predict is made up, from counts:
 * carbons, hydrogen bonds, branches. It shows that the path from SMILES to picture works, and nothing of chemistry. */
#include "lesson.h"

#include <khop/molecule_graphs.h>
#include <string.h>

enum { SMALL = 60 };

/* A molecule of `carbons` in a row, with an end group, and a branch on every third carbon if asked for. */
static void write_molecule(FILE *out, int carbons, const char *end, double worth, bool branched, uint64_t *seed) {
  int branches = 0;
  for (int i = 0; i < carbons; i++) {
    bool here = branched && i % 3 == 1 && i + 1 < carbons;
    fputs(here ? "C(C)" : "C", out);
    branches += here;
  }
  fprintf(out, "%s,%.3f\n", end, 1.5 + worth - 0.5 * (carbons + branches) + 0.2 * branches +
                                     0.1 * (lesson_random(seed) - 0.5));
}

static int write_small(const char *path) {
  static const char *const ends[] = {"", "O", "N", "OC", "C(=O)O", "Cl"};
  static const double worth[] = {-1, 1.2, 0.9, 0, 1.5, -0.6};
  uint64_t seed = 4;
  FILE *out = fopen(path, "w");
  if (!out) return 1;
  fputs("smiles,solubility\n", out);
  for (int i = 0; i < SMALL; i++) write_molecule(out, 2 + i / 12 * 2, ends[i % 6], worth[i % 6], i % 12 >= 6, &seed);
  return fclose(out);
}

/* The error of predicting the mean. */
static double constant_error(const khop_graphs *set) {
  int64_t n = khop_graphs_count(set);
  const khop_real *y = khop_graphs_targets(set, NULL);
  double sum = 0, squares = 0;
  for (int64_t g = 0; g < n; g++) sum += (double)y[g];
  for (int64_t g = 0; g < n; g++) squares += ((double)y[g] - sum / (double)n) * ((double)y[g] - sum / (double)n);
  return sqrt(squares / (double)n);
}

static khop_status draw(const char *path, const khop_graphs *set, const khop_graph_report *report, const char *name) {
  enum { MOST = 100000 };
  static double measured[MOST], predicted[MOST], deviation[MOST];
  int64_t n = khop_graphs_count(set) < MOST ? khop_graphs_count(set) : MOST;
  for (int64_t g = 0; g < n; g++) {
    measured[g] = (double)khop_graphs_targets(set, NULL)[g];
    predicted[g] = (double)report->predictions[g];
    deviation[g] = (double)report->deviations[g];
  }
  return khop_plot_scatter(path, n, measured, predicted, deviation, name);
}

int main(int argc, char **argv) {
  bool quick = argc < 3;
  const char *path = quick ? "18_molecules.csv" : argv[1], *column = quick ? "solubility" : argv[2];
  const char *picture = argc > 3 ? argv[3] : "18_molecules.svg";
  khop_graphs *set;
  khop_recipe recipe;
  khop_graph_report report;
  if (quick && write_small(path)) return 1;
  CHECK(khop_molecules_graphs(&set, path, &(khop_molecules_options){.records = {.columns = 1, .column = &column}}));
  CHECK(khop_recipe_find(&recipe, "property"));
  recipe.fit.metric = KHOP_RMSE;
  if (quick) {
    recipe.hidden = 16;
    recipe.batch = 8;
    recipe.fit.epochs = 40;
    recipe.fit.optimizer.rate = 0.01;
  }
  CHECK(khop_graphs_train(&report, set, &recipe, &(khop_graph_options){.protocol = KHOP_FOLDS, .folds = 5,
                                                                       .ensemble = 3}));
  double constant = constant_error(set);
  printf("%lld molecules, five folds: RMSE %.3f (models alone %.3f), best constant %.3f\n",
         (long long)khop_graphs_count(set), report.together_mean, report.test_mean, constant);
  CHECK(draw(picture, set, &report, column));
  printf("predicted against measured is in %s\n", picture);
  bool good = report.together_mean < 0.5 * constant;
  khop_graph_report_free(&report);
  khop_graphs_free(set);
  return good ? 0 : 1;
}
