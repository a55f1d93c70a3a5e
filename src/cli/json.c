/* json.c: see json.h. */
#include "cli/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The shortest text that reads as the same number; cJSON's own may read as its neighbour. */
static cJSON *create_number(double value) {
  char text[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (!(strtod(text, NULL) < value || strtod(text, NULL) > value)) break;
  }
  return cJSON_CreateRaw(text);
}

void add_number(cJSON *object, const char *key, double value) {
  cJSON_AddItemToObject(object, key, isfinite(value) ? create_number(value) : cJSON_CreateNull());
}

void print_json(cJSON *root) {
  char *text = cJSON_Print(root);
  puts(text ? text : "");
  cJSON_free(text);
  cJSON_Delete(root);
}
