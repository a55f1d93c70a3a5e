/* igraph_prescan.c: scans a file before igraph reads it. Not a parser: it finds only what igraph would
 * not survive: a claim of 10^15 nodes, "dl n = 1000000000000000".
 */
#include "graph/io/igraph_prescan.h"
#include "graph/io/lines.h"
#include "graph/io/source.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/limits.h"

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

khop_status khop_i_igraph_prescan(const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_lines *lines = NULL;
  KHOP_TRY(khop_i_alloc_raw(&lines, 1, sizeof *lines, "a reader"));
  khop_i_lines_start(lines, source->file);
  KHOP_TRY(screen_lines(lines, source));
  if (fseeko(source->file, 0, SEEK_SET) != 0)
    KHOP_FAIL(KHOP_E_IO, "cannot read: %s", strerror(errno));
done:
  khop_i_free(lines);
  return status;
}
