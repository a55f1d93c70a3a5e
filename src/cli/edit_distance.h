/* edit_distance.h: how far apart two names are, to offer the nearest. */
#ifndef KHOP_CLI_EDIT_DISTANCE_H
#define KHOP_CLI_EDIT_DISTANCE_H

#define MOST_EDITED 64

/* How many letters must be added, dropped or changed to make b of a, of so many letters (Levenshtein 1966); INT_MAX
 * where b has MOST_EDITED letters or more. */
int edit_distance(const char *a, int length, const char *b);

#endif
