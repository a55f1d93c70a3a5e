/* confusion.c: a confusion matrix: rows are true classes, columns predicted ones, shade the share of a row. */
#include "base/error.h"
#include "files/unicode.h"
#include "plot/canvas.h"
#include "plot/label.h"

#include <khop/plot.h>
#include <math.h>
#include <stdio.h>

#define NUMBERED 32 /* classes, up to which each cell holds its count */
#define LETTERS 20  /* of a name; a longer one is cut */

typedef struct matrix {
  int64_t classes;
  const int64_t *count; /* (classes, classes) */
  const char *const *names;
  double left, top, cell;
} matrix;

static void short_name(char text[KHOP_I_LABEL], const matrix *m, int64_t c) {
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)c);
  khop_i_label(text, m->names ? m->names[c] : number, LETTERS);
}

/* Points that the longest name takes. */
static double name_width(const matrix *m) {
  char text[KHOP_I_LABEL];
  size_t most = 0;
  for (int64_t c = 0; c < m->classes; c++) {
    short_name(text, m, c);
    size_t letters = khop_i_unicode_length(text);
    if (letters > most) most = letters;
  }
  return 7 * (double)most;
}

static double row_sum(const matrix *m, int64_t row) {
  double sum = 0;
  for (int64_t c = 0; c < m->classes; c++) sum += (double)m->count[row * m->classes + c];
  return sum;
}

/* White to blue, and the text on it dark or light. */
static void draw_cell(khop_i_canvas *c, const matrix *m, int64_t row, int64_t column, double share) {
  khop_i_colour full = khop_i_okabe_ito(0);
  double x = m->left + m->cell * (double)column, y = m->top + m->cell * (double)row;
  int64_t count = m->count[row * m->classes + column];
  cairo_set_source_rgb(c->cairo, 1 - share * (1 - full.r), 1 - share * (1 - full.g), 1 - share * (1 - full.b));
  cairo_rectangle(c->cairo, x, y, m->cell, m->cell);
  cairo_fill(c->cairo);
  if (m->classes > NUMBERED || !count) return;
  khop_i_set_colour(c, share > 0.5 ? (khop_i_colour){1, 1, 1} : KHOP_I_INK);
  khop_i_text(c, x + m->cell / 2, y + m->cell / 2 + 4, 10, 0.5, "%lld", (long long)count);
}

static void draw_names(khop_i_canvas *c, const matrix *m) {
  char text[KHOP_I_LABEL];
  double size = m->cell < 11 ? m->cell - 1 : 10;
  khop_i_set_colour(c, KHOP_I_INK);
  for (int64_t i = 0; i < m->classes; i++) {
    double at = m->cell * ((double)i + 0.5);
    short_name(text, m, i);
    khop_i_text(c, m->left - 6, m->top + at + size / 3, size, 1, "%s", text);
    cairo_save(c->cairo); /* a column's name begins at its head and reads upwards */
    cairo_translate(c->cairo, m->left + at + size / 3, m->top - 6);
    cairo_rotate(c->cairo, -1.5707963267948966);
    khop_i_text(c, 0, 0, size, 0, "%s", text);
    cairo_restore(c->cairo);
  }
}

static void draw_frame(khop_i_canvas *c, const matrix *m) {
  double side = m->cell * (double)m->classes;
  khop_i_set_colour(c, KHOP_I_PALE);
  for (int64_t i = 1; i < m->classes && m->classes <= NUMBERED; i++) {
    double at = m->cell * (double)i;
    khop_i_line(c, m->left, m->top + at, m->left + side, m->top + at, 0.6);
    khop_i_line(c, m->left + at, m->top, m->left + at, m->top + side, 0.6);
  }
  khop_i_set_colour(c, KHOP_I_GREY);
  cairo_set_line_width(c->cairo, 0.8);
  cairo_rectangle(c->cairo, m->left, m->top, side, side);
  cairo_stroke(c->cairo);
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, m->left + side / 2, m->top + side + 22, 12, 0.5, "predicted");
  khop_i_text_up(c, 16, m->top + side / 2, 12, "true");
}

static khop_status check_counts(double *all, double *right, const matrix *m) {
  *all = *right = 0;
  for (int64_t i = 0; i < m->classes * m->classes; i++) {
    if (m->count[i] < 0)
      return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_confusion: entry %lld is %lld", (long long)i,
                         (long long)m->count[i]);
    *all += (double)m->count[i];
    if (i % (m->classes + 1) == 0) *right += (double)m->count[i];
  }
  return *all > 0 ? KHOP_OK : khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_confusion: nothing was counted");
}

khop_status khop_plot_confusion(const char *path, int64_t classes, const int64_t *count, const char *const *names) {
  khop_i_canvas c = {0};
  double all = 0, right = 0;
  if (!path || !count || classes < 1)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_confusion: a path and a matrix of counts are needed");
  if (classes > KHOP_PLOT_CLASSES)
    return khop_i_fail(KHOP_E_ARGUMENT, "%s: a confusion matrix of %lld classes: a picture shows at most %d", path,
                       (long long)classes, KHOP_PLOT_CLASSES);
  matrix m = {classes, count, names, 36, 66, classes <= 8 ? 48 : classes <= NUMBERED ? 32 : 12};
  m.left += name_width(&m);
  m.top += name_width(&m);
  khop_status status = check_counts(&all, &right, &m);
  if (status != KHOP_OK) return status;
  double side = m.cell * (double)classes;
  status = khop_i_canvas_open(&c, path, fmax(m.left + side + 30, 380), m.top + side + 40);
  if (status != KHOP_OK) return status;
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, 16, 28, 16, 0, "True and predicted classes");
  khop_i_text(&c, 16, 46, 11, 0, "%.0f rows, %.1f %% right; shade: share of the row", all, 100 * right / all);
  for (int64_t i = 0; i < classes; i++) {
    double sum = row_sum(&m, i);
    for (int64_t j = 0; j < classes; j++)
      draw_cell(&c, &m, i, j, sum > 0 ? (double)count[i * classes + j] / sum : 0);
  }
  draw_names(&c, &m);
  draw_frame(&c, &m);
  return khop_i_canvas_commit(&c);
}
