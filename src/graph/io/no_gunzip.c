/* no_gunzip.c: in the place of gunzip.c where khop is built without zlib, which comes with libzip. */
#include "graph/io/gunzip.h"
#include "base/error.h"

khop_status khop_i_gunzip(khop_i_unpacked *unpacked, FILE *stream) {
  (void)unpacked, (void)stream;
  return khop_i_fail(KHOP_E_UNSUPPORTED, "built without zlib: what gzip has packed cannot be read");
}
