/* explain.c: khop explain: what each hop, each node and each feature contributed to what a model says of a node. */
#include "cli/commands.h"
#include "cli/members.h"
#include "cli/data_use.h"
#include "cli/explain/answer.h"
#include "cli/predict/node_scores.h"
#include "cli/values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SETTER(name) static bool name(void *context, const char *value, const char *where)
#define CHOICE ((explain_choice *)context)

SETTER(set_node) { return read_path(&CHOICE->node, value, where); }
SETTER(set_class) { return read_path(&CHOICE->of, value, where); }
SETTER(set_row) { return read_int64(&CHOICE->row, value, 1, INT64_MAX, where); }
SETTER(set_smiles_column) { return read_path(&CHOICE->smiles_column, value, where); }
SETTER(set_top) { return read_int(&CHOICE->top, value, 0, INT32_MAX, where); }
SETTER(set_tolerance) { return read_number(&CHOICE->tolerance, value, 1e-9, 1, where); }
SETTER(set_baseline) {
  static const char *const names[] = {"zero", "mean"};
  return read_choice(&CHOICE->baseline, value, names, 2, "a base line", where);
}
SETTER(set_output) {
  if (!read_path(&CHOICE->output, value, where)) return false;
  if (is_answer_file(value)) return true;
  complain("%s: not a name that ends in .csv, .tsv or .npz: '%s'", where, value);
  return false;
}
SETTER(set_plot) { return read_picture(&CHOICE->plot, value, where); }
SETTER(set_spreadsheet) {
  (void)value, (void)where;
  return CHOICE->for_spreadsheets = true;
}

static const option_row rows[] = {
    {"node", 0, "NAME", "of a model of nodes: the node, by name or number", set_node},
    {"row", 0, "N", "of a model of sets of graphs: the row, counted from 1", set_row},
    {"class", 0, "NAME", "what to explain: a class, task or target (the predicted class)", set_class},
    {"baseline", 0, "WHAT", "features to compare with: zero, or mean of all nodes (zero)", set_baseline},
    {"tolerance", 0, "X", "sums of shares are this near, as a part of all shares (0.001)", set_tolerance},
    {"top", 0, "N", "nodes and features that are printed, the strongest first (10)", set_top},
    {"output", 'o', "FILE", "all shares of all classes, as .csv, .tsv or .npz", set_output},
    {"plot", 0, "FILE", "draw node and rings, or a molecule, coloured by shares (.svg, .png)", set_plot},
    {"spreadsheet", 0, NULL, "of .csv, .tsv: no text in it is taken for a formula", set_spreadsheet},
    {"smiles-column", 0, "NAME", "molecules: column with the SMILES (that of the training)", set_smiles_column},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    {"json", 0, NULL, "one JSON object on standard output, with all shares", set_json},
    {"quiet", 'q', NULL, "no notes", set_quiet},
    COLUMNS_OPTION_ROW,
    GRAPH_OPTION_ROWS,
    ROLE_OPTION_ROWS,
    MEMORY_OPTION_ROW,
    FEATURE_OPTION_ROWS,
};
const command explain_command = {
    "explain", "MODEL DATA --node NAME | --row N [options]",
    "Says what contributed to what a model, a file of 'khop train --save', says of one node: each hop,\n"
    "each node within its reach, each feature. Only those nodes are computed, however large the graph.\n\n"
    "A logit is the output before the softmax or the sigmoid; targets are in their own unit.\n"
    "  base line  the logit where every feature is 0 (or the mean): biases are in it\n"
    "  share      what a hop, a node or a feature adds to that. Over all hops, all nodes or all features\n"
    "             shares and base line add up to the logit: exactly where the model is linear, else\n"
    "             by integrated gradients (Sundararajan et al. 2017) in as many steps as that takes\n"
    "  features   the logit where the nodes at that distance have the features of the base line\n"
    "  ring       the logit where the model leaves the ring of that hop out of its convolutions\n"
    "Of a set of graphs --row N explains one; all of its nodes count, and none is at a distance.\n"
    "Shares say what the model used, not what is true of the data: docs/explain.md.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop train karate --save m.safetensors && khop explain m.safetensors karate --node 8\n"
    "  khop explain m.safetensors karate --node 8 --class Officer --baseline mean\n"
    "  khop explain m.safetensors karate --node 8 -o shares.csv --plot shares.svg\n"
    "  khop explain solubility.safetensors new.smi --row 3 --plot molecule.svg\n", 2, 2, note_given};

static int refuse_others(const explain_choice *choice, bool of_graphs, const graph_set_choice *how) {
  if (of_graphs && choice->node)
    return usage_error("--node is for models of nodes, and %s is a model of sets of graphs: --row", choice->model);
  if (!of_graphs && choice->row)
    return usage_error("--row is for models of sets of graphs, and %s is a model of nodes: --node", choice->model);
  int status = check_tables(&choice->data, choice->input, of_graphs);
  if (status != GO_ON) return status;
  return refuse_unused(&choice->data, choice->input, kind_of_data(choice->input, &choice->data, of_graphs, how));
}

static int draw_molecule(const char *path, const answer *a) {
  if (!a->molecule)
    return failure("--plot: row %lld of %s is not known as a molecule of %lld atoms, by SMILES as it stands there: "
                   "there is nothing to draw", (long long)a->number, a->data_name, (long long)a->e->members);
  khop_status status = khop_plot_molecule(path, a->e, a->shown, explained_name(a, a->shown), a->molecule, a->title);
  return status == KHOP_OK ? EXIT_OK : library_failure();
}

static int draw_node(const char *path, const answer *a) {
  bool named = khop_data_node_names(a->data);
  khop_status status = khop_plot_contributions(path, a->e, a->shown, explained_name(a, a->shown),
                                               named ? a->member_names : NULL);
  return status == KHOP_OK ? EXIT_OK : library_failure();
}

/* Files first: where one cannot be written nothing is printed. */
static int give_answer(const answer *a) {
  const char *plot = a->choice->plot;
  int status = EXIT_OK;
  if (plot && a->set && !a->molecule) return draw_molecule(plot, a); /* before anything is written */
  if (a->choice->output) status = write_answer(a->choice->output, a);
  if (status == EXIT_OK && plot) status = a->set ? draw_molecule(plot, a) : draw_node(plot, a);
  if (status != EXIT_OK) return status;
  if (!a->e->complete && !a->choice->data.quiet)
    note("no more steps are taken, and some sums of shares are further off than a tolerance of %g allows",
         a->choice->tolerance);
  if (a->choice->data.json) print_answer_json(a);
  else print_answer(a);
  return EXIT_OK;
}

static int explain_nodes(explain_choice *choice, khop_model *model) {
  khop_data *data = NULL;
  answer a = {0};
  int status = load_for_model(&data, model, choice->input, &choice->data, NULL, &choice->kept);
  if (status == GO_ON) status = explain_node(&a, choice, model, data);
  if (status == GO_ON && count_members(model) > 1 && !choice->data.quiet)
    note("%s is one model of an ensemble of %d, and it alone is explained", choice->model, count_members(model));
  if (status == GO_ON) status = give_answer(&a);
  answer_clear(&a);
  khop_data_free(data);
  return status;
}

static int explain_graphs(explain_choice *choice, khop_model *model) {
  khop_graphs *set = NULL;
  record_list records = {0};
  graph_set_choice how = {.smiles_column = choice->smiles_column, .records = &records};
  const char *models = khop_model_metadata(model, "ensemble");
  answer a = {0};
  take_data_choice(&how, &choice->data);
  int status = load_as_trained(&set, model, choice->input, &how) == KHOP_OK ? GO_ON : library_failure();
  if (status == GO_ON) status = explain_row(&a, choice, model, set, &records);
  if (status == GO_ON && strcmp(models, "1") != 0 && !choice->data.quiet)
    note("%s is one model of an ensemble of %s, and it alone is explained", choice->model, models);
  if (status == GO_ON) status = give_answer(&a);
  answer_clear(&a);
  record_list_clear(&records);
  khop_graphs_free(set);
  return status;
}

static int explain(explain_choice *choice, khop_model *model) {
  bool of_graphs = khop_model_metadata(model, "ensemble");
  graph_set_choice how = {.smiles_column = choice->smiles_column};
  int status = refuse_others(choice, of_graphs, &how);
  if (status == GO_ON) status = take_model_schema(&choice->data, model, choice->model);
  if (status == GO_ON && !of_graphs)
    status = apply_kept_options(&choice->kept, &choice->data, model, choice->model, choice->input, false, &how);
  if (status != GO_ON) return status;
  return of_graphs ? explain_graphs(choice, model) : explain_nodes(choice, model);
}

int run_explain(int argc, char **argv) {
  explain_choice choice = {.top = 10, .tolerance = 0.001};
  const char *arguments[2];
  khop_model *model = NULL;
  int status = parse_options(&explain_command, &choice, argc, argv, arguments);
  if (status != GO_ON) return status;
  if (!choice.node == !choice.row) return usage_error("--node or --row: one of them is required");
  if (choice.for_spreadsheets && (!choice.output || !is_text_table(choice.output)))
    return usage_error("--spreadsheet is for -o FILE.csv and .tsv");
  choice.model = arguments[0];
  choice.input = arguments[1];
  status = khop_model_load(&model, choice.model) == KHOP_OK ? explain(&choice, model) : library_failure();
  free_model_schema(&choice.data);
  free_kept_options(&choice.kept);
  khop_model_free(model);
  return status;
}
