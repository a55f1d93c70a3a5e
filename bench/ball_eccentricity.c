/* ball_eccentricity.c: how far the farthest node within so many hops lies, by the lengths of roads.
 *
 * bench_ball_eccentricity HOPS < graph > eccentricities: for each node the longest of the shortest ways to the nodes of
 * its ball, over nodes of the ball alone: the labels of City-Networks (Liang et al., 2025). The graph comes in native
 * 64 bits: nodes, arcs, offsets (nodes + 1), targets (arcs), lengths (arcs, double); a double a node goes out. */
#include "bench.h"

typedef struct roads {
  int64_t nodes, arcs;
  int64_t *offsets, *targets;
  double *lengths;
} roads;

/* What a search needs: nodes of the ball are those whose stamp is the source's. */
typedef struct search {
  int64_t *ball, *stamp, *hop; /* (nodes) */
  double *far;                 /* (nodes) shortest way so far */
  int64_t *heap, *at;          /* (nodes) nodes by far, nearest first; where each stands, -1: nowhere */
  int64_t waiting;
} search;

static void read_all(void *to, int64_t count, size_t size) {
  if (fread(to, size, (size_t)count, stdin) == (size_t)count) return;
  fprintf(stderr, "bench_ball_eccentricity: the graph ends early\n");
  exit(1);
}

static roads read_roads(void) {
  roads r;
  read_all(&r.nodes, 1, sizeof r.nodes);
  read_all(&r.arcs, 1, sizeof r.arcs);
  must(khop_i_alloc(&r.offsets, r.nodes + 1, sizeof *r.offsets, "roads"));
  must(khop_i_alloc(&r.targets, r.arcs, sizeof *r.targets, "roads"));
  must(khop_i_alloc(&r.lengths, r.arcs, sizeof *r.lengths, "roads"));
  read_all(r.offsets, r.nodes + 1, sizeof *r.offsets);
  read_all(r.targets, r.arcs, sizeof *r.targets);
  read_all(r.lengths, r.arcs, sizeof *r.lengths);
  return r;
}

static void mark_ball(search *s, const roads *r, int64_t source, int64_t hops) {
  int64_t count = 1;
  s->ball[0] = source, s->stamp[source] = source, s->hop[source] = 0;
  for (int64_t b = 0; b < count; b++) {
    int64_t i = s->ball[b];
    s->far[i] = 1e300, s->at[i] = -1;
    for (int64_t a = r->offsets[i]; s->hop[i] < hops && a < r->offsets[i + 1]; a++) {
      int64_t j = r->targets[a];
      if (s->stamp[j] == source) continue;
      s->stamp[j] = source, s->hop[j] = s->hop[i] + 1, s->ball[count++] = j;
    }
  }
}

/* --- a binary heap whose entries come nearer ---------------------------------------------------- */

static void put(search *s, int64_t place, int64_t node) { s->heap[place] = node, s->at[node] = place; }

static void rise(search *s, int64_t node) {
  int64_t place = s->at[node] < 0 ? s->waiting++ : s->at[node];
  for (; place > 0 && s->far[s->heap[(place - 1) / 2]] > s->far[node]; place = (place - 1) / 2)
    put(s, place, s->heap[(place - 1) / 2]);
  put(s, place, node);
}

static int64_t take_nearest(search *s) {
  int64_t nearest = s->heap[0], last = s->heap[--s->waiting], place = 0;
  for (int64_t child = 1; child < s->waiting; child = 2 * place + 1) {
    if (child + 1 < s->waiting && s->far[s->heap[child + 1]] < s->far[s->heap[child]]) child++;
    if (s->far[s->heap[child]] >= s->far[last]) break;
    put(s, place, s->heap[child]);
    place = child;
  }
  if (s->waiting) put(s, place, last);
  return nearest;
}

static double eccentricity(search *s, const roads *r, int64_t source, int64_t hops) {
  double farthest = 0;
  mark_ball(s, r, source, hops);
  s->far[source] = 0;
  rise(s, source);
  while (s->waiting) {
    int64_t i = take_nearest(s);
    farthest = s->far[i];
    for (int64_t a = r->offsets[i]; a < r->offsets[i + 1]; a++) {
      int64_t j = r->targets[a];
      if (s->stamp[j] != source || s->far[i] + r->lengths[a] >= s->far[j]) continue;
      s->far[j] = s->far[i] + r->lengths[a];
      rise(s, j);
    }
  }
  return farthest;
}

int main(int argc, char **argv) {
  if (argc != 2 || atoi(argv[1]) < 1) usage("bench_ball_eccentricity HOPS < graph > eccentricities");
  roads r = read_roads();
  search s = {0};
  int64_t **const arrays[] = {&s.ball, &s.stamp, &s.hop, &s.heap, &s.at};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
    must(khop_i_alloc(arrays[k], r.nodes, sizeof **arrays[k], "a search"));
  must(khop_i_alloc(&s.far, r.nodes, sizeof *s.far, "a search"));
  for (int64_t i = 0; i < r.nodes; i++) s.stamp[i] = -1;
  for (int64_t i = 0; i < r.nodes; i++) {
    double found = eccentricity(&s, &r, i, atoi(argv[1]));
    if (fwrite(&found, sizeof found, 1, stdout) != 1) return 1;
  }
  return fflush(stdout) != 0;
}
