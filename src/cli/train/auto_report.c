/* auto_report.c: see auto_report.h. */
#include "cli/train/auto_report.h"
#include "cli/train/best_recipes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const fates[] = {"chosen", "finalist", "behind", "left out"};

static void print_value(khop_metric metric, double value) {
  bool share = khop_metric_rises(metric);
  printf(share ? "%7.2f" : "%7.4g", share ? 100 * value : value);
}

/* A model of an ensemble of several recipes. */
static bool is_member(const train_choice *choice, const khop_auto_report *r, int trial) {
  return !choice->is_set && choice->graphs.ensemble > 1 && is_among_best(trial, choice->graphs.ensemble, r);
}

static void print_trial(const khop_auto_report *r, const khop_auto_trial *t, bool member) {
  printf("  %-10s", t->recipe);
  if (t->fate == KHOP_AUTO_LEFT_OUT) {
    printf("      -  %s%sleft out: %s\n", t->encodings ? t->encodings : "", t->encodings ? " " : "", t->why);
    return;
  }
  print_value(r->metric, t->val);
  printf("  %4d epochs", t->epochs);
  if (t->seeds > 1) printf(" of %d seeds", t->seeds);
  if (t->encodings) printf(" with %s", t->encodings);
  printf("%s%s\n", t->fate == KHOP_AUTO_CHOSEN ? "  chosen" : "", member ? "  in the ensemble" : "");
}

static const char *unit_of(const train_choice *choice) { return choice->is_set ? "graphs" : "nodes"; }

static void print_table(const khop_auto_report *r, const train_choice *choice) {
  printf("chosen by %lld validation %s, %s%s", (long long)r->validation, unit_of(choice), khop_metric_name(r->metric),
         khop_metric_rises(r->metric) ? " in %" : "");
  if (r->by_imbalance) printf(", since %.0f %% are of one class", 100 * r->share);
  if (!isnan(r->majority)) printf("; the largest class alone: %.2f", 100 * r->majority);
  if (!isnan(r->propagation)) printf("; label propagation: %.2f", 100 * r->propagation);
  printf("\n");
  for (int i = 0; i < r->trials; i++) print_trial(r, &r->trial[i], is_member(choice, r, i));
}

/* In how many splits candidate i was chosen, with encodings or without, or is in the ensemble. */
static int count_choices(int *encoded, const train_choice *choice, int i) {
  int times = 0;
  *encoded = 0;
  for (int s = 0; s < choice->choices; s++) {
    const khop_auto_report *r = &choice->chosen[s];
    const khop_auto_trial *chosen = r->chosen < 0 ? NULL : &r->trial[r->chosen];
    bool is_encoded = chosen && chosen->encodings && strcmp(chosen->recipe, r->trial[i].recipe) == 0;
    bool together = !choice->is_set && choice->graphs.ensemble > 1;
    times += together ? is_member(choice, r, i) : is_encoded || r->chosen == i;
    *encoded += !together && is_encoded;
  }
  return times;
}

void print_choices(const train_choice *choice) {
  if (choice->choices == 1) print_table(&choice->chosen[0], choice);
  if (choice->choices <= 1) return;
  const khop_auto_report *first = &choice->chosen[0];
  printf("chosen by the validation %s of each %s, %s:", unit_of(choice),
         choice->is_set && choice->graphs.protocol == KHOP_FOLDS ? "fold" : "split", khop_metric_name(first->metric));
  for (int i = 0; i < first->trials && !first->trial[i].encodings; i++) {
    int encoded, times = count_choices(&encoded, choice, i);
    if (times) printf("  %s %d", first->trial[i].recipe, times);
    if (encoded) printf(" (%d with encodings)", encoded);
  }
  printf("\n");
}

static cJSON *trial_json(const khop_auto_trial *t, bool member) {
  cJSON *object = cJSON_CreateObject();
  cJSON_AddStringToObject(object, "recipe", t->recipe);
  cJSON_AddStringToObject(object, "fate", fates[t->fate]);
  if (member) cJSON_AddBoolToObject(object, "in_ensemble", true);
  if (t->encodings) cJSON_AddStringToObject(object, "encodings", t->encodings);
  add_number(object, "val", t->val);
  add_number(object, "deviation", t->deviation);
  add_number(object, "epochs", t->epochs);
  add_number(object, "seeds", t->seeds);
  add_number(object, "seconds", t->seconds);
  if (t->why[0]) cJSON_AddStringToObject(object, "why", t->why);
  return object;
}

void add_choices(cJSON *root, const train_choice *choice) {
  if (choice->choices == 0) return;
  cJSON *list = cJSON_AddArrayToObject(root, "auto");
  for (int s = 0; s < choice->choices; s++) {
    const khop_auto_report *r = &choice->chosen[s];
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(list, object);
    add_number(object, "split", r->split);
    if (r->chosen >= 0) cJSON_AddStringToObject(object, "recipe", r->trial[r->chosen].recipe);
    if (r->chosen >= 0 && r->trial[r->chosen].encodings)
      cJSON_AddStringToObject(object, "encodings", r->trial[r->chosen].encodings);
    cJSON_AddStringToObject(object, "metric", khop_metric_name(r->metric));
    cJSON_AddBoolToObject(object, "by_imbalance", r->by_imbalance);
    add_number(object, "largest_class", r->share);
    add_number(object, "majority", r->majority);
    add_number(object, "label_propagation", r->propagation);
    add_number(object, choice->is_set ? "validation_graphs" : "validation_nodes", (double)r->validation);
    add_number(object, "seconds", r->seconds);
    cJSON *trials = cJSON_AddArrayToObject(object, "tried");
    for (int i = 0; i < r->trials; i++) cJSON_AddItemToArray(trials, trial_json(&r->trial[i], is_member(choice, r, i)));
  }
}
