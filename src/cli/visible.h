/* visible.h: names as a terminal may be shown them. They come from files that anyone may have written: control
 * characters, which would move a cursor or colour a screen, are shown by number, as \x1b. Files of results and JSON
 * hold them as they are. */
#ifndef KHOP_CLI_VISIBLE_H
#define KHOP_CLI_VISIBLE_H

/* The text itself where it has no control character; else a copy, in a ring of eight. Ends the program where there is
 * no memory for one. */
const char *visible(const char *text);
/* Text on stderr; needs no memory. */
void print_visible(const char *text);

#endif
