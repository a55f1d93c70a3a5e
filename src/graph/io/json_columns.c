/* json_columns.c: see json_columns.h. */
#include "graph/io/json_columns.h"
#include "base/error.h"
#include "graph/io/lines.h"

#include <stdio.h>
#include <string.h>

#define LONGEST 200 /* bytes of a name with the lists that it stands in */

typedef struct place {
  khop_i_draft *draft;
  khop_i_json_room *room;
  int64_t node;
  char name[LONGEST + 1];
} place;

static khop_status fail_long(const place *p) {
  khop_i_excerpt shown = khop_i_excerpt_of(p->name, strlen(p->name));
  return khop_i_fail(KHOP_E_FORMAT, "the name of an attribute is longer than %d bytes: \"%s\"", LONGEST, shown.text);
}

static khop_status append_text(place *p, size_t used, const char *sign, const char *text, size_t length) {
  int put = snprintf(p->name + used, sizeof p->name - used, "%s%.*s", sign, (int)(length < LONGEST ? length : LONGEST),
                     text);
  return length > LONGEST || put >= (int)(sizeof p->name - used) ? fail_long(p) : KHOP_OK;
}

static khop_status set_value(place *p, const char *value) {
  khop_i_json_kind kind = khop_i_json_kind_of(value);
  const char *text;
  size_t length;
  if (kind == KHOP_I_JSON_NULL) return khop_i_draft_declare(p->draft, p->name, KHOP_I_DRAFT_ANY);
  if (kind == KHOP_I_JSON_TRUE || kind == KHOP_I_JSON_FALSE)
    return khop_i_draft_set(p->draft, p->name, p->node, kind == KHOP_I_JSON_TRUE ? "1" : "0", 1, false);
  khop_status status = khop_i_json_text(&text, &length, p->room, value);
  if (status != KHOP_OK) return status;
  return khop_i_draft_set(p->draft, p->name, p->node, text, length, kind == KHOP_I_JSON_STRING);
}

/* The name is put together as the lists are walked, and cut back behind each. The depth is that of the JSON. */
static khop_status set_values(place *p, const char *value) {
  khop_i_json_item item = {0};
  khop_status status = KHOP_OK;
  size_t used = strlen(p->name);
  if (*value != '{' && *value != '[') return set_value(p, value);
  for (int64_t i = 0; status == KHOP_OK && khop_i_json_next(&item, value); i++) {
    char number[32];
    const char *key = number;
    size_t length = (size_t)snprintf(number, sizeof number, "[%lld]", (long long)i);
    if (item.key) status = khop_i_json_text(&key, &length, p->room, item.key);
    if (status == KHOP_OK) status = append_text(p, used, item.key ? "." : "", key, length);
    if (status == KHOP_OK) status = set_values(p, item.value);
    p->name[used] = 0;
  }
  return status;
}

khop_status khop_i_json_columns_set(khop_i_draft *draft, khop_i_json_room *room, int64_t node,
                                    const khop_i_json_item *member) {
  place p = {.draft = draft, .room = room, .node = node};
  const char *key;
  size_t length;
  khop_status status = khop_i_json_text(&key, &length, room, member->key);
  if (status == KHOP_OK) status = append_text(&p, 0, "", key, length);
  return status == KHOP_OK ? set_values(&p, member->value) : status;
}
