/* contributions.c: a node with its rings as circles around it, the members coloured by what they contributed.
 *
 *   ring h is a circle of radius h; its nodes stand at equal distances, in the order of the directions in which their
 *   neighbours on the ring before stand, the whole turned to be as near to these as can be */
#include "plot/shares.h"
#include "plot/label.h"
#include "base/error.h"
#include "base/memory.h"

#include <khop/plot.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.141592653589793
#define NAMED 12     /* the strongest, which wear their names */
#define MOST_ROWS 16 /* hops in the legend */
#define LEFT 36
#define TOP 76
#define SIDE 500

/* One node that is drawn. */
typedef struct spot {
  int64_t member;
  int hop;
  double share;
  double turn, wanted; /* where it stands on its ring, in radians, and where its neighbours would have it */
  double x, y, radius;
  double width; /* of its name, which stands above it; 0: none */
} spot;

typedef struct picture {
  const khop_explanation *e;
  const double *shares;    /* (members) */
  const char *const *names; /* (members) or NULL */
  int64_t count;           /* nodes that are drawn */
  spot *spots;             /* (count) by ring; owns */
  int64_t *spot_of;        /* (members) owns; -1: not drawn */
  int farthest;            /* ring with a node that is drawn */
  double largest;          /* of |share| */
} picture;

/* --- which nodes -------------------------------------------------------------------------------------- */

static int by_strength(const void *a, const void *b) {
  const spot *x = a, *y = b;
  double p = fabs(x->share), q = fabs(y->share);
  if (p != q) return p < q ? 1 : -1;
  return x->member < y->member ? -1 : 1;
}

/* The strongest members up to the most, and the centre, which is the last of them where it is weak. */
static khop_status choose_spots(picture *p) {
  const khop_explanation *e = p->e;
  khop_status status = KHOP_OK;
  bool centre = false;
  KHOP_TRY(khop_i_alloc(&p->spots, e->members, sizeof *p->spots, "a picture"));
  KHOP_TRY(khop_i_alloc(&p->spot_of, e->members, sizeof *p->spot_of, "a picture"));
  for (int64_t m = 0; m < e->members; m++) p->spots[m] = (spot){.member = m, .hop = e->hop[m], .share = p->shares[m]};
  qsort(p->spots, (size_t)e->members, sizeof *p->spots, by_strength);
  p->count = e->members < KHOP_PLOT_MEMBERS ? e->members : KHOP_PLOT_MEMBERS;
  p->largest = fabs(p->spots[0].share);
  for (int64_t i = 0; i < p->count; i++) centre = centre || p->spots[i].member == e->centre;
  if (!centre) p->spots[p->count - 1] = (spot){.member = e->centre, .share = p->shares[e->centre]};
done:
  return status;
}

static void index_spots(picture *p) {
  for (int64_t m = 0; m < p->e->members; m++) p->spot_of[m] = -1;
  for (int64_t i = 0; i < p->count; i++) p->spot_of[p->spots[i].member] = i;
}

/* --- where they stand --------------------------------------------------------------------------------- */

/* Adds the direction of a node on one ring to its neighbour on the next. */
static void pull(picture *p, int64_t from, int64_t to, int hop) {
  if (from < 0 || to < 0) return;
  const spot *inner = &p->spots[from];
  spot *outer = &p->spots[to];
  if (inner->hop != hop - 1 || outer->hop != hop || hop == 1) return;
  outer->x += cos(inner->turn);
  outer->y += sin(inner->turn);
}

/* Where the neighbours of a ring's nodes would have them; those of ring 1, and without any, by their numbers. */
static void want_directions(picture *p, int64_t first, int64_t count, int hop) {
  const int64_t *offsets = khop_graph_offsets(p->e->graph);
  const int32_t *targets = khop_graph_targets(p->e->graph);
  for (int64_t i = first; i < first + count; i++) p->spots[i].x = p->spots[i].y = 0;
  for (int64_t m = 0; m < p->e->members; m++)
    for (int64_t a = offsets[m]; a < offsets[m + 1]; a++) {
      pull(p, p->spot_of[m], p->spot_of[targets[a]], hop);
      pull(p, p->spot_of[targets[a]], p->spot_of[m], hop);
    }
  for (int64_t i = first; i < first + count; i++) {
    spot *s = &p->spots[i];
    bool pulled = hypot(s->x, s->y) > 1e-9;
    s->wanted = pulled ? atan2(s->y, s->x) : 2 * PI * (double)(i - first) / (double)count - PI;
  }
}

static int by_direction(const void *a, const void *b) {
  const spot *x = a, *y = b;
  if (x->wanted != y->wanted) return x->wanted < y->wanted ? -1 : 1;
  return x->member < y->member ? -1 : 1;
}

static double ring_radius(const picture *p, int hop) {
  return p->farthest ? SIDE / 2.0 * hop / p->farthest : 0;
}

/* Equal steps, turned by the mean of what each would have to turn. */
static void place_ring(picture *p, int64_t first, int64_t count, int hop) {
  double x = 0, y = 0, radius = ring_radius(p, hop);
  want_directions(p, first, count, hop);
  qsort(p->spots + first, (size_t)count, sizeof *p->spots, by_direction);
  for (int64_t i = 0; i < count; i++) {
    double off = p->spots[first + i].wanted - 2 * PI * (double)i / (double)count;
    x += cos(off), y += sin(off);
  }
  double turn = hypot(x, y) > 1e-9 ? atan2(y, x) : 0;
  for (int64_t i = first; i < first + count; i++) {
    spot *s = &p->spots[i];
    s->turn = turn + 2 * PI * (double)(i - first) / (double)count;
    s->x = LEFT + SIDE / 2.0 + radius * cos(s->turn);
    s->y = TOP + SIDE / 2.0 + radius * sin(s->turn);
    s->radius = hop ? fmin(9, fmax(1.6, 0.45 * 2 * PI * radius / (double)count)) : 10;
  }
  index_spots(p);
}

static int by_ring(const void *a, const void *b) {
  const spot *x = a, *y = b;
  if (x->hop != y->hop) return x->hop < y->hop ? -1 : 1;
  return x->member < y->member ? -1 : 1;
}

/* Rings from the inside, the nodes of each in the order of their numbers at first. */
static void place_spots(picture *p) {
  qsort(p->spots, (size_t)p->count, sizeof *p->spots, by_ring);
  index_spots(p);
  p->farthest = p->spots[p->count - 1].hop;
  for (int64_t first = 0, end = 0; first < p->count; first = end) {
    while (end < p->count && p->spots[end].hop == p->spots[first].hop) end++;
    place_ring(p, first, end - first, p->spots[first].hop);
  }
}

/* --- drawing ------------------------------------------------------------------------------------------ */

static void draw_links(khop_i_canvas *c, const picture *p) {
  const int64_t *offsets = khop_graph_offsets(p->e->graph);
  const int32_t *targets = khop_graph_targets(p->e->graph);
  khop_i_set_colour(c, KHOP_I_PALE);
  for (int64_t m = 0; m < p->e->members; m++)
    for (int64_t a = offsets[m]; a < offsets[m + 1]; a++) {
      int64_t i = p->spot_of[m], j = p->spot_of[targets[a]];
      if (i >= 0 && j >= 0) khop_i_line(c, p->spots[i].x, p->spots[i].y, p->spots[j].x, p->spots[j].y, 0.5);
    }
}

static void draw_circles(khop_i_canvas *c, const picture *p) {
  for (int hop = 1; hop <= p->farthest; hop++) {
    cairo_arc(c->cairo, LEFT + SIDE / 2.0, TOP + SIDE / 2.0, ring_radius(p, hop), 0, 2 * PI);
    cairo_set_source_rgb(c->cairo, 0.9, 0.9, 0.9);
    cairo_set_line_width(c->cairo, 1);
    cairo_stroke(c->cairo);
  }
}

static void draw_spot(khop_i_canvas *c, const picture *p, const spot *s) {
  bool centre = s->member == p->e->centre;
  cairo_arc(c->cairo, s->x, s->y, s->radius, 0, 2 * PI);
  khop_i_set_colour(c, khop_i_share_colour(s->share, p->largest));
  cairo_fill_preserve(c->cairo);
  khop_i_set_colour(c, centre ? KHOP_I_INK : KHOP_I_GREY);
  cairo_set_line_width(c->cairo, centre ? 1.6 : 0.6);
  cairo_stroke(c->cairo);
}

/* The name of a member, or its number. */
static void label_member(char label[KHOP_I_LABEL], const picture *p, int64_t member, int most) {
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)p->e->member[member]);
  khop_i_label(label, p->names && *p->names[member] ? p->names[member] : number, most);
}

static double name_height(const spot *s) { return s->y - s->radius - 4; }

/* Whether there is room beside the names of stronger nodes. */
static bool has_room(const picture *p, int64_t i, double width) {
  const spot *s = &p->spots[i];
  for (int64_t j = 0; j < i; j++) {
    const spot *other = &p->spots[j];
    if (other->width > 0 && fabs(s->x - other->x) < (width + other->width) / 2 + 4 &&
        fabs(name_height(s) - name_height(other)) < 12)
      return false;
  }
  return true;
}

/* The strongest first, and what has no room beside them has no name. */
static void draw_names(khop_i_canvas *c, picture *p) {
  char label[KHOP_I_LABEL];
  qsort(p->spots, (size_t)p->count, sizeof *p->spots, by_strength);
  khop_i_set_colour(c, KHOP_I_INK);
  for (int64_t i = 0; i < p->count && i < NAMED; i++) {
    spot *s = &p->spots[i];
    label_member(label, p, s->member, 18);
    double width = 6.0 * (double)strlen(label);
    if (s->share != 0 && has_room(p, i, width))
      s->width = khop_i_text(c, s->x, name_height(s), 10, 0.5, "%s", label);
  }
}

/* --- legend ------------------------------------------------------------------------------------------- */

static void draw_legend(khop_i_canvas *c, const picture *p, const double *by_hop, double x, double y) {
  const khop_explanation *e = p->e;
  khop_i_draw_share_scale(c, "a node", p->largest, x, y);
  y += 60;
  for (int hop = 0; hop < e->hops && hop < MOST_ROWS; hop++, y += 19) {
    int64_t nodes = 0;
    for (int64_t m = 0; m < e->members; m++) nodes += e->hop[m] == hop;
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x, y, 12, 0, "hop %d", hop);
    khop_i_text(c, x + 110, y, 12, 1, "%+.3g", by_hop[hop]);
    khop_i_set_colour(c, KHOP_I_GREY);
    khop_i_text(c, x + 124, y, 11, 0, "%lld node%s", (long long)nodes, nodes == 1 ? "" : "s");
  }
  khop_i_set_colour(c, KHOP_I_GREY);
  if (e->hops > MOST_ROWS) khop_i_text(c, x, y, 11, 0, "and up to hop %d", e->hops - 1), y += 19;
  if (e->members > p->count)
    khop_i_text(c, x, y, 11, 0, "%lld weaker nodes are not drawn", (long long)(e->members - p->count));
}

static void draw_head(khop_i_canvas *c, const picture *p, int64_t k, const char *of) {
  char name[KHOP_I_LABEL];
  const char *prefix = p->names && *p->names[p->e->centre] ? "" : "node ";
  label_member(name, p, p->e->centre, 30);
  khop_i_draw_share_head(c, p->e, k, of, prefix, name);
}

khop_status khop_plot_contributions(const char *path, const khop_explanation *e, int64_t k, const char *of,
                                    const char *const *names) {
  khop_status status = KHOP_OK;
  khop_i_canvas c = {0};
  picture p = {.e = e, .names = names};
  KHOP_TRY(khop_i_share_check(path, e, k, "khop_plot_contributions"));
  p.shares = e->by_member + k * e->members;
  KHOP_TRY(choose_spots(&p));
  place_spots(&p);
  KHOP_TRY(khop_i_canvas_open(&c, path, 820, 620));
  draw_head(&c, &p, k, of);
  draw_circles(&c, &p);
  draw_links(&c, &p);
  for (int64_t i = p.count - 1; i >= 0; i--) draw_spot(&c, &p, &p.spots[i]);
  draw_names(&c, &p);
  draw_legend(&c, &p, e->by_hop + k * e->hops, 580, 110);
  status = khop_i_canvas_commit(&c);
done:
  khop_i_free(p.spots);
  khop_i_free(p.spot_of);
  return status;
}
