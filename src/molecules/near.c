/* near.c: see near.h. */
#include "near.h"

#include <string.h>

void khop_i_near_first(khop_i_near *r, const khop_molecule *m) {
  uint8_t degree[KHOP_I_SMALL] = {0}, most = 0;
  memset(r->near, KHOP_I_SMALL, (size_t)m->atoms * sizeof *r->near);
  for (int32_t b = 0; b < m->bonds; b++) {
    int32_t u = m->bond[b].begin, v = m->bond[b].end;
    r->near[u][degree[u]++ & 3] = (uint8_t)v;
    r->near[v][degree[v]++ & 3] = (uint8_t)u;
  }
  for (int32_t i = 0; i < m->atoms; i++) {
    most = degree[i] > most ? degree[i] : most;
    r->ring[0][i] = r->seen[i] = UINT64_C(1) << i;
  }
  r->narrow = most <= 4;
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
