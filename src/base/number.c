/* number.c: see number.h. */
#include "base/number.h"

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t plain;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_plain(void) { plain = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

/* The locale of this thread becomes the C locale; to be given to leave. */
static locale_t enter(void) {
  pthread_once(&once, make_plain);
  return plain ? uselocale(plain) : (locale_t)0;
}

static void leave(locale_t before) {
  if (before) uselocale(before);
}

double khop_i_read_number(const char *text, char **end) {
  pthread_once(&once, make_plain);
  return plain ? strtod_l(text, end, plain) : strtod(text, end);
}

char *khop_i_write_number(char *text, size_t size, int digits, double number) {
  locale_t before = enter();
  snprintf(text, size, "%.*g", digits, number);
  leave(before);
  return text;
}
