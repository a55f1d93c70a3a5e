/* json.c: see json.h. */
#include "cli/json.h"

#include <math.h>
#include <stdio.h>

void add_number(cJSON *object, const char *key, double value) {
  cJSON_AddItemToObject(object, key, isfinite(value) ? cJSON_CreateNumber(value) : cJSON_CreateNull());
}

void print_json(cJSON *root) {
  char *text = cJSON_Print(root);
  puts(text ? text : "");
  cJSON_free(text);
  cJSON_Delete(root);
}
