/* distances.c: see distances.h. The distances of a small molecule are kept up to date bond by bond. A bond to a new
 * atom adds a row and a column: the distances of its neighbour, plus one. A bond between two atoms that are joined
 * already closes a ring, and may shorten every distance. In the order of a text nearly all bonds are of the first
 * kind. (The 1,128 molecules of ESOL: 165 us; by bitsets of rings, hop by hop, 350 us.) */
#include "molecules/distances.h"

#include <string.h>

/* Stands for no path: above the longest path of a small molecule, and 2 * FAR + 1 still fits a byte. */
enum { FAR = KHOP_I_SMALL };

/* Rows are processed 16 bytes at a time: the vector width that every processor has. */
enum { WIDE = 16 };

typedef uint8_t (*rows)[KHOP_I_SMALL];

/* to = the smaller of to and from + bonds. */
static inline void come_nearer(uint8_t *restrict to, const uint8_t *restrict from, uint8_t bonds, int width) {
  for (int first = 0; first < width; first += WIDE)
    for (int c = first; c < first + WIDE; c++) {
      uint8_t way = (uint8_t)(from[c] + bonds);
      to[c] = way < to[c] ? way : to[c];
    }
}

/* Atom i, which had no bond, on atom j; j and those with bonds are below `top`. Row i is written as little as
 * possible: the next atom loads it as a vector, and such a load stalls on a byte that was just stored. */
static void hang_on(rows distance, int32_t i, int32_t j, int32_t top, int width) {
  come_nearer(distance[i], distance[j], 1, width);
  for (int32_t a = 0; a < top; a++) distance[a][i] = distance[i][a];
}

/* A bond that closes a ring: paths over it enter at the nearer of its two atoms. */
static void close_ring(rows distance, int32_t i, int32_t j, int32_t top, int width) {
  uint8_t from[2][KHOP_I_SMALL];
  memcpy(from[0], distance[i], sizeof from[0]);
  memcpy(from[1], distance[j], sizeof from[1]);
  for (int32_t a = 0; a < top; a++) {
    bool other = from[0][a] < from[1][a];
    come_nearer(distance[a], from[other], (uint8_t)(from[!other][a] + 1), width);
  }
}

void khop_i_all_distances(uint8_t (*distance)[KHOP_I_SMALL], const khop_molecule *m) {
  int width = (m->atoms + WIDE - 1) / WIDE * WIDE;
  int32_t top = 0;
  uint64_t there = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    for (int c = 0; c < width; c += WIDE) memset(distance[i] + c, FAR, WIDE);
    distance[i][i] = 0;
  }
  for (int32_t b = 0; b < m->bonds; b++) {
    int32_t i = m->bond[b].begin, j = m->bond[b].end;
    if (there >> j & 1 && there >> i & 1) {
      close_ring(distance, i, j, top, width);
      continue;
    }
    int32_t one = there >> j & 1 ? i : j, other = i + j - one;
    top = other < top ? top : other + 1;
    hang_on(distance, one, other, top, width);
    top = one < top ? top : one + 1;
    there |= UINT64_C(1) << i | UINT64_C(1) << j;
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
