/* space.h: the options that a search goes through, and those of each of its trials. */
#ifndef KHOP_CLI_TUNE_SPACE_H
#define KHOP_CLI_TUNE_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#define MOST_AXES 24
#define MOST_LISTED 64

/* One option with its values, or with the range that they are drawn from. */
typedef struct tune_axis {
  char *name;
  int count; /* of values; 0: a range */
  char *value[MOST_LISTED];
  double low, high;
  bool whole, logarithmic; /* of a range: whole numbers; evenly by logarithm */
} tune_axis;

typedef struct tune_space {
  int axes;
  tune_axis axis[MOST_AXES];
} tune_space;

/* Adds "hidden=32|64 hops=0-2|0,2 dropout=0..0.8 lr=1e-4..0.1:log", axes apart by blanks, to a space. False after a
 * message that begins with where. */
bool add_axes(tune_space *space, const char *text, const char *where);
void free_space(tune_space *space);

/* How many trials try everything, at most MOST_POINTS; -1: a range has no end, or they are more. */
#define MOST_POINTS 1000000
int64_t count_space(const tune_space *space);
/* Which points of such a space come first (count): each once, in an order that seed draws. */
void shuffle_points(int64_t *point, int64_t count, int64_t all, uint64_t seed);
/* The values of one point (axes), each to be freed. */
void list_point(char **value, const tune_space *space, int64_t point);
/* Those of trial number `trial` of a space that has ranges. */
void draw_point(char **value, const tune_space *space, uint64_t seed, int64_t trial);

#endif
