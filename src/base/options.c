/* options.c: see options.h. */
#include "base/options.h"
#include "base/error.h"

#include <string.h>

khop_status khop_i_options_take(void *out, size_t known, const void *given, const char *what) {
  const char *bytes = given;
  size_t size = 0;
  if (given) memcpy(&size, given, sizeof size);
  if (size < sizeof size)
    return khop_i_fail(KHOP_E_ARGUMENT, "options of %s: %s", what,
                       given ? "their size is not set: sizeof of their struct" : "there are none");
  for (size_t b = known; b < size; b++)
    if (bytes[b])
      return khop_i_fail(KHOP_E_UNSUPPORTED, "options of %s: byte %zu of %zu is set, and this version knows %zu", what, b,
                         size, known);
  memset(out, 0, known);
  memcpy(out, given, size < known ? size : known);
  return KHOP_OK;
}
