/* places.c: the graphs that checksums are taken on, and the forms of their rings: see bits.h. */
#include "bits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- forms ---------------------------------------------------------------------------------------- */

const char *const form_names[FORMS] = {"stored", "matrix-free", "ladder", "bitmap", "auto"};
static const khop_form forms[FORMS] = {KHOP_STORED, KHOP_MATRIX_FREE, KHOP_LADDER, KHOP_BITMAP, KHOP_AUTO};

khop_rings_options options_in(int form) {
  return (khop_rings_options){.form = forms[form], .max_bytes = (int64_t)1 << 30};
}

khop_rings *rings_in(const place *p, int form) {
  khop_rings *rings = NULL;
  khop_rings_options options = options_in(form);
  TRY(khop_rings_build(&rings, p->graph, p->count, p->hops, &options));
  return rings;
}

/* --- generated graphs --------------------------------------------------------------------------------- */

typedef struct edges {
  int64_t count, *from, *to;
} edges;

static edges edges_new(int64_t most) {
  return (edges){0, room((size_t)most, sizeof(int64_t)), room((size_t)most, sizeof(int64_t))};
}

static void join(edges *e, int64_t from, int64_t to) {
  e->from[e->count] = from;
  e->to[e->count++] = to;
}

static khop_graph *graph_of(edges *e, int64_t nodes, bool directed) {
  khop_graph *graph = NULL;
  TRY(khop_graph_from_coo(&graph, nodes, e->count, e->from, e->to, directed));
  free(e->from);
  free(e->to);
  return graph;
}

static khop_graph *grid(int dimensions, const int64_t *shape, bool periodic, bool corners, bool directed) {
  khop_graph *graph = NULL;
  const bool wraps[3] = {periodic, periodic, periodic};
  TRY(khop_graph_grid(&graph, dimensions, shape, wraps, corners, directed));
  return graph;
}

/* Pairs drawn evenly, loops and repeats among them. */
static khop_graph *random_graph(int64_t nodes, int64_t count, bool directed, uint64_t seed) {
  edges e = edges_new(count);
  for (int64_t i = 0; i < count; i++) {
    int64_t from = (int64_t)(draw(&seed) % (uint64_t)nodes);
    join(&e, from, (int64_t)(draw(&seed) % (uint64_t)nodes));
  }
  return graph_of(&e, nodes, directed);
}

static khop_graph *tree(int64_t nodes, uint64_t seed) {
  edges e = edges_new(nodes);
  for (int64_t i = 1; i < nodes; i++) join(&e, i, (int64_t)(draw(&seed) % (uint64_t)i));
  return graph_of(&e, nodes, false);
}

/* Groups of 30 nodes with half of all pairs, and an edge from each node to anywhere: neighbours have neighbours
 * in common. */
static khop_graph *groups(int64_t nodes, uint64_t seed) {
  edges e = edges_new(nodes * 31);
  for (int64_t i = 0; i < nodes; i++) {
    for (int64_t j = i / 30 * 30; j < i; j++)
      if (draw(&seed) & 1) join(&e, i, j);
    join(&e, i, (int64_t)(draw(&seed) % (uint64_t)nodes));
  }
  return graph_of(&e, nodes, false);
}

/* A hub of half the nodes, a cycle of a quarter, and a quarter without an edge. */
static khop_graph *pieces(int64_t nodes) {
  edges e = edges_new(nodes);
  int64_t half = nodes / 2, quarter = nodes / 4;
  for (int64_t i = 1; i < half; i++) join(&e, 0, i);
  for (int64_t i = 0; i < quarter; i++) join(&e, half + i, half + (i + 1) % quarter);
  return graph_of(&e, nodes, false);
}

/* --- all of them ------------------------------------------------------------------------------------------ */

typedef struct list {
  place *places;
  int count;
} list;

static place *add(list *l, const char *name, khop_graph *graph, int count, const int *hops) {
  place *p = &l->places[l->count++];
  *p = (place){.name = name, .needs = "-", .graph = graph, .made = graph, .count = count};
  memcpy(p->hops, hops, (size_t)count * sizeof *hops);
  return p;
}

/* A graph of a file; NULL where there is no such file. */
static place *add_file(list *l, const char *name, const char *folder, const char *file, int count, const int *hops) {
  char path[4096];
  khop_graph *graph = NULL;
  khop_data *data = NULL;
  snprintf(path, sizeof path, "%s/%s", folder, file);
  if (access(path, R_OK) != 0) return NULL;
  if (strstr(file, ".npz")) {
    TRY(khop_data_load(&data, path, NULL));
    place *p = add(l, name, NULL, count, hops);
    p->data = data;
    p->graph = khop_data_graph(data);
    return p;
  }
  TRY(khop_graph_read(&graph, path, NULL));
  return add(l, name, graph, count, hops);
}

static void add_real(list *l, const char *folder) {
  static const struct {
    const char *name, *file;
    int count, hops[4];
    bool products;
  } sets[] = {
      {"cora", "cora.npz", 4, {0, 1, 2, 3}, true},
      {"texas", "texas.npz", 4, {0, 1, 2, 3}, false},
      {"photo", "amazon_electronics_photo.npz", 3, {0, 1, 2}, true},
      {"power_grid", "power_grid.npz", 4, {0, 2, 5, 8}, true},
      {"minesweeper", "minesweeper.npz", 3, {0, 1, 4}, true},
  };
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    place *p = add_file(l, sets[i].name, folder, sets[i].file, sets[i].count, sets[i].hops);
    if (!p) continue;
    p->needs = sets[i].name;
    p->large = strcmp(p->name, "texas") != 0;
    p->widest = 64;
    p->products = sets[i].products;
  }
}

int places_new(place *places, const char *shipped, const char *real, bool large) {
  static const int near[] = {0, 1, 2, 4}, far[] = {0, 3, 8, 17}, two[] = {0, 1, 2};
  list l = {places, 0};
  place *karate = add_file(&l, "karate", shipped, "karate.graphml", 4, near);
  if (karate) karate->products = true;
  add(&l, "grid", grid(2, (int64_t[]){18, 25}, false, false, false), 4, near)->products = true;
  add(&l, "grid_far", grid(2, (int64_t[]){18, 25}, false, false, false), 4, far)->products = true;
  add(&l, "torus", grid(2, (int64_t[]){12, 13}, true, true, false), 4, near);
  add(&l, "path", grid(1, (int64_t[]){300}, false, false, true), 4, far);
  add(&l, "cube", grid(3, (int64_t[]){7, 8, 9}, false, false, false), 4, near);
  add(&l, "random", random_graph(500, 1500, true, 1), 4, near)->products = true;
  add(&l, "dense", random_graph(160, 3000, false, 2), 3, two)->products = true;
  add(&l, "tree", tree(700, 3), 4, near);
  add(&l, "groups", groups(600, 4), 4, near)->products = true;
  add(&l, "pieces", pieces(400), 4, near);
  if (!large) return l.count;
  place *many = add(&l, "many", random_graph(2500, 50000, false, 5), 2, two);
  many->large = many->products = true; /* wide features of it stand outside most second-level caches */
  many->widest = 256;
  if (real) add_real(&l, real);
  return l.count;
}

void places_free(place *places, int count) {
  for (int i = 0; i < count; i++) {
    khop_graph_free(places[i].made);
    khop_data_free(places[i].data);
  }
}
