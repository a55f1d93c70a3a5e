/* options.h: structs of options that begin with their size, of this library's version or another. */
#ifndef KHOP_BASE_OPTIONS_H
#define KHOP_BASE_OPTIONS_H

#include <khop/base.h>

/* Copies the caller's options into out, a struct of `known` bytes that begins with a size_t, its size: what an older
 * header lacks is 0, and what a newer one has beyond must be. what: how a sentence calls them.
 * Errors: ARGUMENT (NULL, no size), UNSUPPORTED (an option that this version does not know is set). */
khop_status khop_i_options_take(void *out, size_t known, const void *given, const char *what);

#endif
