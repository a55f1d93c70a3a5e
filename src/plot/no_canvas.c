/* no_canvas.c: in the place of canvas.c, and of all that draws on it, where khop is built without cairo. */
#include "base/error.h"

#include <khop/plot.h>

static khop_status refuse(const char *path) {
  return khop_i_fail(KHOP_E_UNSUPPORTED, "%s: built without cairo: pictures cannot be drawn", path ? path : "a picture");
}

khop_status khop_plot_field(const char *path, int count, const khop_layer *layers, int axes) {
  (void)count, (void)layers, (void)axes;
  return refuse(path);
}

khop_status khop_plot_rings(const char *path, const khop_graph *graph, const char *const *names, int64_t node,
                            khop_direction direction, int max_hop, const uint8_t *reached) {
  (void)graph, (void)names, (void)node, (void)direction, (void)max_hop, (void)reached;
  return refuse(path);
}

khop_status khop_plot_response(const char *path, int taps, const double *filter, int count, const int64_t *dilations) {
  (void)taps, (void)filter, (void)count, (void)dilations;
  return refuse(path);
}

khop_status khop_plot_influence(const char *path, const khop_influence *influence, const char *name) {
  (void)influence, (void)name;
  return refuse(path);
}

khop_status khop_plot_scatter(const char *path, int64_t count, const double *measured, const double *predicted,
                              const double *deviation, const char *name) {
  (void)count, (void)measured, (void)predicted, (void)deviation, (void)name;
  return refuse(path);
}

khop_status khop_plot_contributions(const char *path, const khop_explanation *e, int64_t k, const char *of,
                                    const char *const *names) {
  (void)e, (void)k, (void)of, (void)names;
  return refuse(path);
}

khop_status khop_plot_molecule(const char *path, const khop_explanation *e, int64_t k, const char *of,
                               const khop_molecule *molecule, const char *name) {
  (void)e, (void)k, (void)of, (void)molecule, (void)name;
  return refuse(path);
}

khop_status khop_plot_trials(const char *path, int64_t count, const double *hops, const double *score,
                             const double *deviation, bool rises, const char *name) {
  (void)count, (void)hops, (void)score, (void)deviation, (void)rises, (void)name;
  return refuse(path);
}

khop_status khop_plot_confusion(const char *path, int64_t classes, const int64_t *count, const char *const *names) {
  (void)classes, (void)count, (void)names;
  return refuse(path);
}
