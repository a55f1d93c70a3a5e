/* test_apply.c: applying rings, against dense matrices in double; every instruction set that this
 * processor has; the same bits for every thread count.
 */
#include "kernels_check.h"

#include "kernels/kernels.h"

static const int64_t widths[] = {0, 1, 2, 3, 7, 15, 16, 17, 31, 64, 100, 130};
enum { WIDTHS = sizeof widths / sizeof *widths };

/* --- applying ------------------------------------------------------------------------------- */

static void applying(const char *simd) {
  if (khop_set_simd(simd) != KHOP_OK) {
    fails(khop_set_simd(simd), KHOP_E_UNSUPPORTED, simd, "processor");
    skipped(khop_message());
    return;
  }
  assert_string_equal(khop_simd(), simd);
  khop_i_random r;
  khop_i_random_seed(&r, 11);
  static lab l;
  int trial = 0;
  for (int directed = 0; directed < 2; directed++)
    for (int which = 0; which < 8; which++) /* norms, with and without self-loop */
      for (unsigned flags = 0; flags < 8; flags++) {
        draw_graph(&l.edges, trial * 5 % FAMILIES, directed, 40, &r);
        khop_operator op = trial % 3 ? KHOP_RING : (khop_operator)(trial / 3 % 4);
        lab_open(&l, (khop_direction)(trial % 3), op, 1 + trial % 5, (khop_norm)(which / 2),
                 which % 2);
        for (int w = trial % 3; w < WIDTHS; w += trial % 7 ? 3 : 1)
          apply_once(&l, widths[w], flags, &r);
        lab_close(&l);
        trial++;
      }
}

static void apply_baseline(void **state) {
  (void)state;
  applying("baseline");
}
static void apply_avx2(void **state) {
  (void)state;
  applying("avx2");
}
static void apply_avx512(void **state) {
  (void)state;
  applying("avx512");
}

static void instruction_sets(void **state) {
  (void)state;
  fails(khop_set_simd("neon"), KHOP_E_ARGUMENT, "neon", "baseline");
  ok(khop_set_simd(NULL));
  assert_non_null(khop_simd());
}

static void apply_threads(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 12);
  static lab l;
  for (int directed = 0; directed < 2; directed++) {
    large_lab(&l, directed, KHOP_NORM_SYM, &r);
    for (unsigned flags = 0; flags < 8; flags++) {
      const int64_t f = 70;
      sheet x = sheet_random(l.nodes, f * 4, 1, &r), one = sheet_new(l.nodes, f * 4, 1);
      sheet other = one;
      other.data = block_of(one.rows * one.ld, sizeof *other.data);
      for (int threads = 1; threads <= 4; threads++) {
        sheet *y = threads == 1 ? &one : &other;
        sheet_fill(y, (khop_real)0.25);
        ok(khop_set_threads(threads));
        ok(khop_apply(y->data, y->ld, l.taps, x.data, x.ld, f, flags));
        size_t bytes = (size_t)((one.rows - 1) * one.ld + one.width) * sizeof *one.data;
        assert_memory_equal(y->data, one.data, bytes);
      }
      free(x.data);
      free(one.data);
      free(other.data);
    }
    lab_close(&l);
  }
}

/* The first place in a block that is a multiple of a cache line. */
static khop_real *whole_lines(khop_real *block) {
  return block + (64 - (uintptr_t)block % 64) % 64 / sizeof *block;
}

/* Wide features go from packed columns, and by non-temporal stores where rows are whole lines: the bits
 * are those of narrow calls, which do neither; where the copy is scaled, the numbers to rounding. */
static bool same_row(const khop_real *y, const khop_real *z, int64_t count, bool scaled) {
  double tolerance = sizeof *y == 8 ? 1e-14 : 4e-6;
  bool near = true;
  if (!scaled) return memcmp(y, z, (size_t)count * sizeof *y) == 0;
  for (int64_t c = 0; c < count; c++) near = near && fabs((double)y[c] - (double)z[c]) <= tolerance;
  return near;
}

static void wide_features_have_the_same_bits(void **state) {
  (void)state;
  enum { N = 3500, EDGES = 130000, WIDE = 600, NARROW = KHOP_I_STRIP, AHEAD = 24 };
  static int64_t from[EDGES], to[EDGES];
  const int hop = 1;
  khop_i_random r;
  khop_i_random_seed(&r, 14);
  for (int e = 0; e < EDGES; e++) {
    from[e] = (int64_t)khop_i_random_below(&r, N);
    to[e] = (int64_t)khop_i_random_below(&r, N);
  }
  khop_graph *graph = NULL;
  khop_rings *rings = NULL;
  khop_taps *taps = NULL;
  ok(khop_graph_from_coo(&graph, N, EDGES, from, to, false));
  ok(khop_rings_build(&rings, graph, 1, &hop, NULL));
  assert_true(khop_rings_entries(rings, 0) >= 64 * N);
  sheet x = sheet_random(N, WIDE, 3, &r), z = sheet_new(N, WIDE, 5);
  for (unsigned trial = 0; trial < 16; trial++) {
    unsigned flags = trial / 4 % 2 * KHOP_TRANSPOSE | trial / 8 * KHOP_ACCUMULATE;
    const khop_norm norms[] = {KHOP_NORM_SYM, KHOP_NORM_NONE, KHOP_NORM_ROW, KHOP_NORM_NONE};
    bool lines = trial % 4 >= 2;
    sheet y = sheet_new(N + lines, WIDE, lines ? AHEAD : 5);
    khop_real *data = lines ? whole_lines(y.data) : y.data;
    sheet_fill(&y, (khop_real)0.5);
    sheet_fill(&z, (khop_real)0.5);
    for (int64_t i = 0; lines && i < N * y.ld; i++) y.data[i] = (khop_real)0.5;
    ok(khop_taps_new(&taps, rings, 1, &hop, norms[trial % 4], false));
    uint64_t before = khop_allocations();
    ok(khop_apply(data, y.ld, taps, x.data, x.ld, WIDE, flags));
    assert_int_equal(khop_allocations() - before, 1); /* the block */
    for (int64_t c = 0; c < WIDE; c += NARROW)
      ok(khop_apply(z.data + c, z.ld, taps, x.data + c, x.ld, WIDE - c < NARROW ? WIDE - c : NARROW, flags));
    assert_int_equal(khop_allocations() - before, 1);
    if (!lines) guards_stand(&y);
    khop_norm norm = norms[trial % 4];
    bool scaled = norm == KHOP_NORM_SYM || (norm == KHOP_NORM_ROW && flags & KHOP_TRANSPOSE);
    for (int64_t i = 0; i < N; i++) assert_true(same_row(data + i * y.ld, z.data + i * z.ld, WIDE, scaled));
    data[WIDE / 2] += (khop_real)0.001;
    assert_false(same_row(data, z.data, WIDE, scaled));
    khop_taps_free(taps);
    free(y.data);
  }
  free(x.data);
  free(z.data);
  khop_rings_free(rings);
  khop_graph_free(graph);
}

/* <A x, y> = <x, A^T y> for the sum and for the blocks beside one another. */
static void apply_adjoint(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 13);
  static lab l;
  for (int which = 0; which < 16; which++) {
    unsigned concat = which / 8 ? KHOP_CONCAT : 0;
    large_lab(&l, which % 2, (khop_norm)(which / 2 % 4), &r);
    int64_t n = l.nodes, f = 13, out = concat ? f * l.count : f;
    sheet x = sheet_random(n, f, 0, &r), y = sheet_random(n, out, 0, &r);
    sheet ax = sheet_new(n, out, 0), aty = sheet_new(n, f, 0);
    ok(khop_apply(ax.data, out, l.taps, x.data, f, f, concat));
    ok(khop_apply(aty.data, f, l.taps, y.data, out, f, concat | KHOP_TRANSPOSE));
    double one = 0, other = 0, size = 0;
    for (int64_t i = 0; i < n * out; i++) {
      one += (double)ax.data[i] * (double)y.data[i];
      size += fabs((double)ax.data[i] * (double)y.data[i]);
    }
    for (int64_t i = 0; i < n * f; i++) other += (double)x.data[i] * (double)aty.data[i];
    close_enough("<Ax, y> - <x, A'y>", fabs(one - other) / size, TOLERANCE);
    free(x.data);
    free(y.data);
    free(ax.data);
    free(aty.data);
    lab_close(&l);
  }
}

static void refusals(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 14);
  static lab l;
  large_lab(&l, true, KHOP_NORM_NONE, &r);
  khop_real x[8], y[8], guard = 7;
  y[0] = guard;
  fails(khop_apply(y, 9, l.taps, x, 9, 2, 8), KHOP_E_ARGUMENT, "0x8", "unknown");
  fails(khop_apply(y, 1, l.taps, x, 2, 2, 0), KHOP_E_SHAPE, "1 (y)", "2");
  fails(khop_apply(y, 2, l.taps, x, 1, 2, 0), KHOP_E_SHAPE, "1 (x)", "2");
  fails(khop_apply(y, 7, l.taps, x, 2, 2, KHOP_CONCAT), KHOP_E_SHAPE, "7 (y)", "8");
  fails(khop_apply(y, 2, l.taps, x, 7, 2, KHOP_CONCAT | KHOP_TRANSPOSE), KHOP_E_SHAPE, "7 (x)",
        "8");
  fails(khop_apply(y, 2, l.taps, x, 2, -1, 0), KHOP_E_SHAPE, "-1", "");
  fails(khop_conv_forward(y, l.taps, x, x, NULL, 2, 2, KHOP_TRANSPOSE), KHOP_E_ARGUMENT, "0x2",
        "unknown");
  fails(khop_conv_forward(y, l.taps, x, x, NULL, 2, 2, KHOP_ACCUMULATE), KHOP_E_ARGUMENT, "0x4",
        "unknown");
  fails(khop_conv_forward(y, l.taps, x, x, NULL, 0, 2, 0), KHOP_E_SHAPE, "from 0", "2 columns");
  fails(khop_conv_backward(NULL, NULL, NULL, l.taps, x, x, y, 2, 2, KHOP_TRANSPOSE), KHOP_E_ARGUMENT,
        "0x2", "unknown");
  fails(khop_conv_backward(NULL, NULL, NULL, l.taps, x, x, y, 2, -2, 0), KHOP_E_SHAPE, "-2",
        "columns");
  assert_true(y[0] == guard);
  fails(khop_set_threads(-1), KHOP_E_ARGUMENT, "-1", "1024");
  fails(khop_set_threads(1025), KHOP_E_ARGUMENT, "1025", "1024");
  lab_close(&l);
}

/* A comparison that cannot fail proves nothing. */
static void checker_is_checked(void **state) {
  (void)state;
  khop_i_random r;
  khop_i_random_seed(&r, 20);
  static lab l;
  large_lab(&l, true, KHOP_NORM_ROW, &r);
  const int64_t f = 5;
  sheet x = sheet_random(l.nodes, f, 0, &r), y = sheet_new(l.nodes, f, 1);
  double *wanted = block_of(l.nodes * f, sizeof *wanted);
  apply_densely(wanted, &l, &x, f, 0);
  int slot = khop_rings_slot(l.rings, 1), slots = khop_rings_slots(l.rings);
  int64_t row = 0;
  while (khop_i_hop_csr_begin(l.rings->csr, row, slot) == khop_i_hop_csr_end(l.rings->csr, row, slot)) row++;
  int32_t *column = &l.rings->csr->columns[l.rings->csr->offsets[row * slots + slot]], held = *column;
  for (int broken = 0; broken < 4; broken++) {
    sheet_fill(&y, 0);
    if (broken == 1) *column = (held + 1) % 150;
    ok(khop_apply(y.data, y.ld, l.taps, x.data, x.ld, f, 0));
    *column = held;
    if (broken == 2) y.data[3] = (khop_real)NAN;
    if (broken == 3) y.data[y.ld * 9] += (khop_real)1e-4;
    assert_int_equal(sheet_difference(&y, wanted) <= TOLERANCE, broken == 0);
  }
  free(x.data);
  free(y.data);
  free(wanted);
  lab_close(&l);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(instruction_sets),
      TEST(apply_baseline),
      TEST(apply_avx2),
      TEST(apply_avx512),
      TEST(apply_threads),
      TEST(wide_features_have_the_same_bits),
      TEST(apply_adjoint),
      TEST(refusals),
      TEST(checker_is_checked),
  };
  return cmocka_run_group_tests_name("apply", tests, open_settings, close_settings);
}
