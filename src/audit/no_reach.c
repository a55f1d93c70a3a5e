/* no_reach.c: in the place of reach.c where khop is built without GraphBLAS. */
#include "audit/reach.h"
#include "base/error.h"

static khop_status refuse(void) {
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without GraphBLAS: what a stack of layers reaches in a graph is not "
                                         "computed");
}

khop_status khop_i_reach_open(khop_i_reach **reach, const khop_rings *rings, int layers, int taps, const int *hops) {
  (void)rings, (void)layers, (void)taps, (void)hops;
  *reach = NULL;
  return refuse();
}

void khop_i_reach_close(khop_i_reach *reach) { (void)reach; }

khop_status khop_i_reach_rows(khop_i_reach *reach, int64_t rows, const int64_t *sources, khop_i_reach_visit visit,
                              void *context) {
  (void)reach, (void)rows, (void)sources, (void)visit, (void)context;
  return refuse();
}
