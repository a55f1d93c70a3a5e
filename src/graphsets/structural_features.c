/* structural_features.c: where a node stands in its graph: its degree, and the small rings that it is on.
 *
 * The smallest ring through an edge is the shortest path between its ends without it, and that edge: a search from
 * one end that goes KHOP_STRUCTURAL_RING - 1 steps at most. Message passing cannot tell a ring of six from two rings
 * of three, or from a long path; on MUTAG these columns raise nested accuracy (docs/results.md). */
#include "graphsets/set.h"
#include "base/error.h"
#include "base/memory.h"
#include "data/data.h"

#include <math.h>
#include <string.h>

#define RINGS (KHOP_STRUCTURAL_RING - 2) /* of 3 nodes to KHOP_STRUCTURAL_RING */
enum { ON_RING, JOINT, RING_3, DEGREE_1 = RING_3 + RINGS, DEGREE_2, DEGREE_3, DEGREE_MORE, COLUMNS };
_Static_assert(COLUMNS == KHOP_STRUCTURAL_COLUMNS, "khop/graphs.h says how many columns there are");

typedef struct search {
  const int64_t *offsets;
  const int32_t *targets;
  int8_t *distance; /* (nodes) -1 between searches */
  int32_t *queue;   /* (nodes) */
} search;

/* The nodes of the smallest ring through the edge, 0 where it has more than KHOP_STRUCTURAL_RING. */
static int ring_of(search *s, int32_t from, int32_t to) {
  int64_t first = 0, last = 0;
  int size = 0;
  s->distance[from] = 0;
  s->queue[last++] = from;
  while (first < last && !size) {
    int32_t i = s->queue[first++];
    if (s->distance[i] == KHOP_STRUCTURAL_RING - 1) break;
    for (int64_t a = s->offsets[i]; a < s->offsets[i + 1] && !size; a++) {
      int32_t j = s->targets[a];
      if (s->distance[j] >= 0 || (i == from && j == to)) continue;
      s->distance[j] = (int8_t)(s->distance[i] + 1);
      s->queue[last++] = j;
      if (j == to) size = s->distance[j] + 1;
    }
  }
  for (int64_t q = 0; q < last; q++) s->distance[s->queue[q]] = -1;
  return size;
}

static void fill_row(khop_real *row, search *s, int32_t i) {
  int degree = 0, on_ring = 0;
  for (int64_t a = s->offsets[i]; a < s->offsets[i + 1]; a++) {
    if (s->targets[a] == i) continue;
    if (degree < 4) degree++;
    int size = ring_of(s, i, s->targets[a]);
    if (!size) continue;
    row[RING_3 + size - 3] = 1;
    if (on_ring < 3) on_ring++;
  }
  row[ON_RING] = on_ring > 0;
  row[JOINT] = on_ring > 2;
  if (degree) row[DEGREE_1 + degree - 1] = 1;
}

/* Copies the features to dense rows that have space for the new columns at their ends. */
static void widen(khop_real *wide, const khop_features *x) {
  int64_t columns = x->columns + COLUMNS;
  for (int64_t i = 0; i < x->rows; i++) {
    khop_real *row = wide + i * columns;
    if (x->dense) memcpy(row, x->dense + i * x->columns, (size_t)x->columns * sizeof *row);
    for (int64_t e = x->offsets ? x->offsets[i] : 0; x->offsets && e < x->offsets[i + 1]; e++)
      row[x->indices[e]] = x->values[e];
  }
}

khop_status khop_graphs_add_structural_features(khop_graphs *set) {
  khop_status status = KHOP_OK;
  khop_features *x = &set->features;
  int64_t nodes = x->rows, columns = x->columns + COLUMNS;
  khop_real *wide = NULL;
  search s = {.offsets = khop_graph_offsets(set->graph), .targets = khop_graph_targets(set->graph)};
  if (khop_graph_is_directed(set->graph))
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s is directed: structural features are those of undirected graphs", set->name);
  KHOP_TRY(khop_i_alloc(&wide, nodes, (size_t)columns * sizeof *wide, "structural features"));
  KHOP_TRY(khop_i_alloc_raw(&s.distance, nodes, sizeof *s.distance, "structural features"));
  KHOP_TRY(khop_i_alloc_raw(&s.queue, nodes, sizeof *s.queue, "structural features"));
  memset(s.distance, -1, (size_t)nodes);
  KHOP_TRY(khop_i_schema_add(set->schema, &(khop_field){.name = "structure", .kind = KHOP_FIELD_COLUMNS,
                                                        .columns = COLUMNS, .mean = (double)NAN}));
  widen(wide, x);
  for (int64_t i = 0; i < nodes; i++) fill_row(wide + i * columns + x->columns, &s, (int32_t)i);
  khop_i_features_free(x);
  *x = (khop_features){.rows = nodes, .columns = columns, .dense = wide};
  wide = NULL;
done:
  khop_i_free(wide);
  khop_i_free(s.distance);
  khop_i_free(s.queue);
  return status;
}
