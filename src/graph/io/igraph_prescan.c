/* igraph_prescan.c: scans a file before igraph reads it. Not a parser: it finds only what igraph would
 * not survive (a claim of 10^15 nodes), or would take for a whole graph (a GraphML file that ends
 * early).
 *
 *   dl   dl n = 34 ... data:      graphml   ... </graphml>
 */
#include "graph/io/igraph_prescan.h"
#include "graph/io/lines.h"
#include "graph/io/source.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/limits.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* --- claims of nodes ------------------------------------------------------------------------ */

static const char *skip(const char *text, const char *set) {
  return text + strspn(text, set);
}

/* Reads digits; saturates far above any legal number of nodes. */
static int64_t read_number(const char *text) {
  int64_t value = 0;
  for (; *text >= '0' && *text <= '9' && value < INT64_MAX / 100; text++)
    value = 10 * value + (*text - '0');
  return value;
}

/* Each number behind "n =" in the line, and behind "nr =", "nc =" of matrices. */
static khop_status screen_dl(const khop_i_lines *lines, int64_t bytes) {
  khop_status status = KHOP_OK;
  for (const char *at = lines->text; (at = strchr(at, '=')) && status == KHOP_OK; at++)
    status = khop_i_check_claim(read_number(skip(at + 1, " \t\r\f\v")), bytes);
  return status;
}

/* --- lines ---------------------------------------------------------------------------------- */

static khop_status screen_lines(khop_i_lines *lines, const khop_i_source *source) {
  bool dl = strcmp(source->format, "dl") == 0;
  bool more = true;
  khop_status status = KHOP_OK;
  while (status == KHOP_OK && more) {
    status = khop_i_lines_next(&more, lines);
    if (status != KHOP_OK || !more || !dl) continue;
    if (lines->cut)
      return khop_i_fail(KHOP_E_FORMAT, "line %lld is longer than %d bytes",
                         (long long)lines->number, KHOP_I_LINE);
    status = screen_dl(lines, source->bytes);
  }
  return status;
}

/* --- the end of a GraphML file -------------------------------------------------------------- */

/* Takes one "<!-- ... -->" off the end of the text, if there is one. */
static bool drop_comment(char *text, size_t *length) {
  if (*length < 7 || memcmp(text + *length - 3, "-->", 3) != 0) return false;
  for (size_t i = *length - 3; i-- > 3;)
    if (memcmp(text + i - 3, "<!--", 4) == 0) {
      *length = i - 3;
      return true;
    }
  return false;
}

/* The last tag closes graphml, with or without a prefix. */
static khop_status screen_graphml_end(const khop_i_source *source) {
  char tail[KHOP_I_LINE];
  int64_t from = source->bytes > (int64_t)sizeof tail ? source->bytes - (int64_t)sizeof tail : 0;
  if (fseeko(source->file, from, SEEK_SET) != 0)
    return khop_i_fail(KHOP_E_IO, "cannot read: %s", strerror(errno));
  size_t length = fread(tail, 1, sizeof tail, source->file);
  do
    while (length && isspace((unsigned char)tail[length - 1])) length--;
  while (drop_comment(tail, &length));
  size_t end = length;
  if (end && tail[end - 1] == '>') {
    end--;
    while (end && isspace((unsigned char)tail[end - 1])) end--;
    if (end >= 7 && memcmp(tail + end - 7, "graphml", 7) == 0) {
      size_t start = end - 7;
      if (start && tail[start - 1] == ':')
        while (start && tail[start - 1] != '/' && !isspace((unsigned char)tail[start - 1])) start--;
      if (start >= 2 && tail[start - 1] == '/' && tail[start - 2] == '<') return KHOP_OK;
    }
  }
  khop_i_excerpt shown =
      khop_i_excerpt_of(tail + (length > 20 ? length - 20 : 0), length > 20 ? 20 : length);
  return khop_i_fail(KHOP_E_FORMAT, "ends with \"%s\", not with </graphml>: it may be cut short",
                     shown.text);
}

khop_status khop_i_igraph_prescan(const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_lines *lines = NULL;
  KHOP_TRY(khop_i_alloc_raw(&lines, 1, sizeof *lines, "a reader"));
  khop_i_lines_start(lines, source->file);
  KHOP_TRY(screen_lines(lines, source));
  if (strcmp(source->format, "graphml") == 0) KHOP_TRY(screen_graphml_end(source));
  if (fseeko(source->file, 0, SEEK_SET) != 0)
    KHOP_FAIL(KHOP_E_IO, "cannot read: %s", strerror(errno));
done:
  khop_i_free(lines);
  return status;
}
