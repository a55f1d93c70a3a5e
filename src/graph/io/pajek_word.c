/* pajek_word.c: see pajek_word.h. */
#include "graph/io/pajek_word.h"
#include "graph/io/entities.h"

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* The quotation mark that closes; NULL: none does. */
static const char *find_close(const char *at, const char *end) {
  for (; at < end; at++)
    if (*at == '"' && (at + 1 == end || is_blank(at[1]))) return at;
  return NULL;
}

bool khop_i_pajek_word(khop_i_field *word, const char **at, const char *end) {
  const char *start = *at, *stop;
  while (start < end && is_blank(*start)) start++;
  *word = (khop_i_field){.text = start};
  if (start == end) return false;
  const char *close = *start == '"' ? find_close(start + 1, end) : NULL;
  word->quoted = close != NULL;
  if (close) word->text = ++start;
  for (stop = start; !close && stop < end && !is_blank(*stop);) stop++;
  if (close) stop = close;
  word->length = (size_t)(stop - start);
  if (close) word->length = khop_i_entities_decode((char *)(uintptr_t)start, word->length, false);
  *at = close ? close + 1 : stop;
  return true;
}
