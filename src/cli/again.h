/* again.h: the command executes itself again: a training in a process of its own, or with another policy of OpenMP's. */
#ifndef KHOP_CLI_AGAIN_H
#define KHOP_CLI_AGAIN_H

/* Where the command is part of another program, as of the package of Python: the words that begin it there, which are
 * borrowed, NULL at their end, the first a path. */
void set_again(char *const *words);
/* Becomes the command with these arguments, arguments[0] being its name and NULL their end. Returns where that fails. */
void execute_again(char *const *arguments);

#endif
