/* training_process.h: `khop train` in a process of its own: options in, its JSON out.
 *
 * A training that fails takes nothing else with it, and several run side by side where threads do not help. */
#ifndef KHOP_CLI_TRAINING_PROCESS_H
#define KHOP_CLI_TRAINING_PROCESS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The command line of one training. */
#define MOST_ARGUMENTS 256
typedef struct training_arguments {
  int count;
  char *text[MOST_ARGUMENTS]; /* owns */
} training_arguments;

/* False where there is no room for more; begin_arguments: those of every training. add_option writes "--name=value", or "--name" where value is NULL. */
bool begin_arguments(training_arguments *arguments, const char *data);
bool add_option(training_arguments *arguments, const char *name, const char *value);
bool add_argument(training_arguments *arguments, const char *text);
void free_arguments(training_arguments *arguments);

typedef struct training_process {
  pid_t process; /* 0: none runs */
  int output, errors; /* what it writes; -1: at its end */
  char *json, *message; /* own: what it has written so far */
  size_t json_bytes, message_bytes;
  double began, seconds; /* by the clock, the second once it has ended */
  int status; /* of its exit; -1: it ended by a signal */
} training_process;

/* False after errno is set. */
bool start_training(training_process *training, const training_arguments *arguments);
/* Waits until one of them (count) has ended, and says which; -1: Ctrl-C came. */
int wait_for_training(training_process *trainings, int count);
/* Ends it at once, and frees what it has written. */
void stop_training(training_process *training);
/* What it wrote, to be freed by cJSON_Delete; NULL where it failed: training->message is then its sentence. */
cJSON *training_report(const training_process *training);

#endif
