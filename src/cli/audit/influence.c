/* influence.c: see influence.h. */
#include "cli/audit/influence.h"
#include "cli/json.h"
#include "cli/node_names.h"
#include "cli/predict/node_scores.h"
#include "cli/terminal.h"
#include "cli/visible.h"
#include "cli/members.h"

#include <math.h>
#include <stdio.h>

/* What was found, and of what. */
typedef struct subject {
  const audit_choice *choice;
  const khop_data *data;
  int64_t node; /* looked from alone; -1: a sample */
  khop_influence *influence;
} subject;

/* --- for a person --------------------------------------------------------------------------- */

static void print_text(const subject *s) {
  const khop_influence *i = s->influence;
  char number[24];
  printf("%s on %s: ", visible(s->choice->model), visible(khop_data_name(s->data)));
  if (s->node >= 0)
    printf("influence on node %s\n", visible(node_label(number, s->data, s->node)));
  else
    printf("influence, mean of %lld %s\n", (long long)i->sources, i->exact ? "nodes: all" : "sampled nodes");
  printf("\n  hop      share      nodes there\n");
  for (int h = 0; h < i->hops; h++)
    if (i->count[h] > 0) printf("  %3d   %8.2f %%   %10.1f\n", h, 100 * i->share[h], i->count[h]);
    else printf("  %3d                   nobody\n", h);
  if (isnan(i->range)) printf("\n  mean hop          none: nothing moves an output\n");
  else printf("\n  mean hop          %.3g\n", i->range);
  if (i->unmoved && !isnan(i->range))
    printf("  unmoved           %lld nodes, whose output nothing moves, are in the shares alone\n",
           (long long)i->unmoved);
  if (s->choice->plot) printf("\n  drawn in %s\n", visible(s->choice->plot));
}

/* --- for a program -------------------------------------------------------------------------- */

static void add_array(cJSON *object, const char *key, const double *values, int count) {
  cJSON *array = cJSON_AddArrayToObject(object, key);
  for (int h = 0; h < count; h++)
    cJSON_AddItemToArray(array, create_number(values[h]));
}

static void print_object(const subject *s) {
  const khop_influence *i = s->influence;
  cJSON *root = cJSON_CreateObject(), *found = cJSON_AddObjectToObject(root, "influence");
  char number[24];
  cJSON_AddStringToObject(found, "model", s->choice->model);
  cJSON_AddStringToObject(found, "dataset", khop_data_name(s->data));
  add_number(found, "nodes", (double)i->nodes);
  if (s->node >= 0) {
    cJSON *node = cJSON_AddObjectToObject(found, "node");
    add_number(node, "number", (double)s->node);
    cJSON_AddStringToObject(node, "name", node_label(number, s->data, s->node));
  }
  add_array(found, "share_per_hop", i->share, i->hops);
  add_array(found, "total_per_hop", i->total, i->hops);
  add_array(found, "nodes_per_hop", i->count, i->hops);
  add_number(found, "range", i->range);
  add_number(found, "unmoved", (double)i->unmoved);
  add_number(found, "sources", (double)i->sources);
  cJSON_AddBoolToObject(found, "exact", i->exact);
  if (s->choice->plot) cJSON_AddStringToObject(root, "plot", s->choice->plot);
  print_json(root);
}

/* --- the whole ------------------------------------------------------------------------------ */

static bool show_progress(double share, void *context) {
  (void)context;
  progress_line(false, "derivatives: %.0f %%", 100 * share);
  return !was_interrupted();
}

static khop_status find_influence(subject *s, khop_model *model) {
  const audit_choice *c = s->choice;
  khop_influence_options o = {.size = sizeof o, .samples = c->samples, .seed = c->seed, .progress = show_progress,
                              .max_bytes = c->data.max_bytes};
  if (s->node >= 0) o.count = 1, o.nodes = &s->node;
  khop_status status = khop_audit_influence(&s->influence, model, s->data, &o);
  progress_clear();
  if (status == KHOP_OK && c->plot) status = khop_plot_influence(c->plot, s->influence, khop_data_name(s->data));
  return status;
}

static int audit_nodes(audit_choice *choice, khop_model *model, const char *name) {
  khop_data *data = NULL;
  subject s = {.choice = choice, .node = -1};
  int status = load_for_model(&data, model, name, &choice->data, NULL, &choice->kept);
  s.data = data;
  if (status == GO_ON && choice->node) status = find_node(&s.node, data, choice->node, "--node", &choice->data);
  if (status == GO_ON) status = find_influence(&s, model) == KHOP_OK ? EXIT_OK : library_failure();
  if (status == EXIT_OK) (choice->data.json ? print_object : print_text)(&s);
  khop_influence_free(s.influence);
  khop_data_free(data);
  return status;
}

int audit_model(audit_choice *choice, const char *name) {
  khop_model *model = NULL;
  int status = khop_model_load(&model, choice->model) == KHOP_OK ? GO_ON : library_failure();
  if (status == GO_ON && khop_model_metadata(model, "ensemble"))
    status = failure("--model: %s is a model of sets of graphs, and hops are counted from nodes of one graph",
                     choice->model);
  if (status == GO_ON) status = take_model_schema(&choice->data, model, choice->model);
  if (status == GO_ON)
    status = apply_kept_options(&choice->kept, &choice->data, model, choice->model, name, false, NULL);
  if (status == GO_ON && count_members(model) > 1)
    note("%s is one model of an ensemble of %d, and it alone is looked at", choice->model, count_members(model));
  if (status == GO_ON) status = audit_nodes(choice, model, name);
  free_model_schema(&choice->data);
  free_kept_options(&choice->kept);
  khop_model_free(model);
  return status;
}
