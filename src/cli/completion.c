/* completion.c: the completion of bash, zsh and fish, from the tables that --help is printed from.
 *
 * Commands and options are completed; what else there is to give are mostly files, which the shells complete. */
#include "cli/messages.h"
#include "cli/pages.h"

#include <stdio.h>
#include <string.h>

/* Stands in no table: every command has it. */
static const option_row help = {"help", 'h', NULL, "this text", NULL};

/* Text within single quotes; bytes of `marked` get a backslash. */
static void put_quoted(const char *text, const char *quote, const char *marked) {
  for (; *text; text++) {
    if (*text == '\'') {
      fputs(quote, stdout);
      continue;
    }
    if (strchr(marked, *text)) putchar('\\');
    putchar(*text);
  }
}

/* --- bash ----------------------------------------------------------------------------------------------- */

static void put_words(const command *c) {
  printf("--help -h");
  for (int i = 0; i < c->count; i++) {
    const option_row *row = &c->options[i];
    if (!row->name) continue;
    printf(" --%s", row->name);
    if (row->letter) printf(" -%c", row->letter);
  }
}

static void put_names(const command_row *rows, int count) {
  for (int i = 0; i < count; i++) printf("%s%s", i ? " " : "", rows[i].command->name);
}

static void complete_bash(const command_row *rows, int count) {
  printf("# bash completion of khop: written by `khop --completion bash`\n_khop() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} words=\n  COMPREPLY=()\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    words='");
  put_names(rows, count);
  printf(" help --help -h --version --completion'\n  else\n    case ${COMP_WORDS[1]} in\n      help) words='");
  put_names(rows, count);
  printf("' ;;\n      --completion) words='bash zsh fish' ;;\n");
  for (int i = 0; i < count; i++) {
    printf("      %s) case $word in -*) words='", rows[i].command->name);
    put_words(rows[i].command);
    printf("' ;; esac ;;\n");
  }
  puts("    esac\n  fi\n  local IFS=$' \\t\\n' found\n  for found in $(compgen -W \"$words\" -- \"$word\"); do\n"
       "    COMPREPLY+=(\"$found\")\n  done\n}\ncomplete -o default -F _khop khop");
}

/* --- zsh ------------------------------------------------------------------------------------------------ */

static void put_zsh_option(const option_row *row) {
  printf(" \\\n        ");
  if (row->letter) printf("'(-%c --%s)'{-%c,--%s}'[", row->letter, row->name, row->letter, row->name);
  else printf("'--%s[", row->name);
  put_quoted(row->help, "'\\''", "[]:\\");
  putchar(']');
  if (row->argument) {
    putchar(':');
    put_quoted(row->argument, "'\\''", "[]:\\");
    printf(":_files");
  }
  putchar('\'');
}

static void complete_zsh(const command_row *rows, int count) {
  puts("#compdef khop\n# zsh completion of khop: written by `khop --completion zsh`\n_khop() {\n  local -a commands\n"
       "  commands=(");
  for (int i = 0; i < count; i++) {
    printf("    '%s:", rows[i].command->name);
    put_quoted(rows[i].summary, "'\\''", "");
    puts("'");
  }
  puts("    'help:what a command does')\n  if (( CURRENT == 2 )); then\n    _describe -t commands command commands\n"
       "    return\n  fi\n  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in");
  for (int i = 0; i < count; i++) {
    const command *c = rows[i].command;
    printf("    %s)\n      _arguments -s", c->name);
    for (int o = 0; o < c->count; o++)
      if (c->options[o].name) put_zsh_option(&c->options[o]);
    put_zsh_option(&help);
    puts(" \\\n        '*:file:_files' ;;");
  }
  puts("    help) _describe -t commands command commands ;;\n  esac\n}\n_khop \"$@\"");
}

/* --- fish ----------------------------------------------------------------------------------------------- */

static void put_fish_option(const char *name, const option_row *row) {
  printf("complete -c khop -n '__fish_seen_subcommand_from %s' -l %s", name, row->name);
  if (row->letter) printf(" -s %c", row->letter);
  if (row->argument) printf(" -r");
  printf(" -d '");
  put_quoted(row->help, "\\'", "\\");
  puts("'");
}

static void complete_fish(const command_row *rows, int count) {
  puts("# fish completion of khop: written by `khop --completion fish`");
  for (int i = 0; i < count; i++) {
    const command *c = rows[i].command;
    printf("complete -c khop -n __fish_use_subcommand -f -a %s -d '", c->name);
    put_quoted(rows[i].summary, "\\'", "\\");
    puts("'");
    for (int o = 0; o < c->count; o++)
      if (c->options[o].name) put_fish_option(c->name, &c->options[o]);
    put_fish_option(c->name, &help);
  }
  puts("complete -c khop -n __fish_use_subcommand -f -a help -d 'what a command does'");
}

int print_completion(const command_row *rows, int count, const char *shell) {
  static const struct {
    const char *name;
    void (*put)(const command_row *rows, int count);
  } shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};
  for (size_t i = 0; shell && i < sizeof shells / sizeof *shells; i++)
    if (strcmp(shells[i].name, shell) == 0) {
      shells[i].put(rows, count);
      return EXIT_OK;
    }
  complain("khop --completion: bash, zsh or fish%s%s%s", shell ? ", not '" : "", shell ? shell : "", shell ? "'" : "");
  return EXIT_USAGE;
}
