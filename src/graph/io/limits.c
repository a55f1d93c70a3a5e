/* limits.c: a damaged file may claim any number of nodes, and memory is allocated by that claim. */
#include "graph/io/limits.h"
#include "base/error.h"

#include <khop/graph.h>

/* A million nodes for free, and 16 for each byte: nodes without edges need no byte at all, but a file that lists
 * edges has a few bytes for each node that it means. */
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
