/* molecule.c: a molecule as its structure, the atoms coloured by what they contributed.
 *
 *   bonds   one, two or three lines; aromatic: a line and a dashed one
 *   atoms   a circle in the colour of the share, in it the element and the charge; hydrogens are of their atoms */
#include "plot/shares.h"
#include "base/error.h"
#include "base/memory.h"
#include "molecules/indigo.h"
#include "plot/label.h"

#include <khop/plot.h>
#include <math.h>
#include <stdlib.h>

#define LEFT 40
#define TOP 84
#define SIDE 500
#define BOND 62      /* length of a bond where there is room, in points */
#define MOST_ROWS 16 /* atoms in the legend */

typedef struct spot {
  int64_t atom;
  double share;
} spot;

typedef struct picture {
  const khop_explanation *e;
  const khop_molecule *molecule;
  const double *shares; /* (atoms) */
  int64_t atoms;
  double *x, *y;        /* (atoms) on the page; own */
  double radius;        /* of an atom */
  double largest;       /* of |share| */
} picture;

/* --- where atoms stand ---------------------------------------------------------------------------------- */

static double mean_bond(const picture *p) {
  const khop_bond *bond = khop_molecule_bond_list(p->molecule);
  int64_t count = khop_molecule_bonds(p->molecule);
  double sum = 0;
  for (int64_t b = 0; b < count; b++)
    sum += hypot(p->x[bond[b].begin] - p->x[bond[b].end], p->y[bond[b].begin] - p->y[bond[b].end]);
  return sum > 0 ? sum / (double)count : 1;
}

/* Into the square, in the middle, bonds no longer than they are drawn at best. */
static void fit(picture *p) {
  double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY, bond = mean_bond(p);
  for (int64_t i = 0; i < p->atoms; i++) {
    x0 = fmin(x0, p->x[i]), x1 = fmax(x1, p->x[i]);
    y0 = fmin(y0, p->y[i]), y1 = fmax(y1, p->y[i]);
  }
  double scale = fmin(BOND / bond, SIDE / fmax(fmax(x1 - x0, y1 - y0), 1e-9));
  for (int64_t i = 0; i < p->atoms; i++) {
    p->x[i] = LEFT + SIDE / 2.0 + scale * (p->x[i] - (x0 + x1) / 2);
    p->y[i] = TOP + SIDE / 2.0 - scale * (p->y[i] - (y0 + y1) / 2);
  }
  p->radius = fmax(2.5, 0.27 * scale * bond);
}

static khop_status place_atoms(picture *p) {
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&p->x, p->atoms, sizeof *p->x, "a picture"));
  KHOP_TRY(khop_i_alloc(&p->y, p->atoms, sizeof *p->y, "a picture"));
  KHOP_TRY(khop_i_molecule_layout(p->x, p->y, p->molecule));
  fit(p);
done:
  return status;
}

/* --- drawing -------------------------------------------------------------------------------------------- */

/* A line beside the bond, so many points to the left of it. */
static void draw_beside(khop_i_canvas *c, const picture *p, const khop_bond *b, double aside) {
  double dx = p->x[b->end] - p->x[b->begin], dy = p->y[b->end] - p->y[b->begin], length = fmax(hypot(dx, dy), 1e-9);
  double sx = -dy / length * aside, sy = dx / length * aside;
  khop_i_line(c, p->x[b->begin] + sx, p->y[b->begin] + sy, p->x[b->end] + sx, p->y[b->end] + sy, 1.4);
}

static void draw_bond(khop_i_canvas *c, const picture *p, const khop_bond *b) {
  const double dashes[] = {3, 3};
  double gap = fmax(1.2, 0.22 * p->radius);
  khop_i_set_colour(c, KHOP_I_GREY);
  if (b->order == KHOP_BOND_AROMATIC) {
    draw_beside(c, p, b, gap);
    cairo_set_dash(c->cairo, dashes, 2, 0);
    draw_beside(c, p, b, -gap);
    cairo_set_dash(c->cairo, NULL, 0, 0);
    return;
  }
  int lines = b->order == KHOP_BOND_QUADRUPLE ? 4 : b->order;
  for (int l = 0; l < lines; l++) draw_beside(c, p, b, 2 * gap * (l - (lines - 1) / 2.0));
}

/* "C", "N+", "O2-". */
static void atom_text(char text[16], const khop_atom *atom) {
  int size = abs(atom->charge);
  const char *symbol = khop_element_symbol(atom->element), *sign = atom->charge > 0 ? "+" : atom->charge ? "-" : "";
  if (size > 1) snprintf(text, 16, "%s%d%s", symbol ? symbol : "*", size, sign);
  else snprintf(text, 16, "%s%s", symbol ? symbol : "*", sign);
}

static void draw_atom(khop_i_canvas *c, const picture *p, int64_t i) {
  char text[16];
  cairo_arc(c->cairo, p->x[i], p->y[i], p->radius, 0, 2 * 3.141592653589793);
  khop_i_set_colour(c, khop_i_share_colour(p->shares[i], p->largest));
  cairo_fill_preserve(c->cairo);
  khop_i_set_colour(c, KHOP_I_GREY);
  cairo_set_line_width(c->cairo, 0.8);
  cairo_stroke(c->cairo);
  atom_text(text, &khop_molecule_atom_list(p->molecule)[i]);
  khop_i_set_colour(c, KHOP_I_INK);
  khop_i_text(c, p->x[i], p->y[i] + 0.36 * p->radius, p->radius, 0.5, "%s", text);
}

static int by_strength(const void *a, const void *b) {
  const spot *x = a, *y = b;
  double p = fabs(x->share), q = fabs(y->share);
  if (p != q) return p < q ? 1 : -1;
  return x->atom < y->atom ? -1 : 1;
}

/* The scale, and the strongest atoms. */
static khop_status draw_legend(khop_i_canvas *c, const picture *p, double x, double y) {
  spot *spots;
  char text[16];
  khop_status status = khop_i_alloc_raw(&spots, p->atoms, sizeof *spots, "a picture");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < p->atoms; i++) spots[i] = (spot){i, p->shares[i]};
  qsort(spots, (size_t)p->atoms, sizeof *spots, by_strength);
  khop_i_draw_share_scale(c, "an atom", p->largest, x, y);
  y += 60;
  for (int64_t i = 0; i < p->atoms && i < MOST_ROWS; i++, y += 19) {
    atom_text(text, &khop_molecule_atom_list(p->molecule)[spots[i].atom]);
    khop_i_set_colour(c, KHOP_I_INK);
    khop_i_text(c, x, y, 12, 0, "%s", text);
    khop_i_text(c, x + 110, y, 12, 1, "%+.3g", spots[i].share);
    khop_i_set_colour(c, KHOP_I_GREY);
    khop_i_text(c, x + 124, y, 11, 0, "atom %lld", (long long)spots[i].atom);
  }
  if (p->atoms > MOST_ROWS)
    khop_i_text(c, x, y, 11, 0, "and %lld weaker atoms", (long long)(p->atoms - MOST_ROWS));
  khop_i_free(spots);
  return KHOP_OK;
}

static khop_status draw_picture(khop_i_canvas *c, const picture *p, int64_t k, const char *of, const char *name) {
  char label[KHOP_I_LABEL];
  const khop_bond *bonds = khop_molecule_bond_list(p->molecule);
  khop_i_label(label, name ? name : "a molecule", 26);
  khop_i_draw_share_head(c, p->e, k, of, "", label);
  for (int64_t b = 0; b < khop_molecule_bonds(p->molecule); b++) draw_bond(c, p, &bonds[b]);
  for (int64_t i = 0; i < p->atoms; i++) draw_atom(c, p, i);
  return draw_legend(c, p, 600, 118);
}

static khop_status check_molecule(const khop_explanation *e, const khop_molecule *molecule) {
  int64_t atoms = molecule ? khop_molecule_atoms(molecule) : 0;
  if (!molecule) return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_molecule: an argument is missing");
  if (atoms != e->members)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_molecule: a molecule of %lld atoms, and %lld nodes are explained",
                       (long long)atoms, (long long)e->members);
  if (atoms < 1 || atoms > KHOP_PLOT_ATOMS)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_plot_molecule: %lld atoms: 1 to %d can be drawn", (long long)atoms,
                       KHOP_PLOT_ATOMS);
  return KHOP_OK;
}

khop_status khop_plot_molecule(const char *path, const khop_explanation *e, int64_t k, const char *of,
                               const khop_molecule *molecule, const char *name) {
  khop_status status = KHOP_OK;
  khop_i_canvas c = {0};
  picture p = {.e = e, .molecule = molecule};
  KHOP_TRY(khop_i_share_check(path, e, k, "khop_plot_molecule"));
  KHOP_TRY(check_molecule(e, molecule));
  p.atoms = e->members;
  p.shares = e->by_member + k * e->members;
  p.largest = khop_i_largest_share(p.shares, p.atoms);
  KHOP_TRY(place_atoms(&p));
  KHOP_TRY(khop_i_canvas_open(&c, path, 820, 620));
  KHOP_TRY(draw_picture(&c, &p, k, of, name));
  status = khop_i_canvas_commit(&c);
done:
  khop_i_canvas_abandon(&c);
  khop_i_free(p.x);
  khop_i_free(p.y);
  return status;
}
