/* influence.c: how much of what moves a model's outputs stands at each hop: a curve over the hops. */
#include "plot/canvas.h"
#include "plot/label.h"
#include "base/error.h"

#include <khop/plot.h>
#include <math.h>

typedef struct chart {
  double left, top, width, height, highest, step; /* highest is a whole number of steps, of shares */
  int hops;
} chart;

static double at_hop(const chart *k, double hop) {
  return k->left + (k->hops > 1 ? k->width * hop / (k->hops - 1) : k->width / 2);
}

static double at_share(const chart *k, double share) { return k->top + k->height * (1 - share / k->highest); }

static void axes(khop_i_canvas *c, const chart *k) {
  int every = k->hops > 1 ? (int)ceil(khop_i_tick_step(k->hops - 1, 12)) : 1;
  for (int h = 0; h < k->hops; h += every) {
    khop_i_set_colour(c, KHOP_I_PALE);
    khop_i_line(c, at_hop(k, h), k->top, at_hop(k, h), k->top + k->height, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, at_hop(k, h), k->top + k->height + 18, 11, 0.5, "%d", h);
  }
  int steps = (int)lround(k->highest / k->step);
  for (int i = 0; i <= steps; i++) {
    double y = at_share(k, k->step * i);
    khop_i_set_colour(c, KHOP_I_PALE);
    khop_i_line(c, k->left, y, k->left + k->width, y, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, k->left - 8, y + 4, 11, 1, "%.3g %%", 100 * k->step * i);
  }
  khop_i_text(c, k->left + k->width / 2, k->top + k->height + 38, 12, 0.5, "hop");
  khop_i_text_up(c, k->left - 56, k->top + k->height / 2, 12, "share of the influence");
}

static void curve(khop_i_canvas *c, const chart *k, const khop_influence *i) {
  khop_i_set_colour(c, khop_i_okabe_ito(0));
  cairo_set_line_width(c->cairo, 2);
  for (int h = 0; h < i->hops; h++) cairo_line_to(c->cairo, at_hop(k, h), at_share(k, i->share[h]));
  cairo_stroke(c->cairo);
  for (int h = 0; h < i->hops; h++) {
    cairo_arc(c->cairo, at_hop(k, h), at_share(k, i->share[h]), 3, 0, 2 * 3.141592653589793);
    cairo_fill(c->cairo);
  }
}

static void mean_hop(khop_i_canvas *c, const chart *k, double range) {
  static const double dashes[] = {5, 4};
  cairo_save(c->cairo);
  khop_i_set_colour(c, KHOP_I_GREY);
  cairo_set_dash(c->cairo, dashes, 2, 0);
  khop_i_line(c, at_hop(k, range), k->top, at_hop(k, range), k->top + k->height, 1.2);
  cairo_restore(c->cairo);
  khop_i_set_colour(c, KHOP_I_GREY);
  khop_i_text(c, at_hop(k, range), k->top - 6, 11, 0.5, "mean hop %.3g", range);
}

khop_status khop_plot_influence(const char *path, const khop_influence *influence, const char *name) {
  khop_status status = KHOP_OK;
  khop_i_canvas c = {0};
  char label[KHOP_I_LABEL];
  chart k = {.left = 84, .top = 72, .width = 520, .height = 280};
  if (!path || !influence) return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_influence: path or influence is NULL");
  k.hops = influence->hops;
  for (int h = 0; h < k.hops; h++) {
    if (!isfinite(influence->share[h]))
      return khop_i_fail(KHOP_E_ARGUMENT, "%s: nothing moves an output: there is no share to draw", path);
    k.highest = fmax(k.highest, influence->share[h]);
  }
  k.step = 1e-4 * khop_i_tick_step(1e4 * k.highest, 5);
  k.highest = k.step * ceil(k.highest / k.step - 1e-9);
  KHOP_TRY(khop_i_canvas_open(&c, path, k.left + k.width + 36, k.top + k.height + 58));
  khop_i_label(label, name ? name : "", 40);
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, k.left, 28, 16, 0, "Influence by hop%s%s", name ? ": " : "", label);
  axes(&c, &k);
  curve(&c, &k, influence);
  mean_hop(&c, &k, influence->range);
  status = khop_i_canvas_commit(&c);
done:
  return status;
}
