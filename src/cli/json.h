/* json.h: JSON on standard output. */
#ifndef KHOP_CLI_JSON_H
#define KHOP_CLI_JSON_H

#include <cjson/cJSON.h>

/* JSON has no NaN: what is not finite is null. */
void add_number(cJSON *object, const char *key, double value);
/* Prints root, and frees it. */
void print_json(cJSON *root);

#endif
