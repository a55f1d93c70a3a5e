/* train.c: khop train: options from three sources, then nodes or graphs. */
#include "cli/commands.h"
#include "cli/data_use.h"
#include "cli/ranks.h"
#include "cli/train/auto.h"
#include "cli/train/graphs.h"
#include "cli/train/graphs_auto.h"
#include "cli/train/nodes.h"
#include "cli/train/on_ranks.h"
#include "cli/train/option_uses.h"
#include "cli/train/recipe_use.h"
#include "cli/train/saved_options.h"

#include <stdlib.h>
#include <string.h>

static const train_choice no_choice = {.train = {.size = sizeof no_choice.train},
                                       .graphs = {.size = sizeof no_choice.graphs}};

static void free_choice(train_choice *choice) {
  free(choice->kept_options);
  free_targets(&choice->set);
  *choice = no_choice;
}

/* In three steps: the recipe's options (fitted to the data once they are there), those of the checkpoint, those of
 * the command line. fallback: the recipe where none is named. */
static int read_all_options(train_choice *choice, const char **name, const char *fallback, const khop_data *data,
                            saved_options *saved, data_choice *model, int argc, char **argv) {
  train_choice first = {0};
  int status = parse_options(&train_command, &first, argc, argv, name);
  free(first.kept_options);
  free_targets(&first.set);
  if (status == GO_ON && first.train.resume && !data && !saved->text)
    status = read_saved_options(saved, model, first.train.resume);
  if (status != GO_ON) return status;
  if (first.recipe_name && strcmp(first.recipe_name, "auto") == 0) first.recipe_name = NULL;
  free_choice(choice);
  choice->recipe_name = first.train.hop_features ? "mlp" : fallback;
  choice->train.form = KHOP_AUTO;
  choice->train.save_every = 60;
  if (!apply_saved_options(choice, &train_command, saved, "recipe")) return EXIT_FAILED;
  if (first.recipe_name) choice->recipe_name = first.recipe_name;
  if (khop_recipe_find(&choice->recipe, choice->recipe_name) != KHOP_OK) return library_failure();
  if (data) khop_recipe_adapt(&choice->recipe, data);
  if (!apply_saved_options(choice, &train_command, saved, NULL)) return EXIT_FAILED;
  if (first.recipe_name) choice->recipe_name = first.recipe_name;
  keep_saved_options(choice, saved);
  choice->argc = argc;
  choice->argv = argv;
  return parse_options(&train_command, choice, argc, argv, name);
}

/* --- a recipe that is chosen ---------------------------------------------------------------- */

typedef struct command_line {
  const char **name;
  saved_options *saved;
  data_choice *model;
  int argc;
  char **argv;
} command_line;

/* The recipe is kept by its name: who goes on from the checkpoint does not choose again. */
static int read_for_recipe(train_choice *choice, const char *recipe, const khop_data *data, void *context) {
  command_line *line = context;
  int status = read_all_options(choice, line->name, recipe, data, line->saved, line->model, line->argc, line->argv);
  if (status != GO_ON) return status;
  choice->recipe_name = recipe;
  keep_option(choice, "recipe", recipe);
  choice->recipe.row_normalize = false; /* the data were loaded before it was chosen */
  keep_option(choice, "row-normalize", "no");
  return GO_ON;
}

/* auto where no recipe is named and no option describes a model; *wanted: whether to choose. */
static int settle_auto(bool *wanted, const train_choice *choice, const saved_options *saved, const khop_data *data) {
  const char *option = first_given_of(&choice->data, OPTION_OF_MODEL);
  bool named = was_given(&choice->data, "recipe"), asked = named && strcmp(choice->recipe_name, "auto") == 0;
  *wanted = false;
  if (asked && option)
    return usage_error("--%s: auto chooses the model and how it is trained: --recipe NAME for one of your own", option);
  if (saved->text || option || (named && !asked)) {
    if (choice->budget > 0) return usage_error("--budget: of what? it goes with --recipe auto");
    return GO_ON;
  }
  *wanted = can_choose(choice, data);
  if (asked && !*wanted)
    return failure("%s: there are no validation nodes to choose a recipe by: name one", khop_data_name(data));
  return GO_ON;
}

static int load_nodes(khop_data **data, train_choice *choice, const data_choice *model, const char *name) {
  choice->data.options.row_normalize = choice->recipe.row_normalize;
  choice->data.options.schema = choice->train.hop_features ? NULL : model->schema;
  return load_data(data, name, &choice->data);
}

static int refuse_options_of_nodes(const train_choice *choice, const char *name) {
  const char *option = first_given_of(&choice->data, OPTION_OF_ONE_GRAPH);
  if (option) return usage_error("--%s is for one graph, and %s is a set of graphs", option, name);
  return GO_ON;
}

/* Nothing that was asked for is silently left out. */
static int refuse_options_of_sets(const train_choice *choice, const char *name) {
  const char *option = first_given_of(&choice->data, OPTION_OF_SETS);
  if (option) return usage_error("--%s is for sets of graphs, and %s is one graph", option, name);
  if (choice->batch_given && choice->train.sample && !choice->train.hop_features)
    return usage_error("--batch and --sample: batches of %s have exact rings, each those of its ball; give one of the two",
                       name);
  return GO_ON;
}

/* What all runs of one process share. */
static const char *const of_one_process[] = {"save", "resume", "sample"};

/* A member of an ensemble is trained from the start, in this process, which has the scores of the others. */
static int refuse_options_of_ensembles(const train_choice *choice) {
  const khop_train_options *o = &choice->train;
  const char *other = o->resume ? "resume" : choice->jobs > 1 ? "jobs" : NULL;
  if (choice->graphs.ensemble < 2) return GO_ON;
  if (other)
    return usage_error("--ensemble and --%s: the models of nodes that are averaged are trained in one process, one after "
                       "the other; give one of the two", other);
  if (o->save && (o->seeds > 1 || o->split < 0 || choice->split_count))
    return usage_error("--ensemble and --save: the files are those of one ensemble, and --seeds or --split asks for several");
  return GO_ON;
}

static int refuse_options_of_jobs(const train_choice *choice, const char *name) {
  if (choice->jobs > 1 && strcmp(name, "-") == 0)
    return usage_error("--jobs: each training reads the data, and standard input can be read once: give a file");
  for (size_t i = 0; choice->jobs > 1 && i < sizeof of_one_process / sizeof *of_one_process; i++)
    if (was_given(&choice->data, of_one_process[i]))
      return usage_error("--jobs and --%s: runs in processes of their own share no such thing; give one of the two",
                         of_one_process[i]);
  return GO_ON;
}

static int refuse_unread(const train_choice *choice) {
  char sentence[USE_SENTENCE];
  return reads_all(sentence, choice) ? GO_ON : usage_error("%s", sentence);
}

/* A checkpoint says that the recipe was chosen; which one the model says (saved_options.c). */
static int read_for_set(train_choice *choice, const char *recipe, const khop_data *data, void *context) {
  command_line *line = context;
  int status = read_all_options(choice, line->name, recipe, data, line->saved, line->model, line->argc, line->argv);
  if (status == GO_ON) keep_option(choice, "recipe", "auto");
  return status;
}

static int train_set(train_choice *choice, command_line *line) {
  const char *fallback = choice->set.targets ? "property" : "molecule";
  bool wants_auto = false;
  int status = settle_graphs_auto(&wants_auto, choice, line->saved->text != NULL);
  if (status == GO_ON)
    status = read_all_options(choice, line->name, fallback, NULL, line->saved, line->model, line->argc, line->argv);
  if (status == GO_ON) status = refuse_unread(choice);
  return status == GO_ON ? train_graphs(choice, *line->name, wants_auto ? read_for_set : NULL, line) : status;
}

int run_train(int argc, char **argv) {
  train_choice choice = no_choice;
  saved_options saved = {0};
  data_choice model = {0}; /* holds the schema of a checkpoint */
  const char *name = NULL;
  khop_data *data = NULL;
  int status = read_all_options(&choice, &name, "ring", NULL, &saved, &model, argc, argv);
  bool is_set = status == GO_ON && is_graph_set(name, &choice.set);
  if (status == GO_ON) status = refuse_options_on_ranks(&choice, name, is_set);
  if (status == GO_ON) status = check_tables(&choice.data, name, is_set);
  if (status == GO_ON && !is_set) status = refuse_options_of_sets(&choice, name);
  if (status == GO_ON && !is_set) status = refuse_options_of_ensembles(&choice);
  if (status == GO_ON && !is_set) status = refuse_options_of_jobs(&choice, name);
  if (status == GO_ON)
    status = refuse_unused(&choice.data, name, kind_of_data(name, &choice.data, is_set, &choice.set));
  if (status == GO_ON && was_given(&choice.data, "columns") && !choice.train.resume)
    status = usage_error("--columns: with what? it goes with --resume");
  if (status == GO_ON && choice.save_every_given && !choice.train.save)
    status = usage_error("--save-every: of what? it goes with --save");
  if (status == GO_ON && is_set) status = refuse_options_of_nodes(&choice, name);
  if (status == GO_ON && is_set) {
    status = train_set(&choice, &(command_line){&name, &saved, &model, argc, argv});
    free_choice(&choice);
    free_model_schema(&model);
    free(saved.text);
    return status;
  }
  if (status == GO_ON) status = refuse_unread(&choice);
  if (status == GO_ON) status = load_nodes(&data, &choice, &model, name);
  if (status == GO_ON) status = check_direction(&choice.data, name, data, choice.recipe.direction);
  bool wants_auto = false;
  if (status == GO_ON) status = settle_auto(&wants_auto, &choice, &saved, data);
  if (status == GO_ON) status = refuse_auto_on_ranks(wants_auto, data);
  if (status == GO_ON) status = read_all_options(&choice, &name, "ring", data, &saved, &model, argc, argv);
  command_line line = {&name, &saved, &model, argc, argv};
  status = agree_on_ranks(status);
  if (status == GO_ON) status = wants_auto ? train_auto(&choice, data, read_for_recipe, &line) : train_nodes(&choice, data);
  khop_data_free(data);
  free_model_schema(&model);
  free_choice(&choice);
  free(saved.text);
  return status;
}
