/* test_conv.c: the convolution, forward and back, against plain loops in double, for every thread
 * count.
 */
#include "kernels_check.h"

#include "apply/conv.h"

#include <khop/model.h>
#include <math.h>

/* All that one convolution reads and writes. */
typedef struct conv {
  const lab *lab;
  int64_t f, g, out; /* out: columns of y */
  unsigned flags;
  sheet x, w, b, dy;
  double *y, *dx, *dw, *db; /* wanted, by plain loops */
} conv;

static void conv_open(conv *c, const lab *l, int64_t f, int64_t g, bool concat, khop_i_random *r) {
  int64_t n = l->nodes, taps = l->count;
  *c = (conv){.lab = l, .f = f, .g = g, .out = concat ? taps * g : g,
              .flags = concat ? KHOP_CONCAT : 0};
  c->x = sheet_random(n, f, 0, r);
  c->w = sheet_random(taps * f, g, 0, r);
  c->b = sheet_random(1, c->out, 0, r);
  c->dy = sheet_random(n, c->out, 0, r);
  c->y = block_of(n * c->out, sizeof *c->y);
  c->dx = block_of(n * f, sizeof *c->dx);
  c->dw = block_of(taps * f * g, sizeof *c->dw);
  c->db = block_of(c->out, sizeof *c->db);
  for (int64_t i = 0; i < n * c->out; i++) {
    c->y[i] = (double)c->b.data[i % c->out];
    c->db[i % c->out] += (double)c->dy.data[i];
  }
  for (int64_t t = 0; t < taps; t++)
    for (int64_t i = 0; i < n; i++)
      for (int64_t j = 0; j < n; j++) {
        double m = l->dense[(t * n + i) * n + j];
        if (m == 0) continue;
        for (int64_t p = 0; p < f; p++)
          for (int64_t o = 0; o < g; o++) {
            int64_t at = i * c->out + (concat ? t * g : 0) + o, weight = (t * f + p) * g + o;
            c->y[at] += m * (double)c->x.data[j * f + p] * (double)c->w.data[weight];
            c->dx[j * f + p] += m * (double)c->w.data[weight] * (double)c->dy.data[at];
            c->dw[weight] += m * (double)c->x.data[j * f + p] * (double)c->dy.data[at];
          }
      }
}

static void conv_close(conv *c) {
  free(c->x.data);
  free(c->w.data);
  free(c->b.data);
  free(c->dy.data);
  free(c->y);
  free(c->dx);
  free(c->dw);
  free(c->db);
}

static void conv_forward(const conv *c) {
  int64_t all = c->lab->nodes * c->out;
  khop_real *y = block_of(all, sizeof *y);
  for (int bias = 0; bias < 2; bias++) {
    for (int64_t i = 0; i < all; i++) y[i] = (khop_real)NAN;
    ok(khop_conv_forward(y, c->lab->taps, c->x.data, c->w.data, bias ? c->b.data : NULL, c->f, c->g,
                         c->flags));
    for (int64_t i = 0; !bias && i < all; i++) y[i] += c->b.data[i % c->out];
    close_enough("khop_conv_forward", difference(y, c->y, all), 3 * TOLERANCE);
  }
  free(y);
}

/* Each output may be NULL; with ACCUMULATE they are added to. */
static void conv_backward(const conv *c, unsigned outputs, bool accumulate) {
  int64_t size[] = {c->lab->nodes * c->f, c->lab->count * c->f * c->g, c->out};
  const double *wanted[] = {c->dx, c->dw, c->db};
  khop_real *got[3];
  for (int k = 0; k < 3; k++) {
    got[k] = block_of(size[k], sizeof **got);
    for (int64_t i = 0; i < size[k]; i++) got[k][i] = accumulate ? (khop_real)0.5 : (khop_real)NAN;
  }
  ok(khop_conv_backward(outputs & 1 ? got[0] : NULL, outputs & 2 ? got[1] : NULL,
                        outputs & 4 ? got[2] : NULL, c->lab->taps, c->x.data, c->w.data, c->dy.data,
                        c->f, c->g, c->flags | (accumulate ? KHOP_ACCUMULATE : 0u)));
  for (int k = 0; k < 3; k++) {
    for (int64_t i = 0; accumulate && i < size[k]; i++) got[k][i] -= (khop_real)0.5;
    if (outputs >> k & 1)
      close_enough("khop_conv_backward", difference(got[k], wanted[k], size[k]), 4 * TOLERANCE);
    free(got[k]);
  }
}

/* y is linear in x and in W: <y, dy> = <x, dx> = <W, dW>, on khop's own numbers. */
static void conv_adjoint(const conv *c) {
  int64_t n = c->lab->nodes, weights = c->lab->count * c->f * c->g;
  khop_real *y = block_of(n * c->out, sizeof *y), *dx = block_of(n * c->f, sizeof *dx);
  khop_real *dw = block_of(weights, sizeof *dw);
  ok(khop_conv_forward(y, c->lab->taps, c->x.data, c->w.data, NULL, c->f, c->g, c->flags));
  ok(khop_conv_backward(dx, dw, NULL, c->lab->taps, c->x.data, c->w.data, c->dy.data, c->f, c->g,
                        c->flags));
  double size = 1, with_dy = 0, with_x = 0, with_w = 0;
  for (int64_t i = 0; i < n * c->out; i++) {
    with_dy += (double)y[i] * (double)c->dy.data[i];
    size += fabs((double)y[i] * (double)c->dy.data[i]);
  }
  for (int64_t i = 0; i < n * c->f; i++) with_x += (double)dx[i] * (double)c->x.data[i];
  for (int64_t i = 0; i < weights; i++) with_w += (double)dw[i] * (double)c->w.data[i];
  close_enough("<y, dy> - <x, dx>", fabs(with_dy - with_x) / size, TOLERANCE);
  close_enough("<y, dy> - <W, dW>", fabs(with_dy - with_w) / size, TOLERANCE);
  free(y);
  free(dx);
  free(dw);
}

static void convolutions(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 18);
  const int64_t shapes[][2] = {{1, 1}, {5, 3}, {3, 5}, {4, 4}, {17, 9}, {9, 17}, {1, 20}, {20, 1}};
  static lab l;
  int trial = 0;
  for (int s = 0; s < 8; s++)
    for (int taps = 1; taps <= 3; taps++)
      for (int concat = 0; concat < 2; concat++)
        for (int directed = 0; directed < 2; directed++, trial++) {
          conv c;
          draw_graph(&l.edges, trial * 7 % FAMILIES, directed, 40, &r);
          lab_open(&l, KHOP_OUT, KHOP_RING, taps, (khop_norm)(trial % 4), trial % 3 == 0);
          conv_open(&c, &l, shapes[s][0], shapes[s][1], concat, &r);
          conv_forward(&c);
          for (unsigned outputs = 0; outputs < 8; outputs++)
            for (int accumulate = 0; accumulate < 2; accumulate++)
              conv_backward(&c, outputs, accumulate);
          conv_adjoint(&c);
          conv_close(&c);
          lab_close(&l);
        }
}

static void conv_threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 19);
  static lab l;
  large_lab(&l, true, KHOP_NORM_SYM, &r);
  for (int which = 0; which < 4; which++) {
    conv c;
    conv_open(&c, &l, which & 1 ? 24 : 40, which & 1 ? 40 : 24, which & 2, &r);
    int64_t size[] = {l.nodes * c.out, l.nodes * c.f, l.count * c.f * c.g, c.out}, all = 0;
    for (int k = 0; k < 4; k++) all += size[k];
    khop_real *one = block_of(all, sizeof *one), *other = block_of(all, sizeof *other);
    for (int threads = 1; threads <= 3; threads++) {
      khop_real *y = threads == 1 ? one : other, *dx = y + size[0], *dw = dx + size[1];
      ok(khop_set_threads(threads));
      ok(khop_conv_forward(y, l.taps, c.x.data, c.w.data, c.b.data, c.f, c.g, c.flags));
      ok(khop_conv_backward(dx, dw, dw + size[2], l.taps, c.x.data, c.w.data, c.dy.data, c.f, c.g,
                            c.flags));
      assert_memory_equal(y, one, (size_t)all * sizeof *y);
    }
    free(one);
    free(other);
    conv_close(&c);
  }
  lab_close(&l);
}

/* --- more nodes than are multiplied at once --------------------------------------------------- */

/* A directed graph whose ring 1 is known without a search: node i has the arcs i + 1, i + 17 and, every
 * fifth, i + 29. */
static int arcs_of(int64_t *to, int64_t i, int64_t n) {
  to[0] = (i + 1) % n, to[1] = (i + 17) % n, to[2] = (i + 29) % n;
  return i % 5 == 0 ? 3 : 2;
}

static khop_rings *many_rings(int64_t n) {
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  int64_t *from = block_of(3 * n, sizeof *from), *to = block_of(3 * n, sizeof *to), count = 0;
  for (int64_t i = 0; i < n; i++) {
    int arcs = arcs_of(to + count, i, n);
    while (arcs--) from[count++] = i;
  }
  ok(khop_graph_from_coo(&graph, n, count, from, to, true));
  ok(khop_rings_build(&rings, graph, 2, (int[]){0, 1}, NULL));
  khop_graph_free(graph);
  free(from);
  free(to);
  return rings;
}

/* What y, dx and dW should be, in double; the taps are rings 0 and 1. */
typedef struct many {
  int64_t n, f, g, groups, out;
  const khop_real *x, *w, *dy;
  double *y, *dx, *dw;
} many;

static void add_arc(many *m, int t, int64_t i, int64_t j) {
  int64_t f = m->f / m->groups, step = m->out > m->g ? t * m->g : 0;
  for (int64_t o = 0; o < m->g; o++)
    for (int64_t p = 0; p < f; p++) {
      int64_t x = j * m->f + o / (m->g / m->groups) * f + p, w = (t * f + p) * m->g + o;
      int64_t y = i * m->out + step + o;
      m->y[y] += (double)m->x[x] * (double)m->w[w];
      m->dx[x] += (double)m->dy[y] * (double)m->w[w];
      m->dw[w] += (double)m->dy[y] * (double)m->x[x];
    }
}

static void check_many(int64_t n, const int64_t *shape, unsigned flags, const khop_taps *taps, khop_i_random *r) {
  many m = {.n = n, .f = shape[0], .g = shape[1], .groups = shape[2]};
  m.out = flags ? 2 * m.g : m.g;
  int64_t size[3] = {n * m.out, n * m.f, 2 * (m.f / m.groups) * m.g}, all = size[0] + size[1] + size[2];
  sheet x = sheet_random(n, m.f, 0, r), w = sheet_random(size[2], 1, 0, r), dy = sheet_random(n, m.out, 0, r);
  double *wanted = block_of(all, sizeof *wanted);
  m.x = x.data, m.w = w.data, m.dy = dy.data;
  m.y = wanted, m.dx = wanted + size[0], m.dw = m.dx + size[1];
  for (int64_t i = 0; i < n; i++) {
    int64_t to[3];
    add_arc(&m, 0, i, i);
    for (int a = arcs_of(to, i, n); a--;) add_arc(&m, 1, i, to[a]);
  }
  khop_real *one = block_of(all, sizeof *one), *other = block_of(all, sizeof *other);
  for (int threads = 1; threads <= 3; threads++) {
    khop_real *y = threads == 1 ? one : other, *dx = y + size[0], *dw = dx + size[1];
    ok(khop_set_threads(threads));
    ok(khop_conv_grouped_forward(y, taps, m.x, m.w, NULL, m.f, m.g, m.groups, flags));
    ok(khop_conv_grouped_backward(dx, dw, NULL, taps, m.x, m.w, m.dy, m.f, m.g, m.groups, flags));
    assert_memory_equal(y, one, (size_t)all * sizeof *y);
  }
  close_enough("y of many nodes", difference(one, m.y, size[0]), 3 * TOLERANCE);
  close_enough("dx of many nodes", difference(one + size[0], m.dx, size[1]), 3 * TOLERANCE);
  close_enough("dW of many nodes", difference(one + size[0] + size[1], m.dw, size[2]), 20 * TOLERANCE);
  free(x.data);
  free(w.data);
  free(dy.data);
  free(wanted);
  free(one);
  free(other);
}

static void many_nodes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 20);
  const int64_t nodes[] = {255, 257, 700, 8700}, shapes[][3] = {{8, 8, 1}, {12, 8, 2}, {8, 12, 2}, {8, 8, 4}, {300, 2, 1}};
  for (int k = 0; k < 4; k++) {
    khop_rings *rings = many_rings(nodes[k]);
    khop_taps *taps = NULL;
    ok(khop_taps_new(&taps, rings, 2, (int[]){0, 1}, KHOP_NORM_NONE, false));
    for (int s = 0; s < 5; s++)
      for (int concat = 0; concat < 2; concat++)
        check_many(nodes[k], shapes[s], concat ? KHOP_CONCAT : 0, taps, &r);
    khop_taps_free(taps);
    khop_rings_free(rings);
  }
}

/* --- rows from far apart: gathered from packed columns ----------------------------------------- */

enum { FAR = 17000, FAR_WIDE = 40 };

/* Node i has 64 to 76 arcs, over nearly all nodes. */
static int far_arcs(int64_t i) { return 64 + (int)(i % 13); }
static int64_t far_arc(int64_t i, int a) { return (i + 1 + 211 * a) % FAR; }

static khop_taps *far_taps(khop_rings **rings) {
  khop_graph *graph = NULL;
  khop_taps *taps = NULL;
  int64_t *from = block_of(FAR * 76, sizeof *from), *to = block_of(FAR * 76, sizeof *to), count = 0;
  for (int64_t i = 0; i < FAR; i++)
    for (int a = 0; a < far_arcs(i); a++) from[count] = i, to[count++] = far_arc(i, a);
  ok(khop_graph_from_coo(&graph, FAR, count, from, to, true));
  ok(khop_rings_build(rings, graph, 2, (int[]){0, 1}, NULL));
  ok(khop_taps_new(&taps, *rings, 2, (int[]){0, 1}, KHOP_NORM_ROW, false));
  khop_graph_free(graph);
  free(from);
  free(to);
  return taps;
}

/* z (N, columns) = R_1 x, or R_1^T x, R_1 with rows of sum 1; x has rows ldx apart. */
static void far_gather(double *z, const khop_real *x, int64_t ldx, int64_t columns, bool transposed) {
  memset(z, 0, (size_t)(FAR * columns) * sizeof *z);
  for (int64_t i = 0; i < FAR; i++)
    for (int a = 0; a < far_arcs(i); a++) {
      int64_t j = far_arc(i, a), to = transposed ? j : i, at = transposed ? i : j;
      for (int64_t c = 0; c < columns; c++) z[to * columns + c] += (double)x[at * ldx + c] / far_arcs(i);
    }
}

/* What y, dx and dW should be from a tap whose gathered x and dy are zx and zy (NULL: the arrays as they are). */
static void far_tap(many *m, int t, const double *zx, const double *zy) {
  int64_t step = m->out > m->g ? t * m->g : 0;
  for (int64_t i = 0; i < FAR; i++)
    for (int64_t p = 0; p < m->f; p++) {
      double x = zx ? zx[i * m->f + p] : (double)m->x[i * m->f + p], dx = 0;
      for (int64_t o = 0; o < m->g; o++) {
        int64_t w = (t * m->f + p) * m->g + o;
        double dy = zy ? zy[i * m->g + o] : (double)m->dy[i * m->out + step + o];
        m->y[i * m->out + step + o] += x * (double)m->w[w];
        dx += dy * (double)m->w[w];
        m->dw[w] += dy * (double)m->x[i * m->f + p];
      }
      m->dx[i * m->f + p] += dx;
    }
}

static void check_far(int64_t f, int64_t g, unsigned flags, const khop_taps *taps, khop_i_random *r) {
  many m = {.n = FAR, .f = f, .g = g, .groups = 1, .out = flags ? 2 * g : g};
  khop_i_conv c = {.taps = taps, .f = f, .g = g, .groups = 1};
  assert_true(khop_i_conv_takes_packed(&c, taps->rings, 2, (int[]){-1, 1}));
  int64_t size[3] = {FAR * m.out, FAR * f, 2 * f * g}, all = size[0] + size[1] + size[2];
  sheet x = sheet_random(FAR, f, 0, r), w = sheet_random(size[2], 1, 0, r), dy = sheet_random(FAR, m.out, 0, r);
  double *wanted = block_of(all, sizeof *wanted), *zx = block_of(FAR * f, sizeof *zx), *zy = block_of(FAR * g, sizeof *zy);
  m.x = x.data, m.w = w.data, m.dy = dy.data;
  m.y = wanted, m.dx = wanted + size[0], m.dw = m.dx + size[1];
  far_gather(zx, m.x, f, f, false);
  far_gather(zy, m.dy + (m.out - g), m.out, g, true);
  far_tap(&m, 0, NULL, NULL);
  far_tap(&m, 1, zx, zy);
  khop_real *one = block_of(all, sizeof *one), *other = block_of(all, sizeof *other);
  for (int threads = 1; threads <= 3; threads += 2) {
    khop_real *y = threads == 1 ? one : other, *dx_ = y + size[0], *dw = dx_ + size[1];
    ok(khop_set_threads(threads));
    ok(khop_conv_forward(y, taps, m.x, m.w, NULL, f, g, flags));
    ok(khop_conv_backward(dx_, dw, NULL, taps, m.x, m.w, m.dy, f, g, flags));
    assert_memory_equal(y, one, (size_t)all * sizeof *y);
  }
  close_enough("y by lines", difference(one, m.y, size[0]), 10 * TOLERANCE);
  close_enough("dx by lines", difference(one + size[0], m.dx, size[1]), 10 * TOLERANCE);
  close_enough("dW by lines", difference(one + size[0] + size[1], m.dw, size[2]), 40 * TOLERANCE);
  one[size[0]] += (khop_real)0.5; /* the checker is checked */
  assert_true(difference(one + size[0], m.dx, size[1]) > 10 * TOLERANCE);
  free(x.data);
  free(w.data);
  free(dy.data);
  double *blocks[] = {wanted, zx, zy};
  for (int b = 0; b < 3; b++) free(blocks[b]);
  free(one);
  free(other);
}

/* A run packs columns in the same way: the bits of the function on arrays, forward and backward. */
static void check_far_run(khop_rings *rings, const khop_taps *taps, khop_i_random *r) {
  enum { WIDE = 32, WEIGHTS = 2 * WIDE * WIDE };
  khop_model *model = NULL;
  khop_run *run = NULL;
  sheet x = sheet_random(FAR, WIDE, 0, r), targets = sheet_random(FAR, WIDE, 0, r);
  khop_features features = {.rows = FAR, .columns = WIDE, .dense = x.data};
  khop_real *y = block_of(FAR * WIDE, sizeof *y), *dw = block_of(WEIGHTS, sizeof *dw);
  ok(khop_model_new(&model));
  khop_value out = khop_conv(model, khop_input(model, WIDE), WIDE,
                             &(khop_conv_options){.taps = 2, .hops = (int[]){0, 1}, .norm = KHOP_NORM_ROW});
  khop_mean_squared_error(model, out);
  ok(khop_model_init(model, 3));
  assert_int_equal(khop_model_parameters(model), WEIGHTS);
  ok(khop_run_new(&run, model, 1, &rings, &features, true, 0));
  ok(khop_run_targets(run, targets.data, NULL));
  uint64_t before = khop_allocations();
  assert_true(isfinite(khop_run_forward(run, true, 0, 1)));
  ok(khop_run_backward(run));
  assert_int_equal(khop_allocations() - before, 0);
  ok(khop_conv_forward(y, taps, x.data, khop_model_parameter_array(model), NULL, WIDE, WIDE, 0));
  assert_memory_equal(khop_run_output(run), y, FAR * WIDE * sizeof *y);
  for (int64_t i = 0; i < FAR * WIDE; i++) y[i] = 2 * (y[i] - targets.data[i]) / (FAR * WIDE);
  ok(khop_conv_backward(NULL, dw, NULL, taps, x.data, khop_model_parameter_array(model), y, WIDE, WIDE, 0));
  double largest = 0;
  for (int i = 0; i < WEIGHTS; i++) largest = fmax(largest, fabs((double)dw[i]));
  assert_true(largest > 0);
  for (int i = 0; i < WEIGHTS; i++)
    assert_true(fabs((double)khop_run_gradients(run)[i] - (double)dw[i]) <= 1e-4 * largest);
  khop_run_free(run);
  khop_model_free(model);
  free(x.data);
  free(targets.data);
  free(y);
  free(dw);
}

static void far_nodes(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 21);
  khop_rings *rings = NULL;
  khop_taps *taps = far_taps(&rings);
  check_far(32, 32, 0, taps, &r);
  check_far(32, FAR_WIDE, KHOP_CONCAT, taps, &r);
  check_far(FAR_WIDE, 32, 0, taps, &r);
  check_far(FAR_WIDE, 32, KHOP_CONCAT, taps, &r);
  check_far_run(rings, taps, &r);
  khop_i_conv groups = {.taps = taps, .f = 32, .g = 32, .groups = 2};
  assert_false(khop_i_conv_takes_packed(&groups, rings, 2, (int[]){-1, 1}));
  khop_taps_free(taps);
  khop_rings_free(rings);
}

/* --- nothing ------------------------------------------------------------------------------------- */

/* Arrays of no rows may be NULL, in every form; gradients of weights are 0, or what they were. */
static void no_nodes(void **state) {
  (void)state;
  khop_graph *graph = NULL;
  ok(khop_graph_from_coo(&graph, 0, 0, NULL, NULL, true));
  for (int form = 0; form <= KHOP_AUTO; form++)
    for (int way = 0; way < 4; way++) {
      khop_rings *rings = build_as(graph, (khop_form)form, KHOP_OUT, 2, (int[]){0, 1});
      khop_taps *taps = NULL;
      unsigned flags = way & 1 ? KHOP_CONCAT : 0, add = way & 2 ? KHOP_ACCUMULATE : 0;
      khop_real weights[2 * 3 * 4] = {0}, dw[2 * 3 * 4], db[2 * 4];
      for (int i = 0; i < 24; i++) dw[i] = 5, db[i % 8] = 5;
      ok(khop_taps_new(&taps, rings, 2, (int[]){0, 1}, KHOP_NORM_SYM, true));
      ok(khop_apply(NULL, 6, taps, NULL, 6, 3, flags | add));
      ok(khop_apply(NULL, 6, taps, NULL, 6, 3, flags | add | KHOP_TRANSPOSE));
      ok(khop_conv_forward(NULL, taps, NULL, weights, NULL, 3, 4, flags));
      ok(khop_conv_backward(NULL, dw, db, taps, NULL, weights, NULL, 3, 4, flags | add));
      for (int i = 0; i < 24; i++) close_to((double)dw[i], add ? 5 : 0, 0);
      for (int i = 0; i < (flags ? 8 : 4); i++) close_to((double)db[i], add ? 5 : 0, 0);
      khop_taps_free(taps);
      khop_rings_free(rings);
    }
  khop_graph_free(graph);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(no_nodes),
      TEST(convolutions),
      TEST(conv_threads),
      TEST(many_nodes),
      TEST(far_nodes),
  };
  return cmocka_run_group_tests_name("conv", tests, open_settings, close_settings);
}
