/* number.h: numbers as text, in and out, with a decimal point whatever the locale of the caller is. */
#ifndef KHOP_BASE_NUMBER_H
#define KHOP_BASE_NUMBER_H

#include <stddef.h>

/* strtod of the C locale. end may be NULL. */
double khop_i_read_number(const char *text, char **end);

/* "%.*g" of the C locale: 17 digits read back as the same double, 9 as the same float. size: of text; the longest is
 * KHOP_I_NUMBER_BYTES with its zero. Returns text. */
#define KHOP_I_NUMBER_BYTES 32
char *khop_i_write_number(char *text, size_t size, int digits, double number);

#endif
