/* graphs.c: khop evaluate on a set of graphs: which graphs, and their scores; of an ensemble the mean. */
#include "cli/evaluate/graphs.h"
#include "cli/evaluate/sample.h"
#include "cli/predict/ensemble.h"
#include "cli/trained_with.h"

#include <stdlib.h>
#include <string.h>

/* Without a word on it all graphs are scored, but of the set of the training those that were kept for the test. */
static int choose_part(sample *s, const khop_graphs *set, uint8_t *part) {
  const evaluate_choice *c = s->choice;
  khop_status found = khop_model_trained_part(part, &s->of_training, s->model, set);
  if (found != KHOP_OK && found != KHOP_E_NOT_FOUND) return library_failure();
  s->part = c->part != PART_OPEN ? c->part : s->of_training ? KHOP_TEST : PART_ALL;
  if (s->of_training || c->part == PART_ALL) return GO_ON;
  if (c->part != PART_OPEN)
    return failure("--part: %s (--part all scores every graph)",
                   found == KHOP_OK ? "this is not the set that the model was trained on: it has no parts"
                                    : "the model does not say on which graphs it was trained");
  if (c->data.quiet) return GO_ON;
  if (found == KHOP_OK) note("%s: not the set that the model was trained on: all graphs are scored", s->data);
  else note("%s: the model does not say on which graphs it was trained: all are scored, also those", c->model);
  return GO_ON;
}

static int select_graphs(sample *s, const khop_graphs *set) {
  uint8_t *part = malloc((size_t)s->n + 1);
  int status = part ? choose_part(s, set, part) : failure("no memory for a split");
  for (int64_t g = 0; status == GO_ON && s->part != PART_ALL && g < s->n; g++) s->mask[g] = part[g] == s->part;
  free(part);
  return status == GO_ON ? count_selected(s) : status;
}

static int predict_set(sample *s, khop_model *model, const khop_graphs *set) {
  ensemble e = {0};
  int status = ensemble_score(&e, model, s->choice->model, set, s->choice->data.max_bytes);
  for (int64_t i = 0; status == GO_ON && i < s->n * s->outputs; i++) s->scores[i] = (khop_real)ensemble_mean(&e, i);
  s->models = e.models;
  ensemble_clear(&e);
  return status;
}

static int evaluate_set(const evaluate_choice *choice, khop_model *model, const khop_graphs *set) {
  sample s = {.choice = choice, .model = model, .data = choice->input, .row = "graph"};
  known_truth known = {.labels = khop_graphs_labels(set), .classes = khop_graphs_classes(set),
                       .class_names = khop_graphs_class_names(set), .target_names = khop_graphs_target_names(set)};
  known.targets = khop_graphs_targets(set, &known.outputs);
  int status = open_sample(&s, khop_graphs_count(set));
  if (status == GO_ON) status = select_graphs(&s, set);
  if (status == GO_ON) status = take_truth(&s, &known);
  if (status == GO_ON) status = predict_set(&s, model, set);
  if (status == GO_ON) status = report_sample(&s);
  clear_sample(&s);
  return status;
}

/* The columns with the truth are those of the training, unless others are named. */
static bool take_target_columns(evaluate_choice *choice, const khop_model *model) {
  char *columns = trained_with(model, "target");
  bool good = !columns || choice->set.targets || read_targets(&choice->set, columns, choice->model);
  free(columns);
  return good;
}

int evaluate_graphs(evaluate_choice *choice, khop_model *model) {
  khop_graphs *set = NULL;
  if (!take_target_columns(choice, model)) return EXIT_FAILED;
  take_data_choice(&choice->set, &choice->data);
  choice->set.wants_targets = true;
  if (load_as_trained(&set, model, choice->input, &choice->set) != KHOP_OK) return library_failure();
  int status = evaluate_set(choice, model, set);
  khop_graphs_free(set);
  return status;
}
