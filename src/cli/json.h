/* json.h: JSON on standard output. */
#ifndef KHOP_CLI_JSON_H
#define KHOP_CLI_JSON_H

#include <cjson/cJSON.h>

/* The shortest text that reads as the same number; cJSON's own may read as its neighbour. JSON has no NaN: what is not
 * finite is null. */
cJSON *create_number(double value);
void add_number(cJSON *object, const char *key, double value);
/* The number of a key; NaN where there is none. */
double get_number(const cJSON *object, const char *key);
/* Prints root, and frees it. */
void print_json(cJSON *root);

#endif
