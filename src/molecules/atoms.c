/* atoms.c: an atom as a row of numbers. */
#include <khop/descriptors.h>

#include <string.h>

/* One column each, then those of the numbers that are not one of a few. */
static const uint8_t elements[] = {5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53};
#define ELEMENTS ((int)sizeof elements)

static const char *const names[] = {
    "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Br", "I", "other",
    "degree_0", "degree_1", "degree_2", "degree_3", "degree_4",
    "hydrogens_0", "hydrogens_1", "hydrogens_2", "hydrogens_3", "hydrogens_4",
    "other_hybrid", "sp", "sp2", "sp3",
    "charge", "aromatic", "in_ring", "stereo", "pi", "number"};
#define COLUMNS ((int)(sizeof names / sizeof *names))

int khop_atom_columns(void) { return COLUMNS; }

const char *khop_atom_column_name(int column) {
  return column >= 0 && column < COLUMNS ? names[column] : NULL;
}

void khop_atom_row(float *row, const khop_atom *atom) {
  int element = 0;
  memset(row, 0, sizeof *row * (size_t)COLUMNS);
  while (element < ELEMENTS && elements[element] != atom->element) element++;
  row[element] = 1;
  row += ELEMENTS + 1;
  row[atom->degree < 4 ? atom->degree : 4] = 1;
  row[5 + (atom->hydrogens < 4 ? atom->hydrogens : 4)] = 1;
  row[10 + atom->hybridisation] = 1;
  row += 14;
  row[0] = (float)atom->charge;
  row[1] = (float)atom->aromatic;
  row[2] = (float)atom->in_ring;
  row[3] = (float)atom->stereo;
  row[4] = (float)atom->pi;
  row[5] = (float)(atom->element / 100.0);
}
