/* choice.h: what khop train was asked for. */
#ifndef KHOP_CLI_TRAIN_CHOICE_H
#define KHOP_CLI_TRAIN_CHOICE_H

#include "cli/data_options.h"
#include "cli/graph_sets.h"

#include <khop/auto.h>

#define MOST_CANDIDATES 16
#define MOST_SPLITS 1000
typedef struct train_choice {
  data_choice data;
  khop_recipe recipe;
  khop_train_options train;
  const char *recipe_name;
  int jobs;      /* trainings at once, each in a process; 0 or 1: one after the other, in this one */
  int argc;      /* the command line, for those processes */
  char **argv;
  double budget; /* seconds for choosing a recipe; 0: as long as it takes */
  bool is_set;   /* graphs, and not nodes, train and validate */
  int choices;   /* of recipes, one a split; 0: it was named */
  const khop_auto_report *chosen; /* (choices) */
  int splits[MOST_SPLITS], split_count; /* a list of several; 0: train.split says it */
  const char *encodings; /* that were chosen, for the recipe at hand; NULL: none were */
  khop_ensemble *together; /* graphs.ensemble models of a split at a time; NULL: no ensemble; borrowed */
  bool metric_given;
  bool batch_given, save_every_given, layers_given;
  /* sets of graphs */
  graph_set_choice set;
  khop_graph_options graphs;
  const char *scatter;
  int candidates;
  const char *candidate[MOST_CANDIDATES];
  khop_recipe candidate_recipe[MOST_CANDIDATES];
  char *kept_options; /* owns: "name=value" lines that a checkpoint keeps; NULL: none */
} train_choice;

#endif
