/* smiles.c: a text as SMILES. A molecule that is read has a canonical text, which is read back and
 * has itself as its canonical text. */
#include "fuzz.h"

const fuzz_memory fuzz_promise = {1 << 20, 1024};

void fuzz_prepare(void) {}

static void check_bonds(const khop_molecule *molecule) {
  int64_t atoms = khop_molecule_atoms(molecule), bonds = khop_molecule_bonds(molecule);
  const khop_bond *bond = khop_molecule_bond_list(molecule);
  fuzz_demand(atoms > 0 && atoms <= KHOP_MAX_ATOMS, "a molecule has 1 to KHOP_MAX_ATOMS atoms");
  for (int64_t b = 0; b < bonds; b++)
    fuzz_demand(bond[b].begin >= 0 && bond[b].begin < atoms && bond[b].end >= 0 &&
                    bond[b].end < atoms && bond[b].begin != bond[b].end &&
                    bond[b].order >= KHOP_BOND_SINGLE && bond[b].order <= KHOP_BOND_QUADRUPLE,
                "a bond is between two atoms, and has an order");
}

static void check_canonical(const khop_molecule *molecule, bool isomeric) {
  char *first, *second;
  khop_molecule *again;
  fuzz_demand(khop_molecule_smiles(&first, molecule, isomeric) == KHOP_OK,
              "a molecule has a canonical text");
  fuzz_demand(khop_molecule_new(&again) == KHOP_OK && khop_molecule_parse(again, first) == KHOP_OK,
              "a canonical text is read back");
  fuzz_demand(khop_molecule_smiles(&second, again, isomeric) == KHOP_OK,
              "and has a canonical text again");
  fuzz_demand(strcmp(first, second) == 0, "which is the same");
  khop_free(first);
  khop_free(second);
  khop_molecule_free(again);
}

void fuzz_input(const uint8_t *data, size_t size) {
  if (memchr(data, '\n', size)) return; /* several lines are a molfile: sdf.c */
  char *text = fuzz_text(data, size);
  khop_molecule *molecule = NULL;
  fuzz_demand(khop_molecule_new(&molecule) == KHOP_OK, "there is memory");
  fuzz_reading();
  khop_status status = khop_molecule_parse(molecule, text);
  fuzz_has_read(status, status == KHOP_OK ? molecule : NULL);
  if (status == KHOP_OK) check_bonds(molecule);
  /* Which rings with * are aromatic can depend on the Kekule structure that was taken, and its text leaves another one
   * open. */
  if (status == KHOP_OK && !strchr(text, '*')) {
    check_canonical(molecule, false);
    check_canonical(molecule, true);
  }
  khop_molecule_free(molecule);
  free(text);
}
