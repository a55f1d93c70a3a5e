/* rings.c: rows of integers: rings, balls, walks, samples, words, and what each form says of itself. */
#include "bits.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const direction_names[] = {"out", "in", "all"};

/* Of rings whose entries can be read: slots, then of every row its length, columns and values. */
static sum entries_sum(const khop_rings *rings, bool with_values) {
  sum s = sum_new();
  int64_t nodes = khop_rings_nodes(rings);
  sum_int(&s, nodes);
  for (int slot = 0; slot < khop_rings_slots(rings); slot++) {
    sum_int(&s, khop_rings_hop(rings, slot));
    sum_int(&s, khop_rings_entries(rings, slot));
    for (int64_t i = 0; i < nodes; i++) {
      const int32_t *columns = NULL;
      const khop_real *values = NULL;
      int64_t length = khop_rings_row(rings, slot, i, &columns, &values);
      sum_int(&s, length);
      for (int64_t e = 0; e < length; e++) sum_int(&s, columns[e]);
      if (with_values && values) sum_whole(&s, values, length);
    }
  }
  return s;
}

/* Frees the rings. */
static void entries_row(khop_rings *rings, const char *needs, const char *of, const char *name, const char *way) {
  sum s = entries_sum(rings, khop_rings_operator(rings) == KHOP_WALK_POWER);
  row("integers", needs, &s, "%s/%s/%s", of, name, way);
  khop_rings_free(rings);
}

static void build_row(const place *p, const char *of, khop_rings_options options) {
  khop_rings *rings = NULL;
  char way[64];
  options.max_bytes = (int64_t)1 << 30;
  TRY(khop_rings_build(&rings, p->graph, p->count, p->hops, &options));
  snprintf(way, sizeof way, "%s-%s", direction_names[options.direction],
           options.search == KHOP_SEARCH_GRAPHBLAS ? "graphblas" : "bits");
  entries_row(rings, p->needs, of, p->name, way);
}

static void ring_rows(const place *p, khop_direction direction) {
  build_row(p, "rings", (khop_rings_options){.direction = direction});
  if (p->large) return;
  build_row(p, "rings", (khop_rings_options){.direction = direction, .search = KHOP_SEARCH_GRAPHBLAS});
  build_row(p, "balls", (khop_rings_options){.direction = direction, .op = KHOP_BALL});
  build_row(p, "balls", (khop_rings_options){.direction = direction, .op = KHOP_BALL, .search = KHOP_SEARCH_GRAPHBLAS});
  build_row(p, "support", (khop_rings_options){.direction = direction, .op = KHOP_WALK_SUPPORT});
  if (p->hops[p->count - 1] <= 4)
    build_row(p, "walks", (khop_rings_options){.direction = direction, .op = KHOP_WALK_POWER});
}

static void transpose_row(const place *p) {
  khop_rings *rings = rings_in(p, 0), *turned = NULL;
  TRY(khop_rings_transpose(&turned, rings));
  entries_row(turned, p->needs, "transpose", p->name, "out");
  khop_rings_free(rings);
}

static void sample_rows(const place *p) {
  for (int per_row = 1; per_row <= 9; per_row += 4) {
    khop_rings *rings = NULL;
    char way[32];
    khop_rings_options options = {.max_bytes = (int64_t)1 << 30};
    TRY(khop_rings_sample(&rings, p->graph, p->count, p->hops, per_row, (uint64_t)per_row + 6, &options));
    snprintf(way, sizeof way, "%d", per_row);
    entries_row(rings, p->needs, "sample", p->name, way);
  }
}

/* What a form counts; which one auto has chosen is among it. */
static void form_row(const place *p, int form) {
  khop_rings *rings = rings_in(p, form);
  sum s = sum_new();
  sum_int(&s, (int64_t)khop_rings_form(rings));
  sum_int(&s, khop_rings_is_symmetric(rings));
  for (int slot = 0; slot < khop_rings_slots(rings); slot++) {
    sum_int(&s, khop_rings_entries(rings, slot));
    sum_int(&s, khop_rings_empty_rows(rings, slot));
    sum_int(&s, khop_rings_kept(rings, slot));
  }
  row("integers", p->needs, &s, "form/%s/%s", p->name, form_names[form]);
  khop_rings_free(rings);
}

void rings_rows(const place *places, int count) {
  for (const place *p = places; p < places + count; p++) {
    int directions = khop_graph_is_directed(p->graph) ? 3 : 1;
    for (int d = 0; d < directions; d++) ring_rows(p, (khop_direction)d);
    transpose_row(p);
    sample_rows(p);
    for (int form = 0; form < FORMS; form++) form_row(p, form);
  }
}

/* --- words ------------------------------------------------------------------------------------------- */

static void kernel_row(const char *name, int dimensions, const int64_t *shape, const int *kernel, const int *dilation,
                       const bool *causal) {
  khop_typed *typed = NULL;
  khop_rings *rings = NULL;
  khop_metapath words[KHOP_MAX_TAPS];
  int count = 0;
  TRY(khop_typed_grid(&typed, dimensions, shape, NULL));
  TRY(khop_stencil(words, &count, dimensions, shape, kernel, dilation, causal));
  TRY(khop_metapaths_build(&rings, typed, count, words, NULL));
  entries_row(rings, "-", "words", name, "kernel");
  khop_typed_free(typed);
}

static void long_words_row(void) {
  enum { NODES = 120, EDGES = 500, TYPES = 3 };
  const khop_metapath words[] = {{0},
                             {1, {{2, 1}}},
                             {2, {{0, 1}, {1, 2}}},
                             {3, {{2, 1}, {0, 2}, {1, 1}}},
                             {4, {{0, 1}, {0, 1}, {2, 3}, {1, 1}}}};
  int64_t from[EDGES], to[EDGES];
  int type[EDGES];
  uint64_t state = 8;
  for (int i = 0; i < EDGES; i++) {
    from[i] = (int64_t)(draw(&state) % NODES);
    to[i] = (int64_t)(draw(&state) % NODES);
    type[i] = (int)(draw(&state) % TYPES);
  }
  khop_typed *typed = NULL;
  khop_rings *rings = NULL;
  TRY(khop_typed_from_coo(&typed, NODES, EDGES, from, to, type, TYPES, NULL));
  TRY(khop_metapaths_build(&rings, typed, (int)(sizeof words / sizeof *words), words, NULL));
  entries_row(rings, "-", "words", "random", "long");
  khop_typed_free(typed);
}

/* Paths and cycles of six nodes whose arcs have types by the ends they join. */
static void arc_words_row(bool along) {
  enum { NODES = 240 };
  const int hops[] = {0, 1, 2, 3, 4};
  const bool marked[] = {true, false, true};
  int64_t from[NODES], to[NODES], edges = 0;
  for (int64_t i = 0; i < NODES; i++) {
    if (i % 6 == 5 && i / 6 % 2) continue;
    from[edges] = i;
    to[edges++] = i % 6 == 5 ? i - 5 : i + 1;
  }
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  TRY(khop_graph_from_coo(&graph, NODES, edges, from, to, false));
  uint8_t *types = room((size_t)(2 * edges), 1);
  for (int64_t i = 0; i < NODES; i++)
    for (int64_t a = khop_graph_offsets(graph)[i]; a < khop_graph_offsets(graph)[i + 1]; a++)
      types[a] = (uint8_t)((i + khop_graph_targets(graph)[a]) / 2 % 3);
  const khop_edge_type_rings words = {5, hops, types, 3, along ? marked : NULL};
  TRY(khop_edge_type_rings_build(&rings, graph, &words, 0));
  entries_row(rings, "-", "words", "arcs", along ? "along" : "plain");
  khop_graph_free(graph);
  free(types);
}

void words_rows(void) {
  kernel_row("line", 1, (int64_t[]){90}, (int[]){4}, (int[]){3}, (bool[]){true});
  kernel_row("image", 2, (int64_t[]){12, 15}, (int[]){3, 5}, (int[]){2, 1}, NULL);
  kernel_row("video", 3, (int64_t[]){5, 6, 7}, (int[]){2, 3, 3}, NULL, (bool[]){true, false, false});
  long_words_row();
  arc_words_row(false);
  arc_words_row(true);
}
