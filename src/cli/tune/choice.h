/* choice.h: what the command line of khop tune asks for, and the trials while they run. */
#ifndef KHOP_CLI_TUNE_CHOICE_H
#define KHOP_CLI_TUNE_CHOICE_H

#include "cli/training_process.h"
#include "cli/tune/trials.h"

typedef struct tune_choice {
  const char *data, *output, *plot;
  tune_space space;
  int count, jobs, threads;
  uint64_t seed;
  double budget;
  bool json, quiet;
  /* while it runs */
  tune_trials trials;
  training_process *running; /* (jobs) */
  int *trial_of;             /* (jobs) */
  double began;
} tune_choice;

#endif
