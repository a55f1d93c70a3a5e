/* test_plot.c: pictures are whole files: SVG that is well formed and the same each time, PNG with its
 * signature, the right failure where nothing can be written, and no file left behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "plot/canvas.h"

#include <ctype.h>
#include <dirent.h>
#include <khop/khop.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/khop-plot-XXXXXX";
static khop_graph *graph;

static const char *in_folder(const char *name) {
  static char paths[4][256];
  static int at;
  char *path = paths[at++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static char *slurp(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = malloc(1 << 24);
  *size = fread(text, 1, (1 << 24) - 1, file);
  text[*size] = 0;
  fclose(file);
  return text;
}

/* --- a small reader of XML ------------------------------------------------------------------ */

/* Skips one tag from '<' on; its name is kept. '+' opens, '-' closes, '0' stands alone or is a
 * declaration, '?' is no tag. */
static char read_tag(const char **at, char *name, size_t room) {
  const char *t = *at + 1;
  bool closing = *t == '/', declared = *t == '?' || *t == '!';
  size_t used = 0;
  char quote = 0;
  if (closing || declared) t++;
  while ((isalnum((unsigned char)*t) || strchr(":-_", *t)) && *t && used < room - 1)
    name[used++] = *t++;
  name[used] = 0;
  if (!used) return '?';
  for (; *t && (quote || *t != '>'); t++) {
    if (quote ? *t == quote : *t == '"' || *t == '\'') quote = quote ? 0 : *t;
    if (*t == '<') return '?';
  }
  if (*t != '>') return '?';
  *at = t + 1;
  return declared || t[-1] == '/' ? '0' : closing ? '-' : '+';
}

/* Tags that nest, one root, every & an entity. */
static bool well_formed(const char *text) {
  static char open[64][32];
  char name[32];
  int depth = 0, roots = 0;
  for (const char *at = text; *at;) {
    if (*at == '&' && !strchr(at, ';')) return false;
    if (*at != '<') {
      if (!depth && !isspace((unsigned char)*at)) return false;
      at++;
      continue;
    }
    bool declaration = at[1] == '?' || at[1] == '!';
    switch (read_tag(&at, name, sizeof name)) {
    case '+':
      if (depth == 64) return false;
      roots += depth == 0;
      strcpy(open[depth++], name);
      break;
    case '-':
      if (!depth || strcmp(open[--depth], name) != 0) return false;
      break;
    case '0':
      roots += depth == 0 && !declaration;
      break;
    default:
      return false;
    }
  }
  return depth == 0 && roots == 1;
}

static void reader_is_checked(void **state) {
  (void)state;
  assert_true(well_formed("<?xml version=\"1.0\"?><svg a=\">\"><g/><b>t</b></svg>\n"));
  assert_false(well_formed("<svg><g></svg>"));
  assert_false(well_formed("<svg></svg><svg></svg>"));
  assert_false(well_formed("<svg></g>"));
  assert_false(well_formed("<svg a=\"></svg>"));
  assert_false(well_formed("x<svg></svg>"));
}

/* --- the pictures --------------------------------------------------------------------------- */

enum { PICTURES = 21 };

/* Node 0 of the graph, with the others on rings 1 to 3 by turns, or all alone; shares (34), then those of the rings. */
static khop_status draw_shares(const char *path, double *shares, bool alone, const char *const *names) {
  static double value[] = {1.5}, base[] = {-0.25};
  static int64_t member[35], explained[] = {1};
  static int32_t hop[35];
  khop_graph *one = NULL;
  khop_explanation e = {.outputs = 2, .count = 1, .explained = explained, .value = value, .base = base, .hops = 4,
                        .members = alone ? 1 : khop_graph_nodes(graph), .member = member, .hop = hop, .graph = graph,
                        .by_member = shares, .by_hop = shares + 35};
  for (int i = 0; i < 35; i++) member[i] = 10 * i, hop[i] = i ? 1 + i % 3 : 0;
  khop_status status = alone ? khop_graph_from_coo(&one, 1, 0, NULL, NULL, true) : KHOP_OK;
  if (alone) e.graph = one, e.hops = 1;
  if (status == KHOP_OK) status = khop_plot_contributions(path, &e, 0, alone ? NULL : "a <b> & \"c\"", names);
  khop_graph_free(one);
  return status;
}

/* A molecule with a share for each atom. */
static khop_status draw_molecule(const char *path, const char *smiles, double *shares) {
  static double value[] = {1.5}, base[] = {-0.25};
  static int64_t explained[] = {1};
  khop_molecule *m = NULL;
  khop_status status = khop_molecule_new(&m);
  if (status == KHOP_OK) status = khop_molecule_parse(m, smiles);
  khop_explanation e = {.outputs = 2, .count = 1, .explained = explained, .value = value, .base = base,
                        .members = status == KHOP_OK ? khop_molecule_atoms(m) : 0, .centre = -1, .by_member = shares};
  if (status == KHOP_OK) status = khop_plot_molecule(path, &e, 0, "a <b>", m, smiles);
  khop_molecule_free(m);
  return status;
}

static khop_status draw_influence(const char *path, int hops, double first) {
  double share[] = {first, 0.25, 0};
  khop_influence influence = {.hops = hops, .share = share, .range = hops > 1 ? 0.25 : 0};
  return khop_plot_influence(path, &influence, hops > 1 ? "a <b> & \"c\" \xff" : NULL);
}

static khop_status draw(int which, const char *path) {
  static double shares[39];
  static uint8_t reached[34];
  const double filter[] = {0.25, 0.5, 0.25}, zero[] = {0, 0};
  const khop_layer square[] = {{3, 1, 1}, {3, 2, 1}, {3, 4, 1}}, mixed[] = {{2, 1, 1}, {5, 3, 2}, {2, 70, 1}};
  const int64_t dilations[] = {2, 4, 8, 16};
  static int64_t counts[KHOP_PLOT_CLASSES * KHOP_PLOT_CLASSES];
  const char *const names[] = {"a <b> & \"c\"", "\xc3\xa9\xc3\xa9\xc3\xa9 a name of more than twenty letters", "\xff\xe2\x82 \x1b\xed\xa0\x80"};
  khop_layer many[40];
  for (int i = 0; i < KHOP_PLOT_CLASSES * KHOP_PLOT_CLASSES; i++) counts[i] = i % 7;
  for (int l = 0; l < 40; l++) many[l] = (khop_layer){2, 1 + l, 1};
  for (int i = 0; i < 34; i++) reached[i] = i % 2 == 0;
  for (int i = 0; i < 39; i++) shares[i] = i - 10;
  switch (which) {
  case 0: return khop_plot_field(path, 3, square, 2);
  case 1: return khop_plot_field(path, 3, mixed, 1);
  case 2: return khop_plot_field(path, 40, many, 1);
  case 3: return khop_plot_rings(path, graph, NULL, 0, KHOP_OUT, 3, reached);
  case 4: return khop_plot_rings(path, graph, NULL, 33, KHOP_OUT, 0, NULL);
  case 5: return khop_plot_response(path, 3, filter, 4, dilations);
  case 6: return khop_plot_response(path, 2, zero, 0, NULL);
  case 7: return khop_plot_scatter(path, 4, (double[]){-3, 0.5, 2, (double)NAN}, (double[]){-2, 0.4, (double)NAN, 1},
                                   (double[]){0.5, 0, 1, 1}, "a <b> & \"c\"");
  case 8: return khop_plot_confusion(path, 3, (int64_t[]){5, 1, 0, 0, 0, 0, 2, 2, 1234567}, names);
  case 9: return khop_plot_confusion(path, 1, (int64_t[]){1}, NULL);
  case 10: return khop_plot_confusion(path, KHOP_PLOT_CLASSES, counts, NULL);
  case 11: return draw_shares(path, shares, false, NULL);
  case 12: return draw_shares(path, shares, true, names);
  case 13: return draw_molecule(path, "CC(=O)Nc1ccc(O)cc1", shares);
  case 14: return draw_molecule(path, "[Na+].[O-]C#CC(F)(F)F.[Fe+2]", shares); /* apart, straight, charged */
  case 15: return draw_molecule(path, "[Cl-]", shares);
  case 16: return draw_molecule(path, "C1CC2CCC1CC2=C", shares);
  case 17: return khop_plot_trials(path, 5, (double[]){2, 4, 4, 8, 9}, (double[]){0.5, 0.7, 0.6, 0.65, (double)NAN},
                                   (double[]){0, 0.1, 0, 0, 0}, true, "accuracy");
  case 18: return draw_influence(path, 3, 0.75);
  case 19: return draw_influence(path, 1, 1);
  default: return khop_plot_scatter(path, 1, zero, zero, NULL, NULL);
  }
}

static void svg_is_whole_and_the_same(void **state) {
  (void)state;
  for (int which = 0; which < PICTURES; which++) {
    size_t one, other;
    assert_int_equal(draw(which, in_folder("a.svg")), KHOP_OK);
    assert_int_equal(draw(which, in_folder("b.svg")), KHOP_OK);
    char *a = slurp(in_folder("a.svg"), &one), *b = slurp(in_folder("b.svg"), &other);
    assert_int_equal(one, other);
    assert_memory_equal(a, b, one);
    assert_int_equal(strlen(a), one);
    assert_true(one > 1000 && strstr(a, "<svg") != NULL);
    assert_true(well_formed(a));
    a[one - 8] = '<';
    assert_false(well_formed(a));
    free(a);
    free(b);
  }
}

static void png_is_whole_and_the_same(void **state) {
  (void)state;
  static const unsigned char signature[8] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  for (int which = 0; which < PICTURES; which++) {
    size_t one, other;
    assert_int_equal(draw(which, in_folder("a.png")), KHOP_OK);
    assert_int_equal(draw(which, in_folder("b.png")), KHOP_OK);
    char *a = slurp(in_folder("a.png"), &one), *b = slurp(in_folder("b.png"), &other);
    assert_int_equal(one, other);
    assert_memory_equal(a, b, one);
    assert_memory_equal(a, signature, 8);
    assert_memory_equal(a + one - 8, "IEND", 4);
    free(a);
    free(b);
  }
}

static int files_in(const char *path) {
  int count = 0;
  DIR *all = opendir(path);
  for (struct dirent *e; (e = readdir(all));) count += e->d_name[0] != '.';
  closedir(all);
  return count;
}

static void failures_leave_what_was_there(void **state) {
  (void)state;
  int before = files_in(folder);
  char nowhere[256], place[256];
  strcpy(nowhere, in_folder("nowhere/a.svg"));
  strcpy(place, in_folder("place.svg"));
  assert_int_equal(mkdir(place, 0700), 0);
  for (int which = 0; which < PICTURES; which++) {
    assert_int_equal(draw(which, "/dev/full"), KHOP_E_IO);
    assert_non_null(strstr(khop_message(), "/dev/full: cannot write: No space left"));
    assert_int_equal(draw(which, nowhere), KHOP_E_NOT_FOUND);
    assert_int_equal(draw(which, place), KHOP_E_IO);
    assert_int_equal(draw(which, in_folder("a.pdf")), KHOP_E_ARGUMENT);
    assert_non_null(strstr(khop_message(), ".svg or .png"));
    assert_int_equal(draw(which, ""), KHOP_E_ARGUMENT);
  }
  assert_int_equal(rmdir(place), 0);
  assert_int_equal(files_in(folder), before);
}

static void png_to_a_full_device(void **state) {
  (void)state;
  char link[256];
  strcpy(link, in_folder("full.png"));
  assert_int_equal(symlink("/dev/full", link), 0);
  for (int which = 0; which < PICTURES; which++) {
    assert_int_equal(draw(which, link), KHOP_E_IO);
    assert_non_null(strstr(khop_message(), "No space left"));
  }
  unlink(link);
}

static void bad_input(void **state) {
  (void)state;
  const char *path = in_folder("never.svg");
  const khop_layer wide[] = {{3, 100, 1}}, zero[] = {{3, 0, 1}};
  const double filter[] = {1};
  assert_int_equal(khop_plot_field(path, 1, wide, 2), KHOP_E_ARGUMENT);
  assert_non_null(strstr(khop_message(), "201"));
  assert_int_equal(khop_plot_field(path, 1, zero, 1), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_field(path, 1, wide, 3), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_rings(path, graph, NULL, 34, KHOP_OUT, 2, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_rings(path, graph, NULL, -1, KHOP_OUT, 2, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_rings(path, graph, NULL, 0, KHOP_OUT, -1, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_scatter(path, 0, filter, filter, NULL, ""), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_scatter(path, 1, (double[]){(double)NAN}, filter, NULL, ""), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_scatter(path, 1, (double[]){(double)INFINITY}, filter, NULL, ""), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_trials(path, 0, filter, filter, NULL, true, ""), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_trials(path, 1, filter, (double[]){(double)NAN}, NULL, true, ""), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_trials(path, 1, (double[]){(double)NAN}, filter, NULL, true, ""), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_confusion(path, 2, (int64_t[]){0, 0, 0, 0}, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_confusion(path, 2, (int64_t[]){1, 0, -1, 0}, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_confusion(path, 0, (int64_t[]){1}, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_confusion(path, KHOP_PLOT_CLASSES + 1, (int64_t[]){1}, NULL), KHOP_E_ARGUMENT);
  khop_explanation none = {.count = 2};
  assert_int_equal(khop_plot_contributions(path, &none, 2, NULL, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_contributions(path, &none, -1, NULL, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_contributions(path, NULL, 0, NULL, NULL), KHOP_E_ARGUMENT);
  khop_molecule *m;
  assert_int_equal(khop_molecule_new(&m), KHOP_OK);
  assert_int_equal(khop_molecule_parse(m, "CCO"), KHOP_OK);
  none.members = 2;
  assert_int_equal(khop_plot_molecule(path, &none, 0, NULL, m, NULL), KHOP_E_ARGUMENT);
  assert_non_null(strstr(khop_message(), "3 atoms, and 2 nodes"));
  assert_int_equal(khop_plot_molecule(path, &none, 2, NULL, m, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_molecule(path, &none, 0, NULL, NULL, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_molecule(path, NULL, 0, NULL, m, NULL), KHOP_E_ARGUMENT);
  khop_molecule_free(m);
  assert_int_equal(khop_plot_response(path, 0, filter, 0, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_influence(path, NULL, NULL), KHOP_E_ARGUMENT);
  assert_int_equal(draw_influence(path, 3, (double)NAN), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_response(path, 1, filter, 1, (int64_t[]){0}), KHOP_E_ARGUMENT);
  assert_int_equal(khop_plot_response(path, 1, filter, 5, (int64_t[]){1, 1, 1, 1, 1}), KHOP_E_ARGUMENT);
  assert_int_equal(access(path, F_OK), -1);
}

/* Names change the picture; bytes that are no UTF-8, line ends and long ones do not spoil it. */
static void names_are_drawn(void **state) {
  (void)state;
  static const char *const good[3] = {"Ann", "", "B\xc3\xa9la"};
  static const char *const odd[3] = {"\xe9t\xe9\n\t\x7f", "two\nlines",
                                     "a very long name, of more than a hundred and seventy-six bytes, which is cut "
                                     "before it leaves the page, whatever it may say behind the place of the cut, and "
                                     "that is a lot of what nobody reads"};
  khop_graph *g;
  size_t size[3];
  char *text[3];
  const char *const *names[3] = {NULL, good, odd};
  assert_int_equal(khop_graph_grid(&g, 1, (int64_t[]){3}, NULL, false, false), KHOP_OK);
  for (int k = 0; k < 3; k++) {
    assert_int_equal(khop_plot_rings(in_folder("a.svg"), g, names[k], 0, KHOP_OUT, 2, NULL), KHOP_OK);
    text[k] = slurp(in_folder("a.svg"), &size[k]);
    assert_true(well_formed(text[k]));
  }
  assert_true(strcmp(text[0], text[1]) != 0 && strcmp(text[1], text[2]) != 0);
  assert_true(size[2] > size[0]);
  for (int k = 0; k < 3; k++) free(text[k]);
  khop_graph_free(g);
}

/* More nodes than are drawn, pieces that do not hang together, one node alone. */
static void other_graphs(void **state) {
  (void)state;
  khop_graph *g;
  size_t size;
  assert_int_equal(khop_graph_grid(&g, 2, (int64_t[]){30, 30}, NULL, false, true), KHOP_OK);
  for (int direction = 0; direction < 3; direction++)
    assert_int_equal(khop_plot_rings(in_folder("a.svg"), g, NULL, 450, (khop_direction)direction, 40, NULL), KHOP_OK);
  khop_graph_free(g);
  char *text = slurp(in_folder("a.svg"), &size);
  assert_true(well_formed(text));
  free(text);
  const int64_t from[] = {0, 3}, to[] = {1, 4};
  assert_int_equal(khop_graph_from_coo(&g, 6, 2, from, to, false), KHOP_OK);
  assert_int_equal(khop_plot_rings(in_folder("a.svg"), g, NULL, 0, KHOP_OUT, 2, NULL), KHOP_OK);
  khop_graph_free(g);
  assert_int_equal(khop_graph_from_coo(&g, 1, 0, NULL, NULL, false), KHOP_OK);
  assert_int_equal(khop_plot_rings(in_folder("a.svg"), g, NULL, 0, KHOP_OUT, 2, NULL), KHOP_OK);
  khop_graph_free(g);
}

/* --- what is in them ------------------------------------------------------------------------ */

/* Halfway between the first two of nine anchors lies 1/16. */
static void colours_go_straight_from_anchor_to_anchor(void **state) {
  (void)state;
  khop_i_colour least = khop_i_viridis(-1), first = khop_i_viridis(1.0 / 16), last = khop_i_viridis(2);
  assert_true(fabs(least.r - 0.267) <= 1e-12 && fabs(least.g - 0.005) <= 1e-12 && fabs(least.b - 0.329) <= 1e-12);
  assert_true(fabs(first.r - 0.2725) <= 1e-12 && fabs(first.g - 0.09) <= 1e-12 && fabs(first.b - 0.406) <= 1e-12);
  assert_true(fabs(last.r - 0.993) <= 1e-12 && fabs(last.g - 0.906) <= 1e-12 && fabs(last.b - 0.144) <= 1e-12);
}

static void ticks_are_the_least_round_steps_that_are_few_enough(void **state) {
  (void)state;
  const double range[] = {11, 12, 22, 23, 55, 56, 110, 111}, step[] = {1, 2, 2, 5, 5, 10, 10, 20};
  for (int i = 0; i < 8; i++) assert_true(khop_i_tick_step(range[i], 11) == step[i]);
}

/* Strokes and fills of a scatter of three pairs with these deviations, or of four of which the last is not whole. */
static int shapes_of(int count, const double *deviation) {
  size_t size;
  int shapes = 0;
  const double measured[] = {0, 1, 2, (double)NAN}, predicted[] = {0.5, 1, 1.5, 1};
  assert_int_equal(khop_plot_scatter(in_folder("a.svg"), count, measured, predicted, deviation, ""), KHOP_OK);
  char *text = slurp(in_folder("a.svg"), &size);
  for (const char *at = text; (at = strstr(at, "<path")); at++) shapes++;
  free(text);
  return shapes;
}

static void a_scatter_has_a_point_for_each_whole_pair_and_a_line_for_each_deviation(void **state) {
  (void)state;
  int points = shapes_of(3, NULL);
  assert_int_equal(shapes_of(4, NULL), points);
  assert_int_equal(shapes_of(3, (double[]){0.1, 0, (double)NAN}), points + 1);
  assert_int_equal(shapes_of(3, (double[]){0.1, 0.2, 0.1}), points + 3);
}

/* How high each line of the best is at its ends, as the numbers of "M x y L x y" say; how many lines there are. */
static int best_line(double y[8], bool rises, int count, const double *score) {
  size_t size;
  int lines = 0;
  double x0, y0, x1, y1;
  assert_int_equal(khop_plot_trials(in_folder("a.svg"), count, (double[]){2, 4, 4, 8, 9}, score, NULL, rises, ""), KHOP_OK);
  char *text = slurp(in_folder("a.svg"), &size);
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    const char *path = strstr(line, "stroke-width:1.4;") ? strstr(line, " d=\"M") : NULL;
    if (!path || sscanf(path, " d=\"M %lf %lf L %lf %lf", &x0, &y0, &x1, &y1) != 4 || lines == 4) continue;
    y[2 * lines] = y0;
    y[2 * lines++ + 1] = y1;
  }
  free(text);
  return lines;
}

/* Scores 0.5 at 2 hops, 0.7 and 0.6 at 4, 0.65 at 8; none at 9. Down the page y grows. */
static void the_line_of_trials_joins_the_best_of_each_reach(void **state) {
  (void)state;
  const double score[] = {0.5, 0.7, 0.6, 0.65, (double)NAN};
  double y[8];
  assert_int_equal(best_line(y, true, 5, score), 2);
  assert_true(y[0] > y[1] && y[2] < y[3]); /* 0.5 up to 0.7, down to 0.65 */
  double tenth = (y[0] - y[1]) / 2;
  assert_true(fabs(y[3] - y[2] - tenth / 2) < 1);
  assert_int_equal(best_line(y, false, 5, score), 2); /* 0.5 up to 0.6, up to 0.65 */
  assert_true(fabs(y[0] - y[1] - tenth) < 1 && fabs(y[2] - y[3] - tenth / 2) < 1);
}

/* The share of red in the cells of a confusion matrix, in the order in which they are drawn: white has all, blue none. */
static int shades_of(double red[4], const int64_t count[4]) {
  size_t size;
  int cells = 0;
  double r, g, b;
  assert_int_equal(khop_plot_confusion(in_folder("a.svg"), 2, count, NULL), KHOP_OK);
  char *text = slurp(in_folder("a.svg"), &size);
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    const char *fill = strstr(line, "<path") ? strstr(line, "rgb(") : NULL;
    if (!fill || sscanf(fill, "rgb(%lf%%,%lf%%,%lf%%)", &r, &g, &b) != 3) continue;
    bool grey = b <= r && r < 99; /* the lines between them */
    if (!grey && cells < 4) red[cells] = r;
    cells += !grey;
  }
  free(text);
  return cells;
}

static void a_cell_is_as_dark_as_its_share_of_the_row(void **state) {
  (void)state;
  double red[4] = {0};
  assert_int_equal(shades_of(red, (int64_t[]){30, 10, 0, 5}), 4);
  assert_true(fabs(red[0] - 25) <= 0.5 && fabs(red[1] - 75) <= 0.5 && fabs(red[2] - 100) <= 0.5 && fabs(red[3]) <= 0.5);
}

/* How often a picture has a colour, in per cent; cairo's versions write it with and without spaces. */
static int filled(double red, double green, double blue) {
  size_t size;
  int count = 0;
  double r, g, b;
  char *text = slurp(in_folder("a.svg"), &size);
  for (const char *at = text; (at = strstr(at, "rgb(")); at++)
    if (sscanf(at, "rgb(%lf%% , %lf%% , %lf%%", &r, &g, &b) == 3)
      count += fabs(r - red) < 0.01 && fabs(g - green) < 0.01 && fabs(b - blue) < 0.01;
  free(text);
  return count;
}

/* White is 0, the strongest has the whole colour of its sign, half as strong a share half of it. */
static void members_are_coloured_by_sign_and_size(void **state) {
  (void)state;
  double shares[39] = {0};
  shares[5] = -4, shares[7] = 4, shares[9] = 2, shares[11] = -2, shares[12] = -2;
  assert_int_equal(draw_shares(in_folder("a.svg"), shares, false, NULL), KHOP_OK);
  assert_int_equal(filled(0, 45, 70), 1);
  assert_int_equal(filled(84, 37, 0), 1);
  assert_int_equal(filled(92, 68.5, 50), 1);
  assert_int_equal(filled(50, 72.5, 85), 2);
}

/* A picture that cannot be drawn for want of memory leaves no file and no bytes. */
static int64_t allowed = -1;

static void *allocate(size_t size, void *context) {
  (void)context;
  if (allowed == 0) return NULL;
  if (allowed > 0) allowed--;
  return malloc(size);
}
static void release(void *pointer, void *context) {
  (void)context;
  free(pointer);
}

static void failing_allocations(void **state) {
  (void)state;
  khop_graph_free(graph);
  assert_int_equal(khop_set_allocator(&(khop_allocator){allocate, release, NULL}), KHOP_OK);
  assert_int_equal(khop_graph_grid(&graph, 2, (int64_t[]){5, 7}, NULL, false, false), KHOP_OK);
  for (int which = 0; which < PICTURES; which++) {
    size_t before = khop_bytes_now();
    int files = files_in(folder);
    for (int64_t n = 0;; n++) {
      assert_true(n < 2000);
      allowed = n;
      khop_status status = draw(which, in_folder(which % 2 ? "never.svg" : "never.png"));
      allowed = -1;
      assert_int_equal(khop_bytes_now(), before);
      if (status == KHOP_OK) break;
      assert_int_equal(status, KHOP_E_MEMORY);
      assert_int_equal(files_in(folder), files);
    }
    unlink(in_folder(which % 2 ? "never.svg" : "never.png"));
  }
  khop_graph_free(graph);
  graph = NULL;
  assert_int_equal(khop_set_allocator(NULL), KHOP_OK);
}

static int set_up(void **state) {
  (void)state;
  char path[512];
  const char *root = getenv("KHOP_SOURCE_ROOT");
  snprintf(path, sizeof path, "%s/datasets/karate.graphml", root ? root : ".");
  return !mkdtemp(folder) || khop_graph_read(&graph, path, NULL) != KHOP_OK;
}

static int tear_down(void **state) {
  (void)state;
  static const char *const left[] = {"a.svg", "b.svg", "a.png", "b.png"};
  for (size_t i = 0; i < sizeof left / sizeof *left; i++) unlink(in_folder(left[i]));
  khop_graph_free(graph);
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reader_is_checked),
      cmocka_unit_test(svg_is_whole_and_the_same),
      cmocka_unit_test(png_is_whole_and_the_same),
      cmocka_unit_test(failures_leave_what_was_there),
      cmocka_unit_test(png_to_a_full_device),
      cmocka_unit_test(bad_input),
      cmocka_unit_test(names_are_drawn), cmocka_unit_test(other_graphs),
      cmocka_unit_test(colours_go_straight_from_anchor_to_anchor),
      cmocka_unit_test(ticks_are_the_least_round_steps_that_are_few_enough),
      cmocka_unit_test(a_cell_is_as_dark_as_its_share_of_the_row),
      cmocka_unit_test(members_are_coloured_by_sign_and_size),
      cmocka_unit_test(the_line_of_trials_joins_the_best_of_each_reach),
      cmocka_unit_test(a_scatter_has_a_point_for_each_whole_pair_and_a_line_for_each_deviation),
      cmocka_unit_test(failing_allocations),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
