/* refine.c: see refine.h. */
#include "molecules/refine.h"
#include "base/random.h"

#include <string.h>

uint64_t khop_i_distance_key(const khop_molecule *m, const uint8_t *keep, int32_t from) {
  int32_t *distance = m->scratch, *queue = distance + m->atoms, first = 0, last = 0;
  uint64_t sum = 0;
  for (int32_t i = 0; i < m->atoms; i++) distance[i] = -1;
  distance[from] = 0;
  queue[last++] = from;
  while (first < last) {
    int32_t i = queue[first++];
    sum += khop_i_random_key((uint64_t)distance[i], m->atom[i].element, 1);
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = m->neighbour[e];
      if (!keep[other] || distance[other] >= 0) continue;
      distance[other] = distance[i] + 1;
      queue[last++] = other;
    }
  }
  return sum;
}

uint64_t khop_i_refined_key(const khop_molecule *m, const uint8_t *keep, uint64_t *colour, uint64_t *fresh) {
  uint64_t key = 0;
  for (int round = 0; round < 8; round++) {
    for (int32_t i = 0; i < m->atoms; i++) {
      if (!keep[i]) continue;
      uint64_t sum = 0;
      for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
        if (keep[m->neighbour[e]])
          sum += khop_i_random_key(colour[m->neighbour[e]], m->bond[m->through[e]].order, 2);
      fresh[i] = khop_i_random_key(colour[i], sum, 3);
    }
    memcpy(colour, fresh, (size_t)m->atoms * sizeof *colour);
  }
  for (int32_t i = 0; i < m->atoms; i++)
    if (keep[i]) key += khop_i_random_key(colour[i], 4, 5);
  return key;
}

uint64_t khop_i_molecule_key(const khop_molecule *m, uint8_t *keep, uint64_t *colour) {
  memset(keep, 1, (size_t)m->atoms);
  for (int32_t i = 0; i < m->atoms; i++) {
    const khop_atom *a = &m->atom[i];
    uint64_t kind = (uint64_t)a->element << 40 | (uint64_t)(uint8_t)a->charge << 32 | (uint64_t)a->hydrogens << 24 |
                    (uint64_t)a->radical << 16 | a->isotope;
    colour[i] = khop_i_random_key(khop_i_distance_key(m, keep, i), kind, 6);
  }
  return khop_i_refined_key(m, keep, colour, colour + m->atoms);
}
