/* unicode.h: text in UTF-8 as NumPy keeps it: arrays of characters of four bytes, padded with zeros. */
#ifndef KHOP_FILES_UNICODE_H
#define KHOP_FILES_UNICODE_H

#include <khop/base.h>

/* Takes one character off *text, which is not at its end. A byte b that is no part of UTF-8 is taken alone, as
 * U+DC00 + b: Python's surrogateescape. */
uint32_t khop_i_unicode_take(const char **text);
/* How many characters a text has; 0 of NULL. */
size_t khop_i_unicode_length(const char *text);
/* Texts (count) as an array (count, *width) of characters, *width that of the longest and at least 1; NULL is "".
 * *characters is to be freed. Errors: MEMORY. Cost: two passes over the texts. */
khop_status khop_i_unicode_array(uint32_t **characters, size_t *width, const char *const *texts, int64_t count);

#endif
