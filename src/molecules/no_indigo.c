/* no_indigo.c: in the place of indigo.c where khop is built without it. */
#include "molecules/molecule.h"
#include "base/error.h"
#include "molecules/indigo.h"
#include "graph/graph.h"
#include "graph/io/igraph.h"

bool khop_molfiles_supported(void) { return false; }

void khop_i_molecule_unload(khop_molecule *molecule) { (void)molecule; }

khop_status khop_i_molecule_load(khop_molecule *molecule, const char *text) {
  (void)molecule, (void)text;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "khop was built without Indigo (libindigo-dev), which reads "
                                         "molfiles and SDF");
}

khop_status khop_i_molecule_layout(double *x, double *y, const khop_molecule *molecule) {
  khop_graph *graph;
  khop_status status = khop_molecule_graph(&graph, molecule);
  if (status != KHOP_OK) return status;
  status = khop_i_graph_layout(x, y, graph);
  khop_graph_free(graph);
  return status;
}
