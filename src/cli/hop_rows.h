/* hop_rows.h: features gathered over rings on their way into a table with names. */
#ifndef KHOP_CLI_HOP_ROWS_H
#define KHOP_CLI_HOP_ROWS_H

#include "cli/messages.h"

#include <khop/khop.h>

/* Gathers features over taps (khop_hop_features_write) into a scratch file beside output, or in the folder of
 * temporary files where that one cannot be written, and opens its rows; the file is removed at once. options may be
 * NULL. An exit status after a message, or GO_ON. */
int gather_hop_rows(khop_rows **rows, const char *output, const khop_taps *taps, const khop_features *features,
                    const khop_hop_options *options);

/* What a column of the features is called at a hop: "2:age", of a word of a category "2:colour=red", by its number
 * where it has no name (schema NULL: none has): "2:17". To be freed; NULL when memory ends. */
char *hop_column_name(const khop_schema *schema, int hop, int64_t column);

#endif
