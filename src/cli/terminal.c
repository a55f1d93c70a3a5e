/* terminal.c: the progress line, Ctrl-C, and how sizes read. */
#include "cli/terminal.h"
#include "cli/started.h"
#include "cli/visible.h"

#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static bool shown;

double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool reaches_terminal(void) {
  static int reaches = -1;
  if (reaches < 0) reaches = isatty(STDERR_FILENO) || rank_reaches_terminal();
  return reaches;
}

void progress_line(bool last, const char *format, ...) {
  static double when;
  if (!reaches_terminal() || (!last && seconds_now() - when < 0.1)) return;
  when = seconds_now();
  va_list arguments;
  va_start(arguments, format);
  char *text = NULL;
  if (vasprintf(&text, format, arguments) < 0) text = NULL;
  va_end(arguments);
  fputs("\r\033[K", stderr);
  print_visible(text ? text : "");
  free(text);
  fflush(stderr);
  shown = true;
}

void progress_clear(void) {
  if (!shown) return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  shown = false;
  if (!isatty(STDERR_FILENO)) usleep(100000); /* mpirun hands on standard output first, if it finds both */
}

static volatile sig_atomic_t interrupted; /* by which signal; 0: not yet */
static volatile sig_atomic_t waits_for_late_steps;
static const char *volatile late_file; /* to be removed then */
static const char *volatile late_line = ""; /* what is said then; made before, since a signal handler formats nothing */

void say_when_late(const char *format, ...) {
  static char line[2][PATH_MAX * 2 + 256];
  static int at;
  char *text = line[at ^= 1]; /* the handler may be reading the other */
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof *line - 1, format, arguments);
  va_end(arguments);
  strcat(text, "\n");
  late_line = text;
}

/* Files are read, matrices multiplied and archives composed without asking anybody whether to go on, and a disk may be
 * slow. Outputs have not taken the place of anything yet. */
static void on_late_step(int number) {
  if (waits_for_late_steps) return;
  ssize_t told = write(STDERR_FILENO, late_line, strlen(late_line));
  (void)number, (void)told;
  if (late_file) unlink(late_file);
  _exit(128 + interrupted);
}

/* A signal within 0.3 s of the first is taken for the same: `timeout` sends its own to the process, then to the
 * group of the process. A later one ends the program. */
static void on_interrupt(int number) {
  static double when;
  if (!interrupted) {
    when = seconds_now();
    interrupted = number;
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 400000}}, NULL);
  } else if (seconds_now() - when > 0.3) {
    signal(number, SIG_DFL);
    raise(number);
  }
}

void remove_when_late(const char *path) { late_file = path; }

bool was_interrupted(void) { return interrupted; }

void wait_for_late_steps(void) { waits_for_late_steps = true; }

void catch_interrupts(void) {
  /* no read or write fails for it */
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
  struct sigaction late = {.sa_handler = on_late_step, .sa_flags = SA_RESTART};
  sigemptyset(&late.sa_mask);
  sigaction(SIGALRM, &late, NULL);
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

const char *bytes_text(double bytes) {
  static char texts[8][32];
  static int at;
  static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  int unit = 0;
  for (; bytes >= 1000 && unit < 5; unit++) bytes /= 1000;
  char *text = texts[at++ % 8];
  snprintf(text, 32, unit ? "%.3g %s" : "%.0f %s", bytes, units[unit]);
  return text;
}

int64_t peak_bytes(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}
