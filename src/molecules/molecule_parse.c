/* molecule_parse.c: a molecule from a text: SMILES, or a molfile by Indigo; its parts, its graph. */
#include "molecules/molecule.h"
#include "base/error.h"
#include "base/memory.h"
#include "molecules/indigo.h"
#include "molecules/perceive.h"
#include "molecules/smiles.h"

#include <string.h>

khop_status khop_molecule_new(khop_molecule **molecule) {
  if (!molecule) return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecule_new: a molecule is needed");
  *molecule = NULL;
  khop_molecule *made = NULL;
  khop_status status = khop_i_alloc(&made, 1, sizeof *made, "a molecule");
  if (status == KHOP_OK) status = khop_i_molecule_reserve(made, 64, 64);
  if (status != KHOP_OK) {
    khop_molecule_free(made);
    return status;
  }
  *molecule = made;
  return KHOP_OK;
}

void khop_molecule_free(khop_molecule *molecule) {
  if (!molecule) return;
  khop_i_molecule_unload(molecule);
  khop_i_free(molecule->atom);
  khop_i_free(molecule->bond);
  khop_i_free(molecule->offsets);
  khop_i_free(molecule->neighbour);
  khop_i_free(molecule->through);
  khop_i_free(molecule->turn);
  khop_i_free(molecule->side);
  khop_i_free(molecule->written);
  khop_i_free(molecule->scratch);
  khop_i_free(molecule->cycles);
  khop_i_free(molecule);
}

khop_status khop_molecule_parse(khop_molecule *molecule, const char *text) {
  if (!molecule || !text)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecule_parse: a molecule and a text are needed");
  molecule->atoms = molecule->bonds = 0;
  molecule->radicals = strchr(text, '\n') != NULL;
  khop_status status = molecule->radicals ? khop_i_molecule_load(molecule, text) : khop_i_smiles_read(molecule, text);
  if (status == KHOP_OK) status = khop_i_molecule_perceive(molecule);
  if (status != KHOP_OK) molecule->atoms = molecule->bonds = 0;
  return status;
}

int64_t khop_molecule_atoms(const khop_molecule *molecule) { return molecule->atoms; }
int64_t khop_molecule_bonds(const khop_molecule *molecule) { return molecule->bonds; }
const khop_atom *khop_molecule_atom_list(const khop_molecule *molecule) { return molecule->atom; }
const khop_bond *khop_molecule_bond_list(const khop_molecule *molecule) { return molecule->bond; }

khop_status khop_molecule_graph(khop_graph **graph, const khop_molecule *molecule) {
  if (!graph || !molecule)
    return khop_i_fail(KHOP_E_ARGUMENT, "khop_molecule_graph: a graph and a molecule are needed");
  *graph = NULL;
  int64_t *from = NULL, *to = NULL;
  khop_status status = KHOP_OK;
  KHOP_TRY(khop_i_alloc(&from, molecule->bonds, sizeof *from, "bonds"));
  KHOP_TRY(khop_i_alloc(&to, molecule->bonds, sizeof *to, "bonds"));
  for (int32_t b = 0; b < molecule->bonds; b++) {
    from[b] = molecule->bond[b].begin;
    to[b] = molecule->bond[b].end;
  }
  KHOP_TRY(khop_graph_from_coo(graph, molecule->atoms, molecule->bonds, from, to, false));
done:
  khop_i_free(from);
  khop_i_free(to);
  return status;
}
