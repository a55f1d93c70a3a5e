/* counts.c: what can be counted in a molecule without looking further than a bond. */
#include "molecules/counts.h"
#include "molecules/elements.h"

#include <string.h>

enum { ATOMS, BONDS, WEIGHT, HYDROGENS, BORON, CARBON, NITROGEN, OXYGEN, FLUORINE, SILICON, PHOSPHORUS,
       SULFUR, CHLORINE, BROMINE, IODINE, OTHER, CHARGE, POSITIVE, NEGATIVE, RADICALS, RINGS, RING_ATOMS,
       AROMATIC_ATOMS, AROMATIC_BONDS, DOUBLES, TRIPLES, ROTATABLE, DONORS, ACCEPTORS, SP3, STEREO,
       COMPONENTS, COLUMNS };

static const char *const names[COLUMNS] = {
    "atoms", "bonds", "weight", "hydrogens", "boron", "carbon", "nitrogen", "oxygen", "fluorine",
    "silicon", "phosphorus", "sulfur", "chlorine", "bromine", "iodine", "other_elements", "charge",
    "positive_atoms", "negative_atoms", "unpaired_electrons", "rings", "ring_atoms", "aromatic_atoms",
    "aromatic_bonds", "double_bonds", "triple_bonds", "rotatable_bonds", "donors", "acceptors",
    "sp3_carbons", "stereocentres", "components"};

int khop_i_count_columns(void) { return COLUMNS; }
const char *khop_i_count_name(int column) { return names[column]; }

static int element_column(int element) {
  static const uint8_t elements[] = {5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53};
  for (int i = 0; i < (int)sizeof elements; i++)
    if (elements[i] == element) return BORON + i;
  return OTHER;
}

static void count_atom(double *sum, const khop_atom *a) {
  const khop_i_element *element = &khop_i_elements[a->element];
  sum[WEIGHT] += (a->isotope ? a->isotope : element->weight) + a->hydrogens * khop_i_elements[1].weight;
  sum[HYDROGENS] += a->hydrogens + (a->element == 1);
  sum[element_column(a->element)]++;
  sum[CHARGE] += a->charge;
  sum[POSITIVE] += a->charge > 0;
  sum[NEGATIVE] += a->charge < 0;
  sum[RADICALS] += a->radical;
  sum[RING_ATOMS] += a->in_ring;
  sum[AROMATIC_ATOMS] += a->aromatic;
  sum[DONORS] += (a->element == 7 || a->element == 8) && a->hydrogens > 0;
  sum[ACCEPTORS] += (a->element == 7 || a->element == 8) && a->charge <= 0;
  sum[SP3] += a->element == 6 && a->hybridisation == KHOP_HYBRID_SP3;
  sum[STEREO] += a->stereo;
}

/* Rotatable: single, in no ring, between two atoms that have other neighbours, and no triple bond. */
static bool rotates(const khop_molecule *m, const khop_bond *bond) {
  const khop_atom *a = &m->atom[bond->begin], *b = &m->atom[bond->end];
  return bond->order == KHOP_BOND_SINGLE && !bond->in_ring && a->degree > 1 && b->degree > 1 &&
         a->hybridisation != KHOP_HYBRID_SP && b->hybridisation != KHOP_HYBRID_SP;
}

/* Components by joining the ends of bonds: each points to an earlier atom of its own. */
static int64_t components(const khop_molecule *m, int32_t *parent) {
  int64_t count = m->atoms;
  for (int32_t i = 0; i < m->atoms; i++) parent[i] = i;
  for (int32_t b = 0; b < m->bonds; b++) {
    int32_t u = m->bond[b].begin, v = m->bond[b].end;
    while (parent[u] != u) u = parent[u] = parent[parent[u]];
    while (parent[v] != v) v = parent[v] = parent[parent[v]];
    if (u == v) continue;
    parent[u > v ? u : v] = u > v ? v : u;
    count--;
  }
  return count;
}

void khop_i_count_row(float *row, const khop_molecule *m, int32_t *scratch) {
  double sum[COLUMNS] = {0};
  for (int32_t i = 0; i < m->atoms; i++) count_atom(sum, &m->atom[i]);
  for (int32_t b = 0; b < m->bonds; b++) {
    const khop_bond *bond = &m->bond[b];
    sum[AROMATIC_BONDS] += bond->order == KHOP_BOND_AROMATIC;
    sum[DOUBLES] += bond->order == KHOP_BOND_DOUBLE;
    sum[TRIPLES] += bond->order == KHOP_BOND_TRIPLE;
    sum[ROTATABLE] += rotates(m, bond);
  }
  sum[ATOMS] = m->atoms;
  sum[BONDS] = m->bonds;
  sum[COMPONENTS] = (double)components(m, scratch);
  sum[RINGS] = sum[BONDS] - sum[ATOMS] + sum[COMPONENTS];
  for (int c = 0; c < COLUMNS; c++) row[c] = (float)sum[c];
}
