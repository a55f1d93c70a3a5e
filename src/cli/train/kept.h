/* kept.h: what Ctrl-C within an epoch leaves of a training, as the sentence that is said then. */
#ifndef KHOP_CLI_TRAIN_KEPT_H
#define KHOP_CLI_TRAIN_KEPT_H

#include "cli/train/choice.h"

/* In the first epoch: nothing. With --save-every never all epochs are like that, and are left to end. */
void say_nothing_is_kept(const train_choice *choice);
/* Once the file is written: the best weights up to an epoch; run: "run 2, ", or "" of one alone. */
void say_epoch_is_kept(const train_choice *choice, const char *run, int epoch, bool can_go_on);

#endif
