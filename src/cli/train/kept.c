/* kept.c: see kept.h. */
#include "cli/train/kept.h"
#include "cli/terminal.h"
#include "cli/visible.h"

void say_nothing_is_kept(const train_choice *choice) {
  if (!choice->train.save) return;
  say_when_late("khop train: interrupted: nothing is saved yet");
  if (choice->train.save_every == 0) wait_for_late_steps();
}

void say_epoch_is_kept(const train_choice *choice, const char *run, int epoch, bool can_go_on) {
  const char *save = visible(choice->train.save);
  say_when_late("khop train: interrupted: the best weights up to %sepoch %d are in %s%s%s", run, epoch, save,
                can_go_on ? "; go on with --resume " : "", can_go_on ? save : "");
}
