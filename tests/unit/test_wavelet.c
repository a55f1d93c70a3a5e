/* test_wavelet.c: the a-trous transform against PyWavelets, and hop wavelets against their formula.
 *
 * Built twice, in float and in double. The recordings are written by make_wavelet_fixtures.py. */
#include "graph_check.h"
#include "files/npz.h"

#include <khop/wavelet.h>

#ifdef KHOP_DOUBLE
#define TOLERANCE 1e-11 /* of equality; PyWavelets' sym4 is itself good to 1e-12 */
#define INVERSE 1e-10
#else
#define TOLERANCE 1e-6
#define INVERSE 1e-5
#endif

/* --- against PyWavelets --------------------------------------------------------------------- */

typedef struct recorded {
  const char *key, *wavelet;
} recorded;
static const recorded recordings[] = {{"haar", "haar"}, {"db2", "db2"},         {"db4", "db4"},
                                   {"sym4", "sym4"}, {"bior2.2", "bior2.2"}, {"db4_short", "db4"}};
#define RECORDINGS (sizeof recordings / sizeof *recordings)

static khop_i_npz *open_fixtures(void) {
  char path[1024];
  khop_i_npz *npz = NULL;
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(path, sizeof path, "%s/tests/files/wavelets.npz", root ? root : ".");
  ok(khop_i_npz_open(&npz, path));
  return npz;
}

/* A member as doubles; owned by the array. */
static const double *member(khop_i_array *array, khop_i_npz *npz, const char *key,
                            const char *part) {
  char name[64];
  snprintf(name, sizeof name, "%s_%s", key, part);
  ok(khop_i_npz_read(array, npz, name));
  assert_int_equal(array->dtype, KHOP_I_FLOAT64);
  return array->data;
}

static khop_real *as_real(const double *x, int64_t count) {
  khop_real *y = block_of(count, sizeof *y);
  for (int64_t i = 0; i < count; i++) y[i] = (khop_real)x[i];
  return y;
}

static double largest_gap(const double *a, const double *b, int count) {
  double worst = 0;
  for (int i = 0; i < count; i++)
    if (!(fabs(a[i] - b[i]) <= worst)) worst = fabs(a[i] - b[i]);
  return worst;
}

static void filters_are_published(void **state) {
  (void)state;
  khop_i_npz *npz = open_fixtures();
  for (size_t i = 0; i < RECORDINGS; i++) {
    khop_filters f;
    khop_i_array array;
    static const char *const parts[] = {"dec_lo", "dec_hi", "rec_lo", "rec_hi"};
    ok(khop_filters_find(&f, recordings[i].wavelet));
    const double *const ours[] = {f.dec_low, f.dec_high, f.rec_low, f.rec_high};
    for (int k = 0; k < 4; k++) {
      const double *theirs = member(&array, npz, recordings[i].key, parts[k]);
      assert_int_equal(array.count, f.length);
      assert_true(largest_gap(ours[k], theirs, f.length) <= 1e-15);
      khop_i_array_free(&array);
    }
  }
  khop_i_npz_close(npz);
  for (int i = 0; i < khop_filters_count(); i++) assert_non_null(khop_filters_name(i));
  assert_null(khop_filters_name(khop_filters_count()));
  assert_null(khop_filters_name(-1));
}

/* The worst of: approximations, details, reconstruction, inverse of spoilt details. */
typedef struct errors {
  double a, d, inverse, spoilt;
} errors;

static errors compare(const recorded *which, const khop_filters *filters) {
  khop_i_npz *npz = open_fixtures();
  khop_i_array ax, aa, ad, as;
  khop_swt *swt;
  const double *x = member(&ax, npz, which->key, "x"), *a = member(&aa, npz, which->key, "a");
  const double *d = member(&ad, npz, which->key, "d"), *s = member(&as, npz, which->key, "spoilt");
  int64_t n = ax.count, levels = aa.shape[0], all = levels * n;
  khop_real *in = as_real(x, n), *ga = block_of(all, sizeof *ga), *gd = block_of(all, sizeof *gd);
  khop_real *back = block_of(n, sizeof *back);
  errors e;
  ok(khop_swt_new(&swt, n, (int)levels, filters, false));
  assert_int_equal(khop_swt_numbers(swt), n * levels + n);
  assert_true(khop_swt_redundancy(swt) == (double)(levels + 1));
  ok(khop_swt_forward(ga, gd, swt, in, 1));
  e.a = difference(ga, a, all);
  e.d = difference(gd, d, all);
  ok(khop_swt_inverse(back, swt, ga + all - n, gd, 1));
  e.inverse = difference(back, x, n);
  for (int64_t i = 0; i < all; i++) gd[i] = (khop_real)(d[i] * 0.5 * (double)(i % n % 2));
  ok(khop_swt_inverse(back, swt, ga + all - n, gd, 1));
  e.spoilt = difference(back, s, n);
  khop_swt_free(swt);
  khop_i_array_free(&ax);
  khop_i_array_free(&aa);
  khop_i_array_free(&ad);
  khop_i_array_free(&as);
  khop_i_npz_close(npz);
  free(in);
  free(ga);
  free(gd);
  free(back);
  return e;
}

static bool passes(errors e) {
  return e.a <= TOLERANCE && e.d <= TOLERANCE && e.inverse <= INVERSE && e.spoilt <= INVERSE;
}

static void equals_pywavelets(void **state) {
  (void)state;
  for (size_t i = 0; i < RECORDINGS; i++) {
    khop_filters f;
    ok(khop_filters_find(&f, recordings[i].wavelet));
    errors e = compare(&recordings[i], &f);
    if (!passes(e))
      fail_msg("%s: a %g, d %g, inverse %g, spoilt %g", recordings[i].key, e.a, e.d, e.inverse,
               e.spoilt);
  }
}

/* One coefficient wrong by a ten-thousandth, in any of the four filters, is found out. */
static void the_checker(void **state) {
  (void)state;
  for (int which = 0; which < 4; which++) {
    khop_filters f;
    ok(khop_filters_find(&f, "db4"));
    double *const filters[] = {f.dec_low, f.dec_high, f.rec_low, f.rec_high};
    assert_true(passes(compare(&recordings[2], &f)));
    filters[which][3] += 1e-4;
    assert_false(passes(compare(&recordings[2], &f)));
  }
}

/* --- what holds for every length ------------------------------------------------------------ */

/* The transform by its formula, with indices modulo n. */
static void direct(double *a, double *d, const double *x, int64_t n, int level,
                   const khop_filters *f) {
  for (int64_t i = 0; i < n; i++) {
    a[i] = d[i] = 0;
    for (int k = 0; k < f->length; k++) {
      int64_t j = (i + (int64_t)(f->length / 2 - k) * ((int64_t)1 << level)) % n;
      a[i] += f->dec_low[k] * x[j < 0 ? j + n : j];
      d[i] += f->dec_high[k] * x[j < 0 ? j + n : j];
    }
  }
}

/* Odd lengths, filters longer than the signal, several columns. */
static void any_length(void **state) {
  (void)state;
  enum { MOST = 40, LEVELS = 4, COLUMNS = 3 };
  khop_i_random r;
  khop_i_random_seed(&r, 11);
  for (int round = 0; round < 60; round++) {
    static khop_real x[MOST * COLUMNS], back[MOST * COLUMNS];
    static khop_real a[LEVELS * MOST * COLUMNS], d[LEVELS * MOST * COLUMNS];
    static double one[MOST], wa[MOST], wd[MOST], wide[MOST * COLUMNS];
    khop_filters f;
    khop_swt *swt;
    int64_t n = 2 + khop_i_random_below(&r, MOST - 1);
    int levels = 1 + (int)khop_i_random_below(&r, LEVELS);
    ok(khop_filters_find(&f, khop_filters_name(round % khop_filters_count())));
    ok(khop_swt_new(&swt, n, levels, &f, true));
    for (int64_t i = 0; i < n * COLUMNS; i++) wide[i] = (double)(x[i] = random_real(&r));
    ok(khop_swt_forward(a, d, swt, x, COLUMNS));
    for (int c = 0; c < COLUMNS; c++) {
      for (int64_t i = 0; i < n; i++) one[i] = wide[i * COLUMNS + c];
      for (int l = 0; l < levels; l++) {
        khop_real ga[MOST], gd[MOST];
        direct(wa, wd, one, n, l, &f);
        for (int64_t i = 0; i < n; i++) {
          ga[i] = a[(l * n + i) * COLUMNS + c];
          gd[i] = d[(l * n + i) * COLUMNS + c];
          one[i] = wa[i];
        }
        for (int64_t i = 0; i < n; i++) assert_true(fabs((double)ga[i] - wa[i]) <= 10 * TOLERANCE);
        for (int64_t i = 0; i < n; i++) assert_true(fabs((double)gd[i] - wd[i]) <= 10 * TOLERANCE);
      }
    }
    ok(khop_swt_inverse(back, swt, a + (levels - 1) * n * COLUMNS, d, COLUMNS));
    assert_true(difference(back, wide, n * COLUMNS) <= INVERSE);
    khop_swt_free(swt);
  }
}

static void bad_input(void **state) {
  (void)state;
  khop_swt *swt;
  khop_filters f, odd;
  khop_real x[8] = {0}, y[8];
  fails(khop_filters_find(&f, "db3"), KHOP_E_NOT_FOUND, "db3", "sym4");
  fails(khop_filters_find(&f, NULL), KHOP_E_NOT_FOUND, "haar", "bior2.2");
  ok(khop_filters_find(&f, "haar"));
  fails(khop_swt_new(&swt, 20, 3, &f, false), KHOP_E_SHAPE, "20 samples", "16 or 24");
  assert_null(swt);
  fails(khop_swt_new(&swt, 1, 1, &f, true), KHOP_E_SHAPE, "1 samples", "2 to");
  fails(khop_swt_new(&swt, 8, 0, &f, false), KHOP_E_ARGUMENT, "0 levels", "24");
  fails(khop_swt_new(&swt, 8, 25, &f, true), KHOP_E_ARGUMENT, "25 levels", "24");
  fails(khop_swt_new(&swt, 8, 1, NULL, true), KHOP_E_ARGUMENT, "0 taps", "even");
  odd = f;
  odd.length = 3;
  fails(khop_swt_new(&swt, 8, 1, &odd, true), KHOP_E_ARGUMENT, "3 taps", "even");
  odd = f;
  odd.rec_high[1] = (double)NAN;
  fails(khop_swt_new(&swt, 8, 1, &odd, true), KHOP_E_ARGUMENT, "tap 1", "not a number");
  ok(khop_swt_new(&swt, 8, 1, &f, false));
  fails(khop_swt_forward(y, y, swt, x, 0), KHOP_E_ARGUMENT, "0 columns", "signal");
  fails(khop_swt_inverse(y, swt, x, x, -1), KHOP_E_ARGUMENT, "-1 columns", "signal");
  khop_swt_free(swt);
  khop_swt_free(NULL);
  assert_int_equal(khop_bytes_now(), 0);
}

/* --- hop wavelets --------------------------------------------------------------------------- */

/* The wavelet itself, to be integrated by the midpoint rule: another way than the closed form. */
static double mother_at(double s, khop_mother mother) {
  if (mother == KHOP_MOTHER_HAAR) return s < 0.5 ? 1 : -1;
  double t = 4 * s;
  return (1 - t * t) * exp(-t * t / 2) - exp(-8.0);
}

static void weights_are_means(void **state) {
  (void)state;
  const int fine = 20000;
  for (int mother = 0; mother < 2; mother++)
    for (int j = 1; j < 64; j = j * 2 + 1) {
      khop_real w[64];
      double sum = 0, wanted[64] = {0};
      ok(khop_hop_wavelet_weights(w, j, (khop_mother)mother));
      for (int h = 0; h <= j; h++) {
        for (int i = 0; i < fine; i++)
          wanted[h] += mother_at((h + (i + 0.5) / fine) / (j + 1), (khop_mother)mother) / fine;
        sum += (double)w[h];
      }
      assert_true(difference(w, wanted, j + 1) <= 1e-5);
      assert_true(fabs(sum) <= 20 * TOLERANCE);
    }
  khop_real haar[4];
  ok(khop_hop_wavelet_weights(haar, 2, KHOP_MOTHER_HAAR)); /* the middle bin is half and half */
  assert_true(fabs((double)haar[0] - 1) < 1e-6 && fabs((double)haar[1]) < 1e-6);
}

/* Coefficients against sums over distances; zero on constants where no ring is empty. */
static void hop_wavelets(void **state) {
  (void)state;
  enum { MOST = 30, F = 2 };
  static edge_list e;
  static double a[MOST * MOST];
  static int distance[MOST * MOST];
  khop_i_random r;
  khop_i_random_seed(&r, 5);
  int zeros = 0;
  for (int round = 0; round < 96; round++) {
    draw_graph(&e, round % FAMILIES, round % 2, MOST, &r);
    khop_graph *graph = graph_of(&e);
    khop_rings *rings;
    int64_t n = e.nodes;
    int j = 1 + round % 4;
    khop_mother mother = (khop_mother)(round / 3 % 2);
    khop_real x[MOST * F], y[MOST * F], w[64];
    double wanted[MOST * F] = {0};
    ok(khop_rings_build(&rings, graph, 5, (int[]){0, 1, 2, 3, 4}, NULL));
    dense_adjacency(a, &e, KHOP_OUT);
    floyd_warshall(distance, a, n);
    ok(khop_hop_wavelet_weights(w, j, mother));
    for (int64_t i = 0; i < n; i++) x[i * F] = 3, x[i * F + 1] = random_real(&r);
    ok(khop_hop_wavelet(y, rings, j, mother, x, F));
    for (int64_t v = 0; v < n; v++) {
      bool whole = true;
      for (int h = 0; h <= j; h++) {
        double size = 0, sum[F] = {0};
        for (int64_t u = 0; u < n; u++)
          if (distance[v * n + u] == h) {
            size++;
            for (int c = 0; c < F; c++) sum[c] += (double)x[u * F + c];
          }
        whole = whole && size > 0;
        for (int c = 0; c < F && size > 0; c++) wanted[v * F + c] += (double)w[h] * sum[c] / size;
      }
      if (whole) assert_true(fabs((double)y[v * F]) <= 20 * TOLERANCE);
      zeros += whole;
    }
    for (int64_t i = 0; i < n * F; i++)
      assert_true(fabs((double)y[i] - wanted[i]) <= 20 * TOLERANCE);
    khop_rings_free(rings);
    khop_graph_free(graph);
  }
  assert_true(zeros > 300);
}

static void bad_hop_wavelets(void **state) {
  (void)state;
  khop_graph *path;
  khop_rings *rings, *balls;
  khop_real x[5] = {0}, y[5], w[64];
  ok(khop_graph_grid(&path, 1, (int64_t[]){5}, NULL, false, false));
  ok(khop_rings_build(&rings, path, 3, (int[]){0, 1, 2}, NULL));
  ok(khop_rings_build(&balls, path, 2, (int[]){0, 1}, &(khop_rings_options){.op = KHOP_BALL}));
  fails(khop_hop_wavelet_weights(w, 0, KHOP_MOTHER_HAAR), KHOP_E_ARGUMENT, "scale 0", "63");
  fails(khop_hop_wavelet_weights(w, 64, KHOP_MOTHER_HAAR), KHOP_E_ARGUMENT, "scale 64", "63");
  fails(khop_hop_wavelet_weights(w, 1, (khop_mother)7), KHOP_E_ARGUMENT, "mother", "7");
  fails(khop_hop_wavelet(y, rings, 3, KHOP_MOTHER_HAAR, x, 1), KHOP_E_ARGUMENT, "hop 3", "kept");
  fails(khop_hop_wavelet(y, balls, 1, KHOP_MOTHER_HAAR, x, 1), KHOP_E_ARGUMENT, "operator 1",
        "rings");
  fails(khop_hop_wavelet(y, rings, 1, KHOP_MOTHER_HAAR, x, 0), KHOP_E_ARGUMENT, "0 columns",
        "signal");
  khop_rings_free(rings);
  khop_rings_free(balls);
  khop_graph_free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(filters_are_published),
      cmocka_unit_test(equals_pywavelets),
      cmocka_unit_test(the_checker),
      cmocka_unit_test(any_length),
      cmocka_unit_test(bad_input),
      cmocka_unit_test(weights_are_means),
      cmocka_unit_test(hop_wavelets),
      cmocka_unit_test(bad_hop_wavelets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
