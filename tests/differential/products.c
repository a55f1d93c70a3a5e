/* products.c: rings times features, and convolutions with their gradients, against sums over dense matrices.
 *
 * Each number is held to its own bound: the same sum over absolute values, times the roundings that its terms may take.
 * A sum of nothing is exactly 0, and sums of whole numbers without a norm are exact. A ladder adds and takes away nodes
 * that the ring does not hold (docs/derivations/ladder.md): its bound counts every node. */
#include "differential.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- numbers ------------------------------------------------------------------------------------------- */

/* Numbers khop gets, and the same as doubles. */
static khop_real *drawn(int64_t count, const question *q, uint64_t what) {
  khop_real *x = room(count, sizeof *x);
  uint64_t state = q->seed + what;
  for (int64_t i = 0; i < count; i++) {
    int64_t whole = draw_below(&state, 17) - 8, part = draw_below(&state, 1 << 10);
    x[i] = (khop_real)whole + (q->whole ? 0 : (khop_real)part / (1 << 10));
  }
  return x;
}

/* The dense operators of a question. */
typedef struct operators {
  int64_t n;
  int count;
  double *m, *size; /* (count, n, n): as they are; and for bounds */
  double share;     /* roundings, as a share of a bound, without those of sums */
  bool exact;       /* sums of whole numbers are */
} operators;

static void operators_open(operators *p, const sketch *s, const question *q, const khop_rings *rings) {
  oracle o;
  oracle_open(&o, s, q->direction);
  int64_t each = o.nodes * o.nodes;
  bool ladder = khop_rings_form(rings) == KHOP_LADDER;
  double unit = sizeof(khop_real) == 8 ? DBL_EPSILON : FLT_EPSILON;
  int64_t sums = q->op == KHOP_WALK_POWER ? 1 + q->hops[q->count - 1] : 1; /* numbers of walks are sums themselves */
  *p = (operators){.n = o.nodes, .count = q->count, .m = room(q->count * each, sizeof *p->m),
                   .size = room(q->count * each, sizeof *p->size),
                   .share = (ladder ? 1000 : 20 + (double)(sums * o.nodes)) * unit,
                   .exact = q->whole && q->norm == KHOP_NORM_NONE};
  for (int t = 0; t < q->count; t++) {
    double *m = p->m + t * each;
    oracle_operator(m, &o, q->op, q->hops[t]);
    oracle_normalise(m, o.nodes, q->norm, q->self_loop && q->hops[t] > 0 && q->op != KHOP_BALL);
    for (int64_t i = 0; i < each; i++) p->size[t * each + i] = ladder ? 1 : m[i];
  }
  oracle_close(&o);
}

static void operators_close(operators *p) {
  free(p->m);
  free(p->size);
}

/* y (n, f, rows ldy) += M x, or M^T x, of an operator m (n, n). */
static void add_product(double *y, int64_t ldy, const double *m, bool transposed, const double *x, int64_t ldx,
                        int64_t n, int64_t f) {
  for (int64_t i = 0; i < n; i++)
    for (int64_t j = 0; j < n; j++) {
      double entry = m[transposed ? j * n + i : i * n + j];
      for (int64_t c = 0; entry != 0 && c < f; c++) y[i * ldy + c] += entry * x[j * ldx + c];
    }
}

/* Whether a number differs from what it should be, within its bound. terms: of sums beside those over nodes. */
static bool number_differs(char *text, const char *what, int64_t row, int64_t column, double got, double wanted,
                           double bound, int64_t terms, const operators *p) {
  double unit = sizeof(khop_real) == 8 ? DBL_EPSILON : FLT_EPSILON;
  double allowed = p->exact && bound < 1 << 20 ? 0 : bound * (p->share + (double)terms * unit);
  if (planted == EMPTY_IS_NAN && bound == 0) got = NAN;
  if (fabs(got - wanted) <= allowed) return false;
  return say(text, "%s (%lld, %lld) is %.17g, not %.17g within %.3g", what, (long long)row, (long long)column, got,
             wanted, allowed);
}

static double *absolute(const double *x, int64_t count) {
  double *y = room(count, sizeof *y);
  for (int64_t i = 0; i < count; i++) y[i] = fabs(x[i]);
  return y;
}

static double *as_double(const khop_real *x, int64_t count) {
  double *y = room(count, sizeof *y);
  for (int64_t i = 0; i < count; i++) y[i] = (double)x[i];
  return y;
}

static khop_taps *taps_of(char *text, const khop_rings *rings, const question *q) {
  khop_taps *taps = NULL;
  if (khop_taps_new(&taps, rings, q->count, q->hops, q->norm, q->self_loop) != KHOP_OK) refused(text, "khop_taps_new");
  return taps;
}

/* --- apply ---------------------------------------------------------------------------------------------- */

enum { GAP = 3 }; /* columns between two rows, which no call may touch */

/* y (n, wide) as it should be, over values or, with sizes, over absolute ones. */
static void apply_oracle(double *y, const operators *p, const double *m, const double *x, int64_t ldx,
                         const question *q) {
  int64_t f = q->columns, wide = q->concat && !q->transpose ? p->count * f : f;
  for (int t = 0; t < p->count; t++)
    add_product(y + (q->concat && !q->transpose ? t * f : 0), wide, m + t * p->n * p->n, q->transpose,
                x + (q->concat && q->transpose ? t * f : 0), ldx, p->n, f);
}

static bool products_differ(char *text, const operators *p, const khop_taps *taps, const question *q) {
  int64_t n = p->n, f = q->columns, all = q->count * f;
  int64_t in = q->concat && q->transpose ? all : f, out = q->concat && !q->transpose ? all : f;
  int64_t ldx = in + GAP, ldy = out + GAP;
  khop_real *x = drawn(n * ldx, q, 1), *y = drawn(n * ldy, q, 2), *before = drawn(n * ldy, q, 2);
  double *values = as_double(x, n * ldx), *sizes = absolute(values, n * ldx);
  double *wanted = room(n * out, sizeof *wanted), *bound = room(n * out, sizeof *bound);
  unsigned flags = (q->concat ? KHOP_CONCAT : 0) | (q->transpose ? KHOP_TRANSPOSE : 0) |
                   (q->accumulate ? KHOP_ACCUMULATE : 0);
  bool other = khop_apply(y, ldy, taps, x, ldx, f, flags) != KHOP_OK && refused(text, "khop_apply");
  apply_oracle(wanted, p, p->m, values, ldx, q);
  apply_oracle(bound, p, p->size, sizes, ldx, q);
  for (int64_t i = 0; i < n; i++)
    for (int64_t c = 0; c < ldy && !other; c++) {
      double old = (double)before[i * ldy + c], got = (double)y[i * ldy + c];
      if (c >= out) {
        if (got != old) other = say(text, "row %lld: something is written behind its columns", (long long)i);
        continue;
      }
      if (!q->accumulate) old = 0;
      other = number_differs(text, "product", i, c, got, wanted[i * out + c] + old, bound[i * out + c] + fabs(old),
                             q->count, p);
    }
  free(x), free(y), free(before), free(values), free(sizes), free(wanted), free(bound);
  return other;
}

bool apply_differs(char *text, const sketch *s, const question *q) {
  khop_rings *rings = rings_of(text, s, q);
  if (!rings) return true;
  khop_taps *taps = taps_of(text, rings, q);
  operators p;
  operators_open(&p, s, q, rings);
  bool other = !taps || products_differ(text, &p, taps, q);
  operators_close(&p);
  khop_taps_free(taps);
  khop_rings_free(rings);
  return other;
}

/* --- convolutions ----------------------------------------------------------------------------------------- */

/* The numbers of a convolution: x (n, f), w (taps, f / groups, g), b and y (n, wide), and the gradients of all. */
typedef struct numbers {
  double *x, *w, *b, *dy, *y, *dx, *dw, *db;
} numbers;

typedef struct widths {
  int64_t f, g, groups, wide, weights;
} widths;

static widths widths_of(const question *q) {
  widths k = {.f = q->columns, .g = q->outputs, .groups = 1};
  for (int64_t i = 2; q->grouped && i <= k.f && i <= k.g; i++)
    if (k.f % i == 0 && k.g % i == 0) k.groups = i;
  k.wide = q->concat ? q->count * k.g : k.g;
  k.weights = q->count * (k.f / k.groups) * k.g;
  return k;
}

static void convolution_oracle(numbers *v, const operators *p, const double *m, const question *q) {
  widths k = widths_of(q);
  int64_t n = p->n, in = k.f / k.groups, out = k.g / k.groups;
  double *z = room(n * k.f, sizeof *z), *dz = room(n * k.f, sizeof *dz);
  for (int64_t i = 0; i < n * k.wide; i++) v->y[i] += v->b[i % k.wide], v->db[i % k.wide] += v->dy[i];
  for (int t = 0; t < q->count; t++) {
    int64_t at = q->concat ? t * k.g : 0;
    memset(z, 0, (size_t)(n * k.f) * sizeof *z);
    memset(dz, 0, (size_t)(n * k.f) * sizeof *dz);
    add_product(z, k.f, m + t * n * n, false, v->x, k.f, n, k.f);
    for (int64_t i = 0; i < n; i++)
      for (int64_t a = 0; a < in; a++)
        for (int64_t o = 0; o < k.g; o++) {
          int64_t w = (t * in + a) * k.g + o, from = i * k.f + o / out * in + a, to = i * k.wide + at + o;
          v->y[to] += z[from] * v->w[w];
          v->dw[w] += z[from] * v->dy[to];
          dz[from] += v->w[w] * v->dy[to];
        }
    add_product(v->dx, k.f, m + t * n * n, true, dz, k.f, n, k.f);
  }
  free(z);
  free(dz);
}

static bool array_differs(char *text, const char *what, const khop_real *got, const khop_real *before,
                          const double *wanted, const double *bound, int64_t count, int64_t columns, int64_t terms,
                          const operators *p) {
  for (int64_t i = 0; i < count; i++) {
    double old = before ? (double)before[i] : 0;
    if (number_differs(text, what, i / columns, i % columns, (double)got[i], wanted[i] + old, bound[i] + fabs(old),
                       terms, p))
      return true;
  }
  return false;
}

static bool convolutions_differ(char *text, const operators *p, const khop_taps *taps, const question *q) {
  widths k = widths_of(q);
  int64_t n = p->n, terms = q->count * (k.f + k.g) + n;
  khop_real *x = drawn(n * k.f, q, 1), *w = drawn(k.weights, q, 2), *b = drawn(k.wide, q, 3);
  khop_real *dy = drawn(n * k.wide, q, 4), *y = room(n * k.wide, sizeof *y);
  /* The gradients are added to what is there, or take its place. */
  khop_real *dx = drawn(n * k.f, q, 5), *dw = drawn(k.weights, q, 6), *db = drawn(k.wide, q, 7);
  khop_real *dx0 = drawn(n * k.f, q, 5), *dw0 = drawn(k.weights, q, 6), *db0 = drawn(k.wide, q, 7);
  unsigned flags = q->concat ? KHOP_CONCAT : 0;
  bool other = khop_conv_grouped_forward(y, taps, x, w, b, k.f, k.g, k.groups, flags) != KHOP_OK &&
               refused(text, "khop_conv_grouped_forward");
  other = other || (khop_conv_grouped_backward(dx, dw, db, taps, x, w, dy, k.f, k.g, k.groups,
                                               flags | (q->accumulate ? KHOP_ACCUMULATE : 0)) != KHOP_OK &&
                    refused(text, "khop_conv_grouped_backward"));
  numbers v[2]; /* values, and bounds */
  for (int i = 0; i < 2; i++) {
    v[i] = (numbers){as_double(x, n * k.f), as_double(w, k.weights), as_double(b, k.wide), as_double(dy, n * k.wide),
                     room(n * k.wide, sizeof(double)), room(n * k.f, sizeof(double)), room(k.weights, sizeof(double)),
                     room(k.wide, sizeof(double))};
    double *in[] = {v[i].x, v[i].w, v[i].b, v[i].dy};
    int64_t sizes[] = {n * k.f, k.weights, k.wide, n * k.wide};
    for (int a = 0; i == 1 && a < 4; a++)
      for (int64_t e = 0; e < sizes[a]; e++) in[a][e] = fabs(in[a][e]);
    convolution_oracle(&v[i], p, i ? p->size : p->m, q);
  }
  bool add = q->accumulate;
  other = other || array_differs(text, "y", y, NULL, v[0].y, v[1].y, n * k.wide, k.wide, terms, p) ||
          array_differs(text, "dx", dx, add ? dx0 : NULL, v[0].dx, v[1].dx, n * k.f, k.f, terms, p) ||
          array_differs(text, "dw", dw, add ? dw0 : NULL, v[0].dw, v[1].dw, k.weights, k.g, terms, p) ||
          array_differs(text, "db", db, add ? db0 : NULL, v[0].db, v[1].db, k.wide, k.wide, terms, p);
  for (int i = 0; i < 2; i++) {
    void *all[] = {v[i].x, v[i].w, v[i].b, v[i].dy, v[i].y, v[i].dx, v[i].dw, v[i].db};
    for (int a = 0; a < 8; a++) free(all[a]);
  }
  void *all[] = {x, w, b, dy, y, dx, dw, db, dx0, dw0, db0};
  for (int a = 0; a < 11; a++) free(all[a]);
  return other;
}

bool convolution_differs(char *text, const sketch *s, const question *q) {
  khop_rings *rings = rings_of(text, s, q);
  if (!rings) return true;
  khop_taps *taps = taps_of(text, rings, q);
  operators p;
  operators_open(&p, s, q, rings);
  bool other = !taps || convolutions_differ(text, &p, taps, q);
  operators_close(&p);
  khop_taps_free(taps);
  khop_rings_free(rings);
  return other;
}
