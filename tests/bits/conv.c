/* conv.c: convolutions on plain arrays, forward and backward, also in groups. */
#include "bits.h"

#include <stdlib.h>

typedef struct shape {
  int64_t f, g, groups;
} shape;
static const shape shapes[] = {{7, 64, 1},   {16, 16, 1}, {64, 7, 1},  {64, 64, 1},
                               {256, 32, 1}, {32, 64, 4}, {16, 16, 16}};

/* The arrays of one convolution: given, and made. */
typedef struct arrays {
  int64_t n, taps, in, out, weights;
  khop_real *x, *w, *b, *dy, *y, *dx, *dw, *db;
} arrays;

static arrays arrays_new(int64_t n, int64_t taps, const shape *s) {
  arrays a = {.n = n, .taps = taps, .in = n * s->f, .out = n * taps * s->g, .weights = taps * s->f / s->groups * s->g};
  a.x = drawn(a.in, 21);
  a.w = drawn(a.weights, 22);
  a.b = drawn(taps * s->g, 23);
  a.dy = drawn(a.out, 24);
  a.y = room((size_t)a.out, sizeof(khop_real));
  a.dx = drawn(a.in, 25); /* also added to */
  a.dw = drawn(a.weights, 26);
  a.db = drawn(taps * s->g, 27);
  return a;
}

static void arrays_free(arrays *a) {
  khop_real *all[] = {a->x, a->w, a->b, a->dy, a->y, a->dx, a->dw, a->db};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void plain(arrays *a, const khop_taps *taps, const shape *s, unsigned flags) {
  unsigned forward = flags & ~(unsigned)KHOP_ACCUMULATE; /* for gradients alone */
  if (s->groups > 1) {
    TRY(khop_conv_grouped_forward(a->y, taps, a->x, a->w, a->b, s->f, s->g, s->groups, forward));
    TRY(khop_conv_grouped_backward(a->dx, a->dw, a->db, taps, a->x, a->w, a->dy, s->f, s->g, s->groups, flags));
  } else {
    TRY(khop_conv_forward(a->y, taps, a->x, a->w, a->b, s->f, s->g, forward));
    TRY(khop_conv_backward(a->dx, a->dw, a->db, taps, a->x, a->w, a->dy, s->f, s->g, flags));
  }
}

static void run_flags(sum *sums, arrays *a, const khop_taps *taps, const shape *s, unsigned flags) {
  int64_t out = flags & KHOP_CONCAT ? a->taps * s->g : s->g;
  plain(a, taps, s, flags);
  sum_reals(sums, a->y, a->n * out);
  sum_reals(sums, a->dx, a->in);
  sum_reals(sums, a->dw, a->weights);
  sum_reals(sums, a->db, out);
}

static void shape_row(const char *kind, const place *p, int form, const khop_taps *taps, const shape *s) {
  arrays a = arrays_new(khop_graph_nodes(p->graph), p->count, s);
  sum sums = sum_new();
  run_flags(&sums, &a, taps, s, 0);
  if (!p->large) {
    run_flags(&sums, &a, taps, s, KHOP_ACCUMULATE);
    run_flags(&sums, &a, taps, s, KHOP_CONCAT);
  }
  row(kind, p->needs, &sums, "conv/%s/%s/%d-%d-%d", p->name, form_names[form], (int)s->f, (int)s->g, (int)s->groups);
  arrays_free(&a);
}

void conv_rows(const char *kind, const place *places, int count) {
  for (const place *p = places; p < places + count; p++) {
    if (!p->products) continue;
    for (int form = 0; form < FORMS - p->large; form++) { /* auto is one of the others */
      khop_rings *rings = rings_in(p, form);
      khop_taps *taps = NULL;
      TRY(khop_taps_new(&taps, rings, p->count, p->hops, KHOP_NORM_SYM, false));
      for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (!p->large || shapes[i].f == 64) shape_row(kind, p, form, taps, &shapes[i]);
      khop_taps_free(taps);
      khop_rings_free(rings);
    }
  }
}
