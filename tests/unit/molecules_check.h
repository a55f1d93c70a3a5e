/* molecules_check.h: what tests of molecules share: molecules, and other texts of the same molecule. */
#ifndef KHOP_TESTS_MOLECULES_CHECK_H
#define KHOP_TESTS_MOLECULES_CHECK_H

#include "check.h"

#include <khop/descriptors.h>

/* Chains, rings, fused ones, charges, salts, elements of every column. */
static const char *const molecules[] = {
    "C", "CC", "CC(C)(C)C", "C1CCCCC1", "c1ccccc1", "C1=CC=CC=C1", "CC(=O)Nc1ccc(O)cc1", "c1ccncc1",
    "c1cc[nH]c1", "O=c1cc[nH]cc1", "O=C1C=CNC=C1", "C[N+](=O)[O-]", "CN(=O)=O", "O=N(=O)c1ccccc1",
    "[Na+].[Cl-]", "CC(=O)[O-].[NH4+]", "CS(=O)(=O)c1ccccc1", "CCOP(=S)(OCC)Oc1ccccc1", "C#CC=C=C",
    "BrC(Cl)(F)I", "c1ccc2c(c1)c3cccc4cccc2c34", "Cn1cnc2n(C)c(=O)n(C)c(=O)c12", "C1CC2CCC1C2",
    "OC1C(O)C(O)C(O)C(O)C1O", "[SiH3]C[Se]C", "N#Cc1ccccc1C#N", "C[NH+](C)C", "CB(O)O", "[CH2]C",
    "O=C1c2ccccc2C(=O)c3ccccc13", "CCCCCCCCCCCCCCCC", "C12C3C4C1C5C2C3C45"};
#define MOLECULES ((int)(sizeof molecules / sizeof *molecules))

/* A file of the test's folder with this text; its path. */
static inline const char *made_of(const char *name, const char *text) {
  const char *path = at(name);
  write_file(path, text, strlen(text));
  return path;
}

static inline khop_molecule *molecule_of(const char *text) {
  khop_molecule *m = NULL;
  ok(khop_molecule_new(&m));
  if (khop_molecule_parse(m, text) != KHOP_OK) fail_msg("%s: %s", text, khop_message());
  return m;
}

/* --- another SMILES of a molecule: every atom in brackets, begun anywhere, branches in any order --- */

typedef struct writer {
  const khop_molecule *m;
  khop_i_random random;
  int64_t order[4096]; /* of bonds */
  int number[4096];    /* of atoms: the turn of its visit, from 1 */
  int closure[4096];   /* of bonds: 0 not met, -1 in the tree, else the number of a ring closure */
  bool open[4096];     /* of ring closures: one end is written */
  int turn, closures;
  char *at;
} writer;

static inline void write_bond(writer *w, const khop_bond *b) {
  static const char signs[] = "?-=#:$";
  *w->at++ = signs[b->order];
}

/* The tree first: which bonds close rings. */
static inline void visit(writer *w, int64_t atom) {
  const khop_bond *bonds = khop_molecule_bond_list(w->m);
  w->number[atom] = ++w->turn;
  for (int64_t k = 0; k < khop_molecule_bonds(w->m); k++) {
    int64_t b = w->order[k], other = bonds[b].begin == atom ? bonds[b].end : bonds[b].begin;
    if ((bonds[b].begin != atom && bonds[b].end != atom) || w->closure[b]) continue;
    if (w->number[other]) {
      w->closure[b] = ++w->closures;
    } else {
      w->closure[b] = -1;
      visit(w, other);
    }
  }
}

static inline void write_atom(writer *w, int64_t atom, int64_t from) {
  const khop_bond *bonds = khop_molecule_bond_list(w->m);
  const khop_atom *a = &khop_molecule_atom_list(w->m)[atom];
  char symbol[8];
  snprintf(symbol, sizeof symbol, "%s", khop_element_symbol(a->element));
  if (a->aromatic) symbol[0] = (char)(symbol[0] | 32);
  w->at += sprintf(w->at, "[%s", symbol);
  if (a->hydrogens) w->at += sprintf(w->at, "H%d", a->hydrogens);
  if (a->charge) w->at += sprintf(w->at, "%+d", a->charge);
  *w->at++ = ']';
  for (int64_t b = 0; b < khop_molecule_bonds(w->m); b++) {
    if (w->closure[b] <= 0 || (bonds[b].begin != atom && bonds[b].end != atom)) continue;
    if (w->open[b]) write_bond(w, &bonds[b]); /* at one end is enough */
    w->open[b] = true;
    w->at += sprintf(w->at, "%%%02d", w->closure[b] + 9);
  }
  for (int64_t k = 0; k < khop_molecule_bonds(w->m); k++) {
    int64_t b = w->order[k], other = bonds[b].begin == atom ? bonds[b].end : bonds[b].begin;
    if ((bonds[b].begin != atom && bonds[b].end != atom) || w->closure[b] != -1) continue;
    if (other == from || w->number[other] < w->number[atom]) continue;
    *w->at++ = '(';
    write_bond(w, &bonds[b]);
    write_atom(w, other, atom);
    *w->at++ = ')';
  }
}

/* text: room for 32 bytes an atom and bond, and more. */
static inline void other_smiles(char *text, const khop_molecule *m, uint64_t seed) {
  writer *w = block_of(1, sizeof *w);
  w->m = m;
  w->at = text;
  khop_i_random_seed(&w->random, seed);
  int64_t atoms = khop_molecule_atoms(m), bonds = khop_molecule_bonds(m), start[4096];
  assert_true(atoms < 4096 && bonds < 4096);
  for (int64_t b = 0; b < bonds; b++) w->order[b] = b;
  for (int64_t i = 0; i < atoms; i++) start[i] = i;
  khop_i_random_shuffle(&w->random, w->order, bonds);
  khop_i_random_shuffle(&w->random, start, atoms);
  for (int64_t i = 0; i < atoms; i++) {
    if (w->number[start[i]]) continue;
    if (w->at > text) *w->at++ = '.';
    visit(w, start[i]);
    write_atom(w, start[i], -1);
  }
  *w->at = 0;
  free(w);
}

#endif
