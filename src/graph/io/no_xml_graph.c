/* no_xml_graph.c: in the place of xml_graph.c where khop is built without libxml2. */
#include "graph/io/xml_graph.h"
#include "base/error.h"

khop_status khop_i_read_graphml(khop_graph **graph, const khop_i_source *source) {
  (void)graph, (void)source;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without libxml2: GraphML cannot be read");
}

khop_status khop_i_read_gexf(khop_graph **graph, const khop_i_source *source) {
  (void)graph, (void)source;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without libxml2: GEXF cannot be read");
}
