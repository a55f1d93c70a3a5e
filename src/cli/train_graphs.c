/* train_graphs.c: khop train on a set of graphs: molecules, MUTAG's text form, a TU folder. */
#include "train.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const protocol_names[] = {"splits", "folds", "nested", "shared"};

/* --- reading ---------------------------------------------------------------------------------- */

static bool ends_with(const char *name, const char *const *ends) {
  const char *dot = strrchr(name, '.');
  for (int i = 0; dot && ends[i]; i++)
    if (strcasecmp(dot, ends[i]) == 0) return true;
  return false;
}

bool is_molecules(const char *path, const molecule_choice *choice) {
  static const char *const always[] = {".smi", ".smiles", ".ism", ".sdf", ".sd", ".mol", NULL};
  static const char *const tables[] = {".csv", ".tsv", NULL};
  bool asked = choice->molecules || choice->targets || choice->smiles_column || choice->descriptors;
  return ends_with(path, always) || (asked && ends_with(path, tables));
}

static void tell_bad(int64_t line, const char *reason, void *context) {
  if (!*(const bool *)context) /* quiet, or strict: then it is the error */
    fprintf(stderr, "khop: line %lld: %s: it is left out\n", (long long)line, reason);
}

khop_status load_graphs(khop_graphs **set, const char *name, const molecule_choice *choice) {
  char *path = NULL;
  khop_status status = KHOP_OK;
  bool is_set = khop_graphs_is_set(name);
  if (!is_set) status = khop_data_path(&path, name);
  if (status != KHOP_OK) return status;
  const char *place = is_set ? name : path;
  bool quiet = choice->quiet || choice->strict;
  khop_molecules_options o = {.records = {.smiles_column = choice->smiles_column, .columns = choice->targets,
                                          .column = (const char *const *)choice->target},
                              .strict = choice->strict, .bad = tell_bad, .context = &quiet};
  const char *descriptors = choice->descriptors;
  o.no_graph_features = descriptors && strcmp(descriptors, "none") == 0;
  if (!o.no_graph_features) o.descriptors.features = descriptors;
  bool molecules = is_molecules(place, choice);
  status = molecules ? khop_molecules_graphs(set, place, &o) : khop_graphs_read(set, place);
  if (status == KHOP_OK && !molecules && !choice->no_places) status = khop_graphs_add_structural_features(*set);
  khop_free(path);
  return status;
}

bool is_graphs(const char *name, const molecule_choice *choice) {
  char *path = NULL;
  if (khop_graphs_is_set(name)) return true;
  if (khop_data_path(&path, name) != KHOP_OK) return is_molecules(name, choice);
  bool is = khop_graphs_is_set(path) || is_molecules(path, choice);
  khop_free(path);
  return is;
}

/* --- the report ------------------------------------------------------------------------------- */

static void shown(char text[32], khop_metric metric, double value) {
  bool share = khop_metric_rises(metric);
  snprintf(text, 32, share ? "%.2f %%" : "%.4f", share ? 100 * value : value);
}

static void print_text(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  char mean[32], deviation[32], val[32];
  const khop_graph_options *o = &c->graphs;
  shown(mean, r->metric, r->test_mean);
  shown(deviation, r->metric, r->test_std);
  shown(val, r->metric, r->val_mean);
  printf("%s, %lld graphs, recipe %s, %d %s%s: %s on the test graphs %s", khop_graphs_name(set),
         (long long)khop_graphs_count(set), c->recipe.name, r->runs,
         o->protocol == KHOP_SPLITS ? "splits" : "folds", o->by == KHOP_SPLIT_GROUPS ? " by scaffold" : "",
         khop_metric_name(r->metric), mean);
  if (r->runs > 1) printf(" +- %s", deviation);
  if (!isnan(r->val_mean)) printf(" (validation %s)", val);
  putchar('\n');
  if (o->ensemble > 1) {
    shown(mean, r->metric, r->together_mean);
    shown(deviation, r->metric, r->together_std);
    printf("  %d models together: %s +- %s\n", o->ensemble, mean, deviation);
  }
  if (o->protocol == KHOP_NESTED)
    printf("  nested: the epoch%s of each fold chosen by %d folds within the others\n",
           o->candidates ? " and the candidate" : "", o->inner ? o->inner : 5);
  if (o->protocol == KHOP_SHARED_EPOCH)
    printf("  shared: epoch %d was chosen on these very folds, so this is no estimate for new graphs\n",
           r->shared_epoch);
  printf("  %lld parameters, %.0f ms an epoch\n", (long long)r->parameters, 1e3 * r->seconds_per_epoch);
  if (o->save) printf("  the models of the last %s are in %s\n", o->protocol == KHOP_SPLITS ? "split" : "fold", o->save);
}

static void add_number(cJSON *object, const char *key, double value) {
  cJSON_AddItemToObject(object, key, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

static void print_json(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  cJSON *root = cJSON_CreateObject();
  cJSON_AddStringToObject(root, "dataset", khop_graphs_name(set));
  add_number(root, "graphs", (double)khop_graphs_count(set));
  cJSON_AddStringToObject(root, "recipe", c->recipe.name);
  cJSON_AddStringToObject(root, "protocol", protocol_names[c->graphs.protocol]);
  cJSON_AddStringToObject(root, "metric", khop_metric_name(r->metric));
  add_number(root, "test_mean", r->test_mean);
  add_number(root, "test_std", r->test_std);
  add_number(root, "ensemble", c->graphs.ensemble ? c->graphs.ensemble : 1);
  add_number(root, "ensemble_mean", r->together_mean);
  add_number(root, "ensemble_std", r->together_std);
  add_number(root, "val_mean", r->val_mean);
  cJSON *runs = cJSON_AddArrayToObject(root, "runs");
  for (int i = 0; i < r->runs; i++) {
    cJSON *run = cJSON_CreateObject();
    add_number(run, "val", r->run[i].val);
    add_number(run, "test", r->run[i].test);
    add_number(run, "ensemble", r->run[i].together);
    add_number(run, "epoch", r->run[i].epoch);
    add_number(run, "candidate", r->run[i].candidate);
    cJSON_AddItemToArray(runs, run);
  }
  add_number(root, "shared_epoch", r->shared_epoch ? (double)r->shared_epoch : (double)NAN);
  add_number(root, "seconds_per_epoch", r->seconds_per_epoch);
  add_number(root, "parameters", (double)r->parameters);
  add_number(root, "peak_bytes", (double)peak_bytes());
  add_number(root, "threads", khop_threads());
  cJSON_AddBoolToObject(root, "interrupted", r->interrupted);
  cJSON_AddStringToObject(root, "version", khop_version());
  char *text = cJSON_Print(root);
  puts(text ? text : "");
  cJSON_free(text);
  cJSON_Delete(root);
}

/* Predicted against measured, of the first target, on every graph that was tested. */
static khop_status draw(const khop_graph_report *r, const khop_graphs *set, const train_choice *c) {
  int64_t graphs = khop_graphs_count(set), outputs = 0;
  const khop_real *targets = khop_graphs_targets(set, &outputs);
  double *numbers = calloc((size_t)(3 * graphs) + 1, sizeof *numbers);
  if (!numbers || !targets) {
    free(numbers);
    fprintf(stderr, targets ? "khop train: no memory for a plot\n"
                            : "khop train: --scatter: the graphs have classes, no targets\n");
    exit(EXIT_FAILED);
  }
  for (int64_t g = 0; g < graphs; g++) {
    numbers[g] = (double)targets[g * outputs];
    numbers[graphs + g] = (double)r->predictions[g * outputs];
    numbers[2 * graphs + g] = (double)r->deviations[g * outputs];
  }
  const char *const *names = khop_graphs_target_names(set);
  khop_status status = khop_plot_scatter(c->scatter, graphs, numbers, numbers + graphs,
                                         c->graphs.ensemble > 1 ? numbers + 2 * graphs : NULL,
                                         names ? names[0] : khop_graphs_name(set));
  free(numbers);
  return status;
}

/* --- the command ------------------------------------------------------------------------------ */

typedef struct watch {
  bool quiet;
  int done, of;
} watch;

static bool show_epoch(const khop_epoch *e, void *context) {
  const watch *w = context;
  if (!w->quiet)
    progress_line(false, "training %d/%d  epoch %d/%d  loss %.4f  val %.4f  best %.4f at %d", w->done + 1, w->of,
                  e->epoch, e->epochs, e->loss, e->val, e->best, e->best_epoch);
  return !was_interrupted();
}

static void show_training(int done, int of, void *context) {
  ((watch *)context)->done = done;
  ((watch *)context)->of = of;
}

/* Each --candidate is the recipe with some options changed: "hops=0-2 hidden=32". */
static bool read_candidates(train_choice *c) {
  for (int i = 0; i < c->candidates; i++) {
    train_choice copy = *c;
    char *text = strdup(c->candidate[i]), *rest = text;
    bool good = text != NULL;
    for (char *word; good && (word = strsep(&rest, " "));) {
      char *equals = strchr(word, '=');
      if (!*word) continue;
      if (equals) *equals = 0;
      good = equals && apply_option(&train_command, &copy, word, equals + 1, "khop train: --candidate");
      if (!equals) fprintf(stderr, "khop train: --candidate: not name=value: '%s'\n", word);
    }
    free(text);
    if (!good) return false;
    c->candidate_recipe[i] = copy.recipe;
  }
  return true;
}

static int train(train_choice *c, const khop_graphs *set) {
  khop_graph_report report = {0};
  watch w = {.quiet = c->data.quiet};
  int status = EXIT_OK;
  if (!c->metric_given && khop_graphs_targets(set, NULL)) c->recipe.fit.metric = KHOP_RMSE;
  c->recipe.fit.progress = show_epoch;
  c->recipe.fit.context = &w;
  c->graphs.progress = show_training;
  c->graphs.context = &w;
  c->graphs.save = c->train.save;
  c->graphs.notes = c->lines;
  c->graphs.max_bytes = c->data.max_bytes;
  c->graphs.split_seed = c->data.options.split_seed;
  if (!read_candidates(c)) return EXIT_USAGE;
  c->graphs.candidates = c->candidates;
  c->graphs.candidate = c->candidate_recipe;
  catch_interrupts();
  khop_status ended = khop_graphs_train(&report, set, &c->recipe, &c->graphs);
  if (ended == KHOP_OK && c->scatter) ended = draw(&report, set, c);
  progress_clear();
  if (ended != KHOP_OK) {
    status = failed(&train_command);
  } else {
    (c->data.json ? print_json : print_text)(&report, set, c);
    if (report.interrupted) {
      fprintf(stderr, "khop train: interrupted: the figures are of what was finished\n");
      status = EXIT_FAILED;
    }
  }
  khop_graph_report_free(&report);
  return status;
}

int train_graphs(train_choice *c, const char *name) {
  khop_graphs *set = NULL;
  if (c->train.resume) return usage_error(&train_command, "--resume: a set of graphs starts anew each time");
  if (c->train.seeds)
    return usage_error(&train_command, "--seeds: a set of graphs takes --ensemble N, --splits N or --folds N");
  c->molecules.quiet = c->data.quiet;
  if (load_graphs(&set, name, &c->molecules) != KHOP_OK) return failed(&train_command);
  int status = train(c, set);
  khop_graphs_free(set);
  return status;
}
