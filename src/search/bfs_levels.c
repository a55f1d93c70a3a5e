/* bfs_levels.c: see bfs_levels.h. */
#include "search/bfs_levels.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static int most_levels(int64_t nodes, int most) { return most < nodes ? most : (int)nodes; }

double khop_i_bfs_levels_bytes(int64_t nodes, int most) {
  return khop_i_bfs_bytes(nodes) + 8.0 * (most_levels(nodes, most) + 2);
}

khop_status khop_i_bfs_levels_open(khop_i_bfs_levels *levels, const khop_graph *arcs, int most) {
  khop_status status = KHOP_OK;
  *levels = (khop_i_bfs_levels){.most = most_levels(arcs->nodes, most)};
  KHOP_TRY(khop_i_bfs_open(&levels->bfs, arcs));
  KHOP_TRY(khop_i_alloc(&levels->starts, levels->most + 2, sizeof *levels->starts, "a search"));
done:
  if (status != KHOP_OK) khop_i_bfs_levels_close(levels);
  return status;
}

void khop_i_bfs_levels_close(khop_i_bfs_levels *levels) {
  khop_i_bfs_close(&levels->bfs);
  khop_i_free(levels->starts);
  *levels = (khop_i_bfs_levels){0};
}

void khop_i_bfs_levels_search(khop_i_bfs_levels *levels, int64_t source, int furthest) {
  int64_t found = 1;
  khop_i_bfs_start(&levels->bfs, source);
  levels->starts[0] = 0;
  levels->starts[1] = 1;
  levels->levels = 1;
  if (furthest > levels->most) furthest = levels->most;
  while (levels->levels <= furthest && found > 0) {
    found = khop_i_bfs_step(&levels->bfs);
    levels->starts[++levels->levels] = levels->bfs.end;
  }
}
