/* number.h: numbers as text, in and out, with a decimal point whatever the locale of the caller is. */
#ifndef KHOP_BASE_NUMBER_H
#define KHOP_BASE_NUMBER_H

#include <khop/base.h>

#include <stdarg.h>
#include <stddef.h>

/* strtod of the C locale. end may be NULL. */
double khop_i_read_number(const char *text, char **end);

/* "%.*g" of the C locale: 17 digits read back as the same double, 9 as the same float. size: of text; the longest is
 * KHOP_I_NUMBER_BYTES with its zero. Returns text. */
#define KHOP_I_NUMBER_BYTES 32
char *khop_i_write_number(char *text, size_t size, int digits, double number);

/* Those of the C locale: for sentences and labels that may have numbers in them. */
int khop_i_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int khop_i_snprintf(char *text, size_t size, const char *format, ...) KHOP_PRINTF(3, 4);

#endif
