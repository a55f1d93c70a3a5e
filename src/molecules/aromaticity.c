/* aromaticity.c: lower-case atoms that turn out to be in no aromatic ring.
 *
 *   c1c(OC)c(OC)C2C(=O)OCC2c1     as published in ESOL: two atoms of the ring of six are sp3
 *   c=c-c=c                       what is meant by the other four
 *
 * Indigo takes such bonds for single ones and gives the atoms hydrogens. The rule of those who write
 * them, and of RDKit, is that lower-case atoms share double bonds: here each is paired with a
 * lower-case neighbour, and the pair loses a hydrogen each. */
#include "molecules/aromaticity.h"
#include "molecules/molecule.h"

#include <ctype.h>
#include <string.h>

/* Where a SMILES writes an atom outside of brackets in lower case, mark[atom] = 1. */
static void mark_lower(int32_t *mark, int32_t atoms, const char *text) {
  int32_t atom = 0;
  for (const char *at = text; *at && atom < atoms; at++) {
    if (*at == '[') {
      mark[atom++] = 0;
      while (at[1] && *at != ']') at++;
    } else if (strncmp(at, "Cl", 2) == 0 || strncmp(at, "Br", 2) == 0) {
      mark[atom++] = 0;
      at++;
    } else if (isalpha((unsigned char)*at) || *at == '*') {
      mark[atom++] = islower((unsigned char)*at) != 0;
    }
  }
  while (atom < atoms) mark[atom++] = 0;
}

static bool joins(const khop_molecule *m, const int32_t *mark, int32_t bond) {
  const khop_bond *b = &m->bond[bond];
  return b->order == KHOP_BOND_SINGLE && mark[b->begin] && mark[b->end];
}

/* The bond to pair first: one whose end has no other choice, else any; -1 when none is left. */
static int32_t next_pair(const khop_molecule *m, const int32_t *mark, int32_t *choices) {
  int32_t best = -1;
  memset(choices, 0, (size_t)m->atoms * sizeof *choices);
  for (int32_t b = 0; b < m->bonds; b++)
    if (joins(m, mark, b)) choices[m->bond[b].begin]++, choices[m->bond[b].end]++;
  for (int32_t b = 0; b < m->bonds; b++) {
    if (!joins(m, mark, b)) continue;
    best = b;
    if (choices[m->bond[b].begin] == 1 || choices[m->bond[b].end] == 1) break;
  }
  return best;
}

bool khop_i_pair_lower_case(khop_molecule *m, const char *smiles) {
  int32_t *mark = m->scratch, *choices = mark + m->atoms;
  bool any = false;
  mark_lower(mark, m->atoms, smiles);
  for (int32_t b = 0; b < m->bonds; b++)
    if (m->bond[b].order == KHOP_BOND_AROMATIC) mark[m->bond[b].begin] = mark[m->bond[b].end] = 0;
  for (int32_t i = 0; i < m->atoms; i++) {
    mark[i] = mark[i] && m->atom[i].hydrogens > 0;
    any = any || mark[i];
  }
  for (int32_t b = any ? next_pair(m, mark, choices) : -1; b >= 0; b = next_pair(m, mark, choices)) {
    int32_t ends[2] = {m->bond[b].begin, m->bond[b].end};
    m->bond[b].order = KHOP_BOND_DOUBLE;
    for (int side = 0; side < 2; side++) {
      m->atom[ends[side]].hydrogens--;
      mark[ends[side]] = 0;
    }
  }
  return any;
}
