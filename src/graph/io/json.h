/* json.h: JSON where it stands: a text is checked once, and then walked without a copy of it.
 *
 *   {"nodes": [{"id": 9007199254740993}], ..}
 *    ^key     ^value                            a value is the place of its first byte
 *
 * Numbers stay as they are written, so that an id beyond 2^53 keeps its digits, which a tree of doubles does not; NaN,
 * Infinity and -Infinity, which Python writes, are numbers too. The memory is that of the text. */
#ifndef KHOP_GRAPH_IO_JSON_H
#define KHOP_GRAPH_IO_JSON_H

#include "graph/io/text.h"

typedef enum khop_i_json_kind {
  KHOP_I_JSON_OBJECT,
  KHOP_I_JSON_ARRAY,
  KHOP_I_JSON_STRING,
  KHOP_I_JSON_NUMBER,
  KHOP_I_JSON_TRUE,
  KHOP_I_JSON_FALSE,
  KHOP_I_JSON_NULL
} khop_i_json_kind;

/* Checks that the text is one value of JSON and nothing else. Errors: FORMAT (with the line). */
khop_status khop_i_json_check(const char **value, const khop_i_text *text);

/* All that follows is of a text that was checked. */
khop_i_json_kind khop_i_json_kind_of(const char *value);

/* A member of an object, with its key, or an element of an array, with NULL; to begin, all is zero. */
typedef struct khop_i_json_item {
  const char *key, *value;
} khop_i_json_item;
/* Goes to the next one in a container; false after the last, and in what is no container. */
bool khop_i_json_next(khop_i_json_item *item, const char *container);
/* Whether a string, or a key, is this word; words have no escapes. */
bool khop_i_json_is(const char *string, const char *word);
/* A member by its key, the last where there are several; NULL: there is none. */
const char *khop_i_json_member(const char *object, const char *key);
/* The same for several keys, in one walk: a member of the whole file is a walk through the file. */
void khop_i_json_members(const char **values /* (count) */, const char *object, const char *const *keys, int count);

/* Room for texts that do not stand in the file as they are. To begin, all is zero. */
typedef struct khop_i_json_room {
  char *bytes;
} khop_i_json_room;
/* The text of a value: of a string without its quotes and escapes, of anything else as it is written, without the
 * blanks between its parts. It stands in the file or in room, until the next call with that room. */
khop_status khop_i_json_text(const char **text, size_t *length, khop_i_json_room *room, const char *value);

#endif
