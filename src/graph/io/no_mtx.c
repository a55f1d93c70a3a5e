/* no_mtx.c: in the place of mtx.c where khop is built without CHOLMOD. */
#include "graph/io/mtx.h"
#include "base/error.h"

khop_status khop_i_read_mtx(khop_graph **graph, const khop_i_source *source) {
  (void)graph, (void)source;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without CHOLMOD: Matrix Market cannot be read");
}
