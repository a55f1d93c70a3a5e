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
    "directed",     "split-seed"};

static void append_line(char **text, const char *name, const char *value) {
  char *longer = NULL;
  if (asprintf(&longer, "%s%s=%s\n", *text ? *text : "", name, value) < 0) {
    fprintf(stderr, "khop train: no memory for the options\n");
    exit(EXIT_FAILED);
  }
  free(*text);
  *text = longer;
}

void keep_option(void *context, const char *name, const char *value) {
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    if (strcmp(kept[i], name) == 0) append_line(&((train_choice *)context)->lines, name, value);
}

/* Applies the lines of a checkpoint; only: this option alone (NULL: all). */
static bool apply_lines(train_choice *choice, const char *text, const char *only) {
  char *lines = strdup(text), *rest = lines;
  bool good = lines != NULL;
  for (char *line; good && (line = strsep(&rest, "\n"));) {
    char *equals = strchr(line, '='), where[96];
    if (!equals) continue;
    *equals = 0;
    if (only && strcmp(line, only) != 0) continue;
    snprintf(where, sizeof where, "khop train: --resume: its option %s", line);
    char *value = strdup(equals + 1); /* setters keep the pointer: it lives as long as the program */
    good = value && apply_option(&train_command, choice, line, value, where);
  }
  free(lines);
  return good;
}

/* The options that the checkpoint to be resumed was trained with, "" without one. Of many seeds and
 * splits it holds one, which is named last. */
static int read_checkpoint(char **notes, const char *path) {
  khop_model *model = NULL;
  if (path && khop_model_load(&model, path) != KHOP_OK) return failed(&train_command);
  const char *text = model ? khop_model_note(model, "options") : NULL;
  *notes = strdup(text ? text : "");
  for (int i = 0; *notes && model && i < 2; i++) {
    const char *name = i ? "split" : "seed", *value = khop_model_note(model, name);
    if (value) append_line(notes, name, value);
  }
  khop_model_free(model);
  return *notes ? GO_ON : EXIT_FAILED;
}

static int choose(train_choice *choice, const char **name, const khop_data *data, char **notes,
                  int argc, char **argv) {
  train_choice first = {0};
  int status = parse_options(&train_command, &first, argc, argv, name);
  free(first.lines);
  if (status == GO_ON && !*notes) status = read_checkpoint(notes, first.train.resume);
  if (status != GO_ON) return status;
  free(choice->lines);
  *choice = (train_choice){.recipe_name = "ring"};
  if (!apply_lines(choice, *notes, "recipe")) return EXIT_FAILED;
  if (first.recipe_name) choice->recipe_name = first.recipe_name;
  if (khop_recipe_find(&choice->recipe, choice->recipe_name) != KHOP_OK)
    return failed(&train_command);
  if (data) khop_recipe_adapt(&choice->recipe, data);
  if (!apply_lines(choice, *notes, NULL)) return EXIT_FAILED;
  choice->lines = strdup(*notes);
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
  const char *name = NULL;
  char *notes = NULL; /* of the checkpoint */
  khop_data *data = NULL;
  int status = choose(&choice, &name, NULL, &notes, argc, argv);
  if (status == GO_ON && load(&data, &choice, name) != KHOP_OK) status = failed(&train_command);
  if (status == GO_ON) status = choose(&choice, &name, data, &notes, argc, argv);
  if (status == GO_ON) status = train(&choice, data);
  khop_data_free(data);
  free(choice.lines);
  free(notes);
  return status;
}
