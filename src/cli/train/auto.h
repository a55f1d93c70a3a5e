/* auto.h: khop train where no recipe is named: one is chosen for each split, by its validation nodes. */
#ifndef KHOP_CLI_TRAIN_AUTO_H
#define KHOP_CLI_TRAIN_AUTO_H

#include "cli/train/choice.h"

/* Reads the options anew for a recipe on data, which are NULL for sets of graphs; an exit status, or GO_ON. */
typedef int (*recipe_reader)(train_choice *choice, const char *recipe, const khop_data *data, void *context);

/* Whether a recipe can be chosen: every split that is asked for has validation nodes. */
bool can_choose(const train_choice *choice, const khop_data *data);
/* Chooses, trains, reports; an exit status. */
int train_auto(train_choice *choice, khop_data *data, recipe_reader read, void *context);

#endif
