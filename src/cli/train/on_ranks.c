/* on_ranks.c: see on_ranks.h. */
#include "cli/train/on_ranks.h"
#include "cli/ranks.h"
#include "cli/visible.h"

#include <khop/shard_run.h>
#include <stdio.h>
#include <string.h>

/* Why several ranks have no use for an option. */
static const struct {
  const char *option, *why;
} refused[] = {
    {"jobs", "the ranks train one model together, and seeds one after the other"},
    {"batch", "they train on all nodes at once"},
    {"sample", "their rings are whole"},
    {"hop-features", "they share the rows of the graph, and not of a file"},
    {"ensemble", "they train one model"},
    {"budget", "they do not choose a recipe: --recipe NAME"},
    {"memory", "they build the rings of their own rows, stored, and ask no budget"},
};

static bool are_there(void) { return exchange_of_ranks() != NULL; }

int refuse_options_on_ranks(const train_choice *c, const char *name, bool is_set) {
  int ranks = ranks_started();
  if (!are_there()) return GO_ON;
  if (is_set)
    return usage_error("%s is a set of graphs, and %d ranks train on the nodes of one graph: start khop train without mpirun",
                       visible(name), ranks);
  if (strcmp(name, "-") == 0)
    return usage_error("%d ranks read the data, and standard input reaches one of them: give a file", ranks);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    if (was_given(&c->data, refused[i].option))
      return usage_error("--%s: on %d rank%s there is no such thing: %s", refused[i].option, ranks, ranks == 1 ? "" : "s",
                         refused[i].why);
  if (c->train.form != KHOP_AUTO && c->train.form != KHOP_STORED)
    return usage_error("--form: on ranks rings are stored");
  return GO_ON;
}

static bool ranks_have(const khop_recipe *recipe, const khop_data *data) {
  khop_model *model = NULL;
  bool have = khop_recipe_model(&model, recipe, data) == KHOP_OK && khop_shard_run_check(model) == KHOP_OK;
  khop_model_free(model);
  return have;
}

/* "ring, gcn": the recipes that ranks have for such data. */
static const char *recipes_of_ranks(const khop_data *data) {
  static char names[512];
  names[0] = 0;
  for (int i = 0; i < khop_recipe_count(); i++) {
    khop_recipe recipe;
    const char *name = khop_recipe_name(i);
    if (khop_recipe_find(&recipe, name) != KHOP_OK || recipe.body == KHOP_GRAPHS || !ranks_have(&recipe, data)) continue;
    size_t length = strlen(names);
    snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "", name);
  }
  return names;
}

int refuse_auto_on_ranks(bool wants_auto, const khop_data *data) {
  if (!are_there() || !wants_auto) return GO_ON;
  return usage_error("--recipe: several ranks do not choose one: name one that they have (%s)", recipes_of_ranks(data));
}
