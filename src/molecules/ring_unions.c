/* ring_unions.c: aromatic rings of a system of rings, alone and joined at bonds.
 *
 *   azulene     rings of 5 and 7 electrons, together 10: its outer bonds are aromatic, the middle one is not
 *
 * Up to six rings are taken together where each shares one bond with another and none is larger than 24; atoms in
 * three of them lie inside and do not count. Of an aromatic union the bonds of one of its rings alone are aromatic.
 * Oxygen and sulfur give nothing to rings of nine atoms and more, unless they are in a smaller one too. */
#include "molecules/ring_unions.h"
#include "molecules/ring_electrons.h"

#include <string.h>

enum { LARGEST = 24, BRIDGED = 9, MOST_TOGETHER = 6, MANY = 300 };

typedef struct unions {
  khop_molecule *m;
  int32_t *electrons, *place; /* (atoms) each */
  khop_i_cycles cycles;
  int32_t *half, *used;     /* (atoms), (bonds) of the system: ends and bonds of the rings that are taken together */
  int32_t least, most;      /* electrons of these */
  int32_t rings;            /* candidates, which stand first among the cycles */
  uint64_t *joined;         /* (rings, row): which rings share a bond with which */
  int32_t row;              /* words */
  int32_t together;         /* how many rings are wanted */
} unions;

/* --- candidates ------------------------------------------------------------------------------- */

#define FOR_BONDS(b, ring, c)                                                                      \
  for (int32_t word_ = 0; word_ < (c)->words; word_++)                                             \
    for (uint64_t bits_ = (ring)[1 + word_]; bits_; bits_ &= bits_ - 1)                            \
      for (int32_t b = 64 * word_ + __builtin_ctzll(bits_), once_ = 1; once_; once_ = 0)

static uint64_t *ring_of(const unions *p, int32_t index) {
  return p->m->cycles + p->cycles.first + index * p->cycles.stride;
}

static bool is_candidate(const unions *p, const uint64_t *ring) {
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
static void choose_rings(unions *p) {
  p->rings = 0;
  for (int32_t i = 0; i < p->cycles.count; i++)
    if (is_candidate(p, ring_of(p, i)))
      memmove(ring_of(p, p->rings++), ring_of(p, i), (size_t)p->cycles.stride * sizeof(uint64_t));
}

/* An ether or a thioether in rings of nine atoms and more alone is a bridge, and gives nothing to them. The rings stand
 * in the order of their sizes, so that an atom is met in its smallest first. */
static void close_bridges(unions *p) {
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
static void take(unions *p, int32_t index, int32_t step) {
  const khop_i_cycles *c = &p->cycles;
  FOR_BONDS(b, ring_of(p, index), c) {
    const khop_bond *bond = &p->m->bond[c->bond[b]];
    int32_t ends[2] = {bond->begin, bond->end};
    p->used[b] += step;
    for (int side = 0; side < 2; side++) {
      int32_t half = p->half[p->place[ends[side]]] += step, electrons = p->electrons[ends[side]];
      if (half % 2) continue;
      int32_t now = half == 2 || half == 4, before = half - 2 * step == 2 || half - 2 * step == 4;
      p->least += (now - before) * khop_i_least_electrons(electrons);
      p->most += (now - before) * khop_i_most_electrons(electrons);
    }
  }
}

static void mark_bonds(unions *p) {
  for (int32_t b = 0; b < p->cycles.bonds; b++)
    if (p->used[b] == 1) khop_i_make_aromatic(&p->m->bond[p->cycles.bond[b]]);
}

/* Each connected set of so many rings once (S. Wernicke, "Efficient detection of network motifs", 2006): a set grows by
 * the rings that are joined to its newest and to none before, of numbers above its first. open and near: (row). */
static void extend(unions *p, int32_t first, int32_t size, const uint64_t *open, const uint64_t *near) {
  uint64_t left[MANY / 64 + 1], wider[MANY / 64 + 1], reach[MANY / 64 + 1];
  if (size == p->together) {
    if (khop_i_is_aromatic(p->least, p->most)) mark_bonds(p);
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

static int32_t shared_bonds(const unions *p, int32_t i, int32_t k) {
  const uint64_t *a = ring_of(p, i), *b = ring_of(p, k);
  int32_t count = 0;
  for (int32_t w = 1; w <= p->cycles.words; w++) count += __builtin_popcountll(a[w] & b[w]);
  return count;
}

static bool are_joined(const unions *p, int32_t i, int32_t k) {
  return ring_of(p, i)[0] <= LARGEST && ring_of(p, k)[0] <= LARGEST && shared_bonds(p, i, k) == 1;
}

static bool all_done(const unions *p) {
  for (int32_t i = 0; i < p->rings; i++)
    FOR_BONDS(b, ring_of(p, i), &p->cycles) {
      int order = p->m->bond[p->cycles.bond[b]].order;
      if (order == KHOP_BOND_SINGLE || order == KHOP_BOND_DOUBLE) return false;
    }
  return true;
}

static void try_pair(unions *p, int32_t i, int32_t k) {
  take(p, i, 1), take(p, k, 1);
  if (khop_i_is_aromatic(p->least, p->most)) mark_bonds(p);
  take(p, i, -1), take(p, k, -1);
}

/* Systems of very many rings: two at a time alone, as RDKit does. Of each bond there is a list of the rings it is in:
 * an entry is the ring above 32 bits of the entry before it, counted from 1. */
static khop_status join_pairs(unions *p) {
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

static khop_status join_rings(unions *p) {
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

khop_status khop_i_settle_system(khop_i_cycles *cycles, khop_molecule *m, int32_t start, int32_t *electrons,
                                 int32_t *place, int32_t *scratch) {
  unions all = {.m = m, .electrons = electrons, .place = place}, *p = &all;
  khop_status status = khop_i_cycles_find(cycles, m, start, place, scratch);
  if (status != KHOP_OK) return status;
  p->cycles = *cycles;
  p->half = scratch + 5 * m->atoms + 3 * m->bonds; /* behind what the search of rings keeps */
  p->used = p->half + m->atoms;
  memset(p->half, 0, (size_t)p->cycles.atoms * sizeof *p->half);
  memset(p->used, 0, (size_t)p->cycles.bonds * sizeof *p->used);
  close_bridges(p);
  choose_rings(p);
  p->least = p->most = 0;
  for (int32_t i = 0; i < p->rings; i++) {
    take(p, i, 1);
    if (khop_i_is_aromatic(p->least, p->most)) mark_bonds(p);
    take(p, i, -1);
  }
  if (!all_done(p)) status = p->rings > MANY ? join_pairs(p) : join_rings(p);
  return status;
}
