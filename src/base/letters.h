/* letters.h: words compared without regard to capitals, of ASCII alone. strcasecmp goes by the locale of the caller: in
 * the Turkish one I is no capital of i, and .SMI is not .smi. */
#ifndef KHOP_BASE_LETTERS_H
#define KHOP_BASE_LETTERS_H

#include <stddef.h>

/* As strcasecmp and strncasecmp in the C locale. */
int khop_i_strcasecmp(const char *a, const char *b);
int khop_i_strncasecmp(const char *a, const char *b, size_t most);
/* As tolower there. */
static inline int khop_i_lower(int c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

#endif
