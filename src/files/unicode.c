/* unicode.c: see unicode.h. UTF-8 after RFC 3629: no character in more bytes than it needs, no surrogates, nothing
 * beyond U+10FFFF. */
#include "files/unicode.h"
#include "base/memory.h"

#include <stddef.h>

static bool continues(unsigned char c) { return (c & 0xc0) == 0x80; }

uint32_t khop_i_unicode_take(const char **text) {
  const unsigned char *s = (const unsigned char *)*text;
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000}; /* of a character of so many bytes */
  int bytes = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
            : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;
  uint32_t c = bytes == 1 ? s[0] : s[0] & (0x7fu >> bytes);
  for (int i = 1; i < bytes; i++) {
    if (!continues(s[i])) bytes = 0; /* the zero at the end of the text continues nothing */
    else c = c << 6 | (s[i] & 0x3f);
  }
  bool good = bytes && c >= least[bytes] && c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000);
  *text += good ? bytes : 1;
  return good ? c : 0xdc00u + s[0];
}

size_t khop_i_unicode_length(const char *text) {
  size_t count = 0;
  for (; text && *text; count++) khop_i_unicode_take(&text);
  return count;
}

khop_status khop_i_unicode_array(uint32_t **characters, size_t *width, const char *const *texts, int64_t count) {
  *characters = NULL;
  *width = 1;
  for (int64_t i = 0; i < count; i++) {
    size_t length = khop_i_unicode_length(texts[i]);
    if (length > *width) *width = length;
  }
  khop_status status = khop_i_alloc(characters, count, *width * sizeof **characters, "an array of names");
  for (int64_t i = 0; status == KHOP_OK && i < count; i++) {
    uint32_t *to = *characters + (size_t)i * *width;
    for (const char *at = texts[i]; at && *at;) *to++ = khop_i_unicode_take(&at);
  }
  return status;
}
