/* json.c: see json.h. */
#include "graph/io/json.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/lines.h"

#include <stdlib.h>
#include <string.h>

#define DEEPEST 500 /* lists in lists */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
/* What may stand behind a number or a word. */
static bool is_end(char c) { return c == ',' || c == ']' || c == '}' || !c || is_blank(c); }

/* Loops, since strspn makes a table at each call, and most blanks are one or none. */
static const char *skip_blanks(const char *at) {
  while (is_blank(*at)) at++;
  return at;
}

/* --- the check ------------------------------------------------------------------------------ */

typedef struct checker {
  const char *start, *at;
} checker;

static khop_status fail_at(const checker *c, const char *what) {
  int64_t line = 1;
  for (const char *p = c->start; p < c->at; p++) line += *p == '\n';
  size_t length = strcspn(c->at, "\n");
  khop_i_excerpt shown = khop_i_excerpt_of(c->at, length);
  if (!*c->at) return khop_i_fail(KHOP_E_FORMAT, "line %lld: the file ends inside its JSON", (long long)line);
  return khop_i_fail(KHOP_E_FORMAT, "line %lld: not JSON: %s at \"%s\"", (long long)line, what, shown.text);
}

/* The four digits of \u; -1: they are not. */
static long read_unit(const char *at) {
  char digits[5] = {0}, *end;
  for (int d = 0; d < 4; d++) {
    if (!at[d] || !strchr("0123456789abcdefABCDEF", at[d])) return -1;
    digits[d] = at[d];
  }
  return strtol(digits, &end, 16);
}

/* The code of \uXXXX, or of two that are a pair, and how many bytes they are; -1: halves of a pair, or no digits. */
static long read_code(int *bytes, const char *at) {
  long high = read_unit(at + 2), low;
  *bytes = 6;
  if (high < 0xd800 || high > 0xdfff) return high;
  if (high > 0xdbff || at[6] != '\\' || at[7] != 'u') return -1;
  low = read_unit(at + 8);
  *bytes = 12;
  return low < 0xdc00 || low > 0xdfff ? -1 : 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static khop_status check_escape(checker *c) {
  int bytes = 2;
  if (c->at[1] == 'u') {
    long code = read_code(&bytes, c->at);
    if (code <= 0) return fail_at(c, code ? "no character" : "a NUL");
  } else if (!c->at[1] || !strchr("\"\\/bfnrt", c->at[1])) {
    return fail_at(c, "an unknown escape");
  }
  c->at += bytes;
  return KHOP_OK;
}

static khop_status check_string(checker *c) {
  for (c->at++; *c->at != '"';) {
    khop_status status = KHOP_OK;
    if ((unsigned char)*c->at < 32) return fail_at(c, "a string is not closed");
    if (*c->at == '\\') status = check_escape(c);
    else c->at++;
    if (status != KHOP_OK) return status;
  }
  c->at++;
  return KHOP_OK;
}

static khop_status check_number(checker *c) {
  const char *at = c->at + (*c->at == '-');
  if (!is_digit(*at)) return fail_at(c, "no value");
  while (is_digit(*at)) at++;
  if (*at == '.' && is_digit(*++at))
    while (is_digit(*at)) at++;
  if (*at == 'e' || *at == 'E') {
    at += 1 + (at[1] == '+' || at[1] == '-');
    if (!is_digit(*at)) return fail_at(c, "half a number");
    while (is_digit(*at)) at++;
  }
  if (at[-1] == '.' || !is_end(*at)) return fail_at(c, "no number");
  c->at = at;
  return KHOP_OK;
}

static khop_status check_word(checker *c) {
  static const char *const words[] = {"true", "false", "null", "NaN", "Infinity", "-Infinity"};
  if (is_digit(*c->at)) return check_number(c);
  for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
    size_t length = strlen(words[w]);
    if (strncmp(c->at, words[w], length) != 0 || !is_end(c->at[length])) continue;
    c->at += length;
    return KHOP_OK;
  }
  return check_number(c);
}

static khop_status check_key(checker *c) {
  if (*c->at != '"') return fail_at(c, "no key in quotes");
  khop_status status = check_string(c);
  if (status != KHOP_OK) return status;
  c->at = skip_blanks(c->at);
  if (*c->at != ':') return fail_at(c, "no colon behind a key");
  c->at = skip_blanks(c->at + 1);
  return KHOP_OK;
}

static khop_status check_value(checker *c, int depth) {
  char close = *c->at == '{' ? '}' : ']';
  khop_status status = KHOP_OK;
  if (*c->at == '"') return check_string(c);
  if (*c->at != '{' && *c->at != '[') return check_word(c);
  if (depth == DEEPEST) return fail_at(c, "too many lists in lists");
  c->at = skip_blanks(c->at + 1);
  while (*c->at != close) {
    if (close == '}') status = check_key(c);
    if (status == KHOP_OK) status = check_value(c, depth + 1);
    if (status != KHOP_OK) return status;
    c->at = skip_blanks(c->at);
    if (*c->at == close) break;
    if (*c->at != ',') return fail_at(c, close == '}' ? "no comma or }" : "no comma or ]");
    c->at = skip_blanks(c->at + 1);
    if (*c->at == close) return fail_at(c, "nothing behind a comma");
  }
  c->at++;
  return KHOP_OK;
}

khop_status khop_i_json_check(const char **value, const khop_i_text *text) {
  checker c = {.start = text->bytes, .at = skip_blanks(text->bytes)};
  *value = c.at;
  khop_status status = check_value(&c, 0);
  if (status != KHOP_OK) return status;
  c.at = skip_blanks(c.at);
  return *c.at ? fail_at(&c, "more than one value") : KHOP_OK;
}

/* --- walking -------------------------------------------------------------------------------- */

khop_i_json_kind khop_i_json_kind_of(const char *value) {
  switch (*value) {
  case '{':
    return KHOP_I_JSON_OBJECT;
  case '[':
    return KHOP_I_JSON_ARRAY;
  case '"':
    return KHOP_I_JSON_STRING;
  case 't':
    return KHOP_I_JSON_TRUE;
  case 'f':
    return KHOP_I_JSON_FALSE;
  case 'n':
    return KHOP_I_JSON_NULL;
  default:
    return KHOP_I_JSON_NUMBER;
  }
}

static const char *skip_string(const char *at) {
  for (at++; *at != '"'; at++) at += *at == '\\';
  return at + 1;
}

static const char *skip_value(const char *at) {
  if (*at == '"') return skip_string(at);
  if (*at != '{' && *at != '[') {
    while (!is_end(*at)) at++;
    return at;
  }
  for (int depth = 0;;) {
    if (*at == '"') {
      at = skip_string(at);
      continue;
    }
    depth += *at == '{' || *at == '[' ? 1 : *at == '}' || *at == ']' ? -1 : 0;
    at++;
    if (!depth) return at;
  }
}

bool khop_i_json_next(khop_i_json_item *item, const char *container) {
  if (*container != '{' && *container != '[') return false;
  const char *at = skip_blanks(item->value ? skip_value(item->value) : container + 1);
  if (*at == ',') at = skip_blanks(at + 1);
  if (*at == '}' || *at == ']') return false;
  item->key = NULL;
  if (*container == '{') {
    item->key = at;
    at = skip_blanks(skip_blanks(skip_string(at)) + 1);
  }
  item->value = at;
  return true;
}

bool khop_i_json_is(const char *string, const char *word) {
  size_t length = strlen(word);
  return *string == '"' && strncmp(string + 1, word, length) == 0 && string[length + 1] == '"';
}

void khop_i_json_members(const char **values, const char *object, const char *const *keys, int count) {
  khop_i_json_item item = {0};
  for (int k = 0; k < count; k++) values[k] = NULL;
  while (*object == '{' && khop_i_json_next(&item, object))
    for (int k = 0; k < count; k++)
      if (khop_i_json_is(item.key, keys[k])) values[k] = item.value;
}

const char *khop_i_json_member(const char *object, const char *key) {
  const char *found;
  khop_i_json_members(&found, object, &key, 1);
  return found;
}

/* --- texts ---------------------------------------------------------------------------------- */

static char *put_code(char *put, long code) {
  if (code >= 0x10000) *put++ = (char)(0xf0 | code >> 18);
  if (code >= 0x10000) *put++ = (char)(0x80 | (code >> 12 & 63));
  if (code >= 0x800 && code < 0x10000) *put++ = (char)(0xe0 | code >> 12);
  if (code >= 0x800) *put++ = (char)(0x80 | (code >> 6 & 63));
  if (code >= 0x80 && code < 0x800) *put++ = (char)(0xc0 | code >> 6);
  *put++ = (char)(code >= 0x80 ? 0x80 | (code & 63) : code);
  return put;
}

static char *put_unescaped(char *put, const char *at, const char *end) {
  static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
  int bytes;
  while (at < end) {
    if (*at != '\\') {
      *put++ = *at++;
    } else if (at[1] == 'u') {
      put = put_code(put, read_code(&bytes, at));
      at += bytes;
    } else {
      const char *letter = strchr(letters, at[1]);
      *put++ = letter ? meant[letter - letters] : at[1];
      at += 2;
    }
  }
  return put;
}

static char *put_without_blanks(char *put, const char *at, const char *end) {
  while (at < end) {
    const char *behind = *at == '"' ? skip_string(at) : at + 1;
    if (!is_blank(*at)) {
      memcpy(put, at, (size_t)(behind - at));
      put += behind - at;
    }
    at = behind;
  }
  return put;
}

khop_status khop_i_json_text(const char **text, size_t *length, khop_i_json_room *room, const char *value) {
  const char *end = skip_value(value);
  bool string = *value == '"';
  *text = value + string;
  *length = (size_t)(end - value) - 2 * (size_t)string;
  if (string ? !memchr(*text, '\\', *length) : *value != '[' && *value != '{') return KHOP_OK;
  khop_status status = khop_i_room(&room->bytes, (int64_t)*length, 1, "a text");
  if (status != KHOP_OK) return status;
  char *behind = string ? put_unescaped(room->bytes, *text, end - 1) : put_without_blanks(room->bytes, value, end);
  *text = room->bytes;
  *length = (size_t)(behind - room->bytes);
  return KHOP_OK;
}
