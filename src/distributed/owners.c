/* owners.c: see owners.h. */
#include "distributed/owners.h"

int khop_i_owner_of(const khop_i_owners *owners, int64_t node) {
  int low = 0, high = owners->exchange.ranks - 1;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (owners->starts[middle + 1] <= node)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
