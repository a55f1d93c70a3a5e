/* test_grid.c: the proof of the idea: on grids, the k-hop convolution is the dilated convolution of
 * images and sequences. The judge is oneDNN.
 *
 *   directed path, against the arcs    causal dilated Conv1d, as in WaveNet: tap t at lag t d
 *   path, 4- and 8-neighbour grids,    Conv1d, Conv2d, Conv3d with zero padding, whose weights are
 *   6- and 26-neighbour grids          tied over each ring: W_t wherever the distance is t d
 *
 * The rings are those of a bounded grid. On a full rectangular grid a shortest path never has to
 * leave it, so distances are |dx| + |dy| (4 neighbours) or max(|dx|, |dy|) (8 neighbours) up to the
 * border, and the ring is the stencil of the image, clipped: zero padding. This is tested first; it
 * would fail on a grid with holes.
 */
#include "onednn.h"
#include "rings_check.h"

#include <khop/apply.h>

#define TOLERANCE 1e-5

/* --- one convolution ------------------------------------------------------------------------ */

typedef struct task {
  int dimensions;
  int64_t shape[3];
  bool corners, causal;
  int taps, dilation;
  int64_t f, g;
} task;

static int64_t nodes_of(const task *k) {
  int64_t n = 1;
  for (int d = 0; d < k->dimensions; d++) n *= k->shape[d];
  return n;
}

/* y, dx, dweights, dbias of a layer, one after the other, and what they are computed from. */
typedef struct numbers {
  int64_t n, weights;
  float *x, *w, *b, *dy;     /* (N, F), (T, F, G), (G), (N, G) */
  float *y, *dx, *dw, *db;
} numbers;

static void numbers_open(numbers *v, const task *k, khop_i_random *r) {
  *v = (numbers){.n = nodes_of(k), .weights = k->taps * k->f * k->g};
  float **in[] = {&v->x, &v->w, &v->b, &v->dy}, **out[] = {&v->dx, &v->dw, &v->db, &v->y};
  const int64_t size[] = {v->n * k->f, v->weights, k->g, v->n * k->g};
  for (int i = 0; i < 4; i++) {
    *in[i] = block_of(size[i], sizeof(float));
    *out[i] = block_of(size[i], sizeof(float));
    for (int64_t e = 0; e < size[i]; e++) (*in[i])[e] = random_real(r), (*out[i])[e] = NAN;
  }
}

static void numbers_close(numbers *v) {
  float *all[] = {v->x, v->w, v->b, v->dy, v->y, v->dx, v->dw, v->db};
  for (int i = 0; i < 8; i++) free(all[i]);
}

/* --- the k-hop layer ------------------------------------------------------------------------ */

typedef struct layer {
  khop_graph *graph;
  khop_rings *rings;
  khop_taps *taps;
} layer;

static void layer_open(layer *l, const task *k) {
  int hops[8];
  for (int t = 0; t < k->taps; t++) hops[t] = t * k->dilation;
  ok(khop_graph_grid(&l->graph, k->dimensions, k->shape, NULL, k->corners, k->causal));
  ok(khop_rings_build(&l->rings, l->graph, k->taps, hops,
                      &(khop_rings_options){.direction = KHOP_IN}));
  ok(khop_taps_new(&l->taps, l->rings, k->taps, hops, KHOP_NORM_NONE, false));
}

static void layer_run(numbers *v, const layer *l, const task *k) {
  ok(khop_conv_forward(v->y, l->taps, v->x, v->w, v->b, k->f, k->g, 0));
  ok(khop_conv_backward(v->dx, v->dw, v->db, l->taps, v->x, v->w, v->dy, k->f, k->g, 0));
}

static void layer_close(layer *l) {
  khop_taps_free(l->taps);
  khop_rings_free(l->rings);
  khop_graph_free(l->graph);
}

/* --- the same as a dense kernel of an image ---------------------------------------------------- */

/* How oneDNN is asked: a kernel of `size` positions a dimension, `step` apart, and for each position
 * of the kernel the tap whose weights stand there, or -1 for zeros. */
typedef struct stencil {
  int dimensions;
  int64_t size, step, before, after; /* padding */
  int64_t positions;                 /* size ^ dimensions */
  int *tap;                          /* (positions) */
} stencil;

static stencil stencil_of(const task *k) {
  int64_t radius = (k->taps - 1) * (int64_t)k->dilation;
  stencil s = {.dimensions = k->dimensions, .positions = 1, .before = radius};
  /* in one dimension the kernel is a dilated one; in more, a ring has entries between the dilated
   * positions too, and the kernel is dense */
  s.step = k->dimensions == 1 ? k->dilation : 1;
  s.size = (k->causal ? 1 : 2) * (radius / s.step) + 1;
  s.after = k->causal ? 0 : radius;
  for (int d = 0; d < k->dimensions; d++) s.positions *= s.size;
  s.tap = block_of(s.positions, sizeof *s.tap);
  for (int64_t p = 0; p < s.positions; p++) {
    int64_t sum = 0, largest = 0;
    for (int64_t rest = p, d = 0; d < k->dimensions; d++, rest /= s.size) {
      int64_t away = llabs(rest % s.size * s.step - radius);
      sum += away;
      if (away > largest) largest = away;
    }
    int64_t distance = k->corners ? largest : sum;
    s.tap[p] = distance % k->dilation || distance > radius ? -1 : (int)(distance / k->dilation);
  }
  return s;
}

/* --- oneDNN --------------------------------------------------------------------------------- */

static onednn open_judge(const task *k, const stencil *s) {
  onednn_task t = {.dimensions = k->dimensions, .f = k->f, .g = k->g, .groups = 1};
  for (int d = 0; d < k->dimensions; d++) {
    t.shape[d] = k->shape[d];
    t.kernel[d] = s->size;
    t.dilation[d] = s->step;
    t.before[d] = s->before;
    t.after[d] = s->after;
  }
  return onednn_open(&t);
}

/* What oneDNN makes of the same input, as doubles: y, dx, dw (summed over each ring), db. */
typedef struct verdict {
  double *y, *dx, *dw, *db;
} verdict;

static double *widened(const float *from, int64_t count) {
  double *to = block_of(count, sizeof *to);
  for (int64_t i = 0; i < count; i++) to[i] = (double)from[i];
  return to;
}

static verdict judged(const task *k, const numbers *v) {
  stencil s = stencil_of(k);
  onednn j = open_judge(k, &s);
  int64_t matrix = k->f * k->g, all = s.positions * matrix;
  float *kernel = block_of(all, sizeof *kernel), *dkernel = block_of(all, sizeof *dkernel);
  float *y = block_of(v->n * k->g, sizeof *y), *dx = block_of(v->n * k->f, sizeof *dx);
  float *db = block_of(k->g, sizeof *db);
  for (int64_t p = 0; p < s.positions; p++)
    if (s.tap[p] >= 0)
      memcpy(kernel + p * matrix, v->w + s.tap[p] * matrix, (size_t)matrix * sizeof *kernel);
  onednn_run(&j, FORWARD, (float *[]){v->x, kernel, v->b, y},
            (int[]){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST});
  onednn_run(&j, DATA, (float *[]){dx, kernel, NULL, v->dy},
            (int[]){DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, 0, DNNL_ARG_DIFF_DST});
  onednn_run(&j, WEIGHTS, (float *[]){v->x, dkernel, db, v->dy},
            (int[]){DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS, DNNL_ARG_DIFF_DST});
  verdict out = {widened(y, v->n * k->g), widened(dx, v->n * k->f),
                 block_of(v->weights, sizeof(double)), widened(db, k->g)};
  for (int64_t p = 0; p < s.positions; p++)
    for (int64_t i = 0; s.tap[p] >= 0 && i < matrix; i++)
      out.dw[s.tap[p] * matrix + i] += (double)dkernel[p * matrix + i];
  onednn_close(&j);
  free(kernel);
  free(dkernel);
  free(y);
  free(dx);
  free(db);
  free(s.tap);
  return out;
}

static void verdict_free(verdict *u) {
  free(u->y);
  free(u->dx);
  free(u->dw);
  free(u->db);
}

/* --- the comparison ------------------------------------------------------------------------- */

static bool agrees(const task *k, const numbers *v, const verdict *u, double *worst) {
  double d[] = {difference(v->y, u->y, v->n * k->g), difference(v->dx, u->dx, v->n * k->f),
                difference(v->dw, u->dw, v->weights), difference(v->db, u->db, k->g)};
  for (int i = 0; i < 4; i++)
    if (!(d[i] <= *worst)) *worst = d[i];
  return d[0] <= TOLERANCE && d[1] <= TOLERANCE && d[2] <= TOLERANCE && d[3] <= TOLERANCE;
}

/* Rings of the bounded grid are the stencil, clipped at the border. */
static bool rings_are_stencils(const khop_rings *rings, const task *k) {
  int64_t n = nodes_of(k);
  for (int slot = 0; slot < khop_rings_slots(rings); slot++)
    for (int64_t i = 0; i < n; i++) {
      const int32_t *columns;
      int64_t count = khop_rings_row(rings, slot, i, &columns, NULL), e = 0;
      for (int64_t j = 0; j < n; j++) {
        int64_t a = i, b = j, sum = 0, largest = 0;
        for (int d = k->dimensions - 1; d >= 0; d--) {
          int64_t away = llabs(a % k->shape[d] - b % k->shape[d]);
          sum += away;
          if (away > largest) largest = away;
          a /= k->shape[d];
          b /= k->shape[d];
        }
        if ((k->corners ? largest : sum) != khop_rings_hop(rings, slot) || (k->causal && j > i))
          continue;
        if (e == count || columns[e++] != j) return false;
      }
      if (e != count) return false;
    }
  return true;
}

static void prove(const task *k, khop_i_random *r, double *worst) {
  layer l;
  numbers v;
  numbers_open(&v, k, r);
  layer_open(&l, k);
  assert_true(rings_are_stencils(l.rings, k));
  layer_run(&v, &l, k);
  verdict u = judged(k, &v);
  if (!agrees(k, &v, &u, worst))
    fail_msg("%d-D %lld x %lld x %lld, corners %d, causal %d, %d taps, dilation %d, %lld to %lld: %g",
             k->dimensions, (long long)k->shape[0], (long long)k->shape[1], (long long)k->shape[2],
             k->corners, k->causal, k->taps, k->dilation, (long long)k->f, (long long)k->g, *worst);
  verdict_free(&u);
  layer_close(&l);
  numbers_close(&v);
}

static int64_t between(khop_i_random *r, int64_t low, int64_t high) {
  return low + khop_i_random_below(r, high - low + 1);
}

/* Dilations 1 to `most`, 2 and 3 taps, random shapes and channels: both orders of the product. */
static void prove_all(int dimensions, bool corners, bool causal, int most, int64_t longest,
                      int rounds) {
  khop_i_random r;
  khop_i_random_seed(&r, 31);
  double worst = 0;
  for (int round = 0; round < rounds; round++)
    for (int taps = 2; taps <= 3; taps++)
      for (int dilation = 1; dilation <= most; dilation++) {
        task k = {.dimensions = dimensions, .corners = corners, .causal = causal, .taps = taps,
                  .dilation = dilation, .f = between(&r, 1, 6), .g = between(&r, 1, 6)};
        for (int d = 0; d < dimensions; d++) k.shape[d] = between(&r, 1, longest);
        prove(&k, &r, &worst);
      }
  print_message("# largest relative difference %.2g\n", worst);
}

static void causal_sequence(void **state) {
  (void)state;
  prove_all(1, false, true, 8, 70, 4);
}
static void sequence(void **state) {
  (void)state;
  prove_all(1, false, false, 8, 70, 4);
}
static void image_4_neighbours(void **state) {
  (void)state;
  prove_all(2, false, false, 8, 24, 2);
}
static void image_8_neighbours(void **state) {
  (void)state;
  prove_all(2, true, false, 8, 24, 2);
}
static void volume_6_neighbours(void **state) {
  (void)state;
  prove_all(3, false, false, 3, 8, 1);
}
static void volume_26_neighbours(void **state) {
  (void)state;
  prove_all(3, true, false, 3, 8, 1);
}

/* --- the checker is checked ----------------------------------------------------------------- */

/* One weight, one ring entry, one number that is not one: the comparison must fail each time. */
static void breaks_are_seen(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 32);
  const task tasks[] = {{1, {40, 0, 0}, false, true, 3, 4, 3, 2},
                        {1, {40, 0, 0}, false, false, 3, 4, 3, 2},
                        {2, {12, 15, 0}, false, false, 3, 2, 2, 4},
                        {2, {12, 15, 0}, true, false, 3, 2, 4, 3}};
  for (int t = 0; t < 4; t++) {
    const task *k = &tasks[t];
    layer l;
    numbers v;
    numbers_open(&v, k, &r);
    layer_open(&l, k);
    verdict u = judged(k, &v);
    int64_t middle = v.n / 2, entry = khop_i_hop_csr_begin(l.rings->csr, middle, 1);
    assert_true(entry < khop_i_hop_csr_end(l.rings->csr, middle, 1));
    for (int broken = 0; broken < 7; broken++) {
      float held = v.w[3];
      int32_t column = l.rings->csr->columns[entry];
      double worst = 0;
      if (broken == 1) v.w[3] += 1e-3f;
      if (broken == 2) l.rings->csr->columns[entry] = (int32_t)middle;
      layer_run(&v, &l, k);
      if (broken == 3) v.y[5] = NAN;
      if (broken == 4) v.dx[5] = INFINITY;
      if (broken == 5) v.dw[0] = NAN;
      if (broken == 6) v.db[0] *= 1.001f;
      assert_int_equal(agrees(k, &v, &u, &worst), broken == 0);
      v.w[3] = held;
      l.rings->csr->columns[entry] = column;
    }
    assert_true(rings_are_stencils(l.rings, k));
    l.rings->csr->columns[entry] = (int32_t)middle;
    assert_false(rings_are_stencils(l.rings, k));
    verdict_free(&u);
    layer_close(&l);
    numbers_close(&v);
  }
}

/* The border matters: on a grid with a hole the ring is not the stencil, and the layer is another. */
static void holes_are_seen(void **state) {
  (void)state;
  const task k = {2, {5, 5, 0}, false, false, 2, 4, 1, 1};
  int64_t from[40], to[40], count = 0;
  for (int64_t i = 0; i < 25; i++) {
    if (i % 5 < 4 && i != 12 && i + 1 != 12) from[count] = i, to[count++] = i + 1;
    if (i + 5 < 25 && i != 12 && i + 5 != 12) from[count] = i, to[count++] = i + 5;
  }
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  ok(khop_graph_from_coo(&graph, 25, count, from, to, false));
  ok(khop_rings_build(&rings, graph, 2, (int[]){0, 4}, NULL));
  assert_false(rings_are_stencils(rings, &k));
  khop_rings_free(rings);
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(causal_sequence),     cmocka_unit_test(sequence),
      cmocka_unit_test(image_4_neighbours),  cmocka_unit_test(image_8_neighbours),
      cmocka_unit_test(volume_6_neighbours), cmocka_unit_test(volume_26_neighbours),
      cmocka_unit_test(breaks_are_seen),     cmocka_unit_test(holes_are_seen),
  };
  return cmocka_run_group_tests_name("grid", tests, NULL, nothing_held);
}
