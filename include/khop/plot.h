/* khop/plot.h: the audit, explanations, and what came of predictions, as pictures, .svg or .png by the extension of the
 * path.
 *
 * A picture is written whole or not at all: a failure leaves what stood there. The same input gives
 * the same bytes (for one version of cairo and its fonts). Colours are viridis for amounts and those
 * of Okabe and Ito for kinds, which stay apart for colour-blind eyes.
 */
#ifndef KHOP_PLOT_H
#define KHOP_PLOT_H

#include <khop/audit.h>
#include <khop/explain.h>
#include <khop/molecules.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The receptive field of a stack and its holes. axes = 2: the square field on the pixel grid, each
 * pixel coloured by its share of the paths to the output, holes hatched; for fields up to
 * KHOP_PLOT_SQUARE. axes = 1: a strip a layer, which offsets are seen behind it.
 * Errors: ARGUMENT (the stack, axes, a field too wide for a square, an extension), BUDGET, IO,
 * NOT_FOUND (no such folder), MEMORY. */
#define KHOP_PLOT_SQUARE 129
KHOP_API khop_status khop_plot_field(const char *path, int count, const khop_layer *layers,
                                     int axes);

/* The rings around a node: the graph laid out on the plane, each node coloured by its distance from
 * the centre up to max_hop, and filled where reached (N; NULL: all) is not 0, a hollow circle where
 * it is 0. Of a graph with more than KHOP_PLOT_NODES nodes, the nearest to the centre are drawn.
 * names (N) of the nodes, NULL: none: the centre is called by its own, and up to KHOP_PLOT_NAMES nodes have theirs
 * beside them; what is long is cut, and what is no UTF-8 is shown as U+FFFD.
 * Errors: ARGUMENT (node, max_hop below 0, an extension), IO, NOT_FOUND, MEMORY, INTERNAL. */
#define KHOP_PLOT_NODES 600
#define KHOP_PLOT_NAMES 60
KHOP_API khop_status khop_plot_rings(const char *path, const khop_graph *graph, const char *const *names,
                                     int64_t node, khop_direction direction, int max_hop, const uint8_t *reached);

/* Explained output k (of e->count): the node with its rings as circles around it, each member coloured by its share,
 * from blue (against) over white to vermilion (for), the strongest with their names. Of more than KHOP_PLOT_MEMBERS the
 * strongest are drawn, and the node. of: what the output is called, NULL: its number. names (members) are cut and shown
 * as above, NULL: numbers.
 * Errors: ARGUMENT (no such output, an extension), IO, NOT_FOUND, MEMORY. */
#define KHOP_PLOT_MEMBERS 200
KHOP_API khop_status khop_plot_contributions(const char *path, const khop_explanation *e, int64_t k, const char *of,
                                             const char *const *names);

/* The same of a graph of a set that is a molecule: its structure, node i for atom i, each atom coloured by its share, with
 * its element and charge. name: what it is called, cut and shown as above, or NULL. Places are those that Indigo gives,
 * or, built without it, a layout of igraph's by springs.
 * Errors: ARGUMENT (no such output, another number of atoms than members, more than KHOP_PLOT_ATOMS, an extension), IO,
 * NOT_FOUND, MEMORY, UNSUPPORTED (built without both). */
#define KHOP_PLOT_ATOMS 500
KHOP_API khop_status khop_plot_molecule(const char *path, const khop_explanation *e, int64_t k, const char *of,
                                        const khop_molecule *molecule, const char *name);

/* |H(w)| of a filter (taps), and |H_d(w)| dilated by each of the dilations (count, at most 4), for w
 * from 0 to pi. Errors: ARGUMENT, IO, NOT_FOUND, MEMORY. */
KHOP_API khop_status khop_plot_response(const char *path, int taps, const double *filter, int count,
                                        const int64_t *dilations);

/* The share of each hop in what moves a model's outputs, as a curve over the hops, and where their mean is. name: of the
 * data, cut and shown as above, or NULL.
 * Errors: ARGUMENT (shares that are none, as where nothing moves an output; an extension), IO, NOT_FOUND, MEMORY. */
KHOP_API khop_status khop_plot_influence(const char *path, const khop_influence *influence, const char *name);

/* Predicted against measured (count each), one point a pair, the diagonal, and a bar of +- deviation where
 * deviation (count) is given; pairs with a NaN are left out. The caption gives RMSE, R^2 and how many.
 * Errors: ARGUMENT (no pair, an infinite number, an extension), IO, NOT_FOUND, MEMORY. */
KHOP_API khop_status khop_plot_scatter(const char *path, int64_t count, const double *measured,
                                       const double *predicted, const double *deviation, const char *name);

/* Scores of trainings (count) against the hops that their models see, one point a training, a bar of +- deviation where
 * deviation (count) is given, and a line through the best of each reach; rises: whether more is better. A training whose
 * hops or score is not a number is left out. name: of the score, or NULL.
 * Errors: ARGUMENT (none is whole, an extension), IO, NOT_FOUND, MEMORY. */
KHOP_API khop_status khop_plot_trials(const char *path, int64_t count, const double *hops, const double *score,
                                      const double *deviation, bool rises, const char *name);

/* A confusion matrix: count (classes, classes), rows true, columns predicted; each cell is shaded by its share of its
 * row, up to 32 classes with its count. names (classes), or NULL: numbers.
 * Errors: ARGUMENT (more classes than KHOP_PLOT_CLASSES, nothing counted, a count below 0, an extension), IO, NOT_FOUND,
 * MEMORY. */
#define KHOP_PLOT_CLASSES 128
KHOP_API khop_status khop_plot_confusion(const char *path, int64_t classes, const int64_t *count,
                                         const char *const *names);

#ifdef __cplusplus
}
#endif
#endif
