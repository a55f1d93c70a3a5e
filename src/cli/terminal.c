/* terminal.c: the progress line, Ctrl-C, and how sizes read. */
#include "cli/terminal.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static bool shown;

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_line(bool last, const char *format, ...) {
  static double when;
  if (!isatty(STDERR_FILENO) || (!last && seconds_now() - when < 0.1)) return;
  when = seconds_now();
  va_list arguments;
  va_start(arguments, format);
  fputs("\r\033[K", stderr);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fflush(stderr);
  shown = true;
}

void progress_clear(void) {
  if (!shown) return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  shown = false;
}

static volatile sig_atomic_t interrupted;

/* A signal within 0.3 s of the first is taken for the same: `timeout` sends its own to the process, then to the
 * group of the process. A later one ends the program. */
static void on_interrupt(int number) {
  static double when;
  if (!interrupted) {
    when = seconds_now();
    interrupted = 1;
  } else if (seconds_now() - when > 0.3) {
    signal(number, SIG_DFL);
    raise(number);
  }
}

bool was_interrupted(void) { return interrupted; }

void catch_interrupts(void) {
  struct sigaction action = {.sa_handler = on_interrupt};
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
