/* again.c: see again.h. */
#include "cli/again.h"

#include <stddef.h>
#include <unistd.h>

enum { MOST_WORDS = 512 };

static char *const *before; /* NULL: this file is the command */

void set_again(char *const *words) { before = words; }

void execute_again(char *const *arguments) {
  char *list[MOST_WORDS + 1];
  int count = 0;
  if (!before) {
    execv("/proc/self/exe", arguments);
    return;
  }
  for (char *const *word = before; *word && count < MOST_WORDS; word++) list[count++] = *word;
  for (char *const *word = arguments + 1; *word && count < MOST_WORDS; word++) list[count++] = *word;
  list[count] = NULL;
  if (count < MOST_WORDS) execv(list[0], list);
}
