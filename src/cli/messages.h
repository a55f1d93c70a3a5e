/* messages.h: what goes wrong, in one sentence on stderr that begins with the command. */
#ifndef KHOP_CLI_MESSAGES_H
#define KHOP_CLI_MESSAGES_H

#include <khop/base.h>

/* Exit statuses; GO_ON: nothing has ended the command so far. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, GO_ON = -1 };

/* The command that the messages from here on name. */
void begin_messages(const char *command);
/* "khop train: message (see 'khop train --help')"; returns EXIT_USAGE. */
int usage_error(const char *format, ...) KHOP_PRINTF(1, 2);
/* "khop train: message"; returns EXIT_FAILED. */
int failure(const char *format, ...) KHOP_PRINTF(1, 2);
/* The same, of the library's last message. */
int library_failure(void);

/* "message" alone on stderr: for those who say themselves what it is about. Here and above, control characters of names
 * are shown by number (print_visible). */
void complain(const char *format, ...) KHOP_PRINTF(1, 2);

/* "khop train: message" on stderr, of what is worth knowing and no mistake. */
void note(const char *format, ...) KHOP_PRINTF(1, 2);

#endif
