/* A graph neural network with its weights, as C99: it needs libm and nothing else. Written by khop 0.2.0.
 *
 *   int club_run(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x);
 *
 *   out      (nodes, 2) the probability of each class
 *   offsets  (nodes + 1), targets (offsets[nodes]) the arcs of node i lead to targets[offsets[i]] ..
 *            targets[offsets[i + 1] - 1], ascending, each once; an edge without a direction is two arcs,
 *            and an arc of a node to itself counts nowhere
 *   x        (nodes, 34) the features; each row is divided by its sum in here
 *
 * It returns CLUB_OK (0), CLUB_BAD_GRAPH (1: offsets that fall, targets out of range, unsorted or repeated),
 * CLUB_NO_MEMORY (2), or CLUB_NOT_FINITE (3: a feature or an output is NaN or infinite).
 * club_run takes its memory from malloc; club_run_in, which is all there is with -ffreestanding, takes
 * club_workspace bytes, on a multiple of 8, from its caller. Calls from several threads at once are fine.
 *
 * columns of x:
 *   0 .. 33  nodes: identity
 *
 * columns of out:
 *   0  Mr. Hi
 *   1  Officer
 */
#include <stddef.h>
#include <stdint.h>
#if __STDC_HOSTED__
#include <math.h>
#include <stdlib.h>
#else
double sqrt(double x);
double exp(double x);
#endif

enum { CLUB_OK = 0, CLUB_BAD_GRAPH = 1, CLUB_NO_MEMORY = 2, CLUB_NOT_FINITE = 3 };

/* Bytes of workspace; 0 where they cannot be counted. */
size_t club_workspace(int64_t nodes, int64_t arcs);
int club_run_in(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x, void *workspace, size_t bytes);
#if __STDC_HOSTED__
int club_run(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x);
#endif

typedef float club_real;

/* --- memory ------------------------------------------------------------------------------------- */

/* What hands out the workspace; without one it only counts. */
typedef struct club_arena {
  unsigned char *memory;
  size_t used;
  int overflow; /* sizes beyond size_t */
} club_arena;

/* Room for rows times bytes, on a multiple of 8. */
static void *club_take(club_arena *arena, int64_t rows, size_t bytes) {
  size_t at = arena->used;
  if (arena->overflow || rows < 0 || (uint64_t)rows > (SIZE_MAX / 2 - at) / (bytes + 8)) {
    arena->overflow = 1;
    return NULL;
  }
  arena->used += ((size_t)rows * bytes + 7) / 8 * 8;
  return arena->memory ? arena->memory + at : NULL;
}

/* --- the graph ---------------------------------------------------------------------------------- */

typedef struct club_graph {
  int64_t nodes;
  const int64_t *offsets; /* (nodes + 1) */
  const int32_t *targets; /* (offsets[nodes]) ascending within a row */
} club_graph;

static int club_good_graph(const club_graph *graph) {
  if (graph->nodes < 0 || graph->nodes > INT32_MAX || graph->offsets[0] != 0) return 0;
  for (int64_t i = 0; i < graph->nodes; i++) {
    if (graph->offsets[i + 1] < graph->offsets[i]) return 0;
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++)
      if (graph->targets[a] < 0 || graph->targets[a] >= graph->nodes ||
          (a > graph->offsets[i] && graph->targets[a] <= graph->targets[a - 1]))
        return 0;
  }
  return 1;
}

static int club_is_finite(club_real x) { return x - x == 0; }

/* The arcs turned around: a counting sort, so that rows ascend. */
static void club_turn(int64_t *offsets, int32_t *targets, const club_graph *graph) {
  int64_t n = graph->nodes;
  for (int64_t i = 0; i <= n; i++) offsets[i] = 0;
  for (int64_t a = 0; a < graph->offsets[n]; a++) offsets[graph->targets[a] + 1]++;
  for (int64_t i = 0; i < n; i++) offsets[i + 1] += offsets[i];
  for (int64_t i = 0; i < n; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++)
      targets[offsets[graph->targets[a]]++] = (int32_t)i;
  for (int64_t i = n; i > 0; i--) offsets[i] = offsets[i - 1];
  offsets[0] = 0;
}

/* The arcs of both, each once. */
static void club_join(int64_t *offsets, int32_t *targets, const club_graph *a, const club_graph *b) {
  int64_t count = 0;
  offsets[0] = 0;
  for (int64_t i = 0; i < a->nodes; i++) {
    int64_t p = a->offsets[i], q = b->offsets[i];
    while (p < a->offsets[i + 1] || q < b->offsets[i + 1]) {
      int32_t left = p < a->offsets[i + 1] ? a->targets[p] : INT32_MAX;
      int32_t right = q < b->offsets[i + 1] ? b->targets[q] : INT32_MAX;
      p += left <= right;
      q += right <= left;
      targets[count++] = left < right ? left : right;
    }
    offsets[i + 1] = count;
  }
}

/* --- rings -------------------------------------------------------------------------------------- */

enum { club_NORM_NONE, club_NORM_ROW, club_NORM_SYM, club_NORM_COL };

/* Which entries a tap has. */
typedef struct club_tap {
  int hop;
  int part; /* -1: all; of hop 1 the type of the arcs; of more, 0: those along marked types, 1: the others */
} club_tap;

/* What an op reads: a ring, or another operator, a tap. */
typedef struct club_rings {
  int taps;
  const club_tap *tap; /* (taps) */
  int deepest;          /* the largest hop */
  int ball;             /* up to the hop, not at it */
  int walks;            /* 0: rings; 1: whether walks of so many arcs lead there, 2: how many do */
  int norm;
  int loops;            /* each node itself is added where it is not there */
  int identity;         /* hop 0 is the node itself, as it is */
  unsigned long along;  /* the marked types of arcs, a bit each */
  int direction;        /* of the graphs in club_work: along the arcs, against them, both */
} club_rings;

typedef struct club_search {
  const club_rings *of; /* what was searched last, and from where */
  int32_t source;
  int64_t reached;
  int32_t *queue, *distance; /* (nodes) distance -1: not seen */
  uint8_t *marked;           /* (nodes) on a shortest path along marked types alone */
  double *walks, *more;      /* (nodes) 0 where none */
  int32_t *column, *other;   /* (nodes + 1) */
  double *value;             /* (nodes + 1) */
  int overflow;              /* walks beyond the numbers */
} club_search;

static int club_is_along(const club_rings *r, const uint8_t *types, int64_t arc) {
  return types && types[arc] < 32 && (r->along >> types[arc] & 1) != 0;
}

/* The nodes within the largest hop, nearest first. */
static void club_search_from(club_search *s, const club_rings *r, const club_graph *graph, const uint8_t *types,
                              int32_t source) {
  int64_t head = 0;
  for (int64_t q = 0; q < s->reached; q++) s->distance[s->queue[q]] = -1;
  s->of = r;
  s->source = source;
  s->reached = 0;
  s->queue[s->reached++] = source;
  s->distance[source] = 0;
  s->marked[source] = 1;
  while (head < s->reached) {
    int32_t u = s->queue[head++], next = s->distance[u] + 1;
    if (next > r->deepest) break;
    for (int64_t a = graph->offsets[u]; a < graph->offsets[u + 1]; a++) {
      int32_t v = graph->targets[a];
      if (s->distance[v] < 0) {
        s->distance[v] = next;
        s->marked[v] = 0;
        s->queue[s->reached++] = v;
      }
      if (s->distance[v] == next && s->marked[u] && club_is_along(r, types, a)) s->marked[v] = 1;
    }
  }
}

/* The arcs of one type. */
static int64_t club_arcs_row(club_search *s, const club_tap *tap, const club_graph *graph, const uint8_t *types,
                              int32_t i) {
  int64_t count = 0;
  for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++) {
    if (types[a] != tap->part || graph->targets[a] == i) continue;
    s->column[count] = graph->targets[a];
    s->value[count++] = 1;
  }
  return count;
}

static int64_t club_ring_row(club_search *s, const club_rings *r, const club_tap *tap, const club_graph *graph,
                              const uint8_t *types, int32_t i) {
  int64_t count = 0;
  if (tap->hop == 1 && tap->part >= 0) return club_arcs_row(s, tap, graph, types, i);
  if (s->of != r || s->source != i) club_search_from(s, r, graph, types, i);
  for (int64_t q = 0; q < s->reached; q++) {
    int32_t v = s->queue[q];
    if (r->ball ? s->distance[v] > tap->hop : s->distance[v] != tap->hop) continue;
    if (tap->part >= 0 && tap->hop > 1 && s->marked[v] == tap->part) continue;
    s->column[count] = v;
    s->value[count++] = 1;
  }
  return count;
}

/* --- the model ------------------------------------------------------------------------------------ */

static const club_tap club_t1[1] = {
    {1, -1}};
static const club_rings club_r1 = {1, club_t1, 1, 0, 0, 2, 1, 1, 0UL, 2};
static const club_real club_w1[136] = {
    0xb00f13p-24f, 0x2cbed5p-22f, -0xfdcd89p-24f, 0xac189fp-24f, 0xc05041p-24f, 0x6f92abp-23f, -0x6c672dp-24f, 0x612bb7p-23f,
    -0x9bc9edp-25f, -0x56bb1fp-25f, 0xa5ad1dp-25f, -0x4e1455p-23f, 0x96b793p-25f, 0x4ffb31p-23f, -0x9f1a1p-20f, 0x4b4787p-23f,
    0xc91dbfp-24f, 0x8a2769p-25f, -0x91f241p-24f, 0xe1b4cfp-25f, 0xf2aff3p-25f, 0x832e5p-20f, -0xaa1737p-24f, 0x6ce0f5p-23f,
    0x8146a7p-23f, 0x5c4fbdp-24f, -0x7e8e6dp-24f, 0x10fe67p-20f, 0x816435p-23f, 0x6950afp-23f, -0x82ecc1p-23f, 0x9818a9p-24f,
    -0x9adb89p-24f, -0x63fa7fp-23f, 0xf3c011p-24f, -0xac52fdp-25f, -0xca6841p-25f, -0x9eb857p-24f, 0xda24f3p-25f, -0x4ce529p-23f,
    0xcb3761p-24f, 0xd41cb1p-24f, -0xc612c5p-24f, 0xff2001p-25f, 0xde7f1fp-24f, 0xc26e29p-24f, -0x658779p-23f, 0x87c667p-23f,
    0x796657p-23f, 0xc433b3p-24f, -0xdb08bbp-25f, 0x6dfc9dp-23f, 0x181645p-21f, 0xbd94c3p-24f, -0xa17005p-24f, 0x547dbp-20f,
    -0x4b4cd7p-23f, -0xd8285fp-25f, 0xec5a8dp-25f, -0x8e8e0bp-24f, -0x5c2fabp-24f, -0x7318d9p-24f, 0x9d862bp-24f, -0x47c63fp-23f,
    0x802b87p-23f, 0x626991p-23f, -0x29ae9p-19f, 0xbfacb9p-24f, 0xaaa6f5p-24f, 0xf15ef1p-25f, -0x21a847p-21f, 0x2a519fp-22f,
    -0x12d7cbp-21f, -0xcd874dp-25f, 0xf2311dp-25f, -0x239fcbp-22f, 0x26225fp-22f, 0xf8cb95p-25f, 0x9ee4dfp-24f, 0xca336bp-25f,
    -0x96c9p-16f, -0x457bd7p-23f, 0x136c6fp-21f, -0x8e5f95p-24f, 0x8cb4bdp-24f, 0xa051b7p-24f, -0x4369fbp-23f, 0x64a623p-23f,
    -0x96879bp-24f, -0x4a631dp-25f, 0x4f2933p-23f, -0x8e90efp-24f, -0x555bb7p-23f, -0x45bc61p-24f, 0x70bbefp-23f, -0xaa332bp-24f,
    -0x52061dp-23f, -0x3d893p-19f, 0xe01f4bp-24f, -0x992779p-24f, -0xe4db61p-25f, -0xb832d1p-24f, 0xbe2a5fp-24f, -0x49fd1bp-23f,
    -0x5e6471p-24f, -0x9a362fp-25f, 0x6e4c39p-24f, -0x1a0e29p-21f, -0xaa03abp-27f, -0x2ec1f5p-23f, 0x1d55c5p-21f, 0x19fcf5p-24f,
    -0x26b0bbp-22f, -0x200a71p-23f, 0x838d27p-24f, -0x8b3843p-24f, -0x53f0dfp-24f, -0x86771dp-24f, 0xc3a645p-24f, -0x22d5cfp-24f,
    -0x421947p-22f, -0x602467p-24f, 0x3898e9p-22f, -0x34316fp-23f, -0xa5a68bp-24f, -0xb48707p-26f, 0xafe57p-21f, -0xe61e59p-25f,
    -0xbce547p-24f, -0x4c4753p-23f, 0x39389p-18f, -0xc12dadp-24f, -0x8a189bp-25f, -0x234be3p-22f, 0xb23dafp-24f, -0x58e205p-24f};
static const club_real club_b1[4] = {
    0xb3c0ddp-25f, 0x9f4695p-25f, 0x911339p-24f, 0x2d42ebp-23f};
static const club_tap club_t3[1] = {
    {1, -1}};
static const club_rings club_r3 = {1, club_t3, 1, 0, 0, 2, 1, 1, 0UL, 2};
static const club_real club_w3[8] = {
    0xbc8c0fp-27f, -0xd44ee5p-23f, 0x5fb267p-22f, -0x10a8b9p-20f, -0x4d9835p-22f, 0x66cd05p-22f, 0x4c13ddp-22f, -0x6fd51fp-23f};
static const club_real club_b3[2] = {
    -0x1453b1p-21f, 0x28a761p-22f};

/* --- the run -------------------------------------------------------------------------------------- */

typedef struct club_work {
  int64_t nodes;
  const club_real *x;
  club_graph graph[3]; /* along the arcs, against them, both */
  const uint8_t *types;
  club_search search;
  double *right;        /* (taps, nodes) what columns are scaled by, where they are */
  double *sum;          /* of a row that is gathered */
  double *total;        /* of a row that is computed */
  club_real *value[2];
} club_work;

/* The entries of a tap in row i, into the search's columns and values; their number is returned. */
static int64_t club_row(club_work *w, const club_rings *r, const club_tap *tap, int32_t i) {
  return club_ring_row(&w->search, r, tap, &w->graph[r->direction], w->types, i);
}

/* --- gathering ---------------------------------------------------------------------------------- */

/* The entries of a tap in row i, with the node itself where it is added, and not scaled yet. */
static int64_t club_pattern(club_work *w, const club_rings *r, int t, int32_t i) {
  int64_t count = club_row(w, r, &r->tap[t], i);
  if (r->loops && r->tap[t].hop > 0) {
    w->search.column[count] = i;
    w->search.value[count++] = 1;
  }
  return count;
}

static int club_is_identity(const club_rings *r, int t) { return r->identity && r->tap[t].hop == 0; }

static double club_inverse(double sum, int norm) {
  if (!(sum > 0)) return 0;
  return norm == club_NORM_SYM ? 1 / sqrt(sum) : 1 / sum;
}

/* What the columns are scaled by, which takes every row once: right (taps, nodes). */
static void club_scale_columns(club_work *w, const club_rings *r) {
  int64_t n = w->nodes;
  if (r->norm < club_NORM_SYM) return;
  for (int64_t e = 0; e < r->taps * n; e++) w->right[e] = 0;
  for (int64_t i = 0; i < n; i++)
    for (int t = 0; t < r->taps; t++) {
      int64_t count = club_is_identity(r, t) ? 0 : club_pattern(w, r, t, (int32_t)i);
      for (int64_t e = 0; e < count; e++) w->right[t * n + w->search.column[e]] += w->search.value[e];
    }
  for (int64_t e = 0; e < r->taps * n; e++) w->right[e] = club_inverse(w->right[e], r->norm);
}

/* The entries of a tap in row i as they are scaled. */
static int64_t club_entries(club_work *w, const club_rings *r, int t, int32_t i) {
  club_search *s = &w->search;
  int64_t count = club_pattern(w, r, t, i);
  double left = 1, sum = 0;
  if (club_is_identity(r, t) || r->norm == club_NORM_NONE) return count;
  for (int64_t e = 0; e < count; e++) sum += s->value[e];
  if (r->norm != club_NORM_COL) left = club_inverse(sum, r->norm);
  for (int64_t e = 0; e < count; e++)
    s->value[e] *= left * (r->norm < club_NORM_SYM ? 1 : w->right[t * w->nodes + s->column[e]]);
  return count;
}

/* sum (f): row i of a tap times x (nodes, f). */
static void club_gather(club_work *w, const club_rings *r, int t, int32_t i, const club_real *x, int64_t f) {
  int64_t count = club_entries(w, r, t, i);
  for (int64_t c = 0; c < f; c++) w->sum[c] = 0;
  for (int64_t e = 0; e < count; e++) {
    const club_real *row = x + w->search.column[e] * f;
    double value = w->search.value[e];
    for (int64_t c = 0; c < f; c++) w->sum[c] += value * (double)row[c];
  }
}

/* y (nodes, g), or beside one another (nodes, taps g): the sum over the taps of R_t x W_t, W (taps, f / groups, g). */
static void club_conv(club_real *y, club_work *w, const club_rings *r, const club_real *x, int64_t f,
                       const club_real *weights, const club_real *bias, int64_t g, int64_t groups, int concat) {
  int64_t columns = concat ? r->taps * g : g, in = f / groups, wide = g / groups;
  club_scale_columns(w, r);
  for (int64_t i = 0; i < w->nodes; i++) {
    for (int64_t o = 0; o < columns; o++) w->total[o] = bias ? (double)bias[o] : 0;
    for (int t = 0; t < r->taps; t++) {
      double *to = w->total + (concat ? t * g : 0);
      club_gather(w, r, t, (int32_t)i, x, f);
      for (int64_t c = 0; c < f; c++) {
        const club_real *row = weights + (t * in + c % in) * g;
        double a = w->sum[c];
        int64_t first = c / in * wide;
        if (a == 0) continue; /* bags of words are mostly zeros */
        for (int64_t o = first; o < first + wide; o++) to[o] += a * (double)row[o];
      }
    }
    for (int64_t o = 0; o < columns; o++) y[i * columns + o] = (club_real)w->total[o];
  }
}

/* Each row of the features divided by its sum, where that is not 0. */
static void club_divide_rows(club_real *y, const club_real *x, int64_t rows, int64_t f) {
  for (int64_t i = 0; i < rows; i++) {
    double sum = 0;
    for (int64_t c = 0; c < f; c++) sum += (double)x[i * f + c];
    if (sum > -2.2250738585072014e-308 && sum < 2.2250738585072014e-308) sum = 1;
    for (int64_t c = 0; c < f; c++) y[i * f + c] = (club_real)((double)x[i * f + c] / sum);
  }
}

static void club_relu(club_real *y, const club_real *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : 0;
}

/* Each row becomes probabilities that add up to 1. */
static void club_softmax(club_real *y, int64_t rows, int64_t f) {
  for (int64_t i = 0; i < rows; i++) {
    club_real *row = y + i * f;
    double largest = (double)row[0], sum = 0;
    for (int64_t c = 1; c < f; c++) largest = (double)row[c] > largest ? (double)row[c] : largest;
    for (int64_t c = 0; c < f; c++) sum += exp((double)row[c] - largest);
    for (int64_t c = 0; c < f; c++) row[c] = (club_real)(exp((double)row[c] - largest) / sum);
  }
}

/* Where everything stands in the workspace. */
static void club_lay_out(club_work *w, club_arena *arena, int64_t nodes, int64_t arcs, int64_t **offsets, int32_t **targets) {
  club_search *s = &w->search;
  offsets[0] = club_take(arena, nodes + 1, sizeof **offsets);
  targets[0] = club_take(arena, arcs, sizeof **targets);
  offsets[1] = club_take(arena, nodes + 1, sizeof **offsets);
  targets[1] = club_take(arena, arcs, 2 * sizeof **targets);
  s->column = club_take(arena, nodes + 1, sizeof *s->column);
  s->value = club_take(arena, nodes + 1, sizeof *s->value);
  s->queue = club_take(arena, nodes, sizeof *s->queue);
  s->distance = club_take(arena, nodes, sizeof *s->distance);
  s->marked = club_take(arena, nodes, sizeof *s->marked);
  w->right = club_take(arena, nodes, 1 * sizeof *w->right);
  w->sum = club_take(arena, 34, sizeof *w->sum);
  w->total = club_take(arena, 4, sizeof *w->total);
  w->value[0] = club_take(arena, nodes, 34 * sizeof *w->value[0]);
  w->value[1] = club_take(arena, nodes, 4 * sizeof *w->value[1]);
}

size_t club_workspace(int64_t nodes, int64_t arcs) {
  club_work w;
  club_arena arena = {NULL, 0, 0};
  int64_t *more[2];
  int32_t *other[2];
  if (nodes < 0 || nodes > INT32_MAX || arcs < 0) return 0;
  club_lay_out(&w, &arena, nodes, arcs, more, other);
  return arena.overflow ? 0 : arena.used + 8;
}

static int club_forward(club_real *out, club_work *w) {
  /*  0  input                   -> 34 columns */
  club_divide_rows(w->value[0], w->x, w->nodes, 34);
  /*  1  conv                  of 0  -> 4 columns  140 parameters  ring 1, sym with self-loops, all, full */
  club_conv(w->value[1], w, &club_r1, w->value[0], 34, club_w1, club_b1, 4, 1, 0);
  /*  2  relu                  of 1  -> 4 columns */
  club_relu(w->value[0], w->value[1], w->nodes * 4);
  /*  3  conv                  of 2  -> 2 columns  10 parameters  ring 1, sym with self-loops, all, full */
  club_conv(w->value[1], w, &club_r3, w->value[0], 4, club_w3, club_b3, 2, 1, 0);
  /*  4  softmax_cross_entropy of 3  -> 1 columns */
  for (int64_t i = 0; i < w->nodes * 2; i++) {
    out[i] = w->value[1][i];
    if (!club_is_finite(out[i])) return CLUB_NOT_FINITE;
  }
  club_softmax(out, w->nodes, 2);
  return CLUB_OK;
}

int club_run_in(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x, void *workspace, size_t bytes) {
  club_work w;
  club_graph graph = {nodes, offsets, targets};
  club_arena arena = {workspace, 0, 0};
  int64_t *more[2];
  int32_t *other[2];
  if (!club_good_graph(&graph)) return CLUB_BAD_GRAPH;
  size_t needed = club_workspace(nodes, offsets[nodes]);
  if (needed == 0 || bytes < needed || (uintptr_t)workspace % 8 != 0) return CLUB_NO_MEMORY;
  for (int64_t i = 0; i < nodes * 34; i++)
    if (!club_is_finite(x[i])) return CLUB_NOT_FINITE;
  club_lay_out(&w, &arena, nodes, offsets[nodes], more, other);
  w.nodes = nodes;
  w.x = x;
  club_turn(more[0], other[0], &graph);
  w.graph[1] = (club_graph){nodes, more[0], other[0]};
  club_join(more[1], other[1], &graph, &w.graph[1]);
  w.graph[2] = (club_graph){nodes, more[1], other[1]};
  w.graph[0] = graph;
  w.types = NULL;
  w.search.of = NULL;
  w.search.source = -1;
  w.search.reached = 0;
  w.search.overflow = 0;
  for (int64_t i = 0; i < nodes; i++) w.search.distance[i] = -1;
  return club_forward(out, &w);
}

#if __STDC_HOSTED__
int club_run(float *out, int64_t nodes, const int64_t *offsets, const int32_t *targets, const float *x) {
  if (nodes < 0 || nodes > INT32_MAX) return CLUB_BAD_GRAPH;
  size_t bytes = club_workspace(nodes, offsets[nodes]);
  void *workspace = bytes ? malloc(bytes) : NULL;
  if (!workspace) return CLUB_NO_MEMORY;
  int status = club_run_in(out, nodes, offsets, targets, x, workspace, bytes);
  free(workspace);
  return status;
}
#endif
