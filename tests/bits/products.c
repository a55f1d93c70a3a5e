/* products.c: khop_apply over every form, norm, flag and width. */
#include "bits.h"

#include <stdlib.h>

static const int64_t widths[] = {1, 7, 16, 64, 256};
static const unsigned flags_of[] = {0, KHOP_CONCAT | KHOP_TRANSPOSE, KHOP_ACCUMULATE, KHOP_TRANSPOSE, KHOP_CONCAT};
enum { WIDTHS = sizeof widths / sizeof *widths, FLAGS = sizeof flags_of / sizeof *flags_of };

typedef void add_up(sum *s, const khop_real *x, int64_t count);

/* One product, with a gap behind each row, which must stay as it is. x (N, taps F) serves all flags. */
static void apply(sum *s, add_up *add, const khop_taps *taps, int64_t n, int count, khop_real *x, int64_t f,
                  unsigned flags) {
  bool concat = flags & KHOP_CONCAT, transposed = flags & KHOP_TRANSPOSE;
  int64_t in = concat && transposed ? count * f : f, out = concat && !transposed ? count * f : f;
  khop_real *y = room((size_t)(n * (out + 1)), sizeof *y);
  for (int64_t i = 0; i < n * (out + 1); i++) y[i] = (khop_real)(i % 5);
  TRY(khop_apply(y, out + 1, taps, x, in, f, flags));
  add(s, y, n * (out + 1));
  free(y);
}

/* The first `kinds` of the flags, from one to all. */
static void some_flags(sum *s, add_up *add, const place *p, const khop_rings *rings, khop_real *x, int64_t f,
                       khop_norm norm, bool self_loop, int kinds) {
  khop_taps *taps = NULL;
  TRY(khop_taps_new(&taps, rings, p->count, p->hops, norm, self_loop));
  for (int i = 0; i < kinds; i++)
    apply(s, add, taps, khop_rings_nodes(rings), p->count, x, f, flags_of[i]);
  khop_taps_free(taps);
}

/* Whole numbers through plain sums: exact, hence the same on every machine, and in every form of rings. */
void whole_rows(const place *places, int count) {
  for (const place *p = places; p < places + count; p++) {
    if (!p->products || p->large) continue;
    int64_t n = khop_graph_nodes(p->graph);
    for (int form = 0; form < FORMS; form++) {
      khop_rings *rings = rings_in(p, form);
      sum s = sum_new();
      for (int w = 0; w + 1 < WIDTHS; w++) {
        khop_real *x = drawn_whole(n * p->count * widths[w], 11);
        some_flags(&s, sum_whole, p, rings, x, widths[w], KHOP_NORM_NONE, false, FLAGS);
        free(x);
      }
      row("integers", p->needs, &s, "whole/%s/%s", p->name, form_names[form]);
      khop_rings_free(rings);
    }
  }
}

static void width_row(const char *kind, const place *p, const khop_rings *rings, int form, int64_t f) {
  khop_real *x = drawn(khop_rings_nodes(rings) * p->count * f, 12);
  sum s = sum_new();
  for (int norm = 0; norm < 4 && !p->large; norm++)
    some_flags(&s, sum_reals, p, rings, x, f, (khop_norm)norm, false, 1);
  some_flags(&s, sum_reals, p, rings, x, f, KHOP_NORM_SYM, true, p->large ? 2 : FLAGS);
  row(kind, p->needs, &s, "apply/%s/%s/%d", p->name, form_names[form], (int)f);
  free(x);
}

void product_rows(const char *kind, const place *places, int count) {
  for (const place *p = places; p < places + count; p++) {
    if (!p->products) continue;
    for (int form = 0; form < FORMS - p->large; form++) { /* auto is one of the others */
      khop_rings *rings = rings_in(p, form);
      for (int w = 0; w < WIDTHS; w++)
        if (!p->large || (widths[w] >= 16 && widths[w] <= p->widest)) width_row(kind, p, rings, form, widths[w]);
      khop_rings_free(rings);
    }
  }
}
