/* no_metapaths.c: in the place of metapaths.c where khop is built without GraphBLAS. */
#include "base/error.h"

#include <khop/typed.h>

khop_status khop_metapaths_build(khop_rings **rings, const khop_typed *typed, int count, const khop_metapath *metapath,
                                 const khop_rings_options *options) {
  (void)typed, (void)count, (void)metapath, (void)options;
  if (rings) *rings = NULL;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without GraphBLAS: metapaths cannot be built");
}
