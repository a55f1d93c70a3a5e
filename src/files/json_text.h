/* json_text.h: JSON as it is written, piece by piece, into one string.
 *
 *   khop_i_json_text json = {0};
 *   khop_i_json_open(&json, NULL, '{');
 *   khop_i_json_number(&json, "epoch", 3);
 *   khop_i_json_close(&json, '}');
 *   status = khop_i_json_take(&text, &json);     {"epoch":3}
 *
 * What cannot be written, for want of memory, poisons the whole: take reports the first failure, so that a text is
 * complete or there is none. A key is NULL in lists and of the outermost value. */
#ifndef KHOP_FILES_JSON_TEXT_H
#define KHOP_FILES_JSON_TEXT_H

#include <khop/base.h>

/* {0} at first; take leaves it so. */
typedef struct khop_i_json_text {
  char *text;
  int64_t length;
  khop_status status;
} khop_i_json_text;

/* kind: '{' or '['; close: '}' or ']'. */
void khop_i_json_open(khop_i_json_text *json, const char *key, char kind);
void khop_i_json_close(khop_i_json_text *json, char kind);
/* value is UTF-8. */
void khop_i_json_string(khop_i_json_text *json, const char *key, const char *value);
void khop_i_json_flag(khop_i_json_text *json, const char *key, bool value);
/* The digits read back as the same double; JSON has no NaN and no infinity: they are "nan", "inf" and "-inf". */
void khop_i_json_number(khop_i_json_text *json, const char *key, double value);
void khop_i_json_integers(khop_i_json_text *json, const char *key, int count, const int *values);

/* The text, which the caller frees, or NULL with the status of the first failure: MEMORY. */
khop_status khop_i_json_take(char **text, khop_i_json_text *json);

#endif
