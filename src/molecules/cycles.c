/* cycles.c: the smallest rings of a ring system.
 *
 *        .--p--.
 *   root       |      p and q as far from the root: an odd ring
 *        '--q--'
 *        .--p--.
 *   root        y     y behind both p and q: an even ring
 *        '--q--'
 *
 * Each ring is found once, from the last of its atoms; atoms with three bonds in rings come last, so that they alone
 * are roots. A ring counts where it is no sum (over GF(2), of its bonds) of smaller ones. */
#include "molecules/cycles.h"

#include <string.h>

enum { MOST_CANDIDATES = 4000, NEAR = 3 }; /* NEAR: rings up to 7 are looked for first */

typedef struct finder {
  khop_molecule *m;
  khop_i_cycles *c;
  int32_t *place, *bond_place;     /* (atoms of the molecule), (bonds): in the system, or -1 */
  int32_t *far, *queue, *path, *row; /* (atoms), (atoms), (2 * atoms), (bonds) of the system */
  int32_t root, limit, candidates;
  khop_status status;
} finder;

static uint64_t *ring_at(const finder *f, int64_t index) { return f->m->cycles + f->c->first + index * f->c->stride; }

/* --- the system ------------------------------------------------------------------------------- */

static int ring_bonds(const khop_molecule *m, int32_t i) {
  int count = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) count += m->bond[m->through[e]].in_ring;
  return count;
}

/* A bond is numbered with the later of its atoms: the last bonds of a ring are at its root, and so are those that
 * lead a row of the basis, which then hardly ever meets another. */
static void number_bonds(finder *f) {
  const khop_molecule *m = f->m;
  khop_i_cycles *c = f->c;
  c->bonds = 0;
  for (int32_t place = 0; place < c->atoms; place++) {
    int32_t i = c->atom[place];
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t b = m->through[e];
      if (!m->bond[b].in_ring || f->place[m->neighbour[e]] > place) continue;
      f->bond_place[b] = c->bonds;
      c->bond[c->bonds++] = b;
    }
  }
}

/* Atoms and bonds that ring bonds lead to; those with three ring bonds and more are numbered last. */
static void gather(finder *f, int32_t start) {
  const khop_molecule *m = f->m;
  khop_i_cycles *c = f->c;
  int32_t *list = f->queue, count = 0, simple = 0;
  list[count++] = start;
  f->place[start] = 0;
  for (int32_t at = 0; at < count; at++) {
    int32_t i = list[at];
    simple += ring_bonds(m, i) < 3;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = m->neighbour[e];
      if (m->bond[m->through[e]].in_ring && f->place[other] < 0) f->place[other] = 0, list[count++] = other;
    }
  }
  c->atoms = count;
  int32_t low = 0, high = simple;
  for (int32_t at = 0; at < count; at++) {
    int32_t place = ring_bonds(m, list[at]) < 3 ? low++ : high++;
    c->atom[place] = list[at];
    f->place[list[at]] = place;
  }
  f->root = simple < count ? simple : count - 1;
  number_bonds(f);
}

/* --- candidates ------------------------------------------------------------------------------- */

static khop_status room_for(finder *f, int64_t rings) {
  return khop_i_molecule_cycle_room(f->m, f->c->first + rings * f->c->stride);
}

/* The ring over two paths that end at the root and share nothing else; the rest of the ring is one bond, or y with
 * two. paths: (far + 1) atoms each, root first. */
static void add_candidate(finder *f, const int32_t *p, const int32_t *q, int32_t far, int32_t y) {
  const khop_molecule *m = f->m;
  int32_t length = 2 * far + (y < 0 ? 1 : 2);
  f->status = room_for(f, f->candidates + 1);
  if (f->status != KHOP_OK) return;
  uint64_t *r = ring_at(f, f->candidates++);
  memset(r, 0, (size_t)f->c->stride * sizeof *r);
  r[0] = (uint64_t)length;
  int32_t before = y < 0 ? q[far] : y;
  for (int32_t step = 0; step < length; step++) { /* up p from its end to the root, and down q */
    int32_t next = step <= far ? p[far - step] : step <= 2 * far ? q[step - far] : y;
    for (int32_t e = m->offsets[before]; e < m->offsets[before + 1]; e++) {
      int32_t b = f->bond_place[m->through[e]];
      if (m->neighbour[e] == next && m->bond[m->through[e]].in_ring) r[1 + b / 64] |= (uint64_t)1 << (b % 64);
    }
    before = next;
  }
}

static int32_t far_of(const finder *f, int32_t atom) { return f->place[atom] < 0 ? -1 : f->far[f->place[atom]]; }

static bool is_full(const finder *f) {
  return f->status != KHOP_OK || f->candidates >= MOST_CANDIDATES + f->c->bonds;
}

/* All shortest ways from q[far] back to the root, each with the finished path p. */
static void second_path(finder *f, const int32_t *p, int32_t *q, int32_t at, int32_t far, int32_t y) {
  const khop_molecule *m = f->m;
  if (at == 0) {
    add_candidate(f, p, q, far, y);
    return;
  }
  for (int32_t e = m->offsets[q[at]]; e < m->offsets[q[at] + 1] && !is_full(f); e++) {
    int32_t other = m->neighbour[e];
    if (!m->bond[m->through[e]].in_ring || far_of(f, other) != at - 1) continue;
    if (at > 1 && other == p[at - 1]) continue;
    q[at - 1] = other;
    second_path(f, p, q, at - 1, far, y);
  }
}

static void first_path(finder *f, int32_t *p, int32_t *q, int32_t at, int32_t far, int32_t y) {
  const khop_molecule *m = f->m;
  if (at == 0) {
    second_path(f, p, q, far, far, y);
    return;
  }
  for (int32_t e = m->offsets[p[at]]; e < m->offsets[p[at] + 1] && !is_full(f); e++) {
    int32_t other = m->neighbour[e];
    if (!m->bond[m->through[e]].in_ring || far_of(f, other) != at - 1) continue;
    p[at - 1] = other;
    first_path(f, p, q, at - 1, far, y);
  }
}

static void rings_over(finder *f, int32_t p, int32_t q, int32_t y) {
  int32_t far = far_of(f, p), *first = f->path, *second = first + f->c->atoms;
  first[far] = p;
  second[far] = q;
  first_path(f, first, second, far, far, y);
}

/* Rings that close at atom y, as far from the root as it gets: over a bond to an atom as far, or two to nearer ones. */
static void rings_at(finder *f, int32_t y) {
  const khop_molecule *m = f->m;
  int32_t far = far_of(f, y);
  for (int32_t e = m->offsets[y]; e < m->offsets[y + 1]; e++) {
    int32_t p = m->neighbour[e];
    if (!m->bond[m->through[e]].in_ring || far_of(f, p) < 0) continue;
    if (far_of(f, p) == far && f->place[p] < f->place[y] && far <= f->limit) rings_over(f, y, p, -1);
    if (far_of(f, p) != far - 1 || far < 2) continue;
    for (int32_t g = m->offsets[y]; g < e; g++)
      if (m->bond[m->through[g]].in_ring && far_of(f, m->neighbour[g]) == far - 1) rings_over(f, p, m->neighbour[g], y);
  }
}

/* Distances from a root over the atoms before it, and the rings that these close. */
static void search_from(finder *f, int32_t root) {
  const khop_molecule *m = f->m;
  int32_t *queue = f->queue, last = 0;
  f->far[root] = 0;
  queue[last++] = f->c->atom[root];
  for (int32_t at = 0; at < last; at++) {
    int32_t i = queue[at], far = far_of(f, i);
    if (far > 0) rings_at(f, i);
    if (far == f->limit) continue;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t other = m->neighbour[e];
      if (!m->bond[m->through[e]].in_ring || f->place[other] >= root || f->far[f->place[other]] >= 0) continue;
      f->far[f->place[other]] = far + 1;
      queue[last++] = other;
    }
  }
  for (int32_t at = 0; at < last; at++) f->far[f->place[queue[at]]] = -1;
}

/* --- which are no sums ------------------------------------------------------------------------ */

/* Adds rows of the basis to a ring until it has no bond in common with their leading ones; its leading bond, or -1. */
static int32_t reduce(const finder *f, uint64_t *ring, int32_t rows) {
  int32_t words = f->c->words;
  for (int32_t w = words - 1; w >= 0; w--)
    while (ring[1 + w]) {
      int32_t b = w * 64 + 63 - __builtin_clzll(ring[1 + w]), row = f->row[b];
      if (row < 0) return b;
      const uint64_t *other = ring_at(f, rows + row);
      for (int32_t k = w; k >= 0; k--) ring[1 + k] ^= other[1 + k];
    }
  return -1;
}

/* Moves the rings of a length that are no sums of smaller ones to the others that are kept. *next: the length after it,
 * or 0. */
static int32_t keep_rings(finder *f, int32_t kept, int32_t rows, int32_t spare, uint64_t length, uint64_t *next) {
  size_t size = (size_t)f->c->stride * sizeof(uint64_t);
  *next = 0;
  for (int32_t i = kept; i < rows; i++) {
    uint64_t its = ring_at(f, i)[0];
    if (its > length && (!*next || its < *next)) *next = its;
    if (its != length) continue;
    memcpy(ring_at(f, spare), ring_at(f, i), size);
    if (reduce(f, ring_at(f, spare), rows) < 0) continue;
    memcpy(ring_at(f, spare), ring_at(f, kept), size);
    memcpy(ring_at(f, kept), ring_at(f, i), size);
    memcpy(ring_at(f, i), ring_at(f, spare), size);
    kept++;
  }
  return kept;
}

/* Puts the rings that are no sums of smaller ones in front; returns how many rings the basis has, which lies behind the
 * candidates. */
static int32_t eliminate(finder *f) {
  khop_i_cycles *c = f->c;
  int32_t wanted = c->bonds - c->atoms + 1, rows = f->candidates, kept = 0, rank = 0, spare = rows + wanted;
  for (int32_t b = 0; b < c->bonds; b++) f->row[b] = -1;
  f->status = room_for(f, (int64_t)spare + 1);
  for (uint64_t length = 3, next; f->status == KHOP_OK && rank < wanted && length; length = next) {
    int32_t from = kept;
    kept = keep_rings(f, kept, rows, spare, length, &next);
    for (int32_t i = from; i < kept && rank < wanted; i++) {
      memcpy(ring_at(f, rows + rank), ring_at(f, i), (size_t)c->stride * sizeof(uint64_t));
      int32_t leading = reduce(f, ring_at(f, rows + rank), rows);
      if (leading >= 0) f->row[leading] = rank++;
    }
  }
  c->count = kept;
  return rank;
}

static void search_all(finder *f, int32_t limit) {
  f->candidates = 0;
  f->limit = limit;
  for (int32_t root = f->root; root < f->c->atoms && f->status == KHOP_OK; root++) search_from(f, root);
}

khop_status khop_i_cycles_find(khop_i_cycles *c, khop_molecule *m, int32_t start, int32_t *place, int32_t *scratch) {
  int32_t n = m->atoms;
  finder f = {.m = m, .c = c, .place = place, .bond_place = scratch, .status = KHOP_OK};
  f.far = f.bond_place + m->bonds;
  f.queue = f.far + n;
  f.path = f.queue + n;
  c->bond = f.path + 2 * n;
  f.row = c->bond + m->bonds;
  c->atom = f.row + m->bonds;
  gather(&f, start);
  c->words = (c->bonds + 63) / 64;
  c->first = 0;
  c->stride = 1 + c->words;
  for (int32_t i = 0; i < c->atoms; i++) f.far[i] = -1;
  search_all(&f, NEAR);
  if (f.status == KHOP_OK && eliminate(&f) < c->bonds - c->atoms + 1 && f.status == KHOP_OK) {
    search_all(&f, c->atoms);
    if (f.status == KHOP_OK) eliminate(&f);
  }
  return f.status;
}
