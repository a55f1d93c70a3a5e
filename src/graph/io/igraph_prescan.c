/* igraph_prescan.c: scans a file before igraph reads it: igraph takes a NUL byte for the end of a line or of the file,
 * and what it read until then for a whole graph. */
#include "graph/io/igraph_prescan.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/io/lines.h"

#include <errno.h>
#include <string.h>

khop_status khop_i_igraph_prescan(const khop_i_source *source) {
  khop_status status = KHOP_OK;
  khop_i_lines *lines = NULL;
  bool more = true;
  KHOP_TRY(khop_i_alloc_raw(&lines, 1, sizeof *lines, "a reader"));
  khop_i_lines_start(lines, source->file);
  while (more) KHOP_TRY(khop_i_lines_next(&more, lines));
  if (fseeko(source->file, 0, SEEK_SET) != 0)
    KHOP_FAIL(KHOP_E_IO, "cannot read: %s", strerror(errno));
done:
  khop_i_free(lines);
  return status;
}
