/* features.h: matrices of features that own their arrays. */
#ifndef KHOP_DATA_FEATURES_H
#define KHOP_DATA_FEATURES_H

#include <khop/data.h>

void khop_i_features_free(khop_features *features);
/* Whether they are features of so many nodes. Errors: SHAPE, ARGUMENT (neither form, or both), VALUE. */
khop_status khop_i_features_check(const khop_features *features, int64_t nodes);
/* Copies what has been checked; to be freed on failure too. */
khop_status khop_i_features_copy(khop_features *copy, const khop_features *source);

#endif
