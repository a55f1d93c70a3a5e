/* label.c: see label.h. */
#include "plot/label.h"
#include "files/unicode.h"

#include <string.h>

void khop_i_label(char label[KHOP_I_LABEL], const char *name, int most) {
  char *to = label;
  if (most > 40) most = 40;
  for (int count = 0; *name; count++) {
    const char *begin = name;
    uint32_t c = khop_i_unicode_take(&name);
    bool is_text = c < 0xd800 || c > 0xdfff;
    const char *shown = count == most ? "\xe2\x80\xa6" : c < 32 || c == 127 ? " " : is_text ? begin : "\xef\xbf\xbd";
    size_t bytes = shown == begin ? (size_t)(name - begin) : strlen(shown);
    memcpy(to, shown, bytes);
    to += bytes;
    if (count == most) break;
  }
  *to = 0;
}
