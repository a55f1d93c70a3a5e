/* scatter.c: predicted against measured: one square, the same scale on both axes, the diagonal. */
#include "base/error.h"
#include "plot/canvas.h"

#include <khop/plot.h>
#include <math.h>

typedef struct chart {
  double left, top, side;
  double lowest, highest, step; /* of both axes */
} chart;

typedef struct fit {
  int64_t count;
  double rmse, r2;
} fit;

static bool is_pair(double a, double b) { return !isnan(a) && !isnan(b); }

static double x_of(const chart *k, double v) {
  return k->left + k->side * (v - k->lowest) / (k->highest - k->lowest);
}
static double y_of(const chart *k, double v) {
  return k->top + k->side * (k->highest - v) / (k->highest - k->lowest);
}

/* The common range in round steps, and how good the fit is. */
static khop_status measure(chart *k, fit *f, int64_t count, const double *a, const double *b) {
  double low = INFINITY, high = -INFINITY, sum = 0, errors = 0, squares = 0;
  for (int64_t i = 0; i < count; i++) {
    if (!is_pair(a[i], b[i])) continue;
    if (isinf(a[i]) || isinf(b[i]))
      return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_scatter: pair %lld is infinite", (long long)i);
    low = fmin(low, fmin(a[i], b[i]));
    high = fmax(high, fmax(a[i], b[i]));
    sum += a[i];
    errors += (a[i] - b[i]) * (a[i] - b[i]);
    f->count++;
  }
  if (!f->count)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_scatter: none of the %lld pairs is whole", (long long)count);
  for (int64_t i = 0; i < count; i++)
    if (is_pair(a[i], b[i])) squares += (a[i] - sum / (double)f->count) * (a[i] - sum / (double)f->count);
  f->rmse = sqrt(errors / (double)f->count);
  f->r2 = squares > 0 ? 1 - errors / squares : NAN;
  double range = high - low > 1e-12 * fmax(fabs(high), 1e-300) ? high - low : fmax(fabs(high), 1);
  double unit = pow(10, floor(log10(range)) - 3);
  k->step = unit * khop_i_tick_step(range / unit, 8);
  k->lowest = k->step * floor(low / k->step);
  k->highest = k->step * ceil(high / k->step);
  if (!(k->highest > k->lowest)) k->highest = k->lowest + k->step;
  return KHOP_OK;
}

static void axes(khop_i_canvas *c, const chart *k, const char *name) {
  int steps = (int)lround((k->highest - k->lowest) / k->step);
  for (int i = 0; i <= steps; i++) {
    double v = k->lowest + k->step * i, x = x_of(k, v), y = y_of(k, v);
    if (fabs(v) < 1e-9 * k->step) v = 0;
    khop_i_set_colour(c, KHOP_I_PALE);
    khop_i_line(c, x, k->top, x, k->top + k->side, 0.8);
    khop_i_line(c, k->left, y, k->left + k->side, y, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x, k->top + k->side + 18, 11, 0.5, "%.4g", v);
    khop_i_text(c, k->left - 8, y + 4, 11, 1, "%.4g", v);
  }
  khop_i_set_colour(c, KHOP_I_GREY);
  khop_i_line(c, x_of(k, k->lowest), y_of(k, k->lowest), x_of(k, k->highest), y_of(k, k->highest), 1.2);
  cairo_set_line_width(c->cairo, 0.8);
  cairo_rectangle(c->cairo, k->left, k->top, k->side, k->side);
  cairo_stroke(c->cairo);
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, k->left + k->side / 2, k->top + k->side + 38, 12, 0.5, "measured: %s", name);
  khop_i_text_up(c, k->left - 46, k->top + k->side / 2, 12, "predicted");
}

static void points(khop_i_canvas *c, const chart *k, int64_t count, const double *a, const double *b,
                   const double *deviation) {
  khop_i_colour blue = khop_i_okabe_ito(0);
  for (int64_t i = 0; i < count; i++) {
    if (!is_pair(a[i], b[i])) continue;
    double x = x_of(k, a[i]), y = y_of(k, b[i]);
    if (deviation && deviation[i] > 0 && isfinite(deviation[i])) {
      khop_i_set_colour(c, KHOP_I_GREY);
      khop_i_line(c, x, y_of(k, fmin(b[i] + deviation[i], k->highest)), x,
                  y_of(k, fmax(b[i] - deviation[i], k->lowest)), 0.7);
    }
    cairo_set_source_rgba(c->cairo, blue.r, blue.g, blue.b, 0.65);
    cairo_new_path(c->cairo);
    cairo_arc(c->cairo, x, y, 2.6, 0, 6.283185307179586);
    cairo_fill(c->cairo);
  }
}

khop_status khop_plot_scatter(const char *path, int64_t count, const double *measured, const double *predicted,
                              const double *deviation, const char *name) {
  khop_i_canvas c = {0};
  chart k = {.left = 74, .top = 56, .side = 440};
  fit f = {0};
  if (!path || count < 1 || !measured || !predicted)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_scatter: a path and pairs of numbers are needed");
  khop_status status = measure(&k, &f, count, measured, predicted);
  if (status != KHOP_OK) return status;
  status = khop_i_canvas_open(&c, path, k.left + k.side + 36, k.top + k.side + 58);
  if (status != KHOP_OK) return status;
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, k.left, 28, 16, 0, "Predicted against measured");
  khop_i_text(&c, k.left, 46, 11, 0, "%lld pairs, RMSE %.3g, R\xc2\xb2 %.3f", (long long)f.count, f.rmse, f.r2);
  axes(&c, &k, name ? name : "");
  points(&c, &k, count, measured, predicted, deviation);
  return khop_i_canvas_commit(&c);
}
