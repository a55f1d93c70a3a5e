/* trials.h: what the trials of a search gave, and their table: a .csv or .tsv that is written anew after each of them, and
 * read again by a search that goes on. */
#ifndef KHOP_CLI_TUNE_TRIALS_H
#define KHOP_CLI_TUNE_TRIALS_H

#include "cli/tune/space.h"

#include <cjson/cJSON.h>

typedef struct tune_trial {
  char *value[MOST_AXES]; /* owns: of each axis */
  bool done;
  double val, deviation; /* the mean over its runs, NaN where it failed */
  double reach;          /* hops that its model sees; NaN: all nodes, or not known */
  int runs;
  double parameters, seconds;
  char *note; /* owns: why it failed; NULL */
} tune_trial;

typedef struct tune_trials {
  const tune_space *space;
  int count;
  tune_trial *trial; /* (count) */
  char metric[32];   /* of val; "" before the first has ended */
} tune_trials;

/* Makes count trials, or as many as there are points, none done. The first trials of more trials are those of fewer. */
void open_trials(tune_trials *trials, const tune_space *space, int count, uint64_t seed);
void free_trials(tune_trials *trials);

/* Fills a trial in from the report of khop train. */
void note_report(tune_trials *trials, int at, const cJSON *report, double seconds);
void note_failure(tune_trials *trials, int at, const char *sentence, double seconds);

/* The trials that are done, in their order. An exit status after a message, or GO_ON. */
int write_trials(const tune_trials *trials, const char *path);
/* Marks as done what a table at path holds, if there is one; *found: how many. Refuses the table of another search. An
 * exit status after a message, or GO_ON. */
int read_trials(tune_trials *trials, const char *path, int *found);

/* The best that is done; -1: none has a score. Of equals the first. */
int best_trial(const tune_trials *trials);

#endif
