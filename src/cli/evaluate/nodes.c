/* nodes.c: khop evaluate on the nodes of one graph: which nodes, and their scores. */
#include "cli/evaluate/nodes.h"
#include "cli/evaluate/sample.h"
#include "cli/members.h"
#include "cli/predict/node_scores.h"
#include "cli/trained_with.h"

#include <stdlib.h>
#include <string.h>

/* --- which nodes ------------------------------------------------------------------------------ */

typedef struct trained_split {
  int number; /* -1: the model does not say */
  bool same;  /* the data have it still */
} trained_split;

/* The split, and the part where none was asked for: of the data of the training, or of data that bring a split, the
 * test nodes. A split that would be drawn for other data means nothing: all nodes. */
static int choose_part(sample *s, trained_split *trained, const khop_data *data) {
  const evaluate_choice *c = s->choice;
  bool drawn = khop_data_split_is_random(data) && !was_given(&c->data, "split-seed") && c->split < 0;
  *trained = (trained_split){.number = -1};
  khop_status found = khop_model_trained_split(&trained->number, &trained->same, s->model, data);
  if (found != KHOP_OK && found != KHOP_E_NOT_FOUND) return library_failure();
  s->split = c->split >= 0 ? c->split : trained->number >= 0 ? trained->number : 0;
  s->of_training = trained->same && s->split == trained->number;
  s->part = c->part != PART_OPEN ? c->part : !s->of_training && drawn ? PART_ALL : KHOP_TEST;
  return GO_ON;
}

static void tell_other_split(const sample *s, const trained_split *trained) {
  const char *model = s->choice->model;
  if (s->choice->data.quiet || s->of_training || s->choice->part == PART_ALL) return;
  if (trained->number < 0) note("%s: the model does not say on which nodes it was trained", model);
  else if (trained->same)
    note("%s: the model was trained on split %d, and may know nodes of split %d", model, trained->number, s->split);
  else if (s->part == PART_ALL)
    note("%s: not the data that the model was trained on, and without a split of their own: all nodes are scored",
         s->data);
  else note("%s: the data, or their split, are not those of the training: the model may know these nodes", s->data);
}

static int select_nodes(sample *s, const khop_data *data) {
  trained_split trained;
  int status = choose_part(s, &trained, data), splits = khop_data_splits(data);
  if (status != GO_ON) return status;
  const uint8_t *mask = khop_data_mask(data, s->split, (khop_part)s->part); /* NULL of all, too */
  if (s->part != PART_ALL && !splits) return failure("%s has no split: --part all scores every node", s->data);
  if (s->part != PART_ALL && !mask)
    return failure("split %d: %s has splits 0 to %d (--split chooses one)", s->split, s->data, splits - 1);
  if (mask) memcpy(s->mask, mask, (size_t)s->n);
  status = count_selected(s);
  if (status == GO_ON) tell_other_split(s, &trained);
  return status;
}

/* --- the whole --------------------------------------------------------------------------------- */

static int evaluate_data(const evaluate_choice *choice, khop_model *model, const khop_data *data) {
  sample s = {.choice = choice, .model = model, .data = choice->input, .row = "node"};
  known_truth known = {.labels = khop_data_labels(data), .classes = khop_data_classes(data),
                       .class_names = khop_data_class_names(data)};
  known.targets = khop_data_targets(data, &known.outputs);
  int64_t names = 0;
  known.target_names = khop_schema_targets(khop_data_schema(data), &names);
  if (names != known.outputs) known.target_names = NULL;
  int status = open_sample(&s, khop_graph_nodes(khop_data_graph(data)));
  s.models = count_members(model);
  if (status == GO_ON) status = select_nodes(&s, data);
  if (status == GO_ON) status = take_truth(&s, &known);
  if (status == GO_ON)
    status = score_nodes(s.scores, NULL, &(node_question){.model = model, .path = choice->model, .data = data,
                                                          .hop_features = choice->hop_features, .count = s.n,
                                                          .max_bytes = choice->data.max_bytes});
  if (status == GO_ON) status = report_sample(&s);
  clear_sample(&s);
  return status;
}

int evaluate_nodes(evaluate_choice *choice, khop_model *model) {
  khop_data *data = NULL;
  char *sampled = trained_with(model, "sample");
  if (sampled && !choice->data.quiet)
    note("%s: trained on samples of %s nodes a ring, and scored on whole rings", choice->model, sampled);
  free(sampled);
  int status = load_for_model(&data, model, choice->input, &choice->data, choice->hop_features, &choice->kept);
  if (status == GO_ON) status = evaluate_data(choice, model, data);
  khop_data_free(data);
  return status;
}
