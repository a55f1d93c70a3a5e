/* predict.c: khop predict: scores of every node, from a model and a graph. */
#include "train.h"

#include <stdlib.h>
#include <string.h>

typedef struct predict_choice {
  data_choice data;
  const char *output, *hop_features, *smiles_column;
} predict_choice;

static bool set_output(void *context, const char *value, const char *where) {
  return read_path(&((predict_choice *)context)->output, value, where);
}
static bool set_hop_features(void *context, const char *value, const char *where) {
  return read_path(&((predict_choice *)context)->hop_features, value, where);
}
static bool set_smiles_column(void *context, const char *value, const char *where) {
  return read_path(&((predict_choice *)context)->smiles_column, value, where);
}

static const option_row rows[] = {
    {"output", 'o', "FILE", ".npy; of a set of graphs also .csv, .tsv (required)", set_output},
    {"hop-features", 0, "FILE.npy", "of a model that was trained on such rows: those of DATA", set_hop_features},
    {"smiles-column", 0, "NAME", "molecules: column with the SMILES (that of the training)", set_smiles_column},
    {"threads", 0, "T", "threads (all cores)", set_threads},
    DATA_OPTION_ROWS,
};
const command predict_command = {
    "predict", "MODEL DATA -o FILE",
    "Scores every node with a model that 'khop train --save' wrote: the probability of each class, or\n"
    "the predicted targets. The graph may be another one than in training, with as many features.\n"
    "A model of a set of graphs scores every graph: molecules of a .smi, .csv or .sdf file, a row each;\n"
    "of an ensemble the mean, and in a .csv the deviation of its models beside it.",
    rows, (int)(sizeof rows / sizeof *rows),
    "  khop train cora --save m.safetensors\n  khop predict m.safetensors cora -o scores.npy\n"
    "  khop predict solubility.safetensors new.smi -o new.csv\n", 2, 2, NULL};

/* Of a node's own row: from the features and the graph, or from the file of hop features. */
static khop_status score(khop_real *scores, const predict_choice *choice, khop_model *model,
                         const khop_data *data) {
  if (!choice->hop_features) return khop_predict(scores, model, data, choice->data.max_bytes);
  khop_rows *hops = NULL;
  khop_status status = khop_rows_open(&hops, choice->hop_features);
  if (status == KHOP_OK && khop_rows_count(hops) == khop_graph_nodes(khop_data_graph(data))) {
    status = khop_predict_rows(scores, model, hops, 1024);
  } else if (status == KHOP_OK) {
    fprintf(stderr, "khop predict: %s: %lld rows, and %s has %lld nodes\n", choice->hop_features,
            (long long)khop_rows_count(hops), khop_data_name(data),
            (long long)khop_graph_nodes(khop_data_graph(data)));
    exit(EXIT_FAILED);
  }
  khop_rows_close(hops);
  return status;
}

static khop_status predict(const predict_choice *choice, khop_model *model, const char *name) {
  khop_data *data = NULL;
  khop_data_options options = choice->data.options;
  const char *note = khop_model_metadata(model, "row_normalize");
  options.row_normalize = note && strcmp(note, "1") == 0;
  khop_status status = khop_data_load(&data, name, &options);
  if (status != KHOP_OK) return status;
  int64_t n = khop_graph_nodes(khop_data_graph(data)), columns = khop_model_output_columns(model);
  khop_real *scores = calloc((size_t)(n * columns) + 1, sizeof *scores);
  if (!scores) {
    fprintf(stderr, "khop predict: no memory for %lld x %lld scores\n", (long long)n,
            (long long)columns);
    exit(EXIT_FAILED);
  }
  status = score(scores, choice, model, data);
  if (status == KHOP_OK) status = khop_write_npy(choice->output, scores, n, columns);
  if (status == KHOP_OK)
    printf("%s: %lld nodes, %lld columns\n", choice->output, (long long)n, (long long)columns);
  free(scores);
  khop_data_free(data);
  return status;
}

int run_predict(int argc, char **argv) {
  predict_choice choice = {0};
  const char *arguments[2];
  khop_model *model = NULL;
  int status = parse_options(&predict_command, &choice, argc, argv, arguments);
  if (status != GO_ON) return status;
  if (!choice.output) return usage_error(&predict_command, "-o: where do the scores go? it is required");
  if (khop_model_load(&model, arguments[0]) != KHOP_OK) return failed(&predict_command);
  if (khop_model_metadata(model, "ensemble"))
    status = predict_graphs(&predict_command, model, arguments[0], arguments[1], choice.output, choice.smiles_column,
                            choice.data.max_bytes);
  else
    status = predict(&choice, model, arguments[1]) == KHOP_OK ? EXIT_OK : failed(&predict_command);
  khop_model_free(model);
  return status;
}
