/* options.c: a table of options to getopt_long, and to --help. */
#include "cli.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MOST_OPTIONS 64

int usage_error(const command *c, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "khop %s: ", c->name);
  vfprintf(stderr, format, arguments);
  fprintf(stderr, " (see 'khop %s --help')\n", c->name);
  va_end(arguments);
  return EXIT_USAGE;
}

int failed(const command *c) {
  progress_clear();
  fprintf(stderr, "khop %s: %s\n", c->name, khop_message());
  return EXIT_FAILED;
}

static void print_row(const option_row *row) {
  char left[64];
  if (!row->name) {
    printf("\n%s:\n", row->help);
    return;
  }
  snprintf(left, sizeof left, "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
           row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
           row->argument ? " " : "", row->argument ? row->argument : "");
  printf("  %-28s %s\n", left, row->help);
}

static void print_help(const command *c) {
  printf("usage: khop %s %s\n\n%s\n", c->name, c->usage, c->about);
  for (int i = 0; i < c->count; i++) print_row(&c->options[i]);
  if (c->examples) printf("\nExamples:\n%s", c->examples);
}

static const option_row *find_row(const command *c, const char *name) {
  for (int i = 0; i < c->count; i++)
    if (c->options[i].name && strcmp(c->options[i].name, name) == 0) return &c->options[i];
  return NULL;
}

bool apply_option(const command *c, void *context, const char *name, const char *value,
                  const char *where) {
  const option_row *row = find_row(c, name);
  return row && row->set && row->set(context, value, where);
}

/* getopt's tables: long options in the order of the rows, and the letters. */
static void make_tables(const command *c, struct option *longs, const option_row **rows,
                        char *letters) {
  int count = 0;
  strcpy(letters, "+:h");
  for (int i = 0; i < c->count && count < MOST_OPTIONS; i++) {
    const option_row *row = &c->options[i];
    if (!row->name) continue;
    rows[count] = row;
    longs[count] = (struct option){row->name, row->argument ? required_argument : no_argument, NULL,
                                   1000 + count};
    count++;
    if (!row->letter) continue;
    size_t end = strlen(letters);
    letters[end] = row->letter;
    letters[end + 1] = row->argument ? ':' : 0;
    letters[end + 2] = 0;
  }
  longs[count++] = (struct option){"help", no_argument, NULL, 'h'};
  longs[count] = (struct option){0};
}

/* The row of what getopt returned. */
static const option_row *row_of(const command *c, const option_row **rows, int found) {
  if (found >= 1000) return rows[found - 1000];
  for (int i = 0; i < c->count; i++)
    if (c->options[i].letter == found) return &c->options[i];
  return NULL;
}

static int bad_option(const command *c, int found, char **argv, int at) {
  const char *text = argv[at > 0 ? at : 0];
  if (found == ':') return usage_error(c, "%s: a value is missing", text);
  if (optopt > 0 && optopt < 256) return usage_error(c, "there is no option -%c", optopt);
  return usage_error(c, "there is no option %s", text);
}

/* getopt stops at the first argument that is no option (the '+'): it is kept, and the reading goes
 * on behind it, so that options may stand anywhere. */
int parse_options(const command *c, void *context, int argc, char **argv, const char **positional) {
  struct option longs[MOST_OPTIONS + 2];
  const option_row *rows[MOST_OPTIONS];
  char letters[3 * MOST_OPTIONS], where[96];
  int given = 0;
  make_tables(c, longs, rows, letters);
  for (int i = 0; i < c->most; i++) positional[i] = NULL;
  optind = 0;
  for (;;) {
    int found = getopt_long(argc, argv, letters, longs, NULL);
    if (found == -1) {
      if (optind >= argc) break;
      if (given == c->most) return usage_error(c, "one argument too many: '%s'", argv[optind]);
      positional[given++] = argv[optind++];
      continue;
    }
    if (found == 'h') {
      print_help(c);
      return EXIT_OK;
    }
    if (found == '?' || found == ':') return bad_option(c, found, argv, optind - 1);
    const option_row *row = row_of(c, rows, found);
    if (found < 1000 && row->letter)
      snprintf(where, sizeof where, "khop %s: -%c", c->name, row->letter);
    else
      snprintf(where, sizeof where, "khop %s: --%s", c->name, row->name);
    if (!row->set(context, optarg, where)) return EXIT_USAGE;
  }
  if (given < c->least) return usage_error(c, "usage: khop %s %s", c->name, c->usage);
  return GO_ON;
}
