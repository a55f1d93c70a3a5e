/* lines.c: see lines.h. */
#include "graph/io/lines.h"
#include "base/error.h"

#include <errno.h>
#include <string.h>

void khop_i_lines_start(khop_i_lines *lines, FILE *file) {
  lines->file = file;
  lines->at = lines->filled = lines->length = 0;
  lines->number = 0;
  lines->cut = false;
}

static bool refill(khop_i_lines *lines) {
  lines->at = 0;
  lines->filled = fread(lines->buffer, 1, sizeof lines->buffer, lines->file);
  return lines->filled > 0;
}

static void append(khop_i_lines *lines, const unsigned char *bytes, size_t count) {
  size_t capacity = sizeof lines->text - 1 - lines->length;
  if (count > capacity) lines->cut = true;
  if (count > capacity) count = capacity;
  memcpy(lines->text + lines->length, bytes, count);
  lines->length += count;
}

static void trim(khop_i_lines *lines) {
  if (lines->length && lines->text[lines->length - 1] == '\r') lines->length--;
  if (lines->number == 1 && lines->length >= 3 && memcmp(lines->text, "\xef\xbb\xbf", 3) == 0) {
    lines->length -= 3;
    memmove(lines->text, lines->text + 3, lines->length);
  }
  lines->text[lines->length] = 0;
}

int64_t khop_i_lines_place(const khop_i_lines *lines) {
  off_t place = ftello(lines->file);
  return place < 0 ? -1 : (int64_t)place - (int64_t)(lines->filled - lines->at);
}

void khop_i_lines_take(khop_i_lines *lines, const char *text, size_t length, int64_t number) {
  lines->length = 0;
  lines->cut = false;
  lines->number = number;
  append(lines, (const unsigned char *)text, length);
  lines->text[lines->length] = 0;
}

khop_status khop_i_lines_next(bool *more, khop_i_lines *lines) {
  *more = false;
  lines->length = 0;
  lines->cut = false;
  bool ended = false;
  while (!ended && (lines->at < lines->filled || refill(lines))) {
    const unsigned char *start = lines->buffer + lines->at;
    const unsigned char *end = memchr(start, '\n', lines->filled - lines->at);
    size_t count = end ? (size_t)(end - start) : lines->filled - lines->at;
    if (!*more) lines->number++;
    *more = true;
    if (memchr(start, 0, count))
      return khop_i_fail(KHOP_E_FORMAT, "line %lld: a NUL byte; this is not UTF-8 or ASCII text",
                         (long long)lines->number);
    append(lines, start, count);
    lines->at += count + (end ? 1 : 0);
    ended = end != NULL;
  }
  if (ferror(lines->file))
    return khop_i_fail(KHOP_E_IO, "line %lld: cannot read: %s", (long long)lines->number,
                       strerror(errno));
  trim(lines);
  return KHOP_OK;
}

khop_i_excerpt khop_i_excerpt_of(const char *text, size_t length) {
  khop_i_excerpt out;
  size_t used = 0, most = sizeof out.text - sizeof "...";
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];
    bool plain = c >= 32 && c < 127;
    if (used + (plain ? 1 : 4) > most) {
      memcpy(out.text + used, "...", 3);
      used += 3;
      break;
    }
    if (plain)
      out.text[used++] = (char)c;
    else
      used += (size_t)snprintf(out.text + used, 5, "\\x%02x", c);
  }
  out.text[used] = 0;
  return out;
}
