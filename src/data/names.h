/* names.h: lists of names, each in an allocation of its own. */
#ifndef KHOP_DATA_NAMES_H
#define KHOP_DATA_NAMES_H

#include <khop/base.h>

khop_status khop_i_names_copy(char ***copy, const char *const *names, int64_t count);
/* Whether names say nothing but the numbers of what they name: 0, 1 .. or 1, 2 .., with or without an n before. */
bool khop_i_names_count(const char *const *names, int64_t count);
/* Numbers (count) as text of 15 digits, NaN as "". Errors: MEMORY. */
khop_status khop_i_names_of_numbers(char ***names, const double *numbers, int64_t count);
void khop_i_names_free(char **names, int64_t count);

#endif
