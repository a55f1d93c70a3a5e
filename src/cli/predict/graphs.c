/* graphs.c: khop predict on a set of graphs: of an ensemble the mean, a row of the file a row of the output. */
#include "cli/predict/graphs.h"
#include "cli/graph_sets.h"
#include "cli/predict/ensemble.h"
#include "cli/predict/scores_file.h"

#include <stdio.h>

int predict_graphs(const predict_choice *choice, khop_model *model) {
  khop_graphs *set = NULL;
  ensemble e = {0};
  graph_set_choice how = {.smiles_column = choice->smiles_column,
                          .schema = choice->data.options.by_position ? NULL : choice->data.schema};
  int refused = check_tables(&choice->data, choice->input, true);
  if (refused != GO_ON) return refused;
  if (load_as_trained(&set, model, choice->input, &how) != KHOP_OK) return library_failure();
  int status = ensemble_score(&e, model, choice->model, set, choice->data.max_bytes);
  if (status == GO_ON) status = write_scores(choice->output, &e, model, set);
  if (status == EXIT_OK)
    printf("%s: %lld graphs, %lld outputs, %d model%s\n", choice->output, (long long)khop_graphs_count(set),
           (long long)e.outputs, e.models, e.models > 1 ? "s" : "");
  ensemble_clear(&e);
  khop_graphs_free(set);
  return status;
}
