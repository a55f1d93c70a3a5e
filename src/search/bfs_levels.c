/* bfs_levels.c: see bfs_levels.h. */
#include "search/bfs_levels.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static int most_levels(int64_t nodes, int most) { return most < nodes ? most : (int)nodes; }

double khop_i_walk_bytes(int64_t nodes, int most) {
  return khop_i_bfs_bytes(nodes) + 8.0 * (most_levels(nodes, most) + 2);
}

khop_status khop_i_walk_open(khop_i_walk *walk, const khop_graph *arcs, int most) {
  khop_status status = KHOP_OK;
  *walk = (khop_i_walk){.most = most_levels(arcs->nodes, most)};
  KHOP_TRY(khop_i_bfs_open(&walk->bfs, arcs));
  KHOP_TRY(khop_i_alloc(&walk->starts, walk->most + 2, sizeof *walk->starts, "a walk"));
done:
  if (status != KHOP_OK) khop_i_walk_close(walk);
  return status;
}

void khop_i_walk_close(khop_i_walk *walk) {
  khop_i_bfs_close(&walk->bfs);
  khop_i_free(walk->starts);
  *walk = (khop_i_walk){0};
}

void khop_i_walk_from(khop_i_walk *walk, int64_t source, int furthest) {
  int64_t found = 1;
  khop_i_bfs_start(&walk->bfs, source);
  walk->starts[0] = 0;
  walk->starts[1] = 1;
  walk->levels = 1;
  if (furthest > walk->most) furthest = walk->most;
  while (walk->levels <= furthest && found > 0) {
    found = khop_i_bfs_step(&walk->bfs);
    walk->starts[++walk->levels] = walk->bfs.end;
  }
}
