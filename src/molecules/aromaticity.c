/* aromaticity.c: which rings are aromatic, from Kekule's bonds.
 *
 *   a ring whose electrons are 4n + 2             benzene 6, pyrrole 6
 *   rings joined at bonds, taken together         azulene 10, though its rings have 5 and 7
 *
 * RDKit's model (G. Landrum, "The RDKit Book", Aromaticity). Rings are the relevant ones (cycles.h), of atoms that can
 * be aromatic. Up to six are taken together where each shares one bond with another and none is larger than 24; atoms
 * in three of them lie inside and do not count. Of an aromatic union the bonds of one of its rings alone are aromatic:
 * azulene's middle bond is not. Two electrons do where there cannot be more. Oxygen and sulfur give none to rings of
 * nine atoms and more, unless they are in a smaller one too. */
#include "molecules/aromaticity.h"
#include "molecules/cycles.h"
#include "molecules/ring_electrons.h"

#include <string.h>

enum { LARGEST = 24, BRIDGED = 9, MOST_TOGETHER = 6, MANY = 300 };

typedef struct perception {
  khop_molecule *m;
  int32_t *electrons, *kept, *place, *rest; /* (atoms) each; rest is scratch */
  khop_i_cycles cycles;
  int32_t *half, *used;     /* (atoms), (bonds) of the system: ends and bonds of the rings that are taken together */
  int32_t least, most;      /* electrons of these */
  int32_t rings;            /* candidates, which stand first among the cycles */
  uint64_t *joined;         /* (rings, row): which rings share a bond with which */
  int32_t row;              /* words */
  int32_t together;         /* how many rings are wanted */
} perception;

static bool is_aromatic(int32_t least, int32_t most) {
  if (most == 2) return true;
  for (int32_t electrons = least; electrons <= most && most >= 6; electrons++)
    if (electrons % 4 == 2) return true;
  return false;
}

static void make_aromatic(khop_bond *bond) {
  if (bond->order == KHOP_BOND_SINGLE || bond->order == KHOP_BOND_DOUBLE) bond->order = KHOP_BOND_AROMATIC;
}

static int32_t least_of(int32_t electrons) { return electrons == KHOP_I_ANY ? 0 : electrons; }
static int32_t most_of(int32_t electrons) { return electrons == KHOP_I_ANY ? 2 : electrons; }

/* --- the core: atoms that can be in an aromatic ring, once those are taken away that no ring of such is left for -- */

static int32_t kept_neighbours(const perception *p, int32_t i, int32_t *first, int32_t not) {
  const khop_molecule *m = p->m;
  int32_t count = 0;
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
    int32_t other = m->neighbour[e];
    if (!p->kept[other] || !m->bond[m->through[e]].in_ring) continue;
    count++;
    if (first && other != not) *first = other;
  }
  return count;
}

static bool find_core(perception *p) {
  const khop_molecule *m = p->m;
  int32_t *queue = p->rest, last = 0, left = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    p->electrons[i] = m->atom[i].in_ring ? khop_i_ring_electrons(m, i) : KHOP_I_NONE;
    p->kept[i] = p->electrons[i] != KHOP_I_NONE;
    left += p->kept[i];
  }
  for (int32_t i = 0; i < m->atoms && left; i++) {
    if (!p->kept[i] || kept_neighbours(p, i, NULL, -1) > 1) continue;
    queue[last++] = i;
    p->kept[i] = 0;
    while (last > 0) {
      int32_t gone = queue[--last];
      left--;
      for (int32_t e = m->offsets[gone]; e < m->offsets[gone + 1]; e++) {
        int32_t other = m->neighbour[e];
        if (!p->kept[other] || kept_neighbours(p, other, NULL, -1) > 1) continue;
        p->kept[other] = 0;
        queue[last++] = other;
      }
    }
  }
  return left > 0;
}

/* --- a ring that touches no other of the core ----------------------------------------------------- */

static bool has_neighbour(const khop_molecule *m, int32_t i, int32_t other) {
  for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
    if (m->neighbour[e] == other) return true;
  return false;
}

/* Whether an atom outside of a ring is bound to two of it: then the ring may be a sum of smaller ones. */
static bool is_bridged(const perception *p, const int32_t *ring, int32_t size) {
  const khop_molecule *m = p->m;
  for (int32_t i = 0; i < size; i++)
    for (int32_t e = m->offsets[ring[i]]; e < m->offsets[ring[i] + 1]; e++) {
      int32_t outside = m->neighbour[e];
      if (!m->bond[m->through[e]].in_ring || outside == ring[(i + 1) % size] || outside == ring[(i + size - 1) % size])
        continue;
      for (int32_t k = 0; k < size; k++)
        if (k != i && has_neighbour(m, outside, ring[k])) return true;
    }
  return false;
}

/* Settles the ring that starts at an atom where it is a plain one of seven atoms at most; else false. */
static bool settle_alone(perception *p, int32_t start) {
  khop_molecule *m = p->m;
  int32_t ring[7], size = 0, at = start, before = -1, least = 0, most = 0;
  bool wild = true;
  do {
    int32_t next = -1;
    if (size == 7 || kept_neighbours(p, at, &next, before) != 2) return false;
    ring[size++] = at;
    wild = wild && m->atom[at].element == 0;
    least += least_of(p->electrons[at]);
    most += most_of(p->electrons[at]);
    before = at;
    at = next;
  } while (at != start);
  if (is_bridged(p, ring, size)) return false;
  for (int32_t i = 0; i < size; i++) p->kept[ring[i]] = 0;
  if (wild || !is_aromatic(least, most)) return true;
  for (int32_t i = 0; i < size; i++)
    for (int32_t e = m->offsets[ring[i]]; e < m->offsets[ring[i] + 1]; e++)
      if (m->neighbour[e] == ring[(i + 1) % size]) make_aromatic(&m->bond[m->through[e]]);
  return true;
}

/* --- rings joined at bonds ---------------------------------------------------------------------- */

#define FOR_BONDS(b, ring, c)                                                                      \
  for (int32_t word_ = 0; word_ < (c)->words; word_++)                                             \
    for (uint64_t bits_ = (ring)[1 + word_]; bits_; bits_ &= bits_ - 1)                            \
      for (int32_t b = 64 * word_ + __builtin_ctzll(bits_), once_ = 1; once_; once_ = 0)

static uint64_t *ring_of(const perception *p, int32_t index) {
  return p->m->cycles + p->cycles.first + index * p->cycles.stride;
}

static bool is_candidate(const perception *p, const uint64_t *ring) {
  const khop_molecule *m = p->m;
  bool wild = true;
  FOR_BONDS(b, ring, &p->cycles) {
    const khop_bond *bond = &m->bond[p->cycles.bond[b]];
    if (p->electrons[bond->begin] == KHOP_I_NONE || p->electrons[bond->end] == KHOP_I_NONE) return false;
    wild = wild && m->atom[bond->begin].element == 0 && m->atom[bond->end].element == 0;
  }
  return !wild;
}

/* Puts the candidates in front. */
static void choose_rings(perception *p) {
  p->rings = 0;
  for (int32_t i = 0; i < p->cycles.count; i++)
    if (is_candidate(p, ring_of(p, i)))
      memmove(ring_of(p, p->rings++), ring_of(p, i), (size_t)p->cycles.stride * sizeof(uint64_t));
}

/* An ether or a thioether in rings of nine atoms and more alone is a bridge, and gives nothing to them. The rings stand
 * in the order of their sizes, so that an atom is met in its smallest first. */
static void close_bridges(perception *p) {
  const khop_molecule *m = p->m;
  int32_t *seen = p->half;
  for (int32_t i = 0; i < p->cycles.count; i++) {
    const uint64_t *ring = ring_of(p, i);
    FOR_BONDS(b, ring, &p->cycles) {
      int32_t ends[2] = {m->bond[p->cycles.bond[b]].begin, m->bond[p->cycles.bond[b]].end};
      for (int side = 0; side < 2; side++) {
        const khop_atom *a = &m->atom[ends[side]];
        bool ether = (a->element == 8 || a->element == 16) && a->degree == 2 && a->charge == 0;
        if (ring[0] >= BRIDGED && ether && p->electrons[ends[side]] == 2 && !seen[p->place[ends[side]]])
          p->electrons[ends[side]] = KHOP_I_NONE;
        seen[p->place[ends[side]]] = 1;
      }
    }
  }
  memset(seen, 0, (size_t)p->cycles.atoms * sizeof *seen);
}

/* Takes a ring to the others (step 1), or away (-1). An atom is met at two bonds of a ring; it counts in one ring or
 * two. */
static void take(perception *p, int32_t index, int32_t step) {
  const khop_i_cycles *c = &p->cycles;
  FOR_BONDS(b, ring_of(p, index), c) {
    const khop_bond *bond = &p->m->bond[c->bond[b]];
    int32_t ends[2] = {bond->begin, bond->end};
    p->used[b] += step;
    for (int side = 0; side < 2; side++) {
      int32_t half = p->half[p->place[ends[side]]] += step, electrons = p->electrons[ends[side]];
      if (half % 2) continue;
      int32_t now = half == 2 || half == 4, before = half - 2 * step == 2 || half - 2 * step == 4;
      p->least += (now - before) * least_of(electrons);
      p->most += (now - before) * most_of(electrons);
    }
  }
}

static void mark_bonds(perception *p) {
  for (int32_t b = 0; b < p->cycles.bonds; b++)
    if (p->used[b] == 1) make_aromatic(&p->m->bond[p->cycles.bond[b]]);
}

/* Each connected set of so many rings once (S. Wernicke, "Efficient detection of network motifs", 2006): a set grows by
 * the rings that are joined to its newest and to none before, of numbers above its first. open and near: (row). */
static void extend(perception *p, int32_t first, int32_t size, const uint64_t *open, const uint64_t *near) {
  uint64_t left[MANY / 64 + 1], wider[MANY / 64 + 1], reach[MANY / 64 + 1];
  if (size == p->together) {
    if (is_aromatic(p->least, p->most)) mark_bonds(p);
    return;
  }
  memcpy(left, open, (size_t)p->row * sizeof *left);
  for (int32_t w = 0; w < p->row; w++)
    while (left[w]) {
      int32_t next = 64 * w + __builtin_ctzll(left[w]);
      const uint64_t *joined = p->joined + (int64_t)next * p->row;
      left[w] &= left[w] - 1;
      for (int32_t k = 0; k < p->row; k++) {
        uint64_t above = k > first / 64 ? ~(uint64_t)0 : k < first / 64 ? 0 : ~(uint64_t)0 << (first % 64) << 1;
        if (k == first / 64 && first % 64 == 63) above = 0;
        wider[k] = left[k] | (joined[k] & ~near[k] & above);
        reach[k] = near[k] | joined[k];
      }
      take(p, next, 1);
      extend(p, first, size + 1, wider, reach);
      take(p, next, -1);
    }
}

static int32_t shared_bonds(const perception *p, int32_t i, int32_t k) {
  const uint64_t *a = ring_of(p, i), *b = ring_of(p, k);
  int32_t count = 0;
  for (int32_t w = 1; w <= p->cycles.words; w++) count += __builtin_popcountll(a[w] & b[w]);
  return count;
}

static bool are_joined(const perception *p, int32_t i, int32_t k) {
  return ring_of(p, i)[0] <= LARGEST && ring_of(p, k)[0] <= LARGEST && shared_bonds(p, i, k) == 1;
}

static bool all_done(const perception *p) {
  for (int32_t i = 0; i < p->rings; i++)
    FOR_BONDS(b, ring_of(p, i), &p->cycles) {
      int order = p->m->bond[p->cycles.bond[b]].order;
      if (order == KHOP_BOND_SINGLE || order == KHOP_BOND_DOUBLE) return false;
    }
  return true;
}

static void try_pair(perception *p, int32_t i, int32_t k) {
  take(p, i, 1), take(p, k, 1);
  if (is_aromatic(p->least, p->most)) mark_bonds(p);
  take(p, i, -1), take(p, k, -1);
}

/* Systems of very many rings: two at a time alone, as RDKit does. Of each bond there is a list of the rings it is in:
 * an entry is the ring above 32 bits of the entry before it, counted from 1. */
static khop_status join_pairs(perception *p) {
  const khop_i_cycles *c = &p->cycles;
  int64_t at = c->first + (int64_t)c->count * c->stride, entries = 0, used = 0;
  for (int32_t i = 0; i < p->rings; i++) entries += (int64_t)ring_of(p, i)[0];
  khop_status status = khop_i_molecule_cycle_room(p->m, at + c->bonds + entries);
  if (status != KHOP_OK) return status;
  uint64_t *head = p->m->cycles + at, *entry = head + c->bonds;
  memset(head, 0, (size_t)c->bonds * sizeof *head);
  for (int32_t i = 0; i < p->rings; i++)
    FOR_BONDS(b, ring_of(p, i), c) {
      for (uint64_t e = head[b]; e; e = entry[e - 1] & UINT32_MAX) {
        int32_t other = (int32_t)(entry[e - 1] >> 32);
        if (are_joined(p, i, other)) try_pair(p, i, other);
      }
      entry[used++] = (uint64_t)i << 32 | head[b];
      head[b] = (uint64_t)used;
    }
  return KHOP_OK;
}

static khop_status join_rings(perception *p) {
  uint64_t open[MANY / 64 + 1], near[MANY / 64 + 1];
  p->row = (p->rings + 63) / 64;
  int64_t at = p->cycles.first + (int64_t)p->cycles.count * p->cycles.stride, size = (int64_t)p->rings * p->row;
  khop_status status = khop_i_molecule_cycle_room(p->m, at + size);
  if (status != KHOP_OK) return status;
  p->joined = p->m->cycles + at;
  memset(p->joined, 0, (size_t)size * sizeof *p->joined);
  for (int32_t i = 0; i < p->rings; i++)
    for (int32_t k = 0; k < p->rings; k++)
      if (i != k && are_joined(p, i, k)) p->joined[i * p->row + k / 64] |= (uint64_t)1 << (k % 64);
  for (p->together = 2; p->together <= MOST_TOGETHER && p->together <= p->rings && !all_done(p); p->together++)
    for (int32_t first = 0; first < p->rings; first++) {
      const uint64_t *joined = p->joined + (int64_t)first * p->row;
      for (int32_t w = 0; w < p->row; w++) {
        uint64_t above = w > first / 64 ? ~(uint64_t)0 : w < first / 64 ? 0 : ~(uint64_t)0 << (first % 64) << 1;
        if (w == first / 64 && first % 64 == 63) above = 0;
        open[w] = joined[w] & above;
        near[w] = joined[w];
      }
      near[first / 64] |= (uint64_t)1 << (first % 64);
      take(p, first, 1);
      extend(p, first, 1, open, near);
      take(p, first, -1);
    }
  return KHOP_OK;
}

static khop_status settle_system(perception *p, int32_t start) {
  khop_molecule *m = p->m;
  khop_status status = khop_i_cycles_find(&p->cycles, m, start, p->place, p->rest);
  if (status != KHOP_OK) return status;
  p->half = p->rest + 5 * m->atoms + 3 * m->bonds; /* behind what the search of rings keeps */
  p->used = p->half + m->atoms;
  memset(p->half, 0, (size_t)p->cycles.atoms * sizeof *p->half);
  memset(p->used, 0, (size_t)p->cycles.bonds * sizeof *p->used);
  close_bridges(p);
  choose_rings(p);
  p->least = p->most = 0;
  for (int32_t i = 0; i < p->rings; i++) {
    take(p, i, 1);
    if (is_aromatic(p->least, p->most)) mark_bonds(p);
    take(p, i, -1);
  }
  if (!all_done(p)) status = p->rings > MANY ? join_pairs(p) : join_rings(p);
  for (int32_t i = 0; i < p->cycles.atoms; i++) p->kept[p->cycles.atom[i]] = 0;
  return status;
}

khop_status khop_i_aromatise(khop_molecule *m) {
  int32_t n = m->atoms, *s = m->scratch;
  perception p = {.m = m, .electrons = s, .kept = s + n, .place = s + 2 * n, .rest = s + 3 * n};
  khop_status status = KHOP_OK;
  if (!find_core(&p)) return KHOP_OK;
  for (int32_t i = 0; i < n; i++) p.place[i] = -1;
  for (int32_t i = 0; i < n && status == KHOP_OK; i++)
    if (p.kept[i] && !settle_alone(&p, i)) status = settle_system(&p, i);
  return status;
}
