/* schema_match.h: features in the order of another schema. */
#ifndef KHOP_DATA_SCHEMA_MATCH_H
#define KHOP_DATA_SCHEMA_MATCH_H

#include "data/schema.h"

/* Brings the columns of features into another order: column c becomes what was column[c], or zeros for -1. */
khop_status khop_i_features_select(khop_features *features, int64_t columns, const int64_t *column);
/* Matches features that `there` describes to wanted. Errors: those of khop_schema_match. */
khop_status khop_i_features_match(khop_features *features, const khop_schema *wanted, const khop_schema *there);

#endif
