/* evaluate.c: khop evaluate: how good a saved model is on data whose labels or targets are known. */
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/evaluate/graphs.h"
#include "cli/evaluate/nodes.h"
#include "cli/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((evaluate_choice *)context)

SETTER(set_part) {
  static const char *const names[] = {"train", "val", "test", "all"};
  return read_choice(&CHOICE->part, value, names, 4, "a part", where);
}
SETTER(set_split) { return read_int(&CHOICE->split, value, 0, INT32_MAX, where); }
SETTER(set_plot) { return read_picture(&CHOICE->plot, value, where); }
SETTER(set_hop_features) { return read_path(&CHOICE->hop_features, value, where); }
SETTER(set_smiles_column) { return read_path(&CHOICE->set.smiles_column, value, where); }
SETTER(set_target) {
  CHOICE->data.options.target = value;
  return read_targets(&CHOICE->set, value, where);
}

static const option_row rows[] = {
    {"part", 0, "PART", "which rows: train, val, test or all (test, of other data all)", set_part},
    {"split", 0, "I", "which split of the data, from 0 (that of the training)", set_split},
    {"plot", 0, "FILE", "draw the confusion matrix, or predicted against true (.svg, .png)", set_plot},
    {"target", 0, "LIST", "the columns or attributes with the numbers (those of the training)", set_target},
    {"hop-features", 0, "FILE.npy", "of a model that was trained on such rows: those of DATA", set_hop_features},
    {"smiles-column", 0, "NAME", "molecules: column with the SMILES (that of the training)", set_smiles_column},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    {"json", 0, NULL, "one JSON object on standard output", set_json},
    {"quiet", 'q', NULL, "no notes", set_quiet},
    {"columns", 0, "HOW", "columns and classes are matched: by-name, by-position (by-name)", set_columns},
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    SPLIT_OPTION_ROWS,
    MEMORY_OPTION_ROW,
    FEATURE_OPTION_ROWS,
    GRAPH_LABELS_OPTION_ROW,
};
const command evaluate_command = {
    "evaluate", "MODEL DATA [options]",
    "Scores a model that 'khop train --save' wrote on data whose labels or targets are known.\n"
    "Scored are the test nodes, or graphs, of the split that the model was trained on; of other data\n"
    "all, unless they bring a split. What the training was told of the data (--label, --split-seed ..)\n"
    "holds here too where nothing else is said; classes and targets are matched by name.\n\n"
    "Classes:\n"
    "  accuracy           share of right ones, with Wilson's 95 % interval\n"
    "  balanced accuracy  mean recall of the classes: it does not reward guessing the largest\n"
    "  precision, recall  a class: of those said to be it how many are; of those that are how many are\n"
    "                     said to be; F1 is their harmonic mean. 0 where nothing is said to be it\n"
    "  ROC-AUC            how often one of the class ranks before one that is not: 0.5 is chance\n"
    "  log loss, Brier    how good the probabilities are: 0 is perfect\n"
    "  calibration error  how far the confidence is from the accuracy, in 15 bins (Guo et al. 2017)\n"
    "  confusion          who is taken for whom; of many classes the most frequent mistakes\n"
    "Yes/no tasks: ROC-AUC, F1 and counts of each, missing answers left out.\n"
    "Targets: RMSE, MAE, R2, Pearson's and Spearman's correlation of each.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop train cora --save m.safetensors && khop evaluate m.safetensors cora\n"
    "  khop evaluate m.safetensors cora --part val --plot confusion.svg\n"
    "  khop evaluate solubility.safetensors measured.csv --json\n", 2, 2, note_given};

/* --- what does not fit together ------------------------------------------------------------------- */

/* Nothing that was asked for is silently left out. What data of a kind have no use for is known to refuse_unused; here is
 * what a model of sets has no use for. */
static int refuse_options_of_others(const evaluate_choice *choice, bool of_graphs) {
  static const char *const of_nodes[] = {"label", "split-column", "split", "hop-features", "split-seed"};
  size_t first = choice->data.graph_labels ? 2 : 0; /* a table of graphs has a label and a split, too */
  for (size_t i = first; of_graphs && i < sizeof of_nodes / sizeof *of_nodes; i++)
    if (was_given(&choice->data, of_nodes[i]))
      return usage_error("--%s is for one graph, and %s is a model of sets of graphs", of_nodes[i], choice->model);
  if (!of_graphs && was_given(&choice->data, "smiles-column"))
    return usage_error("--smiles-column is for sets of graphs, and %s is a model of nodes", choice->model);
  return refuse_unused(&choice->data, choice->input,
                       kind_of_data(choice->input, &choice->data, of_graphs, &choice->set));
}

static int refuse_other_data(const evaluate_choice *choice, bool of_graphs) {
  bool set = is_graph_set(choice->input, &choice->set);
  const char *dot = strrchr(choice->input, '.');
  bool table = dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0); /* of molecules, or of edges */
  int refused = check_tables(&choice->data, choice->input, of_graphs);
  if (refused != GO_ON) return refused;
  if (of_graphs == set || table) return GO_ON;
  return failure(of_graphs ? "%s is a model of sets of graphs, and %s is one graph"
                           : "%s is a model of nodes, and %s is a set of graphs", choice->model, choice->input);
}

/* --- the command ---------------------------------------------------------------------------------- */

static int evaluate_model(evaluate_choice *choice, khop_model *model) {
  bool of_graphs = khop_model_metadata(model, "ensemble");
  int status = refuse_options_of_others(choice, of_graphs);
  if (status == GO_ON) status = refuse_other_data(choice, of_graphs);
  if (status == GO_ON) status = take_model_schema(&choice->data, model, choice->model);
  if (status == GO_ON && (!of_graphs || choice->data.graph_labels))
    status = apply_kept_options(&choice->kept, &choice->data, model, choice->model, choice->input, of_graphs,
                                &choice->set);
  if (status == GO_ON) status = of_graphs ? evaluate_graphs(choice, model) : evaluate_nodes(choice, model);
  return status;
}

int run_evaluate(int argc, char **argv) {
  evaluate_choice choice = {.part = PART_OPEN, .split = -1, .kept = {.needs_truth = true}};
  const char *arguments[2];
  khop_model *model = NULL;
  int status = parse_options(&evaluate_command, &choice, argc, argv, arguments);
  if (status == GO_ON) {
    choice.model = arguments[0];
    choice.input = arguments[1];
    status = khop_model_load(&model, choice.model) == KHOP_OK ? evaluate_model(&choice, model) : library_failure();
  }
  free_model_schema(&choice.data);
  free_targets(&choice.set);
  free_kept_options(&choice.kept);
  khop_model_free(model);
  return status;
}
