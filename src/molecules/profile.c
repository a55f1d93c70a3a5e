/* profile.c: shares and indices of a whole molecule: how flat, how branched and how symmetric it is. */
#include "molecules/profile.h"
#include "base/random.h"
#include "molecules/elements.h"

#include <math.h>

enum { AROMATIC_SHARE, SP3_SHARE, HALOGENS, RING_3, RING_4, RING_5, RING_6, RING_MORE, AROMATIC_RINGS, FUSED, CHI_0,
       CHI_1, CHI_0V, CHI_1V, CLASSES, INFORMATION, COLUMNS };

static const char *const names[COLUMNS] = {
    "aromatic_share", "sp3_share", "halogens", "ring_bonds_3", "ring_bonds_4", "ring_bonds_5", "ring_bonds_6",
    "ring_bonds_more", "aromatic_rings", "fused_atoms", "chi_0", "chi_1", "chi_0v", "chi_1v", "classes",
    "information"};

int khop_i_profile_columns(void) { return COLUMNS; }
const char *khop_i_profile_name(int column) { return names[column]; }

/* --- rings ------------------------------------------------------------------------------------ */

/* The size of the smallest ring through a bond, 7 where it is larger: a search from one end for the other, which
 * does not take the bond itself. scratch: (2 * atoms), its first half -1 before and after. */
static int ring_of(const khop_molecule *m, int32_t b, int32_t *scratch) {
  int32_t *distance = scratch, *queue = scratch + m->atoms, first = 0, last = 0;
  int32_t from = m->bond[b].begin, to = m->bond[b].end, size = 7;
  distance[from] = 0;
  queue[last++] = from;
  while (first < last && size == 7 && distance[queue[first]] < 5) {
    int32_t i = queue[first++];
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) {
      int32_t j = m->neighbour[e];
      if (m->through[e] == b || distance[j] >= 0) continue;
      distance[j] = distance[i] + 1;
      queue[last++] = j;
      if (j == to) size = distance[j] + 1;
    }
  }
  for (int32_t q = 0; q < last; q++) distance[queue[q]] = -1;
  return size;
}

static void count_rings(double *sum, const khop_molecule *m, int32_t *scratch) {
  for (int32_t i = 0; i < m->atoms; i++) scratch[i] = -1;
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].in_ring) sum[RING_3 + ring_of(m, b, scratch) - 3]++;
}

/* Aromatic bonds less aromatic atoms, plus the systems they make; atoms in three bonds of rings. */
static void count_aromatic(double *sum, const khop_molecule *m, int32_t *parent) {
  int64_t systems = 0, bonds = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    int rings = 0;
    for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++) rings += m->bond[m->through[e]].in_ring;
    sum[FUSED] += rings > 2;
    parent[i] = i;
    systems += m->atom[i].aromatic;
  }
  int64_t aromatic = systems;
  for (int32_t b = 0; b < m->bonds; b++) {
    if (m->bond[b].order != KHOP_BOND_AROMATIC) continue;
    int32_t u = m->bond[b].begin, v = m->bond[b].end;
    bonds++;
    while (parent[u] != u) u = parent[u] = parent[parent[u]];
    while (parent[v] != v) v = parent[v] = parent[parent[v]];
    if (u == v) continue;
    parent[u > v ? u : v] = u > v ? v : u;
    systems--;
  }
  sum[AROMATIC_RINGS] = (double)(bonds - aromatic + systems);
}

/* --- connectivity ----------------------------------------------------------------------------- */

/* Valence delta of Kier and Hall: outer electrons less hydrogens, over the electrons of inner shells. */
static double valence_delta(const khop_atom *a) {
  int outer = khop_i_elements[a->element].outer;
  if (a->element <= 10) return outer - a->hydrogens;
  return (double)(outer - a->hydrogens) / (a->element - outer - 1);
}

static double root(double delta) { return delta > 0 ? 1 / sqrt(delta) : 0; }

static void connect(double *sum, const khop_molecule *m) {
  for (int32_t i = 0; i < m->atoms; i++) {
    sum[CHI_0] += root(m->atom[i].degree);
    sum[CHI_0V] += root(valence_delta(&m->atom[i]));
  }
  for (int32_t b = 0; b < m->bonds; b++) {
    const khop_atom *u = &m->atom[m->bond[b].begin], *v = &m->atom[m->bond[b].end];
    sum[CHI_1] += root(u->degree) * root(v->degree);
    sum[CHI_1V] += root(valence_delta(u)) * root(valence_delta(v));
  }
}

/* --- symmetry --------------------------------------------------------------------------------- */

#define ROUNDS 8

static uint64_t seed_of(const khop_atom *a) {
  return khop_i_random_key(a->element, (uint64_t)(a->charge + 128), (uint64_t)(a->hydrogens * 2 + a->aromatic));
}

/* Refines the classes of atoms ROUNDS times by those of their neighbours (Weisfeiler and Lehman); atoms that are not
 * told apart are one class. codes: (2 * atoms). */
static void classify(double *sum, const khop_molecule *m, uint64_t *codes) {
  uint64_t *now = codes, *next = codes + m->atoms;
  for (int32_t i = 0; i < m->atoms; i++) now[i] = seed_of(&m->atom[i]);
  for (int round = 0; round < ROUNDS; round++) {
    for (int32_t i = 0; i < m->atoms; i++) {
      uint64_t around = 0;
      for (int32_t e = m->offsets[i]; e < m->offsets[i + 1]; e++)
        around += khop_i_random_key(now[m->neighbour[e]], m->bond[m->through[e]].order, 1);
      next[i] = khop_i_random_key(now[i], around, 2);
    }
    uint64_t *swap = now;
    now = next;
    next = swap;
  }
  double atoms = m->atoms;
  for (int32_t i = 0; i < m->atoms; i++) {
    int64_t same = 0;
    for (int32_t j = 0; j < m->atoms; j++) same += now[j] == now[i];
    sum[CLASSES] += 1 / (double)same;
    sum[INFORMATION] -= log2((double)same / atoms) / atoms;
  }
}

void khop_i_profile_row(float *row, const khop_molecule *m, int32_t *scratch, uint64_t *codes) {
  double sum[COLUMNS] = {0}, carbons = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    const khop_atom *a = &m->atom[i];
    sum[AROMATIC_SHARE] += (double)a->aromatic / m->atoms;
    sum[SP3_SHARE] += a->element == 6 && a->hybridisation == KHOP_HYBRID_SP3;
    sum[HALOGENS] += a->element == 9 || a->element == 17 || a->element == 35 || a->element == 53;
    carbons += a->element == 6;
  }
  if (carbons > 0) sum[SP3_SHARE] /= carbons;
  count_rings(sum, m, scratch);
  count_aromatic(sum, m, scratch);
  connect(sum, m);
  classify(sum, m, codes);
  for (int c = 0; c < COLUMNS; c++) row[c] = (float)sum[c];
}
