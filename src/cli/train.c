/* train.c: khop train: options to a recipe, a recipe to a report, with progress and Ctrl-C between. */
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- options, in three steps: the recipe's (fitted to the data once they are there), those of the
 *     checkpoint, those of the command line ---------------------------------------------------- */

/* What changes the training, and is neither a file nor an output, travels with the model as
 * "name=value" lines, so that --resume needs no repeating of it. */
static const char *const kept[] = {
    "recipe",       "metric",        "hops",         "dilations",    "layers",    "hidden",
    "norm",         "direction",     "operator",     "self-loop",    "weights",   "concat",
    "activation",   "dropout",       "input-dropout", "teleport",    "row-normalize", "epochs",
    "patience",     "lr",            "weight-decay", "optimizer",    "clip",      "schedule",
    "seed",         "split",         "label",        "split-column", "masks",     "directed-links",
    "directed",     "split-seed",    "target",       "smiles-column", "descriptors", "strict",
    "protocol",     "split-by",      "splits",       "folds",     "inner",      "candidate",   "only",
    "ensemble",     "batch",         "average",      "bonds",     "paths",      "readout",    "sample",
    "form",         "keep",          "head-dropout", "places"};

static void append_line(char **text, const char *name, const char *value) {
  char *longer = NULL;
  if (asprintf(&longer, "%s%s=%s\n", *text ? *text : "", name, value) < 0) {
    fprintf(stderr, "khop train: no memory for the options\n");
    exit(EXIT_FAILED);
  }
  free(*text);
  *text = longer;
}

static bool is_kept(const char *name) {
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (strcmp(kept[i], name) == 0) return true;
  return false;
}

void keep_option(void *context, const char *name, const char *value) {
  if (is_kept(name)) append_line(&((train_choice *)context)->lines, name, value);
}

/* The options of a checkpoint, each once: the last one counts. Names and values point into text. */
#define MOST_SAVED 64
typedef struct saved_options {
  char *text; /* owns */
  int count;
  const char *name[MOST_SAVED], *value[MOST_SAVED];
} saved_options;

static void add_saved(saved_options *saved, const char *name, const char *value) {
  int to = 0;
  for (int i = 0; i < saved->count; i++) {
    if (strcmp(saved->name[i], name) == 0) continue;
    saved->name[to] = saved->name[i];
    saved->value[to++] = saved->value[i];
  }
  if (to < MOST_SAVED) {
    saved->name[to] = name;
    saved->value[to++] = value;
  }
  saved->count = to;
}

/* Reads them. Of many seeds and splits a checkpoint holds one, which it names in notes of its own. */
static int read_checkpoint(saved_options *saved, const char *path) {
  khop_model *model = NULL;
  if (khop_model_load(&model, path) != KHOP_OK) return failed(&train_command);
  const char *const notes[] = {"options", "seed", "split"};
  for (int i = 0; i < 3; i++) {
    const char *text = khop_model_metadata(model, notes[i]);
    if (text && i) append_line(&saved->text, notes[i], text);
    if (text && !i) saved->text = strdup(text);
  }
  khop_model_free(model);
  char *rest = saved->text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    char *equals = strchr(line, '=');
    if (!equals) continue;
    *equals = 0;
    if (!is_kept(line)) { /* a file from elsewhere must not choose what is read and written */
      fprintf(stderr, "khop train: --resume: %s: an option '%.60s' is not for a checkpoint to set\n",
              path, line);
      return EXIT_FAILED;
    }
    add_saved(saved, line, equals + 1);
  }
  return GO_ON;
}

/* only: this option alone (NULL: all). */
static bool apply_saved(train_choice *choice, const saved_options *saved, const char *only) {
  char where[96];
  for (int i = 0; i < saved->count; i++) {
    if (only && strcmp(saved->name[i], only) != 0) continue;
    snprintf(where, sizeof where, "khop train: --resume: its option %s", saved->name[i]);
    if (!apply_option(&train_command, choice, saved->name[i], saved->value[i], where)) return false;
  }
  return true;
}

static void free_choice(train_choice *choice) {
  free(choice->lines);
  free_targets(&choice->molecules);
  *choice = (train_choice){0};
}

/* fallback: the recipe where none is named. */
static int choose(train_choice *choice, const char **name, const char *fallback, const khop_data *data,
                  saved_options *saved, int argc, char **argv) {
  train_choice first = {0};
  int status = parse_options(&train_command, &first, argc, argv, name);
  free(first.lines);
  free_targets(&first.molecules);
  if (status == GO_ON && first.train.resume && !data && !saved->text)
    status = read_checkpoint(saved, first.train.resume);
  if (status != GO_ON) return status;
  free_choice(choice);
  choice->recipe_name = first.train.hop_features ? "mlp" : fallback;
  choice->train.form = KHOP_AUTO;
  if (!apply_saved(choice, saved, "recipe")) return EXIT_FAILED;
  if (first.recipe_name) choice->recipe_name = first.recipe_name;
  if (khop_recipe_find(&choice->recipe, choice->recipe_name) != KHOP_OK)
    return failed(&train_command);
  if (data) khop_recipe_adapt(&choice->recipe, data);
  if (!apply_saved(choice, saved, NULL)) return EXIT_FAILED;
  if (first.recipe_name) choice->recipe_name = first.recipe_name;
  for (int i = 0; i < saved->count; i++) append_line(&choice->lines, saved->name[i], saved->value[i]);
  return parse_options(&train_command, choice, argc, argv, name);
}

/* --- progress ------------------------------------------------------------------------------- */

typedef struct watch {
  bool quiet;
  int done, of;
  khop_metric metric;
} watch;

static bool show_epoch(const khop_epoch *e, void *context) {
  const watch *w = context;
  if (w->quiet) return !was_interrupted();
  if (isnan(e->val))
    progress_line(false, "run %d/%d  epoch %d/%d  loss %.4f", w->done + 1, w->of, e->epoch,
                  e->epochs, e->loss);
  else
    progress_line(false, "run %d/%d  epoch %d/%d  loss %.4f  val %.4f  best %.4f at %d", w->done + 1,
                  w->of, e->epoch, e->epochs, e->loss, e->val, e->best, e->best_epoch);
  return !was_interrupted();
}

static void show_run(const khop_fit_result *r, int index, int of, void *context) {
  watch *w = context;
  w->done = index + 1;
  progress_clear();
  if (w->quiet || of == 1) return;
  fprintf(stderr, "run %d/%d  seed %llu  split %d", index + 1, of, (unsigned long long)r->seed,
          r->split);
  if (!isnan(r->val)) fprintf(stderr, "  val %.4f", r->val);
  if (!isnan(r->test)) fprintf(stderr, "  test %.4f", r->test);
  fprintf(stderr, "  epoch %d of %d  %.1f s\n", r->best_epoch, r->epochs, r->seconds);
}

/* --- the command ---------------------------------------------------------------------------- */

static khop_status load(khop_data **data, train_choice *choice, const char *name) {
  choice->data.options.row_normalize = choice->recipe.row_normalize;
  return khop_data_load(data, name, &choice->data.options);
}

static int say_interrupted(const char *saved) {
  if (saved)
    fprintf(stderr, "khop train: interrupted: the best weights so far are in %s; go on with "
                    "--resume %s\n", saved, saved);
  else
    fprintf(stderr, "khop train: interrupted: the figures are of the best weights so far\n");
  return EXIT_FAILED;
}

static int train(train_choice *choice, const khop_data *data) {
  khop_report report = {0};
  if (!choice->metric_given && khop_data_targets(data, NULL)) choice->recipe.fit.metric = KHOP_RMSE;
  int splits = khop_data_splits(data), seeds = choice->train.seeds ? choice->train.seeds : 1;
  watch w = {.quiet = choice->data.quiet, .of = choice->train.split < 0 ? seeds * splits : seeds};
  choice->recipe.fit.progress = show_epoch;
  choice->recipe.fit.context = &w;
  choice->train.finished = show_run;
  choice->train.context = &w;
  choice->train.notes = choice->lines;
  choice->train.max_bytes = choice->data.max_bytes;
  catch_interrupts();
  int status = EXIT_OK;
  if (khop_train(&report, data, &choice->recipe, &choice->train) != KHOP_OK) {
    status = failed(&train_command);
  } else {
    progress_clear();
    (choice->data.json ? print_report_json : print_report)(&report, data, choice);
    if (report.interrupted) status = say_interrupted(choice->train.save);
  }
  khop_report_free(&report);
  return status;
}

int run_train(int argc, char **argv) {
  train_choice choice = {0};
  saved_options saved = {0};
  const char *name = NULL;
  khop_data *data = NULL;
  int status = choose(&choice, &name, "ring", NULL, &saved, argc, argv);
  if (status == GO_ON && is_graphs(name, &choice.molecules)) {
    const char *fallback = choice.molecules.targets ? "property" : "molecule";
    status = choose(&choice, &name, fallback, NULL, &saved, argc, argv);
    if (status == GO_ON) status = train_graphs(&choice, name);
    free_choice(&choice);
    free(saved.text);
    return status;
  }
  if (status == GO_ON && load(&data, &choice, name) != KHOP_OK) status = failed(&train_command);
  if (status == GO_ON) status = choose(&choice, &name, "ring", data, &saved, argc, argv);
  if (status == GO_ON) status = train(&choice, data);
  khop_data_free(data);
  free_choice(&choice);
  free(saved.text);
  return status;
}
