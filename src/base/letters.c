/* letters.c: see letters.h. */
#include "base/letters.h"

#include <stdint.h>

int khop_i_strncasecmp(const char *a, const char *b, size_t most) {
  for (; most > 0; most--, a++, b++) {
    int x = khop_i_lower((unsigned char)*a), y = khop_i_lower((unsigned char)*b);
    if (x != y || !x) return x - y;
  }
  return 0;
}

int khop_i_strcasecmp(const char *a, const char *b) { return khop_i_strncasecmp(a, b, SIZE_MAX); }
