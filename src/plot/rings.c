/* rings.c: a graph on the plane, its rings coloured around one node.
 *
 *        (2)---(1)---[0]---(1)      colour: the hop; filled: seen by the stack; hollow: missed;
 *          \    |     |             grey: further than the stack could reach
 *          (2)-(1)   (1)
 */
#include "plot/canvas.h"
#include "plot/label.h"
#include "base/error.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "graph/distance.h"
#include "graph/io/igraph.h"

#include <khop/plot.h>
#include <math.h>

#define MOST_ROWS 16

typedef struct picture {
  khop_graph *graph;     /* what is drawn: the nearest nodes, in the order of their distance */
  int64_t nodes, left_out;
  int32_t *distance;     /* (nodes) from the centre, -1 unreachable */
  const uint8_t **seen;  /* (nodes) into the caller's array, or NULL */
  const char **name;     /* (nodes) the caller's, or NULL */
  double *x, *y;         /* (nodes) */
  int max_hop;           /* what is coloured */
  int farthest;          /* coloured hops that have a node */
  double radius;         /* of a node */
} picture;

static void picture_close(picture *p) {
  khop_graph_free(p->graph);
  khop_i_free(p->distance);
  khop_i_free(p->seen);
  khop_i_free(p->name);
  khop_i_free(p->x);
  khop_i_free(p->y);
}

/* --- what to draw --------------------------------------------------------------------------- */

/* The graph among the chosen nodes; number[i] is the number of node i in it, -1 for the others. */
static khop_status induce(picture *p, const khop_graph *graph, const int32_t *number) {
  khop_status status = KHOP_OK;
  int64_t *from = NULL, *to = NULL, count = 0;
  for (int64_t i = 0; i < graph->nodes; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++)
      count += number[i] >= 0 && number[graph->targets[a]] >= 0;
  KHOP_TRY(khop_i_alloc_raw(&from, count, sizeof *from, "edges"));
  KHOP_TRY(khop_i_alloc_raw(&to, count, sizeof *to, "edges"));
  count = 0;
  for (int64_t i = 0; i < graph->nodes; i++)
    for (int64_t a = graph->offsets[i]; a < graph->offsets[i + 1]; a++)
      if (number[i] >= 0 && number[graph->targets[a]] >= 0) {
        from[count] = number[i];
        to[count++] = number[graph->targets[a]];
      }
  KHOP_TRY(khop_graph_from_coo(&p->graph, p->nodes, count, from, to, false));
done:
  khop_i_free(from);
  khop_i_free(to);
  return status;
}

/* The centre and the nodes nearest to it, then those it does not reach, up to the most. */
static khop_status choose_nearest(picture *p, const khop_graph *graph, const khop_graph *transposed,
                          int64_t centre, const uint8_t *reached, const char *const *names) {
  khop_status status = KHOP_OK;
  int32_t *distance = NULL, *queue = NULL, *number = NULL;
  int64_t n = graph->nodes;
  KHOP_TRY(khop_i_alloc_raw(&distance, n, sizeof *distance, "distances"));
  KHOP_TRY(khop_i_alloc_raw(&queue, n, sizeof *queue, "a search"));
  KHOP_TRY(khop_i_alloc_raw(&number, n, sizeof *number, "a layout"));
  int64_t found = khop_i_graph_search(distance, queue, transposed, centre);
  for (int64_t i = 0; i < n; i++) {
    number[i] = -1;
    if (distance[i] < 0) queue[found++] = (int32_t)i;
  }
  p->nodes = n < KHOP_PLOT_NODES ? n : KHOP_PLOT_NODES;
  p->left_out = n - p->nodes;
  KHOP_TRY(khop_i_alloc(&p->distance, p->nodes, sizeof *p->distance, "distances"));
  KHOP_TRY(khop_i_alloc(&p->seen, p->nodes, sizeof *p->seen, "a layout"));
  if (names) KHOP_TRY(khop_i_alloc(&p->name, p->nodes, sizeof *p->name, "names of nodes"));
  KHOP_TRY(khop_i_alloc(&p->x, p->nodes, sizeof *p->x, "a layout"));
  KHOP_TRY(khop_i_alloc(&p->y, p->nodes, sizeof *p->y, "a layout"));
  for (int64_t q = 0; q < p->nodes; q++) {
    number[queue[q]] = (int32_t)q;
    p->distance[q] = distance[queue[q]];
    if (reached) p->seen[q] = &reached[queue[q]];
    if (names) p->name[q] = names[queue[q]];
    if (p->distance[q] <= p->max_hop && p->distance[q] > p->farthest) p->farthest = p->distance[q];
  }
  KHOP_TRY(induce(p, graph, number));
done:
  khop_i_free(distance);
  khop_i_free(queue);
  khop_i_free(number);
  return status;
}

/* Stretches the layout to fill a box, keeping its proportions. */
static void fit(picture *p, double left, double top, double width, double height) {
  double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY;
  for (int64_t i = 0; i < p->nodes; i++) {
    x0 = fmin(x0, p->x[i]), x1 = fmax(x1, p->x[i]);
    y0 = fmin(y0, p->y[i]), y1 = fmax(y1, p->y[i]);
  }
  double scale = fmin(width / fmax(x1 - x0, 1e-9), height / fmax(y1 - y0, 1e-9));
  for (int64_t i = 0; i < p->nodes; i++) {
    p->x[i] = left + width / 2 + scale * (p->x[i] - (x0 + x1) / 2);
    p->y[i] = top + height / 2 + scale * (p->y[i] - (y0 + y1) / 2);
  }
}

/* --- drawing -------------------------------------------------------------------------------- */

/* Hop 0 dark, the farthest bright, but not so bright that it drowns in white paper. */
static khop_i_colour hop_colour(const picture *p, int hop) {
  return khop_i_viridis(p->farthest ? 0.9 * hop / p->farthest : 0);
}

static bool is_far(const picture *p, int64_t i) {
  return p->distance[i] < 0 || p->distance[i] > p->max_hop;
}

static bool is_seen(const picture *p, int64_t i) { return !p->seen[i] || *p->seen[i]; }

static void dot(khop_i_canvas *c, double x, double y, double radius, khop_i_colour colour,
                bool filled) {
  cairo_arc(c->cairo, x, y, filled ? radius : radius - 0.8, 0, 6.283185307179586);
  if (filled) {
    khop_i_set_colour(c, colour);
    cairo_fill(c->cairo);
  } else {
    cairo_set_source_rgb(c->cairo, 1, 1, 1);
    cairo_fill_preserve(c->cairo);
    khop_i_set_colour(c, colour);
    cairo_set_line_width(c->cairo, radius > 5 ? 2 : 1.4);
    cairo_stroke(c->cairo);
  }
}

static void draw_node(khop_i_canvas *c, const picture *p, int64_t i) {
  int hop = p->distance[i];
  if (is_far(p, i)) {
    dot(c, p->x[i], p->y[i], 0.7 * p->radius, KHOP_I_PALE, true);
    return;
  }
  khop_i_colour colour = hop_colour(p, hop);
  bool seen = is_seen(p, i);
  if (hop == 0) { /* the centre wears a ring */
    cairo_set_source_rgb(c->cairo, 0.84, 0.37, 0);
    cairo_set_line_width(c->cairo, 2);
    cairo_arc(c->cairo, p->x[i], p->y[i], p->radius + 3, 0, 6.283185307179586);
    cairo_stroke(c->cairo);
  }
  dot(c, p->x[i], p->y[i], p->radius, colour, seen);
  if (p->radius < 6.5) return;
  bool bright = p->farthest && hop > 0.6 * p->farthest;
  if (seen && !bright)
    cairo_set_source_rgb(c->cairo, 1, 1, 1);
  else
    khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, p->x[i], p->y[i] + 3, 8.5, 0.5, "%d", hop);
}

/* Below the nodes, the centre's over the others. */
static void draw_names(khop_i_canvas *c, const picture *p) {
  char label[KHOP_I_LABEL];
  for (int64_t i = p->nodes - 1; i >= 0; i--) {
    khop_i_label(label, p->name[i], 14);
    khop_i_set_colour(c, is_far(p, i) ? KHOP_I_GREY : KHOP_I_INK);
    khop_i_text(c, p->x[i], p->y[i] + p->radius + 10, 9, 0.5, "%s", label);
  }
}

static void draw_graph(khop_i_canvas *c, const picture *p) {
  const khop_graph *g = p->graph;
  cairo_set_source_rgb(c->cairo, 0.72, 0.72, 0.72);
  for (int64_t i = 0; i < g->nodes; i++)
    for (int64_t a = g->offsets[i]; a < g->offsets[i + 1]; a++)
      if (g->targets[a] > i)
        khop_i_line(c, p->x[i], p->y[i], p->x[g->targets[a]], p->y[g->targets[a]], 0.6);
  for (int64_t i = p->nodes - 1; i >= 0; i--) draw_node(c, p, i);
  if (p->name && p->nodes <= KHOP_PLOT_NAMES) draw_names(c, p);
}

static void draw_title(khop_i_canvas *c, const picture *p, int64_t node) {
  char label[KHOP_I_LABEL];
  khop_i_set_colour(c, KHOP_I_INK);
  if (p->name && *p->name[0]) {
    khop_i_label(label, p->name[0], 40);
    khop_i_text(c, 24, 32, 16, 0, "Rings around %s", label);
  } else {
    khop_i_text(c, 24, 32, 16, 0, "Rings around node %lld", (long long)node);
  }
}

/* A row a hop: its colour, how many nodes, how many of them are seen. */
static void draw_legend(khop_i_canvas *c, const picture *p, bool counts_seen, double x, double y) {
  int rows = p->farthest + 1 < MOST_ROWS ? p->farthest + 1 : MOST_ROWS;
  int64_t further = 0, more = 0;
  for (int64_t i = 0; i < p->nodes; i++) {
    further += is_far(p, i);
    more += !is_far(p, i) && p->distance[i] >= rows;
  }
  for (int hop = 0; hop < rows; hop++, y += 20) {
    int64_t nodes = 0, seen = 0;
    for (int64_t i = 0; i < p->nodes; i++)
      if (p->distance[i] == hop) nodes++, seen += is_seen(p, i);
    dot(c, x + 7, y - 4, 7, hop_colour(p, hop), true);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x + 22, y, 12, 0, "hop %d", hop);
    if (counts_seen)
      khop_i_text(c, x + 74, y, 12, 0, "%lld of %lld seen", (long long)seen, (long long)nodes);
    else
      khop_i_text(c, x + 74, y, 12, 0, "%lld node%s", (long long)nodes, nodes == 1 ? "" : "s");
  }
  if (more)
    khop_i_text(c, x + 22, y, 12, 0, "%lld nodes at hops %d to %d", (long long)more, rows, p->farthest), y += 20;
  y += 8;
  if (counts_seen) {
    dot(c, x + 7, y - 4, 7, KHOP_I_GREY, false);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x + 22, y, 12, 0, "hollow: within reach, missed");
    y += 20;
  }
  if (further) {
    dot(c, x + 7, y - 4, 5, KHOP_I_PALE, true);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x + 22, y, 12, 0, "%lld beyond hop %d", (long long)further, p->max_hop);
    y += 20;
  }
  if (p->left_out) {
    khop_i_set_colour(c, KHOP_I_GREY);
    khop_i_text(c, x, y, 11, 0, "%lld further nodes are not drawn", (long long)p->left_out);
  }
}

khop_status khop_plot_rings(const char *path, const khop_graph *graph, const char *const *names, int64_t node,
                            khop_direction direction, int max_hop, const uint8_t *reached) {
  khop_status status = KHOP_OK;
  khop_i_canvas c = {0};
  khop_graph *transposed = NULL;
  picture p = {.max_hop = max_hop};
  if (!path || !graph) return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_rings: an argument is missing");
  if (node < 0 || node >= graph->nodes)
    return khop_i_fail(KHOP_E_ARGUMENT, "node %lld: the graph has nodes 0 to %lld", (long long)node,
                       (long long)graph->nodes - 1);
  if (max_hop < 0) return khop_i_fail(KHOP_E_ARGUMENT, "rings up to hop %d", max_hop);
  if (graph->directed && direction == KHOP_IN) KHOP_TRY(khop_i_graph_transpose(&transposed, graph));
  if (graph->directed && direction == KHOP_ALL) KHOP_TRY(khop_i_graph_symmetrize(&transposed, graph));
  KHOP_TRY(choose_nearest(&p, graph, transposed ? transposed : graph, node, reached, names));
  KHOP_TRY(khop_i_graph_layout(p.x, p.y, p.graph));
  p.radius = fmin(9, fmax(2.4, 90 / sqrt((double)p.nodes)));
  fit(&p, 36, 72, 508, 472);
  KHOP_TRY(khop_i_canvas_open(&c, path, 820, 580));
  draw_title(&c, &p, node);
  khop_i_text(&c, 24, 51, 12, 0, "%s", reached ? "coloured by distance, filled where the stack sees the node"
                                              : "coloured by distance");
  draw_graph(&c, &p);
  draw_legend(&c, &p, reached != NULL, 580, 90);
  status = khop_i_canvas_commit(&c);
done:
  picture_close(&p);
  khop_graph_free(transposed);
  return status;
}
