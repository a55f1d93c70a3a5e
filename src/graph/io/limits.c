/* limits.c: a file cannot mean any number of nodes that it names. */
#include "graph/io/limits.h"
#include "base/error.h"

#include <khop/graph.h>

khop_status khop_i_check_claim(int64_t nodes, int64_t bytes) {
  int64_t most = 1000000 + 16 * bytes;
  if (nodes > KHOP_MAX_NODES)
    return khop_i_fail(KHOP_E_FORMAT, "it claims %lld nodes; the most are %lld", (long long)nodes,
                       (long long)KHOP_MAX_NODES);
  if (nodes > most)
    return khop_i_fail(KHOP_E_FORMAT,
                       "it claims %lld nodes, and a file of %lld bytes is believed %lld at most",
                       (long long)nodes, (long long)bytes, (long long)most);
  return KHOP_OK;
}
