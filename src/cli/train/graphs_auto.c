/* graphs_auto.c: see graphs_auto.h. */
#include "cli/train/graphs_auto.h"
#include "cli/messages.h"
#include "cli/train/option_uses.h"

#include <stdlib.h>
#include <string.h>

int settle_graphs_auto(bool *wanted, const train_choice *choice, bool resumed) {
  const char *option = first_given_of(&choice->data, OPTION_OF_MODEL);
  bool named = was_given(&choice->data, "recipe"), asked = named && strcmp(choice->recipe_name, "auto") == 0;
  bool validates = choice->graphs.protocol == KHOP_SPLITS || choice->graphs.protocol == KHOP_FOLDS;
  if (!option && choice->candidates) option = "candidate";
  if (asked && option)
    return usage_error("--%s: auto chooses the model and how it is trained: --recipe NAME for one of your own", option);
  if (asked && !validates)
    return usage_error("--recipe auto: this --protocol chooses within folds, from --candidate; auto goes with splits and folds");
  *wanted = !resumed && !option && validates && (asked || !named);
  if (choice->budget > 0 && !*wanted && !choice->candidates)
    return usage_error("--budget: of what? it goes with --recipe auto");
  return GO_ON;
}

static bool validates(const uint8_t *part, int64_t graphs) { return memchr(part, KHOP_VAL, (size_t)graphs) != NULL; }

/* In folds one validates always. A split that cannot be drawn is told of by the training. */
static bool every_split_validates(const train_choice *choice, const khop_graphs *set) {
  int64_t graphs = khop_graphs_count(set);
  int splits = choice->graphs.splits ? choice->graphs.splits : 1;
  bool all = true;
  if (choice->graphs.protocol != KHOP_SPLITS) return true;
  if (khop_graphs_parts(set)) return validates(khop_graphs_parts(set), graphs);
  uint8_t *part = malloc((size_t)graphs + 1);
  if (!part) exit(failure("no memory for a split"));
  for (int i = 0; i < splits && all; i++)
    if (khop_graphs_split(part, set, choice->graphs.by, 0.1, 0.1, choice->data.options.split_seed + (uint64_t)i) == KHOP_OK)
      all = validates(part, graphs);
  free(part);
  return all;
}

int settle_graphs_choice(bool *wanted, const train_choice *choice, const khop_graphs *set) {
  if (!*wanted || every_split_validates(choice, set)) return GO_ON;
  if (was_given(&choice->data, "recipe"))
    return failure("%s: there are no validation graphs to choose a recipe by: name one", khop_graphs_name(set));
  *wanted = false;
  bool learns = khop_graphs_targets(set, NULL) || khop_graphs_classes(set) > 0; /* else the training says so */
  if (learns && !choice->data.quiet)
    note("%s: no graphs validate, and none choose: the recipe is %s", khop_graphs_name(set), choice->recipe.name);
  return GO_ON;
}

int read_portfolio(train_choice *choice, const khop_graphs *set, recipe_reader read, void *context) {
  khop_metric metric = choice->recipe.fit.metric;
  khop_recipe recipe[MOST_CANDIDATES];
  int count = 0;
  for (const char *name; count < MOST_CANDIDATES && (name = khop_graphs_portfolio(set, count)); count++) {
    int status = read(choice, name, NULL, context);
    if (status != GO_ON) return status;
    choice->recipe.fit.metric = metric;
    recipe[count] = choice->recipe;
  }
  memcpy(choice->candidate_recipe, recipe, sizeof recipe);
  choice->candidates = count;
  choice->recipe = recipe[0];
  return GO_ON;
}
