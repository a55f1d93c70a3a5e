/* nodes_report.c: see nodes_report.h. */
#include "cli/train/nodes_report.h"
#include "cli/describe.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/train/auto_report.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>

/* Writes a score into text: shares as per cent, errors as they are. */
static void print_score(char text[32], khop_metric metric, double value) {
  bool share = khop_metric_rises(metric);
  snprintf(text, 32, share ? "%.2f" : "%.4g", share ? 100 * value : value);
}

/* Over the groups; *count: how many there are. */
static void average_groups(khop_moments *val, khop_moments *test, int *count, const khop_ensemble *together) {
  *val = *test = (khop_moments){0};
  *count = khop_ensemble_groups(together);
  for (int i = 0; i < *count; i++) {
    khop_moments_add(val, khop_ensemble_group(together, i)->val);
    khop_moments_add(test, khop_ensemble_group(together, i)->test);
  }
}

static void print_ensemble(khop_metric metric, const train_choice *choice) {
  khop_moments val, test;
  int groups;
  char text[32], deviation[32];
  const char *unit = khop_metric_rises(metric) ? " %" : "";
  if (!choice->together) return;
  average_groups(&val, &test, &groups, choice->together);
  if (!groups) return;
  printf("  %d models together:", choice->graphs.ensemble);
  print_score(text, metric, test.mean);
  print_score(deviation, metric, khop_moments_deviation(&test));
  if (isnan(test.mean)) printf(" no test nodes");
  else if (groups == 1) printf(" %s%s", text, unit);
  else printf(" %s +- %s%s over %d of them", text, deviation, unit, groups);
  print_score(text, metric, val.mean);
  if (isnan(val.mean)) printf("\n");
  else printf(" (validation %s%s)\n", text, unit);
}

/* ensemble_mean and ensemble_std as of sets of graphs, and each of them with its split. */
static void add_ensemble(cJSON *root, const train_choice *choice) {
  khop_moments val, test;
  int groups;
  if (!choice->together) return;
  average_groups(&val, &test, &groups, choice->together);
  add_number(root, "ensemble_models", choice->graphs.ensemble);
  add_number(root, "ensemble_mean", groups ? test.mean : NAN);
  add_number(root, "ensemble_std", groups ? khop_moments_deviation(&test) : NAN);
  add_number(root, "ensemble_val_mean", groups ? val.mean : NAN);
  cJSON *list = cJSON_AddArrayToObject(root, "ensembles");
  for (int i = 0; i < groups; i++) {
    const khop_ensemble_result *r = khop_ensemble_group(choice->together, i);
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    add_number(object, "split", r->split);
    add_number(object, "val", r->val);
    add_number(object, "test", r->test);
  }
}

/* Several recipes have no name together. */
static const char *recipe_name(const train_choice *choice) {
  bool several = choice->choices > 1 || (choice->choices == 1 && choice->graphs.ensemble > 1);
  return several ? "auto" : choice->recipe.name;
}

void print_run(const khop_fit_result *r, int done, int of) {
  fprintf(stderr, "run %d/%d  seed %llu  split %d", done, of, (unsigned long long)r->seed, r->split);
  if (!isnan(r->val)) fprintf(stderr, "  val %.4f", r->val);
  if (!isnan(r->test)) fprintf(stderr, "  test %.4f", r->test);
  fprintf(stderr, "  epoch %d of %d  %.1f s\n", r->best_epoch, r->epochs, r->seconds);
}

/* Rings and rows of ranks are theirs, and nobody has counted them all. */
static void print_cost(const khop_report *r, const train_choice *choice) {
  const khop_fit_result *last = &r->run[r->runs - 1];
  printf("  %lld parameters, ", (long long)r->parameters);
  if (choice->train.exchange) printf("%d rank%s", choice->train.exchange->ranks, choice->train.exchange->ranks > 1 ? "s" : "");
  else printf("rings %s, run %s", bytes_text((double)r->ring_bytes), bytes_text((double)r->run_bytes));
  printf(", %.2f ms an epoch, best epoch %d of %d in the last run\n", 1e3 * r->seconds_per_epoch, last->best_epoch,
         last->epochs);
}

void print_nodes_text(const khop_report *r, const khop_data *data, const train_choice *choice) {
  char test[32], deviation[32], val[32];
  print_score(test, r->metric, r->test_mean);
  print_score(deviation, r->metric, r->test_std);
  print_score(val, r->metric, r->val_mean);
  const char *unit = khop_metric_rises(r->metric) ? " %" : "";
  print_choices(choice);
  printf("%s, recipe %s: %s", visible(khop_data_name(data)), recipe_name(choice),
         khop_metric_name(r->metric));
  if (isnan(r->test_mean))
    printf(": no test nodes");
  else if (r->runs == 1)
    printf(" on the test nodes %s%s", test, unit);
  else
    printf(" on the test nodes %s +- %s%s over %d runs", test, deviation, unit, r->runs);
  if (isnan(r->val_mean))
    printf(" (no validation nodes: the last epoch counts)\n");
  else
    printf(" (validation %s%s)\n", val, unit);
  print_ensemble(r->metric, choice);
  print_cost(r, choice);
  print_task_names(khop_data_schema(data));
  if (choice->train.save && choice->together)
    printf("  the models are in %s and beside it\n", visible(choice->train.save));
  else if (choice->train.save) printf("  the best model by validation is in %s\n", visible(choice->train.save));
}

static cJSON *run_json(const khop_fit_result *run) {
  cJSON *object = cJSON_CreateObject();
  char seed[32];
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
  cJSON_AddRawToObject(object, "seed", seed); /* all 64 bits */
  add_number(object, "split", run->split);
  add_number(object, "val", run->val);
  add_number(object, "test", run->test);
  add_number(object, "epochs", run->epochs);
  add_number(object, "best_epoch", run->best_epoch);
  add_number(object, "loss", run->loss);
  add_number(object, "seconds", run->seconds);
  return object;
}

/* How far the model of the recipe looks, in hops; NaN: at all nodes. */
static double hops_seen(const khop_data *data, const train_choice *choice) {
  khop_model *model = NULL;
  khop_reach reach;
  double hops = NAN;
  if (!choice->train.hop_features && khop_recipe_model(&model, &choice->recipe, data) == KHOP_OK &&
      khop_model_reach(&reach, model) == KHOP_OK)
    hops = (double)reach.hops;
  khop_model_free(model);
  return hops;
}

void print_nodes_json(const khop_report *r, const khop_data *data, const train_choice *choice) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", khop_data_name(data));
  cJSON_AddStringToObject(root, "recipe", recipe_name(choice));
  cJSON_AddStringToObject(root, "metric", khop_metric_name(r->metric));
  add_number(root, "test_mean", r->test_mean);
  add_number(root, "test_std", r->test_std);
  add_number(root, "val_mean", r->val_mean);
  add_ensemble(root, choice);
  add_task_names(root, khop_data_schema(data));
  cJSON *runs = cJSON_AddArrayToObject(root, "runs");
  for (int i = 0; i < r->runs; i++) cJSON_AddItemToArray(runs, run_json(&r->run[i]));
  add_choices(root, choice);
  add_number(root, "seconds_per_epoch", r->seconds_per_epoch);
  add_number(root, "peak_bytes", (double)peak_bytes());
  const khop_exchange *ranks = choice->train.exchange;
  if (ranks) add_number(root, "ranks", ranks->ranks);
  add_number(root, "ring_bytes", ranks ? NAN : (double)r->ring_bytes);
  add_number(root, "run_bytes", ranks ? NAN : (double)r->run_bytes);
  add_number(root, "parameters", (double)r->parameters);
  add_number(root, "reach", hops_seen(data, choice));
  add_number(root, "threads", khop_threads());
  cJSON_AddStringToObject(root, "simd", khop_simd());
  cJSON_AddBoolToObject(root, "interrupted", r->interrupted);
  cJSON_AddStringToObject(root, "version", khop_version());
  print_json(root);
}
