/* best_recipes.h: the recipes of an ensemble: the best of those that were tried. */
#ifndef KHOP_CLI_TRAIN_BEST_RECIPES_H
#define KHOP_CLI_TRAIN_BEST_RECIPES_H

#include <khop/auto.h>

#define MOST_MEMBERS 64
/* The trials (count, at most MOST_MEMBERS) that were best on the validation nodes, in that order: those of the last round, then those of the round
 * before, whose scores are of shorter trainings; of equals the first. Returns how many there are. */
int best_recipes(int *best, int count, const khop_auto_report *report);
/* Whether a trial is one of the best (count). */
bool is_among_best(int trial, int count, const khop_auto_report *report);

#endif
