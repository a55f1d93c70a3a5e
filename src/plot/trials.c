/* trials.c: scores against hops: a point a trial, a bar of its deviation, and a line through the best of each reach. */
#include "base/error.h"
#include "base/memory.h"
#include "plot/canvas.h"

#include <khop/plot.h>
#include <math.h>
#include <stdlib.h>

typedef struct chart {
  double left, top, width, height;
  double furthest;              /* hops at the right end */
  double lowest, highest, step; /* of scores */
} chart;

static bool is_drawn(double hops, double score) { return isfinite(hops) && hops >= 0 && isfinite(score); }

static double x_of(const chart *k, double hops) { return k->left + k->width * hops / k->furthest; }
static double y_of(const chart *k, double score) {
  return k->top + k->height * (k->highest - score) / (k->highest - k->lowest);
}

/* How many are drawn; the ranges of both axes in round steps. */
static int64_t measure(chart *k, int64_t count, const double *hops, const double *score) {
  double low = INFINITY, high = -INFINITY;
  int64_t drawn = 0;
  for (int64_t i = 0; i < count; i++) {
    if (!is_drawn(hops[i], score[i])) continue;
    k->furthest = fmax(k->furthest, hops[i]);
    low = fmin(low, score[i]);
    high = fmax(high, score[i]);
    drawn++;
  }
  double range = high - low > 1e-12 ? high - low : fmax(fabs(high) / 10, 1e-6), unit = pow(10, floor(log10(range)) - 3);
  k->step = unit * khop_i_tick_step(range / unit, 6);
  k->lowest = k->step * floor(low / k->step);
  k->highest = k->step * ceil(high / k->step);
  if (!(k->highest > k->lowest)) k->lowest -= k->step, k->highest += k->step;
  return drawn;
}

static void draw_axes(khop_i_canvas *c, const chart *k, const char *name) {
  double step = fmax(1, khop_i_tick_step(k->furthest, 10));
  for (int i = 0; i <= (int)lround((k->highest - k->lowest) / k->step); i++) {
    double score = k->lowest + k->step * i, y = y_of(k, score);
    khop_i_set_colour(c, KHOP_I_PALE);
    khop_i_line(c, k->left, y, k->left + k->width, y, 0.8);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, k->left - 8, y + 4, 11, 1, "%.4g", fabs(score) < 1e-9 * k->step ? 0 : score);
  }
  khop_i_set_colour(c, KHOP_I_INK);
  for (double hops = 0; hops <= k->furthest; hops += step)
    khop_i_text(c, x_of(k, hops), k->top + k->height + 18, 11, 0.5, "%.0f", hops);
  khop_i_text(c, k->left + k->width / 2, k->top + k->height + 38, 12, 0.5, "hops that a model sees");
  khop_i_text_up(c, k->left - 50, k->top + k->height / 2, 12, name);
}

static void draw_points(khop_i_canvas *c, const chart *k, int64_t count, const double *hops, const double *score,
                        const double *deviation) {
  khop_i_colour blue = khop_i_okabe_ito(0);
  for (int64_t i = 0; i < count; i++) {
    if (!is_drawn(hops[i], score[i])) continue;
    double x = x_of(k, hops[i]);
    if (deviation && deviation[i] > 0 && isfinite(deviation[i])) {
      khop_i_set_colour(c, KHOP_I_GREY);
      khop_i_line(c, x, y_of(k, fmin(score[i] + deviation[i], k->highest)), x,
                  y_of(k, fmax(score[i] - deviation[i], k->lowest)), 0.7);
    }
    cairo_set_source_rgba(c->cairo, blue.r, blue.g, blue.b, 0.65);
    cairo_new_path(c->cairo);
    cairo_arc(c->cairo, x, y_of(k, score[i]), 3, 0, 6.283185307179586);
    cairo_fill(c->cairo);
  }
}

/* A trial's hops and score; by hops, of equal hops the better first. */
typedef struct point {
  double hops, score;
} point;
static int compare_rising(const void *a, const void *b) {
  const point *p = a, *q = b;
  if (p->hops < q->hops || p->hops > q->hops) return p->hops < q->hops ? -1 : 1;
  return (p->score < q->score) - (p->score > q->score);
}
static int compare_falling(const void *a, const void *b) {
  const point *p = a, *q = b;
  if (p->hops < q->hops || p->hops > q->hops) return p->hops < q->hops ? -1 : 1;
  return (p->score > q->score) - (p->score < q->score);
}

static void draw_best(khop_i_canvas *c, const chart *k, point *points, int64_t count, bool rises) {
  qsort(points, (size_t)count, sizeof *points, rises ? compare_rising : compare_falling);
  khop_i_set_colour(c, khop_i_okabe_ito(1));
  const point *last = &points[0];
  for (int64_t i = 1; i < count; i++) {
    if (!(points[i].hops > last->hops)) continue;
    khop_i_line(c, x_of(k, last->hops), y_of(k, last->score), x_of(k, points[i].hops), y_of(k, points[i].score), 1.4);
    last = &points[i];
  }
}

khop_status khop_plot_trials(const char *path, int64_t count, const double *hops, const double *score,
                             const double *deviation, bool rises, const char *name) {
  khop_status status = KHOP_OK;
  khop_i_canvas c = {0};
  chart k = {.left = 84, .top = 56, .width = 520, .height = 340, .furthest = 1};
  point *points = NULL;
  if (!path || count < 1 || !hops || !score)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_trials: a path and trials are needed");
  int64_t drawn = measure(&k, count, hops, score);
  if (!drawn) return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_trials: none of the %lld trials has hops and a score",
                                 (long long)count);
  KHOP_TRY(khop_i_alloc(&points, drawn, sizeof *points, "points"));
  for (int64_t i = 0, at = 0; i < count; i++)
    if (is_drawn(hops[i], score[i])) points[at++] = (point){hops[i], score[i]};
  KHOP_TRY(khop_i_canvas_open(&c, path, k.left + k.width + 36, k.top + k.height + 58));
  khop_i_set_colour(&c, KHOP_I_INK);
  khop_i_text(&c, k.left, 28, 16, 0, "Scores by the hops that a model sees");
  khop_i_text(&c, k.left, 46, 11, 0, "%lld trials; the line joins the best of each reach", (long long)drawn);
  draw_axes(&c, &k, name ? name : "");
  draw_best(&c, &k, points, drawn, rises);
  draw_points(&c, &k, count, hops, score, deviation);
  status = khop_i_canvas_commit(&c);
done:
  khop_i_free(points);
  return status;
}
