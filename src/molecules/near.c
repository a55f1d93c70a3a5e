/* near.c: see near.h. */
#include "near.h"

#include <string.h>

/* Of the neighbours of an atom the last one is repeated, which changes no union. */
void khop_i_near_first(khop_i_near *r, const khop_molecule *m) {
  r->narrow = true;
  for (int32_t i = 0; i < m->atoms; i++) {
    int32_t begin = m->offsets[i], last = m->offsets[i + 1] - 1;
    if (last < begin)
      memset(r->near[i], KHOP_I_SMALL, sizeof r->near[i]);
    else
      for (int k = 0; k < 4; k++) r->near[i][k] = (uint8_t)m->neighbour[begin + k < last ? begin + k : last];
    if (last > begin + 3) r->narrow = false;
    r->ring[0][i] = r->seen[i] = UINT64_C(1) << i;
  }
  r->ring[0][KHOP_I_SMALL] = r->ring[1][KHOP_I_SMALL] = 0;
  r->now = r->ring[0];
}

static uint64_t around(const khop_i_near *r, const khop_molecule *m, int32_t i) {
  uint64_t near = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) near |= r->now[m->neighbour[e]];
  return near;
}

bool khop_i_near_next(khop_i_near *r, const khop_molecule *m) {
  const uint64_t *now = r->now;
  uint64_t *next = r->ring[now == r->ring[0]], any = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    const uint8_t *near = r->near[i];
    uint64_t found = r->narrow ? now[near[0]] | now[near[1]] | now[near[2]] | now[near[3]] : around(r, m, i);
    any |= next[i] = found & ~r->seen[i];
    r->seen[i] |= found;
  }
  r->now = next;
  return any != 0;
}

/* Eight bytes of eight bits, turned: bit i of byte b becomes bit b of byte i. */
static uint64_t turned(uint64_t x) {
  uint64_t t = (x ^ x >> 7) & UINT64_C(0x00aa00aa00aa00aa);
  x ^= t ^ t << 7;
  t = (x ^ x >> 14) & UINT64_C(0x0000cccc0000cccc);
  x ^= t ^ t << 14;
  t = (x ^ x >> 28) & UINT64_C(0x00000000f0f0f0f0);
  return x ^ t ^ t << 28;
}

/* Bit b of all distances from an atom is a word, b = 0 .. 5: the union of its rings whose hop has bit b. */
void khop_i_near_distances(uint8_t (*distance)[KHOP_I_SMALL], const khop_molecule *m, int most) {
  uint64_t plane[6][KHOP_I_SMALL];
  khop_i_near r;
  int planes = 0;
  khop_i_near_first(&r, m);
  for (int hop = 1; hop <= most && khop_i_near_next(&r, m); hop++) {
    if (hop == 1 << planes) memset(plane[planes++], 0, (size_t)m->atoms * sizeof *plane[0]);
    for (int b = 0; b < planes; b++)
      for (int32_t i = 0; hop >> b & 1 && i < m->atoms; i++) plane[b][i] |= r.now[i];
  }
  for (int32_t i = 0; i < m->atoms; i++)
    for (int first = 0; first < m->atoms; first += 8) {
      uint64_t eight = 0;
      for (int b = 0; b < planes; b++) eight |= (plane[b][i] >> first & 0xff) << 8 * b;
      eight = turned(eight);
      for (int j = 0; j < 8; j++) distance[i][first + j] = (uint8_t)(eight >> 8 * j);
    }
}

int32_t khop_i_molecule_search(int32_t *distance, int32_t *queue, const khop_molecule *m, int32_t source,
                               int32_t most) {
  int32_t first = 0, last = 0;
  distance[source] = 0;
  queue[last++] = source;
  while (first < last) {
    int32_t i = queue[first++], next = distance[i] + 1;
    if (next > most) break;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = m->neighbour[e];
      if (distance[other] >= 0) continue;
      distance[other] = next;
      queue[last++] = other;
    }
  }
  return last;
}
