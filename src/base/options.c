/* options.c: see options.h. */
#include "base/options.h"
#include "base/error.h"

#include <string.h>

/* No struct grows by more: a size beyond is what an array of no known contents happens to hold. */
#define MOST_GROWTH 65536

khop_status khop_i_options_take(void *own, const void *given, const khop_i_options *layout) {
  const char *bytes = given;
  size_t size = 0;
  if (given) memcpy(&size, given, sizeof size);
  if (given && size == 0) size = layout->first;
  if (given && (size < sizeof size || size > layout->whole + MOST_GROWTH))
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: its size is %zu: sizeof is %zu in this version, and 0 stands for the %zu "
                       "bytes of 0.2.0", layout->type, size, layout->whole, layout->first);
  for (size_t b = layout->known; b < size; b++)
    if (bytes[b])
      return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: byte %zu of %zu is set, and this version knows %zu", layout->type, b,
                         size, layout->known);
  memset(own, 0, layout->whole);
  if (given) memcpy(own, given, size < layout->known ? size : layout->known);
  memcpy(own, &layout->whole, sizeof layout->whole);
  return KHOP_OK;
}
