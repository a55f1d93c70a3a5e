/* test_typed_conv.c: a convolution over metapaths of a typed grid is Conv1d, Conv2d and Conv3d.
 *
 * Kernel sizes and dilations differ from axis to axis, axes are centred or causal, channels stand in
 * groups; forward and all three gradients. Open borders are judged by oneDNN and by PyTorch's numbers
 * in files/conv_fixtures.npz, periodic ones by a direct sum. */
#include "onednn.h"

#include "files/npz.h"
#include "forms/rings.h"

#include <khop/apply.h>
#include <khop/typed.h>

#define TOLERANCE 1e-5

static int teardown(void **state) {
  (void)state;
  return khop_bytes_now() == 0 ? 0 : -1;
}

/* --- a task, its numbers, and khop's answer ------------------------------------------------- */

typedef struct task {
  int dimensions;
  int64_t shape[3], f, g, groups;
  int kernel[3], dilation[3];
  bool causal[3], periodic[3];
} task;

static int64_t nodes_of(const task *k) {
  int64_t n = 1;
  for (int d = 0; d < k->dimensions; d++) n *= k->shape[d];
  return n;
}
static int taps_of(const task *k) {
  int taps = 1;
  for (int d = 0; d < k->dimensions; d++) taps *= k->kernel[d];
  return taps;
}

/* What goes in: x (N, F), w (T, F / groups, G), b (G), dy (N, G); what comes out beside it. */
enum { X, W, B, DY, Y, DX, DW, DB, ARRAYS };

typedef struct numbers {
  int64_t size[ARRAYS];
  float *a[ARRAYS];
} numbers;

static void numbers_open(numbers *v, const task *k, khop_i_random *r) {
  int64_t n = nodes_of(k), x = n * k->f, w = taps_of(k) * (k->f / k->groups) * k->g, y = n * k->g;
  *v = (numbers){.size = {x, w, k->g, y, y, x, w, k->g}};
  for (int i = 0; i < ARRAYS; i++) {
    v->a[i] = block_of(v->size[i], sizeof(float));
    for (int64_t e = 0; e < v->size[i]; e++) v->a[i][e] = i < Y ? random_real(r) : NAN;
  }
}
static void numbers_close(numbers *v) {
  for (int i = 0; i < ARRAYS; i++) free(v->a[i]);
}

typedef struct layer {
  khop_rings *rings;
  khop_taps *taps;
} layer;

static void layer_open(layer *l, const task *k) {
  khop_typed *grid;
  khop_metapath *metapaths = block_of(taps_of(k), sizeof *metapaths);
  int count, *hops = block_of(taps_of(k), sizeof *hops);
  ok(khop_stencil(metapaths, &count, k->dimensions, k->shape, k->kernel, k->dilation, k->causal));
  assert_int_equal(count, taps_of(k));
  for (int t = 0; t < count; t++) hops[t] = t;
  ok(khop_typed_grid(&grid, k->dimensions, k->shape, k->periodic));
  ok(khop_metapaths_build(&l->rings, grid, count, metapaths, NULL));
  ok(khop_taps_new(&l->taps, l->rings, count, hops, KHOP_NORM_NONE, false));
  khop_typed_free(grid);
  free(metapaths);
  free(hops);
}

static void layer_run(numbers *v, const layer *l, const task *k) {
  ok(khop_conv_grouped_forward(v->a[Y], l->taps, v->a[X], v->a[W], v->a[B], k->f, k->g, k->groups,
                               0));
  ok(khop_conv_grouped_backward(v->a[DX], v->a[DW], v->a[DB], l->taps, v->a[X], v->a[W], v->a[DY],
                                k->f, k->g, k->groups, 0));
}

static void layer_close(layer *l) {
  khop_taps_free(l->taps);
  khop_rings_free(l->rings);
}

/* --- the judges ----------------------------------------------------------------------------- */

typedef struct verdict {
  double *a[ARRAYS]; /* Y .. DB */
} verdict;

static verdict verdict_open(const numbers *v) {
  verdict u = {{0}};
  for (int i = Y; i < ARRAYS; i++) u.a[i] = block_of(v->size[i], sizeof(double));
  return u;
}
static void verdict_close(verdict *u) {
  for (int i = Y; i < ARRAYS; i++) free(u->a[i]);
}

static verdict judged_by_onednn(const task *k, const numbers *v) {
  onednn_task o = {.dimensions = k->dimensions, .f = k->f, .g = k->g, .groups = k->groups};
  for (int d = 0; d < k->dimensions; d++) {
    int64_t span = (k->kernel[d] - 1) * (int64_t)k->dilation[d];
    o.shape[d] = k->shape[d];
    o.kernel[d] = k->kernel[d];
    o.dilation[d] = k->dilation[d];
    o.before[d] = k->causal[d] ? span : span / 2;
    o.after[d] = span - o.before[d];
  }
  float *out[ARRAYS];
  verdict u = verdict_open(v);
  for (int i = Y; i < ARRAYS; i++) out[i] = block_of(v->size[i], sizeof(float));
  onednn_convolve(&o, v->a[X], v->a[W], v->a[B], v->a[DY], out[Y], out[DX], out[DW], out[DB]);
  for (int i = Y; i < ARRAYS; i++) {
    for (int64_t e = 0; e < v->size[i]; e++) u.a[i][e] = (double)out[i][e];
    free(out[i]);
  }
  return u;
}

/* The node that tap t of node i reads: coordinates one by one; -1 outside. */
static int64_t reads(const task *k, int64_t i, int t) {
  int64_t to = 0, stride = 1;
  for (int d = k->dimensions - 1; d >= 0; d--) {
    int64_t size = k->shape[d], span = (k->kernel[d] - 1) * (int64_t)k->dilation[d];
    int64_t place = i % size + t % k->kernel[d] * k->dilation[d] - (k->causal[d] ? span : span / 2);
    if (k->periodic[d]) place = (place % size + size) % size;
    if (place < 0 || place >= size) return -1;
    to += place * stride;
    stride *= size;
    i /= size;
    t /= k->kernel[d];
  }
  return to;
}

static verdict judged_by_sums(const task *k, const numbers *v) {
  verdict u = verdict_open(v);
  int64_t n = nodes_of(k), fg = k->f / k->groups, gg = k->g / k->groups;
  for (int64_t i = 0; i < n; i++)
    for (int64_t o = 0; o < k->g; o++) {
      double dy = (double)v->a[DY][i * k->g + o];
      u.a[Y][i * k->g + o] = (double)v->a[B][o];
      u.a[DB][o] += dy;
      for (int t = 0; t < taps_of(k); t++) {
        int64_t j = reads(k, i, t);
        for (int64_t c = 0; j >= 0 && c < fg; c++) {
          int64_t x = j * k->f + o / gg * fg + c, w = (t * fg + c) * k->g + o;
          u.a[Y][i * k->g + o] += (double)v->a[X][x] * (double)v->a[W][w];
          u.a[DX][x] += dy * (double)v->a[W][w];
          u.a[DW][w] += dy * (double)v->a[X][x];
        }
      }
    }
  return u;
}

static bool agrees(const numbers *v, const verdict *u, double *worst) {
  bool good = true;
  for (int i = Y; i < ARRAYS; i++) {
    double d = difference(v->a[i], u->a[i], v->size[i]);
    if (!(d <= *worst)) *worst = d;
    if (!(d <= TOLERANCE)) good = false;
  }
  return good;
}

static void complain(const task *k, double worst) {
  print_message("# %d-D, %lld to %lld in %lld groups\n", k->dimensions, (long long)k->f,
                (long long)k->g, (long long)k->groups);
  for (int d = 0; d < k->dimensions; d++)
    print_message("# size %lld, kernel %d, dilation %d, causal %d, periodic %d\n",
                  (long long)k->shape[d], k->kernel[d], k->dilation[d], k->causal[d],
                  k->periodic[d]);
  fail_msg("wrong by %g", worst);
}

/* --- random tasks --------------------------------------------------------------------------- */

static int between(khop_i_random *r, int low, int high) {
  return low + (int)khop_i_random_below(r, high - low + 1);
}

/* Any kernel; half of the axes are longer than it reaches, the others have any length from 1 on. A third of the
 * tasks are depthwise. */
static task draw_task(khop_i_random *r, int dimensions, int longest, bool periodic) {
  task k = {.dimensions = dimensions, .groups = between(r, 1, 3)};
  bool depthwise = between(r, 0, 2) == 0;
  k.f = k.groups * (depthwise ? 1 : between(r, 1, 4));
  k.g = k.groups * (depthwise ? 1 : between(r, 1, 4));
  for (int d = 0; d < dimensions; d++) {
    k.causal[d] = between(r, 0, 2) == 0;
    k.periodic[d] = periodic && between(r, 0, 2) > 0;
    k.kernel[d] = between(r, 1, dimensions == 1 ? 9 : 5);
    k.dilation[d] = between(r, 1, dimensions == 3 ? 2 : 5);
    int reach = (k.causal[d] ? k.kernel[d] - 1 : k.kernel[d] / 2) * k.dilation[d];
    k.shape[d] = (between(r, 0, 1) ? reach : 0) + between(r, 1, longest);
  }
  return k;
}

static void prove(const task *k, verdict (*judge)(const task *, const numbers *), khop_i_random *r,
                  double *worst) {
  layer l;
  numbers v;
  double here = 0;
  numbers_open(&v, k, r);
  layer_open(&l, k);
  layer_run(&v, &l, k);
  verdict u = judge(k, &v);
  if (!agrees(&v, &u, &here)) complain(k, here);
  if (here > *worst) *worst = here;
  verdict_close(&u);
  layer_close(&l);
  numbers_close(&v);
}

static void prove_all(int dimensions, int longest, int rounds, bool periodic) {
  khop_i_random r;
  double worst = 0;
  khop_i_random_seed(&r, 41 + (uint64_t)dimensions);
  for (int round = 0; round < rounds; round++) {
    task k = draw_task(&r, dimensions, longest, periodic);
    prove(&k, periodic ? judged_by_sums : judged_by_onednn, &r, &worst);
  }
  print_message("# %d tasks, largest relative difference %.2g\n", rounds, worst);
}

static void conv1d(void **state) {
  (void)state;
  prove_all(1, 60, 80, false);
}
static void conv2d(void **state) {
  (void)state;
  prove_all(2, 12, 60, false);
}
static void conv3d(void **state) {
  (void)state;
  prove_all(3, 4, 30, false);
}
static void periodic_borders(void **state) {
  (void)state;
  prove_all(1, 30, 40, true);
  prove_all(2, 7, 30, true);
  prove_all(3, 3, 10, true);
}
/* The direct sum and oneDNN, neither of which knows the other, on open borders. */
static void judges_agree(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 45);
  for (int round = 0; round < 30; round++) {
    task k = draw_task(&r, 1 + round % 3, 6, false);
    numbers v;
    double worst = 0;
    numbers_open(&v, &k, &r);
    verdict u = judged_by_sums(&k, &v), w = judged_by_onednn(&k, &v);
    for (int i = Y; i < ARRAYS; i++)
      for (int64_t e = 0; e < v.size[i]; e++) v.a[i][e] = (float)w.a[i][e];
    if (!agrees(&v, &u, &worst)) complain(&k, worst);
    verdict_close(&u);
    verdict_close(&w);
    numbers_close(&v);
  }
}

/* --- PyTorch -------------------------------------------------------------------------------- */

static khop_i_array read_item(khop_i_npz *npz, int index, const char *name) {
  char key[32];
  khop_i_array array;
  snprintf(key, sizeof key, "%d_%s", index, name);
  ok(khop_i_npz_read(&array, npz, key));
  return array;
}

static task read_task(khop_i_npz *npz, int index) {
  khop_i_array a = read_item(npz, index, "task");
  task k = {.dimensions = (int)khop_i_array_integer(&a, 0), .f = khop_i_array_integer(&a, 1),
            .g = khop_i_array_integer(&a, 2), .groups = khop_i_array_integer(&a, 3)};
  assert_in_range(k.dimensions, 1, 3);
  assert_int_equal(a.count, 4 + 4 * k.dimensions);
  for (int d = 0; d < k.dimensions; d++) {
    int64_t at = 4 + d, step = k.dimensions;
    k.shape[d] = khop_i_array_integer(&a, at);
    k.kernel[d] = (int)khop_i_array_integer(&a, at + step);
    k.dilation[d] = (int)khop_i_array_integer(&a, at + 2 * step);
    k.causal[d] = khop_i_array_integer(&a, at + 3 * step);
  }
  khop_i_array_free(&a);
  return k;
}

static void same_as_pytorch(void **state) {
  (void)state;
  static const char *const names[ARRAYS] = {"x", "w", "b", "dy", "y", "dx", "dw", "db"};
  const char *root = getenv("KHOP_SOURCE_ROOT");
  char path[1000];
  khop_i_npz *npz;
  khop_i_random r;
  int cases = 0;
  double worst = 0;
  khop_i_random_seed(&r, 46);
  snprintf(path, sizeof path, "%s/tests/files/conv_fixtures.npz", root ? root : ".");
  ok(khop_i_npz_open(&npz, path));
  for (char key[32]; snprintf(key, sizeof key, "%d_task", cases), khop_i_npz_has(npz, key); cases++) {
    task k = read_task(npz, cases);
    layer l;
    numbers v;
    numbers_open(&v, &k, &r);
    verdict u = verdict_open(&v);
    for (int i = 0; i < ARRAYS; i++) {
      khop_i_array a = read_item(npz, cases, names[i]);
      assert_int_equal(a.count, v.size[i]);
      for (int64_t e = 0; e < a.count; e++) {
        if (i < Y) v.a[i][e] = (float)khop_i_array_number(&a, e);
        else u.a[i][e] = khop_i_array_number(&a, e);
      }
      khop_i_array_free(&a);
    }
    layer_open(&l, &k);
    layer_run(&v, &l, &k);
    if (!agrees(&v, &u, &worst)) complain(&k, worst);
    verdict_close(&u);
    layer_close(&l);
    numbers_close(&v);
  }
  khop_i_npz_close(npz);
  assert_int_equal(cases, 13);
  print_message("# %d cases, largest relative difference %.2g\n", cases, worst);
}

/* --- kernels that reach past the axis ------------------------------------------------------- */

/* x = 1 2 3, a kernel of three taps 4 apart: only the middle one reads, y = 10 w_1 .. and the outer weights have no
 * gradient. Two apart each end reads one, on a closed axis of three all of them: x[i - 2] = x[i + 1]. */
static void outer_taps_by_hand(void **state) {
  (void)state;
  static const struct {
    int dilation;
    bool periodic;
    float y[3], dx[3], dw[3];
  } known[] = {
      {4, false, {20, 40, 60}, {20, 20, 20}, {0, 6, 0}},
      {2, false, {20 + 3 * 3, 40, 60 + 1 * 1}, {20 + 3 * 0 + 1, 20, 20 + 3}, {1, 6, 3}},
      {2, true, {20 + 2 + 9, 40 + 3 + 3, 60 + 1 + 6}, {24, 24, 24}, {6, 6, 6}},
      {3, true, {24, 48, 72}, {24, 24, 24}, {6, 6, 6}}, /* once around: every tap reads the node itself */
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    task k = {1, {3}, 1, 1, 1, {3}, {known[i].dilation}, {false}, {known[i].periodic}};
    khop_i_random r;
    numbers v;
    layer l;
    khop_i_random_seed(&r, 48);
    numbers_open(&v, &k, &r);
    memcpy(v.a[X], (float[]){1, 2, 3}, 3 * sizeof(float));
    memcpy(v.a[W], (float[]){1, 20, 3}, 3 * sizeof(float));
    memcpy(v.a[DY], (float[]){1, 1, 1}, 3 * sizeof(float));
    v.a[B][0] = 0;
    layer_open(&l, &k);
    layer_run(&v, &l, &k);
    for (int e = 0; e < 3; e++) {
      assert_true(v.a[Y][e] == known[i].y[e]);
      assert_true(v.a[DX][e] == known[i].dx[e]);
      assert_true(v.a[DW][e] == known[i].dw[e]);
    }
    layer_close(&l);
    numbers_close(&v);
  }
}

/* Atrous spatial pyramid pooling on a map that its rates outgrow: one convolution over the metapaths of all rates is
 * the sum of oneDNN's convolutions a rate. */
static void pyramids_of_several_rates(void **state) {
  (void)state;
  enum { RATES = 4, TAPS = 9, SIDE = 16, F = 3, G = 5 };
  static const int rates[RATES] = {6, 12, 18, 24};
  const int64_t shape[] = {SIDE, SIDE};
  khop_metapath metapaths[RATES * TAPS];
  int hops[RATES * TAPS], count;
  khop_typed *grid;
  khop_i_random r;
  numbers all, one;
  layer l;
  task k = {2, {SIDE, SIDE}, F, G, 1, {3, 3}, {1, 1}, {false}, {false}}, wide = k;
  wide.kernel[0] = 3 * RATES; /* for the sizes of the arrays alone */
  khop_i_random_seed(&r, 49);
  numbers_open(&all, &wide, &r);
  ok(khop_typed_grid(&grid, 2, shape, NULL));
  for (int i = 0; i < RATES; i++)
    ok(khop_stencil(metapaths + i * TAPS, &count, 2, shape, k.kernel, (int[]){rates[i], rates[i]}, NULL));
  for (int t = 0; t < RATES * TAPS; t++) hops[t] = t;
  ok(khop_metapaths_build(&l.rings, grid, RATES * TAPS, metapaths, NULL));
  ok(khop_taps_new(&l.taps, l.rings, RATES * TAPS, hops, KHOP_NORM_NONE, false));
  for (int t = 0; t < RATES * TAPS; t++) /* rates 18 and 24 keep their centre alone */
    if (t >= 2 * TAPS && t % TAPS != TAPS / 2) assert_int_equal(khop_rings_entries(l.rings, t), 0);
  layer_run(&all, &l, &wide);
  verdict sum = verdict_open(&all);
  for (int i = 0; i < RATES; i++) {
    k.dilation[0] = k.dilation[1] = rates[i];
    numbers_open(&one, &k, &r);
    for (int a = 0; a < Y; a++)
      memcpy(one.a[a], all.a[a] + (a == W ? one.size[W] * i : 0), (size_t)one.size[a] * sizeof(float));
    if (i) memset(one.a[B], 0, G * sizeof(float));
    verdict u = judged_by_onednn(&k, &one);
    for (int64_t e = 0; e < one.size[Y]; e++) sum.a[Y][e] += u.a[Y][e];
    for (int64_t e = 0; e < one.size[DX]; e++) sum.a[DX][e] += u.a[DX][e];
    memcpy(sum.a[DW] + one.size[W] * i, u.a[DW], (size_t)one.size[W] * sizeof(double));
    memcpy(sum.a[DB], u.a[DB], G * sizeof(double));
    verdict_close(&u);
    numbers_close(&one);
  }
  double worst = 0;
  if (!agrees(&all, &sum, &worst)) complain(&wide, worst);
  verdict_close(&sum);
  layer_close(&l);
  khop_typed_free(grid);
  numbers_close(&all);
}

/* --- the checker is checked ----------------------------------------------------------------- */

/* A weight, an entry of a metapath, a number that is not one: each must be seen. */
static void breaks_are_seen(void **state) {
  (void)state;
  const task tasks[] = {
      {1, {40}, 4, 6, 2, {3}, {4}, {false}, {false}},
      {2, {9, 12}, 4, 2, 1, {3, 3}, {2, 3}, {false}, {false}},
      {3, {4, 5, 6}, 3, 3, 3, {2, 3, 1}, {2, 1, 1}, {true, false, false}, {false}},
  };
  khop_i_random r;
  khop_i_random_seed(&r, 47);
  for (int i = 0; i < 3; i++) {
    const task *k = &tasks[i];
    layer l;
    numbers v;
    numbers_open(&v, k, &r);
    layer_open(&l, k);
    verdict u = judged_by_onednn(k, &v);
    int64_t middle = nodes_of(k) / 2, entry = khop_i_hop_csr_begin(l.rings->csr, middle, taps_of(k) / 2);
    for (int broken = 0; broken < 7; broken++) {
      float held = v.a[W][1];
      int32_t column = l.rings->csr->columns[entry];
      double worst = 0;
      if (broken == 1) v.a[W][1] += 1e-3f;
      if (broken == 2) l.rings->csr->columns[entry] = column ? 0 : 1;
      layer_run(&v, &l, k);
      if (broken == 3) v.a[Y][2] = NAN;
      if (broken == 4) v.a[DX][2] = INFINITY;
      if (broken == 5) v.a[DW][0] = NAN;
      if (broken == 6) v.a[DB][0] *= 1.001f;
      assert_int_equal(agrees(&v, &u, &worst), broken == 0);
      v.a[W][1] = held;
      l.rings->csr->columns[entry] = column;
    }
    verdict_close(&u);
    layer_close(&l);
    numbers_close(&v);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(conv1d),           cmocka_unit_test(conv2d),
      cmocka_unit_test(conv3d),           cmocka_unit_test(periodic_borders),
      cmocka_unit_test(judges_agree),     cmocka_unit_test(same_as_pytorch),
      cmocka_unit_test(outer_taps_by_hand), cmocka_unit_test(pyramids_of_several_rates),
      cmocka_unit_test(breaks_are_seen),
  };
  return cmocka_run_group_tests_name("typed_conv", tests, NULL, teardown);
}
