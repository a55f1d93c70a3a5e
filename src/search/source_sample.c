/* source_sample.c: see source_sample.h. */
#include "search/source_sample.h"
#include "base/memory.h"
#include "base/random.h"

khop_status khop_i_source_sample(int64_t **sources, int64_t nodes, int64_t samples, uint64_t seed) {
  khop_status status = khop_i_alloc_raw(sources, nodes, sizeof **sources, "sampled sources");
  if (status != KHOP_OK) return status;
  for (int64_t i = 0; i < nodes; i++) (*sources)[i] = i;
  if (samples == nodes) return KHOP_OK;
  khop_i_random random;
  khop_i_random_seed(&random, seed);
  for (int64_t i = 0; i < samples; i++) {
    int64_t j = i + khop_i_random_below(&random, nodes - i), held = (*sources)[i];
    (*sources)[i] = (*sources)[j];
    (*sources)[j] = held;
  }
  return KHOP_OK;
}
