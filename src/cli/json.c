/* json.c: see json.h. */
#include "cli/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

cJSON *create_number(double value) {
  char text[40];
  if (!isfinite(value)) return cJSON_CreateNull();
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (!(strtod(text, NULL) < value || strtod(text, NULL) > value)) break;
  }
  return cJSON_CreateRaw(text);
}

void add_number(cJSON *object, const char *key, double value) {
  cJSON_AddItemToObject(object, key, create_number(value));
}

double get_number(const cJSON *object, const char *key) {
  const cJSON *item = cJSON_GetObjectItem(object, key);
  return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

void print_json(cJSON *root) {
  char *text = cJSON_Print(root);
  puts(text ? text : "");
  cJSON_free(text);
  cJSON_Delete(root);
}
