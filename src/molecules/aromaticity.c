/* aromaticity.c: which rings are aromatic, from Kekule's bonds.
 *
 *   a ring whose electrons are 4n + 2             benzene 6, pyrrole 6
 *   rings joined at bonds, taken together         azulene 10, though its rings have 5 and 7
 *
 * RDKit's model (G. Landrum, "The RDKit Book", Aromaticity). Rings are the relevant ones (cycles.h), of atoms that can
 * be aromatic. What touches no other is settled here, the rest in ring_unions.c. */
#include "molecules/aromaticity.h"
#include "molecules/ring_electrons.h"
#include "molecules/ring_unions.h"

typedef struct perception {
  khop_molecule *m;
  int32_t *electrons, *kept, *place, *rest; /* (atoms) each; rest is scratch */
} perception;

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
    least += khop_i_least_electrons(p->electrons[at]);
    most += khop_i_most_electrons(p->electrons[at]);
    before = at;
    at = next;
  } while (at != start);
  if (is_bridged(p, ring, size)) return false;
  for (int32_t i = 0; i < size; i++) p->kept[ring[i]] = 0;
  if (wild || !khop_i_is_aromatic(least, most)) return true;
  for (int32_t i = 0; i < size; i++)
    for (int32_t e = m->offsets[ring[i]]; e < m->offsets[ring[i] + 1]; e++)
      if (m->neighbour[e] == ring[(i + 1) % size]) khop_i_make_aromatic(&m->bond[m->through[e]]);
  return true;
}

static khop_status settle_system(perception *p, int32_t start) {
  khop_i_cycles cycles;
  khop_status status = khop_i_settle_system(&cycles, p->m, start, p->electrons, p->place, p->rest);
  for (int32_t i = 0; i < cycles.atoms && status == KHOP_OK; i++) p->kept[cycles.atom[i]] = 0;
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
