/* values.h: the text of an option to a number, a list, a choice. Each function prints
 * "where: not a ..: 'text'" and returns false when the text will not do. */
#ifndef KHOP_CLI_VALUES_H
#define KHOP_CLI_VALUES_H

#include <khop/khop.h>

bool read_int(int *value, const char *text, int least, int most, const char *where);
bool read_int64(int64_t *value, const char *text, int64_t least, int64_t most, const char *where);
bool read_seed(uint64_t *value, const char *text, const char *where);
bool read_number(double *value, const char *text, double least, double below, const char *where);
/* "0,1,2" and "0-8", up to capacity of them, each at least `least`. what: "hops". */
bool read_list(int *values, int *count, int capacity, int least, const char *text, const char *what,
               const char *where);
/* One of names (count of them). what: "a direction". */
bool read_choice(int *value, const char *text, const char *const *names, int count,
                 const char *what, const char *where);
/* A form of rings by its name; all: "all" too, which is ALL_FORMS. */
enum { ALL_FORMS = KHOP_AUTO + 1 };
bool read_form(khop_form *form, const char *text, bool all, const char *where);
/* A path for an output or an input: anything but "". */
bool read_path(const char **value, const char *text, const char *where);
/* The same of a picture: .svg or .png, or what is under /dev/. */
bool read_picture(const char **value, const char *text, const char *where);
/* "512M", "2G", bytes without a letter. */
bool read_bytes(int64_t *value, const char *text, const char *where);

/* "60s", "10m", "2h", seconds without a letter, of "never" 0. */
bool read_duration(double *seconds, const char *text, const char *where);

extern const char *const direction_names[3], *const operator_names[4], *const norm_names[4];

#endif
