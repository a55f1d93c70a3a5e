/* sketch.c: random graphs of many families, with loops, repeats and isolated nodes, and smaller ones. */
#include "differential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t draw(uint64_t *state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

int64_t draw_below(uint64_t *state, int64_t n) { return (int64_t)(draw(state) % (uint64_t)n); }

/* --- families ------------------------------------------------------------------------------------------ */

static void add_edge(sketch *s, int64_t from, int64_t to) {
  if (s->edges < MOST_EDGES) s->from[s->edges] = from, s->to[s->edges++] = to;
}

/* So many edges a node; in `parts` they stay within the first or the second half. */
static void add_random(sketch *s, int64_t a_node, bool parts, uint64_t *state) {
  for (int64_t i = 0; i < s->nodes * a_node; i++) {
    int64_t a = draw_below(state, s->nodes), b = draw_below(state, s->nodes);
    if (!parts || (a < s->nodes / 2) == (b < s->nodes / 2)) add_edge(s, a, b);
  }
}

static void add_tree(sketch *s, uint64_t *state) {
  for (int64_t i = 1; i < s->nodes; i++) {
    int64_t parent = draw_below(state, i);
    bool up = draw_below(state, 2) == 0;
    add_edge(s, up ? i : parent, up ? parent : i);
  }
}

/* A path, a cycle where it closes, and a step of so many nodes more: a grid of this width, but for its seams. */
static void add_steps(sketch *s, int64_t step, bool closed) {
  for (int64_t i = 0; i < s->nodes; i++)
    if (closed || i + step < s->nodes) add_edge(s, i, (i + step) % s->nodes);
}

static void add_grid(sketch *s, uint64_t *state) {
  int64_t wide = 1 + draw_below(state, s->nodes);
  for (int64_t i = 0; i < s->nodes; i++) {
    if ((i + 1) % wide && i + 1 < s->nodes) add_edge(s, i, i + 1);
    if (i + wide < s->nodes) add_edge(s, i, i + wide);
  }
}

/* One to three nodes that most others know, some of them in the other direction. */
static void add_hubs(sketch *s, uint64_t *state) {
  int64_t hubs = 1 + draw_below(state, 3);
  for (int64_t h = 0; h < hubs; h++) {
    int64_t hub = draw_below(state, s->nodes), out_of = 1 + draw_below(state, 4);
    for (int64_t i = 0; i < s->nodes; i++) {
      if (out_of > 1 && draw_below(state, out_of) == 0) continue;
      bool back = draw_below(state, 3) == 0;
      add_edge(s, back ? i : hub, back ? hub : i);
    }
  }
}

static void add_clique(sketch *s, int64_t of) {
  for (int64_t i = 0; i < of && i < s->nodes; i++)
    for (int64_t j = 0; j < i; j++) add_edge(s, i, j);
}

/* Mostly small: every loop of the oracle is cubic. */
static int64_t draw_nodes(uint64_t *state) {
  switch (draw_below(state, 16)) {
  case 0: return draw_below(state, 3);
  case 1: return 63 + draw_below(state, 4); /* around a word of 64 bits */
  case 2: return MOST_NODES - draw_below(state, 80);
  default: return 1 + draw_below(state, 40);
  }
}

void sketch_draw(sketch *s, uint64_t *state) {
  s->nodes = draw_nodes(state);
  s->edges = 0;
  s->directed = draw_below(state, 2) == 0;
  if (s->nodes == 0) return;
  for (int64_t families = 1 + draw_below(state, 2); families > 0; families--)
    switch (draw_below(state, 12)) {
    case 0: add_random(s, 1, false, state); break;
    case 1: add_random(s, 3, false, state); break;
    case 2: add_random(s, 8, false, state); break;
    case 3: add_random(s, 2, true, state); break;
    case 4: add_tree(s, state); break;
    case 5: add_steps(s, 1, false); break;
    case 6: add_steps(s, 1 + draw_below(state, s->nodes), true); break;
    case 7: add_grid(s, state); break;
    case 8: add_hubs(s, state); break;
    case 9: add_clique(s, 2 + draw_below(state, 24)); break;
    case 10: add_random(s, 1, true, state); break;
    default: break; /* no edges */
    }
  if (draw_below(state, 4) == 0) s->nodes += draw_below(state, MOST_NODES - s->nodes + 1) / 8; /* isolated ones */
}

/* --- smaller ones --------------------------------------------------------------------------------------- */

void sketch_remove_edges(sketch *s, int64_t first, int64_t count) {
  size_t behind = (size_t)(s->edges - first - count);
  memmove(s->from + first, s->from + first + count, behind * sizeof *s->from);
  memmove(s->to + first, s->to + first + count, behind * sizeof *s->to);
  s->edges -= count;
}

static bool is_among(int64_t i, int64_t first, int64_t count) { return i >= first && i < first + count; }

void sketch_remove_nodes(sketch *s, int64_t first, int64_t count) {
  int64_t kept = 0;
  for (int64_t e = 0; e < s->edges; e++) {
    int64_t a = s->from[e], b = s->to[e];
    if (is_among(a, first, count) || is_among(b, first, count)) continue;
    s->from[kept] = a < first ? a : a - count;
    s->to[kept++] = b < first ? b : b - count;
  }
  s->edges = kept;
  s->nodes -= count;
}

void sketch_print(const sketch *s) {
  printf("# %s, %lld nodes, %lld edges:\n", s->directed ? "directed" : "undirected", (long long)s->nodes,
         (long long)s->edges);
  for (int64_t e = 0; e < s->edges; e++) printf("#   %lld %lld\n", (long long)s->from[e], (long long)s->to[e]);
}

khop_graph *sketch_graph(const sketch *s) {
  khop_graph *graph = NULL;
  if (khop_graph_from_coo(&graph, s->nodes, s->edges, s->from, s->to, s->directed) == KHOP_OK) return graph;
  fprintf(stderr, "differential: %s\n", khop_message());
  exit(1);
}
