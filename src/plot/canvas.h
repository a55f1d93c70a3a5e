/* canvas.h: a page to draw on: a cairo surface over a whole-or-nothing file, text, colours. Lengths
 * are in points of the SVG; a PNG has two pixels a point. */
#ifndef KHOP_PLOT_CANVAS_H
#define KHOP_PLOT_CANVAS_H

#include <cairo.h>
#include <khop/base.h>

#include "files/outfile.h"

typedef struct khop_i_canvas {
  khop_i_outfile out;
  cairo_surface_t *surface;
  cairo_t *cairo; /* draw here */
  bool png;
  double width, height;
  char *bytes;    /* owns: what cairo has written so far */
  int64_t used, capacity;
} khop_i_canvas;

/* Errors: ARGUMENT (an extension other than .svg and .png), IO, NOT_FOUND, MEMORY. */
khop_status khop_i_canvas_open(khop_i_canvas *canvas, const char *path, double width, double height);
/* Writes the picture and puts the file in its place. The canvas is closed either way. */
khop_status khop_i_canvas_commit(khop_i_canvas *canvas);
/* Closes it, nothing is written. Legal after commit and on a zeroed struct. */
void khop_i_canvas_abandon(khop_i_canvas *canvas);

typedef struct khop_i_colour {
  double r, g, b;
} khop_i_colour;

#define KHOP_I_INK ((khop_i_colour){0.13, 0.13, 0.13})
#define KHOP_I_GREY ((khop_i_colour){0.45, 0.45, 0.45})
#define KHOP_I_PALE ((khop_i_colour){0.86, 0.86, 0.86})

khop_i_colour khop_i_viridis(double share);  /* 0 .. 1, dark to bright */
khop_i_colour khop_i_okabe_ito(int index);   /* six that stay apart, by turns */
void khop_i_set_colour(khop_i_canvas *canvas, khop_i_colour colour);

/* Text with its baseline at y. align: 0 starts at x, 0.5 is centred there, 1 ends there. Returns the
 * width. */
double khop_i_text(khop_i_canvas *canvas, double x, double y, double size, double align,
                   const char *format, ...) KHOP_PRINTF(6, 7);
/* The same turned to read upwards, centred at (x, y). */
void khop_i_text_up(khop_i_canvas *canvas, double x, double y, double size, const char *text);

void khop_i_line(khop_i_canvas *canvas, double x0, double y0, double x1, double y1, double width);

/* A step for ticks over so long a range: 1, 2 or 5 times a power of ten, at most so many of them. */
double khop_i_tick_step(double range, int most);

#endif
