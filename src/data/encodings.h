/* encodings.h: columns of features that the graph alone gives; the public side is in khop/data.h. */
#ifndef KHOP_DATA_ENCODINGS_H
#define KHOP_DATA_ENCODINGS_H

#include <khop/data.h>

/* How many columns encodings are; NULL: 0. */
int64_t khop_i_encodings_columns(const khop_encodings *encodings);

#endif
