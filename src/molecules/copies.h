/* copies.h: molecules that a file holds more than once, perhaps written otherwise. */
#ifndef KHOP_MOLECULES_COPIES_H
#define KHOP_MOLECULES_COPIES_H

#include <khop/graphs.h>

/* Tells the set which of its molecules are one, by their keys (khop_i_molecule_key), unless they are to be drawn apart;
 * and notes how many are written again, whether what is known of them differs, and whether a split that came with the
 * file parts them. line: where each stands in its file. quiet: no notes. Errors: MEMORY. */
khop_status khop_i_copies_give(khop_graphs *set, const uint64_t *key, const int64_t *line, bool apart, bool quiet);

#endif
