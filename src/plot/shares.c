/* shares.c: see shares.h. */
#include "plot/shares.h"
#include "base/error.h"
#include "plot/label.h"

#include <math.h>

khop_i_colour khop_i_share_colour(double share, double largest) {
  khop_i_colour end = share < 0 ? (khop_i_colour){0, 0.45, 0.70} : (khop_i_colour){0.84, 0.37, 0};
  double t = largest > 0 ? fmin(1, fabs(share) / largest) : 0;
  return (khop_i_colour){1 + t * (end.r - 1), 1 + t * (end.g - 1), 1 + t * (end.b - 1)};
}

double khop_i_largest_share(const double *shares, int64_t count) {
  double largest = 0;
  for (int64_t i = 0; i < count; i++) largest = fmax(largest, fabs(shares[i]));
  return largest;
}

void khop_i_draw_share_scale(khop_i_canvas *c, const char *what, double largest, double x, double y) {
  int steps = 60;
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, x, y - 8, 12, 0, "share of %s", what);
  for (int i = 0; i < steps; i++) {
    khop_i_set_colour(c, khop_i_share_colour(2 * (i + 0.5) / steps - 1, 1));
    cairo_rectangle(c->cairo, x + 3 * i, y, 3.2, 12);
    cairo_fill(c->cairo);
  }
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, x, y + 26, 11, 0, "%.3g", -largest);
  khop_i_text(c, x + 90, y + 26, 11, 0.5, "0");
  khop_i_text(c, x + 180, y + 26, 11, 1, "%.3g", largest);
}

void khop_i_draw_share_head(khop_i_canvas *c, const khop_explanation *e, int64_t k, const char *of, const char *prefix,
                            const char *name) {
  char output[KHOP_I_LABEL];
  khop_i_label(output, of ? of : "", 30);
  khop_i_set_colour(c, KHOP_I_INK);
  if (*output) khop_i_text(c, 24, 32, 16, 0, "What contributed to %s for %s%s", output, prefix, name);
  else
    khop_i_text(c, 24, 32, 16, 0, "What contributed to output %lld for %s%s", (long long)e->explained[k], prefix, name);
  khop_i_text(c, 24, 52, 12, 0, "%.4g in all, of which the base line has %.4g", e->value[k], e->base[k]);
}

khop_status khop_i_share_check(const char *path, const khop_explanation *e, int64_t k, const char *who) {
  if (!path || !e) return khop_i_fail(KHOP_E_ARGUMENT, "%s: an argument is missing", who);
  if (k < 0 || k >= e->count)
    return khop_i_fail(KHOP_E_ARGUMENT, "a picture of output %lld of the %lld that are explained", (long long)k,
                       (long long)e->count);
  return KHOP_OK;
}
