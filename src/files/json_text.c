/* json_text.c: see json_text.h. */
#include "files/json_text.h"
#include "base/memory.h"
#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void append(khop_i_json_text *json, const char *bytes, size_t count) {
  if (json->status != KHOP_OK) return;
  json->status = khop_i_room(&json->text, json->length + (int64_t)count + 1, 1, "a text of JSON");
  if (json->status != KHOP_OK) return;
  memcpy(json->text + json->length, bytes, count);
  json->length += (int64_t)count;
  json->text[json->length] = 0;
}

/* Control characters, quotation marks and backslashes are escaped; all else stands as it is. */
static void append_string(khop_i_json_text *json, const char *value) {
  static const char short_of[] = "\bb\tt\nn\ff\rr\"\"\\\\";
  char escape[8];
  append(json, "\"", 1);
  while (*value) {
    size_t plain = 0;
    while ((unsigned char)value[plain] >= ' ' && value[plain] != '"' && value[plain] != '\\') plain++;
    append(json, value, plain);
    value += plain;
    if (!*value) break;
    const char *pair = short_of;
    while (*pair && *pair != *value) pair += 2;
    if (*pair)
      snprintf(escape, sizeof escape, "\\%c", pair[1]);
    else
      snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(unsigned char)*value);
    append(json, escape, strlen(escape));
    value++;
  }
  append(json, "\"", 1);
}

/* A comma behind the item before, and the key. */
static void begin_item(khop_i_json_text *json, const char *key) {
  char last = json->length ? json->text[json->length - 1] : '{';
  if (last != '{' && last != '[') append(json, ",", 1);
  if (!key) return;
  append_string(json, key);
  append(json, ":", 1);
}

void khop_i_json_open(khop_i_json_text *json, const char *key, char kind) {
  begin_item(json, key);
  append(json, &kind, 1);
}

void khop_i_json_close(khop_i_json_text *json, char kind) { append(json, &kind, 1); }

void khop_i_json_string(khop_i_json_text *json, const char *key, const char *value) {
  begin_item(json, key);
  append_string(json, value);
}

void khop_i_json_flag(khop_i_json_text *json, const char *key, bool value) {
  begin_item(json, key);
  append(json, value ? "true" : "false", value ? 4 : 5);
}

void khop_i_json_number(khop_i_json_text *json, const char *key, double value) {
  char text[KHOP_I_NUMBER_BYTES];
  if (!isfinite(value)) {
    khop_i_json_string(json, key, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    return;
  }
  int digits = 15;
  while (khop_i_read_number(khop_i_write_number(text, sizeof text, digits, value), NULL) != value) digits++;
  begin_item(json, key);
  append(json, text, strlen(text));
}

void khop_i_json_integers(khop_i_json_text *json, const char *key, int count, const int *values) {
  khop_i_json_open(json, key, '[');
  for (int i = 0; i < count; i++) khop_i_json_number(json, NULL, values[i]);
  khop_i_json_close(json, ']');
}

khop_status khop_i_json_take(char **text, khop_i_json_text *json) {
  khop_status status = json->status;
  *text = status == KHOP_OK ? json->text : NULL;
  if (status != KHOP_OK) khop_i_free(json->text);
  *json = (khop_i_json_text){0};
  return status;
}
