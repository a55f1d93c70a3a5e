/* options.c: a table of options to getopt_long, and to --help. */
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/edit_distance.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>


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

void print_command_help(const command *c) {
  static const option_row help = {"help", 'h', NULL, "this text", NULL};
  printf("usage: khop %s %s\n\n%s\n", c->name, c->usage, c->about);
  if (c->options[0].name) printf("\nOptions:\n");
  for (int i = 0; i < c->count; i++) print_row(&c->options[i]);
  print_row(&help);
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
  if (!row) complain("%s: there is no such option", where);
  return row && row->set(context, value, where);
}

/* Fills getopt's tables: the long options in the order of the rows, and the string of letters. */
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

/* The row of the value that getopt returned. */
static const option_row *row_of(const command *c, const option_row **rows, int found) {
  if (found >= 1000) return rows[found - 1000];
  for (int i = 0; i < c->count; i++)
    if (c->options[i].letter == found) return &c->options[i];
  return NULL;
}

/* How many long options have text as a prefix: getopt accepts one that is unique. */
static int count_beginnings(const struct option *longs, const char *text) {
  int count = 0;
  for (; longs->name; longs++) count += strncmp(longs->name, text, strlen(text)) == 0;
  return count;
}

/* The option that text, so many letters, was most likely meant to be; NULL: none is near. */
static const char *nearest_option(const struct option *longs, const char *text, int length) {
  const char *nearest = NULL;
  int least = 3; /* of two mistakes at most, and fewer than half of the letters */
  for (; longs->name; longs++) {
    int distance = edit_distance(text, length, longs->name);
    if (distance < least && 2 * distance < length) nearest = longs->name, least = distance;
  }
  return nearest;
}

static int report_unknown_option(const struct option *longs, const char *text, int length) {
  const char *nearest = nearest_option(longs, text + 2, length - 2);
  if (nearest) return usage_error("there is no option %.*s: did you mean --%s?", length, text, nearest);
  return usage_error("there is no option %.*s", length, text);
}

static int report_bad_option(const struct option *longs, int found, const char *text) {
  bool is_long = strncmp(text, "--", 2) == 0;
  int name = (int)strcspn(text, "=");
  if (found == ':') return usage_error("%s: a value is missing", text);
  if (is_long && optopt) return usage_error("%.*s: takes no value", name, text);
  if (is_long && count_beginnings(longs, text + 2) > 1)
    return usage_error("%s: more than one option begins so", text);
  if (is_long) return report_unknown_option(longs, text, name);
  return usage_error("there is no option -%c", optopt);
}

/* Keeps one positional argument; false after a message. */
static bool keep_argument(const command *c, const char **positional, int *given, const char *text) {
  bool fits = *given < c->most;
  if (!fits) usage_error("one argument too many: '%s'", text);
  if (fits && !*text) usage_error("an argument is empty: khop %s %s", c->name, c->usage);
  if (!fits || !*text) return false;
  positional[(*given)++] = text;
  return true;
}

/* With '+' getopt stops at each positional argument: it is kept, and parsing goes on behind it, so that options
 * may stand anywhere. */
int parse_options(const command *c, void *context, int argc, char **argv, const char **positional) {
  struct option longs[MOST_OPTIONS + 2];
  const option_row *rows[MOST_OPTIONS];
  char letters[3 * MOST_OPTIONS], where[96];
  int given = 0;
  bool ended = false; /* by "--": what follows are arguments, whatever they begin with */
  make_tables(c, longs, rows, letters);
  for (int i = 0; i < c->most; i++) positional[i] = NULL;
  optind = 0;
  for (;;) {
    int at = optind ? optind : 1;
    int found = ended ? -1 : getopt_long(argc, argv, letters, longs, NULL);
    if (found == -1) {
      ended = ended || (at < argc && optind == at + 1 && strcmp(argv[at], "--") == 0);
      if (optind >= argc) break;
      if (!keep_argument(c, positional, &given, argv[optind++])) return EXIT_USAGE;
      continue;
    }
    if (found == 'h') {
      print_command_help(c);
      return EXIT_OK;
    }
    if (found == '?' || found == ':') return report_bad_option(longs, found, argv[optind - 1]);
    const option_row *row = row_of(c, rows, found);
    if (found < 1000 && row->letter)
      snprintf(where, sizeof where, "khop %s: -%c", c->name, row->letter);
    else
      snprintf(where, sizeof where, "khop %s: --%s", c->name, row->name);
    if (!row->set(context, row->argument ? optarg : "", where)) return EXIT_USAGE;
    if (c->was_set) c->was_set(context, row->name, row->argument ? optarg : "");
  }
  if (given < c->least)
    return usage_error("an argument is missing: khop %s %s", c->name, c->usage);
  return GO_ON;
}
