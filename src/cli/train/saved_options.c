/* saved_options.c: see saved_options.h. */
#include "cli/train/saved_options.h"
#include "cli/train/option_uses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append_line(char **text, const char *name, const char *value) {
  char *longer = NULL;
  if (asprintf(&longer, "%s%s=%s\n", *text ? *text : "", name, value) < 0)
    exit(failure("no memory for the options"));
  free(*text);
  *text = longer;
}

void keep_option(void *context, const char *name, const char *value) {
  if (option_is(name, OPTION_IS_KEPT)) append_line(&((train_choice *)context)->kept_options, name, value);
}

void keep_saved_options(train_choice *choice, const saved_options *saved) {
  for (int i = 0; i < saved->count; i++) keep_option(choice, saved->name[i], saved->value[i]);
}

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

/* Seeds and splits of a series that is not over (khop_train_options.resume); false: there is no such note. */
static bool read_series(saved_options *saved, const khop_model *model) {
  char seeds[16], seed[24], split[8 * MOST_SPLITS];
  const char *text = khop_model_metadata(model, "series");
  if (!text || sscanf(text, "%15s %23s %7999s", seeds, seed, split) != 3) return false;
  append_line(&saved->text, "seeds", seeds);
  append_line(&saved->text, "seed", seed);
  append_line(&saved->text, "split", strcmp(split, "-1") == 0 ? "all" : split);
  return true;
}

static int read_lines(saved_options *saved, const char *path) {
  char *rest = saved->text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    char *equals = strchr(line, '=');
    if (!equals) continue;
    *equals = 0;
    if (!option_is(line, OPTION_IS_KEPT) && strcmp(line, "seeds") != 0) /* a file from elsewhere must not choose what is read and written */
      return failure("--resume: %s: an option '%.60s' is not for a checkpoint to set", path, line);
    add_saved(saved, line, equals + 1);
  }
  return GO_ON;
}

/* Where auto chose for a set of graphs, the model says what. */
static void name_recipe(saved_options *saved, const khop_model *model) {
  khop_recipe recipe;
  const char *name = khop_model_metadata(model, "recipe");
  for (int i = 0; i < saved->count; i++)
    if (strcmp(saved->name[i], "recipe") == 0 && strcmp(saved->value[i], "auto") == 0 && name &&
        khop_recipe_find(&recipe, name) == KHOP_OK)
      saved->value[i] = recipe.name;
}

/* When several seeds and splits are over a checkpoint holds one model: its own seed and split are metadata beside the
 * options. */
int read_saved_options(saved_options *saved, data_choice *data, const char *path) {
  khop_model *model = NULL;
  if (khop_model_load(&model, path) != KHOP_OK) return library_failure();
  const char *const notes[] = {"seed", "split"}, *options = khop_model_metadata(model, "options");
  if (options) saved->text = strdup(options);
  bool series = read_series(saved, model);
  for (int i = 0; i < 2 && !series; i++) {
    const char *text = khop_model_metadata(model, notes[i]);
    if (text) append_line(&saved->text, notes[i], text);
  }
  int status = take_model_schema(data, model, path);
  if (status == GO_ON) status = read_lines(saved, path);
  if (status == GO_ON) name_recipe(saved, model);
  khop_model_free(model);
  return status;
}

bool apply_saved_options(train_choice *choice, const command *c, const saved_options *saved, const char *only) {
  char where[96];
  for (int i = 0; i < saved->count; i++) {
    if (only && strcmp(saved->name[i], only) != 0) continue;
    snprintf(where, sizeof where, "khop train: --resume: its option %s", saved->name[i]);
    if (!apply_option(c, choice, saved->name[i], saved->value[i], where)) return false;
  }
  return true;
}
