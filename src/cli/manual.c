/* manual.c: khop(1) and khop-COMMAND(1), in the macros of man, from the tables that --help is printed from. */
#include "cli/messages.h"
#include "cli/pages.h"

#include <khop/base.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Text, so many bytes of it, as it stands: neither a hyphen for a minus nor a line that is taken for a macro. */
static void put_text(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (i == 0 && (text[i] == '.' || text[i] == '\'')) fputs("\\&", stdout);
    if (text[i] == '-') fputs("\\-", stdout);
    else if (text[i] == '\\') fputs("\\e", stdout);
    else putchar(text[i]);
  }
}

static void put_line(const char *text) {
  put_text(text, strlen(text));
  putchar('\n');
}

/* Paragraphs; lines that are indented stay as they are. */
static void put_paragraphs(const char *text) {
  bool as_is = false, gap = false;
  while (*text) {
    size_t length = strcspn(text, "\n");
    bool indented = *text == ' ';
    if (as_is && !indented) puts(".EE");
    if (indented && !as_is) puts(".EX");
    if (gap && length && !indented) puts(".PP");
    gap = length == 0;
    if (length) put_text(text, length), putchar('\n');
    as_is = indented;
    text += length + (text[length] == '\n');
  }
  if (as_is) puts(".EE");
}

static void put_head(const char *name, const char *summary) {
  char upper[64];
  size_t i = 0;
  for (; name[i] && i < sizeof upper - 1; i++) upper[i] = (char)toupper((unsigned char)name[i]);
  upper[i] = 0;
  printf(".TH %s 1 %s \"khop %s\" \"User Commands\"\n.SH NAME\n", upper, KHOP_DATE, khop_version());
  put_text(name, strlen(name));
  printf(" \\- ");
  put_line(summary);
}

static void put_option(const option_row *row) {
  if (!row->name) {
    printf(".SS ");
    put_line(row->help);
    return;
  }
  printf(".TP\n\\fB");
  if (row->letter) printf("\\-%c\\fR, \\fB", row->letter);
  printf("\\-\\-");
  put_text(row->name, strlen(row->name));
  printf("\\fR");
  if (row->argument) {
    printf(" \\fI");
    put_text(row->argument, strlen(row->argument));
    printf("\\fR");
  }
  putchar('\n');
  put_line(row->help);
}

static void put_exit_status(void) {
  puts(".SH EXIT STATUS\n.TP\n0\nall went well\n.TP\n1\nsomething failed: a sentence on standard error says what\n"
       ".TP\n2\nthe command line was wrong");
}

static void put_command(const command_row *row) {
  static const option_row help = {"help", 'h', NULL, "this text", NULL};
  const command *c = row->command;
  char name[64];
  snprintf(name, sizeof name, "khop-%s", c->name);
  put_head(name, row->summary);
  printf(".SH SYNOPSIS\n\\fBkhop %s\\fR ", c->name);
  put_line(c->usage);
  puts(".SH DESCRIPTION");
  put_paragraphs(c->about);
  puts(".SH OPTIONS");
  for (int i = 0; i < c->count; i++) put_option(&c->options[i]);
  put_option(&help);
  if (c->examples) puts(".SH EXAMPLES"), put_paragraphs(c->examples);
  put_exit_status();
  puts(".SH SEE ALSO\n.BR khop (1)");
}

static void put_overview(const command_row *rows, int count) {
  put_head("khop", "graph neural networks on exact k-hop neighbourhoods");
  puts(".SH SYNOPSIS\n\\fBkhop\\fR \\fICOMMAND\\fR [arguments]\n.br\n\\fBkhop help\\fR [\\fICOMMAND\\fR]\n.br\n"
       "\\fBkhop \\-\\-version\\fR\n.br\n\\fBkhop \\-\\-completion\\fR bash|zsh|fish\n.SH DESCRIPTION\n"
       "Ring k of a node holds the nodes whose shortest path to it has exactly k edges.\n"
       "A k\\-hop convolution gives each ring its own weights.\n.SH COMMANDS");
  for (int i = 0; i < count; i++) {
    printf(".TP\n.BR khop\\-%s (1)\n", rows[i].command->name);
    put_line(rows[i].summary);
  }
  put_exit_status();
  printf(".SH SEE ALSO\n");
  for (int i = 0; i < count; i++)
    printf(".BR khop\\-%s (1)%s\n", rows[i].command->name, i < count - 1 ? "," : "");
}

int print_manual(const command_row *rows, int count, const char *name) {
  if (!name) {
    put_overview(rows, count);
    return EXIT_OK;
  }
  for (int i = 0; i < count; i++)
    if (strcmp(rows[i].command->name, name) == 0) {
      put_command(&rows[i]);
      return EXIT_OK;
    }
  complain("khop: there is no command '%s' (see 'khop --help')", name);
  return EXIT_USAGE;
}
