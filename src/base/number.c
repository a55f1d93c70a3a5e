/* number.c: see number.h. */
#include "base/number.h"

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t plain;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The C locale is built into the C library: making it takes no memory, and cannot fail. */
static void make_plain(void) { plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

static locale_t c_locale(void) {
  pthread_once(&once, make_plain);
  return plain;
}

double khop_i_read_number(const char *text, char **end) { return strtod_l(text, end, c_locale()); }

char *khop_i_write_number(char *text, size_t size, int digits, double number) {
  locale_t before = uselocale(c_locale());
  snprintf(text, size, "%.*g", digits, number);
  uselocale(before);
  return text;
}

int khop_i_vsnprintf(char *text, size_t size, const char *format, va_list arguments) {
  locale_t before = uselocale(c_locale());
  int length = vsnprintf(text, size, format, arguments);
  uselocale(before);
  return length;
}

int khop_i_snprintf(char *text, size_t size, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = khop_i_vsnprintf(text, size, format, arguments);
  va_end(arguments);
  return length;
}
