/* predict.c: khop predict: scores of every node, or of every graph of a set, from a model. */
#include "cli/messages.h"
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/predict/choice.h"
#include "cli/predict/chosen_nodes.h"
#include "cli/predict/graphs.h"
#include "cli/predict/nodes.h"
#include "cli/predict/table.h"
#include "cli/values.h"

#include <stdio.h>

static bool set_output(void *context, const char *value, const char *where) {
  if (!read_path(&((predict_choice *)context)->output, value, where)) return false;
  if (is_prediction_file(value)) return true; /* else refused here, before anything is computed */
  complain("%s: not a name that ends in .csv, .tsv, .npz or .npy: '%s'", where, value);
  return false;
}
static bool set_hop_features(void *context, const char *value, const char *where) {
  return read_path(&((predict_choice *)context)->hop_features, value, where);
}
static bool set_rows(void *context, const char *value, const char *where) {
  ((predict_choice *)context)->rows = value;
  return is_node_list(value, where);
}
static bool set_spreadsheet(void *context, const char *value, const char *where) {
  (void)value, (void)where;
  return ((predict_choice *)context)->for_spreadsheets = true;
}
static bool set_smiles_column(void *context, const char *value, const char *where) {
  return read_path(&((predict_choice *)context)->smiles_column, value, where);
}

static const option_row rows[] = {
    {"output", 'o', "FILE", "with names .csv, .tsv, .npz; bare .npy (required)", set_output},
    {"rows", 0, "LIST", "nodes to score, a,b,c or @FILE: at the cost of what they reach (all)", set_rows},
    {"hop-features", 0, "FILE.npy", "of a model that was trained on such rows: those of DATA", set_hop_features},
    {"smiles-column", 0, "NAME", "molecules: column with the SMILES (that of the training)", set_smiles_column},
    {"spreadsheet", 0, NULL, "of .csv, .tsv: no text in it is taken for a formula", set_spreadsheet},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    COLUMNS_OPTION_ROW,
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    MEMORY_OPTION_ROW,
    FEATURE_OPTION_ROWS,
    GRAPH_LABELS_OPTION_ROW,
};
const command predict_command = {
    "predict", "MODEL DATA -o FILE",
    "Scores every node with a model that 'khop train --save' wrote: the probability of each class, or of\n"
    "a yes to each task, or the predicted targets. The graph may be another one than in training:\n"
    "features are matched by name. What the training was told of its data (--label, --directed ..) holds\n"
    "here too where nothing else is said, as far as the data have it.\n"
    "A model of a set of graphs scores every graph: molecules of a .smi, .csv or .sdf file, a row each.\n\n"
    "Columns of .csv and .tsv, in this order; those of which nothing is known are left out:\n"
    "  nodes       node (counted from 0), name\n"
    "  graphs      row (from 1), id, smiles\n"
    "  classes     predicted, probability of CLASS (each), label (the true one)\n"
    "  yes or no   predicted NAME (each), probability of NAME (each), label NAME (each, the true ones)\n"
    "  numbers     predicted NAME (each), target NAME (each, the true ones)\n"
    "  ensembles   deviation of NAME beside each: NAME itself is the mean of the models\n"
    "              low NAME, high NAME: hold 90 % of the targets, by the validation part (regression)\n"
    "  molecules   outside: why one is unlike those of the training (elements, size, environments of its\n"
    "              atoms), empty where it is not; reason: why a line could not be read\n"
    "Arrays of .npz, which numpy.load reads: node or row, node_names, id, smiles; classes and\n"
    "probabilities (N, classes), or outputs and predictions (N, outputs); deviations, predicted, label,\n"
    "targets, outside, reason. A .npy has the probabilities or predictions alone.\n"
    "--rows takes names or numbers of nodes, or @FILE with one a line: the rows come in that order.\n"
    "With --spreadsheet a text that begins with = + - @, a tab or a line end gets a ' in front.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop train cora --save m.safetensors\n  khop predict m.safetensors cora -o scores.csv\n"
    "  khop predict m.safetensors cora -o two.csv --rows 12,40\n"
    "  khop predict solubility.safetensors new.smi -o new.csv\n", 2, 2, note_given};

/* Nothing that was asked for is silently left out. */
static int refuse_others(const predict_choice *choice, bool of_graphs, const graph_set_choice *how) {
  int status = check_tables(&choice->data, choice->input, of_graphs);
  if (status != GO_ON) return status;
  if (of_graphs && choice->hop_features)
    return usage_error("--hop-features is for one graph, and %s is a model of sets of graphs", choice->model);
  if (choice->rows && choice->hop_features)
    return usage_error("--rows is for models that read a graph: the rows of --hop-features are scored all at once");
  return refuse_unused(&choice->data, choice->input, kind_of_data(choice->input, &choice->data, of_graphs, how));
}

int run_predict(int argc, char **argv) {
  predict_choice choice = {0};
  const char *arguments[2];
  khop_model *model = NULL;
  int status = parse_options(&predict_command, &choice, argc, argv, arguments);
  if (status != GO_ON) return status;
  if (!choice.output) return usage_error("-o: where do the scores go? it is required");
  if (choice.for_spreadsheets && !is_text_table(choice.output))
    return usage_error("--spreadsheet is for .csv and .tsv, and -o is '%s'", choice.output);
  choice.model = arguments[0];
  choice.input = arguments[1];
  if (khop_model_load(&model, choice.model) != KHOP_OK) return library_failure();
  bool of_graphs = khop_model_metadata(model, "ensemble");
  graph_set_choice how = {.smiles_column = choice.smiles_column};
  status = refuse_others(&choice, of_graphs, &how);
  if (status == GO_ON) status = take_model_schema(&choice.data, model, choice.model);
  if (status == GO_ON && (!of_graphs || choice.data.graph_labels))
    status = apply_kept_options(&choice.kept, &choice.data, model, choice.model, choice.input, of_graphs, &how);
  if (status == GO_ON) status = of_graphs ? predict_graphs(&choice, model) : predict_nodes(&choice, model);
  free_model_schema(&choice.data);
  free_kept_options(&choice.kept);
  khop_model_free(model);
  return status;
}
