/* molecule_storage.c: the arrays of a molecule, which grow and are kept from one text to the next. */
#include "molecules/molecule.h"
#include "base/error.h"
#include "base/memory.h"

khop_status khop_i_molecule_reserve(khop_molecule *m, int64_t atoms, int64_t bonds) {
  khop_status status = KHOP_OK;
  if (atoms <= m->atom_capacity && bonds <= m->bond_capacity) return KHOP_OK;
  int64_t a = atoms > m->atom_capacity ? atoms + atoms / 2 : m->atom_capacity;
  int64_t b = bonds > m->bond_capacity ? bonds + bonds / 2 : m->bond_capacity;
  KHOP_TRY(khop_i_grow(&m->atom, a, sizeof *m->atom, "atoms"));
  KHOP_TRY(khop_i_grow(&m->bond, b, sizeof *m->bond, "bonds"));
  KHOP_TRY(khop_i_grow(&m->offsets, a + 1, sizeof *m->offsets, "atoms"));
  KHOP_TRY(khop_i_grow(&m->neighbour, 2 * b, sizeof *m->neighbour, "bonds"));
  KHOP_TRY(khop_i_grow(&m->through, 2 * b, sizeof *m->through, "bonds"));
  KHOP_TRY(khop_i_grow(&m->turn, a, sizeof *m->turn, "atoms"));
  KHOP_TRY(khop_i_grow(&m->side, b, sizeof *m->side, "bonds"));
  KHOP_TRY(khop_i_grow(&m->written, 2 * b, sizeof *m->written, "bonds"));
  KHOP_TRY(khop_i_grow(&m->scratch, 10 * (a + b), sizeof *m->scratch, "atoms"));
  m->atom_capacity = (int32_t)a;
  m->bond_capacity = (int32_t)b;
done:
  return status;
}

khop_status khop_i_molecule_cycle_room(khop_molecule *m, int64_t words) {
  if (words <= m->cycle_room) return KHOP_OK;
  khop_status status = khop_i_grow(&m->cycles, words + words / 2, sizeof *m->cycles, "rings");
  if (status == KHOP_OK) m->cycle_room = words + words / 2;
  return status;
}
