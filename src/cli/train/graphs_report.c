/* graphs_report.c: see graphs_report.h. */
#include "cli/train/graphs_report.h"
#include "cli/train/auto_report.h"
#include "cli/describe.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/visible.h"

#include <math.h>
#include <stdio.h>

/* By khop_split_by. */
static const char *const by_names[] = {"", " by shuffled scaffolds", " by scaffold"};
static const char *const protocol_names[] = {"splits", "folds", "nested", "shared"};

/* Of several splits each may have one of its own. */
static const char *recipe_name(const train_choice *c) { return c->choices > 1 ? "auto" : c->recipe.name; }

static void print_score(char text[32], khop_metric metric, double value) {
  bool share = khop_metric_rises(metric);
  snprintf(text, 32, share ? "%.2f %%" : "%.4f", share ? 100 * value : value);
}

/* How many tested values lie within the intervals, over all targets. */
static void count_covered(int64_t *covered, int64_t *tested, const khop_graph_report *r, const khop_graphs *set) {
  int64_t outputs = 0;
  khop_graphs_targets(set, &outputs);
  *covered = *tested = 0;
  for (int64_t i = 0; r->interval && i < outputs; i++) {
    *covered += r->interval[i].covered;
    *tested += r->interval[i].tested;
  }
}

static void print_intervals(const khop_graph_report *r, const khop_graphs *set) {
  int64_t covered, tested;
  count_covered(&covered, &tested, r, set);
  if (tested)
    printf("  intervals of %.0f %%, by the validation part: %.1f %% of %lld tested values lie within\n",
           100 * KHOP_INTERVAL_SHARE, 100 * (double)covered / (double)tested, (long long)tested);
  else if (r->interval)
    printf("  no intervals of %.0f %%: the validation part has too few values (9 are needed)\n",
           100 * KHOP_INTERVAL_SHARE);
}

/* How long the trainings of the last split were, where the recipe left it open, and by what that was chosen. */
static void print_length(const khop_graph_report *r, const train_choice *c) {
  const khop_graph_result *last = &r->run[r->runs - 1];
  char score[32];
  if (!c->recipe.open_length || c->graphs.protocol == KHOP_NESTED || c->graphs.protocol == KHOP_SHARED_EPOCH) return;
  if (!last->raced) {
    printf("  %d epochs, by the number of graphs: fewer than 200 validate, too few for a race\n", last->epochs);
    return;
  }
  printf("  race by validation:");
  for (int i = 0; i < last->raced; i++) {
    print_score(score, r->metric, last->race[i].val);
    printf("%s %d epochs, decay %g: %s", i ? ";" : "", last->race[i].epochs, last->race[i].decay, score);
  }
  printf("; the best is taken\n");
}

/* Validation scores at up to eight epochs, evenly apart. */
static void print_curve(const khop_graph_report *r) {
  enum { POINTS = 8 };
  int shown = 0;
  char score[32];
  if (!r->curve_epochs) return;
  printf("  validation by epoch:");
  for (int p = 1; p <= POINTS; p++) {
    int epoch = (int)((int64_t)r->curve_epochs * p / POINTS);
    if (epoch == shown || isnan(r->curve[epoch - 1])) continue;
    print_score(score, r->metric, r->curve[epoch - 1]);
    printf("%s %d: %s", shown ? "," : "", epoch, score);
    shown = epoch;
  }
  putchar('\n');
}

/* Nothing was scored: no number is printed that is none. */
static void print_nothing_finished(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  printf("%s, %lld graphs, recipe %s: no %s was finished, and nothing was scored\n", visible(khop_graphs_name(set)),
         (long long)khop_graphs_count(set), recipe_name(c), c->graphs.protocol == KHOP_SPLITS ? "split" : "fold");
  printf("  %lld parameters\n", (long long)r->parameters);
}

void print_graphs_text(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  char mean[32], deviation[32], val[32];
  const khop_graph_options *o = &c->graphs;
  if (r->runs == 0) {
    print_nothing_finished(r, set, c);
    return;
  }
  print_score(mean, r->metric, r->test_mean);
  print_score(deviation, r->metric, r->test_std);
  print_score(val, r->metric, r->val_mean);
  print_choices(c);
  printf("%s, %lld graphs, recipe %s, %d %s%s: %s on the test graphs %s", visible(khop_graphs_name(set)),
         (long long)khop_graphs_count(set), recipe_name(c), r->runs,
         o->protocol == KHOP_SPLITS ? "splits" : "folds", by_names[o->by],
         khop_metric_name(r->metric), mean);
  if (r->runs > 1) printf(" +- %s", deviation);
  if (!isnan(r->val_mean)) printf(" (validation %s)", val);
  putchar('\n');
  if (o->ensemble > 1) {
    print_score(mean, r->metric, r->together_mean);
    print_score(deviation, r->metric, r->together_std);
    printf("  %d models together: %s +- %s\n", o->ensemble, mean, deviation);
  }
  print_intervals(r, set);
  print_length(r, c);
  print_curve(r);
  if (o->protocol == KHOP_NESTED)
    printf("  nested: the epoch%s of each fold chosen by %d folds within the others\n",
           o->candidates ? " and the candidate" : "", o->inner ? o->inner : 5);
  if (o->protocol == KHOP_SHARED_EPOCH)
    printf("  shared: epoch %d was chosen on these very folds, so this is no estimate for new graphs\n",
           r->shared_epoch);
  print_task_names(khop_graphs_schema(set));
  printf("  %lld parameters, %.0f ms an epoch\n", (long long)r->parameters, 1e3 * r->seconds_per_epoch);
  const char *part = o->protocol == KHOP_SPLITS ? "split" : "fold";
  if (o->save && r->saved && !r->interrupted) printf("  the models of the last %s are in %s\n", part, visible(o->save));
}

static void add_length(cJSON *run, const khop_graph_result *r) {
  add_number(run, "epochs", r->epochs);
  cJSON *race = cJSON_AddArrayToObject(run, "race");
  for (int i = 0; i < r->raced; i++) {
    cJSON *entry = cJSON_CreateObject();
    add_number(entry, "epochs", r->race[i].epochs);
    add_number(entry, "decay", r->race[i].decay);
    add_number(entry, "val", r->race[i].val);
    cJSON_AddItemToArray(race, entry);
  }
}

/* How far convolutions look before the readout, in hops. */
static double hops_seen(const khop_recipe *r) {
  double furthest = 0, seen = 0;
  for (int t = 0; t < r->taps; t++) furthest = fmax(furthest, r->hops[t]);
  for (int l = 0; l < r->layers; l++) seen += furthest * (r->dilations ? r->dilation[l % r->dilations] : 1);
  return seen;
}

void print_graphs_json(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", khop_graphs_name(set));
  add_number(root, "graphs", (double)khop_graphs_count(set));
  cJSON_AddStringToObject(root, "recipe", recipe_name(c));
  cJSON_AddStringToObject(root, "protocol", protocol_names[c->graphs.protocol]);
  cJSON_AddStringToObject(root, "metric", khop_metric_name(r->metric));
  add_number(root, "test_mean", r->test_mean);
  add_number(root, "test_std", r->test_std);
  add_number(root, "ensemble", c->graphs.ensemble ? c->graphs.ensemble : 1);
  add_number(root, "ensemble_mean", r->together_mean);
  add_number(root, "ensemble_std", r->together_std);
  add_number(root, "val_mean", r->val_mean);
  int64_t covered, tested;
  count_covered(&covered, &tested, r, set);
  if (r->interval) add_number(root, "interval_share", KHOP_INTERVAL_SHARE);
  if (r->interval) add_number(root, "interval_coverage", tested ? (double)covered / (double)tested : (double)NAN);
  add_task_names(root, khop_graphs_schema(set));
  cJSON *runs = cJSON_AddArrayToObject(root, "runs");
  for (int i = 0; i < r->runs; i++) {
    cJSON *run = cJSON_CreateObject();
    add_number(run, "val", r->run[i].val);
    add_number(run, "test", r->run[i].test);
    add_number(run, "ensemble", r->run[i].together);
    add_number(run, "epoch", r->run[i].epoch);
    add_number(run, "candidate", r->run[i].candidate);
    add_length(run, &r->run[i]);
    cJSON_AddItemToArray(runs, run);
  }
  add_choices(root, c);
  cJSON *curve = cJSON_AddArrayToObject(root, "curve");
  for (int e = 0; e < r->curve_epochs; e++) {
    double val = r->curve[e];
    cJSON_AddItemToArray(curve, create_number(val));
  }
  add_number(root, "shared_epoch", r->shared_epoch ? (double)r->shared_epoch : (double)NAN);
  add_number(root, "seconds_per_epoch", r->seconds_per_epoch);
  add_number(root, "parameters", (double)r->parameters);
  add_number(root, "reach", hops_seen(&c->recipe));
  add_number(root, "peak_bytes", (double)peak_bytes());
  add_number(root, "threads", khop_threads());
  cJSON_AddBoolToObject(root, "interrupted", r->interrupted);
  cJSON_AddStringToObject(root, "version", khop_version());
  print_json(root);
}
