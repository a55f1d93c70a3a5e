/* training_process.c: see training_process.h. */
#include "cli/training_process.h"
#include "cli/again.h"
#include "cli/started.h"
#include "cli/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- its arguments -------------------------------------------------------------------------- */

static bool add_text(training_arguments *a, char *text) {
  if (text && a->count < MOST_ARGUMENTS - 1) {
    a->text[a->count++] = text;
    return true;
  }
  free(text);
  return false;
}

bool begin_arguments(training_arguments *a, const char *data) {
  a->count = 0;
  return add_text(a, strdup("khop")) && add_text(a, strdup("train")) && add_text(a, strdup(data)) &&
         add_option(a, "json", NULL) && add_option(a, "quiet", NULL);
}

bool add_option(training_arguments *a, const char *name, const char *value) {
  char *text = NULL;
  if (asprintf(&text, value ? "--%s=%s" : "--%s", name, value) < 0) text = NULL;
  return add_text(a, text);
}

bool add_argument(training_arguments *a, const char *text) { return add_text(a, strdup(text)); }

void free_arguments(training_arguments *a) {
  for (int i = 0; i < a->count; i++) free(a->text[i]);
  a->count = 0;
}

/* --- the process ---------------------------------------------------------------------------- */

/* The child: it ends with its parent, however that ends. */
static void run_training(char *const *arguments, int output, int errors, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  signal(SIGINT, SIG_IGN); /* the parent ends it */
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  leave_ranks();
  execute_again(arguments);
  _exit(127);
}

bool start_training(training_process *t, const training_arguments *arguments) {
  char *list[MOST_ARGUMENTS] = {NULL};
  int output[2], errors[2];
  pid_t parent = getpid();
  *t = (training_process){.output = -1, .errors = -1};
  memcpy(list, arguments->text, sizeof *list * (size_t)arguments->count);
  if (pipe2(output, O_CLOEXEC) != 0) return false;
  if (pipe2(errors, O_CLOEXEC) != 0) return close(output[0]), close(output[1]), false;
  t->process = fork();
  if (t->process == 0) run_training(list, output[1], errors[1], parent);
  close(output[1]);
  close(errors[1]);
  t->output = output[0];
  t->errors = errors[0];
  t->began = seconds_now();
  if (t->process > 0) return true;
  t->process = 0;
  stop_training(t);
  return false;
}

/* Adds what there is to read; at its end *from is closed. */
static void read_more(int *from, char **text, size_t *bytes) {
  char *longer = realloc(*text, *bytes + 65536 + 1);
  ssize_t got = longer ? read(*from, longer + *bytes, 65536) : 0;
  if (longer) *text = longer;
  if (got > 0) *bytes += (size_t)got;
  if (*text) (*text)[*bytes] = 0;
  if (got > 0 || (got < 0 && errno == EINTR)) return;
  close(*from);
  *from = -1;
}

static void end_training(training_process *t) {
  int status = 0;
  while (waitpid(t->process, &status, 0) < 0 && errno == EINTR) continue;
  t->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  t->process = 0;
  t->seconds = seconds_now() - t->began;
}

int wait_for_training(training_process *trainings, int count) {
  enum { MOST = 128 };
  struct pollfd fds[2 * MOST];
  if (count > MOST) count = MOST;
  while (!was_interrupted()) {
    for (int i = 0; i < count; i++) {
      if (trainings[i].process && trainings[i].output < 0 && trainings[i].errors < 0) {
        end_training(&trainings[i]);
        return i;
      }
      fds[2 * i] = (struct pollfd){.fd = trainings[i].process ? trainings[i].output : -1, .events = POLLIN};
      fds[2 * i + 1] = (struct pollfd){.fd = trainings[i].process ? trainings[i].errors : -1, .events = POLLIN};
    }
    if (poll(fds, 2 * (nfds_t)count, 100) <= 0) continue;
    for (int i = 0; i < count; i++) {
      training_process *t = &trainings[i];
      if (fds[2 * i].revents) read_more(&t->output, &t->json, &t->json_bytes);
      if (fds[2 * i + 1].revents) read_more(&t->errors, &t->message, &t->message_bytes);
    }
  }
  return -1;
}

void stop_training(training_process *t) {
  if (t->process) {
    kill(t->process, SIGKILL);
    end_training(t);
  }
  if (t->output >= 0) close(t->output);
  if (t->errors >= 0) close(t->errors);
  free(t->json);
  free(t->message);
  *t = (training_process){.output = -1, .errors = -1};
}

cJSON *training_report(const training_process *t) {
  return t->status == 0 && t->json ? cJSON_Parse(t->json) : NULL;
}
