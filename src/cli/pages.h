/* pages.h: manual pages and shell completion, written from the tables of options: `khop --manual`, `khop --completion`. */
#ifndef KHOP_CLI_PAGES_H
#define KHOP_CLI_PAGES_H

#include "cli/commands.h"

/* khop(1), or where name is that of a command khop-NAME(1), in the macros of man. Returns an exit status. */
int print_manual(const command_row *rows, int count, const char *name);
/* The completion of a shell: "bash", "zsh" or "fish". Returns an exit status. */
int print_completion(const command_row *rows, int count, const char *shell);

#endif
