/* messages.c: see messages.h. */
#include "cli/messages.h"
#include "cli/terminal.h"
#include "cli/visible.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *command_name = "";

void begin_messages(const char *command) {
  command_name = command;
  say_when_late("khop %s: interrupted", command);
}

static void print_formatted(const char *format, va_list arguments) {
  char *text = NULL;
  if (vasprintf(&text, format, arguments) < 0) text = NULL;
  print_visible(text ? text : "no memory for a message");
  free(text);
}

static void print_message(const char *format, va_list arguments) {
  progress_clear();
  fprintf(stderr, "khop %s: ", command_name);
  print_formatted(format, arguments);
}

void complain(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_formatted(format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}

int usage_error(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_message(format, arguments);
  va_end(arguments);
  fprintf(stderr, " (see 'khop %s --help')\n", command_name);
  return EXIT_USAGE;
}

int failure(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_message(format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
  return EXIT_FAILED;
}

int library_failure(void) { return failure("%s", khop_message()); }

void note(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_message(format, arguments);
  va_end(arguments);
  fputc('\n', stderr);
}
