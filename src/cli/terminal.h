/* terminal.h: the progress line, Ctrl-C, and how sizes read. */
#ifndef KHOP_CLI_TERMINAL_H
#define KHOP_CLI_TERMINAL_H

#include <khop/base.h>

/* A line on stderr that is overwritten, on a terminal only, at most ten times a second. */
void progress_line(bool last, const char *format, ...) KHOP_PRINTF(2, 3);
void progress_clear(void);
/* Set by the first Ctrl-C; the second ends the program. */
bool was_interrupted(void);
void catch_interrupts(void);
/* "12.3 MB" in a ring of static buffers. */
const char *bytes_text(double bytes);
/* The largest resident size of this process so far. */
int64_t peak_bytes(void);

#endif
