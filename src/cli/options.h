/* options.h: a command as a table of options, read by getopt_long and printed by --help. */
#ifndef KHOP_CLI_OPTIONS_H
#define KHOP_CLI_OPTIONS_H

#include "cli/messages.h"

/* Sets one option from its text; false after printing why not. where: "khop train: --hops". */
typedef bool (*option_setter)(void *context, const char *value, const char *where);

typedef struct option_row {
  const char *name;     /* "hops"; NULL: a heading in the help */
  char letter;          /* 'o', or 0 */
  const char *argument; /* "LIST"; NULL: a switch */
  const char *help;
  option_setter set;
} option_row;

#define MOST_OPTIONS 96
typedef struct command {
  const char *name;     /* "train" */
  const char *usage;    /* "DATA [options]" */
  const char *about;    /* a paragraph */
  const option_row *options;
  int count;
  const char *examples; /* lines, or NULL */
  int least, most;      /* positional arguments */
  /* Told of each option of the command line once it is set, by its full name; may be NULL. */
  void (*was_set)(void *context, const char *name, const char *value);
} command;

/* Reads argv into context. Returns GO_ON, or the exit status when --help or a mistake ended it.
 * positional: room for command->most; those that are not given become NULL. */
int parse_options(const command *c, void *context, int argc, char **argv, const char **positional);
/* Sets one option by name, as a file would ask for it; false when there is none, or it will not do. */
bool apply_option(const command *c, void *context, const char *name, const char *value,
                  const char *where);
/* What `khop train --help` prints. */
void print_command_help(const command *c);

#endif
