/* field.c: the receptive field of a stack as a picture: where paths to the output start, and where
 * none does.
 *
 *   square (2 axes)              strips (1 axis)
 *   +-----------------+          layer 1   ######            R = 7
 *   |#:#:#:#:#:#:#:#:#| bar      layer 2   ############      ...
 *   |:::::::::::::::::|          the offsets seen behind each layer, holes hatched
 */
#include "plot/canvas.h"
#include "base/error.h"

#include <khop/plot.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MOST_STRIPS 24
#define MOST_BINS 720

/* --- what both pictures have ---------------------------------------------------------------- */

/* "kernel 3, dilations 1, 2, 4" or, where layers differ, their number; cut with dots if long. */
static void describe(char *text, size_t capacity, int count, const khop_layer *layers) {
  bool same = true, strided = false;
  size_t used;
  for (int l = 0; l < count; l++) {
    same = same && layers[l].kernel == layers[0].kernel;
    strided = strided || layers[l].stride != 1;
  }
  if (same)
    used = (size_t)snprintf(text, capacity, "kernel %lld, dilations", (long long)layers[0].kernel);
  else
    used = (size_t)snprintf(text, capacity, "%d layers, dilations", count);
  for (int l = 0; l < count && used < capacity; l++) {
    const char *separator = l ? ", " : " ";
    if (used + 40 > capacity) {
      snprintf(text + used, capacity - used, ", ..");
      return;
    }
    used += (size_t)snprintf(text + used, capacity - used, "%s%lld", separator,
                             (long long)layers[l].dilation);
  }
  if (strided && used < capacity) snprintf(text + used, capacity - used, ", with strides");
}

/* Diagonals over a box: nothing is seen here. */
static void hatch(khop_i_canvas *c, double x, double y, double width, double height) {
  cairo_save(c->cairo);
  cairo_rectangle(c->cairo, x, y, width, height);
  cairo_clip(c->cairo);
  khop_i_set_colour(c, KHOP_I_PALE);
  for (double d = -height; d < width; d += 5) khop_i_line(c, x + d, y + height, x + d + height, y, 0.8);
  cairo_restore(c->cairo);
}

static void frame(khop_i_canvas *c, double x, double y, double width, double height) {
  khop_i_set_colour(c, KHOP_I_GREY);
  cairo_set_line_width(c->cairo, 0.8);
  cairo_rectangle(c->cairo, x, y, width, height);
  cairo_stroke(c->cairo);
}

static void box(khop_i_canvas *c, khop_i_colour colour, double x, double y, double width,
                double height) {
  khop_i_set_colour(c, colour);
  cairo_rectangle(c->cairo, x, y, width, height);
  cairo_fill(c->cairo);
}

/* A seen cell: white over the hatching, and its colour a little within where cells are wide. */
static void cell_box(khop_i_canvas *c, khop_i_colour colour, double x, double y, double width,
                     double height, bool flat) {
  double gap = width > 8 ? 0.06 * width : 0, bleed = width > 8 ? 0 : 0.2; /* bleed hides seams */
  if (gap > 1.2) gap = 1.2;
  double down = flat ? 0 : gap, over = flat ? 0 : bleed;
  if (gap > 0) box(c, (khop_i_colour){1, 1, 1}, x, y, width, height);
  box(c, colour, x + gap / 2, y + down / 2, width - gap + bleed, height - down + over);
}

/* The bar of colours lying down, its meaning above it, and the hatched box beside it. */
static void legend(khop_i_canvas *c, double x, double y, double width) {
  for (int i = 0; i < 64; i++)
    box(c, khop_i_viridis(i / 63.0), x + width * i / 64, y, width / 64 + (i < 63 ? 0.4 : 0), 12);
  frame(c, x, y, width, 12);
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, x, y - 6, 11, 0, "paths to the output, relative to the most");
  khop_i_text(c, x, y + 25, 10, 0, "0");
  khop_i_text(c, x + width, y + 25, 10, 1, "1");
  hatch(c, x + width + 34, y, 24, 12);
  frame(c, x + width + 34, y, 24, 12);
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, x + width + 66, y + 10, 11, 0, "no path: never seen");
}

static double most(const khop_offsets *o) {
  double highest = 0;
  for (int64_t i = 0; i < o->total; i++)
    if (o->paths[i] > highest) highest = o->paths[i];
  return highest > 0 ? highest : 1;
}

/* --- two axes ------------------------------------------------------------------------------- */

static void square_cells(khop_i_canvas *c, const khop_offsets *o, double left, double top,
                         double cell) {
  double highest = most(o);
  for (int64_t i = 0; i < o->total; i++)
    for (int64_t j = 0; j < o->total; j++) {
      if (!o->reaches[i] || !o->reaches[j]) continue;
      double share = o->paths[i] / highest * (o->paths[j] / highest);
      cell_box(c, khop_i_viridis(share), left + cell * (double)j, top + cell * (double)i, cell, cell,
               false);
    }
}

static void square_axes(khop_i_canvas *c, const khop_offsets *o, double left, double top,
                        double cell) {
  double size = cell * (double)o->total;
  int64_t step = (int64_t)khop_i_tick_step((double)o->total, 11), last = o->first + o->total - 1;
  int64_t begin = o->first / step * step;
  for (int64_t at = begin < o->first ? begin + step : begin; at <= last; at += step) {
    double position = cell * ((double)(at - o->first) + 0.5);
    khop_i_set_colour(c, KHOP_I_GREY);
    khop_i_line(c, left + position, top + size, left + position, top + size + 4, 0.8);
    khop_i_line(c, left - 4, top + position, left, top + position, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, left + position, top + size + 16, 11, 0.5, "%lld", (long long)at);
    khop_i_text(c, left - 7, top + position + 4, 11, 1, "%lld", (long long)at);
  }
  khop_i_text(c, left + size / 2, top + size + 35, 12, 0.5, "offset in x from the output, in pixels");
  khop_i_text_up(c, left - 40, top + size / 2, 12, "offset in y from the output, in pixels");
}

static khop_status plot_square(const char *path, int count, const khop_layer *layers,
                               const khop_offsets *o) {
  khop_i_canvas c;
  char about[100];
  double size = 440, left = 74, top = 74, cell = size / (double)o->total;
  long long total = (long long)o->total, seen = (long long)o->reached;
  khop_status status = khop_i_canvas_open(&c, path, left + size + 36, top + size + 110);
  if (status != KHOP_OK) return status;
  describe(about, sizeof about, count, layers);
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, left, 30, 16, 0, "Receptive field %lld x %lld", total, total);
  khop_i_text(&c, left, 49, 12, 0, "%s", about);
  khop_i_text(&c, left, 65, 12, 0, "%lld of %lld pixels are seen (%.3g %%)", seen * seen,
              total * total, 100 * khop_offsets_share(o, 2));
  hatch(&c, left, top, size, size);
  square_cells(&c, o, left, top, cell);
  frame(&c, left, top, size, size);
  square_axes(&c, o, left, top, cell);
  legend(&c, left, top + size + 74, 230);
  return khop_i_canvas_commit(&c);
}

/* --- one axis ------------------------------------------------------------------------------- */

/* One strip: offsets of o where `first` stands at left, `unit` points an offset. Neighbours that
 * fall into one bin are drawn as one: hatched only if none of them is seen. */
static void strip(khop_i_canvas *c, const khop_offsets *o, double left, double top, double unit,
                  double height) {
  int64_t bins = o->total < MOST_BINS ? o->total : MOST_BINS;
  double highest = most(o), width = unit * (double)o->total / (double)bins;
  hatch(c, left, top, unit * (double)o->total, height);
  for (int64_t b = 0; b < bins; b++) {
    double sum = 0;
    int64_t seen = 0;
    for (int64_t i = b * o->total / bins; i < (b + 1) * o->total / bins; i++)
      sum += o->paths[i], seen += o->reaches[i];
    if (seen)
      cell_box(c, khop_i_viridis(sum / (double)seen / highest), left + width * (double)b, top, width,
               height, true);
  }
  frame(c, left, top, unit * (double)o->total, height);
}

static void strip_axis(khop_i_canvas *c, const khop_offsets *whole, double left, double top,
                       double unit) {
  int64_t step = (int64_t)khop_i_tick_step((double)whole->total, 9);
  int64_t last = whole->first + whole->total - 1, begin = whole->first / step * step;
  khop_i_set_colour(c, KHOP_I_GREY);
  khop_i_line(c, left, top, left + unit * (double)whole->total, top, 0.8);
  for (int64_t at = begin; at <= last; at += step) {
    if (at < whole->first) continue;
    double x = left + unit * ((double)(at - whole->first) + 0.5);
    khop_i_set_colour(c, KHOP_I_GREY);
    khop_i_line(c, x, top, x, top + 4, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x, top + 16, 11, 0.5, "%lld", (long long)at);
  }
  khop_i_text(c, left + unit * (double)whole->total / 2, top + 35, 12, 0.5,
              "offset from the output, in positions");
}

static khop_status plot_strips(const char *path, int count, const khop_layer *layers,
                               const khop_offsets *whole) {
  khop_i_canvas c;
  char about[100];
  int drawn = count < MOST_STRIPS ? count : MOST_STRIPS;
  double left = 164, top = 84, row = 26, size = 560, unit = size / (double)whole->total;
  double below = top + row * drawn;
  khop_status status = khop_i_canvas_open(&c, path, left + size + 190, below + 116);
  if (status != KHOP_OK) return status;
  describe(about, sizeof about, count, layers);
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, 24, 30, 16, 0, "Receptive field %lld", (long long)whole->total);
  khop_i_text(&c, 24, 49, 12, 0, "%s", about);
  khop_i_text(&c, 24, 65, 12, 0, "%lld of %lld offsets are seen (%.3g %%)%s",
              (long long)whole->reached, (long long)whole->total, 100 * khop_offsets_share(whole, 1),
              drawn < count ? "; the last layers are drawn" : "");
  for (int r = 0; r < drawn && status == KHOP_OK; r++) {
    int behind = count - drawn + r + 1;
    khop_offsets o;
    status = khop_stack_offsets(&o, behind, layers);
    if (status != KHOP_OK) break;
    double y = top + row * r;
    strip(&c, &o, left + unit * (double)(o.first - whole->first), y, unit, row - 8);
    khop_i_set_colour(&c, KHOP_I_INK);
    khop_i_text(&c, left - 10, y + 13, 11, 1, "layer %d, d = %lld", behind,
                (long long)layers[behind - 1].dilation);
    khop_i_text(&c, left + size + 12, y + 13, 11, 0, "%lld of %lld seen", (long long)o.reached,
                (long long)o.total);
    khop_offsets_clear(&o);
  }
  strip_axis(&c, whole, left, below, unit);
  legend(&c, left, below + 72, 230);
  if (status == KHOP_OK) return khop_i_canvas_commit(&c);
  khop_i_canvas_abandon(&c);
  return status;
}

khop_status khop_plot_field(const char *path, int count, const khop_layer *layers, int axes) {
  khop_offsets o;
  if (!path) return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_field: the path is missing");
  if (axes != 1 && axes != 2)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: a field is drawn on 1 or 2 axes, not %d", path, axes);
  khop_status status = khop_stack_offsets(&o, count, layers);
  if (status != KHOP_OK) return status;
  if (axes == 2 && o.total > KHOP_PLOT_SQUARE)
    status = khop_i_fail(KHOP_E_ARGUMENT, "%s: a field of %lld is too wide for a square: at most %d",
                         path, (long long)o.total, KHOP_PLOT_SQUARE);
  else
    status = (axes == 2 ? plot_square : plot_strips)(path, count, layers, &o);
  khop_offsets_clear(&o);
  return status;
}
