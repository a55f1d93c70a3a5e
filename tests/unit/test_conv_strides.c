/* test_conv_strides.c: convolutions on arrays with gaps between rows, and on sparse features: against the calls
 * without, gaps untouched. */
#include "kernels_check.h"

#include <math.h>

/* The call without gaps, with dense x; and what it gives. */
typedef struct plain {
  khop_conv_call call;
  int64_t n, out; /* out: columns of y */
  sheet x, w, b, dy;
  sheet y, dx, dw, db;
} plain;

static plain plain_open(const lab *l, khop_conv_call call, double zeros, khop_i_random *r) {
  int64_t n = l->nodes, groups = call.groups ? call.groups : 1;
  plain p = {.call = call, .n = n, .out = call.flags & KHOP_CONCAT ? l->count * call.g : call.g};
  p.x = sheet_random(n, call.f, 0, r);
  for (int64_t e = 0; e < n * call.f; e++)
    if (khop_i_random_uniform(r) < zeros || e / call.f == 2) p.x.data[e] = 0; /* row 2 is empty */
  p.w = sheet_random(l->count * call.f / groups, call.g, 0, r);
  p.b = sheet_random(1, p.out, 0, r);
  p.dy = sheet_random(n, p.out, 0, r);
  p.y = sheet_new(n, p.out, 0);
  p.dx = sheet_new(n, call.f, 0);
  p.dw = sheet_new(p.w.rows, call.g, 0);
  p.db = sheet_new(1, p.out, 0);
  ok(khop_conv_grouped_forward(p.y.data, l->taps, p.x.data, p.w.data, p.b.data, call.f, call.g, groups, call.flags));
  ok(khop_conv_grouped_backward(p.dx.data, p.dw.data, p.db.data, l->taps, p.x.data, p.w.data, p.dy.data, call.f, call.g,
                                groups, call.flags));
  return p;
}

static void plain_close(plain *p) {
  sheet *all[] = {&p->x, &p->w, &p->b, &p->dy, &p->y, &p->dx, &p->dw, &p->db};
  for (int i = 0; i < 8; i++) free(all[i]->data);
}

/* The same numbers with a gap of NaN behind each row. */
static sheet spread(const sheet *from, int64_t gap) {
  sheet s = sheet_new(from->rows, from->width, gap);
  sheet_fill(&s, 0);
  for (int64_t i = 0; s.rows && i < (s.rows - 1) * s.ld + s.width; i++)
    s.data[i] = i % s.ld < s.width ? from->data[i / s.ld * from->ld + i % s.ld] : (khop_real)NAN;
  return s;
}

static void same_rows(const char *what, const sheet *a, const sheet *b) {
  for (int64_t i = 0; i < a->rows; i++)
    if (memcmp(a->data + i * a->ld, b->data + i * b->ld, (size_t)a->width * sizeof *a->data) != 0)
      fail_msg("%s: row %lld has other bits", what, (long long)i);
}

static void rows_with_gaps_have_the_same_bits(const lab *l, khop_conv_call call, khop_i_random *r) {
  plain p = plain_open(l, call, 0, r);
  sheet x = spread(&p.x, 3), dy = spread(&p.dy, 2);
  sheet y = sheet_new(p.n, p.out, 2), dx = sheet_new(p.n, call.f, 5), dw = sheet_new(p.dw.rows, call.g, 0);
  sheet db = sheet_new(1, p.out, 0);
  call.ldx = x.ld, call.ldy = y.ld, call.lddx = dx.ld;
  sheet_fill(&y, (khop_real)NAN);
  sheet_fill(&dx, (khop_real)NAN);
  ok(khop_conv_forward_with(y.data, l->taps, x.data, p.w.data, p.b.data, &call));
  ok(khop_conv_backward_with(dx.data, dw.data, db.data, l->taps, x.data, p.w.data, dy.data, &call));
  guards_stand(&y);
  guards_stand(&dx);
  same_rows("y", &p.y, &y);
  same_rows("dx", &p.dx, &dx);
  same_rows("dW", &p.dw, &dw);
  same_rows("db", &p.db, &db);
  /* added to: twice the same, and the guards still stand */
  call.flags |= KHOP_ACCUMULATE;
  ok(khop_conv_backward_with(dx.data, NULL, db.data, l->taps, x.data, p.w.data, dy.data, &call));
  guards_stand(&dx);
  for (int64_t i = 0; i < p.n; i++)
    for (int64_t c = 0; c < call.f; c++)
      close_to((double)dx.data[i * dx.ld + c], 2 * (double)p.dx.data[i * call.f + c], 1e-4);
  sheet *all[] = {&x, &dy, &y, &dx, &dw, &db};
  for (int i = 0; i < 6; i++) free(all[i]->data);
  plain_close(&p);
}

static double distance(const sheet *a, const sheet *b) {
  double *wanted = block_of(b->rows * b->width, sizeof *wanted);
  for (int64_t i = 0; i < b->rows * b->width; i++) wanted[i] = (double)b->data[i];
  double d = difference(a->data, wanted, b->rows * b->width);
  free(wanted);
  return d;
}

static void sparse_features_have_the_same_numbers(const lab *l, khop_conv_call call, khop_i_random *r) {
  plain p = plain_open(l, call, 0.6, r);
  int64_t *offsets = block_of(p.n + 1, sizeof *offsets), e = 0, f = call.f;
  int32_t *indices = block_of(p.n * f, sizeof *indices);
  khop_real *values = block_of(p.n * f, sizeof *values), *de = block_of(p.n * f, sizeof *de);
  for (int64_t i = 0; i < p.n; i++) {
    for (int64_t c = 0; c < f; c++)
      if (p.x.data[i * f + c] != 0) indices[e] = (int32_t)c, values[e++] = p.x.data[i * f + c];
    offsets[i + 1] = e;
  }
  khop_features sparse = {p.n, f, NULL, offsets, indices, values};
  sheet y = sheet_new(p.n, p.out, 0), dw = sheet_new(p.dw.rows, call.g, 0), db = sheet_new(1, p.out, 0);
  sheet at_entries = sheet_new(1, e, 0), wanted = sheet_new(1, e, 0);
  call.sparse = &sparse;
  for (int64_t i = 0; i < e; i++) de[i] = (khop_real)NAN;
  ok(khop_conv_forward_with(y.data, l->taps, NULL, p.w.data, p.b.data, &call));
  ok(khop_conv_backward_with(de, dw.data, db.data, l->taps, NULL, p.w.data, p.dy.data, &call));
  for (int64_t i = 0, k = 0; i < p.n; i++)
    for (; k < offsets[i + 1]; k++) at_entries.data[k] = de[k], wanted.data[k] = p.dx.data[i * f + indices[k]];
  close_enough("y", distance(&y, &p.y), 4 * TOLERANCE);
  close_enough("dx", distance(&at_entries, &wanted), 4 * TOLERANCE);
  close_enough("dW", distance(&dw, &p.dw), 4 * TOLERANCE);
  close_enough("db", distance(&db, &p.db), 4 * TOLERANCE);
  de[e / 2] += 1; /* the checker: a number that is wrong is seen */
  at_entries.data[e / 2] = de[e / 2];
  assert_true(distance(&at_entries, &wanted) > 4 * TOLERANCE);
  free(offsets);
  free(indices);
  free(values);
  free(de);
  sheet *all[] = {&y, &dw, &db, &at_entries, &wanted};
  for (int i = 0; i < 5; i++) free(all[i]->data);
  plain_close(&p);
}

/* So many nodes that convolutions go tile by tile; without the dense matrices, which nothing here asks for. */
static void tiled_lab(lab *l, khop_i_random *r) {
  l->edges.nodes = l->nodes = 1100;
  l->edges.directed = true;
  l->count = 3;
  for (int i = 0; i < 1500; i++) add_edge(&l->edges, khop_i_random_below(r, 1100), khop_i_random_below(r, 1100));
  l->graph = graph_of(&l->edges);
  ok(khop_rings_build(&l->rings, l->graph, 3, lab_hops, NULL));
  ok(khop_taps_new(&l->taps, l->rings, 3, lab_hops, KHOP_NORM_SYM, true));
}

/* Few nodes and many (tiles of rows), both orders of the products, blocks of taps, groups. */
static void every_shape(void **state) {
  (void)state;
  static const int64_t shapes[][3] = {{3, 5, 1}, {5, 3, 1}, {4, 4, 1}, {1, 1, 1}, {6, 4, 2}, {4, 6, 2}, {70, 70, 1}};
  for (int large = 0; large < 2; large++) {
    lab l = {0};
    khop_i_random r;
    khop_i_random_seed(&r, 4);
    if (large)
      tiled_lab(&l, &r);
    else
      large_lab(&l, true, KHOP_NORM_ROW, &r);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
      for (int concat = 0; concat < 2; concat++) {
        khop_conv_call call = {.size = sizeof call, .f = shapes[s][0], .g = shapes[s][1], .groups = shapes[s][2],
                               .flags = concat ? KHOP_CONCAT : 0};
        for (int threads = 1; threads < 4; threads += 2) {
          ok(khop_set_threads(threads));
          rows_with_gaps_have_the_same_bits(&l, call, &r);
          if (call.groups == 1) sparse_features_have_the_same_numbers(&l, call, &r);
        }
      }
    lab_close(&l);
  }
}

static void refusals(void **state) {
  (void)state;
  lab l = {0};
  khop_i_random r;
  khop_i_random_seed(&r, 4);
  large_lab(&l, true, KHOP_NORM_ROW, &r);
  khop_real y[1] = {7}, x[1] = {0};
  const int64_t offsets[151] = {0};
  khop_features sparse = {150, 4, NULL, offsets, NULL, NULL}, dense = {150, 4, x, NULL, NULL, NULL};
  const khop_conv_call good = {.size = sizeof good, .f = 4, .g = 6};
  khop_conv_call c = good;
#define REFUSED(status, a, b)                                                                                          \
  do {                                                                                                                 \
    fails(khop_conv_forward_with(y, l.taps, c.sparse ? NULL : x, x, NULL, &c), status, a, b);                          \
    fails(khop_conv_backward_with(NULL, y, NULL, l.taps, c.sparse ? NULL : x, x, x, &c), status, a, b);                \
    c = good;                                                                                                          \
  } while (0)
  c.size = 5;
  REFUSED(KHOP_E_ARGUMENT, "khop_conv_call: its size is 5", "sizeof is 72");
  c.ldx = 3;
  REFUSED(KHOP_E_SHAPE, "a stride of 3 of x", "no row of 4");
  c.ldy = 5;
  REFUSED(KHOP_E_SHAPE, "a stride of 5 of y", "no row of 6");
  c.ldy = 23, c.flags = KHOP_CONCAT;
  REFUSED(KHOP_E_SHAPE, "a stride of 23 of y", "no row of 24");
  c.lddx = -4;
  REFUSED(KHOP_E_SHAPE, "a stride of -4 of dx", "no row of 4");
  c.flags = KHOP_TRANSPOSE;
  REFUSED(KHOP_E_ARGUMENT, "flags 0x2", "");
  c.groups = 3;
  REFUSED(KHOP_E_SHAPE, "4 to 6 columns in 3 groups", "");
  c.groups = 2, c.sparse = &sparse;
  REFUSED(KHOP_E_UNSUPPORTED, "2 groups of sparse features", "");
  c.sparse = &dense;
  REFUSED(KHOP_E_ARGUMENT, "dense or sparse", "");
  sparse.rows = 149, c.sparse = &sparse;
  REFUSED(KHOP_E_SHAPE, "sparse features (149, 4)", "x is (150, 4)");
  sparse.rows = 150, sparse.columns = 5, c.sparse = &sparse;
  REFUSED(KHOP_E_SHAPE, "(150, 5)", "x is (150, 4)");
  sparse.columns = 4, c.sparse = &sparse;
  fails(khop_conv_forward_with(y, l.taps, x, x, NULL, &c), KHOP_E_ARGUMENT, "dense or sparse", "");
  assert_true(y[0] == 7);
  lab_close(&l);
}

/* --- memory ----------------------------------------------------------------------------------------- */

typedef struct work {
  const lab *lab;
  const khop_features *sparse;
  khop_real *y, *de, *dw, *w;
} work;

static khop_status both_ways(void *context) {
  const work *k = context;
  khop_conv_call c = {.size = sizeof c, .f = 4, .g = 6, .sparse = k->sparse};
  khop_status status = khop_conv_forward_with(k->y, k->lab->taps, NULL, k->w, NULL, &c);
  return status == KHOP_OK ? khop_conv_backward_with(k->de, k->dw, NULL, k->lab->taps, NULL, k->w, k->y, &c) : status;
}

static void memory_that_runs_out(void **state) {
  (void)state;
  static int64_t offsets[151];
  static int32_t indices[150];
  static khop_real values[150], y[900], de[150], dw[4 * 24], w[4 * 24];
  for (int i = 0; i < 150; i++) offsets[i + 1] = i + 1, indices[i] = i % 4, values[i] = 1;
  khop_features sparse = {150, 4, NULL, offsets, indices, values};
  lab l = {0};
  khop_i_random r;
  memory_can_run_out();
  khop_i_random_seed(&r, 4);
  large_lab(&l, true, KHOP_NORM_ROW, &r);
  assert_in_range(fail_each(both_ways, &(work){&l, &sparse, y, de, dw, w}), 5, 12);
  lab_close(&l);
  memory_is_plenty();
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(every_shape), TEST(refusals), TEST(memory_that_runs_out)};
  return cmocka_run_group_tests_name("conv_strides", tests, open_settings, close_settings);
}
