/* report.c: what khop evaluate prints: a few lines for a person, or one JSON object, by what the model predicts. */
#include "cli/evaluate/kinds.h"
#include "cli/evaluate/words.h"

#include <math.h>

static cJSON *head_json(const sample *s) {
  static const char *const parts[] = {"train", "val", "test", "all"};
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", s->data);
  cJSON_AddStringToObject(root, "model", s->choice->model);
  add_number(root, "models", s->models);
  cJSON_AddStringToObject(root, "rows", s->row);
  cJSON_AddStringToObject(root, "part", parts[s->part]);
  add_number(root, "split", s->part != PART_ALL && s->split >= 0 ? s->split : (double)NAN);
  cJSON_AddBoolToObject(root, "part_of_training", s->part != PART_ALL && s->of_training);
  add_number(root, "selected", (double)s->selected);
  return root;
}

int report_sample(const sample *s) {
  cJSON *root = s->choice->data.json ? head_json(s) : NULL;
  int (*report)(const sample *, cJSON *) = s->labels                               ? report_classes
                                           : khop_model_predicts_tasks(s->model) ? report_tasks
                                                                                  : report_targets;
  int status = report(s, root);
  if (status == EXIT_OK && root) {
    cJSON_AddStringToObject(root, "version", khop_version());
    print_json(root);
  } else {
    cJSON_Delete(root);
  }
  return status;
}
