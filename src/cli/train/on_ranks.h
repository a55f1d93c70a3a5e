/* on_ranks.h: what khop train does not do on several ranks (cli/ranks.h) is refused before it begins. */
#ifndef KHOP_CLI_TRAIN_ON_RANKS_H
#define KHOP_CLI_TRAIN_ON_RANKS_H

#include "cli/train/choice.h"

/* Before the data are there: an exit status after a message, or GO_ON; also of a process alone. */
int refuse_options_on_ranks(const train_choice *choice, const char *name, bool is_set);
/* Once they are: a recipe is named, not chosen. */
int refuse_auto_on_ranks(bool wants_auto, const khop_data *data);

#endif
