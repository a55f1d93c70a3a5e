/* canvas.c: see canvas.h. cairo lives in this folder alone. */
#include "plot/canvas.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"

#include <cairo-svg.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PIXELS 2 /* pixels of a PNG for each point of the SVG: sharp on screens of double density */

/* --- the file ------------------------------------------------------------------------------- */

/* cairo writes to memory first: its own error for a full disk does not tell the reason. */
static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned length) {
  khop_i_canvas *c = closure;
  if (c->used + length > c->capacity) {
    int64_t capacity = 2 * c->capacity + length;
    if (khop_i_grow(&c->bytes, capacity, 1, "a picture") != KHOP_OK) return CAIRO_STATUS_NO_MEMORY;
    c->capacity = capacity;
  }
  memcpy(c->bytes + c->used, data, length);
  c->used += length;
  return CAIRO_STATUS_SUCCESS;
}

/* cairo numbers its surfaces through the life of a process, and names the outermost group after that
 * number: it is always written as surface1, so that the same picture has the same bytes. Nothing else
 * in the file spells that word: text is drawn as outlines. */
static void write_svg(const khop_i_canvas *c) {
  static const char word[] = "surface";
  size_t length = sizeof word - 1;
  if (!c->bytes) return;
  const char *at = c->bytes, *end = c->bytes + c->used;
  while (at < end) {
    const char *found = memmem(at, (size_t)(end - at), word, length);
    const char *stop = found ? found + length : end;
    fwrite(at, 1, (size_t)(stop - at), c->out.stream);
    at = stop;
    if (!found || at == end || *at < '0' || *at > '9') continue;
    while (at < end && *at >= '0' && *at <= '9') at++;
    putc('1', c->out.stream);
  }
}

static khop_status status_of(cairo_status_t found, const char *path) {
  if (found == CAIRO_STATUS_SUCCESS) return KHOP_OK;
  if (found == CAIRO_STATUS_NO_MEMORY)
    return khop_i_fail(KHOP_E_MEMORY, "%s: no memory to draw it", path);
  return khop_i_fail(KHOP_E_INTERNAL, "%s: cairo: %s", path, cairo_status_to_string(found));
}

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

khop_status khop_i_canvas_open(khop_i_canvas *c, const char *path, double width, double height) {
  *c = (khop_i_canvas){.width = width, .height = height, .png = ends_with(path, ".png")};
  if (!c->png && !ends_with(path, ".svg") && strncmp(path, "/dev/", 5) != 0)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: pictures are written as .svg or .png", path);
  khop_status status = khop_i_outfile_open(&c->out, path);
  if (status != KHOP_OK) return status;
  if (c->png)
    c->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)ceil(PIXELS * width),
                                            (int)ceil(PIXELS * height));
  else
    c->surface = cairo_svg_surface_create_for_stream(write_bytes, c, width, height);
  c->cairo = cairo_create(c->surface);
  if (c->png) cairo_scale(c->cairo, PIXELS, PIXELS);
  cairo_set_source_rgb(c->cairo, 1, 1, 1);
  cairo_paint(c->cairo);
  cairo_set_line_cap(c->cairo, CAIRO_LINE_CAP_BUTT);
  status = status_of(cairo_status(c->cairo), path);
  if (status != KHOP_OK) khop_i_canvas_abandon(c);
  return status;
}

khop_status khop_i_canvas_commit(khop_i_canvas *c) {
  cairo_status_t found = cairo_status(c->cairo);
  if (found == CAIRO_STATUS_SUCCESS && c->png)
    found = cairo_surface_write_to_png_stream(c->surface, write_bytes, c);
  cairo_surface_finish(c->surface);
  if (found == CAIRO_STATUS_SUCCESS) found = cairo_surface_status(c->surface);
  khop_status status = status_of(found, c->out.path);
  if (status == KHOP_OK) {
    if (c->png && c->bytes)
      fwrite(c->bytes, 1, (size_t)c->used, c->out.stream);
    else if (!c->png)
      write_svg(c);
    status = khop_i_outfile_commit(&c->out);
  }
  khop_i_canvas_abandon(c);
  return status;
}

void khop_i_canvas_abandon(khop_i_canvas *c) {
  if (c->cairo) cairo_destroy(c->cairo);
  if (c->surface) cairo_surface_destroy(c->surface);
  khop_i_free(c->bytes);
  khop_i_outfile_abandon(&c->out);
  c->cairo = NULL;
  c->surface = NULL;
  c->bytes = NULL;
}

/* --- colours -------------------------------------------------------------------------------- */

/* viridis, by Smith and van der Walt (CC0), at 0, 1/8, .. 1; between them straight lines. */
khop_i_colour khop_i_viridis(double share) {
  static const khop_i_colour anchor[9] = {
      {0.267, 0.005, 0.329}, {0.278, 0.175, 0.483}, {0.230, 0.322, 0.546},
      {0.173, 0.449, 0.558}, {0.128, 0.567, 0.551}, {0.158, 0.684, 0.502},
      {0.369, 0.789, 0.383}, {0.678, 0.864, 0.190}, {0.993, 0.906, 0.144}};
  double at = share >= 1 ? 8 : share > 0 ? 8 * share : 0;
  int low = at >= 8 ? 7 : (int)at;
  double high = at - low;
  khop_i_colour a = anchor[low], b = anchor[low + 1];
  return (khop_i_colour){a.r + high * (b.r - a.r), a.g + high * (b.g - a.g),
                         a.b + high * (b.b - a.b)};
}

/* Okabe and Ito, "Color Universal Design" (2008), without black and yellow, which white paper swallows. */
khop_i_colour khop_i_okabe_ito(int index) {
  static const khop_i_colour colours[6] = {{0.00, 0.45, 0.70}, {0.90, 0.62, 0.00},
                                           {0.00, 0.62, 0.45}, {0.84, 0.37, 0.00},
                                           {0.34, 0.71, 0.91}, {0.80, 0.47, 0.65}};
  return colours[index % 6];
}

void khop_i_set_colour(khop_i_canvas *canvas, khop_i_colour colour) {
  cairo_set_source_rgb(canvas->cairo, colour.r, colour.g, colour.b);
}

/* --- text and lines ------------------------------------------------------------------------- */

static double start_text(khop_i_canvas *canvas, double size, const char *text) {
  cairo_text_extents_t box;
  cairo_select_font_face(canvas->cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                         CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size(canvas->cairo, size);
  cairo_text_extents(canvas->cairo, text, &box);
  return box.x_advance;
}

double khop_i_text(khop_i_canvas *canvas, double x, double y, double size, double align,
                   const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  khop_i_vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  double width = start_text(canvas, size, text);
  cairo_move_to(canvas->cairo, x - align * width, y);
  cairo_show_text(canvas->cairo, text);
  cairo_new_path(canvas->cairo);
  return width;
}

void khop_i_text_up(khop_i_canvas *canvas, double x, double y, double size, const char *text) {
  cairo_save(canvas->cairo);
  cairo_translate(canvas->cairo, x, y);
  cairo_rotate(canvas->cairo, -1.5707963267948966);
  khop_i_text(canvas, 0, 0, size, 0.5, "%s", text);
  cairo_restore(canvas->cairo);
}

void khop_i_line(khop_i_canvas *canvas, double x0, double y0, double x1, double y1, double width) {
  cairo_set_line_width(canvas->cairo, width);
  cairo_move_to(canvas->cairo, x0, y0);
  cairo_line_to(canvas->cairo, x1, y1);
  cairo_stroke(canvas->cairo);
}

double khop_i_tick_step(double range, int most) {
  double step = 1;
  while (range / step > most) {
    if (range / (2 * step) <= most) return 2 * step;
    if (range / (5 * step) <= most) return 5 * step;
    step *= 10;
  }
  return step;
}
