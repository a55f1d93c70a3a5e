/* report_json.c: an explanation as one JSON object, whole. */
#include "cli/explain/answer.h"
#include "cli/json.h"

static cJSON *named(cJSON *list, const char *key, const char *name) {
  cJSON *row = cJSON_CreateObject();
  cJSON_AddItemToArray(list, row);
  if (name) cJSON_AddStringToObject(row, key, name);
  return row;
}

static void add_hops(cJSON *root, const khop_explanation *e, int64_t k) {
  cJSON *hops = cJSON_AddArrayToObject(root, "hops"), *rings = cJSON_AddArrayToObject(root, "rings");
  for (int h = 0; h < e->hops; h++) {
    cJSON *row = named(hops, NULL, NULL);
    add_number(row, "hop", h);
    add_number(row, "share", e->by_hop[k * e->hops + h]);
    add_number(row, "without_features", e->hidden[k * e->hops + h]);
  }
  for (int r = 0; r < e->rings; r++) {
    cJSON *row = named(rings, NULL, NULL);
    add_number(row, "hop", e->ring[r]);
    add_number(row, "without_ring", e->without[k * e->rings + r]);
  }
}

static void add_output(cJSON *list, const answer *a, int64_t k) {
  const khop_explanation *e = a->e;
  cJSON *root = named(list, "name", explained_name(a, k));
  add_number(root, "output", (double)e->explained[k]);
  add_number(root, "value", e->value[k]);
  add_number(root, "base", e->base[k]);
  add_number(root, "steps", e->steps[k]);
  add_number(root, "error", e->error[k]);
  add_hops(root, e, k);
  cJSON *members = cJSON_AddArrayToObject(root, "members"), *features = cJSON_AddArrayToObject(root, "features");
  for (int64_t m = 0; m < e->members; m++) {
    cJSON *row = named(members, "name", a->member_names[m]);
    add_number(row, "node", (double)e->member[m]);
    if (e->hop) add_number(row, "hop", e->hop[m]);
    add_number(row, "share", e->by_member[k * e->members + m]);
  }
  for (int64_t f = 0; f < e->features; f++)
    add_number(named(features, "name", a->feature_names[f]), "share", e->by_feature[k * e->features + f]);
}

void print_answer_json(const answer *a) {
  const char *const *nodes = a->data ? khop_data_node_names(a->data) : NULL;
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", a->data_name);
  cJSON_AddStringToObject(root, "model", a->choice->model);
  add_number(root, a->data ? "node" : "row", (double)a->number);
  if (nodes) cJSON_AddStringToObject(root, "name", nodes[a->number]);
  if (a->predicted >= 0) cJSON_AddStringToObject(root, "predicted", a->names.output_names[a->predicted]);
  cJSON_AddStringToObject(root, "values", a->names.classes || a->names.tasks ? "logits" : "numbers");
  cJSON_AddStringToObject(root, "baseline", a->choice->baseline == KHOP_BASELINE_MEAN ? "mean" : "zero");
  cJSON_AddBoolToObject(root, "linear", a->e->linear);
  cJSON_AddBoolToObject(root, "complete", a->e->complete);
  cJSON *outputs = cJSON_AddArrayToObject(root, "outputs");
  for (int64_t k = 0; k < a->e->count; k++) add_output(outputs, a, k);
  cJSON_AddStringToObject(root, "version", khop_version());
  print_json(root);
}
