/* entities.c: see entities.h. */
#include "graph/io/entities.h"

#include <stdlib.h>
#include <string.h>

size_t khop_i_entities_decode(char *text, size_t length, bool names_too) {
  static const char *const names[] = {"&quot;", "&amp;", "&apos;", "&lt;", "&gt;"};
  size_t used = 0;
  for (size_t i = 0; i < length;) {
    unsigned long code = text[i] == '&' && i + 2 < length && text[i + 1] == '#' ? strtoul(text + i + 2, NULL, 10) : 0;
    const char *end = code ? memchr(text + i, ';', length - i) : NULL;
    int name = names_too ? 0 : 5;
    while (text[i] == '&' && name < 5 && strncmp(text + i, names[name], strlen(names[name])) != 0) name++;
    if (end && code < 0x110000) {
      if (code >= 0x10000) text[used++] = (char)(0xf0 | code >> 18);
      if (code >= 0x10000) text[used++] = (char)(0x80 | (code >> 12 & 63));
      if (code >= 0x800 && code < 0x10000) text[used++] = (char)(0xe0 | code >> 12);
      if (code >= 0x800) text[used++] = (char)(0x80 | (code >> 6 & 63));
      if (code >= 0x80 && code < 0x800) text[used++] = (char)(0xc0 | code >> 6);
      text[used++] = (char)(code >= 0x80 ? 0x80 | (code & 63) : code);
      i = (size_t)(end - text) + 1;
    } else if (text[i] == '&' && name < 5) {
      text[used++] = "\"&'<>"[name];
      i += strlen(names[name]);
    } else {
      text[used++] = text[i++];
    }
  }
  return used;
}
