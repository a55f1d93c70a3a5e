/* unknown.h: descriptors that are not known of some molecules, told in a note of their set. */
#ifndef KHOP_MOLECULES_UNKNOWN_H
#define KHOP_MOLECULES_UNKNOWN_H

#include <khop/descriptors.h>
#include <khop/graphs.h>

/* Notes how many molecules have NaN among their descriptors, of which kind, and the first of them; nothing where none
 * has. rows: (molecules, columns of descriptors); line: (molecules) of their file. Errors: MEMORY. */
khop_status khop_i_unknown_note(khop_graphs *set, const khop_descriptors *descriptors, const khop_real *rows,
                                const int64_t *line);

#endif
