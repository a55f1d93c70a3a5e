/* response.c: |H(w)| of a filter and of its dilated copies, on one pair of axes. */
#include "plot/canvas.h"
#include "base/error.h"
#include "base/memory.h"

#include <khop/plot.h>
#include <math.h>

#define POINTS 1001 /* frequencies of a curve, 0 and pi among them: more than one for each point of width */
#define MOST_CURVES 5 /* the filter and four dilations: the colours and dashes that stay apart */

typedef struct chart {
  double left, top, width, height, highest, step; /* highest is a whole number of steps */
} chart;

static void axes(khop_i_canvas *c, const chart *k) {
  static const char *const names[5] = {"0", "\xcf\x80/4", "\xcf\x80/2", "3\xcf\x80/4", "\xcf\x80"};
  for (int i = 0; i <= 4; i++) {
    double x = k->left + k->width * i / 4;
    khop_i_set_colour(c, KHOP_I_PALE);
    khop_i_line(c, x, k->top, x, k->top + k->height, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x, k->top + k->height + 18, 11, 0.5, "%s", names[i]);
  }
  int steps = (int)lround(k->highest / k->step);
  for (int i = 0; i <= steps; i++) {
    double y = k->top + k->height * (steps - i) / steps;
    khop_i_set_colour(c, KHOP_I_PALE);
    khop_i_line(c, k->left, y, k->left + k->width, y, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, k->left - 8, y + 4, 11, 1, "%.3g", k->step * i);
  }
  khop_i_set_colour(c, KHOP_I_GREY);
  cairo_set_line_width(c->cairo, 0.8);
  cairo_rectangle(c->cairo, k->left, k->top, k->width, k->height);
  cairo_stroke(c->cairo);
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, k->left + k->width / 2, k->top + k->height + 38, 12, 0.5,
              "frequency w, in radians a sample");
  khop_i_text_up(c, k->left - 46, k->top + k->height / 2, 12, "gain |H(w)|");
}

/* Curves differ in dashes as well as in colour. */
static void set_style(khop_i_canvas *c, int index) {
  static const double dashes[MOST_CURVES][2] = {{1, 0}, {7, 4}, {2, 3}, {12, 4}, {4, 2}};
  khop_i_set_colour(c, index ? khop_i_okabe_ito(index - 1) : KHOP_I_INK);
  cairo_set_dash(c->cairo, dashes[index], index ? 2 : 0, 0);
  cairo_set_line_width(c->cairo, index ? 1.8 : 2.2);
}

static void curve(khop_i_canvas *c, const chart *k, int index, const double *gain) {
  cairo_save(c->cairo);
  set_style(c, index);
  for (int i = 0; i < POINTS; i++)
    cairo_line_to(c->cairo, k->left + k->width * i / (POINTS - 1),
                  k->top + k->height * (1 - gain[i] / k->highest));
  cairo_stroke(c->cairo);
  cairo_restore(c->cairo);
}

static void key(khop_i_canvas *c, double x, double y, int index, int64_t dilation) {
  cairo_save(c->cairo);
  set_style(c, index);
  cairo_move_to(c->cairo, x, y);
  cairo_line_to(c->cairo, x + 34, y);
  cairo_stroke(c->cairo);
  cairo_restore(c->cairo);
  khop_i_set_colour(c, KHOP_I_INK);
  if (index)
    khop_i_text(c, x + 41, y + 4, 12, 0, "dilated by %lld", (long long)dilation);
  else
    khop_i_text(c, x + 41, y + 4, 12, 0, "the filter");
}

/* The top of the axis: the next round step at or above the largest gain. */
static void set_scale(chart *k) {
  if (!(k->highest > 1e-300)) k->highest = 1;
  double unit = pow(10, floor(log10(k->highest)) - 3);
  k->step = unit * khop_i_tick_step(k->highest / unit, 5);
  k->highest = k->step * ceil(k->highest / k->step - 1e-9);
}

khop_status khop_plot_response(const char *path, int taps, const double *filter, int count,
                               const int64_t *dilations) {
  khop_status status = KHOP_OK;
  khop_i_canvas c = {0};
  double *numbers = NULL; /* w, imaginary part, then a gain for each curve */
  chart k = {.left = 74, .top = 66, .width = 560, .height = 300};
  if (!path || taps < 1 || !filter || count < 0 || count >= MOST_CURVES || (count && !dilations))
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_response: a path, a filter, and 0 to %d dilations",
                       MOST_CURVES - 1);
  KHOP_TRY(khop_i_alloc(&numbers, (2 + MOST_CURVES) * POINTS, sizeof *numbers, "a response"));
  double *w = numbers, *imaginary = numbers + POINTS, *gains = numbers + 2 * POINTS;
  for (int i = 0; i < POINTS; i++) w[i] = 3.141592653589793 * i / (POINTS - 1);
  for (int n = 0; n <= count; n++) {
    double *gain = gains + n * POINTS;
    KHOP_TRY(khop_filter_response(gain, imaginary, taps, filter, n ? dilations[n - 1] : 1, POINTS, w));
    for (int i = 0; i < POINTS; i++) {
      gain[i] = hypot(gain[i], imaginary[i]);
      if (gain[i] > k.highest) k.highest = gain[i];
    }
  }
  if (!isfinite(k.highest))
    KHOP_FAIL(KHOP_E_ARGUMENT, "%s: the gain of the filter is not finite", path);
  set_scale(&k);
  KHOP_TRY(khop_i_canvas_open(&c, path, k.left + k.width + 36, k.top + k.height + 58));
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, k.left, 28, 16, 0, "Frequency response, %d taps", taps);
  for (int n = 0; n <= count; n++) key(&c, k.left + 128 * n, 48, n, n ? dilations[n - 1] : 1);
  axes(&c, &k);
  for (int n = 0; n <= count; n++) curve(&c, &k, n, gains + n * POINTS);
  status = khop_i_canvas_commit(&c);
done:
  khop_i_free(numbers);
  return status;
}
