/* terminal.h: the progress line, Ctrl-C, and how sizes read. */
#ifndef KHOP_CLI_TERMINAL_H
#define KHOP_CLI_TERMINAL_H

#include <khop/base.h>

/* Of a clock that nobody sets. */
double seconds_now(void);
/* A line on stderr that is overwritten, on a terminal only, at most ten times a second. */
void progress_line(bool last, const char *format, ...) KHOP_PRINTF(2, 3);
void progress_clear(void);
/* Set by the first Ctrl-C; the second ends the program. */
bool was_interrupted(void);
/* From here on Ctrl-C asks the step at hand to end. One that has not 0.4 s later is ended with the program, by one
 * sentence and the exit status of the signal. */
void catch_interrupts(void);
/* That sentence, from here on. */
void say_when_late(const char *format, ...) KHOP_PRINTF(1, 2);
/* A file that is removed where the program ends so; NULL: none. */
void remove_when_late(const char *path);
/* From here on a step is left to end by itself, for what it will still have to save. */
void wait_for_late_steps(void);
/* "12.3 MB" in a ring of static buffers. */
const char *bytes_text(double bytes);
/* The largest resident size of this process so far. */
int64_t peak_bytes(void);

#endif
