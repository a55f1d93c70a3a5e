/* sample.c: see sample.h. A partial shuffle. */
#include "audit/sample.h"
#include "base/memory.h"
#include "base/random.h"

khop_status khop_i_audit_sample(int64_t **chosen, int64_t nodes, int64_t samples, uint64_t seed) {
  khop_status status = khop_i_alloc_raw(chosen, nodes, sizeof **chosen, "sources");
  if (status != KHOP_OK) return status;
  khop_i_random random;
  khop_i_random_seed(&random, seed);
  for (int64_t i = 0; i < nodes; i++) (*chosen)[i] = i;
  for (int64_t i = 0; samples < nodes && i < samples; i++) {
    int64_t j = i + khop_i_random_below(&random, nodes - i), held = (*chosen)[i];
    (*chosen)[i] = (*chosen)[j];
    (*chosen)[j] = held;
  }
  return KHOP_OK;
}
